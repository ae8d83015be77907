"""Relationships, assignments, grants, licences and children are written as Graph documents it (facts §1, §5)."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_writing import ROOT, Writer, ref

from entragit.sandbox.store import Object

POLICIES = "identity/conditionalAccess/policies"
ROLES = "roleManagement/directory"
ASSIGNMENTS = f"{ROLES}/roleAssignments"
NOBODY = "7a1d9f5e-0000-4000-8000-0000000000ff"
TEAM = {"groupTypes": ["Unified"], "mailEnabled": True, "securityEnabled": False}
DUPLICATE = "One or more added object references already exist for the following modified properties: '{}'."
MISSING = "One or more removed object references do not exist for the following modified properties: '{}'."
CREDENTIAL = {"name": "main", "issuer": "https://x", "subject": "y", "audiences": ["api://AzureADTokenExchange"]}


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.mark.parametrize(
    ("path", "relation"),
    [("groups", "members"), ("groups", "owners"), ("applications", "owners"), ("servicePrincipals", "owners"),
     ("directory/administrativeUnits", "members"), ("users", "sponsors")],
)  # fmt: skip
def test_references_join_once_and_leave_once(writer: Writer, path: str, relation: str) -> None:
    app, units = writer.app(), "directory/administrativeUnits"
    owners = {
        "groups": writer.group,
        "users": lambda: writer.user("boss"),
        "applications": lambda: app,
        "servicePrincipals": lambda: writer.principal(app),
        units: lambda: writer.make(units, {"displayName": "x"}),
    }
    owner, user = owners[path](), writer.user()
    url = f"{path}/{owner}/{relation}"
    assert writer.reply("POST", f"{url}/$ref", ref(user)).status == 204
    assert writer.audited()["activityDisplayName"].startswith(f"Add {relation.removesuffix('s')} to ")
    change = writer.tenant.changes[-1]
    assert (change.relation, change.target, change.added) == (relation, user, True)
    assert writer.refused("POST", f"{url}/$ref", ref(user)) == (400, "Request_BadRequest", DUPLICATE.format(relation))
    assert writer.refused("POST", f"{url}/$ref", ref(NOBODY))[:2] == (404, "Request_ResourceNotFound")
    assert writer.reply("DELETE", f"{url}/{user}/$ref").status == 204
    assert writer.refused("DELETE", f"{url}/{user}/$ref") == (400, "Request_BadRequest", MISSING.format(relation))
    assert writer.refused("DELETE", f"{url}/{NOBODY}/$ref")[:2] == (404, "Request_ResourceNotFound")
    assert writer.refused("DELETE", f"{url}/{user}")[0] == 400  # without $ref Graph would delete the user


@pytest.mark.parametrize(
    "body",
    [None, {}, {"id": NOBODY}, {"@odata.id": NOBODY}, {"@odata.id": f"https://elsewhere.example/v1.0/users/{NOBODY}"},
     {"@odata.id": f"{ROOT}/sites/{NOBODY}"}, {"@odata.id": f"{ROOT}/users/{NOBODY}", "displayName": "x"}],
)  # fmt: skip
def test_a_reference_is_an_address(writer: Writer, body: Any) -> None:
    assert writer.refused("POST", f"groups/{writer.group()}/members/$ref", body)[0] == 400


def test_addresses_of_other_sets_and_of_this_server_are_taken(writer: Writer) -> None:
    group, user, app = writer.group(), writer.user(), writer.app()
    writer.do("POST", f"groups/{group}/members/$ref", {"@odata.id": f"{writer.site.url}/beta/users/{user}"})
    message = "Not a valid reference update"
    assert writer.refused("POST", f"groups/{group}/members/$ref", ref(app))[2].startswith(message)
    assert writer.refused("POST", f"groups/{group}/owners/$ref", ref(writer.group("x")))[2].startswith(message)


def test_a_patch_adds_members_all_or_none(writer: Writer) -> None:
    group = writer.group()
    users = [ref(writer.user(f"u{number}"))["@odata.id"] for number in range(21)]
    assert writer.refused("PATCH", f"groups/{group}", {"members@odata.bind": users})[0] == 400
    writer.do("PATCH", f"groups/{group}", {"members@odata.bind": users[:2]})
    assert writer.refused("PATCH", f"groups/{group}", {"members@odata.bind": users[1:4]})[2] == DUPLICATE.format(
        "members"
    )
    writer.do("PATCH", f"groups/{group}", {"members@odata.bind": users[2:20]})
    assert len(writer.tenant.links["groups/members"][group]) == 20  # never replaced


def test_a_manager_is_one(writer: Writer) -> None:
    user, first, second = writer.user(), writer.user("one"), writer.user("two")
    path = f"users/{user}/manager/$ref"
    assert writer.refused("DELETE", path)[0] == 404
    for boss in (first, second):
        assert writer.reply("PUT", path, ref(boss)).status == 204
    assert writer.tenant.links["users/manager"][user] == [second]
    assert writer.refused("PUT", path, ref(user))[0] == 400
    assert writer.refused("PUT", path, ref(writer.group()))[0] == 400
    assert writer.reply("DELETE", path).status == 204


def test_who_may_be_in_which_group(writer: Writer) -> None:
    team, guarded = writer.group("team", **TEAM), writer.group("tier0", isAssignableToRole=True)
    plain = writer.group("plain")
    principal = writer.principal(writer.app())
    message = "Not a valid reference update"
    for group, target in ((team, plain), (team, principal), (guarded, plain), (plain, plain)):
        assert writer.refused("POST", f"groups/{group}/members/$ref", ref(target))[2].startswith(message)
    for group, target in ((plain, team), (plain, principal), (guarded, principal)):
        writer.do("POST", f"groups/{group}/members/$ref", ref(target))


@pytest.mark.parametrize(
    ("unified", "option", "stays"), [(True, False, True), (False, False, False), (False, True, True)]
)
def test_the_last_owner_stays(writer: Writer, unified: bool, option: bool, stays: bool) -> None:
    writer.tenant.options.last_owner_stays = option
    group, owner = writer.group("g", **(TEAM if unified else {})), writer.user()
    writer.do("POST", f"groups/{group}/owners/$ref", ref(owner))
    path = f"groups/{group}/owners/{owner}/$ref"
    if stays:
        message = "The group must have at least one owner, hence this owner cannot be removed."
        assert writer.refused("DELETE", path)[2] == message
        writer.do("POST", f"groups/{group}/owners/$ref", ref(writer.user("two")))
    writer.do("DELETE", path)


def test_a_group_has_a_hundred_owners(writer: Writer) -> None:
    group = writer.group()
    writer.tenant.links["groups/owners"] = {group: list(writer.tenant.objects["users"])[:50] * 2}
    assert "100 owners" in writer.refused("POST", f"groups/{group}/owners/$ref", ref(writer.user()))[2]


def test_members_of_dynamic_units_are_computed(writer: Writer) -> None:
    unit = writer.find("directory/administrativeUnits", displayName="Legal")["id"]
    assert writer.refused("POST", f"directory/administrativeUnits/{unit}/members/$ref", ref(writer.user()))[0] == 400


def test_licences(writer: Writer) -> None:
    sku, user = writer.find("subscribedSkus"), writer.user(usageLocation="NL")
    path, plan = f"users/{user}/assignLicense", sku["servicePlans"][0]["servicePlanId"]
    give: Object = {"addLicenses": [{"skuId": sku["skuId"], "disabledPlans": [plan]}], "removeLicenses": []}
    assert writer.refused("POST", f"users/{writer.user('two')}/assignLicense", give)[2].startswith("License assignment")
    reply = writer.reply("POST", path, give)
    assert reply.status == 200
    held = writer.tenant.objects["users"][user]
    assert held["assignedLicenses"] == give["addLicenses"]
    assert (held["licenseAssignmentStates"][0]["assignedByGroup"], writer.audited()["activityDisplayName"]) == (
        None, "Change user license")  # fmt: skip
    for body in (
        {"addLicenses": []}, {"addLicenses": [{"skuId": NOBODY}], "removeLicenses": []},
        {"addLicenses": [], "removeLicenses": [NOBODY]}, {**give, "removeLicenses": [sku["skuId"]]},
        {"addLicenses": [{"skuId": sku["skuId"], "disabledPlans": [NOBODY]}], "removeLicenses": []},
    ):  # fmt: skip
        assert writer.refused("POST", path, body)[0] == 400
    writer.do("POST", path, {"addLicenses": [], "removeLicenses": [sku["skuId"]]})
    assert held["assignedLicenses"] == []
    sku["prepaidUnits"]["enabled"] = 0
    assert "does not have any available licenses" in writer.refused("POST", path, give)[2]


def test_app_roles_are_assigned_once(writer: Writer) -> None:
    api = writer.find("servicePrincipals", displayName="Contoso Expenses")
    user = writer.user()
    body = {"principalId": user, "resourceId": api["id"], "appRoleId": api["appRoles"][0]["id"]}
    made = writer.do("POST", f"users/{user}/appRoleAssignments", body)
    assert (made["principalType"], made["resourceDisplayName"]) == ("User", "Contoso Expenses")
    for path in (f"users/{user}/appRoleAssignments", f"servicePrincipals/{api['id']}/appRoleAssignedTo"):
        assert writer.refused("POST", path, body)[2] == "Permission being assigned already exists on the object"
    assert writer.refused("PATCH", f"users/{user}/appRoleAssignments/{made['id']}", {})[0] == 405
    assert writer.refused("DELETE", f"users/{writer.user('x')}/appRoleAssignments/{made['id']}")[0] == 404
    assert writer.reply("DELETE", f"servicePrincipals/{api['id']}/appRoleAssignedTo/{made['id']}").status == 204
    again = writer.do("POST", f"servicePrincipals/{api['id']}/appRoleAssignedTo", body)
    assert again["id"] != made["id"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"appRoleId": NOBODY}, 400),
        ({"resourceId": NOBODY}, 404),
        ({"principalId": NOBODY}, 404),
        ({"appRoleId": "x"}, 400),
        ({"id": NOBODY}, 400),
        ({"principalType": "User"}, 400),
    ],
)
def test_what_an_assignment_refuses(writer: Writer, change: Object, status: int) -> None:
    api = writer.find("servicePrincipals", displayName="Contoso Expenses")
    user = writer.user()
    body = {"principalId": user, "resourceId": api["id"], "appRoleId": api["appRoles"][0]["id"], **change}
    assert writer.refused("POST", f"users/{user}/appRoleAssignments", body)[0] == status


def test_grants(writer: Writer) -> None:
    client, api = writer.principal(writer.app()), writer.find("servicePrincipals", displayName="Company API")["id"]
    body: Object = {"clientId": client, "resourceId": api, "consentType": "AllPrincipals", "scope": "orders.read"}
    made = writer.do("POST", "oauth2PermissionGrants", body)
    assert writer.refused("POST", "oauth2PermissionGrants", body)[::2] == (409, "Permission entry already exists.")
    writer.do("DELETE", f"oauth2PermissionGrants/{made['id']}")
    assert writer.do("POST", "oauth2PermissionGrants", body)["id"] == made["id"]  # facts §5: the same again
    one = body | {"consentType": "Principal", "principalId": writer.user()}
    assert writer.do("POST", "oauth2PermissionGrants", one)["id"] != made["id"]
    for change, status in (
        ({"consentType": "Principal"}, 400), ({"principalId": one["principalId"]}, 400), ({"clientId": NOBODY}, 404),
        ({"consentType": "Some"}, 400), ({"startTime": "2026-01-01T00:00:00Z"}, 400),
    ):  # fmt: skip
        assert writer.refused("POST", "oauth2PermissionGrants", body | change)[0] == status


def test_roles_are_assigned_in_scopes_that_exist(writer: Writer) -> None:
    role, user = writer.find(f"{ROLES}/roleDefinitions", displayName="Helpdesk Administrator")["id"], writer.user()
    unit = writer.find("directory/administrativeUnits")["id"]
    body = {"principalId": user, "roleDefinitionId": role, "directoryScopeId": "/"}
    made = writer.do("POST", ASSIGNMENTS, body)
    assert writer.refused("POST", ASSIGNMENTS, body)[:2] == (400, "RoleAssignmentExists")
    seats = next(item for item in writer.tenant.objects["directoryRoles"].values() if item["roleTemplateId"] == role)
    assert user in writer.tenant.links["directoryRoles/members"][seats["id"]]
    assert [item["type"] for item in writer.audited()["targetResources"]] == ["Role", "User", "Role"]
    instances = writer.do("GET", f"{ROLES}/roleAssignmentScheduleInstances")["value"]
    assert [item["assignmentType"] for item in instances if item["roleAssignmentOriginId"] == made["id"]] == [
        "Assigned"
    ]
    for scope in (f"/administrativeUnits/{unit}", f"/{writer.app()}"):
        writer.do("POST", ASSIGNMENTS, body | {"directoryScopeId": scope})
    for change in (
        {"directoryScopeId": f"/administrativeUnits/{NOBODY}"}, {"directoryScopeId": "x"}, {"principalId": NOBODY},
        {"principalId": writer.group()}, {"roleDefinitionId": NOBODY}, {"condition": "x"}, {"id": NOBODY},
    ):  # fmt: skip
        assert writer.refused("POST", ASSIGNMENTS, body | change)[0] == 400
    writer.do("DELETE", f"{ASSIGNMENTS}/{made['id']}")
    assert writer.audited()["activityDisplayName"] == "Remove member from role"
    assert user not in writer.tenant.links["directoryRoles/members"][seats["id"]]
    assert writer.do("POST", ASSIGNMENTS, body)["id"] != made["id"]


def test_activated_roles_are_assignments_too(writer: Writer) -> None:
    role = writer.find(f"{ROLES}/roleDefinitions", displayName="Reports Reader")["id"]
    made = writer.make("directoryRoles", {"roleTemplateId": role})
    assert "conflicting object" in writer.refused("POST", "directoryRoles", {"roleTemplateId": role})[2]
    user = writer.user()
    writer.do("POST", f"directoryRoles/{made}/members/$ref", ref(user))
    assert writer.find(ASSIGNMENTS, principalId=user)["roleDefinitionId"] == role
    assert writer.refused("POST", f"directoryRoles/{made}/members/$ref", ref(writer.group()))[0] == 400
    writer.do("DELETE", f"directoryRoles/{made}/members/{user}/$ref")
    assert not [item for item in writer.tenant.objects[ASSIGNMENTS].values() if item["principalId"] == user]


def test_the_last_global_administrator_stays(writer: Writer) -> None:
    role = writer.find(f"{ROLES}/roleDefinitions", displayName="Global Administrator")["id"]
    held = [item for item in writer.tenant.objects[ASSIGNMENTS].values() if item["roleDefinitionId"] == role]
    for item in held[:-1]:
        writer.do("DELETE", f"{ASSIGNMENTS}/{item['id']}")
    assert writer.refused("DELETE", f"{ASSIGNMENTS}/{held[-1]['id']}")[0] == 400
    seats = writer.find("directoryRoles", roleTemplateId=role)["id"]
    assert writer.refused("DELETE", f"directoryRoles/{seats}/members/{held[-1]['principalId']}/$ref")[0] == 400


def test_federated_credentials(writer: Writer) -> None:
    app = writer.app()
    path = f"applications/{app}/federatedIdentityCredentials"
    made = writer.do("POST", path, CREDENTIAL)
    assert writer.do("GET", f"{path}/{made['id']}")["name"] == "main"
    assert writer.tenant.changes[-1].id == app
    for change in (
        {},
        {"name": "two"},
        {"name": "a b", "subject": "z"},
        {"name": "two", "subject": "z", "audiences": []},
    ):
        assert writer.refused("POST", path, CREDENTIAL | change)[0] == 400
    assert writer.refused("PATCH", f"{path}/{made['id']}", {"name": "other"})[0] == 400
    assert writer.refused("PATCH", f"{path}/{made['id']}", {"audiences": ["a", "b"]})[0] == 400
    writer.do("PATCH", f"{path}/{made['id']}", {"subject": "z"})
    assert writer.reply("PATCH", f"{path}(name='main')", {"description": "x"}).status == 204
    by_name = {"issuer": "https://x", "subject": "q", "audiences": ["a"]}
    assert writer.reply("PATCH", f"{path}(name='next')", by_name).status == 201
    for number in range(18):
        writer.do("POST", path, CREDENTIAL | {"name": f"n{number:03d}", "subject": f"s{number}"})
    assert "more than 20" in writer.refused("POST", path, CREDENTIAL | {"name": "last", "subject": "last"})[2]
    assert writer.reply("DELETE", f"{path}/{made['id']}").status == 204
    assert writer.refused("DELETE", f"{path}/{made['id']}")[0] == 404


def test_extension_properties_are_named_after_their_application(writer: Writer) -> None:
    app = writer.find("applications", id=writer.app())
    path = f"applications/{app['id']}/extensionProperties"
    body: Object = {"name": "grade", "dataType": "String", "targetObjects": ["User"]}
    made = writer.do("POST", path, body)
    assert made["name"] == f"extension_{app['appId'].replace('-', '')}_grade"
    assert writer.refused("POST", path, body)[0] == 400
    assert writer.refused("POST", path, body | {"name": "x", "dataType": "Colour"})[0] == 400
    assert writer.refused("PATCH", f"{path}/{made['id']}", {"dataType": "Integer"})[0] == 405
    writer.do("DELETE", f"{path}/{made['id']}")


def test_classifications_are_of_scopes_that_exist(writer: Writer) -> None:
    api = writer.find("servicePrincipals", displayName="Company API")
    path = f"servicePrincipals/{api['id']}/delegatedPermissionClassifications"
    body = {"permissionId": api["oauth2PermissionScopes"][0]["id"], "classification": "low"}
    made = writer.do("POST", path, body)
    assert made["permissionName"] == api["oauth2PermissionScopes"][0]["value"]
    assert writer.refused("POST", path, body)[0] == 400
    assert writer.refused("POST", path, body | {"permissionId": NOBODY})[0] == 400
    writer.do("DELETE", f"{path}/{made['id']}")
    assert writer.do("POST", path, body)["id"] == made["id"]


def test_a_group_has_one_setting(writer: Writer) -> None:
    path = f"groups/{writer.group('team', **TEAM)}/settings"
    values = [{"name": "AllowToAddGuests", "value": "false"}]
    body = {"templateId": "08d542b9-071f-4e16-94b0-74abb372e3d9", "values": values}
    made = writer.do("POST", path, body)
    assert made["displayName"] == "Group.Unified.Guest"
    assert writer.refused("POST", path, body)[0] == 400
    for wrong in ([], [values[0] | {"value": "maybe"}]):
        assert writer.refused("PATCH", f"{path}/{made['id']}", {"values": wrong})[0] == 400
        assert writer.refused("POST", path, body | {"values": wrong})[2].startswith("The value")
    writer.do("PATCH", f"{path}/{made['id']}", {"values": [values[0] | {"value": "true"}]})
    assert writer.do("GET", f"{path}/{made['id']}")["values"][0]["value"] == "true"
    writer.do("DELETE", f"{path}/{made['id']}")


def test_combinations_are_configured_inside_their_strength(writer: Writer) -> None:
    strength = writer.find("policies/authenticationStrengthPolicies", policyType="custom")
    path = f"identity/conditionalAccess/authenticationStrength/policies/{strength['id']}/combinationConfigurations"
    held = strength["combinationConfigurations"][0]
    assert writer.do("GET", path)["value"] == [held]
    named: Object = {"@odata.type": held["@odata.type"], "allowedAAGUIDs": held["allowedAAGUIDs"]}
    body = named | {"appliesToCombinations": ["fido2"]}
    assert writer.refused("POST", path, body)[0] == 400  # configured already
    assert writer.refused("PATCH", f"{path}/{held['id']}", named | {"appliesToCombinations": ["sms"]})[0] == 400
    writer.do("PATCH", f"{path}/{held['id']}", named | {"allowedAAGUIDs": held["allowedAAGUIDs"][:1]})
    using = writer.find(
        "identity/conditionalAccess/policies", displayName="CA302: Company keys for contracts | payments"
    )
    shown = using["grantControls"]["authenticationStrength"]["combinationConfigurations"][0]
    assert len(shown["allowedAAGUIDs"]) == 1
    writer.do("DELETE", f"{path}/{held['id']}")
    assert writer.refused("GET", f"{path}/{held['id']}")[0] == 404
    assert writer.refused("POST", path, body | {"appliesToCombinations": ["sms"]})[0] == 400
    assert writer.refused("POST", path, {"appliesToCombinations": ["fido2"]})[0] == 400
    assert writer.do("POST", path, body)["appliesToCombinations"] == ["fido2"]
    built_in = path.replace(strength["id"], "00000000-0000-0000-0000-000000000002")
    assert writer.refused("POST", built_in, body)[0] == 400


def test_an_activated_role_shows_who_has_it(writer: Writer) -> None:
    role, user = writer.find(f"{ROLES}/roleDefinitions", displayName="Reports Reader")["id"], writer.user()
    writer.do("POST", ASSIGNMENTS, {"principalId": user, "roleDefinitionId": role, "directoryScopeId": "/"})
    made = writer.make("directoryRoles", {"roleTemplateId": role})
    assert [item["id"] for item in writer.do("GET", f"directoryRoles/{made}/members")["value"]] == [user]
