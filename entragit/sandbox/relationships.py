"""Reads of what follows an object's id: relationships, their references, and children (facts §5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from entragit.sandbox import elements, logos, people, photos, preferences, proxy, streams, targets
from entragit.sandbox.ask import Ask
from entragit.sandbox.elements import Mixed
from entragit.sandbox.filters import Filter
from entragit.sandbox.listing import context, counted, listed
from entragit.sandbox.objects import directory_object, find, missing, visible
from entragit.sandbox.paths import Place, unknown_segment
from entragit.sandbox.query import Query, parse
from entragit.sandbox.replies import Reply, not_found
from entragit.sandbox.rules import layout
from entragit.sandbox.rules.row import Relation
from entragit.sandbox.store import Object


def _cast_path(place: Place) -> str:
    """The collection that a cast of directory objects names; "" without one."""
    if not place.cast:
        return ""
    found = (path for path, name in layout.DIRECTORY_OBJECTS.items() if name.lower() == place.cast.lower())
    path = next(found, None)
    if path is None:
        raise unknown_segment(f"microsoft.graph.{place.cast}")
    return path


def _shown(ask: Ask, place: Place, relation: Relation, cast: str, ids: Sequence[str]) -> Sequence[str]:
    """The targets that a list of directory objects shows: of the cast's type; in v1.0 groups no service principals."""
    if cast:
        held = visible(ask.tenant, cast)
        return [target for target in ids if target in held]
    return targets.without_principals(ask, place.path, relation, ids)


def check_owner(relation: Relation, owner: Object) -> None:
    """400 for a relationship that objects of the owner's type don't have."""
    if relation.only and owner.get("@odata.type") != f"#microsoft.graph.{relation.only}":
        raise unknown_segment(relation.name)


_OWN: Mapping[str, Callable[[Ask, Object], Reply]] = {
    "state": people.read,
    "photo": photos.read,
    "logo": logos.read,
    "preferred": preferences.read,
    "published": proxy.read,
}
"""What has rules of its own below an object."""


def read(ask: Ask, place: Place, relation: Relation) -> Reply:
    """The reply for the relationship of `place`, or for one child of it; raises ApiError."""
    owner = find(ask.tenant, place)
    check_owner(relation, owner)
    if relation.how == "stream":
        return streams.read(ask, place, relation, owner)
    if relation.how in _OWN:
        return _OWN[relation.how](ask, owner)
    if place.form == "child":
        return _child(ask, place, relation, owner)
    if relation.how == "children" and relation.single:
        return _only(ask, place, relation, owner)
    if relation.type == "directoryObject":
        return _directory_objects(ask, place, relation, owner)
    found = parse(ask, place, relation.type)
    render = elements.plain(ask, "", relation.type, found, single=False)

    def item(target: str) -> Object | None:
        return targets.inner(ask.tenant, relation, place.path, target)

    def build() -> Sequence[str]:
        ids = targets.targets(ask, place.path, relation, owner)
        return [target for target in ids if found.filter is None or found.filter.keep(item(target))]

    def element(target: str) -> Object | None:
        held = item(target)
        return None if held is None else render(held)

    if place.count:
        return counted(ask, place, len(build()))
    return listed(ask, found, _address(place, relation, owner), build, element)


def _address(place: Place, relation: Relation, owner: Object) -> str:
    """What a context calls a relationship: without an id where there is but one owner."""
    own = "" if place.path in layout.SINGLETONS else f"('{owner['id']}')"
    return f"{place.path}{own}/{relation.name}"


def _directory_objects(ask: Ask, place: Place, relation: Relation, owner: Object) -> Reply:
    """A relationship to directory objects of any type, or of the type of a cast."""
    cast = _cast_path(place)
    type_name = layout.DIRECTORY_OBJECTS.get(cast, "directoryObject")
    listing = layout.DEFAULT_LISTING if relation.paged else layout.LISTINGS["directoryRoles"]
    found = parse(ask, place, type_name, single=relation.single, listing=listing)
    mixed = Mixed(ask, ("id",) if place.ref else found.names, relation.single, typed=not cast)
    ids = targets.targets(ask, place.path, relation, owner)
    if relation.single:
        return _single(ask, place, mixed, ids, found)

    def build() -> Sequence[str]:
        shown = _shown(ask, place, relation, cast, ids)
        return shown if found.filter is None else [target for target in shown if _passes(ask, found.filter, target)]

    if place.count:
        return counted(ask, place, len(build()))
    render = partial(_reference, ask) if place.ref else mixed.element
    return listed(ask, found, cast or "directoryObjects", build, render)


def _reference(ask: Ask, target: str) -> Object:
    return {"@odata.id": f"{ask.root}/directoryObjects/{target}"}


def _passes(ask: Ask, condition: Filter, target: str) -> bool:
    found = directory_object(ask.tenant, target)
    return found is not None and condition.keep(found[1])


def _single(ask: Ask, place: Place, mixed: Mixed, ids: Sequence[str], found: Query) -> Reply:
    """A relationship to one object: it, its reference, or 404."""
    body = mixed.element(ids[0]) if ids else None
    if body is None:
        raise not_found(place.template.rpartition("/")[2])
    if place.ref:
        body = _reference(ask, ids[0])
    return Reply(200, {"@odata.context": context(ask, "directoryObjects", found, entity=True), **body})


def _only(ask: Ask, place: Place, relation: Relation, owner: Object) -> Reply:
    """The one child, or 404."""
    found = parse(ask, place, relation.type, single=True)
    ids = targets.targets(ask, place.path, relation, owner)
    held = targets.inner(ask.tenant, relation, place.path, ids[0]) if ids else None
    if held is None:
        raise missing(place)
    body = elements.plain(ask, "", relation.type, found, single=True)(held)
    name = _address(place, relation, owner)
    return Reply(200, {"@odata.context": context(ask, name, found, entity=True), **body})


def _child(ask: Ask, place: Place, relation: Relation, owner: Object) -> Reply:
    found = parse(ask, place, relation.type, single=True)
    ids = {target.rpartition("/")[2]: target for target in targets.targets(ask, place.path, relation, owner)}
    held = targets.inner(ask.tenant, relation, place.path, ids[place.child]) if place.child in ids else None
    if held is None:
        raise not_found(place.child)
    body = elements.plain(ask, "", relation.type, found, single=True)(held)
    name = _address(place, relation, owner)
    return Reply(200, {"@odata.context": context(ask, name, found, entity=True), **body})
