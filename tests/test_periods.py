"""From when until when: one spelling of each schedule, which says what is still to come and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entragit.resources import periods

BEGUN = {"status": "Provisioned"}
AT: dict[str, Any] = {"type": "afterDateTime", "endDateTime": "2030-01-02T00:00:00Z"}

# (raw beside the schedule, schedule, canonical schedule)
SPELLINGS: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({}, {"expiration": AT}, {"expiration": AT}),
    (BEGUN, {"startDateTime": "2022-04-12T14:44:50.287Z", "expiration": AT}, {"expiration": AT}),
    ({"status": "Granted"}, {"startDateTime": "2029-01-01T02:00:00+02:00", "expiration": AT},
     {"startDateTime": "2029-01-01T00:00:00Z", "expiration": AT}),
    ({}, {"expiration": {**AT, "endDateTime": "2030-01-02T01:30:00.1230000+01:30"}},
     {"expiration": {**AT, "endDateTime": "2030-01-02T00:00:00.123Z"}}),
    (BEGUN, {"startDateTime": "2030-01-01T00:00:00Z", "expiration": {"type": "afterDuration", "duration": "P1D"}},
     {"expiration": AT}),
    (BEGUN, {"startDateTime": "2030-01-01T00:00:00Z",
             "expiration": {"type": "afterDuration", "duration": "PT8H", "endDateTime": "2030-01-02T00:00:00Z"}},
     {"expiration": AT}),
    ({}, {"expiration": {"type": "afterDuration", "duration": "P1D"}},
     {"expiration": {"type": "afterDuration", "duration": "P1D"}}),
    ({}, {"startDateTime": "soon", "expiration": {"type": "later", "word": 1}},
     {"startDateTime": "soon", "expiration": {"type": "later", "word": 1}}),
    ({}, {"expiration": None, "recurrence": {"pattern": 1}}, {"expiration": None, "recurrence": {"pattern": 1}}),
]  # fmt: skip


@pytest.mark.parametrize(("beside", "schedule", "wanted"), SPELLINGS)
def test_a_schedule_has_one_spelling(beside: dict[str, Any], schedule: dict[str, Any], wanted: dict[str, Any]) -> None:
    raw = {**beside, "scheduleInfo": schedule}
    before = repr(raw)
    assert periods.canonical(raw, "scheduleInfo") == {**beside, "scheduleInfo": wanted}
    assert repr(raw) == before


@pytest.mark.parametrize("raw", [{}, {"scheduleInfo": None}, {"scheduleInfo": "x"}, {"scheduleInfo": []}])
def test_what_is_no_schedule_stays(raw: dict[str, Any]) -> None:
    assert periods.canonical(raw, "scheduleInfo") == raw


VALUES = st.none() | st.booleans() | st.text(max_size=8) | st.datetimes(timezones=st.just(UTC)).map(periods.text)
SCHEDULES = st.fixed_dictionaries({}, optional={
    "startDateTime": VALUES,
    "expiration": st.none() | st.fixed_dictionaries({}, optional={
        "type": VALUES, "endDateTime": VALUES,
        "duration": VALUES | st.from_regex(r"P(\d{1,3}D)?(T\d{1,3}H)?", fullmatch=True)}),
})  # fmt: skip


@given(st.fixed_dictionaries({"scheduleInfo": SCHEDULES}, optional={"status": st.sampled_from(["Provisioned", "x"])}))
def test_twice_is_once(raw: dict[str, Any]) -> None:
    once = periods.canonical(raw, "scheduleInfo")
    assert periods.canonical(once, "scheduleInfo") == once


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back(instant: datetime) -> None:
    assert periods.moment(periods.text(instant)) == instant


@pytest.mark.parametrize("text", ["2030-01-01", "2030-01-01T00:00:00", "", "P1D", 7, None])
def test_what_has_no_zone_is_no_instant(text: object) -> None:
    assert periods.moment(text) is None


@pytest.mark.parametrize("text", ["", "P", "PT", "P1Y", "P1M", "1D", "P1DT", None, 3])
def test_what_has_no_length_is_no_duration(text: object) -> None:
    assert periods.duration(text) is None
