"""Who may write what: permissions, those of properties, roles of the caller, what is for signed-in users (facts §5)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sandbox_writing import EVERYTHING, PASSWORD, Writer, new_group, new_user, policy, ref, with_casts

from entragit.sandbox import access, portal
from entragit.sandbox.company.well_known import role
from entragit.sandbox.rules import layout, operations
from entragit.sandbox.store import Object

POLICIES = "identity/conditionalAccess/policies"
LOCATIONS = "identity/conditionalAccess/namedLocations"
DEFAULTS = "policies/identitySecurityDefaultsEnforcementPolicy"
DENIED = (403, "Authorization_RequestDenied")
RESTRICTED = "Tier 0"


LINKED = (
    "members", "owners", "sponsors", "registeredusers", "identityproviders", "incompatibleaccesspackages",
    "incompatiblegroups",
)  # fmt: skip


def address(template: str, tenant_id: str = "") -> str:
    for at, own in layout.OF_GROUPS.items():
        template = template.replace(f"{own.lower()}/{{id}}", f"{at}/Group_{{id}}")
    found = with_casts(template).replace("{id}", "7a1d9f5e-0000-4000-8000-0000000000ff")
    return found.replace("organization/branding", f"organization/{tenant_id}/branding")


@pytest.mark.parametrize("operation", sorted(operations.writes()))
def test_every_write_needs_a_permission(operation: str) -> None:
    method, _, template = operation.partition(" ")
    reader = Writer(*(name for name in EVERYTHING if ".Read." in name))
    path = address(template, reader.tenant.id)
    linked = "/{id}/" in template and template.removesuffix("/{id}").endswith(LINKED)
    linked = linked or re.search(r"(?:applications|serviceprincipals)/\{id\}/\w+policies", template) is not None
    path += "/$ref" if linked and method == "DELETE" else ""
    assert reader.refused(method, path, {})[0] == 403


@pytest.mark.parametrize("operation", sorted(operations.writes()))
def test_no_reading_permission_opens_a_write(operation: str) -> None:
    assert not [name for name in access.permissions()[operation] if ".Read." in name]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "users"), ("DELETE", "users"), ("POST", "users/{id}"), ("PUT", "users/{id}"), ("PATCH", "users"),
        ("POST", "auditLogs/directoryAudits"), ("DELETE", "policies/authorizationPolicy"),
        ("POST", "roleManagement/directory/roleAssignmentScheduleInstances"), ("PATCH", "groups/{id}/members"),
        ("PUT", "groups/{id}/members/$ref"), ("POST", "users/{id}/memberOf/$ref"), ("POST", "users/{id}/manager/$ref"),
        ("DELETE", "directoryObjects/{id}"), ("POST", "organization"), ("POST", "subscribedSkus"),
        ("PATCH", "applications/{id}/extensionProperties/{id}"), ("POST", "groups/delta"),
    ],
)  # fmt: skip
def test_what_is_no_write_of_graph(method: str, path: str) -> None:
    assert Writer().refused(method, address(path), {})[0] == 405


def test_applications_may_not_register_devices() -> None:
    writer = Writer()
    device, user = f"devices/{writer.find('devices')['id']}", writer.user()
    assert writer.refused("POST", "devices", {"displayName": "x"})[:2] == DENIED
    for relation in ("registeredOwners", "registeredUsers"):
        assert writer.refused("POST", f"{device}/{relation}/$ref", ref(user))[:2] == DENIED


@pytest.mark.parametrize(
    ("method", "path", "body", "needed"),
    [
        ("POST", POLICIES, policy(),
         {"Policy.Read.All", "Policy.ReadWrite.ConditionalAccess", "Application.Read.All"}),
        ("POST", LOCATIONS, {"@odata.type": "#microsoft.graph.countryNamedLocation", "displayName": "x",
                             "countriesAndRegions": ["NL"]},
         {"Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"}),
        ("PATCH", DEFAULTS, {"isEnabled": False}, {"Policy.Read.All", "Policy.ReadWrite.SecurityDefaults"}),
        ("POST", "groups", new_group("x", isAssignableToRole=True),
         {"Group.ReadWrite.All", "RoleManagement.ReadWrite.Directory"}),
    ],
)  # fmt: skip
def test_some_writes_need_several_permissions(method: str, path: str, body: Object, needed: set[str]) -> None:
    for missing in needed:
        writer = Writer(*(needed - {missing}))
        assert writer.refused(method, path, body)[0] == 403, missing
    assert Writer(*needed).reply(method, path, body).status < 300


@pytest.mark.parametrize(
    ("held", "body", "status"),
    [
        ("User.ReadWrite.All", {"jobTitle": "x", "accountEnabled": False}, 204),
        ("User.ReadWrite.All", {"passwordProfile": PASSWORD}, 403),
        ("User-PasswordProfile.ReadWrite.All", {"passwordProfile": PASSWORD}, 204),
        ("User-PasswordProfile.ReadWrite.All", {"passwordProfile": PASSWORD, "jobTitle": "x"}, 403),
        ("User.EnableDisableAccount.All", {"accountEnabled": False}, 204),
        ("User.EnableDisableAccount.All", {"city": "Bern"}, 403),
        ("User-Phone.ReadWrite.All", {"mobilePhone": "+31 6"}, 204),
        ("User-Mail.ReadWrite.All", {"otherMails": ["x@y.example"]}, 204),
        ("User.ReadWrite.All", {"employeeLeaveDateTime": "2026-12-01T00:00:00Z"}, 403),
        ("User.ReadWrite.All", {"customSecurityAttributes": {"A": {"b": 1}}}, 403),
        ("User.ReadWrite.All", {"identities": []}, 403),
    ],
)
def test_properties_have_permissions_of_their_own(held: str, body: Object, status: int) -> None:
    maker = Writer()
    user = maker.user()
    assert Writer(held, tenant=maker.tenant).reply("PATCH", f"users/{user}", body).status == status


@pytest.mark.parametrize(
    ("body", "mine", "status"),
    [
        ({"accountEnabled": False}, None, 403),
        ({"accountEnabled": False}, "User Administrator", 204),
        ({"passwordProfile": PASSWORD}, "User Administrator", 403),
        ({"passwordProfile": PASSWORD}, "Privileged Authentication Administrator", 204),
        ({"jobTitle": "x"}, None, 204),
        (None, None, 403),
        (None, "Global Administrator", 204),
    ],
)
def test_who_has_a_role_is_guarded(body: Object | None, mine: str | None, status: int) -> None:
    """`None` deletes the user."""
    writer = Writer()
    user = writer.user()
    portal.give_role(writer.tenant, user, role("Security Administrator"))
    if mine is not None:
        writer.administer(role(mine))
    assert writer.reply("DELETE" if body is None else "PATCH", f"users/{user}", body).status == status


def test_roles_through_groups_guard_too_and_harmless_ones_do_not() -> None:
    writer = Writer()
    user, reader = writer.user(), writer.user("reader")
    group = writer.group("tier0", isAssignableToRole=True)
    writer.do("POST", f"groups/{group}/members/$ref", ref(user))
    portal.give_role(writer.tenant, group, role("Security Administrator"))
    portal.give_role(writer.tenant, reader, role("Directory Readers"))
    assert writer.refused("PATCH", f"users/{user}", {"accountEnabled": False})[:2] == DENIED
    writer.do("PATCH", f"users/{reader}", {"accountEnabled": False})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "groups/{group}", {"description": "x"}),
        ("DELETE", "groups/{group}", None),
        ("POST", "groups/{group}/members/$ref", "{user}"),
        ("POST", "groups/{group}/owners/$ref", "{user}"),
    ],
)
def test_groups_that_give_roles_need_the_permission_for_roles(method: str, path: str, body: Any) -> None:
    maker = Writer()
    ids = {"group": maker.group("tier0", isAssignableToRole=True), "user": maker.user()}
    sent = ref(ids["user"]) if body == "{user}" else body
    writer = Writer(*(EVERYTHING - {"RoleManagement.ReadWrite.Directory"}), tenant=maker.tenant)
    assert writer.refused(method, path.format(**ids), sent)[:2] == DENIED
    maker.do(method, path.format(**ids), sent)


def test_restricted_units_are_for_those_with_a_role_in_them() -> None:
    writer = Writer()
    unit = writer.find("directory/administrativeUnits", displayName=RESTRICTED)["id"]
    user, group = writer.user(), writer.find("groups", displayName="CA-BreakGlass-Exclude")["id"]
    writer.administer()  # tenant-wide: not enough
    writer.do("POST", f"directory/administrativeUnits/{unit}/members/$ref", ref(user))
    for method, path, body in (
        ("PATCH", f"users/{user}", {"jobTitle": "x"}), ("DELETE", f"users/{user}", None),
        ("POST", f"groups/{group}/members/$ref", ref(user)), ("PUT", f"users/{user}/manager/$ref", ref(user)),
    ):  # fmt: skip
        assert writer.refused(method, path, body)[:2] == DENIED
    writer.do("POST", "roleManagement/directory/roleAssignments", {
        "principalId": user, "roleDefinitionId": role("User Administrator"),
        "directoryScopeId": f"/administrativeUnits/{unit}"})  # fmt: skip
    held = writer.find("roleManagement/directory/roleAssignments", principalId=user)
    held["principalId"] = writer.client.principal
    writer.do("PATCH", f"users/{user}", {"jobTitle": "x"})
    writer.do("DELETE", f"directory/administrativeUnits/{unit}/members/{user}/$ref")
    assert writer.tenant.objects["users"][user]["isManagementRestricted"] is None


def test_deleted_items_need_their_kinds_permission() -> None:
    maker = Writer()
    user, app = maker.user(), maker.app()
    for path in (f"users/{user}", f"applications/{app}"):
        maker.do("DELETE", path)
    writer = Writer("User.DeleteRestore.All", tenant=maker.tenant)
    for method, end in (("POST", "/restore"), ("DELETE", "")):
        assert writer.refused(method, f"directory/deletedItems/{app}{end}")[:2] == DENIED
    assert writer.reply("POST", f"directory/deletedItems/{user}/restore").status == 200


def test_whose_permission_is_for_a_kind_restores_it() -> None:
    pkis = "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations"
    writer = Writer("PublicKeyInfrastructure.ReadWrite.All")
    made = writer.do("POST", pkis, {"displayName": "Smart cards"})["id"]
    writer.do("DELETE", f"{pkis}/{made}")
    assert writer.do("POST", f"directory/deletedItems/{made}/restore")["id"] == made


def test_a_write_without_the_licence_is_refused() -> None:
    writer = Writer()
    writer.tenant.options.licences.clear()
    assert writer.refused("POST", POLICIES, policy())[:2] == (400, "AadPremiumLicenseRequired")


def test_making_users_needs_no_permission_for_passwords() -> None:
    writer = Writer("User.ReadWrite.All")
    assert writer.reply("POST", "users", new_user(writer.tenant, "x")).status == 201


def test_attributes_of_new_objects_need_their_permission_too() -> None:
    maker = Writer()
    app = maker.find("applications", id=maker.app())["appId"]
    writer = Writer("User.ReadWrite.All", "Application.ReadWrite.All", tenant=maker.tenant)
    more = {"customSecurityAttributes": {"A": {"x": 1}}}
    assert writer.refused("POST", "users", new_user(writer.tenant, "x", **more))[:2] == DENIED
    assert writer.refused("POST", "servicePrincipals", {"appId": app, **more})[:2] == DENIED
    assert writer.reply("POST", "servicePrincipals", {"appId": app}).status == 201
