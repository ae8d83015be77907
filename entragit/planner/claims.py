"""Who takes and who lets go of what only one resource can have, and who keeps it from whom.

A value is kept by whoever has it in the tenant and isn't about to let it go: what the plan doesn't touch, or can't
change. Who takes it then goes without, and the ledger says whom to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from entragit.model import Body
from entragit.plan import Change
from entragit.planner.drafts import Draft
from entragit.resources.catalog import CATALOG
from entragit.resources.writing import Reason, Unique
from entragit.shapes import asked, keys
from entragit.strict import shown


class Place(NamedTuple):
    """One value that one resource of the kind alone can have, `key` as Graph compares it."""

    kind: str
    name: str
    key: str


class Claim(NamedTuple):
    """A change that takes a value. `passing`: only on the way, for what comes back went with it. `content`: with
    whoever keeps the value, for that is what it makes then (`Writes.known`)."""

    passing: bool
    change: Change
    place: Place
    value: str
    content: bool = False


@dataclass(frozen=True, slots=True)
class Claims:
    """`takes`: those that want a value which they don't have, in the order in which they get it. `lets`: value → who
    has it and shall not, by id. `holders`: value that somebody takes → the ids that have it in the tenant."""

    takes: tuple[Claim, ...]
    lets: Mapping[Place, Mapping[str, Change]]
    holders: Mapping[Place, tuple[str, ...]]


def claims(changes: Iterable[Change], found: Draft) -> Claims:
    """The claims of the changes that can be done."""
    lets: dict[Place, dict[str, Change]] = {}
    takes: list[Claim] = []
    for change in changes:
        for unique in CATALOG[change.kind].writes.unique:
            before, after = _sides(change, unique)
            for key in before.keys() - after.keys():
                lets.setdefault(Place(change.kind, unique.name, key), {})[change.live] = change
            takes += _takes(change, unique, found)
    takes.sort(key=lambda claim: (claim.passing, claim.change.key, claim.place))
    return Claims(tuple(takes), lets, _holders(takes, found))


def _sides(change: Change, unique: Unique) -> tuple[dict[str, str], dict[str, str]]:
    """What of a property a change finds and what it leaves there."""
    before, after = (keys((body or {}).get(unique.name)) for body in (change.actual, change.desired))
    return before, after


def _takes(change: Change, unique: Unique, found: Draft) -> Iterator[Claim]:
    kind, place = CATALOG[change.kind], (change.kind, unique.name)
    wanted = asked(unique, change.desired or {})
    content = change.action == "create" and bool(kind.writes.known) and unique.name in kind.writes.probe
    for key in sorted(wanted.keys() - keys((change.actual or {}).get(unique.name)).keys()):
        yield Claim(False, change, Place(*place, key), wanted[key], content)
    if change.action == "restore" and not unique.comes:
        went = went_with(change, unique, found)
        yield from (Claim(True, change, Place(*place, key), went[key]) for key in sorted(went.keys() - wanted.keys()))


def went_with(change: Change, unique: Unique, found: Draft) -> dict[str, str]:
    """What of a property a deleted resource had, without the id that Graph puts in front of a name (facts §1)."""
    body: Body = dict(found.deleted.bodies.get(change.live, {}))
    value, front = body.get(unique.name), change.live.replace("-", "")
    return asked(
        unique, {**(change.desired or {}), unique.name: value.removeprefix(front) if isinstance(value, str) else value}
    )


def _holders(takes: Iterable[Claim], found: Draft) -> dict[Place, tuple[str, ...]]:
    places = {claim.place for claim in takes}
    holders: dict[Place, set[str]] = {}
    for kind, name in sorted({place[:2] for place in places}):
        # What was read says more: a body may leave out what another resource decides.
        rows: dict[str, object] = {t.id: t.actual.body.get(name) for t in found.trios if t.kind == kind and t.actual}
        rows |= dict(found.loaded.read.values(kind, name))
        for id_, value in rows.items():
            for key in keys(value):
                if (place := Place(kind, name, key)) in places:
                    holders.setdefault(place, set()).add(id_)
    return {place: tuple(sorted(ids)) for place, ids in holders.items()}


def held(made: Claims, found: Draft) -> dict[tuple[str, str, str], Reason]:
    """(change, property, value) → why the change can't have it, as `WriteContext.held`."""
    given: dict[Place, Change] = {}
    result: dict[tuple[str, str, str], Reason] = {}
    for claim in made.takes:
        lets = made.lets.get(claim.place, {})
        keeper = next((id_ for id_ in made.holders.get(claim.place, ()) if id_ not in lets), None)
        reason = None
        if keeper is not None:
            reason = None if claim.content else _kept(claim, keeper, found)
        elif given.setdefault(claim.place, claim.change) is not claim.change:
            reason = _reason(claim, given[claim.place].address, "gets it", TWICE)
        if reason is not None:
            result[claim.change.key, claim.place.name, claim.place.key] = reason
    return result


TWICE = "Give one of the two another value in Git."


def _kept(claim: Claim, keeper: str, found: Draft) -> Reason:
    trio = next((trio for trio in found.trios if trio.kind == claim.place.kind and trio.id == keeper), None)
    address = found.loaded.read.index.ids.get(keeper) or (trio.address if trio else keeper)
    wanted = keys(trio.desired.body.get(claim.place.name)) if trio and trio.desired else {}
    if trio is None or claim.place.key in wanted:
        follow_up = TWICE
    elif trio.desired is None:
        follow_up = f"Rename or delete {address} and apply again, or --prune {claim.place.kind}."
    else:
        follow_up = f"Apply {address} as well, or let it have another."
    return _reason(claim, address if address == keeper else f"{address} ({keeper})", "has it", follow_up)


def _reason(claim: Claim, holder: str, has: str, follow_up: str) -> Reason:
    why = f"Only one can have the {claim.place.name} {shown(claim.value)}, and {holder} {has}."
    return Reason("taken", why, follow_up)
