"""What speaks against a plan before any guard is asked: names that are taken, and references to nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from entragit.model import ABSENT, Edit
from entragit.plan import Change, Finding
from entragit.planner.following import mentioned
from entragit.planner.pairing import Trio
from entragit.references import GUID
from entragit.resources.catalog import CATALOG


def names_taken(changes: Iterable[Change], trios: Iterable[Trio]) -> Iterator[Finding]:
    """Resources that can't be made because another one has the name that Graph gives only once."""
    makes = [change for change in changes if change.action in ("create", "restore") and _is_unique(change.kind)]
    if not makes:
        return
    taken = {(trio.kind, _title(trio)): trio for trio in trios if trio.actual and _is_unique(trio.kind)}
    for change in makes:
        other = taken.get((change.kind, change.title.casefold()))
        if other is not None and other.actual is not None and other.id != change.id:
            yield Finding(
                "name",
                change.address,
                f"{other.actual.address} ({other.id}), another object, has its name; rename or delete that one first",
            )


def _is_unique(kind: str) -> bool:
    """Whether Graph refuses a second resource with a title, which is no id that an administrator chose."""
    return CATALOG[kind].unique and CATALOG[kind].title != "id"


def _title(trio: Trio) -> str:
    return str(trio.actual.body.get(CATALOG[trio.kind].title, "")).casefold() if trio.actual else ""


def needed(changes: Iterable[Change], missing: Mapping[str, str]) -> Iterator[Finding]:
    """References to what the plan leaves missing. `missing`: id, or address of what has none → address."""
    for change in changes if missing else ():
        wanted = {missing[text] for edit in change.edits for text in _new(edit) if text in missing}
        for address in sorted(wanted):
            message = f"needs {address}, which neither the tenant nor this plan has; select that, too"
            yield Finding("selection", change.address, message)


def _new(edit: Edit) -> Iterator[str]:
    """What an edit newly names: the strings, and the ids inside them."""
    for text in mentioned(edit.after) if edit.after is not ABSENT and edit.before != edit.after else ():
        yield text
        yield from GUID.findall(text)
