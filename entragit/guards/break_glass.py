"""Break-glass accounts and groups: never disabled, deleted, or taken out of an exclusion, a role or such a group."""

from __future__ import annotations

from collections.abc import Iterator

from entragit.guards.holding import within
from entragit.guards.losing import those_of
from entragit.guards.sides import Sides, sides
from entragit.guards.world import GROUPS, SETTINGS, USERS, GuardWorld, finding
from entragit.plan import Finding, Plan

WORD = "break-glass"


def guard(plan: Plan, world: GuardWorld) -> Iterator[Finding]:
    """What the plan takes from the break-glass accounts and groups, and entries that name nothing."""
    both = sides(plan, world)
    yield from _nothing(plan, world, both)
    listed = frozenset[str]().union(*world.break_glass.values())
    protected = within(both.before, listed)
    for change, loss in those_of(protected, both, plan):
        who = world.names.get(loss.id) or plan.names.get(loss.id) or loss.id
        what = f"{who}, which is or holds a break-glass account, {loss.what}"
        yield finding(WORD, change.address, f"{what}; leave that out of the plan")


def _nothing(plan: Plan, world: GuardWorld, both: Sides) -> Iterator[Finding]:
    """Entries that mean no user or group, neither now nor after the plan, which may bring it back."""
    known = {id_ for state in both for kind in (USERS, GROUPS) for id_ in state.get(kind, {})}
    for entry, ids in sorted(world.break_glass.items()) if plan.changes else ():
        if known.isdisjoint(ids):
            yield finding(WORD, SETTINGS, f"guards.break_glass names {entry}, but there is no such user or group, so "
                                          "it protects nobody; correct the entry")  # fmt: skip
