"""What must hold before the first write: the plan refuses nothing, and the tenant still is what was reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from entragit.apply.ladder import Item
from entragit.apply.live import Key, Live
from entragit.apply.moved import moved
from entragit.apply.naming import Names
from entragit.errors import RefusedError
from entragit.idmap import followed
from entragit.plan import Change, Finding, Plan
from entragit.render.conflicts import of_plan, settles
from entragit.shapes import WriteContext
from entragit.state import Authored, State

MOST = 20
"""Sentences of a refusal."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the state says of a change's resource: the id that it may have by now; "" for none."""

    change: Change
    made: str = ""


def refuse(plan: Plan, findings: Iterable[Finding]) -> None:
    """Raise RefusedError for conflicts, and for what guards object to and nobody allowed."""
    said = [f"{address}: {'; '.join([*clauses, settles(address)])}" for address, clauses in of_plan(plan)]
    said += [f"{one.address}: {one.message}" for one in sorted(findings) if not one.allowed]
    _raise("the plan is refused", said)


def _raise(what: str, sentences: list[str]) -> None:
    if sentences:
        more = [f"and {len(sentences) - MOST} more"] if len(sentences) > MOST else []
        raise RefusedError(f"{what}:", (*sentences[:MOST], *more))


def known(changes: Iterable[Change], state: State, resumed: bool) -> list[Known]:
    """The changes, with what the state knows of what was made of them since the plan was made.

    `resumed`: a run of the same plan came before; else only what is to be made can be there by now.
    """
    ends = followed(state.id_map, lambda _id: False)
    return [Known(change, _made(change, state, ends) if resumed or change.action == "create" else "")
            for change in changes]  # fmt: skip


def _made(change: Change, state: State, ends: Mapping[str, str]) -> str:
    if not change.id and change.source:
        return state.authored.get(Authored(*change.source), "")
    return ends.get(change.id.lower(), "")


def keys(items: Iterable[Known]) -> Iterator[Key]:
    """What is to be read of them."""
    for item in items:
        yield from ((item.change.kind, id_) for id_ in dict.fromkeys((item.change.live, item.made)) if id_)


def check_new(items: Iterable[Known], found: Live, resumed: bool) -> None:
    """Raise RefusedError where something that the plan makes is there by now, and this plan didn't make it.

    `resumed`: a run of the same plan came before.
    """
    said = [f"{item.change.address} is there by now, as {item.made}" for item in items
            if item.change.action == "create" and (item.change.kind, item.made) in found.bodies]  # fmt: skip
    _raise("the tenant has moved since the plan was made; make a new plan", [] if resumed else said)


def settled(items: Iterable[Known], found: Live, names: Names) -> list[Item]:
    """The changes with what is there now; what an earlier run made counts if it is there."""
    return [_settled(item, found, names) for item in items]


def _settled(item: Known, found: Live, names: Names) -> Item:
    kind, live = item.change.kind, item.change.live
    body = found.bodies.get((kind, item.made)) if item.made and item.change.action != "delete" else None
    if body is None:
        return Item(item.change, live, found.bodies.get((kind, live)))
    names.learn(item.change, item.made, str(body.get("appId") or ""))
    return Item(item.change, item.made, body)


def check(items: Iterable[Item], found: Live, names: Names, context: WriteContext, resumed: bool) -> None:
    """Raise RefusedError where something that the plan touches has moved, or can't be read, so that nobody knows."""
    said: list[str] = []
    for item in items:
        change = item.change
        touched = {edit.path[0] for edit in change.edits}
        why = found.unread(change.kind, item.live, touched) if change.live else ""
        if why:
            said.append(f"{change.address} can't be read: {why}")
        elif item.live == change.live:
            said += moved(change, names.body(change), item.now, context, resumed)
    _raise("the tenant has moved since the plan was made; make a new plan", said)
