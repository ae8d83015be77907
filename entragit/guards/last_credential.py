"""Applications keep a credential that works: what someone added goes only while a desired one stays valid."""

from __future__ import annotations

from collections.abc import Iterator

from entragit.access import takes_last_credential
from entragit.guards.sides import result
from entragit.guards.world import GuardWorld, finding
from entragit.plan import Finding, Plan
from entragit.resources.catalog import CATALOG

WORD = "last-credential"


def guard(plan: Plan, world: GuardWorld) -> Iterator[Finding]:
    """Changes that leave an application without any valid password or certificate, where it had one."""
    for change in plan.changes:
        after = result(change)
        if change.actual is None or after is None:
            continue
        if takes_last_credential(CATALOG[change.kind], change.actual, after, world.now):
            yield finding(WORD, change.address, "what is taken away are its only valid credentials; give it another "
                                                "one first")  # fmt: skip
