"""Locking everybody out: somebody who can administer the tenant can still sign in once the plan is done."""

from __future__ import annotations

from collections.abc import Iterator

from entragit.guards.blocking import blocked
from entragit.guards.holding import holders
from entragit.guards.sides import Sides, sides
from entragit.guards.world import ASSIGNMENTS, DEFAULTS, POLICIES, GuardWorld, State, finding, name_of
from entragit.plan import Finding, Plan

WORD = "lock-out"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
ADMINISTRATORS = (GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR)


def guard(plan: Plan, world: GuardWorld) -> Iterator[Finding]:
    """Whether the plan takes away the last administrator or Global Administrator, or blocks all who are left."""
    both = sides(plan, world)
    # The password of a user who is made anew is known to nobody yet.
    made = frozenset(name_of(change) for change in plan.changes if change.action == "create")
    before, after = (holders(state, ADMINISTRATORS) - made for state in both)
    above = [holders(state, [GLOBAL_ADMINISTRATOR]) - made for state in both]
    if before and not after:
        yield finding(WORD, ASSIGNMENTS, "no user who can sign in would be Global or Privileged Role Administrator of "
                                         "the whole tenant any more; keep one")  # fmt: skip
    elif above[0] and not above[1]:
        yield finding(WORD, ASSIGNMENTS, "no user who can sign in would be Global Administrator any more; keep one")
    elif after and after == blocked(both.after, after) and before != blocked(both.before, before):
        yield finding(WORD, POLICIES, "enabled policies would block every administrator from everything; exclude one")
    yield from _defaults(both)


def _defaults(both: Sides) -> Iterator[Finding]:
    """Entra takes only one of security defaults and enabled policies, so the second would fail half-way."""
    if _both_on(both.after) and not _both_on(both.before):
        yield finding(WORD, DEFAULTS, "security defaults and enabled policies exclude each other, so part of the plan "
                                      "would fail with the tenant half-way; ask for one of both")  # fmt: skip


def _both_on(state: State) -> bool:
    defaults = any(body.get("isEnabled") is True for body in state.get(DEFAULTS, {}).values())
    return defaults and any(body.get("state") == "enabled" for body in state.get(POLICIES, {}).values())
