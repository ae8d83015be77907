"""From a request's path to the place in the tenant that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from entragit.sandbox.replies import ApiError
from entragit.sandbox.rules import layout
from entragit.sandbox.rules.operations import ACTIONS
from entragit.sandbox.rules.relations import INSIDE, RELATIONS, WITH_CHILD
from entragit.sandbox.rules.row import Relation, Row

Form = Literal[
    "list", "object", "singleton", "relation", "child", "delta", "deleted", "any", "ids", "batch", "action", "part"
]
CAST = "microsoft.graph."
KEYED = re.compile(r"(?P<name>\w+)\((?P<key>.+)\)")
ALTERNATE = re.compile(r"(?P<property>\w+)='(?P<value>(?:[^']|'')*)'")
# Unique properties that may stand for an id (facts §1, §6).
ALTERNATE_KEYS: Mapping[str, frozenset[str]] = {
    "users": frozenset({"userPrincipalName"}),
    "groups": frozenset({"uniqueName"}),
    "applications": frozenset({"appId", "uniqueName"}),
    "servicePrincipals": frozenset({"appId"}),
    "devices": frozenset({"deviceId"}),
    "directoryRoles": frozenset({"roleTemplateId"}),
}
ROOTS: Mapping[tuple[str, ...], str] = {
    tuple(path.lower().split("/")): layout.ALIASES.get(path, path) for path in {*layout.SERVED, *layout.ALIASES}
}
DEEPEST = max(map(len, ROOTS))


@dataclass(frozen=True)
class Place:
    """What a path names.

    - `form`: what is there; `template`: the path in lower case with {id} for ids, without $count and the namespace of
      casts; without the cast, too, where that has no permissions of its own (`layout.CASTS`).
    - `path`: the collection or singleton; `key`: the object's id as given, or `by`=value of an alternate key; of what
      follows a singleton, its name.
    - `relation`, `child`: what follows the object; `cast`: a type without its namespace; `count`: `$count` at the end.
    - `owner`: the id of the object that has a list of its own (`Row.inside`); `part`: what follows one of that list.
    - `own`: the derived type that stands between an object's id and what follows it.
    - `action`: the action at the end ("assignLicense"); a deleted object's is "restore".
    """

    form: Form
    template: str
    path: str = ""
    key: str = ""
    by: str = ""
    relation: Relation | None = None
    child: str = ""
    cast: str = ""
    count: bool = False
    ref: bool = False
    action: str = ""
    owner: str = ""
    part: str = ""
    own: str = ""


def unknown_segment(name: str) -> ApiError:
    """400 for a path that Graph has not."""
    return ApiError(400, "BadRequest", f"Resource not found for the segment '{name}'.")


def _unkeyed(segments: tuple[str, ...]) -> list[str]:
    """Segments with `users('id')` written as `users/id`."""
    found: list[str] = []
    for segment in segments:
        match = KEYED.fullmatch(segment)
        if match is None or segment.lower() in layout.DELTA_NAMES:
            found.append(segment)
        else:
            key = match["key"]
            found += [match["name"], key[1:-1] if key.startswith("'") and key.endswith("'") else key]
    return found


def _root(segments: list[str]) -> tuple[str, int]:
    """(collection, number of segments that name it)."""
    lowered = tuple(segment.lower() for segment in segments[:DEEPEST])
    for length in range(len(lowered), 0, -1):
        if lowered[:length] in ROOTS:
            return ROOTS[lowered[:length]], length
    raise unknown_segment(segments[0] if segments else "")


def _tail(rest: list[str]) -> tuple[list[str], str, bool, bool]:
    """(rest, cast, count, ref) with what may end any list's path taken off."""
    count, ref = rest[-1:] == ["$count"], rest[-1:] == ["$ref"]
    rest = rest[:-1] if count or ref else rest
    cast = rest[-1][len(CAST) :] if rest and rest[-1].lower().startswith(CAST) else ""
    return (rest[:-1] if cast else rest), cast, count, ref


def _special(segments: list[str]) -> Place | None:
    """The places that are no collection of their own."""
    match [segment.lower() for segment in segments]:
        case ["$batch"]:
            return Place("batch", "$batch")
        case ["directoryobjects", "getbyids" | "microsoft.graph.getbyids"]:
            return Place("ids", "directoryobjects/getbyids")
        case ["directoryobjects", _]:
            return Place("any", "directoryobjects/{id}", key=segments[1])
        case ["directory", "deleteditems", *_]:
            return _deleted(segments[2:])
        case ["me", *_]:
            raise ApiError(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
    return None


def _deleted(rest: list[str]) -> Place:
    """What follows /directory/deletedItems: `microsoft.graph.X`, `{id}`, `{id}/restore`; the uncast list is refused."""
    if len(rest) == 2 and rest[1].lower().removeprefix(CAST) == "restore":
        return Place("action", "directory/deleteditems/{id}/restore", key=rest[0], action="restore")
    if len(rest) != 1:
        raise ApiError(400, "Request_BadRequest", "Deleted items can only be listed by their type.")
    if not rest[0].lower().startswith(CAST):
        return Place("deleted", "directory/deleteditems/{id}", key=rest[0])
    cast = rest[0][len(CAST) :]
    path = next((path for path, type_ in layout.DELETABLE.items() if type_.lower() == cast.lower()), None)
    if path is None:
        raise unknown_segment(rest[0])
    return Place("deleted", f"directory/deleteditems/{rest[0].lower()}", path, cast=layout.DELETABLE[path])


def _action(path: str, rest: list[str]) -> Place | None:
    """The place of an object's action; None if `rest` names none."""
    rest, own = _typed(path, rest) if len(rest) == 3 else (rest, "")
    if len(rest) != 2:
        return None
    asked = rest[1].lower().removeprefix(CAST)
    name = next((name for name in ACTIONS.get(path, ()) if name.lower() == asked), None)
    if name is None:
        return None
    root = f"{path.lower()}/{{id}}" + (f"/{own.lower()}" if own else "")
    return _keyed(Place("action", f"{root}/{name.lower()}", path, rest[0], action=name, own=own))


def _named(path: str, rest: list[str]) -> list[str]:
    """`rest` with a relationship's name for the path that leads to it; 400 for the name where a path does."""
    for relation in RELATIONS.get(path, {}).values():
        way = relation.way.split("/")
        if [segment.lower().removeprefix(CAST) for segment in rest[1 : len(way) + 1]] == way:
            return [rest[0], relation.name, *rest[len(way) + 1 :]]
        if len(way) > 1 and rest[1].lower() == relation.name.lower():
            raise unknown_segment(rest[1])
    return rest


def _typed(path: str, rest: list[str]) -> tuple[list[str], str]:
    """`rest` without the derived type behind the id, and that; 400 where nothing follows it."""
    cast = rest[1].lower().removeprefix(CAST) if rest[1].lower().startswith(CAST) else ""
    own = next((name for name in layout.CASTS.get(path, ()) if name.lower() == cast), "")
    if own and len(rest) < 3:
        raise unknown_segment(rest[-1])
    return ([rest[0], *rest[2:]], own) if own else (rest, "")


def _below(path: str, rest: list[str], cast: str, count: bool, ref: bool) -> Place:
    """The place below an object: `rest` is [id, relation, …]; one of many linked objects is named by its reference.

    Of a singleton, whose id no path has, its name stands for that in `rest`.
    """
    rest, own = _typed(path, _named(path, rest))
    relation = RELATIONS.get(path, {}).get(rest[1].lower())
    if relation is None or len(rest) > 3:
        raise unknown_segment(rest[-1])
    if len(rest) == 3 and relation.how not in WITH_CHILD and not (ref and relation.how == "links"):
        raise unknown_segment(rest[-1])
    root = path.lower() + ("" if path in layout.SINGLETONS else "/{id}") + (f"/{own.lower()}" if own else "")
    template = f"{root}/{relation.way}" + ("/{id}" if len(rest) == 3 else "")
    form: Form = "child" if len(rest) == 3 else "relation"
    return _keyed(
        Place(form, template, path, rest[0], "", relation, rest[2] if len(rest) == 3 else "", cast, count, ref,
              own=own)
    )  # fmt: skip


def _single(root: str, path: str, rest: list[str]) -> Place:
    """The one object at a path, or the place below it."""
    if not rest:
        return Place("singleton", root, path)
    below, cast, count, ref = _tail(rest)
    if not below:
        raise unknown_segment(rest[0])
    return _below(path, [path.rpartition("/")[2], *below], cast, count, ref)


def _inside(segments: list[str]) -> Place | None:
    """The place in a list that each object of another collection has of its own; None for any other."""
    lowered = [segment.lower() for segment in segments]
    for row in INSIDE.values():
        names = row.template.split("/")
        if len(segments) >= len(names) and all(b in ("{id}", a) for a, b in zip(lowered, names, strict=False)):
            return _listed(row, lowered[names.index("{id}")], segments[len(names) :])
    return None


def _listed(row: Row, owner: str, rest: list[str]) -> Place:
    """The place that `rest` names in the list of `owner`: nothing, an id, what follows that."""
    if not rest:
        return Place("list", row.template, row.path, owner=owner)
    found = Place("object", f"{row.template}/{{id}}", row.path, f"{owner}/{rest[0]}", owner=owner)
    below = {name.lower(): name for name in (*row.parts, *row.actions)}
    if len(rest) == 1:
        return found
    if len(rest) > 2 or rest[1].lower().removeprefix(CAST) not in below:
        raise unknown_segment(rest[-1])
    name = below[rest[1].lower().removeprefix(CAST)]
    found = replace(found, template=f"{found.template}/{name.lower()}")
    return replace(found, form="part", part=name) if name in row.parts else replace(found, form="action", action=name)


def _keyed(place: Place) -> Place:
    """The place with an alternate key taken apart; 400 for one that the collection has not."""
    match = ALTERNATE.fullmatch(place.key)
    if match is None:
        return place
    if match["property"] not in ALTERNATE_KEYS.get(place.path, ()):
        raise ApiError(400, "BadRequest", f"'{match['property']}' is no alternate key of '{place.path}'.")
    value = match["value"].replace("''", "'")
    return replace(place, key=value, by=match["property"])


def resolve(given: tuple[str, ...]) -> Place:
    """The place that a path's segments name; 400 for one that isn't served."""
    segments = _unkeyed(given)
    special = _special(segments) or _inside(segments)
    if special is not None:
        return special
    path, length = _root(segments)
    root = "/".join(segments[:length]).lower()
    if path in layout.SINGLETONS:
        return _single(root, path, segments[length:])
    below = [segment.lower() for segment in segments[length:]]
    if len(below) == 1 and below[0] in layout.DELTA_NAMES and path in layout.DELTAS:
        return Place("delta", f"{root}/delta", path)
    action = _action(path, segments[length:])
    if action is not None:
        return action
    rest, cast, count, ref = _tail(segments[length:])
    end = f"/{cast.lower()}" if cast in layout.CASTS.get(path, ()) else ""
    if not rest:
        return Place("list", f"{root}{end}", path, cast=cast, count=count)
    if len(rest) == 1 and not count and not ref:
        return _keyed(Place("object", f"{root}/{{id}}{end}", path, rest[0], cast=cast))
    if len(rest) == 1:
        raise unknown_segment(segments[-1])
    return _below(path, rest, cast, count, ref)
