"""The ledger: what a plan can't bring back or change, why, and what a person does instead (design section 9)."""

from __future__ import annotations

from collections.abc import Iterable

from entragit.plan import Change, Entry
from entragit.resources.catalog import CATALOG
from entragit.shapes import WriteContext, split


def ledger(changes: Iterable[Change], context: WriteContext) -> tuple[Entry, ...]:
    """One line for everything in `changes`, as they were found, that no operation will do, sorted; and for all that is
    new about what is made anew.

    A property is a path with "/"; of a list's element it ends in what tells the element.
    """
    return tuple(sorted({entry for change in changes for entry in split(CATALOG[change.kind], change, context)[1]}))
