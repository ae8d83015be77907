"""Reads the tenant into a spool: every kind, its relationships, and what could not be read.

Failure is never emptiness (design section 2): a kind whose listing breaks is not covered at all, a relationship of
one object that breaks is a gap of its own; both keep their old values later (`kept.py`). Changes that happen while
the run reads are caught by delta queries opened before it and drained after it (`drain.py`).
"""

from __future__ import annotations

from entragit.errors import EntragitError, GraphError
from entragit.graph.answers import is_denied, is_unlicensed, reason
from entragit.graph.client import Graph
from entragit.model import NOT_SELECTED, NOT_SIGNED_IN, Gap
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.snapshotter.again import reread_dangling, reread_naming, reread_vanished
from entragit.snapshotter.drain import drain, open_deltas, tell_untracked
from entragit.snapshotter.kinds import read_kind
from entragit.snapshotter.reader import Notice, Progress, Reader, unseen
from entragit.snapshotter.together import together
from entragit.spool import Spool


async def snapshot(
    graph: Graph, spool: Spool, *, exclude: frozenset[str], progress: Progress, notice: Notice
) -> dict[str, str]:
    """Read every kind of the catalog, less `exclude` (kinds, or "kind/property"), into `spool`.

    What could not be read ends as gaps of the spool; EntragitError is raised for it where it is everything. Returns
    kind → delta link, from which a later run may go on.
    """
    reader = Reader(graph, spool, exclude, progress, notice)
    kinds = [kind for kind in CATALOG.values() if selected(reader, kind)]
    links = await open_deltas(reader, kinds)
    await together(read_kind(reader, kind) for kind in kinds)
    _check_something(reader, kinds)
    await drain(reader, links)
    await reread_vanished(reader)
    await reread_naming(reader)
    await reread_dangling(reader, kinds)
    tell_untracked(reader)
    return links


def _check_something(reader: Reader, kinds: list[ResourceType]) -> None:
    """Raise EntragitError where nothing could be read at all: that is no snapshot."""
    failures = [error for error in reader.broken if not is_unlicensed(error)]
    if failures and len(reader.broken) == len(kinds):
        error = failures[0]
        said = f"nothing of the tenant could be read: {reason(error)}: {error.detail.rstrip('.')}"
        raise EntragitError(f"{said}; {step}" if (step := _next_step(error)) else said)


def _next_step(error: GraphError) -> str:
    """What to do about it; "" where the retries' last words say so."""
    if is_denied(error):
        return "grant the application permissions to read, with an administrator's consent"
    if error.status == 0:
        return "check the network, the proxy and ENTRAGIT_GRAPH_URL" if error.code == "unreachable" else ""
    return "run again later" if error.status < 500 else ""


def selected(reader: Reader, kind: ResourceType) -> bool:
    """Whether a kind is to be read; the spool covers it then, less what this run doesn't ask for."""
    reader.spool.cover(kind.kind)
    if kind.kind in reader.exclude:
        reader.spool.add_gap(Gap(kind.kind, reason=NOT_SELECTED, failure=False))
        return False
    if kind.delegated and reader.graph.permissions is not None:
        reader.spool.add_gap(Gap(kind.kind, reason=NOT_SIGNED_IN, failure=False))
        return False
    for gap in unseen(reader, kind):
        reader.spool.add_gap(gap)
    return True


__all__ = ["selected", "snapshot"]
