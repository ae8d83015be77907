"""What single resources are just now, as bodies: read once more before they are written, and after they were made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from entragit.errors import GraphError
from entragit.git.repository import Repository
from entragit.graph.answers import is_absent, reason
from entragit.graph.client import Graph
from entragit.model import Body, Gap
from entragit.reading import spooled
from entragit.resources.base import Context, ResourceType
from entragit.resources.catalog import CATALOG
from entragit.snapshotter.again import reread
from entragit.snapshotter.kinds import leave_out, read_relations, read_single
from entragit.snapshotter.reader import Reader
from entragit.spool import Spool
from entragit.tree import assemble

Key = tuple[str, str]
"""Kind and id; the id of a singleton is its own."""


Keys = Iterable[Key]


@dataclass(frozen=True, slots=True)
class Live:
    """The bodies of what is there, and what could not be read of the rest or of them."""

    bodies: Mapping[Key, Body] = field(default_factory=dict)
    gaps: frozenset[Gap] = frozenset()

    def unread(self, kind: str, id_: str, names: Collection[str]) -> str:
        """Why one of the properties `names` of a resource is not known; "" if all are."""
        return next(
            (gap.reason for gap in sorted(self.gaps)
             if gap.kind == kind and gap.id in ("", id_) and gap.property in ("", *names)), ""
        )  # fmt: skip


async def read(repo: Repository, graph: Graph, exclude: frozenset[str], keys: Iterable[Key]) -> Live:
    """The resources `keys` as they are now; one that is gone is in neither part of the result.

    `exclude`: what the settings leave out. Raises SignInError.
    """
    wanted: dict[str, set[str]] = {}
    for kind, id_ in keys:
        wanted.setdefault(kind, set()).add(id_)
    with spooled(repo) as spool:
        reader = Reader(graph, spool, exclude, lambda _kind, _count: None, lambda _sentence: None)
        for name, ids in sorted(wanted.items()):
            spool.cover(name)
            if CATALOG[name].shape == "singleton":
                await _single(reader, CATALOG[name])
            else:
                await reread(reader, CATALOG[name], ids)
                await _leave(reader, CATALOG[name])
        return Live(dict(_bodies(spool, sorted(wanted), Context(graph.tenant_id))), spool.coverage().gaps)


async def _leave(reader: Reader, kind: ResourceType) -> None:
    """Take out what is nobody's to write, such as a role that somebody has activated for some hours."""
    try:
        await leave_out(reader, kind)
    except GraphError as error:
        reader.spool.add_gap(Gap(kind.kind, reason=reason(error)))


async def _single(reader: Reader, kind: ResourceType) -> None:
    try:
        await read_single(reader, kind)
    except GraphError as error:
        if not (kind.none and is_absent(error)):
            reader.spool.add_gap(Gap(kind.kind, reason=reason(error)))
        return
    await read_relations(reader, kind, reader.spool.ids(kind.kind))


def _bodies(spool: Spool, kinds: Iterable[str], context: Context) -> Iterable[tuple[Key, Body]]:
    coverage = spool.coverage()
    for name in kinds:
        for id_ in spool.ids(name):
            yield (name, id_), assemble(spool, coverage, CATALOG[name], id_, coverage.partial(name), context)
