"""Devices, settings of groups and the tenant's own policies, all the way: exported, spoilt, put back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from applying import edit, find, keeper, kept, settle
from small_world import small
from worlds import World, copied, make

from entragit.permissions import reading, writing
from entragit.resources.catalog import CATALOG
from entragit.sandbox import portal, removal
from entragit.sandbox.server import Sandbox

pytestmark = pytest.mark.nightly
ID = "77777777-7777-4777-8777-777777777777"
CA = "identity/conditionalAccess"
CONTEXTS, SETTINGS = f"{CA}/authenticationContextClassReferences", "groupSettings"
METHODS = "policies/authenticationMethodsPolicy"
CONFIGURATIONS = f"{METHODS}/authenticationMethodConfigurations"
OWN = ("devices", SETTINGS, CONTEXTS, "policies/authorizationPolicy", METHODS, CONFIGURATIONS,
       "policies/identitySecurityDefaultsEnforcementPolicy")  # fmt: skip
KINDS = ("users", "groups", f"{CA}/policies", "roleManagement/directory/roleAssignments", *OWN)
# What somebody does to single objects, by kind.
SPOILT: dict[str, dict[str, Any]] = {
    "policies/authorizationPolicy": {"allowInvitesFrom": "everyone", "blockMsolPowerShell": False},
    METHODS: {"reconfirmationInDays": 7},
}


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company of these kinds and whom they name, exported once with the least that they need."""
    world = make(sandbox, tmp_path_factory.mktemp("core") / "company", tenant=small(ID))
    world.tenant.options.page_size = None
    client = world.tenant.add_client(*reading([CATALOG[kind] for kind in KINDS]), *writing(CATALOG[k] for k in OWN))
    portal.give_role(world.tenant, client.principal, portal.GLOBAL_ADMINISTRATOR)
    return kept(world, client, KINDS, keeper(world.tenant))


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


def test_what_was_changed_comes_back(world: World) -> None:
    before, tenant = world.files(), world.tenant
    for kind, values in SPOILT.items():
        tenant.singletons[kind] |= values
    edit(world, "devices", find(world, "devices"), accountEnabled=not find(world, "devices")["accountEnabled"])
    settings = find(world, SETTINGS)
    edit(world, SETTINGS, settings, values=[item | {"value": "evil"} if item["name"] == "PrefixSuffixNamingRequirement"
                                            else item for item in settings["values"]])  # fmt: skip
    edit(world, CONTEXTS, find(world, CONTEXTS), displayName="evil", description="evil")
    method = find(world, CONFIGURATIONS)
    edit(world, CONFIGURATIONS, method, state="disabled" if method["state"] == "enabled" else "enabled")
    settle(world, "--allow", "tier-0", "--allow", "own-identity")  # no application was read
    assert world.files() == before


def test_security_defaults_go_off_again(world: World) -> None:
    for policy in world.tenant.objects[f"{CA}/policies"].values():
        policy["state"] = "disabled"
    assert world.run("export").code == 0
    world.tenant.singletons["policies/identitySecurityDefaultsEnforcementPolicy"]["isEnabled"] = True
    settle(world, "--allow", "tier-0")
    assert world.tenant.singletons["policies/identitySecurityDefaultsEnforcementPolicy"]["isEnabled"] is False


def test_what_was_deleted_comes_back_or_is_told(world: World) -> None:
    tenant = world.tenant
    settings, device = find(world, SETTINGS), find(world, "devices")
    context = find(world, CONTEXTS)
    for kind, own in ((SETTINGS, settings["id"]), ("devices", device["id"]), (CONTEXTS, context["id"])):
        removal.remove(tenant, kind, own, soft=False)
    external = find(world, CONFIGURATIONS, lambda body: "externalAuthentication" in body["@odata.type"])
    removal.remove(tenant, CONFIGURATIONS, external["id"], soft=False)
    done = settle(world, "--allow", "tier-0")
    assert context["id"] in tenant.objects[CONTEXTS]
    again = find(world, SETTINGS, lambda body: body["templateId"] == settings["templateId"])
    assert {item["name"]: item["value"] for item in again["values"]} == {
        item["name"]: item["value"] for item in settings["values"]
    }
    assert find(world, CONFIGURATIONS, lambda body: body.get("displayName") == external["displayName"])
    assert device["id"] not in tenant.objects["devices"]
    assert f"devices/{device['displayName']}" in " ".join(done.out.split())
