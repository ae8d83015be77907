"""What an apply has made that was killed and never run again: it is found, and goes into the id map.

Without that, the next plan that wants the same objects would make them a second time. Whatever else the dead run did is
drift by now, and each plan sees it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from entragit.apply import probing
from entragit.apply.looking import creations
from entragit.apply.naming import Names
from entragit.apply.waiting import pauses
from entragit.canonical import canonical_json
from entragit.clock import Clock
from entragit.errors import RefusedError
from entragit.graph.client import Graph
from entragit.idmap import followed
from entragit.plan import Change, Operation, Plan
from entragit.planfile import from_json, to_body
from entragit.shapes import WriteContext
from entragit.state import Authored, State


async def settle(
    graph: Graph, clock: Clock, state: State, context: WriteContext, seconds: float, notice: Callable[[str], None]
) -> Names:
    """What the plan in `state` has made and nobody wrote down, if it shows up within `seconds`.

    Where several objects could be it, `notice` is told, and a person must look. Raises GraphError.
    """
    plan = from_json(json.dumps(state.plan), "plan.json at entragit/state")
    names = _known(plan, state)
    missing = [change for change in plan.changes if not _made(change, state)]
    unclear: dict[str, str] = {}
    async for _ in pauses(clock, seconds):
        for change, operation in creations(missing, names, context):
            found, like = await _found(graph, change, operation, {*_others(state, operation), *names.fresh})
            unclear[change.address] = ", ".join(like)
            if found is not None:
                names.learn(change, str(found["id"]), str(found.get("appId") or ""))
                names.mark(clock.monotonic(), str(found["id"]))
                missing.remove(change)
        if not any(creations(missing, names, context)):
            break
    for change in missing:
        if unclear.get(change.address):
            notice(_unclear(change.address, unclear[change.address]))
    return names


def _unclear(address: str, ids: str) -> str:
    return (
        f"an apply that was cut off may have made {address}: {ids} looks like it, and nobody can tell; delete what "
        "isn't wanted before you apply it again"
    )


def _others(state: State, operation: Operation) -> Collection[str]:
    return state.begun.others.get(operation.key, ()) if state.begun else ()


def _known(plan: Plan, state: State) -> Names:
    """What the state says of the plan's resources, as their names."""
    names = Names()
    names.ids |= followed(state.id_map, lambda _id: False)
    for change in plan.changes:
        if not change.id and (made := _made(change, state)):
            names.meanings["id", change.address] = made
    return names


def _made(change: Change, state: State) -> str:
    if change.id:
        return state.id_map.get(change.id.lower(), "")
    return state.authored.get(Authored(*change.source), "") if change.source else ""


async def _found(
    graph: Graph, change: Change, operation: Operation, others: Collection[str]
) -> tuple[Mapping[str, Any] | None, list[str]]:
    """The one object that is what the operation was to make; and the ids of all that look like it."""
    like = [item for item in await probing.matches(graph, operation) if str(item.get("id")) not in others]
    fit = [item for item in like if await probing.odd(graph, change, operation, item) == []]
    return fit[0] if len(fit) == 1 else None, [str(item.get("id")) for item in like]


def check(plan: Plan, names: Names, before: State) -> None:
    """Raise RefusedError where `plan` speaks of something whose id has only just become known."""
    new = {old for old in names.ids if old not in before.id_map}
    text = canonical_json(to_body(plan)).lower()
    said = sorted({old for old in new if old in text} | {path for path, _ in names.authored if path.lower() in text})
    if said:
        raise RefusedError(
            f"an earlier apply that was cut off had made {', '.join(said)} already, which this plan doesn't know; the "
            "id map has it now, and nothing was written: run the same command again for a new plan"
        )
