"""Reads the tenant into a spool: every kind, its relationships, and what could not be read.

Failure is never emptiness (design section 2): a kind whose listing breaks is not covered at all, a relationship of
one object that breaks is a gap of its own; both keep their old values later (`kept.py`). Changes that happen while
the run reads are caught by delta queries opened before it and drained after it (`drain.py`).
"""

from __future__ import annotations

import asyncio

from entragit.graph.client import Graph
from entragit.model import Gap
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.snapshotter.again import reread_dangling, reread_vanished
from entragit.snapshotter.drain import drain, open_deltas
from entragit.snapshotter.kinds import read_kind
from entragit.snapshotter.reader import Notice, Progress, Reader, unseen
from entragit.spool import Spool


async def snapshot(
    graph: Graph, spool: Spool, *, exclude: frozenset[str], progress: Progress, notice: Notice
) -> dict[str, str]:
    """Read every kind of the catalog, less `exclude` (kinds, or "kind/property"), into `spool`.

    What could not be read ends as gaps of the spool; nothing is raised for it. Returns kind → delta link, from which
    a later run may go on.
    """
    reader = Reader(graph, spool, exclude, progress, notice)
    kinds = [kind for kind in CATALOG.values() if _selected(reader, kind)]
    links = await open_deltas(reader, kinds)
    await _read(reader, kinds)
    await drain(reader, links)
    await reread_vanished(reader)
    await reread_dangling(reader, kinds)
    return links


async def _read(reader: Reader, kinds: list[ResourceType]) -> None:
    """Read all kinds at once; the first failure that is no gap ends the others and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for kind in kinds:
                group.create_task(read_kind(reader, kind))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


def _selected(reader: Reader, kind: ResourceType) -> bool:
    reader.spool.cover(kind.kind)
    if kind.kind in reader.exclude:
        reader.spool.add_gap(Gap(kind.kind, reason="not selected", failure=False))
        return False
    for gap in unseen(reader, kind):
        reader.spool.add_gap(gap)
    return True


__all__ = ["snapshot"]
