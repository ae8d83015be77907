"""Tier-0 kinds: what can lock administrators out or hand the tenant over is not deleted or weakened in passing.

Nor is what protects in any other kind (`Relation.weakens`).
"""

from __future__ import annotations

from collections.abc import Iterator

from entragit.guards.sides import result
from entragit.guards.world import SETTINGS, GuardWorld, finding
from entragit.plan import Change, Finding, Plan
from entragit.resources.catalog import CATALOG

WORD = "tier-0"
DELETED = "is deleted"


def guard(plan: Plan, world: GuardWorld) -> Iterator[Finding]:
    """Deletions of tier-0 resources, weakenings of any; without break-glass accounts, that the first change at all."""
    changes = [change for change in plan.changes if CATALOG[change.kind].tier == 0]
    if changes and not world.guards.break_glass:
        yield finding(WORD, SETTINGS, f"guards.break_glass is empty, and the plan changes {_counted(len(changes))} "
                                      "that can lock everybody out; name accounts that stay untouched")  # fmt: skip
    for change in plan.changes:
        found = weakened(change) if CATALOG[change.kind].tier == 0 else ()
        if clauses := (*found, *_unprotected(change)):
            yield finding(WORD, change.address, f"protection gets weaker: it {', '.join(clauses)}; leave that out")


def _counted(number: int) -> str:
    return "one resource" if number == 1 else f"{number:,} resources"


def weakened(change: Change) -> tuple[str, ...]:
    """In which respects a change weakens protection. Taking access away, where a kind only gives it, doesn't."""
    kind, after = CATALOG[change.kind], result(change)
    if kind.writes.weakens is None:
        clauses: tuple[str, ...] = ("changes, and nothing tells whether it gets weaker",) if after is not None else ()
    else:
        clauses = kind.writes.weakens(change.actual, after)
    if after is None and not kind.access and DELETED not in clauses:
        return (DELETED, *clauses)
    return clauses


def _unprotected(change: Change) -> Iterator[str]:
    """In which respects a relationship protects less."""
    for relation in CATALOG[change.kind].relations:
        yield from relation.weakens(change.actual, result(change)) if relation.weakens else ()
