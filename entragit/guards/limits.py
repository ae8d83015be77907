"""How much of a kind one plan may delete, update, or take out of lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from entragit.canonical import element_key
from entragit.diff import inner_fields
from entragit.guards.sides import result
from entragit.guards.world import GuardWorld, finding
from entragit.plan import Change, Finding, Plan
from entragit.resources.catalog import CATALOG
from entragit.resources.fields import Field, of
from entragit.settings import Limit

WORD = "limits"


def guard(plan: Plan, world: GuardWorld) -> Iterator[Finding]:
    """Each limit of a kind that the plan passes."""
    by_kind: dict[str, list[Change]] = {}
    for change in plan.changes:
        by_kind.setdefault(change.kind, []).append(change)
    for kind, changes in sorted(by_kind.items()):
        limits, total = world.guards.limits_of(kind), world.counts.get(kind, 0)
        deleted = [change for change in changes if change.action == "delete"]
        updated = [change for change in changes if change.action == "update"]
        taken = removals(updated)
        for done, limit, what in (
            (len(deleted), limits.deletes, f"deletes {len(deleted):,} of {total:,}"),
            (len(updated), limits.updates, f"updates {len(updated):,} of {total:,}"),
            (taken, limits.removals, f"takes {taken:,} elements out of the lists of {total:,}"),
        ):
            if done > allowed(limit, total):
                yield finding(WORD, kind, f"{what}, more than {limit.percent:g} % or {limit.count:,}; plan less at a "
                                          "time")  # fmt: skip


def allowed(limit: Limit, total: int) -> float:
    """How many of `total` resources a limit lets pass."""
    return max(limit.percent * total / 100, limit.count)


def removals(changes: Iterable[Change]) -> int:
    """How many elements go from lists, at any depth. One that changes and stays itself is none."""
    return sum(_inside(change.actual or {}, result(change) or {}, of(CATALOG[change.kind], change.actual or {}))
               for change in changes)  # fmt: skip


def _inside(before: Mapping[str, Any], after: Mapping[str, Any], known: Mapping[str, Field]) -> int:
    return sum(_gone(value, after.get(name), known.get(name)) for name, value in before.items())


def _gone(before: Any, after: Any, field: Field | None) -> int:
    if isinstance(before, dict):
        return _inside(before, after if isinstance(after, dict) else {}, inner_fields(field, before))
    if not isinstance(before, list):
        return 0
    rule = field.rule if field else Field("").rule
    left = {element_key(item, rule): item for item in after} if isinstance(after, list) else {}
    held = {element_key(item, rule): item for item in before}
    inner = (_gone(item, left[key], field) for key, item in held.items() if key in left and isinstance(item, dict))
    return len(held.keys() - left.keys()) + sum(inner)
