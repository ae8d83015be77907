"""Policies of access, guests and other tenants, all the way: exported, spoilt, put back, with no privilege too many."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from applying import ID, edit, fresh, keeper, kept, settle, with_remote
from worlds import World, make

from entragit.permissions import reading, writing
from entragit.resources.catalog import CATALOG
from entragit.resources.further import access
from entragit.sandbox import portal
from entragit.sandbox.faults import Fault
from entragit.sandbox.generate import company as company_of
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Object

OWN = tuple(kind.kind for kind in access.KINDS if not kind.delegated)
KINDS = ("users", "groups", "roleManagement/directory/roleAssignments", "identity/conditionalAccess/policies",
         "policies/authenticationStrengthPolicies", *OWN)  # fmt: skip
CROSS = "policies/crossTenantAccessPolicy"
PARTNERS = f"{CROSS}/partners"
SYNC = f"{PARTNERS}/identitySynchronization"
CAPABILITIES = f"{PARTNERS}/m365Capabilities"
SEEN = f"{CROSS}/default/m365Capabilities"
EXPIRY = "groupLifecyclePolicies"
CONSENT = "policies/permissionGrantPolicies"
STRENGTHS = "policies/authenticationStrengthPolicies"


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """One snapshot of the kinds of this group, and a client that may read and write them and nothing else."""
    tenant = company_of(tenant_id=ID)
    world = make(sandbox, tmp_path_factory.mktemp("access") / "company", tenant=tenant)
    chosen = [CATALOG[name] for name in KINDS]
    client = tenant.add_client(*reading(chosen), *writing(chosen))
    portal.give_role(tenant, client.principal, portal.GLOBAL_ADMINISTRATOR)
    with_remote(world)
    return kept(world, client, KINDS, keeper(tenant))


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return fresh(company, tmp_path / "own")


def same(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


ORGANIZATION = "tenantRelationships/multiTenantOrganization"
TENANTS = f"{ORGANIZATION}/tenants"
SPOILT: dict[str, dict[str, Any]] = {
    ORGANIZATION: {"displayName": "evil"},
    "policies/authenticationFlowsPolicy": {"selfServiceSignUp": {"isEnabled": True}},
    "policies/adminConsentRequestPolicy": {"isEnabled": False, "requestDurationInDays": 5},
    "policies/deviceRegistrationPolicy": {"userDeviceQuota": 3},
    "policies/federatedTokenValidationPolicy": {
        "validatingDomains": {"@odata.type": "#microsoft.graph.allDomains", "rootDomains": "all"}
    },
    CROSS: {"allowedCloudEndpoints": []},
    f"{CROSS}/default": {"inboundTrust": {"isMfaAccepted": True, "isCompliantDeviceAccepted": True,
                                          "isHybridAzureADJoinedDeviceAccepted": True}},
    f"{CROSS}/templates/multiTenantOrganizationIdentitySynchronization": {"userSyncInbound": {"isSyncAllowed": True}},
    f"{CROSS}/templates/multiTenantOrganizationPartnerConfiguration": {"templateApplicationLevel": "newPartners"},
    "policies/externalIdentitiesPolicy": {"allowExternalIdentitiesToLeave": False},
}  # fmt: skip


def spoil(world: World) -> None:
    """Every policy with another value, every collection with a changed object, and things below objects."""
    tenant = world.tenant
    for path, values in SPOILT.items():
        tenant.singletons[path] |= values
    edit(world, EXPIRY, first(world, EXPIRY), groupLifetimeInDays=999)
    edit(world, TENANTS, pending(world), role="owner")
    edit(world, "identity/identityProviders", tenant.objects["identity/identityProviders"]["Google-OAUTH"],
         clientId="evil")  # fmt: skip
    edit(world, CONSENT, tenant.objects[CONSENT]["own-apps"], description="evil")
    tenant.children[f"{CONSENT}/excludes"]["own-apps"].clear()
    item = next(iter(tenant.children[f"{CONSENT}/includes"]["own-apps"].values()))
    item["permissions"] = ["all"]
    trusted = next(iter(tenant.children[SYNC]))
    edit(world, PARTNERS, tenant.objects[PARTNERS][trusted], inboundTrust=None)
    tenant.children[SYNC][trusted].clear()
    profiles, mail = tenant.children[CAPABILITIES][trusted].values()
    profiles["inboundAccess"] = {
        "isAllowed": True,
        "resourceScopes": {
            "included": [{"resourceId": "All", "resourceType": sort} for sort in ("user", "group")],
            "excluded": [],
        },
    }
    for own in tenant.objects[PARTNERS].keys() - {trusted}:
        tenant.children[CAPABILITIES][own] = {mail["id"]: tenant.children[CAPABILITIES][trusted].pop(mail["id"])}
        sync = {"id": own, "tenantId": own, "displayName": None, "userSyncInbound": {"isSyncAllowed": True}}
        tenant.children[SYNC][own] = {own: sync}
    seen = tenant.children[SEEN]["default"]
    strangers = seen["anonymousCalendarSharingFreeBusySimple"]
    strangers["inboundAccess"] |= {"isAllowed": True}
    del seen["crossTenantOpenProfileCard"]
    strength = next(body for body in tenant.objects[STRENGTHS].values() if body["policyType"] == "custom")
    strength["combinationConfigurations"][0]["allowedAAGUIDs"] = []


def pending(world: World) -> Object:
    return next(body for body in world.tenant.objects[TENANTS].values() if body["state"] == "pending")


def first(world: World, kind: str) -> Object:
    return next(iter(world.tenant.objects[kind].values()))


@pytest.mark.slow
def test_what_was_changed_comes_back(world: World) -> None:
    before = world.files()
    spoil(world)
    settle(world, "--allow", "tier-0")
    assert same(before, world.files()) == []


@pytest.mark.slow
def test_what_was_deleted_comes_back_or_is_told(world: World) -> None:
    tenant, before = world.tenant, world.files()
    expiring = next(path.rpartition("/")[0] for path, text in before.items() if "\ngroupLifecyclePolicies:" in text)
    trusted = next(iter(tenant.children[SYNC]))
    sync, capabilities = tenant.children[SYNC].pop(trusted), tenant.children[CAPABILITIES].pop(trusted)
    assert sync
    for kind, own in ((PARTNERS, trusted), (CONSENT, "own-apps"), ("identity/identityProviders", "Google-OAUTH"),
                      (TENANTS, pending(world)["id"]), (EXPIRY, first(world, EXPIRY)["id"])):  # fmt: skip
        tenant.bury(kind, own)
        tenant.touch(kind, own, "deleted")
    tenant.links[f"groups/{EXPIRY}"].clear()
    for name in ("includes", "excludes"):
        del tenant.children[f"{CONSENT}/{name}"]["own-apps"]
    done = world.run("apply", "--yes", "--allow", "tier-0")
    assert done.code == 0, done.out + done.err
    assert "Graph makes no identity provider without its secret" in done.out
    gone = same(before, world.files())
    assert {path.rpartition("/")[0] for path in gone} == {EXPIRY, expiring, "identity/identityProviders"}, gone
    assert trusted in tenant.children[SYNC]
    assert tenant.children[CAPABILITIES][trusted].keys() == capabilities.keys()
    # What deletes groups is back and off, and stays so, however often somebody plans.
    assert first(world, EXPIRY)["managedGroupTypes"] == "None"
    planned = world.run("plan", "--exit-code", "HEAD~1")
    assert (planned.code, f"--enable {EXPIRY}" in " ".join(planned.out.split())) == (0, True), planned
    settle(world, "HEAD~1", "--allow", "tier-0", "--enable", EXPIRY)
    assert first(world, EXPIRY)["managedGroupTypes"] == "Selected"
    assert list(filter(None, tenant.links[f"groups/{EXPIRY}"].values())) == [[first(world, EXPIRY)["id"]]]
    done = world.run("plan", "--enable", "groups")
    assert (done.code, f"--enable takes a kind that can delete or mail by itself: {EXPIRY}" in done.err) == (2, True)


def test_protection_is_not_taken_away_without_a_word(world: World) -> None:
    spoil(world)
    assert world.run("export").code == 0
    done = world.run("apply", "HEAD~1", "--yes")
    assert done.code == 5
    assert "tier-0" in done.err


def test_what_anybody_may_see_stays_but_not_what_they_see(world: World) -> None:
    """Graph documents no deletion of it: what somebody added is told, what they changed is changed back."""
    tenant, before = world.tenant, world.files()
    seen = tenant.children[SEEN]["default"]
    card = seen["crossTenantOpenProfileCard"]
    tips = {"@odata.type": "#microsoft.graph.crossTenantMailTipsAll", "name": "crossTenantMailTipsAll"}
    seen["crossTenantMailTipsAll"] = copy.deepcopy(card) | tips | {"id": tips["name"]}
    card["inboundAccess"] |= {"isAllowed": False}
    done = world.run("apply", "--yes", "--allow", "tier-0")
    assert done.code == 0, done.out + done.err
    assert "Graph documents no deletion of what any tenant's people may see" in " ".join(done.out.split())
    assert (card["inboundAccess"]["isAllowed"], "crossTenantMailTipsAll" in seen) == (True, True)
    assert same(before, world.files()) == [f"{CROSS}/default.yaml"]


def test_what_cant_be_read_below_the_only_resource_is_not_planned(world: World) -> None:
    """The gap is named by the id of the policy, though no path has that."""
    file = world.place / f"{CROSS}/default.yaml"
    file.write_text(file.read_text().replace("isAllowed: true", "isAllowed: false"))
    world.git("commit", "-qam", "Hide the cards")
    assert "m365Capabilities" in world.run("plan").out
    world.tenant.faults.append(Fault(f"^GET {SEEN}", status=403, code="AccessDenied", times=None))
    found = json.loads(world.run("plan", "--format", "json").out)
    assert ("m365Capabilities", "default") in {(gap["property"], gap["id"]) for gap in found["gaps"]}
    assert found["changes"] == []


def test_a_tenant_that_is_in_no_organization_has_no_file_of_one(world: World) -> None:
    """A 404 is an answer there, and no failure; what Git has of it is told, and made by nobody."""
    tenant, before = world.tenant, world.files()
    del tenant.singletons[ORGANIZATION]
    tenant.objects[TENANTS].clear()
    done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    assert sorted(before.keys() - world.files().keys()) == sorted(p for p in before if p.startswith(ORGANIZATION))
    planned = world.run("plan", "HEAD~1", "--", f"{ORGANIZATION}.yaml")
    assert (planned.code, "Found, join or leave the organization" in " ".join(planned.out.split())) == (0, True), (
        planned
    )
