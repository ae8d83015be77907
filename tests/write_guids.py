"""The ids that tables of states share, and what a row of one is."""

from __future__ import annotations

from typing import Any

from entragit.model import Body

Row = tuple[str, str, Body | None, Body | None, list[tuple[str, str, Any]]]
"""(what it shows, kind, before, after, [(method, path, body)]); None: there is none. {} in a path: its id."""


def guid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


OWN, ADA, BOB, EVE, APP, API, ROLE, PLACE = (guid(number) for number in range(1, 9))
