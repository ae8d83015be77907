"""From a place and a method to the write."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from entragit.sandbox import logos, objects, paths, people, photos, preferences, relationships, streams
from entragit.sandbox.access import not_allowed
from entragit.sandbox.ask import Ask
from entragit.sandbox.paths import Place
from entragit.sandbox.replies import ApiError, Reply, not_found
from entragit.sandbox.rules import layout
from entragit.sandbox.rules.rows import ROWS
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object
from entragit.sandbox.writes import assigned, credentials, deleted, engine, expiry, licences, links, lookup, restricted
from entragit.sandbox.writes.core import Kind, plain
from entragit.sandbox.writes.kinds import (
    agents,
    applications,
    children,
    conditional_access,
    directory,
    further,
    grants,
    groups,
    pim,
    places,
    policies,
    principals,
    rbac,
    users,
)
from entragit.sandbox.writes.shelves import shelf

KINDS: Mapping[str, Kind] = {row.path: plain(row) for row in ROWS if row.methods} | {
    kind.path: kind
    for kind in (
        users.KIND, groups.KIND, directory.DEVICES, directory.UNITS, directory.ORGANIZATION, directory.DOMAINS,
        applications.KIND, principals.KIND, grants.GRANTS, rbac.DEFINITIONS, rbac.ASSIGNMENTS, rbac.ACTIVATED,
        conditional_access.KIND, places.LOCATION, places.CONTEXT_KIND, places.STRENGTH, policies.AUTHORIZATION,
        policies.SECURITY_DEFAULTS, policies.METHODS, policies.CONFIGURATIONS, policies.SETTINGS,
        *further.KINDS,
    )
}  # fmt: skip
OWN_ADDRESS = "An object of the type '{}' is written at the address of its type."
CREATE_IF_MISSING = "create-if-missing"


def _upsert(ask: Ask, place: Place, kind: Kind, body: Object) -> Reply:
    """PATCH by a natural key of what is not there: 201 with `Prefer: create-if-missing`, contexts always (facts §5)."""
    contexts = kind.path == conditional_access.CONTEXTS
    named = place.by == kind.upsert or (contexts and not place.by)
    if kind.upsert is None or not named or not (contexts or ask.prefers(CREATE_IF_MISSING)):
        raise objects.missing(place)
    reply = engine.create(ask, kind, {**body, "id": place.key} if contexts else body)
    if place.by and isinstance(reply.body, dict):
        made = ask.tenant.objects[kind.path][str(reply.body["id"])]
        made[place.by] = reply.body[place.by] = place.key
    return reply


def _update(ask: Ask, place: Place, kind: Kind) -> Reply:
    body = engine.body_of(ask)
    try:
        found = lookup.target(ask, place)
    except ApiError as error:
        if error.status != 404:
            raise
        return _upsert(ask, place, kind, body)
    return engine.update(ask, kind, body, found)


def _delete(ask: Ask, place: Place, kind: Kind) -> Reply:
    found = lookup.target(ask, place)
    if kind is policies.CONFIGURATIONS and found["@odata.type"] != policies.EXTERNAL:
        policies.reset(ask.tenant, found)
        return Reply(204)
    return engine.delete(ask, kind, found)


def _kind(place: Place) -> Kind:
    """The kind at a place: of a derived type where the path ends, or goes on behind an id, with that."""
    return agents.KINDS[place.cast or place.own] if place.cast or place.own else KINDS[place.path]


def _check_address(place: Place, found: Object) -> None:
    """400 for an object of a type with an address of its own that is written elsewhere, 404 for another's there [K]."""
    own = str(found.get("@odata.type", "")).rpartition(".")[2]
    if (place.cast or place.own) and own != (place.cast or place.own):
        raise objects.missing(place)
    if own in agents.KINDS and not (place.cast or place.own):
        raise KINDS[place.path].bad(OWN_ADDRESS.format(own))


def _target(ask: Ask, place: Place) -> Object:
    """The object that a path names, where that is its address."""
    found = lookup.target(ask, place)
    if place.path in layout.CASTS:
        _check_address(place, found)
    return found


def _list(ask: Ask, place: Place) -> Reply:
    return engine.create(ask, _kind(place), engine.body_of(ask))


def _object(ask: Ask, place: Place) -> Reply:
    if place.path in layout.CASTS:
        _check_address(place, objects.find(ask.tenant, place))
    return (_delete if ask.method == "DELETE" else _update)(ask, place, _kind(place))


def _singleton(ask: Ask, place: Place) -> Reply:
    held, kind = ask.tenant.singletons.get(place.path), KINDS[place.path]
    if held is None and kind.starts:
        fresh = blank(kind.type)
        reply = engine.update(ask, kind, engine.body_of(ask), fresh)
        ask.tenant.singletons[place.path] = fresh
        return Reply(201, reply.body)
    if held is None:
        raise objects.missing(Place("singleton", place.template, key=place.path))
    return engine.update(ask, kind, engine.body_of(ask), held)


def _referenced(ask: Ask, place: Place, owner: Object) -> Reply:
    """A `$ref` is written; without it Graph would take the path for the object itself."""
    kind = _kind(place)
    name = place.relation.name if place.relation else ""
    if name == "owners" and place.path in layout.CASTS:
        _check_address(place, owner)
    references = kind.references.get(name) or assigned.REFERENCES.get(place.path, {}).get(name)
    if references is None or not place.ref:
        raise not_allowed()
    if ask.method == "DELETE":
        return links.remove(ask, kind, owner, references, place.child)
    return links.add(ask, kind, owner, references)


def _child(ask: Ask, place: Place, owner: Object, kind: Kind) -> Reply:
    """A child, or an app role assignment, by its id; a federated credential by its name as well."""
    if not place.child:
        return engine.create(ask, kind, engine.body_of(ask), owner)
    held, key = shelf(ask.tenant, kind, owner), place.child
    match = paths.ALTERNATE.fullmatch(key)
    if match is not None and match["property"] == kind.upsert:
        key = next((name for name, item in held.items() if item.get(match["property"]) == match["value"]), "")
        if not key and ask.method == "PATCH":
            return engine.create(ask, kind, {**engine.body_of(ask), match["property"]: match["value"]}, owner)
    item = held.get(key)
    if item is None or (not kind.child and owner["id"] not in (item.get("principalId"), item.get("resourceId"))):
        raise not_found(place.child)
    if ask.method == "DELETE":
        return engine.delete(ask, kind, item, owner)
    return engine.update(ask, kind, engine.body_of(ask), item, owner)


def _only(ask: Ask, owner: Object, kind: Kind) -> Reply:
    """The one child: PUT makes it or takes its place, without an answer; 404 for a PATCH of none."""
    item = next(iter(shelf(ask.tenant, kind, owner).values()), None)
    if item is None and ask.method == "PUT":
        engine.create(ask, kind, engine.body_of(ask), owner)
        return Reply(204)
    if item is None:
        raise not_found(kind.type)
    if ask.method == "DELETE":
        return engine.delete(ask, kind, item, owner)
    return engine.update(ask, kind, engine.body_of(ask), item, owner)


_OWN: Mapping[str, Callable[[Ask, Object], Reply]] = {
    "state": people.write,
    "photo": photos.write,
    "logo": logos.write,
    "preferred": preferences.write,
}
"""What has rules of its own below an object."""


def _below(ask: Ask, place: Place) -> Reply:
    owner = lookup.target(ask, place)
    restricted.check(ask, owner)
    relation = place.relation
    if relation is not None:
        relationships.check_owner(relation, owner)
    if relation is not None and relation.how == "stream":
        return streams.write(ask, place, relation, owner)
    if relation is not None and relation.how in _OWN:
        return _OWN[relation.how](ask, owner)
    if relation is not None and relation.how == "children" and relation.single:
        return _only(ask, owner, children.KINDS[f"{place.path}/{relation.name}"])
    if relation is not None and relation.how in ("children", "inline"):
        return _child(ask, place, owner, children.KINDS[f"{place.path}/{relation.name}"])
    if relation is not None and relation.how == "assignments":
        return _child(ask, place, owner, grants.ASSIGNMENTS)
    return _referenced(ask, place, owner)


def _action(ask: Ask, place: Place) -> Reply:
    if place.action == "restore" and place.path == further.reviews.DELETED:
        return further.reviews.restore(ask, lookup.target(ask, place))
    if place.action == "restore":
        return deleted.restore(ask, place, KINDS)
    found = _target(ask, place)
    if place.action == "assignLicense":
        return licences.assign(ask, KINDS[place.path], found)
    if place.action == "updateAllowedCombinations":
        return places.update_combinations(ask, found)
    if place.action == "cancel":
        return pim.cancel(ask, place, found)
    if place.action in ("addGroup", "removeGroup"):
        return expiry.change(ask, found, adding=place.action == "addGroup")
    if place.action == "createNewVersion":
        return further.reviews.new_version(ask, found)
    if place.action in ("pause", "start"):
        return further.provisioning.turn(ask, found, on=place.action == "start")
    if place.action == "verify":
        return directory.verify(ask, found)
    password = credentials.add_password if place.action == "addPassword" else credentials.remove_password
    return password(ask, place.path, found)


FORMS: Mapping[str, Callable[[Ask, Place], Reply]] = {
    "list": _list,
    "object": _object,
    "singleton": _singleton,
    "relation": _below,
    "child": _below,
    "action": _action,
    "part": lambda ask, place: further.provisioning.whole_schema(ask, lookup.target(ask, place)),
    "deleted": lambda ask, place: deleted.purge(ask, place, KINDS),
}


def write(ask: Ask, place: Place) -> Reply:
    """The reply to a write that permissions open; raises ApiError."""
    if place.form not in FORMS or place.count or (place.cast and place.cast not in agents.KINDS):
        raise not_allowed()
    return FORMS[place.form](ask, place)
