"""What the strict Entra says to writes of what people alone see."""

from __future__ import annotations

from typing import Any

import pytest
from people import administrator
from sandbox_writing import Writer

from entragit.sandbox.rules.rows.delegated import ROWS

SCOPES = {scope for row in ROWS for scope in row.delegated}
OWNERLESS = "policies/ownerlessGroupPolicy"
MAIL = {"senderEmailAddress": "it@contoso.com", "subject": "An owner", "body": "Hi"}
ON = {"isEnabled": True, "emailInfo": MAIL, "enabledGroupIds": [], "maxMembersToNotify": 90,
      "notificationDurationInWeeks": 1}  # fmt: skip


@pytest.fixture
def writer() -> Writer:
    """An administrator with all scopes that open what is tried here."""
    found = Writer()
    found.client = found.tenant.add_sign_in(administrator(found.tenant), *SCOPES)
    return found


@pytest.mark.parametrize(("body", "status"), [
    (ON, 200),
    *(({key: value for key, value in ON.items() if key != name}, 400) for name in ON),
    (ON | {"maxMembersToNotify": 91}, 400),
    (ON | {"notificationDurationInWeeks": 0}, 400),
    (ON | {"notificationDurationInWeeks": 8}, 400),
    ({"isEnabled": False}, 200),
])  # fmt: skip
def test_a_policy_of_groups_without_owners_is_said_whole(writer: Writer, body: dict[str, Any], status: int) -> None:
    before = dict(writer.tenant.singletons[OWNERLESS])
    assert writer.reply("PATCH", OWNERLESS, body).status == status
    held = writer.tenant.singletons[OWNERLESS]
    if status == 400:
        assert held == before
    elif body["isEnabled"]:
        assert (held["policyWebUrl"], held["targetOwners"]["notifyMembers"]) == ("", "all")
    else:
        assert (held["maxMembersToNotify"], held["emailInfo"]["subject"]) == (0, "")


def test_a_policy_that_was_never_set_up_is_made_by_its_first_change(writer: Writer) -> None:
    del writer.tenant.singletons[OWNERLESS]
    assert writer.reply("PATCH", OWNERLESS, ON | {"isEnabled": None}).status == 400
    assert OWNERLESS not in writer.tenant.singletons
    assert writer.reply("PATCH", OWNERLESS, ON).status == 201
    assert writer.tenant.singletons[OWNERLESS]["emailInfo"] == MAIL


ROLLOUTS, SYNCHRONIZATION = "policies/featureRolloutPolicies", "directory/onPremisesSynchronization"
ROLLOUT = {"displayName": "Email", "feature": "emailAsAlternateId", "isEnabled": True}


def ref(key: str) -> dict[str, str]:
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{key}"}


@pytest.mark.parametrize("body", [
    *({key: value for key, value in ROLLOUT.items() if key != name} for name in ROLLOUT),
    ROLLOUT | {"feature": "passwordHashSync"},
    ROLLOUT | {"feature": "everything"},
])  # fmt: skip
def test_a_rollout_is_of_one_feature_that_has_none(writer: Writer, body: dict[str, Any]) -> None:
    assert writer.reply("POST", ROLLOUTS, body).status == 400
    own = writer.make(ROLLOUTS, ROLLOUT)
    assert writer.reply("PATCH", f"{ROLLOUTS}/{own}", {"feature": "passthroughAuthentication"}).status == 400
    assert writer.reply("PATCH", f"{ROLLOUTS}/{own}", {"isEnabled": False}).status == 204


def test_a_rollout_takes_ten_groups_and_no_dynamic_one(writer: Writer) -> None:
    own, groups = writer.make(ROLLOUTS, ROLLOUT), writer.tenant.objects["groups"]
    plain = [key for key, body in groups.items() if "DynamicMembership" not in body["groupTypes"]]
    dynamic = next(key for key in groups if key not in plain)
    path = f"{ROLLOUTS}/{own}/appliesTo/$ref"
    assert writer.reply("POST", path, ref(dynamic)).status == 400
    assert writer.reply("POST", path, ref(next(iter(writer.tenant.objects["users"])))).status >= 400
    assert [writer.reply("POST", path, ref(key)).status for key in plain[:11]] == [204] * 10 + [400]


TERMS = "identityGovernance/termsOfUse/agreements"
DOCUMENT = {"fileName": "a.pdf", "language": "en", "isDefault": True, "fileData": {"data": "SGVsbG8="}}
AGREED = {"displayName": "Terms", "isViewingBeforeAcceptanceRequired": True, "files": [DOCUMENT]}


@pytest.mark.parametrize("body", [
    *({key: value for key, value in AGREED.items() if key != name} for name in AGREED),
    *(AGREED | {"files": [DOCUMENT | {name: None}]} for name in DOCUMENT),
    AGREED | {"files": [DOCUMENT, DOCUMENT | {"language": "EN"}]},
])  # fmt: skip
def test_terms_are_made_with_a_document_of_each_language(writer: Writer, body: dict[str, Any]) -> None:
    assert writer.reply("POST", TERMS, body).status == 400


def test_nobody_sees_what_is_in_the_documents_of_terms(writer: Writer) -> None:
    path = f"{TERMS}/{writer.make(TERMS, AGREED)}"
    (held,) = writer.do("GET", f"{path}/file/localizations")["value"]
    assert (held["fileName"], held["language"], held["fileData"]) == ("a.pdf", "en", None)
    assert "SGVsbG8=" not in str(writer.tenant.children)
    assert writer.reply("GET", f"{path}/localizations").status == 400, "it is below the file"
    assert writer.reply("PATCH", path, {"isViewingBeforeAcceptanceRequired": False}).status == 200
    for fixed in ({"isPerDeviceAcceptanceRequired": True}, {"userReacceptRequiredFrequency": "P1D"}):
        assert writer.reply("PATCH", path, fixed).status == 400


def test_what_is_not_in_use_of_synchronization_is_not_written(writer: Writer) -> None:
    path = f"{SYNCHRONIZATION}/{writer.tenant.id}"
    (held,) = writer.tenant.objects[SYNCHRONIZATION].values()
    assert writer.reply("PATCH", path, {"features": {"passwordWritebackEnabled": True}}).status == 400
    assert writer.reply("PATCH", path, {"features": {"softMatchOnUpnEnabled": True}}).status == 204
    assert held["features"]["blockSoftMatchEnabled"], "what isn't said stays"
    assert writer.reply("DELETE", path).status == 405
