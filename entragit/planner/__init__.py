"""Compares what Git asks for, what the tenant is, and the snapshot that both stand on.

`sides` reads what differs between the three, `compare` tells drift from pending edits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from entragit import references
from entragit.git.repository import Repository
from entragit.kept import last_manifest
from entragit.layout import Index
from entragit.model import Coverage, Edit, Gap
from entragit.planner.compare import compare
from entragit.planner.sides import Sides, read
from entragit.render.report import Change, Report, ordered
from entragit.render.wording import element_key
from entragit.resources.base import Context
from entragit.resources.catalog import CATALOG


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
    names = _names(sides, index, [*moved, *pending])
    return Report(tenant_id, base, desired, moved, pending, gaps(before, covered, sides.kinds), names)


def gaps(before: Coverage, now: Coverage, kinds: frozenset[str]) -> tuple[Gap, ...]:
    """What one of two snapshots misses, sorted; a whole kind once. `kinds`: those that must not be passed over."""
    found = dict.fromkeys([*now.gaps, *(replace(gap, reason=_old(gap.reason)) for gap in before.gaps)])
    named = {gap.kind for gap in found if not gap.property and not gap.id}
    whole = [Gap(kind, reason=_missing(kind, before), failure=False) for kind in before.kinds ^ now.kinds]
    neither = [Gap(kind, reason="not selected", failure=False) for kind in kinds - before.kinds - now.kinds]
    return tuple(sorted([*found, *(gap for gap in [*whole, *neither] if gap.kind not in named)]))


def _missing(kind: str, before: Coverage) -> str:
    return "not read now" if kind in before.kinds else _old("")


def _old(reason: str) -> str:
    return f"not in the snapshot ({reason})" if reason else "not in the snapshot"


def _names(sides: Sides, index: Index | None, changes: Iterable[Change]) -> dict[str, str]:
    """What the references in the edits are called: text → comment, sorted.

    Comments of `desired` are not taken at their word: whoever wrote them may have lied.
    """
    shown = {text for change in changes for edit in change.edits for text in _texts(edit)}
    trusted = [*sides.base.values(), *sides.actual.values()]
    names = {c.text: c.comment for side in trusted for c in side.comments if c.text in shown}
    if index:
        bodies = [(CATALOG[key[0]], side.body) for key, side in sides.desired.items()]
        found = [found for kind, body in bodies for found in references.find(kind, body) if found.text in shown]
        names = {f.text: index.comment(f.reference.by, f.id) for f in found} | names
    return dict(sorted(names.items()))


def _texts(edit: Edit) -> Iterator[str]:
    """Every string in the values of an edit, and in the keys of the elements that its path leads through."""
    waiting = [edit.before, edit.after, *(element_key(step) for step in edit.path)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | dict):
            waiting.extend(value.values() if isinstance(value, dict) else value)
