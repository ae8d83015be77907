"""The proof: the tenant is read again, planned again for the same commit, and becomes a snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from entragit.apply.ladder import Step, failures
from entragit.exporter import Exported, export
from entragit.git.repository import Repository
from entragit.plan import Plan
from entragit.planfile import digest
from entragit.planning import Wish, plan_for
from entragit.reading import Tools

WAITS = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0)
"""Seconds between looks: lists show late what was written (facts §2)."""


@dataclass(frozen=True, slots=True)
class Proof:
    """`second`: the plan that was made afterwards; `exported`: the snapshot."""

    second: Plan
    exported: Exported


def wish_of(plan: Plan) -> Wish:
    """What a person would ask for to get `plan` again."""
    return Wish(
        ref=plan.commit,
        since=plan.base if plan.mode == "merge" else None,
        paths=plan.selection,
        prune=plan.prune,
        take=tuple((side, address) for address, side in plan.take.items()),
    )


def prove(repo: Repository, plan: Plan, steps: Sequence[Step], tools: Tools) -> Proof:
    """Plan again until nothing is left but what has a reason, then export.

    Lists show late what was written, and a snapshot of that moment would be torn: hence the plan comes first.
    """
    quiet = replace(tools, notice=lambda _sentence: None)
    hurt = {step.operation.change for step in failures(steps)}
    expected = {change.address for change in plan.changes if change.key in hurt}
    second = _second(repo, plan, expected, quiet)
    return Proof(second, export(repo, quiet, digest(plan)))


def _second(repo: Repository, plan: Plan, expected: set[str], tools: Tools) -> Plan:
    """The second plan, once it has nothing left but the addresses `expected`, or time is up."""
    wish = wish_of(plan)
    second = plan_for(repo, wish, tools)
    for wait in WAITS:
        if {change.address for change in second.changes} <= expected:
            break
        asyncio.run(tools.clock.sleep(wait))
        second = plan_for(repo, wish, tools)
    return second
