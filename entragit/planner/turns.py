"""In which order values are let go that others take, and what goes round gets in between: part of the plan.

Who lets a value go takes the one that is desired at once, once that is free; of those that wait for each other in a
circle one gets another value for the time being, made of its own and its id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from entragit.names import id8
from entragit.plan import Change, Freed
from entragit.planner.claims import Claims, Place, went_with
from entragit.planner.drafts import Draft
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.shapes import can_be_empty, fixed, keys

LONGEST = 64
"""Characters of a name before the "@", or without one."""


class Node(NamedTuple):
    """A change that has to let something go: which property, and which values of it."""

    change: Change
    name: str
    keys: frozenset[str]


def with_freed(changes: Iterable[Change], made: Claims, found: Draft) -> tuple[Change, ...]:
    """The changes with what they have to let go for each other, and with what a restore comes back."""
    freed: dict[str, list[Freed]] = {}
    for turn, (node, value) in enumerate(_in_turn(list(_nodes(made)), made), start=1):
        early = node.change.action == "delete" and _goes_early(CATALOG[node.change.kind], node.name)
        freed.setdefault(node.change.key, []).append(Freed("", None, turn) if early else Freed(node.name, value, turn))
    for change in changes:
        if change.action == "restore":
            freed.setdefault(change.key, []).extend(_comes_with(change, found))
    return tuple(replace(change, freed=_once(freed.get(change.key, ()))) for change in changes)


def _once(freed: Iterable[Freed]) -> tuple[Freed, ...]:
    """A resource is deleted once, whatever it lets go."""
    rows = sorted(freed, key=lambda one: one.turn)
    first = next((one for one in rows if not one.name and one.turn), None)
    return tuple(rows) if first is None else (first,)


def _nodes(made: Claims) -> Iterator[Node]:
    needed: dict[tuple[str, str], tuple[Change, set[str]]] = {}
    for claim in made.takes:
        for id_ in made.holders.get(claim.place, ()):
            change = made.lets.get(claim.place, {}).get(id_)
            if change is not None:
                needed.setdefault((change.key, claim.place.name), (change, set()))[1].add(claim.place.key)
    for (_, name), (change, values) in sorted(needed.items(), key=lambda item: item[0]):
        yield Node(change, name, frozenset(values))


def _in_turn(nodes: list[Node], made: Claims) -> Iterator[tuple[Node, Any]]:
    """The nodes in the order of their turns, with the value that each has from then on."""
    held = {Place(node.change.kind, node.name, key): node for node in nodes for key in node.keys}
    waiting = {id(node): node for node in nodes}
    while waiting:
        ready = next((node for node in waiting.values() if not _waits(node, held, waiting)), None)
        node = ready or next(iter(waiting.values()))
        del waiting[id(node)]
        yield node, _value(node, made, circle=ready is None)


def _waits(node: Node, held: dict[Place, Node], waiting: Collection[int]) -> bool:
    """Whether what a node takes at once is still to be let go by another."""
    taken = _at_once(node)
    others = (held.get(Place(node.change.kind, node.name, key)) for key in taken)
    return any(other is not None and other is not node and id(other) in waiting for other in others)


def _at_once(node: Node) -> dict[str, str]:
    """The value that a node takes when it lets its own go: of a list nothing, for that is shorter until the end."""
    value = (node.change.desired or {}).get(node.name)
    return keys(value) if isinstance(value, str) else {}


def _value(node: Node, made: Claims, *, circle: bool) -> Any:
    before = (node.change.actual or {}).get(node.name)
    if isinstance(before, list):
        return [item for item in before if not keys(item).keys() & node.keys]
    kind = CATALOG[node.change.kind]
    desired = (node.change.desired or {}).get(node.name)
    if node.change.action == "update" and (not circle or desired is None):
        return desired
    return None if can_be_empty(kind, node.name, node.change.actual or {}) else _interim(node, str(before), made)


def _interim(node: Node, before: str, made: Claims) -> str:
    """A value that nobody has: the old one with the id in it."""
    known = {place.key for place in (*made.holders, *made.lets)}
    return next(name for name in interims(before, node.change.live) if name.casefold() not in known)


def interims(before: str, own: str) -> tuple[str, ...]:
    """The values that a resource with this id may have in between: the old one with the id in it, short or whole."""
    account, at, domain = before.partition("@")
    tails = (id8(own), own.replace("-", ""))
    return tuple(f"{account[: LONGEST - len(tail) - 1]}-{tail}{at}{domain}" for tail in tails)


def _goes_early(kind: ResourceType, name: str) -> bool:
    """Whether a deletion itself comes first: it can be taken back, or there is no other way to let the value go."""
    return bool(kind.writes.restore) or fixed(kind, name)


def _comes_with(change: Change, found: Draft) -> Iterator[Freed]:
    """The value with which a deleted resource comes back where it went with another, which may be somebody's."""
    desired = change.desired or {}
    for unique in CATALOG[change.kind].writes.unique:
        went = went_with(change, unique, found)
        if unique.comes and unique.name in desired and went.keys() - keys(desired[unique.name]).keys():
            yield Freed(unique.name, desired[unique.name])
