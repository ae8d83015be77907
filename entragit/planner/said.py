"""What is said beside the changes of a report or plan: what is not compared, and what references are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from entragit import references
from entragit.layout import Index
from entragit.model import Coverage, Edit, Gap
from entragit.paths import element_of
from entragit.planner.following import mentioned
from entragit.planner.sides import Sides
from entragit.resources.catalog import CATALOG


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


def names(sides: Sides, index: Index | None, edits: Iterable[Edit]) -> dict[str, str]:
    """What the references in the edits are called: text → comment, sorted.

    Comments of `desired` are not taken at their word: whoever wrote them may have lied.
    """
    shown = {text for edit in edits for text in _texts(edit)}
    trusted = [*sides.base.values(), *sides.actual.values()]
    called = {c.text: c.comment for side in trusted for c in side.comments if c.text in shown}
    if index:
        bodies = [(CATALOG[key[0]], side.body) for key, side in sides.desired.items()]
        found = [found for kind, body in bodies for found in references.find(kind, body) if found.text in shown]
        called = {f.text: index.comment(f.reference.by, f.id) for f in found} | called
    return dict(sorted(called.items()))


def _texts(edit: Edit) -> Iterator[str]:
    """Every string in the values of an edit, and in the keys of the elements that its path leads through."""
    for value in (edit.before, edit.after, *(element_of(part) for part in edit.path)):
        yield from mentioned(value)
