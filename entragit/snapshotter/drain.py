"""What changed while the run was reading: delta queries opened before it, drained after it."""

from __future__ import annotations

from entragit.errors import GraphError
from entragit.graph import delta
from entragit.graph.answers import reason
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.snapshotter.again import reread
from entragit.snapshotter.reader import Reader
from entragit.snapshotter.together import together

ROUNDS = 3
"""How often changes during the read are drained; what moves after that is the next export's."""


async def open_deltas(reader: Reader, kinds: list[ResourceType]) -> dict[str, str]:
    """Kind → a delta link that will tell what changed since now."""
    tracked = [kind for kind in kinds if kind.delta]
    links = await together(_open(reader, kind) for kind in tracked)
    return {kind.kind: link for kind, link in zip(tracked, links, strict=True) if link}


async def _open(reader: Reader, kind: ResourceType) -> str:
    try:
        return await delta.latest(reader.graph, f"/{kind.kind}")
    except GraphError as error:
        reader.untracked[kind.kind] = error
        return ""


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
        reader.untracked[kind.kind] = error
        return False
    await reread(reader, kind, moved)
    return bool(moved)


def tell_untracked(reader: Reader) -> None:
    """Say of which kinds changes could not be followed; one that could not be listed at all says so itself."""
    coverage = reader.spool.coverage()
    causes: dict[str, list[str]] = {}
    for kind, error in sorted(reader.untracked.items()):
        if coverage.covers(kind):
            causes.setdefault(reason(error), []).append(kind)
    for cause, kinds in causes.items():
        reader.notice(
            f"changes of {', '.join(kinds)} made while this run reads can't be followed ({cause}); "
            "they appear with the next export"
        )
