"""What speaks against a plan before any guard is asked: references to nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from entragit.model import ABSENT, Edit
from entragit.plan import Change, Finding
from entragit.planner.following import mentioned
from entragit.references import GUID


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
