"""Requests for access packages: what Graph takes, what it refuses, and what comes of it by and by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sandbox_writing import Writer

from entragit.sandbox.store import Object
from entragit.sandbox.writes.kinds.packages import ASSIGNMENTS, PACKAGES, POLICIES, REQUESTS

LATER, PAST = "2098-01-01T00:00:00Z", "2020-01-01T00:00:00Z"


@pytest.fixture
def writer() -> Writer:
    return Writer()


def ask(writer: Writer, **more: Any) -> Object:
    """A request of the first user without the package, by the policy for administrators."""
    held = {item["target"]["objectId"] for item in writer.tenant.objects[ASSIGNMENTS].values()}
    policies = writer.tenant.objects[POLICIES].values()
    policy = next(item for item in policies if item["allowedTargetScope"] == "notSpecified")
    named = {"accessPackageId": policy["accessPackage"]["id"], "assignmentPolicyId": policy["id"],
             "targetId": next(own for own in writer.tenant.objects["users"] if own not in held)}  # fmt: skip
    named |= more.pop("named", {})
    return {"requestType": "adminAdd", "assignment": named, **more}


def until(end: str) -> Object:
    return {"expiration": {"type": "afterDateTime", "endDateTime": end}}


def given(writer: Writer, target: str) -> list[Object]:
    return [item for item in writer.tenant.objects[ASSIGNMENTS].values() if item["target"]["objectId"] == target]


def test_a_request_is_taken_first_and_carried_out_then(writer: Writer) -> None:
    body = ask(writer, schedule=until(LATER))
    answer = writer.do("POST", REQUESTS, body)
    assert (answer["state"], answer["status"]) == ("submitted", "Accepted")
    assert writer.do("GET", f"{REQUESTS}/{answer['id']}")["state"] == "delivered"
    (made,) = given(writer, body["assignment"]["targetId"])
    assert (made["state"], made["schedule"]["expiration"]["endDateTime"]) == ("delivered", LATER)
    writer.do("POST", REQUESTS, {"requestType": "adminUpdate", "assignment": {"id": made["id"]},
                                 "schedule": {"expiration": {"type": "noExpiration"}}})  # fmt: skip
    assert writer.do("GET", f"{ASSIGNMENTS}/{made['id']}")["schedule"]["expiration"]["type"] == "noExpiration"
    gone = {"requestType": "adminRemove", "assignment": {"id": made["id"]}}
    writer.do("POST", REQUESTS, gone)
    assert writer.do("GET", f"{ASSIGNMENTS}/{made['id']}")["state"] == "expired"
    assert writer.refused("POST", REQUESTS, gone)[0] == 400


def test_it_ends_by_itself(writer: Writer) -> None:
    body = ask(writer, schedule=until(LATER))
    writer.do("POST", REQUESTS, body)
    writer.tenant.offset = datetime(2098, 1, 1, 1, tzinfo=UTC) - writer.tenant.now()
    writer.do("GET", REQUESTS)
    assert [item["state"] for item in given(writer, body["assignment"]["targetId"])] == ["expired"]


def test_it_begins_on_its_day(writer: Writer) -> None:
    body = ask(writer, schedule={"startDateTime": LATER, "expiration": {"type": "afterDuration", "duration": "P2D"}})
    own, target = writer.make(REQUESTS, body), body["assignment"]["targetId"]
    assert writer.do("GET", f"{REQUESTS}/{own}")["state"] == "scheduled"
    assert given(writer, target) == []
    assert writer.refused("POST", REQUESTS, body)[0] == 400
    writer.tenant.offset = datetime(2098, 1, 2, tzinfo=UTC) - writer.tenant.now()
    assert writer.do("GET", f"{REQUESTS}/{own}")["state"] == "delivered"
    (made,) = given(writer, target)
    assert made["schedule"]["startDateTime"] == "2098-01-01T00:00:00.000Z"
    writer.tenant.offset = datetime(2098, 1, 3, 1, tzinfo=UTC) - writer.tenant.now() + writer.tenant.offset
    writer.do("GET", REQUESTS)
    assert made["state"] == "expired"


@pytest.mark.parametrize("schedule", [
    {"startDateTime": LATER}, {"expiration": None}, {"expiration": {"type": "afterDuration", "duration": "P1D"}},
])  # fmt: skip
def test_a_change_says_until_when(schedule: Object, writer: Writer) -> None:
    held = next(item for item in writer.tenant.objects[ASSIGNMENTS].values() if item["state"] == "delivered")
    body = {"requestType": "adminUpdate", "assignment": {"id": held["id"]}, "schedule": schedule}
    assert writer.refused("POST", REQUESTS, body)[0] == 400
    assert writer.do("GET", f"{ASSIGNMENTS}/{held['id']}")["schedule"] == held["schedule"]


REFUSED: dict[str, tuple[Any, int]] = {
    "a deed of people": (lambda body: body | {"requestType": "userAdd"}, 400),
    "no policy": (lambda body: body | {"assignment": {
        name: value for name, value in body["assignment"].items() if name != "assignmentPolicyId"}}, 400),
    "no package": (lambda body: named(body, accessPackageId=body["assignment"]["targetId"]), 404),
    "nobody": (lambda body: named(body, targetId=body["assignment"]["accessPackageId"]), 404),
    "a start that is over": (lambda body: body | {"schedule": {"startDateTime": PAST, **until(LATER)}}, 400),
    "an end that is over": (lambda body: body | {"schedule": until(PAST)}, 400),
    "a change by names": (lambda body: body | {"requestType": "adminUpdate", "schedule": until(LATER)}, 400),
    "an end of nothing": (lambda body: {"requestType": "adminRemove", "assignment": {
        "id": body["assignment"]["targetId"]}}, 404),
    "answers of the server": (lambda body: body | {"state": "delivered"}, 400),
}  # fmt: skip


def named(body: Object, **more: str) -> Object:
    return body | {"assignment": body["assignment"] | more}


@pytest.mark.parametrize("name", REFUSED)
def test_what_graph_refuses(name: str, writer: Writer) -> None:
    spoil, status = REFUSED[name]
    assert writer.refused("POST", REQUESTS, spoil(ask(writer)))[0] == status


def test_nobody_has_a_package_twice_or_by_a_foreign_policy(writer: Writer) -> None:
    body = ask(writer)
    writer.do("POST", REQUESTS, body)
    assert writer.refused("POST", REQUESTS, body)[0] == 400
    other = next(own for own in writer.tenant.objects[PACKAGES] if own != body["assignment"]["accessPackageId"])
    assert writer.refused("POST", REQUESTS, ask(writer, named={"accessPackageId": other}))[0] == 400


@pytest.mark.parametrize(
    "spoilt",
    [
        {"automaticRequestSettings": {"requestAccessForAllowedTargets": True}},
        {"questions": [{"isRequired": True}]},
        {"expiration": {"type": "afterDuration", "duration": "P30D", "endDateTime": None}},
    ],
    ids=["by rule", "with a question", "for a shorter time"],
)
def test_a_policy_says_who_gets_it_and_for_how_long(spoilt: Object, writer: Writer) -> None:
    body = ask(writer, schedule=until(LATER))
    writer.tenant.objects[POLICIES][body["assignment"]["assignmentPolicyId"]] |= spoilt
    assert writer.refused("POST", REQUESTS, body)[0] == 400


@pytest.mark.parametrize(("scope", "sorts"), [
    ("notSpecified", "member guest application"), ("allMemberUsers", "member"), ("allDirectoryUsers", "member guest"),
    ("allExternalUsers", "guest"), ("specificConnectedOrganizationUsers", "guest"),
    ("allDirectoryServicePrincipals", "application"), ("specificDirectoryUsers", ""),
    ("allDirectoryAgentIdentities", ""),
])  # fmt: skip
def test_nobody_gets_what_the_policy_has_for_others(scope: str, sorts: str, writer: Writer) -> None:
    people = writer.tenant.objects["users"]
    targets = {
        "member": writer.user(),
        "guest": next(own for own, item in people.items() if item["userType"] == "Guest"),
        "application": next(iter(writer.tenant.objects["servicePrincipals"])),
    }
    policy = writer.tenant.objects[POLICIES][ask(writer)["assignment"]["assignmentPolicyId"]]
    bodies = {sort: ask(writer, named={"targetId": target}) for sort, target in targets.items()}
    policy["allowedTargetScope"] = scope
    ids = {sort: writer.make(REQUESTS, body) for sort, body in bodies.items()}
    states = {sort: writer.do("GET", f"{REQUESTS}/{own}")["state"] for sort, own in ids.items()}
    assert states == {sort: "delivered" if sort in sorts.split() else "deliveryFailed" for sort in targets}


def test_who_waits_for_approval_has_nothing_yet(writer: Writer) -> None:
    body = ask(writer)
    approval = {"isApprovalRequiredForAdd": True, "stages": [{}]}
    policy = writer.tenant.objects[POLICIES][body["assignment"]["assignmentPolicyId"]]
    policy |= {"requestApprovalSettings": approval}
    own = writer.make(REQUESTS, body)
    assert writer.do("GET", f"{REQUESTS}/{own}")["state"] == "pendingApproval"
    assert given(writer, body["assignment"]["targetId"]) == []
    assert writer.refused("POST", REQUESTS, body)[0] == 400
