"""What a guard can't judge, for what it judges by was not read: that is no reason to let it pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from entragit.guards.blocking import is_wall
from entragit.guards.holding import deciding, within
from entragit.guards.losing import losses
from entragit.guards.sides import result, sides
from entragit.guards.world import ASSIGNMENTS, GROUPS, POLICIES, USERS, GuardWorld, finding
from entragit.model import NOT_LICENSED
from entragit.plan import Change, Finding, Plan

LOCK_OUT = "lock-out"

NEEDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "break-glass": ((USERS, ""), (GROUPS, "members"), (ASSIGNMENTS, ""), (POLICIES, "")),
    "own-identity": (("servicePrincipals", ""), ("servicePrincipals", "appRoleAssignments"), ("applications", ""),
                     (GROUPS, "members"), (ASSIGNMENTS, "")),
    LOCK_OUT: ((USERS, "accountEnabled"), (GROUPS, "members"), (ASSIGNMENTS, "")),
}  # fmt: skip
"""Guard → (kind, property) that it judges by."""


def guard(plan: Plan, world: GuardWorld) -> Iterator[Finding]:
    """Of a plan that takes anything from somebody, or lets nobody in: guards that lack what they judge by."""
    takes = any(True for change in plan.changes for _ in losses(change))
    if not takes and not any(_blocks(change) for change in plan.changes):
        return
    for word, needs in NEEDS.items() if takes else ((LOCK_OUT, NEEDS[LOCK_OUT]),):
        for kind, name in needs:
            if what := _missing(world, kind, name):
                yield finding(word, kind, f"{what} could not be read, so nobody can tell whom the plan hurts; see that "
                                          "an export covers it")  # fmt: skip
    yield from _hidden(plan, world)


def _blocks(change: Change) -> bool:
    """Whether a policy that keeps everybody it is about from everything comes, or changes."""
    after = result(change)
    return change.kind == POLICIES and after is not None and after != change.actual and is_wall(after)


def _missing(world: GuardWorld, kind: str, name: str) -> str:
    """What of a kind wasn't read; "" where everything was, or where there can't be any without a licence."""
    gaps = {gap.property: gap.reason for gap in world.coverage.gaps if gap.kind == kind and not gap.id}
    if "" in gaps and gaps[""] == NOT_LICENSED:
        return ""
    if not world.coverage.covers(kind):
        return kind
    return f"{kind}/{name}" if name in gaps else ""


def _hidden(plan: Plan, world: GuardWorld) -> Iterator[Finding]:
    """Groups that give a role, are excluded or are break-glass, and whose members weren't read."""
    both = sides(plan, world)
    listed = within(both.before, frozenset[str]().union(*world.break_glass.values()))
    counting = (deciding(both.before) | deciding(both.after) | listed) & both.before.get(GROUPS, {}).keys()
    for id_ in sorted(counting):
        if any(gap.kind == GROUPS and gap.id == id_ and gap.property in ("", "members") for gap in world.coverage.gaps):
            address = world.names.get(id_, f"{GROUPS}/{id_}")
            for word in ("break-glass", "lock-out"):
                yield finding(word, address, "its members could not be read, so nobody can tell whom the plan hurts; "
                                             "see that an export covers them")  # fmt: skip
