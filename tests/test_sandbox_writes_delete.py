"""What goes, what can be restored, and what comes back with it (facts §0, §2, §5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sandbox_writing import Writer, policy, ref

from entragit.sandbox.store import Object

POLICIES = "identity/conditionalAccess/policies"
LOCATIONS = "identity/conditionalAccess/namedLocations"
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"
STRENGTHS = "policies/authenticationStrengthPolicies"
ROLES = "roleManagement/directory"
UNITS = "directory/administrativeUnits"
NOBODY = "7a1d9f5e-0000-4000-8000-0000000000ff"
TEAM = {"groupTypes": ["Unified"], "mailEnabled": True, "securityEnabled": False}


@pytest.fixture
def writer() -> Writer:
    return Writer()


def restore(writer: Writer, object_id: str, body: Object | None = None) -> Object:
    restored: Object = writer.do("POST", f"directory/deletedItems/{object_id}/restore", body)
    return restored


def test_a_user_comes_back_with_all_that_it_had(writer: Writer) -> None:
    user, boss, team = writer.user("ada", usageLocation="NL"), writer.user("boss"), writer.group("team", **TEAM)
    writer.do("POST", f"groups/{team}/members/$ref", ref(user))
    writer.do("PUT", f"users/{user}/manager/$ref", ref(boss))
    sku = writer.find("subscribedSkus")
    used = sku["consumedUnits"]
    writer.do("POST", f"users/{user}/assignLicense", {"addLicenses": [{"skuId": sku["skuId"]}], "removeLicenses": []})
    assert sku["consumedUnits"] == used + 1
    assert writer.reply("DELETE", f"users/{user}").status == 204
    assert writer.refused("GET", f"users/{user}")[0] == 404
    assert user not in writer.tenant.links["groups/members"][team]
    held = writer.do("GET", "directory/deletedItems/microsoft.graph.user?$select=id,userPrincipalName")["value"]
    assert held[0]["userPrincipalName"] == f"{user.replace('-', '')}ada@{writer.tenant.domain}"
    reply = writer.reply("POST", f"directory/deletedItems/{user}/restore")
    assert isinstance(reply.body, dict)
    assert (reply.status, reply.body["id"]) == (200, user)
    assert writer.tenant.links["groups/members"][team] == [user]
    assert writer.do("GET", f"users/{user}/manager")["id"] == boss
    restored = writer.tenant.objects["users"][user]
    assert (restored["userPrincipalName"], restored["deletedDateTime"]) == (f"ada@{writer.tenant.domain}", None)
    assert [item["skuId"] for item in restored["assignedLicenses"]] == [sku["skuId"]]
    assert writer.audited()["activityDisplayName"] == "Restore user"
    assert not writer.tenant.deleted["users"]


def test_a_name_that_was_taken_meanwhile(writer: Writer) -> None:
    user = writer.user("ada")
    writer.do("DELETE", f"users/{user}")
    writer.user("ada")
    status, _, said = writer.refused("POST", f"directory/deletedItems/{user}/restore")
    assert (status, said) == (400, "Another object with the same value for property userPrincipalName already exists.")
    restore(writer, user, {"newUserPrincipalName": f"ada2@{writer.tenant.domain}"})
    assert writer.find("users", id=user)["userPrincipalName"].startswith("ada2@")


@pytest.mark.parametrize(
    ("unified", "option", "soft"), [(True, False, True), (False, False, False), (False, True, True)]
)
def test_which_groups_can_be_restored(writer: Writer, unified: bool, option: bool, soft: bool) -> None:
    writer.tenant.options.soft_delete_security_groups = option
    group, member = writer.group("g", **(TEAM if unified else {})), writer.user()
    writer.do("POST", f"groups/{group}/members/$ref", ref(member))
    named = writer.make(POLICIES, policy())
    conditions = policy()["conditions"] | {"users": {"includeUsers": ["All"], "excludeGroups": [group]}}
    writer.do("PATCH", f"{POLICIES}/{named}", {"conditions": conditions})
    writer.do("DELETE", f"groups/{group}")
    excluded = writer.tenant.objects[POLICIES][named]["conditions"]["users"]["excludeGroups"]
    assert excluded == [group]  # policies go on naming what is gone
    if not soft:
        assert writer.refused("POST", f"directory/deletedItems/{group}/restore")[0] == 404
        assert group not in writer.tenant.links["groups/members"]
        return
    restore(writer, group)
    assert writer.tenant.links["groups/members"][group] == [member]


def test_group_licences_go_and_come_with_its_members_and_go_before_it(writer: Writer) -> None:
    group, user, sku = writer.group(), writer.user(usageLocation="NL"), writer.find("subscribedSkus")
    body = {"addLicenses": [{"skuId": sku["skuId"], "disabledPlans": []}], "removeLicenses": []}
    assert writer.reply("POST", f"groups/{group}/assignLicense", body).status == 202
    stored = writer.tenant.objects["users"][user]
    writer.do("POST", f"groups/{group}/members/$ref", ref(user))
    assert [item["assignedByGroup"] for item in stored["licenseAssignmentStates"]] == [group]
    writer.do("DELETE", f"groups/{group}/members/{user}/$ref")
    assert stored["assignedLicenses"] == []
    writer.do("POST", f"groups/{group}/members/$ref", ref(user))
    status, _, said = writer.refused("DELETE", f"groups/{group}")
    assert (status, "active license" in said) == (400, True)
    body = {"addLicenses": [], "removeLicenses": [sku["skuId"]]}
    assert writer.reply("POST", f"groups/{group}/assignLicense", body).status == 202
    assert stored["assignedLicenses"] == []
    writer.do("DELETE", f"groups/{group}")


def test_an_application_takes_its_principal_along_and_comes_back_alone(writer: Writer) -> None:
    app = writer.app("mine", identifierUris=[f"https://x.{writer.tenant.domain}"])
    principal = writer.principal(app)
    api = writer.find("servicePrincipals", displayName="Company API")
    role = next(item for item in api["appRoles"] if "Application" in item["allowedMemberTypes"])
    body = {"principalId": principal, "resourceId": api["id"], "appRoleId": role["id"]}
    assignment = writer.do("POST", f"servicePrincipals/{principal}/appRoleAssignments", body)["id"]
    writer.do("DELETE", f"applications/{app}")
    assert writer.refused("GET", f"servicePrincipals/{principal}")[0] == 404
    assert assignment not in writer.tenant.objects["appRoleAssignments"]
    assert writer.refused("POST", f"directory/deletedItems/{principal}/restore")[1] == "NoBackingApplicationObject"
    restored = restore(writer, app)
    assert restored["appId"] == writer.tenant.objects["applications"][app]["appId"]
    assert principal not in writer.tenant.objects["servicePrincipals"]
    restore(writer, principal)
    assert assignment in writer.tenant.objects["appRoleAssignments"]


def test_what_stands_in_the_way_of_a_restore(writer: Writer) -> None:
    uri = [f"https://x.{writer.tenant.domain}"]
    app = writer.app(identifierUris=uri)
    principal = writer.principal(app)
    writer.do("DELETE", f"applications/{app}")
    other = writer.app(identifierUris=uri)
    assert "identifierUris already exists" in writer.refused("POST", f"directory/deletedItems/{app}/restore")[2]
    writer.do("PATCH", f"applications/{other}", {"identifierUris": []})
    restore(writer, app)
    writer.principal(app)
    assert writer.refused("POST", f"directory/deletedItems/{principal}/restore")[0] == 409


def test_deleted_for_good(writer: Writer) -> None:
    user, unit = writer.user(), writer.make(UNITS, {"displayName": "x"})
    for path in (f"users/{user}", f"{UNITS}/{unit}"):
        writer.do("DELETE", path)
    assert writer.reply("DELETE", f"directory/deletedItems/{user}").status == 204
    assert writer.audited()["activityDisplayName"] == "Hard Delete user"
    assert writer.refused("POST", f"directory/deletedItems/{user}/restore")[0] == 404
    assert writer.refused("DELETE", f"directory/deletedItems/{unit}")[0] == 400
    restore(writer, unit)
    assert writer.refused("DELETE", f"directory/deletedItems/{unit}")[0] == 404
    assert [change.reason for change in writer.tenant.changes if change.id == user] == [
        "created",
        "softDeleted",
        "deleted",
    ]


def test_nothing_lost_in_the_deleted_items_of_policies(writer: Writer) -> None:
    made = writer.make(POLICIES, policy())
    writer.do("DELETE", f"{POLICIES}/{made}")
    for path in ("identity/conditionalAccess/deletedItems/policies", "identity/conditionalAccess/deletedItems"):
        assert writer.refused("GET", path)[0] == 403  # facts §0.3: not for applications
    assert writer.refused("POST", f"{POLICIES}/{made}/restore")[0] in (400, 404)


def test_what_hangs_on_a_principal_goes_with_it(writer: Writer) -> None:
    portal = writer.find("servicePrincipals", displayName="Company Portal")["id"]
    assert [item for item in writer.tenant.objects["oauth2PermissionGrants"].values() if item["clientId"] == portal]
    writer.do("DELETE", f"servicePrincipals/{portal}")
    for path, names in (("oauth2PermissionGrants", ("clientId", "resourceId")),
                        ("appRoleAssignments", ("principalId", "resourceId"))):  # fmt: skip
        held = writer.tenant.objects[path].values()
        assert not [item for item in held if portal in (item[names[0]], item[names[1]])]


@pytest.mark.parametrize(
    ("path", "wanted", "message"),
    [
        ("servicePrincipals", {"servicePrincipalType": "ManagedIdentity"}, "Insufficient privileges"),
        ("servicePrincipals", {"appId": "00000003-0000-0000-c000-000000000000"}, "Insufficient privileges"),
        (LOCATIONS, {"displayName": "Offices"}, "1084: A trusted named location can't be deleted."),
        (LOCATIONS, {"displayName": "Sanctioned"}, "1085: The named location is used by a policy."),
        (STRENGTHS, {"policyType": "builtIn"}, "A built-in authentication strength"),
        (STRENGTHS, {"policyType": "custom"}, "The authentication strength is used by a Conditional Access policy."),
        (CONTEXTS, {"id": "c1"}, "An authentication context that is published or used"),
        (f"{ROLES}/roleDefinitions", {"isBuiltIn": True}, "A built-in role definition can't be changed or deleted."),
        (f"{ROLES}/roleDefinitions", {"isBuiltIn": False}, "The role definition has assignments"),
        ("domains", {"isDefault": True}, "The domain can't be deleted"),
        ("domains", {"isInitial": True}, "The domain can't be deleted"),
        ("directoryRoles", {}, "Specified HTTP method is not allowed"),
        ("organization", {}, "Specified HTTP method is not allowed"),
    ],
)
def test_what_can_not_be_deleted(writer: Writer, path: str, wanted: Object, message: str) -> None:
    object_id = writer.tenant.id if path == "organization" else writer.find(path, **wanted)["id"]
    assert writer.refused("DELETE", f"{path}/{object_id}")[2].startswith(message)


def test_what_nobody_uses_can_be_deleted(writer: Writer) -> None:
    for path, wanted in (
        (CONTEXTS, {"id": "c3"}), ("domains", {"isVerified": False}), ("devices", {}), ("groupSettings", {}),
        ("oauth2PermissionGrants", {}), (POLICIES, {}),
    ):  # fmt: skip
        object_id = writer.find(path, **wanted)["id"]
        assert writer.reply("DELETE", f"{path}/{object_id}").status == 204
        assert writer.refused("GET", f"{path}/{object_id}")[0] == 404
        assert object_id not in {key for held in writer.tenant.deleted.values() for key in held}


def test_trust_is_taken_away_first_and_awaited(writer: Writer) -> None:
    place = {"@odata.type": "#microsoft.graph.ipNamedLocation", "displayName": "x", "isTrusted": True, "ipRanges": [
        {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"}]}  # fmt: skip
    made = writer.make(LOCATIONS, place)
    writer.tenant.options.lag = 3600
    writer.tenant.offset = timedelta(hours=2)
    writer.do("PATCH", f"{LOCATIONS}/{made}", {"@odata.type": place["@odata.type"], "isTrusted": False})
    assert writer.refused("DELETE", f"{LOCATIONS}/{made}")[2].startswith("1084")
    writer.tenant.offset = timedelta(hours=4)
    writer.do("DELETE", f"{LOCATIONS}/{made}")


def test_a_built_in_method_is_reset(writer: Writer) -> None:
    path = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
    writer.do("DELETE", f"{path}/Fido2")
    assert writer.find(path, id="Fido2")["state"] == "disabled"
    external = writer.find(path, **{"@odata.type": "#microsoft.graph.externalAuthenticationMethodConfiguration"})
    writer.do("DELETE", f"{path}/{external['id']}")
    assert external["id"] not in writer.tenant.objects[path]


def test_a_domain_in_use_stays(writer: Writer) -> None:
    writer.tenant.objects["domains"]["used.example"] = {"id": "used.example", "isVerified": True}
    writer.user(userPrincipalName="x@used.example")
    assert writer.refused("DELETE", "domains/used.example")[0] == 400
    assert writer.refused("DELETE", f"domains/{NOBODY}")[0] == 404


def test_deleted_items_are_kept_for_thirty_days(writer: Writer) -> None:
    early, late = writer.user("early"), writer.user("late")
    writer.do("DELETE", f"users/{early}")
    writer.tenant.offset = timedelta(days=1)
    writer.do("DELETE", f"users/{late}")
    writer.tenant.offset = timedelta(days=30, hours=1)
    held = writer.do("GET", "directory/deletedItems/microsoft.graph.user")["value"]
    assert [item["id"] for item in held] == [late]
    assert writer.refused("POST", f"directory/deletedItems/{early}/restore")[0] == 404
    restore(writer, late)


def test_members_of_a_restricted_unit_are_free_while_it_is_deleted(writer: Writer) -> None:
    unit = writer.find(UNITS, displayName="Tier 0")["id"]
    user = writer.find("users", displayName="Break Glass 1")
    writer.do("DELETE", f"{UNITS}/{unit}")
    assert user["isManagementRestricted"] is None
    restore(writer, unit)
    assert user["isManagementRestricted"] is True


def test_microsofts_policies_stay_and_a_tenant_has_room_for_195(writer: Writer) -> None:
    managed = writer.make(POLICIES, policy(displayName="Microsoft-managed: Block legacy authentication"))
    assert writer.refused("DELETE", f"{POLICIES}/{managed}")[2].startswith("1050")
    held = writer.tenant.objects[POLICIES]
    held |= {str(number): held[managed] for number in range(195 - len(held))}
    assert writer.refused("POST", POLICIES, policy())[2].startswith("1045")


def test_policies_go_with_their_package_and_that_is_a_change_like_any_other(writer: Writer) -> None:
    governed = "identityGovernance/entitlementManagement"
    catalog = writer.make(f"{governed}/catalogs", {"displayName": "c"})
    package = writer.make(f"{governed}/accessPackages", {"displayName": "p", "catalog": {"id": catalog}})
    rule = {"displayName": "r", "accessPackage": {"id": package}, "allowedTargetScope": "notSpecified"}
    own = writer.make(f"{governed}/assignmentPolicies", rule)
    seen = len(writer.tenant.changes)
    writer.do("DELETE", f"{governed}/accessPackages/{package}")
    gone = {item.id for item in writer.tenant.changes[seen:] if item.reason == "deleted"}
    assert gone == {own, package}
    assert writer.refused("GET", f"{governed}/assignmentPolicies/{own}")[0] == 404
