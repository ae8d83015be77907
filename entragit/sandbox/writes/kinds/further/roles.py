"""Rules of writes: Privileged Identity Management and roles of entitlement management (facts §5)."""

from __future__ import annotations

from entragit.sandbox.writes.core import Kind
from entragit.sandbox.writes.kinds import granting, pim, pim_groups, rules

KINDS: tuple[Kind, ...] = (
    pim.ELIGIBILITY,
    pim.ACTIVITY,
    pim_groups.ELIGIBILITY,
    pim_groups.ACTIVITY,
    granting.ASSIGNMENTS,
)
CHILDREN: tuple[Kind, ...] = (rules.RULE, rules.RULE_OF_GROUPS)
