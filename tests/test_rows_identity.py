"""What the directory itself has, end to end: exported, changed in the tenant, put back."""

from __future__ import annotations

from pathlib import Path

import pytest
from applying import find, keeper, kept, second_plan, settle
from people import signed_in
from small_world import bodies, small
from worlds import World, copied, make

from entragit.permissions import reading, writing
from entragit.resources.catalog import CATALOG
from entragit.sandbox import portal
from entragit.sandbox.server import Sandbox

PROFILES = "identity/verifiedId/profiles"
SETTINGS = "admin/reportSettings"
SETS, DEFINITIONS = "directory/attributeSets", "directory/customSecurityAttributeDefinitions"
KINDS = ("users", "contacts", SETS, DEFINITIONS, "schemaExtensions", SETTINGS, PROFILES)
ID = "22222222-2222-4222-8222-222222222222"


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company of these kinds alone, exported once with the least that they need."""
    world = make(sandbox, tmp_path_factory.mktemp("identity") / "company", tenant=small(ID))
    kinds = [CATALOG[kind] for kind in KINDS]
    client = world.tenant.add_client(*reading(kinds), *writing(kinds))
    return kept(world, client, KINDS, keeper(world.tenant))


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


def test_only_the_extensions_of_the_tenant_are_its_own(company: World) -> None:
    held = {key for kind, key in bodies(company.files()) if kind == "schemaExtensions"}
    assert held == {key for key in company.tenant.objects["schemaExtensions"] if not key.startswith("zava")}
    assert len(held) == 2


def test_what_was_changed_comes_back_and_what_cannot_is_said(world: World) -> None:
    contact = find(world, "contacts", lambda body: body["companyName"])
    extension = find(world, "schemaExtensions", lambda body: body["id"].startswith("extk"))
    world.tenant.singletons[SETTINGS]["displayConcealedNames"] = False
    portal.edit(world.tenant, "contacts", contact["id"], "Update", jobTitle="evil")
    portal.edit(world.tenant, "schemaExtensions", extension["id"], "Update", status="Available")
    done = settle(world)
    assert world.tenant.singletons[SETTINGS]["displayConcealedNames"] is True
    assert (contact["jobTitle"], extension["status"]) == ("evil", "Available")
    assert "Exchange or the on-premises directory decides" in done.out
    assert "Only the application that owns a schema extension" in done.out


def test_a_profile_is_a_person_s_to_write(world: World) -> None:
    profile = find(world, PROFILES, lambda body: body["state"] == "enabled")
    portal.edit(world.tenant, PROFILES, profile["id"], "Update", state="disabled")
    del world.tenant.objects[PROFILES][next(key for key in world.tenant.objects[PROFILES] if key != profile["id"])]
    plan = world.run("plan")
    assert plan.code == 0, plan.out
    assert "nothing to do" in plan.out
    assert "Graph lets no application write it" in plan.out
    person = next(key for key, body in world.tenant.objects["users"].items() if body["accountEnabled"])
    portal.give_role(world.tenant, person, portal.GLOBAL_ADMINISTRATOR)
    scopes = CATALOG[PROFILES].writes.signed_in
    with signed_in(world.sandbox, world.tenant, world.tenant.add_sign_in(person, *scopes)) as client:
        assert client.patch(f"{PROFILES}/{profile['id']}", json={"state": "enabled"}).status_code == 204
    assert second_plan(world).code == 0


def test_security_attributes_come_back_with_what_defines_them(world: World) -> None:
    user = find(world, "users", lambda body: body["customSecurityAttributes"])
    before = user["customSecurityAttributes"]["Engineering"]
    user["customSecurityAttributes"] = None
    world.tenant.objects[SETS].clear()  # as in another tenant: Graph itself never deletes one
    world.tenant.objects[DEFINITIONS].clear()
    world.tenant.children.pop(f"{DEFINITIONS}/allowedValues", None)
    settle(world)
    assert user["customSecurityAttributes"]["Engineering"].items() >= before.items()
    assert world.tenant.objects[DEFINITIONS]["Engineering_Motto"]["status"] == "Deprecated"


def test_what_can_only_be_deactivated_is_a_line_of_the_ledger(world: World) -> None:
    extra = {"id": "Delta", "isActive": True}
    world.tenant.children.setdefault(f"{DEFINITIONS}/allowedValues", {}).setdefault("Engineering_Project", {})["D"] = (
        extra
    )
    world.tenant.objects[SETS]["Sales"] = {"id": "Sales", "description": None, "maxAttributesPerSet": None}
    plan = world.run("plan", "--prune", SETS)
    assert "Deactivate the value: isActive: false." in plan.out
    assert "Deactivate its attributes" in plan.out


def test_without_their_permission_attributes_are_a_gap_and_users_are_read(world: World) -> None:
    world.client.permissions.discard("CustomSecAttributeAssignment.Read.All")
    world.client.permissions.discard("CustomSecAttributeAssignment.ReadWrite.All")
    done = world.run("export")
    assert done.code == 4
    assert "users: customSecurityAttributes" in done.err
    assert "NOT READ, old values kept: users (" not in done.err
