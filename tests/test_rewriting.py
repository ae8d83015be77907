"""References follow what was made again, in longer strings too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entragit.model import Body
from entragit.resources.catalog import CATALOG
from entragit.rewriting import renewed, replaced, rewrite

OLD, NEW = "1c2a91c4-0000-4000-8000-00000000000a", "5d5e5f60-0000-4000-8000-00000000000b"
BARE_OLD, BARE_NEW = OLD.replace("-", ""), NEW.replace("-", "")
IDS = {OLD: NEW}

# Kind, a body that names the old id, where, and what it says afterwards.
FOLLOWING: list[tuple[str, Body, Body]] = [
    ("applications", {"identifierUris": [f"api://{OLD}/x", "https://a"]}, {"identifierUris": [f"api://{NEW}/x", "https://a"]}),
    ("applications", {"appId": OLD, "publicClient": {"redirectUris": [f"msal{OLD}://auth"]}},
     {"appId": NEW, "publicClient": {"redirectUris": [f"msal{NEW}://auth"]}}),
    ("applications", {"api": {"preAuthorizedApplications": [{"appId": OLD, "delegatedPermissionIds": []}]}},
     {"api": {"preAuthorizedApplications": [{"appId": NEW, "delegatedPermissionIds": []}]}}),
    ("applications", {"extensionProperties": [{"name": f"extension_{BARE_OLD}_level"}]},
     {"extensionProperties": [{"name": f"extension_{BARE_NEW}_level"}]}),
    ("applications", {"web": {"redirectUriSettings": [{"uri": f"https://a/{OLD}"}]}},
     {"web": {"redirectUriSettings": [{"uri": f"https://a/{NEW}"}]}}),
    ("servicePrincipals", {"appId": OLD, "servicePrincipalNames": [OLD, f"api://{OLD}"]},
     {"appId": NEW, "servicePrincipalNames": [NEW, f"api://{NEW}"]}),
    ("groups", {"membershipRule": f"user.extension_{BARE_OLD}_level -eq 1 or (group.objectId -in ['{OLD}'])"},
     {"membershipRule": f"user.extension_{BARE_NEW}_level -eq 1 or (group.objectId -in ['{NEW}'])"}),
    ("groups", {"members": [OLD]}, {"members": [NEW]}),
    ("groupSettings", {"values": [{"name": "GroupCreationAllowedGroupId", "value": OLD}]},
     {"values": [{"name": "GroupCreationAllowedGroupId", "value": NEW}]}),
    ("policies/claimsMappingPolicies", {"definition": [f'{{"ExtensionID":"extension_{OLD.replace("-", "")}_cost"}}']},
     {"definition": [f'{{"ExtensionID":"extension_{NEW.replace("-", "")}_cost"}}']}),
    ("groups", {"description": f"was {OLD}"}, {"description": f"was {OLD}"}),
    ("groups", {"unknown": [OLD]}, {"unknown": [OLD]}),
    ("roleManagement/directory/roleAssignments", {"directoryScopeId": f"/administrativeUnits/{OLD}"},
     {"directoryScopeId": f"/administrativeUnits/{NEW}"}),
    ("identity/conditionalAccess/policies",
     {"conditions": {"devices": {"deviceFilter": {"mode": "include", "rule": f"device.deviceId -eq \"{OLD}\""}},
                     "applications": {"includeApplications": [OLD]}}},
     {"conditions": {"devices": {"deviceFilter": {"mode": "include", "rule": f"device.deviceId -eq \"{NEW}\""}},
                     "applications": {"includeApplications": [NEW]}}}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "before", "after"), FOLLOWING)
def test_what_names_the_old_id_names_the_new_one(kind: str, before: Body, after: Body) -> None:
    assert rewrite(CATALOG[kind], before, IDS) == after
    assert rewrite(CATALOG[kind], before, {}) == before
    assert rewrite(CATALOG[kind], after, IDS) == after


def test_the_own_id_stays_and_lists_stay_in_order() -> None:
    first = "00000000-0000-4000-8000-000000000001"
    body = {"id": OLD, "members": ["4" + OLD[1:], OLD]}
    assert rewrite(CATALOG["groups"], {**body, "members": sorted(body["members"])}, {OLD: first})["members"][0] == first
    assert rewrite(CATALOG["groups"], body, IDS)["id"] == OLD


def test_an_id_is_no_part_of_a_longer_one() -> None:
    assert replaced(f"a{OLD}", IDS) == f"a{OLD}"
    assert replaced(f"x{OLD}x", IDS) == f"x{NEW}x"
    assert replaced(OLD.upper(), IDS) == NEW
    mixed = OLD.replace("-", "", 1)
    assert replaced(mixed, IDS) == mixed


@given(st.text(), st.text())
def test_what_stands_around_an_id_stays(before: str, after: str) -> None:
    hexadecimal = "0123456789abcdefABCDEF"
    if (before and before[-1] in hexadecimal) or (after and after[0] in hexadecimal):
        return
    assert replaced(before, IDS) == before
    assert replaced(f"{before}{OLD}{after}", IDS) == f"{before}{NEW}{after}"


def test_what_gets_new_ids() -> None:
    old = {"id": OLD, "appId": OLD.upper(), "displayName": "a"}
    made = {"id": NEW, "appId": NEW, "displayName": "b"}
    assert renewed(CATALOG["applications"], old, made) == {OLD: NEW}
    assert renewed(CATALOG["users"], old, made) == {OLD: NEW}
    assert renewed(CATALOG["users"], {"displayName": "a"}, made) == {}
    assert renewed(CATALOG["users"], old, old) == {}


def test_what_begins_with_its_owners_id_is_followed_by_its_own_part_too() -> None:
    kind = CATALOG["identityGovernance/entitlementManagement/catalogs/customWorkflowExtensions"]
    old, new = f"{OLD}/{OLD}", f"{OLD}/{NEW}"
    assert renewed(kind, {"id": old}, {"id": new}) == {old: new, OLD: NEW}
