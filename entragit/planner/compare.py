"""One resource on three sides → what the tenant did, and what is pending, per property and per element."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from entragit.canonical import canonical_json
from entragit.diff import diff
from entragit.model import ABSENT, Body, Coverage, Edit
from entragit.planner.sides import Key, Side, Sides, own_id
from entragit.render.report import EVERYTHING, Action, Change
from entragit.resources.catalog import CATALOG

Paths = frozenset[tuple[str, ...]]

NOWHERE: Paths = frozenset()


class Found(NamedTuple):
    """What each side did to a resource since base; None where it did nothing that the other didn't do as well."""

    drift: Change | None = None
    pending: Change | None = None


class _Moved(NamedTuple):
    """A resource on one side (None: it isn't there), and what turns base's body into this one."""

    side: Side | None
    edits: Sequence[Edit]


def compare(sides: Sides, before: Coverage, now: Coverage) -> Iterator[Found]:
    """What each side did, resource by resource, within what is covered by base's snapshot and by what was read now.

    A resource that is only authored yet can't be in a snapshot, so it is not base's coverage that decides there.
    """
    both = now.both(before)
    for key in dict.fromkeys([*sides.base, *sides.desired, *sides.actual]):
        base, desired, actual = (side.get(key) for side in (sides.base, sides.desired, sides.actual))
        covers = partial((now if key[2] else both).covers, key[0], id=_own(key, base, actual))
        if covers(""):
            yield _compare(key, base, *(_moved(key, base, side, covers) for side in (desired, actual)))


def _own(key: Key, *sides: Side | None) -> str:
    """The id by which gaps name a resource; of a singleton its own, which stands in no key."""
    return key[1] or ("" if key[2] else next((own_id(side.body) for side in sides if side), ""))


def _moved(key: Key, base: Side | None, side: Side | None, covers: Callable[[str], bool]) -> _Moved:
    return _Moved(side, diff(CATALOG[key[0]], _seen(base, covers), _seen(side, covers)))


def _seen(side: Side | None, covers: Callable[[str], bool]) -> Body:
    """What of a body may be spoken of; without the id, which pairs the sides and so never differs."""
    body = side.body if side else {}
    return {name: value for name, value in body.items() if name != "id" and covers(name)}


def _compare(key: Key, base: Side | None, desired: _Moved, actual: _Moved) -> Found:
    if desired.side and actual.side:
        drift, pending = _without(actual.edits, desired.edits), _without(desired.edits, actual.edits)
        ours, theirs = _overlaps(drift, pending), _overlaps(pending, drift)
        return Found(
            _change(key, actual.side, "updated", drift, ours), _change(key, desired.side, "updated", pending, theirs)
        )
    if not desired.side and not actual.side:
        return Found()
    found = Found(*(_alone(key, base, moved, NOWHERE) for moved in (actual, desired)))
    if found.drift and found.pending:
        # One side deleted what the other changed.
        return Found(*(_alone(key, base, moved, frozenset({EVERYTHING})) for moved in (actual, desired)))
    return found


def _alone(key: Key, base: Side | None, moved: _Moved, conflicts: Paths) -> Change | None:
    """What one side did to a resource that the other side doesn't have."""
    if moved.side is None:
        return _change(key, base, "deleted", moved.edits, conflicts)
    return _change(key, moved.side, "updated" if base else "created", moved.edits, conflicts)


def _change(key: Key, side: Side | None, action: Action, edits: Sequence[Edit], conflicts: Paths) -> Change | None:
    """The change of a resource that is, or was, at `side`; None where nothing was, or an update has no edits."""
    if side is None or (action == "updated" and not edits):
        return None
    kind = CATALOG[key[0]]
    title = side.body.get(kind.title) if kind.title else None
    shown = title if isinstance(title, str) else ""
    return Change(
        key[0], key[1] or str(side.body.get("id", "")), side.address, shown, action, kind.tier, tuple(edits), conflicts
    )


def _without(edits: Sequence[Edit], others: Sequence[Edit]) -> list[Edit]:
    """The edits that the other side didn't make as well."""
    shared = {_result(edit) for edit in others}
    return [edit for edit in edits if _result(edit) not in shared]


def _result(edit: Edit) -> tuple[tuple[str, ...], str | None]:
    return edit.path, None if edit.after is ABSENT else canonical_json(edit.after)


def _overlaps(edits: Sequence[Edit], others: Sequence[Edit]) -> Paths:
    """The paths of edits that the other side edited too, or something inside or around them."""
    exact = {edit.path for edit in others}
    around = {path[:n] for path in exact for n in range(len(path))}
    return frozenset(
        edit.path for edit in edits
        if edit.path in around or any(edit.path[:n] in exact for n in range(len(edit.path) + 1))
    )  # fmt: skip
