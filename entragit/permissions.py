"""Which permissions a job needs, from what the catalog says of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG


def reading(kinds: Iterable[ResourceType] = CATALOG.values()) -> tuple[str, ...]:
    """The least application permissions with which an export of `kinds` misses nothing, sorted."""
    return tuple(sorted({permission for kind in kinds for permission in _of(kind)}))


def _of(kind: ResourceType) -> Iterator[str]:
    yield from kind.read
    yield from kind.needs.values()
    if kind.excluded:
        yield from kind.excluded.read
    for relation in kind.relations:
        yield from relation.read
        if relation.hidden:
            yield relation.hidden[2]


def writing(kinds: Iterable[ResourceType] = CATALOG.values()) -> tuple[str, ...]:
    """The least application permissions with which an apply to `kinds` is refused nothing, sorted; reading not among
    them, but where a write needs it.
    """
    return tuple(sorted({permission for kind in kinds for permission in _to_write(kind)}))


def _to_write(kind: ResourceType) -> Iterator[str]:
    yield from kind.write
    yield from kind.writes.needs.values()
    yield from (needed.permission for needed in kind.writes.also)
    for relation in kind.relations:
        yield from relation.write
