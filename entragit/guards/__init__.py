"""What a plan must not do (design section 9), each guard a pure function of its own.

Guards judge by the settings of the protected branch's tip, so a commit with looser ones loosens nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from entragit.guards import break_glass, last_credential, limits, lock_out, own_identity, tier_zero, unjudged
from entragit.guards.ending import with_ended
from entragit.guards.rebasing import rebased
from entragit.guards.world import GuardWorld
from entragit.plan import Finding, Plan

Guard = Callable[[Plan, GuardWorld], Iterator[Finding]]

GUARDS: tuple[Guard, ...] = (
    break_glass.guard,
    last_credential.guard,
    limits.guard,
    lock_out.guard,
    own_identity.guard,
    tier_zero.guard,
    unjudged.guard,
)

WORDS = ("break-glass", "last-credential", "limits", "lock-out", "own-identity", "tier-0")
"""What `--allow` takes."""


def check(plan: Plan, world: GuardWorld) -> tuple[Finding, ...]:
    """All that the guards object to in a plan, sorted; what a word of `world.allowed` lets pass says so."""
    judged = with_ended(rebased(plan, world), world)
    found = {item for guard in GUARDS for item in guard(judged, world)}
    return tuple(sorted(replace(item, allowed=item.guard in world.allowed) for item in found))


def refused(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those that nobody has allowed."""
    return tuple(item for item in findings if not item.allowed)


__all__ = ["GUARDS", "WORDS", "GuardWorld", "check", "refused"]
