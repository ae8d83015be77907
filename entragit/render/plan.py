"""What a plan says, in the words that every sink shares; nothing here is escaped yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from itertools import groupby
from typing import NamedTuple

from entragit.canonical import canonical_json
from entragit.model import ABSENT, Edit
from entragit.plan import Action, Change, Finding, Origin, Plan
from entragit.render import wording
from entragit.render.report import Action as Deed
from entragit.render.report import Change as Shown
from entragit.resources.catalog import CATALOG

SIGNS: Mapping[Action, str] = {"delete": "-", "update": "~", "restore": "<", "create": "+"}
ORDER = tuple(SIGNS)

HEADINGS: Mapping[Origin, str] = {
    "yours": "Your changes since BASE",
    "reverts": "Tenant changes since BASE that this reverts",
    "follows": "What follows from these",
}

BEGINS: Mapping[str, str] = {"create": "create", "restore": "create", "update": "link", "delete": "delete"}
"""Action → the stage in which it begins; further ones link what a new resource names, and switch it on."""


def stage(change: Change) -> str:
    """The stage in which a change begins, but for what a policy lets go before: a default, an assignment."""
    return "free" if any(one.turn for one in change.freed) else BEGINS[change.action]


def freed(change: Change) -> Iterator[str]:
    """What a resource lets go for others before all else, and as what it comes back, a sentence each."""
    for one in change.freed:
        desired = (change.desired or {}).get(one.name)
        if not one.name:
            yield "deleted first, for another takes what it has"
        elif not one.turn:
            yield f"comes back with the {one.name} {_told(one.value)}, for it went with another"
        elif change.action == "update" and one.value == desired:
            yield f"{one.name} changes first, for another takes what it is"
        else:
            yield f"{one.name} is {_told(one.value)} for the time being, for another takes what it is"


def _told(value: object) -> str:
    return "nothing" if value in (None, []) else canonical_json(value)


MOST_EXTRAS = 30


class Part(NamedTuple):
    """What one side moved of one resource."""

    change: Change
    shown: Shown


def parts(plan: Plan, origin: Origin) -> list[Part]:
    """What a heading holds, biggest risk first: tier, kind, then what goes before what comes."""
    found = [Part(change, part) for change in plan.changes if (part := _part(change, origin))]
    return sorted(found, key=lambda part: (part.change.tier, part.change.kind, ORDER.index(part.change.action),
                                           part.change.address, part.change.id))  # fmt: skip


def _part(change: Change, origin: Origin) -> Shown | None:
    if change.action == "update":
        own = [edit for edit, moved in zip(change.edits, change.origins, strict=True) if moved == origin]
        return _shown(change, own) if own else None
    if change.action == "delete":
        return _shown(change, list(_given(change))) if origin in change.origins else None
    # A resource that comes back stands whole where most of it belongs.
    most = "reverts" if "reverts" in change.origins else "yours"
    return _shown(change, change.edits if change.action == "create" else ()) if origin == most else None


def _given(change: Change) -> Iterator[Edit]:
    """What a deletion takes away, of resources whose names say nothing."""
    kind = CATALOG.get(change.kind)
    if kind and not kind.title and change.actual is not None:
        yield from (Edit((name,), value, ABSENT) for name, value in sorted(change.actual.items()) if name != "id")


DEEDS: Mapping[Action, Deed] = {"create": "created", "restore": "created", "update": "updated", "delete": "deleted"}


def _shown(change: Change, edits: Sequence[Edit]) -> Shown:
    """The change as a report has it; a value that follows a new id is new, and marked as a conflict would be."""
    following = frozenset(edit.path for edit in edits if edit.before == edit.after)
    new = tuple(Edit(e.path, ABSENT, e.after) if e.path in following else e for e in edits)
    deed = DEEDS[change.action]
    return Shown(change.kind, change.id, change.address, change.title, deed, change.tier, new, following)


def by_kind(found: Iterable[Part]) -> Iterator[tuple[str, list[Part]]]:
    """Kind and its parts, of parts in their order."""
    return ((kind, list(group)) for kind, group in groupby(found, key=lambda part: part.change.kind))


def counted(changes: Iterable[Change]) -> str:
    """How many changes of each action there are: "1 delete, 2 update"."""
    counts = Counter(change.action for change in changes)
    return ", ".join(f"{counts[action]:,} {action}" for action in ORDER if counts[action])


def lines(part: Part, names: Mapping[str, str]) -> Iterator[wording.Line]:
    """The edits of a part, a line each; a reference that follows says so."""
    for line in wording.lines(part.shown, names):
        yield line._replace(after=f"{line.after} (its new id)", conflict=False) if line.conflict else line


def refusals(plan: Plan) -> list[Finding]:
    """The findings that nobody has allowed."""
    return [finding for finding in plan.findings if not finding.allowed]


def refused(plan: Plan) -> bool:
    """Whether an apply would refuse the plan."""
    return bool(refusals(plan) or plan.conflicts)


def summary(plan: Plan) -> str:
    """One sentence: what the plan is for, and how much it does."""
    how = "roll back to" if plan.mode == "rollback" else "merge what changed up to"
    what = f"{number(plan.changes, 'change')} ({counted(plan.changes)})" if plan.changes else "nothing to do"
    where = f", {number(plan.selection, 'resource')} selected" if plan.selection else ""
    return f"{how} {plan.commit[:8]}{where}: {what}"


def number(found: Sized, noun: str) -> str:
    """How many there are: "1 change", "2 changes"."""
    return f"{len(found):,} {noun}" if len(found) == 1 else f"{len(found):,} {noun}s"


def extras(plan: Plan) -> Iterator[str]:
    """What the tenant has beyond the commit, the newest first, and how to be rid of it."""
    yield from plan.extras[:MOST_EXTRAS]
    if len(plan.extras) > MOST_EXTRAS:
        yield f"… {len(plan.extras) - MOST_EXTRAS:,} more"


ADVICE = "There is no remote with a protected branch, so the guards are advice."
