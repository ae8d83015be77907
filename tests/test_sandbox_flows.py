"""What the strict Entra says to writes of listeners and flows."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from sandbox_writing import Writer
from write_states_flows import FLOW, FLOWS, GRAPH, LISTENER, LISTENERS, PROVIDERS, asking, made

from entragit.normalize import normalize
from entragit.resources.base import Context
from entragit.resources.catalog import CATALOG

EXTENSIONS = "identity/customAuthenticationExtensions"
FRESH = made(FLOW) | {"displayName": "Other"}
INCLUDE = "conditions/applications/includeApplications"


@pytest.fixture(scope="module")
def writer() -> Writer:
    return Writer()


def calls(writer: Writer, sort: str) -> dict[str, Any]:
    held = writer.tenant.objects[EXTENSIONS].values()
    own = next(item["id"] for item in held if item["@odata.type"] == f"{GRAPH}{sort}CustomExtension")
    return {"@odata.type": f"{GRAPH}onTokenIssuanceStartCustomExtensionHandler", "customExtension": {"id": own}}


def test_a_listener_calls_an_extension_of_its_sort(writer: Writer) -> None:
    body = {key: value for key, value in LISTENER.items() if key != "id"}
    right, wrong = (calls(writer, sort) for sort in ("onTokenIssuanceStart", "onOtpSend"))
    assert writer.reply("POST", LISTENERS, body | {"handler": wrong}).status == 400
    assert writer.reply("POST", LISTENERS, body).status == 400  # calls nothing that is there
    own = writer.do("POST", LISTENERS, body | {"handler": right})["id"]
    assert writer.reply("PATCH", f"{LISTENERS}/{own}", {"handler": right}).status == 400  # without its type


def test_only_the_issuance_of_tokens_may_call_something_else(writer: Writer) -> None:
    sender = next(key for key, item in writer.tenant.objects[LISTENERS].items() if "Otp" in item["@odata.type"])
    body = {"@odata.type": f"{GRAPH}onEmailOtpSendListener"}
    handler = {"@odata.type": f"{GRAPH}onOtpSendCustomExtensionHandler",
               "customExtension": calls(writer, "onOtpSend")["customExtension"]}  # fmt: skip
    assert writer.reply("PATCH", f"{LISTENERS}/{sender}", body | {"handler": handler}).status == 400
    assert writer.reply("PATCH", f"{LISTENERS}/{sender}", body | {"displayName": "x"}).status == 204


@pytest.mark.parametrize("body", [
    FRESH | {"displayName": "Partners"},
    {key: value for key, value in FRESH.items() if key != "onInteractiveAuthFlowStart"},
    FRESH | {"onAuthenticationMethodLoadStart": FLOW["onAuthenticationMethodLoadStart"]},
    FRESH | asking("city"),
    FRESH | asking("nothing"),
])  # fmt: skip
def test_what_is_no_flow(writer: Writer, body: dict[str, Any]) -> None:
    assert writer.reply("POST", FLOWS, body).status == 400


def test_an_application_has_one_flow_and_a_flow_a_provider(writer: Writer) -> None:
    own = writer.do("POST", FLOWS, FRESH)["id"]
    taken = next(iter(next(iter(writer.tenant.children[f"{FLOWS}/includeApplications"].values()))))
    assert writer.reply("POST", f"{FLOWS}/{own}/{INCLUDE}", {"appId": taken}).status == 400
    assert writer.reply("POST", f"{FLOWS}/{own}/includeApplications", {"appId": taken}).status == 400
    place = PROVIDERS.format(own).removeprefix("/")
    assert writer.reply("DELETE", f"{place}/Google-OAUTH/$ref").status == 400
    address = "https://graph.microsoft.com/v1.0/identityProviders/EmailPassword-OAUTH"
    assert writer.reply("POST", f"{place}/$ref", {"@odata.id": address}).status == 204
    assert writer.reply("DELETE", f"{place}/Google-OAUTH/$ref").status == 204
    page = {"@odata.type": FLOW["@odata.type"], **asking("city")}
    assert writer.reply("PATCH", f"{FLOWS}/{own}", page).status == 400
    managed = [key for key, item in writer.tenant.objects[LISTENERS].items()
               if item["authenticationEventsFlowId"] == own]  # fmt: skip
    assert len(managed) == 2
    assert writer.reply("DELETE", f"{LISTENERS}/{managed[0]}").status == 400
    assert writer.reply("DELETE", f"{FLOWS}/{own}").status == 204
    assert not {*managed} & writer.tenant.objects[LISTENERS].keys()


@pytest.mark.parametrize("change", [
    {"onAuthenticationMethodLoadStart": FRESH["onAuthenticationMethodLoadStart"]},
    {"onAuthenticationMethodLoadStart": None},
    {"onInteractiveAuthFlowStart": None},
    {"conditions": {"applications": {"includeApplications": []}}},
    {"conditions": None},
    {"onAttributeCollection": {"@odata.type": asking()["onAttributeCollection"]["@odata.type"], "attributes": []}},
])  # fmt: skip
def test_what_would_change_nothing_is_refused(writer: Writer, change: dict[str, Any]) -> None:
    own, rich = next((key, item) for key, item in writer.tenant.objects[FLOWS].items() if item["onAttributeCollection"])
    before = copy.deepcopy(rich)
    body = {"@odata.type": FLOW["@odata.type"], **change}
    assert writer.refused("PATCH", f"{FLOWS}/{own}", body)[0] == 400
    assert rich == before


def test_what_is_in_use_stays(writer: Writer) -> None:
    assert writer.refused("DELETE", "identity/identityProviders/Google-OAUTH")[0] == 400
    for sort in ("onTokenIssuanceStart", "onAttributeCollectionStart"):
        own = calls(writer, sort)["customExtension"]["id"]
        assert writer.refused("DELETE", f"{EXTENSIONS}/{own}")[0] == 400
    issuing = next(item for item in writer.tenant.objects[LISTENERS].values() if "Issuance" in item["@odata.type"])
    own = issuing["handler"]["customExtension"]["id"]
    for key in [key for key, item in writer.tenant.objects[LISTENERS].items()
                if (item["handler"].get("customExtension") or {}).get("id") == own]:  # fmt: skip
        assert writer.reply("DELETE", f"{LISTENERS}/{key}").status == 204
    assert writer.reply("DELETE", f"{EXTENSIONS}/{own}").status == 204


def test_a_provider_is_named_once(writer: Writer) -> None:
    load = FRESH["onAuthenticationMethodLoadStart"]
    twice = FRESH | {"onAuthenticationMethodLoadStart": load | {"identityProviders": load["identityProviders"] * 2}}
    assert writer.refused("POST", FLOWS, twice)[0] == 400


def test_no_copy_of_what_is_named_is_kept(writer: Writer) -> None:
    """Graph sends extensions, providers and attributes whole; keys in addresses among them."""
    rich = next(item for item in writer.tenant.objects[FLOWS].values() if item["onAttributeCollection"])
    body = normalize(CATALOG[FLOWS], rich, Context("t"))
    assert body["onAttributeCollectionStart"]["customExtension"].keys() == {"id"}
    assert body["onAuthenticationMethodLoadStart"].keys() == {"@odata.type"}
    assert body["onAttributeCollection"].keys() == {"@odata.type", "attributeCollectionPage"}
