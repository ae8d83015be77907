"""Rollback: the desired tree wins over the tenant, within what both cover (design sections 8 and 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from entragit import access
from entragit.diff import patch
from entragit.model import Body, Edit
from entragit.plan import Change, Origin
from entragit.planner.asked import Asked, Deleted, Outcome, Read
from entragit.planner.drafting import Bodies, bare, bodies, edits, made, origins, removed, updated
from entragit.planner.following import brings_back, follow, renewed
from entragit.planner.pairing import Trio
from entragit.planner.scope import Scope
from entragit.resources.catalog import CATALOG


@dataclass(frozen=True, slots=True)
class Moving:
    """Ids that this plan moves: `renewed` get another one, `back` are of all that comes back to the tenant."""

    renewed: frozenset[str] = frozenset()
    back: frozenset[str] = frozenset()

    def without(self, names: frozenset[str]) -> Moving:
        """Without what doesn't come back after all."""
        return Moving(self.renewed - names, self.back - names)


def moving(trios: Iterable[Trio], asked: Asked, read: Read, scope: Scope, deleted: Deleted) -> Moving:
    """What a rollback of these resources would bring back, and what gets a new id by that."""
    new: set[str] = set()
    back: set[str] = set()
    for trio in comes_back(trios, asked, read, scope):
        if deleted.hides(trio.kind, trio.id):
            continue
        body = trio.desired.body if trio.desired else {}
        names = renewed(CATALOG[trio.kind], trio.id, body)
        back |= names
        new |= frozenset() if deleted.has(trio.kind, trio.id) else names
    return Moving(frozenset(new), frozenset(back))


def comes_back(trios: Iterable[Trio], asked: Asked, read: Read, scope: Scope) -> Iterator[Trio]:
    """The selected resources that desired has and the tenant hasn't, as far as that is known."""
    for trio in trios:
        if trio.desired and not trio.actual and scope.holds(trio) and trio.covered(asked.before, read.covered)(""):
            yield trio


def rollback(trios: Iterable[Trio], asked: Asked, read: Read, scope: Scope, deleted: Deleted, moved: Moving) -> Outcome:
    """What makes the tenant as desired has it."""
    known = [trio for trio in trios if trio.covered(asked.before, read.covered)("")]
    extra = [trio for trio in known if trio.actual and not trio.desired]
    strangers = frozenset(trio.id for trio in extra)
    changes: list[Change] = []
    for trio in known:
        seen = bodies(trio, trio.covered(asked.before, read.covered))
        if seen.desired is None:
            change = _extra(trio, seen, asked, scope, strangers)
        elif seen.actual is None:
            change = made(trio, seen, seen.desired, deleted) if scope.holds(trio) else None
        else:
            change = _update(trio, seen.desired, seen.actual, seen.base, scope, moved)
        if change:
            changes.append(change)
    gone = {change.id for change in changes if change.action == "delete"}
    left = [trio for trio in extra if trio.id not in gone and scope.holds(trio)]
    return Outcome(tuple(changes), extras=_newest_first(left, read))


def _update(trio: Trio, desired: Body, actual: Body, base: Body | None, scope: Scope, moved: Moving) -> Change | None:
    kind = CATALOG[trio.kind]
    found = edits(kind, actual, desired)
    if not scope.holds(trio):
        # Of what isn't selected: references that come back with what is, and the access that it gives.
        found = [edit for edit in found if brings_back(edit, moved.back) or scope.gives(trio.kind, edit)]
    along = list(follow(kind, bare(desired), bare(actual), moved.renewed))
    who = dict(zip(map(_place, found), origins(kind, found, base, actual), strict=True))
    everything = sorted([*found, *along], key=_place)
    asked_for = desired if scope.holds(trio) else patch(kind, actual, found)
    return updated(
        trio, asked_for, actual, tuple(everything), tuple(who.get(_place(edit), "follows") for edit in everything)
    )


def _place(edit: Edit) -> tuple[str, ...]:
    return edit.path


def _extra(trio: Trio, seen: Bodies, asked: Asked, scope: Scope, strangers: frozenset[str]) -> Change | None:
    """What happens to something that desired lacks: nothing, unless it only gives access, or its kind is pruned."""
    kind = CATALOG[trio.kind]
    actual = seen.actual
    if actual is None:
        return None
    who: Origin = "yours" if trio.base else "reverts"
    if scope.holds(trio) and (kind.access or trio.kind in asked.prune):
        return removed(trio, actual, who)
    left = access.without_given(kind, actual, lambda given: scope.has(given) and given not in strangers)
    found = tuple(edits(kind, actual, left))
    return updated(trio, left, actual, found, origins(kind, found, seen.base or left, actual))


def _newest_first(trios: Iterable[Trio], read: Read) -> tuple[str, ...]:
    """The addresses of extras, the newest first; those whose creation wasn't read last, by address."""
    by_address = sorted(trios, key=lambda trio: trio.address)
    by_age = sorted(by_address, key=lambda trio: read.created(trio.kind, trio.id), reverse=True)
    return tuple(trio.address for trio in by_age)
