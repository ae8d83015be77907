"""What branch and tenant both changed, in sentences that name the resource, the property and the values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from entragit.diff import diff
from entragit.merge import Conflict
from entragit.model import ABSENT, Edit
from entragit.render.report import Change
from entragit.render.wording import Line, Names, lines, words
from entragit.resources.base import ResourceType

NOTHING = "nothing"


def sentences(kind: ResourceType, address: str, found: Conflict, branch: str, names: Names) -> Iterator[str]:
    """One conflict of the resource at `address`; of a value with parts one sentence for each part that differs."""
    if found.git is ABSENT and not found.path:
        changes = "; ".join(_changes(kind, address, found, found.tenant, names))
        yield f"{address} is deleted on {branch} and changed in the tenant: {changes}"
    elif found.tenant is ABSENT and not found.path:
        changes = "; ".join(_changes(kind, address, found, found.git, names))
        yield f"{address} is deleted in the tenant and changed on {branch}: {changes}"
    else:
        was = f" (it was {_shown(found.base, names)})" if not isinstance(found.base, dict | list) else ""
        edits = [Edit(found.path, found.git, found.tenant)] if found.path else diff(kind, found.git, found.tenant)
        for line in _lines(kind, address, edits, names):
            yield (
                f"{address}: {line.where} is {line.before or NOTHING} on {branch} "
                f"and {line.after or NOTHING} in the tenant{was}"
                if not line.more
                else f"{address}: {line.where}: {line.more:,} more"
            )


def _changes(kind: ResourceType, address: str, found: Conflict, side: object, names: Names) -> Iterator[str]:
    """What the side that didn't delete the resource did to it."""
    if not isinstance(found.base, dict) or not isinstance(side, dict):
        return
    for line in _lines(kind, address, diff(kind, found.base, side), names):
        yield f"{line.where} {line.before or NOTHING} → {line.after or NOTHING}" if not line.more else "…"


def _lines(kind: ResourceType, address: str, edits: Sequence[Edit], names: Names) -> Iterator[Line]:
    return lines(Change(kind.kind, "", address, "", "updated", kind.tier, tuple(edits), frozenset()), names)


def _shown(value: object, names: Names) -> str:
    return NOTHING if value is ABSENT else words(value, names)
