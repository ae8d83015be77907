"""Access that ends and access that doesn't are two kinds, and in the tenant one thing that can't be there twice.

Where somebody made a role for some days permanent, or the other way round, a plan would make the one and delete the
other. Graph refuses the first while the second is there, and the second would take away what has come of the first. So
both are one change: of when it ends (facts §5 PIM). Whoever is in a group for ever stands among its members, so there
the one of the two is an edit of the group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from entragit import access
from entragit.diff import diff, patch
from entragit.model import ABSENT, Body, Edit
from entragit.plan import Change, Origin
from entragit.resources.base import Passing, ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.periods import EXPIRATION, NEVER

Taken = Callable[[Change], Change | None]
"""What of a change can be written."""


def joined(changes: Iterable[Change], taken: Taken) -> list[Change]:
    """The changes, with one instead of each two that make and delete the same access."""
    found = {change.key: change for change in changes}
    for kind in CATALOG.values():
        if kind.writes.request is not None and kind.writes.request.lasting:
            _join(found, kind, CATALOG[kind.writes.request.lasting], taken)
        for relation in kind.relations:
            if relation.passing is not None:
                _join_elements(found, kind, relation.name, relation.passing, taken)
    return list(found.values())


def _join(found: dict[str, Change], ending: ResourceType, lasting: ResourceType, taken: Taken) -> None:
    made, gone = ({(c.kind, *_given(c)): c for c in found.values()
                   if c.kind in (ending.kind, lasting.kind) and c.action == action}
                  for action in ("create", "delete"))  # fmt: skip
    for (kind, *given), change in made.items():
        other = gone.get((lasting.kind if kind == ending.kind else ending.kind, *given))
        if other is None:
            continue
        if kind == ending.kind:  # Graph says that it exists, and what is there gets the end
            del found[other.key]
        elif (endless := taken(_endless(ending, other, change.origins[:1]))) is not None:
            del found[change.key]
            found[other.key] = endless


def _join_elements(found: dict[str, Change], kind: ResourceType, name: str, rule: Passing, taken: Taken) -> None:
    """The same for a place among the elements of a relationship, which `rule` tells from those that end."""
    ending = CATALOG[rule.kind]
    for change in [change for change in found.values() if change.kind == ending.kind]:
        body = change.actual or change.desired or {}
        owners = (one for one in found.values() if one.kind == kind.kind and body.get(rule.owner) in (one.id, one.live))
        about = all(body.get(key) in values for key, values in rule.only.items())
        owner = next(owners, None) if about else None
        edit = _edit(owner, change, name, body[rule.element]) if owner else None
        if owner is None or edit is None:
            continue
        if change.action == "create":  # who stays is there already, and gets the end
            _drop(found, kind, owner, edit)
        elif (endless := taken(_endless(ending, change, _origin(owner, edit)))) is not None:
            found[change.key] = endless
            _drop(found, kind, owner, edit)


def _edit(owner: Change, change: Change, name: str, element: str) -> Edit | None:
    """The edit of a relationship that takes in whose place `change` deletes, or takes out whose place it makes."""
    sides = {"create": (element, ABSENT), "delete": (ABSENT, element)}.get(change.action)
    return next((edit for edit in owner.edits if edit.path[0] == name and (edit.before, edit.after) == sides), None)


def _drop(found: dict[str, Change], kind: ResourceType, owner: Change, edit: Edit) -> None:
    """Take one edit out of a change, and the change out of those found where none is left."""
    place = owner.edits.index(edit)
    edits = (*owner.edits[:place], *owner.edits[place + 1 :])
    if not edits:
        del found[owner.key]
        return
    desired = patch(kind, owner.desired or {}, [Edit(edit.path, edit.after, edit.before)])
    origins = (*owner.origins[:place], *owner.origins[place + 1 :])
    found[owner.key] = replace(owner, desired=desired, edits=edits, origins=origins)


def _given(change: Change) -> tuple[Any, ...]:
    return access.key(CATALOG[change.kind], change.desired or change.actual or {})


def _origin(change: Change, edit: Edit) -> tuple[Origin, ...]:
    place = change.edits.index(edit)
    return change.origins[place : place + 1]


def _endless(kind: ResourceType, gone: Change, moved: tuple[Origin, ...]) -> Change:
    """The change by which something that ends doesn't, instead of the two; `moved`: who made it so."""
    before: Body = gone.actual or {}
    after = {**before, kind.period: {EXPIRATION: NEVER}}
    edits = tuple(diff(kind, before, after))
    who = moved or gone.origins[:1]
    return replace(gone, action="update", desired=after, edits=edits, origins=who * len(edits))
