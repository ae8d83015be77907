"""In which order kinds are made: what a creation must name comes first (design section 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter

from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.fields import Field, fields
from entragit.resources.metadata import derived


@cache
def edges() -> Mapping[str, frozenset[str]]:
    """Kind → the kinds whose resources a creation of it must be able to name."""
    return {name: frozenset({*kind.writes.after, *_required(kind), *_first(kind)}) for name, kind in CATALOG.items()}


def _first(kind: ResourceType) -> Iterator[str]:
    """The kinds of those whom a creation names though they stand in a relationship."""
    for relation in kind.relations:
        yield from relation.reference.to if relation.first and relation.reference else ()


def _required(kind: ResourceType) -> Iterator[str]:
    for type_name in (kind.type, *derived(kind.type)):
        rows = fields(type_name)
        for name in kind.writes.required & rows.keys():
            yield from _targets(rows[name], frozenset())


def _targets(field: Field, seen: frozenset[str]) -> Iterator[str]:
    """The kinds that a value of this property may name, at any depth."""
    if field.reference is not None:
        yield from field.reference.to
    for type_name in {field.type, *derived(field.type)} - seen:
        for inner in fields(type_name).values():
            yield from _targets(inner, seen | {type_name})


@cache
def whole() -> tuple[str, ...]:
    """All kinds in the order of creation. Raises graphlib.CycleError where required references go round."""
    place = list(CATALOG).index
    sorter = TopologicalSorter({name: sorted(before, key=place) for name, before in edges().items()})
    return tuple(sorter.static_order())


def order(kinds: Iterable[str]) -> list[str]:
    """`kinds` in the order of creation; deletions go the other way."""
    wanted = set(kinds)
    return [name for name in whole() if name in wanted]


whole()
