"""What every step of one read shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from entragit.graph.client import Graph
from entragit.model import Gap, Raw
from entragit.resources.base import ResourceType
from entragit.resources.fields import resource_fields
from entragit.spool import Spool

Progress = Callable[[str, int], None]
"""Told a kind and how many of its resources have been read since the last call."""

Notice = Callable[[str], None]
"""Told a sentence that a person should read, though it is no gap."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The connection, where what it reads goes, what not to read, and whom to tell.

    `vanished`: (kind, id) of resources that were listed, but not found when their relationships were read.
    """

    graph: Graph
    spool: Spool
    exclude: frozenset[str]
    progress: Progress
    notice: Notice
    vanished: set[tuple[str, str]] = field(default_factory=set)

    def granted(self, permission: str) -> bool:
        """Whether the token has an application permission; a signed-in person's token doesn't say, so it may."""
        return self.graph.permissions is None or permission in self.graph.permissions


def store(reader: Reader, kind: ResourceType, raws: list[Raw]) -> None:
    """Put objects as Graph sent them into the spool."""
    reader.spool.add(kind.kind, kind.title, raws)
    reader.progress(kind.kind, len(raws))


def unseen(reader: Reader, kind: ResourceType) -> Iterator[Gap]:
    """Properties and relationships that this run doesn't ask for, as gaps."""
    for name in sorted(kind.unread):
        yield Gap(kind.kind, name, reason="not read by this version", failure=False)
    for name in resource_fields(kind.kind, kind.type):
        if f"{kind.kind}/{name}" in reader.exclude:
            yield Gap(kind.kind, name, reason="not selected", failure=False)
    needs = dict(kind.needs) | {r.name: permission for r in kind.relations for permission in r.read}
    for name, permission in needs.items():
        if not reader.granted(permission) and f"{kind.kind}/{name}" not in reader.exclude:
            yield Gap(kind.kind, name, reason=f"needs the permission {permission}")


def without(reader: Reader, kind: ResourceType) -> frozenset[str]:
    """The names of what this run doesn't ask for."""
    return frozenset(gap.property for gap in unseen(reader, kind))
