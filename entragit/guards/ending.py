"""Access that lasts and is to end: in a plan only what ends is made, for Graph has the two in one (`planner.lasting`).

Guards see what goes by it as well, whatever the plan says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from entragit import access
from entragit.canonical import canonical_json
from entragit.guards.world import GuardWorld
from entragit.model import Body
from entragit.plan import Change, Plan
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG


def with_ended(plan: Plan, world: GuardWorld) -> Plan:
    """`plan` with the deletion of all access that lasts in the tenant, and that the plan gives until some day."""
    there = {(change.kind, change.live) for change in plan.changes if change.action == "delete"}
    ended = (found for change in plan.changes if change.action == "create" for found in _ended(change, world))
    return replace(plan, changes=(*plan.changes, *(found for found in ended if (found.kind, found.live) not in there)))


def _ended(change: Change, world: GuardWorld) -> Iterator[Change]:
    rule = CATALOG[change.kind].writes.request
    if rule is None or not rule.lasting:
        return
    kind, given = CATALOG[rule.lasting], _given(CATALOG[change.kind], change.desired or {})
    for own, body in world.bodies.get(kind.kind, {}).items():
        if _given(kind, body) == given:
            address = world.names.get(own, f"{kind.kind}/{own}")
            yield Change(kind.kind, own, own, address, "", "delete", kind.tier, actual=body)


def _given(kind: ResourceType, body: Body) -> str:
    """To whom what is given, in any case."""
    return canonical_json(access.key(kind, body)).casefold()
