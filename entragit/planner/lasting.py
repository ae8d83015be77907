"""Access that ends and access that doesn't are two kinds, and in the tenant one thing that can't be there twice.

Where somebody made a role for some days permanent, or the other way round, a plan would make the one and delete the
other. Graph refuses the first while the second is there, and the second would take away what has come of the first. So
both are one change: of when it ends (facts §5 PIM).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from entragit import access
from entragit.diff import diff
from entragit.model import Body
from entragit.plan import Change
from entragit.resources.base import ResourceType
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
        elif (endless := taken(_endless(ending, other, change))) is not None:
            del found[change.key]
            found[other.key] = endless


def _given(change: Change) -> tuple[Any, ...]:
    return access.key(CATALOG[change.kind], change.desired or change.actual or {})


def _endless(kind: ResourceType, gone: Change, made: Change) -> Change:
    """The change by which something that ends doesn't, instead of the two."""
    before: Body = gone.actual or {}
    after = {**before, kind.period: {EXPIRATION: NEVER}}
    edits = tuple(diff(kind, before, after))
    who = made.origins[:1] or gone.origins[:1]
    return replace(gone, action="update", desired=after, edits=edits, origins=who * len(edits))
