"""Kinds that are written by requests: what of time can be asked for, and when nothing is left to ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from write_guids import BOB
from write_states_roles import ELIGIBLE, FOREVER, GIVEN, LATER
from writing import creation, deletion, update

from entragit.ledger import ledger
from entragit.model import Body
from entragit.plan import Change, Operation, Stage
from entragit.resources.catalog import CATALOG
from entragit.shapes import WriteContext, writable, writes

KIND = CATALOG[ELIGIBLE]
NOW = WriteContext("tenant", now=datetime(2026, 6, 1, tzinfo=UTC))
PAST, SOON = "2026-05-31T23:59:59Z", "2026-06-02T00:00:00Z"


def until(end: str) -> Body:
    return {"expiration": {"type": "afterDateTime", "endDateTime": end}}


def of_stage(change: Change, now: Body | None, stage: Stage) -> list[Operation]:
    taken = writable(KIND, change, NOW)
    assert taken is not None
    return list(writes(KIND, taken, taken.desired, change.live, now, stage, NOW))


def given(schedule: Body) -> Body:
    return {**GIVEN, "scheduleInfo": schedule}


# schedule asked for → what the ledger calls it; "" where it can be.
ASKED: list[tuple[Body, str]] = [
    (FOREVER, ""),
    (LATER, ""),
    (until(SOON), ""),
    (until(PAST), "ended"),
    (until("2026-06-01T00:00:00Z"), "ended"),
    ({"expiration": {"type": "afterDuration", "duration": "P7D"}}, "relative end"),
]


@pytest.mark.parametrize(("schedule", "what"), ASKED)
def test_what_has_ended_is_never_given_again(schedule: Body, what: str) -> None:
    change = creation(ELIGIBLE, given(schedule))
    assert (writable(KIND, change, NOW) is None) == bool(what)
    assert {entry.what for entry in ledger([change], NOW)} - {"new id"} == ({what} if what else set())


@pytest.mark.parametrize(("schedule", "what"), ASKED)
def test_what_is_there_is_not_made_to_end_before_now(schedule: Body, what: str) -> None:
    change = update(ELIGIBLE, given(until("2090-01-01T00:00:00Z")), given(schedule))
    assert (writable(KIND, change, NOW) is None) == bool(what)
    assert {entry.what for entry in ledger([change], NOW)} == ({what} if what else set())


def test_a_start_that_is_over_is_no_difference() -> None:
    change = update(ELIGIBLE, given(LATER), given({"startDateTime": PAST, **LATER}))
    assert writable(KIND, change, NOW) is None
    assert ledger([change], NOW) == ()
    (create,) = of_stage(creation(ELIGIBLE, given({"startDateTime": PAST, **LATER})), None, "create")
    assert create.body is not None
    assert create.body["scheduleInfo"]["startDateTime"] == "2026-05-31T23:55:00Z"


def test_a_start_to_come_is_asked_for() -> None:
    (create,) = of_stage(creation(ELIGIBLE, given({"startDateTime": SOON, **LATER})), None, "create")
    assert create.body is not None
    assert create.body["scheduleInfo"] == {"startDateTime": SOON, **LATER}


def test_a_request_says_what_comes_of_it() -> None:
    (create,) = of_stage(creation(ELIGIBLE, GIVEN), None, "create")
    assert (create.made, create.matches["memberType"]) == ("targetScheduleId", "Direct")
    assert create.probe == (f"/{ELIGIBLE}", (("$filter", f"principalId eq '{GIVEN['principalId']}'"),))
    assert "PendingApproval" in create.unmet["status"]


def test_what_is_there_already_is_changed_instead() -> None:
    """Graph says that it exists: then that is what the link stage finds, and what it changes."""
    change = creation(ELIGIBLE, GIVEN)
    there = {**given(FOREVER), "id": "other"}
    assert of_stage(change, there, "create") == []
    (found,) = of_stage(replace(change, live="other"), there, "link")
    assert found.body is not None
    assert (found.body["action"], found.body["scheduleInfo"]["expiration"]) == ("adminUpdate", LATER["expiration"])


def test_nothing_is_taken_from_where_nothing_is() -> None:
    assert of_stage(deletion(ELIGIBLE, GIVEN), None, "delete") == []


def test_the_first_one_goes_as_it_was() -> None:
    change = update(ELIGIBLE, GIVEN, {**GIVEN, "principalId": BOB})
    assert of_stage(change, {**GIVEN, "principalId": BOB}, "link") == []
    taken = writable(KIND, change, NOW)
    assert taken is not None
    (retired,) = writes(KIND, taken, taken.desired, "new", {**GIVEN, "principalId": BOB}, "delete", NOW)
    assert retired.body is not None
    assert (retired.body["action"], retired.body["principalId"]) == ("adminRemove", GIVEN["principalId"])
