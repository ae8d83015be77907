"""The tenant before and after a plan, as far as the guards judge by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from entragit.diff import patch
from entragit.guards.world import GuardWorld, State, name_of
from entragit.model import Body
from entragit.plan import Change, Plan
from entragit.resources.catalog import CATALOG


class Sides(NamedTuple):
    """What the tenant is and what it will be; ids in lower case. What is made anew goes by its old id, or address."""

    before: State
    after: State


def result(change: Change) -> Body | None:
    """The body once the change is made: what it edits in the tenant's, and nothing else; None of what is deleted."""
    if change.action == "update" and change.actual is not None:
        return patch(CATALOG[change.kind], change.actual, change.edits)
    return change.desired


def sides(plan: Plan, world: GuardWorld) -> Sides:
    """The tenant on both sides of `plan`."""
    before = {kind: {id_.lower(): body for id_, body in found.items()} for kind, found in world.bodies.items()}
    for change in plan.changes:
        if change.actual is not None:
            before.setdefault(change.kind, {}).setdefault(change.live.lower(), change.actual)
    after = {kind: dict(found) for kind, found in before.items()}
    for change in plan.changes:
        _make(after.setdefault(change.kind, {}), change)
    return Sides(before, after)


def _make(found: dict[str, Body], change: Change) -> None:
    body, live = result(change), change.live.lower()
    if body is None:
        found.pop(live, None)
    elif change.action == "update":
        found[live] = _overlaid(found.get(live, {}), change.actual or {}, body)
    else:
        found[name_of(change)] = body


def _overlaid(live: Mapping[str, object], actual: Mapping[str, object], new: Body) -> Body:
    """`new` with what of the tenant's body the plan doesn't speak of."""
    return {**{name: value for name, value in live.items() if name not in actual}, **new}
