"""The tenant before and after a plan, as far as the guards judge by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from entragit.diff import patch
from entragit.guards.world import GuardWorld, State
from entragit.model import Body
from entragit.plan import Change, Plan
from entragit.resources.catalog import CATALOG


class Sides(NamedTuple):
    """What the tenant is, and what it will be. What is made anew goes by its old id, or by its address."""

    before: State
    after: State


def result(change: Change) -> Body | None:
    """The body once the change is made: what it edits in the tenant's, and nothing else; None of what is deleted."""
    if change.action == "update" and change.actual is not None:
        return patch(CATALOG[change.kind], change.actual, change.edits)
    return change.desired


def sides(plan: Plan, world: GuardWorld) -> Sides:
    """The tenant on both sides of `plan`."""
    before = {kind: dict(found) for kind, found in world.bodies.items()}
    for change in plan.changes:
        if change.actual is not None:
            before.setdefault(change.kind, {}).setdefault(change.live, change.actual)
    after = {kind: dict(found) for kind, found in before.items()}
    for change in plan.changes:
        _make(after.setdefault(change.kind, {}), change)
    return Sides(before, after)


def _make(found: dict[str, Body], change: Change) -> None:
    body = result(change)
    if body is None:
        found.pop(change.live, None)
    elif change.action == "update":
        found[change.live] = _overlaid(found.get(change.live, {}), change.actual or {}, body)
    else:
        found[change.id or change.address] = body


def _overlaid(live: Mapping[str, object], actual: Mapping[str, object], new: Body) -> Body:
    """`new` with what of the tenant's body the plan doesn't speak of."""
    return {**{name: value for name, value in live.items() if name not in actual}, **new}
