"""Compares what Git asks for, what the tenant is, and the snapshot that both stand on.

`sides` reads what differs between the three, `compare` tells drift from pending edits; `planning` makes plans.
"""

from __future__ import annotations

from collections.abc import Mapping

from entragit.git.repository import Repository
from entragit.kept import last_manifest
from entragit.layout import Index
from entragit.model import Coverage
from entragit.planner.compare import compare
from entragit.planner.said import gaps, names
from entragit.planner.sides import read
from entragit.render.report import Report, ordered
from entragit.resources.base import Context


def drift(
    repo: Repository,
    base: str | None,
    desired: str,
    actual: Mapping[str, bytes | None],
    covered: Coverage,
    tenant_id: str,
    index: Index | None = None,
) -> Report:
    """How the tenant and the commit `desired` differ from the snapshot `base` that `desired` stands on.

    `actual`: the tenant's files as they would be written now, where they aren't `base`'s (None: gone), `covered` what
    they speak of. `index`: what was read now, for the names of references that only `desired` has. Nothing is said
    about what one of the two doesn't cover. Raises RefusedError for another tenant's snapshot, DocumentError
    for a file of `desired` that can't be read.
    """
    snapshot = last_manifest(repo, base, tenant_id)
    before = snapshot.coverage if snapshot else Coverage()
    sides = read(repo, base, desired, actual, Context(tenant_id))
    found = list(compare(sides, before, covered))
    moved = ordered(change for pair in found if (change := pair.drift))
    pending = ordered(change for pair in found if (change := pair.pending))
    called = names(sides, index, (edit for change in (*moved, *pending) for edit in change.edits))
    return Report(tenant_id, base, desired, moved, pending, gaps(before, covered, sides.kinds), called)
