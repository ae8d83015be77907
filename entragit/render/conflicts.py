"""What Git and the tenant both changed, in sentences that name the resource, the property and the values.

Nothing here is escaped yet, and no value is longer than a line or two.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from entragit.diff import diff
from entragit.layout import SUFFIX, address_of
from entragit.merge import Conflict
from entragit.model import ABSENT, Edit
from entragit.paths import element_of, parted
from entragit.plan import Plan
from entragit.render.report import Change
from entragit.render.wording import MOST, Line, Names, both, in_words, lines
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG

NOTHING = "nothing"


def sentences(kind: ResourceType, address: str, found: Conflict, branch: str, names: Names) -> Iterator[str]:
    """One conflict of the resource at `address` of the branch; of a value with parts one sentence for each part."""
    yield from (f"{address}: {part}" for part in parts(kind, address, found, f"on {branch}", names))


def parts(kind: ResourceType, address: str, found: Conflict, here: str, names: Names) -> Iterator[str]:
    """What both sides made of a value, a clause for each part of it that differs; `here`: "on main", "in Git"."""
    if found.git is ABSENT and not found.path:
        changes = "; ".join(_changes(kind, address, found, found.tenant, names))
        yield f"is deleted {here} and changed in the tenant: {changes}"
    elif found.tenant is ABSENT and not found.path:
        changes = "; ".join(_changes(kind, address, found, found.git, names))
        yield f"is deleted in the tenant and changed {here}: {changes}"
    else:
        yield from _differences(kind, address, found, here, names)


def _differences(kind: ResourceType, address: str, found: Conflict, here: str, names: Names) -> Iterator[str]:
    """Where both sides have the value, and not the same."""
    mine = {edit.path for edit in _between(kind, found, found.base, found.git)}
    clauses: list[str] = []
    for edit in _between(kind, found, found.git, found.tenant):
        alone = ABSENT in (edit.before, edit.after) and len(edit.path) > 1 and element_of(edit.path[-1]) is not None
        side = here if edit.path in mine else "in the tenant"
        deed = "put into" if (edit.after is ABSENT) is (edit.path in mine) else "taken out of"
        for line in _lines(kind, address, [edit], names):
            if line.more:
                clauses.append(f"{line.where}: {line.more:,} more")
            elif alone:
                clauses.append(f"{line.before or line.after} was {deed} {line.where} {side}")
            else:
                values = f"{line.before or NOTHING} {here} and {line.after or NOTHING} in the tenant"
                clauses.append(f"{line.where} is {values}{_was(found, names)}")
    yield from clauses[:MOST]
    if len(clauses) > MOST:
        yield f"{len(clauses) - MOST:,} more"


def _between(kind: ResourceType, found: Conflict, before: Any, after: Any) -> list[Edit]:
    """What differs between two values of the conflict's place; element by element where the catalog knows how."""
    if not found.path:
        return diff(kind, {} if before is ABSENT else before, {} if after is ABSENT else after)
    if len(found.path) > 1:
        return [Edit(found.path, before, after)]
    name = found.path[0]
    sides = ({} if value is ABSENT else {name: value} for value in (before, after))
    return diff(kind, *sides)


def of_plan(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """(address, clauses) of each conflict of a plan; what settles it: `settles`."""
    for address, path, *texts in plan.conflicts:
        place = address_of(address + SUFFIX, CATALOG)
        found = Conflict(parted(path), *(json.loads(text) if text else ABSENT for text in texts))
        if place is None or not (path or all(value is ABSENT or isinstance(value, dict) for value in found[1:])):
            _, git, tenant = (in_words(text, plan.names) for text in texts)
            yield address, [f"{path or 'it'} is {git} in Git and {tenant} in the tenant"]
        else:
            yield address, list(parts(CATALOG[place[0]], address, found, "in Git", plan.names))


def settles(address: str) -> str:
    """The next step after a conflict of a plan."""
    return f"both changed it; take one side for all of it: --take git {address}, or --take tenant {address}"


def _was(found: Conflict, names: Names) -> str:
    """What both sides had, from shortly before Git's parts from it."""
    if isinstance(found.base, dict | list):
        return ""
    if found.base is ABSENT:
        return " (it was nothing)"
    return f" (it was {both(found.base, '' if found.git is ABSENT else found.git, names)[0]})"


def _changes(kind: ResourceType, address: str, found: Conflict, side: object, names: Names) -> Iterator[str]:
    """What the side that didn't delete the resource did to it."""
    if not isinstance(found.base, dict) or not isinstance(side, dict):
        return
    for line in _lines(kind, address, diff(kind, found.base, side), names):
        yield f"{line.where} {line.before or NOTHING} → {line.after or NOTHING}" if not line.more else "…"


def _lines(kind: ResourceType, address: str, edits: Sequence[Edit], names: Names) -> Iterator[Line]:
    return lines(Change(kind.kind, "", address, "", "updated", kind.tier, tuple(edits), frozenset()), names)
