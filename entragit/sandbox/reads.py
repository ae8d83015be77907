"""The reads: what each form of place answers to GET (facts §1, §5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from entragit.sandbox import delta, elements, query, targets
from entragit.sandbox.ask import Ask
from entragit.sandbox.elements import Mixed
from entragit.sandbox.objects import directory_object, find, missing, visible
from entragit.sandbox.paging import page
from entragit.sandbox.paths import Place, unknown_segment
from entragit.sandbox.query import Query, parse
from entragit.sandbox.replies import ApiError, Reply, not_found
from entragit.sandbox.rules import layout, types
from entragit.sandbox.shuffle import shuffled
from entragit.sandbox.store import Object

METHODS = "policies/authenticationMethodsPolicy"
CONFIGURATIONS = "authenticationMethodConfigurations"
TYPE = "#microsoft.graph."


def context(ask: Ask, name: str, selected: Query | None = None, entity: bool = False) -> str:
    """The `@odata.context` of an answer."""
    names = f"({','.join(selected.names)})" if selected is not None and selected.names else ""
    return f"{ask.root}/$metadata#{name}{names}" + ("/$entity" if entity else "")


def listed(
    ask: Ask, found: Query, name: str, build: Callable[[], Sequence[Any]], render: Callable[[Any], Object | None]
) -> Reply:
    """One page of a list."""

    def built() -> Sequence[Any]:
        return shuffled(ask, build())

    values, link, items = page(ask, built, found.size, render)
    body: dict[str, Any] = {"@odata.context": context(ask, name, found)}
    if found.count and "$skiptoken" not in ask.query:
        body["@odata.count"] = len(items)
    if link is not None:
        body["@odata.nextLink"] = link
    return Reply(200, {**body, "value": values})


def _counted(ask: Ask, place: Place, number: int) -> Reply:
    """`…/$count`: a bare number, for those who ask for it eventually (facts §1)."""
    if place.path in layout.ADVANCED and ask.headers.get("consistencylevel", "").lower() != "eventual":
        raise query.unsupported("$count is not currently supported without 'ConsistencyLevel: eventual'.")
    return Reply(200, number)


def _kept(found: Query, objects: Mapping[str, Object], cast: str) -> list[str]:
    """The ids of a list's objects: filtered, cast, sorted."""
    items = list(objects.items())
    if found.filter is not None:
        items = [(object_id, item) for object_id, item in items if found.filter.keep(item)]
    if cast:
        items = [(object_id, item) for object_id, item in items if str(item.get("@odata.type")).lower() == cast]
    if found.order is not None:
        key = query.sort_key(found.order[0])
        items.sort(key=lambda pair: key(pair[1]), reverse=found.order[1])
    return [object_id for object_id, _ in items]


def _objects(ask: Ask, path: str) -> Mapping[str, Object]:
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
    found = parse(ask, place, place.cast or type_name, listing=layout.listing(place.path))
    objects = _objects(ask, place.path)
    cast = (TYPE + place.cast).lower() if place.cast else ""
    if place.count:
        return _counted(ask, place, len(_kept(found, objects, cast)))
    render = elements.plain(ask, place.path, type_name, found, single=False)

    def element(object_id: str) -> Object | None:
        item = objects.get(object_id)
        return None if item is None else render(item)

    return listed(ask, found, place.path, lambda: _kept(found, objects, cast), element)


def _object(ask: Ask, place: Place) -> Reply:
    type_name = types.collection_type(place.path)
    found = parse(ask, place, type_name, single=True)
    if place.path == "auditLogs/directoryAudits":
        item = _objects(ask, place.path).get(place.key)
        if item is None:
            raise missing(place)
    else:
        item = find(ask.tenant, place)
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


def _cast_path(place: Place) -> str:
    """The collection that a cast of directory objects names; "" without one."""
    if not place.cast:
        return ""
    found = (path for path, name in layout.DIRECTORY_OBJECTS.items() if name.lower() == place.cast.lower())
    path = next(found, None)
    if path is None:
        raise unknown_segment(f"microsoft.graph.{place.cast}")
    return path


def _members(ask: Ask, place: Place, cast: str, ids: Sequence[str]) -> Sequence[str]:
    """The targets that a list of directory objects shows: of the cast's type; in v1.0 groups no service principals."""
    tenant = ask.tenant
    if cast:
        held = visible(tenant, cast)
        return [target for target in ids if target in held]
    omit = tenant.options.members_omit_service_principals and ask.version == "v1.0" and place.path == "groups"
    if omit and place.relation is not None and place.relation.name in ("members", "owners", "transitiveMembers"):
        principals = tenant.objects.get("servicePrincipals", {})
        return [target for target in ids if target not in principals]
    return ids


def _relation(ask: Ask, place: Place) -> Reply:
    relation = place.relation
    if relation is None:
        raise unknown_segment(place.path)
    owner = find(ask.tenant, place)
    if relation.type == "directoryObject":
        return _directory_relation(ask, place, owner)
    listing = layout.Listing(paged=relation.paged)
    found = parse(ask, place, relation.type, listing=listing)
    inline = elements.plain(ask, "", relation.type, found, single=False)

    def item(target: str) -> Object | None:
        return targets.inner(ask.tenant, relation, place.path, target)

    def build() -> Sequence[str]:
        ids = targets.targets(ask, place.path, relation, owner)
        return [target for target in ids if found.filter is None or found.filter.keep(item(target))]

    def element(target: str) -> Object | None:
        held = item(target)
        return None if held is None else inline(held)

    if place.count:
        return _counted(ask, place, len(build()))
    return listed(ask, found, f"{place.path}('{owner['id']}')/{relation.name}", build, element)


def _directory_relation(ask: Ask, place: Place, owner: Object) -> Reply:
    relation, cast = place.relation, _cast_path(place)
    if relation is None:
        raise unknown_segment(place.path)
    type_name = layout.DIRECTORY_OBJECTS.get(cast, "directoryObject")
    listing = layout.Listing(
        paged=relation.paged, top=999 if relation.paged else 0, default=100 if relation.paged else 10**9
    )
    found = parse(ask, place, type_name, single=relation.single, listing=listing)
    mixed = Mixed(ask, ("id",) if place.ref else found.names, relation.single, typed=not cast)
    ids = targets.targets(ask, place.path, relation, owner)
    if relation.single:
        return _single(ask, place, mixed, ids, found)

    def build() -> Sequence[str]:
        kept = _members(ask, place, cast, ids)
        return [target for target in kept if _passes(ask, found, target)] if found.filter or found.order else kept

    if place.count:
        return _counted(ask, place, len(build()))
    render = (lambda target: _reference(ask, target)) if place.ref else mixed.element
    return listed(ask, found, cast or "directoryObjects", build, render)


def _reference(ask: Ask, target: str) -> Object:
    return {"@odata.id": f"{ask.root}/directoryObjects/{target}"}


def _passes(ask: Ask, found: Query, target: str) -> bool:
    item = directory_object(ask.tenant, target)
    return item is not None and (found.filter is None or found.filter.keep(item[1]))


def _single(ask: Ask, place: Place, mixed: Mixed, ids: Sequence[str], found: Query) -> Reply:
    """A relationship to one object: it, its reference, or 404."""
    body = mixed.element(ids[0]) if ids else None
    if body is None or place.relation is None:
        raise not_found(place.relation.name if place.relation else place.key)
    if place.ref:
        body = _reference(ask, str(ids[0]))
    return Reply(200, {"@odata.context": context(ask, "directoryObjects", found, entity=True), **body})


def _child(ask: Ask, place: Place) -> Reply:
    relation = place.relation
    if relation is None:
        raise unknown_segment(place.path)
    owner = find(ask.tenant, place)
    found = parse(ask, place, relation.type, single=True)
    ids = {target.rpartition("/")[2]: target for target in targets.targets(ask, place.path, relation, owner)}
    held = targets.inner(ask.tenant, relation, place.path, ids[place.child]) if place.child in ids else None
    if held is None:
        raise not_found(place.child)
    body = elements.plain(ask, "", relation.type, found, single=True)(held)
    name = f"{place.path}('{owner['id']}')/{relation.name}"
    return Reply(200, {"@odata.context": context(ask, name, found, entity=True), **body})


def _deleted(ask: Ask, place: Place) -> Reply:
    if place.key:
        return _deleted_object(ask, place)
    found = parse(ask, place, place.cast, listing=layout.DEFAULT_LISTING)
    objects = ask.tenant.deleted.get(place.path, {})
    render = elements.plain(ask, place.path, place.cast, found, single=False)

    def element(object_id: str) -> Object | None:
        item = objects.get(object_id)
        return None if item is None else render(item)

    return listed(ask, found, place.path, lambda: _kept(found, objects, ""), element)


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


FORMS: Mapping[str, Callable[[Ask, Place], Reply]] = {
    "list": _list,
    "object": _object,
    "singleton": _singleton,
    "relation": _relation,
    "child": _child,
    "deleted": _deleted,
    "any": _any,
    "delta": delta.changes,
}


def read(ask: Ask, place: Place) -> Reply:
    """The reply to a read; 405 for what is none (writes come later); raises ApiError."""
    if place.form == "ids" and ask.method == "POST":
        return _by_ids(ask, place)
    if ask.method != "GET" or place.form not in FORMS:
        message = "Specified HTTP method is not allowed for the request target."
        raise ApiError(405, "Request_BadRequest", message)
    return FORMS[place.form](ask, place)
