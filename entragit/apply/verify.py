"""The proof: the tenant is read again, planned again for the same commit, and becomes a snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from entragit.apply.ladder import Step, failures
from entragit.exporter import Ended, Ending, Exported, export
from entragit.git.repository import Repository
from entragit.plan import Change, Plan
from entragit.planfile import digest
from entragit.planning import Wish, no_guards, plan_for
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
        enable=plan.enable,
        take=tuple((side, address) for address, side in plan.take.items()),
        exact=True,
    )


UNSEEN = "Graph doesn't show it yet, or took it for something else"
MOVED = "it moved after the plan was made, which doesn't touch it"


def left(plan: Plan, proof: Proof, steps: Sequence[Step]) -> list[tuple[str, str]]:
    """(address, why) of what the second plan would still change."""
    reasons = {step.operation.change: step.result.why for step in failures(steps)}
    whys = {change.address: reasons[change.key] for change in plan.changes if change.key in reasons}
    touched = _touched(plan)
    return [(change.address, whys.get(change.address, UNSEEN if _is_ours(change, touched) else MOVED))
            for change in proof.second.changes]  # fmt: skip


def _touched(plan: Plan) -> dict[str, set[tuple[str, ...]]]:
    """Address → the paths of the edits of its change; of one that makes or deletes all of it, the empty path."""
    return {change.address: {edit.path for edit in change.edits} if change.action == "update" else {()}
            for change in plan.changes}  # fmt: skip


def _is_ours(change: Change, touched: Mapping[str, set[tuple[str, ...]]]) -> bool:
    """Whether what is left of a resource is something that the plan should have changed."""
    if change.address not in touched:
        return False
    paths = touched[change.address]
    return () in paths or change.action != "update" or any(edit.path in paths for edit in change.edits)


def prove(repo: Repository, plan: Plan, steps: Sequence[Step], tools: Tools, ended: Ended) -> Proof:
    """Plan again until nothing is left but what has a reason, then export.

    Lists show late what was written, and a snapshot of that moment would be torn: hence the plan comes first. `ended`:
    the record of the apply, and the end of its lease; whoever has the snapshot has these, too.
    """
    quiet = replace(tools, notice=lambda _sentence: None)
    hurt = {step.operation.change for step in failures(steps)}
    good = tuple(change for change in plan.changes if change.key not in hurt)
    awaited = _touched(replace(plan, changes=good))
    second = _second(repo, plan, awaited, quiet)
    return Proof(second, export(repo, quiet, Ending(digest(plan), ended, plan.commit, plan.take)))


def _second(repo: Repository, plan: Plan, awaited: Mapping[str, set[tuple[str, ...]]], tools: Tools) -> Plan:
    """The second plan, once nothing of what is `awaited` is left in it, or time is up."""
    wish = wish_of(plan)
    second = plan_for(repo, wish, tools, no_guards)
    for wait in WAITS:
        if not any(change.address in awaited and _is_ours(change, awaited) for change in second.changes):
            break
        asyncio.run(tools.clock.sleep(wait))
        second = plan_for(repo, wish, tools, no_guards)
    return second
