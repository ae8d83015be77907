"""What decides about applications beside themselves, there and back, with no more permissions than it needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from applying import kept, settle
from worlds import World, copied, make

from entragit.permissions import reading, writing
from entragit.resources.catalog import CATALOG
from entragit.sandbox import portal
from entragit.sandbox.generate import company as company_of
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Tenant

CLAIMS, LIFETIMES = "policies/claimsMappingPolicies", "policies/tokenLifetimePolicies"
MANAGED = "policies/appManagementPolicies"
POLICIES = (CLAIMS, LIFETIMES, "policies/homeRealmDiscoveryPolicies", "policies/tokenIssuancePolicies", MANAGED,
            "policies/activityBasedTimeoutPolicies", "policies/defaultAppManagementPolicy")  # fmt: skip
KINDS = ("applications", "servicePrincipals", *POLICIES)
ID = "33333333-3333-4333-8333-333333333333"


def thinned(tenant: Tenant) -> Tenant:
    """A company with a few applications, those that have policies among them."""
    policies = {name.rpartition("/")[2] for name in POLICIES}
    owners = {
        owner for relation, held in tenant.links.items() if relation.rpartition("/")[2] in policies for owner in held
    }
    apps, principals = tenant.objects["applications"], tenant.objects["servicePrincipals"]
    app_ids = {body["appId"] for held in (apps, principals) for own, body in held.items() if own in owners}
    for held in (apps, principals):
        for own in [own for own, body in held.items() if body["appId"] not in app_ids]:
            del held[own]
    for path in ("users", "groups", "appRoleAssignments", "oauth2PermissionGrants"):
        tenant.objects[path] = {}
    tenant.children = {}
    for relation in list(tenant.links):
        if relation.rpartition("/")[2] not in policies:
            tenant.links[relation] = {}
    tenant.options.quotas = False
    return tenant


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A tenant of applications and their policies with one snapshot, and a client that may do just that."""
    tenant = thinned(company_of(users=50, seed=1, tenant_id=ID))
    world = make(sandbox, tmp_path_factory.mktemp("applications") / "company", tenant=tenant)
    kinds = [CATALOG[kind] for kind in KINDS]
    return kept(world, tenant.add_client(*reading(kinds), *writing(kinds)), KINDS)


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


def links(world: World) -> dict[str, dict[str, list[str]]]:
    """What is assigned to whom."""
    ours = [name for name in world.tenant.links if f"policies/{name.rpartition('/')[2]}" in POLICIES]
    return {name: {owner: [*held] for owner, held in world.tenant.links[name].items() if held} for name in ours}


def edited(world: World) -> None:
    for kind in POLICIES:
        for own in list(world.tenant.objects.get(kind, {})):
            portal.edit(world.tenant, kind, own, "Update policy", displayName="Somebody was here")


def moved(world: World) -> None:
    """What one policy applies to applies to the other, and the default is another."""
    one, other = sorted(world.tenant.objects[LIFETIMES].values(), key=lambda body: body["isOrganizationDefault"])
    for holder in ("applications", "servicePrincipals"):
        for held in world.tenant.links[f"{holder}/tokenLifetimePolicies"].values():
            held[:] = [other["id"]]
    one["isOrganizationDefault"], other["isOrganizationDefault"] = True, False


def unassigned(world: World) -> None:
    for relation in links(world):
        for held in world.tenant.links[relation].values():
            held.clear()


@pytest.mark.slow
@pytest.mark.parametrize(
    "change", [moved, *(pytest.param(change, marks=pytest.mark.nightly) for change in (edited, unassigned))]
)
def test_what_was_changed_is_changed_back(world: World, change: Callable[[World], None]) -> None:
    before = links(world)
    change(world)
    settle(world, "--allow", "limits")
    assert links(world) == before


@pytest.mark.slow
def test_deleted_policies_come_back_to_those_who_had_them(world: World) -> None:
    before = links(world)
    unassigned(world)
    for kind in POLICIES:
        for own in list(world.tenant.objects.get(kind, {})):
            world.tenant.bury(kind, own)
    settle(world, "--allow", "limits")
    after = links(world)
    assert {relation: set(owners) for relation, owners in after.items()} == {k: set(v) for k, v in before.items()}
    assert {one for held in after.values() for ids in held.values() for one in ids} <= {
        own for kind in POLICIES for own in world.tenant.objects.get(kind, {})
    }


@pytest.mark.nightly
def test_an_assigned_default_that_git_lacks_goes(world: World) -> None:
    """Its successor is the default, and has those that it had."""
    one, other = sorted(world.tenant.objects[LIFETIMES].values(), key=lambda body: body["isOrganizationDefault"])
    held = world.tenant.links["applications/tokenLifetimePolicies"]
    extra = {**one, "id": world.tenant.new_id(), "displayName": "Extra"}
    portal.add(world.tenant, LIFETIMES, extra, "Add policy")
    other["isOrganizationDefault"], extra["isOrganizationDefault"] = False, True
    (owner,) = held
    held[owner][:] = [extra["id"]]
    words = [f"--allow={word}" for word in ("limits", "own-identity", "break-glass", "lock-out")]  # users aren't read
    done = world.run("apply", "--yes", *words, "--prune", LIFETIMES)
    assert done.code == 0, done
    assert (held[owner], extra["id"] in world.tenant.objects[LIFETIMES]) == ([one["id"]], False)
    assert other["isOrganizationDefault"]
    assert world.run("plan", "--exit-code").code == 0
