from __future__ import annotations

import pytest

from entragit.errors import DocumentError
from entragit.strict import nearest, shown, whole


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("membrs", ["members", "owners"], "members"),
        ("Members", ["members"], "members"),
        ("x", ["members"], ""),
        ("members", [], ""),
    ],
)
def test_nearest(name: str, known: list[str], near: str) -> None:
    assert nearest(name, known) == near


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "`a`"), (True, "`true`"), (None, "`null`"), (1.5, "`1.5`"), ({}, "a map"), ([1], "a list")],
)
def test_shown(value: object, text: str) -> None:
    assert shown(value) == text


def test_hostile_names_are_only_names() -> None:
    assert "\x1b" not in shown("\x1b[31m\n")
    assert len(shown("x" * 1000)) < 100


@pytest.mark.parametrize(
    ("method", "bad"),
    [
        ("record", "[]"),
        ("entries", "x"),
        ("elements", "{}"),
        ("text", "7"),
        ("text", '""'),
        ("flag", '"true"'),
        ("flag", "1"),
        ("integer", "true"),
        ("integer", "1.5"),
        ("integer", "-1"),
        ("number", "true"),
        ("number", "-0.5"),
        ("word", "c"),
        ("word", "[a]"),
    ],
)
def test_wrong_values_are_refused(method: str, bad: str) -> None:
    """Each says what to write instead, and where."""
    value = whole(f"a: 1\nkey: {bad}\n".encode(), "f.yaml").entries()["key"]
    arguments = [("a", "b")] if method in ("record", "word") else []
    with pytest.raises(DocumentError, match=r"^f.yaml:2:1: `key`: write .+ instead of"):
        getattr(value, method)(*arguments)
