"""What changed while the run was reading: delta queries opened before it, drained after it."""

from __future__ import annotations

from entragit.errors import GraphError
from entragit.graph import delta
from entragit.graph.answers import reason
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.snapshotter.again import reread
from entragit.snapshotter.reader import Reader

ROUNDS = 3
"""How often changes during the read are drained; what moves after that is the next export's."""


async def open_deltas(reader: Reader, kinds: list[ResourceType]) -> dict[str, str]:
    """Kind → a delta link that will tell what changed since now."""
    links: dict[str, str] = {}
    for kind in (kind for kind in kinds if kind.delta):
        try:
            links[kind.kind] = await delta.latest(reader.graph, f"/{kind.kind}")
        except GraphError as error:
            _untracked(reader, kind, error)
    return links


async def drain(reader: Reader, links: dict[str, str]) -> None:
    """Read again what changed since the links were opened, until nothing does (at most ROUNDS times).

    `links` is left with the last link of each kind whose changes could be followed.
    """
    for _ in range(ROUNDS):
        moved = [await _drain_kind(reader, CATALOG[name], links) for name in sorted(links)]
        if not any(moved):
            return


async def _drain_kind(reader: Reader, kind: ResourceType, links: dict[str, str]) -> bool:
    if not reader.spool.coverage().covers(kind.kind):
        del links[kind.kind]
        return False
    try:
        moved, links[kind.kind] = await delta.changed(reader.graph, links[kind.kind])
    except GraphError as error:
        del links[kind.kind]
        _untracked(reader, kind, error)
        return False
    await reread(reader, kind, moved)
    return bool(moved)


def _untracked(reader: Reader, kind: ResourceType, error: GraphError) -> None:
    # A kind that can't be listed at all says so itself.
    if error.status != 403:
        reader.notice(
            f"{kind.kind}: changes made while this run reads can't be followed ({reason(error)}); "
            "they appear with the next export"
        )
