"""The reads: what each form of place answers to GET (facts §1, §5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from entragit.sandbox import delta, elements, relationships, removal
from entragit.sandbox.access import not_allowed
from entragit.sandbox.ask import Ask
from entragit.sandbox.elements import Mixed
from entragit.sandbox.listing import context, counted, kept, listed
from entragit.sandbox.objects import directory_object, find, missing, visible
from entragit.sandbox.paths import Place, unknown_segment
from entragit.sandbox.query import parse
from entragit.sandbox.replies import ApiError, Reply
from entragit.sandbox.rules import layout, types
from entragit.sandbox.rules.relations import INSIDE
from entragit.sandbox.shuffle import shuffled
from entragit.sandbox.store import Object

METHODS = "policies/authenticationMethodsPolicy"
CONFIGURATIONS = "authenticationMethodConfigurations"
TYPE = "#microsoft.graph."


def _objects(ask: Ask, path: str, owner: str = "") -> Mapping[str, Object]:
    if owner:
        holder, name = INSIDE[path].inside
        find(ask.tenant, Place("object", holder.lower(), holder, owner))
        return {key: item for key, item in visible(ask.tenant, path).items() if item[name] == owner}
    if path == "organization":
        held = ask.tenant.singletons.get("organization")
        return {str(held.get("id", ask.tenant.id)): held} if held else {}
    if path == "auditLogs/directoryAudits":
        return {str(item["id"]): item for item in reversed(ask.tenant.audits)}
    return visible(ask.tenant, path)


def _list(ask: Ask, place: Place) -> Reply:
    type_name = types.collection_type(place.path)
    if place.cast and place.cast not in types.derived(type_name):
        raise unknown_segment(f"microsoft.graph.{place.cast}")
    listing = layout.CAST if place.cast in layout.CASTS.get(place.path, ()) else layout.listing(place.path)
    found = parse(ask, place, place.cast or type_name, listing=listing)
    objects = _objects(ask, place.path, place.owner)
    cast = (TYPE + place.cast).lower() if place.cast else ""
    if place.count:
        return counted(ask, place, len(kept(found, objects, cast)))
    render = elements.plain(ask, place.path, place.cast or type_name, found, single=False)

    def element(object_id: str) -> Object | None:
        item = objects.get(object_id)
        return None if item is None else render(item)

    return listed(ask, found, place.path, lambda: kept(found, objects, cast), element)


def _object(ask: Ask, place: Place) -> Reply:
    type_name = place.cast or types.collection_type(place.path)
    if type_name not in {types.collection_type(place.path), *types.derived(types.collection_type(place.path))}:
        raise unknown_segment(f"microsoft.graph.{place.cast}")
    found = parse(ask, place, type_name, single=True)
    if place.path == "auditLogs/directoryAudits":
        item = _objects(ask, place.path).get(place.key)
        if item is None:
            raise missing(place)
    else:
        item = find(ask.tenant, place)
    if place.cast and item.get("@odata.type") != TYPE + place.cast:
        raise missing(place)
    body = elements.plain(ask, place.path, type_name, found, single=True)(item)
    return Reply(200, {"@odata.context": context(ask, place.path, found, entity=True), **body})


def _singleton(ask: Ask, place: Place) -> Reply:
    type_name = types.collection_type(place.path)
    found = parse(ask, place, type_name, single=True)
    item = ask.tenant.singletons.get(place.path)
    if item is None:
        raise missing(Place("singleton", place.template, key=place.path))
    body = elements.plain(ask, place.path, type_name, found, single=True)(item)
    if place.path == METHODS and found.names is None:
        inline = f"{METHODS}/{CONFIGURATIONS}"
        body = {
            **body,
            f"{CONFIGURATIONS}@odata.context": context(ask, inline),
            CONFIGURATIONS: list(visible(ask.tenant, inline).values()),
        }
    return Reply(200, {"@odata.context": context(ask, place.path, found, entity=True), **body})


def _deleted(ask: Ask, place: Place) -> Reply:
    removal.expire(ask.tenant)
    if place.key:
        return _deleted_object(ask, place)
    found = parse(ask, place, place.cast, listing=layout.DEFAULT_LISTING)
    objects = ask.tenant.deleted.get(place.path, {})
    render = elements.plain(ask, place.path, place.cast, found, single=False)

    def element(object_id: str) -> Object | None:
        item = objects.get(object_id)
        return None if item is None else render(item)

    return listed(ask, found, place.path, lambda: kept(found, objects, ""), element)


def _deleted_object(ask: Ask, place: Place) -> Reply:
    for path in layout.DELETABLE:
        item = ask.tenant.deleted.get(path, {}).get(place.key.lower())
        if item is not None:
            found = parse(ask, place, "directoryObject", single=True)
            body = Mixed(ask, found.names, single=True).rendered(path, item)
            return Reply(200, {"@odata.context": context(ask, "directoryObjects", found, entity=True), **body})
    raise missing(place)


def _any(ask: Ask, place: Place) -> Reply:
    found = parse(ask, place, "directoryObject", single=True)
    body = Mixed(ask, found.names, single=True).element(place.key.lower())
    if body is None:
        raise missing(place)
    return Reply(200, {"@odata.context": context(ask, "directoryObjects", found, entity=True), **body})


def _by_ids(ask: Ask, place: Place) -> Reply:
    """POST /directoryObjects/getByIds: those of at most 1,000 ids that exist, of the given types."""
    found = parse(ask, place, "directoryObject")
    body = ask.body if isinstance(ask.body, dict) else {}
    ids, kinds = body.get("ids"), body.get("types") or ["directoryObject"]
    if not isinstance(ids, list) or not 1 <= len(ids) <= 1000:
        raise ApiError(400, "Request_BadRequest", "The number of ids must be between 1 and 1000.")
    mixed, values = Mixed(ask, found.names), []
    for object_id in dict.fromkeys(str(item).lower() for item in ids):
        held = directory_object(ask.tenant, object_id)
        if held is not None and {"directoryObject", layout.DIRECTORY_OBJECTS[held[0]]} & set(kinds):
            values.append(mixed.rendered(*held))
    return Reply(200, {"@odata.context": context(ask, "directoryObjects", found), "value": shuffled(ask, values)})


def _part(ask: Ask, place: Place) -> Reply:
    """What an object holds that has an address below it."""
    found = parse(ask, place, INSIDE[place.path].parts[place.part], single=True)
    held = find(ask.tenant, place)[place.part]
    return Reply(200, {"@odata.context": context(ask, f"{place.path}/{place.part}", found, entity=True), **held})


FORMS: Mapping[str, Callable[[Ask, Place], Reply]] = {
    "list": _list,
    "object": _object,
    "singleton": _singleton,
    "deleted": _deleted,
    "any": _any,
    "delta": delta.changes,
    "part": _part,
}


def reading(ask: Ask, place: Place) -> bool:
    """Whether a request reads: every GET, and the lookup of many ids."""
    return ask.method == "GET" or place.form == "ids"


def read(ask: Ask, place: Place) -> Reply:
    """The reply to a read; 405 for what can't be read; raises ApiError."""
    if place.form == "ids" and ask.method == "POST":
        return _by_ids(ask, place)
    if place.own:  # documented for a few relationships, and the base type's addresses show them all
        raise unknown_segment(f"microsoft.graph.{place.own}")
    if place.relation is not None and not (place.form == "child" and place.ref):
        return relationships.read(ask, place, place.relation)
    if place.form not in FORMS:
        raise not_allowed()
    return FORMS[place.form](ask, place)
