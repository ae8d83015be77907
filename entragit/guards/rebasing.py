"""A plan as the guards take it: from what the tenant is, and not from what the plan says that it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from entragit.diff import diff, patch
from entragit.guards.world import GuardWorld
from entragit.plan import Change, Plan
from entragit.resources.catalog import CATALOG
from entragit.rewriting import rewrite


def rebased(plan: Plan, world: GuardWorld) -> Plan:
    """`plan` with what it does to the bodies that were read just now, as an apply does it.

    An object that was made anew is the same to the guards under both of its ids, where plan and state both say so and
    the tenant has it under the new one alone.
    """
    same = {old: new for old, new in plan.id_map.items() if world.same.get(old) == new}
    return replace(plan, changes=tuple(_rebased(change, world, same) for change in plan.changes))


def _rebased(change: Change, world: GuardWorld, same: Mapping[str, str]) -> Change:
    if change.actual is None:
        return change
    kind = CATALOG[change.kind]
    live = rewrite(kind, world.live.get((change.kind, change.live), change.actual), same)
    if change.desired is None:
        return replace(change, actual=live)
    asked = diff(kind, rewrite(kind, change.actual, same), change.desired)
    try:
        desired = patch(kind, live, asked)
    except KeyError:  # the tenant has moved, for which the apply refuses it
        return change
    return replace(change, actual=live, desired=desired, edits=tuple(diff(kind, live, desired)))
