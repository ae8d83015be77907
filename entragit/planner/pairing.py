"""Three sides → resources: which file of one side is the object of which file of another.

By id, through the id map and through what the state knows of files without one; never by path. What only gives access
is the same where it gives the same to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from entragit import access
from entragit.errors import DocumentError
from entragit.model import Coverage
from entragit.planner.sides import Key, Side, Sides, own_id
from entragit.resources.catalog import CATALOG


class Source(NamedTuple):
    """A file without an id: its path, the commit that first added it so, the id of its object ("": none yet)."""

    path: str
    commit: str
    id: str


@dataclass(frozen=True, slots=True)
class Trio:
    """One resource on three sides; None where a side doesn't have it.

    `id`: the one that counts now; "" for a singleton, and for a file whose object is still to be made. `source`: of a
    file without an id.
    """

    kind: str
    id: str
    base: Side | None = None
    desired: Side | None = None
    actual: Side | None = None
    source: Source | None = None

    @property
    def addresses(self) -> frozenset[str]:
        """The addresses that it has on any side."""
        return frozenset(side.address for side in (self.base, self.desired, self.actual) if side)

    @property
    def address(self) -> str:
        """The address where desired has it, else where the tenant or base does."""
        return next(side.address for side in (self.desired, self.actual, self.base) if side)

    def covered(self, before: Coverage, now: Coverage) -> Callable[[str], bool]:
        """Whether a property ("": the resource itself) is covered by desired's snapshot and by what was read now.

        No snapshot can cover what is only authored yet.
        """
        old = next((own_id(side.body) for side in (self.desired, self.base) if side), "") or self.id
        new = self.id or (own_id(self.actual.body) if self.actual else "")  # gaps of a singleton name it by its id

        def covers(name: str) -> bool:
            then = self.source is not None or before.covers(self.kind, name, old)
            return then and now.covers(self.kind, name, new)

        return covers


def pair(sides: Sides, ids: Mapping[str, str], sources: Mapping[str, Source]) -> list[Trio]:
    """The resources of three sides. `ids`: old id → the one that counts; `sources`: by path.

    Raises DocumentError where two files of desired are one object.
    """
    desired: dict[Key, Side] = {}
    for key, side in sides.desired.items():
        place = _place(key, side, ids, sources)
        if place in desired:
            raise DocumentError(
                f"is the same object as {desired[place].path}, by what the state knows of ids; remove one of them",
                side.path,
            )
        desired[place] = side
    base = _base(sides.base, ids, sources)
    places = dict.fromkeys([*base, *desired, *sides.actual])
    found = [_trio(place, base, desired, sides.actual, sources) for place in places]
    return list(_by_what_they_give(found))


def _place(key: Key, side: Side, ids: Mapping[str, str], sources: Mapping[str, Source]) -> Key:
    kind, own, address = key
    if address and side.path in sources:
        own = sources[side.path].id
    return (kind, ids.get(own, own), "") if own else key


def _base(found: Mapping[Key, Side], ids: Mapping[str, str], sources: Mapping[str, Source]) -> dict[Key, Side]:
    """Where both an old object and its successor are in base, the successor counts."""
    base: dict[Key, Side] = {}
    for key, side in found.items():
        place = _place(key, side, ids, sources)
        if place == key or place not in base:
            base[place] = side
    return base


def _trio(
    place: Key,
    base: Mapping[Key, Side],
    desired: Mapping[Key, Side],
    actual: Mapping[Key, Side],
    sources: Mapping[str, Source],
) -> Trio:
    side = desired.get(place)
    source = sources.get(side.path) if side else None
    return Trio(place[0], place[1], base.get(place), side, actual.get(place), source)


def _by_what_they_give(trios: Iterable[Trio]) -> Iterator[Trio]:
    """One trio of each two that give the same access, of which desired has one and the tenant the other.

    Their ids differ after somebody gave back by hand what had been taken.
    """
    rest = list(trios)
    given = {_given(trio): trio for trio in rest if trio.actual and not trio.desired and CATALOG[trio.kind].access}
    taken: set[str] = set()
    for trio in rest:
        if trio.desired and not trio.actual and (twin := given.get(_given(trio))) and twin.id not in taken:
            taken.add(twin.id)
            yield replace(trio, id=twin.id, actual=twin.actual)
        elif trio.desired or not trio.actual:
            yield trio
    yield from (trio for trio in rest if trio.actual and not trio.desired and trio.id not in taken)


def _given(trio: Trio) -> tuple[object, ...]:
    side = trio.desired or trio.actual
    kind = CATALOG[trio.kind]
    return (trio.kind, *access.key(kind, side.body)) if side and kind.access else (trio.kind, trio.id, id(trio))
