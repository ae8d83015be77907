"""What the strict Entra says to the Logic Apps that a catalog's requests call (documented for their creation)."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_writing import GRAPH, Writer

from entragit.sandbox.store import Object

ENTITLEMENT = "identityGovernance/entitlementManagement"
CATALOGS, POLICIES = f"{ENTITLEMENT}/catalogs", f"{ENTITLEMENT}/assignmentPolicies"
EXTENSIONS, STAGES = f"{CATALOGS}/customWorkflowExtensions", "customExtensionStageSettings"
TYPE, NIL = "@odata.type", "00000000-0000-0000-0000-000000000000"
REQUEST = f"{GRAPH}accessPackageAssignmentRequestWorkflowExtension"
LOGIC = {TYPE: f"{GRAPH}logicAppTriggerEndpointConfiguration", "logicAppWorkflowName": "a", "resourceGroupName": "b",
         "subscriptionId": NIL}  # fmt: skip
POP = {TYPE: f"{GRAPH}azureAdPopTokenAuthentication"}
BODY: dict[str, Any] = {
    TYPE: REQUEST,
    "displayName": "x",
    "endpointConfiguration": LOGIC,
    "authenticationConfiguration": POP,
}


@pytest.fixture
def writer() -> Writer:
    return Writer("EntitlementManagement.ReadWrite.All")


def place(writer: Writer) -> str:
    return f"{CATALOGS}/{next(iter(writer.tenant.objects[EXTENSIONS].values()))['catalogId']}/customWorkflowExtensions"


def calling(writer: Writer) -> Object:
    return next(item for item in writer.tenant.objects[POLICIES].values() if item.get(STAGES))


@pytest.mark.parametrize("body", [
    *({key: value for key, value in BODY.items() if key != name} for name in BODY),
    BODY | {TYPE: f"{GRAPH}onTokenIssuanceStartCustomExtension"},
    BODY | {"catalogId": NIL},
    BODY | {"createdDateTime": "2026-01-01T00:00:00Z"},
    BODY | {"endpointConfiguration": {TYPE: f"{GRAPH}httpRequestEndpoint", "targetUrl": "https://a.example"}},
    BODY | {"endpointConfiguration": LOGIC | {"subscriptionId": None}},
    BODY | {TYPE: REQUEST.replace("Request", ""), "callbackConfiguration": {"timeoutDuration": "PT1H"}},
])  # fmt: skip
def test_an_extension_is_whole(writer: Writer, body: dict[str, Any]) -> None:
    assert writer.reply("POST", place(writer), body).status == 400


def test_an_extension_is_of_one_catalog_and_changes_by_put_alone(writer: Writer) -> None:
    assert writer.refused("POST", f"{CATALOGS}/{NIL}/customWorkflowExtensions", BODY)[0] == 404
    own = writer.do("POST", place(writer), BODY)["id"]
    assert writer.reply("PATCH", f"{place(writer)}/{own}", BODY).status == 405
    changed = writer.reply("PUT", f"{place(writer)}/{own}", BODY | {"displayName": "y"})
    body: Any = changed.body
    assert (changed.status, body["displayName"]) == (200, "y")
    assert writer.reply("DELETE", f"{place(writer)}/{own}").status == 204


def test_an_extension_stays_as_long_as_a_policy_calls_it(writer: Writer) -> None:
    own = calling(writer)[STAGES][0]["customExtension"]["id"]
    assert writer.refused("DELETE", f"{place(writer)}/{own}")[0] == 400
    calling(writer)[STAGES] = []
    assert writer.reply("DELETE", f"{place(writer)}/{own}").status == 204


def test_a_policy_calls_what_its_catalog_has(writer: Writer) -> None:
    policy = calling(writer)
    names = ("displayName", "accessPackage", "allowedTargetScope", "requestApprovalSettings", "requestorSettings")
    body = {name: policy[name] for name in names}
    (stage, *_) = policy[STAGES]
    called = stage["customExtension"]
    for wrong in (
        {"stage": "evil"},
        {"customExtension": called | {"id": NIL}},
        {"customExtension": {"id": called["id"]}},
    ):
        asked = {"stage": stage["stage"], "customExtension": called} | wrong
        assert writer.refused("PUT", f"{POLICIES}/{policy['id']}", body | {STAGES: [asked]})[0] == 400, wrong


def test_what_a_policy_calls_is_shown_to_who_asks_for_it(writer: Writer) -> None:
    path = f"{POLICIES}/{calling(writer)['id']}"
    assert STAGES not in writer.do("GET", path)
    assert all("customExtension" not in item for item in writer.do("GET", f"{path}?$expand={STAGES}")[STAGES])
    shown = writer.do("GET", f"{path}?$expand={STAGES}($expand=customExtension)")[STAGES]
    assert all(item["customExtension"]["displayName"] and "/" not in item["customExtension"]["id"] for item in shown)
