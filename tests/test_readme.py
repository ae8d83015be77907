"""The README says what is true."""

from __future__ import annotations

import re
from pathlib import Path

from entragit.cli.main import COMMANDS
from entragit.permissions import reading

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_it_says_how_to_see_the_permissions_that_an_export_needs() -> None:
    assert "`entragit permissions` prints" in README


def test_no_permission_to_read_writes() -> None:
    assert not [permission for permission in reading() if "Write" in permission]


def test_it_shows_only_commands_that_exist() -> None:
    shown = set(re.findall(r"entragit (?:-C \w+ )?([a-z]+)\b", "\n".join(re.findall(r"```[\s\S]*?```", README))))
    assert shown - {"in"} <= COMMANDS.keys()


def test_it_is_short() -> None:
    assert len(README.splitlines()) < 120
