"""Whether a change's resource still is what was reviewed (design section 2, promise 4).

A value that the change touches must be what it was when the plan was made, what it shall become, or what an earlier run
of the same plan makes of it on the way. What the change doesn't touch may be whatever it likes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from entragit.canonical import canonical_json, same
from entragit.diff import diff, patch
from entragit.model import ABSENT, Body, Edit
from entragit.normalize import normalize
from entragit.paths import Path, dotted
from entragit.plan import STAGES, Change
from entragit.resources.base import Context, ResourceType
from entragit.resources.catalog import CATALOG
from entragit.shapes import WriteContext, comes_back, writes

SHOWN = 80
"""Characters of a value that a sentence shows."""

_WRITING = tuple(stage for stage in STAGES if stage != "create")
"""The stages in which what is there already is written."""


def moved(change: Change, body: Body | None, now: Body | None, context: WriteContext, resumed: bool) -> list[str]:
    """What of a change has moved since the plan was made, a sentence each.

    `body`: what is asked for, references as they are by now. `now`: the body just read; None: it isn't there.
    `resumed`: an earlier run of the same plan has begun to write.
    """
    if change.action == "create":
        return []
    if change.action == "restore":
        return [f"{change.address} is back in the tenant already"] if now is not None and not resumed else []
    if now is None:
        return [] if change.action == "delete" else [f"{change.address} is gone from the tenant"]
    planned = change.actual or {}
    between = list(_between(change, body, planned, context)) if resumed else None
    if resumed and body is not None:  # an earlier run may have stopped between a child's deletion and its creation
        now = comes_back(CATALOG[change.kind], planned, body, now)
    return list(_differences(change, body, planned, now, between, context))


def _differences(
    change: Change, body: Body | None, planned: Body, now: Body, between: list[Body] | None, context: WriteContext
) -> Iterator[str]:
    kind = CATALOG[change.kind]
    since = [edit for edit in diff(kind, planned, now) if edit.path != ("id",)]
    if body is None:  # a deletion touches everything that the plan knew
        touched = [edit for edit in since if _known(change, edit.path[0], planned, context)]
        touched = [edit for edit in touched if not (between is not None and _let_go(kind, edit))]
    else:
        touched = [edit for edit in diff(kind, planned, body) if not _is_one_of(kind, now, edit)]
    for edit in touched:
        if not any(same(now.get(edit.path[0]), step.get(edit.path[0])) for step in between or ()):
            yield _sentence(change, edit, since, deletes=body is None)


def _let_go(kind: ResourceType, edit: Edit) -> bool:
    """Whether an earlier run may have ended this, for what is to be deleted lets go first."""
    first = {one.name for one in kind.relations if one.far or one.errand or one.shape == "single"}
    return edit.path[0] in first | kind.writes.before_delete.keys() and edit.after is ABSENT


def _known(change: Change, name: str, planned: Body, context: WriteContext) -> bool:
    return name in planned or context.coverage is None or context.coverage.covers(change.kind, name, change.live)


def _is_one_of(kind: Any, now: Body, edit: Edit) -> bool:
    """Whether the value at the edit's path is one of its two sides."""
    return any(_holds(kind, now, edit.path, value) for value in (edit.before, edit.after))


def _holds(kind: Any, now: Body, path: Path, value: Any) -> bool:
    """Whether `now` has `value` at `path`: writing it there changes nothing."""
    try:
        return same(patch(kind, now, [Edit(path, ABSENT, value)]), now)
    except KeyError:  # nothing is there that could hold it
        return value is ABSENT


def _between(change: Change, body: Body | None, planned: Body, context: WriteContext) -> Iterator[Body]:
    """The bodies that the plan's own operations make of the resource on the way, each by itself."""
    kind = CATALOG[change.kind]
    for stage in _WRITING:
        for operation in writes(kind, change, body, change.live, planned, stage, context):
            if operation.method == "PATCH" and operation.body:
                yield normalize(kind, {**planned, **operation.body}, Context(context.tenant_id))


def _sentence(change: Change, edit: Edit, since: list[Edit], *, deletes: bool) -> str:
    place = dotted(edit.path)
    found = next((other.after for other in since if _meet(other.path, edit.path)), ABSENT)
    if deletes:
        return f"{change.address}: {place} was {_shown(edit.before)}, and is {_shown(found)}; the plan deletes it"
    wanted = f"the plan makes it {_shown(edit.after)}"
    return f"{change.address}: {place} was {_shown(edit.before)} when the plan was made, is {_shown(found)}; {wanted}"


def _meet(one: Path, other: Path) -> bool:
    """Whether one path leads to the other's place, or through it."""
    size = min(len(one), len(other))
    return one[:size] == other[:size]


def _shown(value: Any) -> str:
    if value is ABSENT:
        return "nothing"
    text = canonical_json(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
