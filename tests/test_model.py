"""Coverage: what a snapshot speaks of, down to one property of one resource."""

from __future__ import annotations

import pytest

from entragit.model import Coverage, Gap

COVERAGE = Coverage(
    frozenset({"users", "groups", "devices"}),
    frozenset({Gap("devices"), Gap("users", "sponsors"), Gap("groups", "members", "g1"), Gap("groups", "", "g2")}),
)


@pytest.mark.parametrize(
    ("place", "covered"),
    [
        (("users",), True),
        (("users", "manager", "u1"), True),
        (("users", "sponsors"), False),
        (("users", "sponsors", "u1"), False),
        (("groups", "members"), True),
        (("groups", "members", "g1"), False),
        (("groups", "owners", "g1"), True),
        (("groups", "owners", "g2"), False),
        (("devices",), False),
        (("devices", "displayName", "d1"), False),
        (("applications",), False),
    ],
)
def test_a_gap_covers_exactly_its_place(place: tuple[str, ...], covered: bool) -> None:
    assert COVERAGE.covers(*place) is covered


def test_two_snapshots_speak_only_of_what_both_cover() -> None:
    other = Coverage(frozenset({"users", "groups"}), frozenset({Gap("users", "manager")}))
    both = COVERAGE.both(other)
    assert both.covers("users", "displayName")
    assert not both.covers("users", "manager")
    assert not both.covers("users", "sponsors")
    assert not both.covers("devices")


def test_partial_names_what_some_resource_lacks() -> None:
    assert COVERAGE.partial("groups") == {"members"}
    assert COVERAGE.partial("users") == {"sponsors"}
    assert COVERAGE.partial("devices") == frozenset()
