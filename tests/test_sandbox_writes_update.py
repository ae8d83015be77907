"""What the sandbox lets a client change is what Graph documents: merging, read-only, the rules of each kind."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_writing import Writer, policy, ref

from entragit.sandbox.store import Object

POLICIES = "identity/conditionalAccess/policies"
LOCATIONS = "identity/conditionalAccess/namedLocations"
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"
STRENGTHS = "policies/authenticationStrengthPolicies"
ROLES = "roleManagement/directory/roleDefinitions"
METHODS = "policies/authenticationMethodsPolicy"
CONFIGURATIONS = f"{METHODS}/authenticationMethodConfigurations"
NOBODY = "7a1d9f5e-0000-4000-8000-0000000000ff"
IP = {"@odata.type": "#microsoft.graph.ipNamedLocation"}
KEY = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": "QUJD", "displayName": "CN=x"}
ENABLED = "Permission (scope or role) cannot be deleted or updated unless disabled first"
SYNCED = "Unable to update the specified properties for on-premises mastered Directory Sync objects"


@pytest.fixture
def writer() -> Writer:
    return Writer()


def role_of(number: int, **more: Any) -> Object:
    return {
        "id": f"7a1d9f5e-0000-4000-8000-00000000000{number}", "value": f"R{number}", "displayName": f"R{number}",
        "description": "Reads", "allowedMemberTypes": ["User"], "isEnabled": True, **more,
    }  # fmt: skip


def test_a_patch_merges_at_the_top_and_null_clears(writer: Writer) -> None:
    made = writer.user("ada", jobTitle="Cook", city="Bern")
    reply = writer.reply("PATCH", f"users/{made}", {"jobTitle": None, "id": made})
    assert (reply.status, reply.body) == (204, None)
    user = writer.tenant.objects["users"][made]
    assert (user["jobTitle"], user["city"]) == (None, "Bern")
    assert writer.audited()["activityDisplayName"] == "Update user"
    changed = writer.audited()["targetResources"][0]["modifiedProperties"]
    assert changed == [{"displayName": "jobTitle", "oldValue": '"Cook"', "newValue": None}]


def test_a_client_may_ask_for_the_changed_object(writer: Writer) -> None:
    made = writer.user("ada")
    reply = writer.reply("PATCH", f"users/{made}", {"jobTitle": "Cook"}, prefer="return=representation")
    assert isinstance(reply.body, dict)
    assert (reply.status, reply.body["jobTitle"]) == (200, "Cook")


def test_a_name_may_stand_for_an_id(writer: Writer) -> None:
    writer.user("ada")
    writer.do("PATCH", f"users/ada@{writer.tenant.domain}", {"jobTitle": "Cook"})
    assert writer.find("users", displayName="ada")["jobTitle"] == "Cook"
    writer.do("PATCH", f"users/ada@{writer.tenant.domain}", {"userPrincipalName": f"ada2@{writer.tenant.domain}"})
    identity = writer.find("users", displayName="ada")["identities"][0]
    assert identity["issuerAssignedId"] == f"ada2@{writer.tenant.domain}"
    app = writer.find("applications", id=writer.app())
    writer.do("PATCH", f"applications(appId='{app['appId']}')", {"notes": "x"})
    assert writer.tenant.objects["applications"][app["id"]]["notes"] == "x"


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("users", {"createdDateTime": "2026-01-01T00:00:00Z"}, "Property 'createdDateTime' is read-only"),
        ("users", {"id": NOBODY}, "Property 'id' is read-only and cannot be set."),
        ("users", {"shoeSize": 45}, "Invalid property 'shoeSize'."),
        ("users", {"displayName": None}, "Invalid value specified for property 'displayName' of resource 'User'."),
        ("users", {"userPrincipalName": "x@elsewhere.example"}, "The domain portion of the userPrincipalName"),
        ("groups", {"isAssignableToRole": True}, "Property 'isAssignableToRole' is read-only and cannot be set."),
        ("groups", {"visibility": "HiddenMembership"}, "'HiddenMembership' can be set"),
        ("groups", {"groupTypes": ["Unified"]}, "The type 'Unified' and 'mailEnabled'"),
        ("groups", {"assignedLabels": []}, "Property 'assignedLabels' is read-only"),
        ("groups", {"hideFromAddressLists": True}, "'hideFromAddressLists' is set for a Microsoft 365 group"),
        ("applications", {"appId": NOBODY}, "Property 'appId' is read-only"),
        ("applications", {"passwordCredentials": []}, "Updates to 'passwordCredentials' are not allowed"),
        ("servicePrincipals", {"passwordCredentials": []}, "Updates to 'passwordCredentials' are not allowed"),
        ("servicePrincipals", {"appId": NOBODY}, "Property 'appId' is read-only"),
        ("servicePrincipals", {"oauth2PermissionScopes": []}, "Property 'oauth2PermissionScopes' is read-only"),
        ("servicePrincipals", {"appRoles": []}, "Property 'appRoles' is read-only"),
        ("servicePrincipals", {"servicePrincipalNames": ["x"]}, "The servicePrincipalNames of a service principal"),
    ],
)
def test_directory_objects_refuse(writer: Writer, path: str, body: Object, message: str) -> None:
    made = {"users": writer.user, "groups": writer.group, "applications": writer.app}.get(path)
    object_id = made() if made else writer.principal(writer.app())
    status, code, said = writer.refused("PATCH", f"{path}/{object_id}", body)
    assert (status, code) == (400, "Request_BadRequest")
    assert said.startswith(message)


@pytest.mark.parametrize(
    ("path", "wanted", "body", "expected"),
    [
        ("devices", {}, {"displayName": "x"}, (400, "Property 'displayName' is read-only")),
        ("directory/administrativeUnits", {}, {"isMemberManagementRestricted": True}, (400, "Property")),
        ("directory/administrativeUnits", {}, {"visibility": "HiddenMembership"}, (400, "Property")),
        ("oauth2PermissionGrants", {}, {"clientId": NOBODY}, (400, "Property 'clientId' is read-only")),
        ("groupSettings", {}, {"templateId": NOBODY, "values": []}, (400, "Property 'templateId' is read-only")),
        ("groupSettings", {}, {"values": []}, (400, "The values of a setting are all those of its template")),
        (ROLES, {"isBuiltIn": True}, {"isEnabled": False}, (400, "A built-in role definition")),
        (ROLES, {"isBuiltIn": False}, {"templateId": NOBODY}, (400, "Property 'templateId' is read-only")),
        ("roleManagement/directory/roleAssignments", {}, {"directoryScopeId": "/"}, (405, "Specified HTTP method")),
        (LOCATIONS, {}, {"displayName": "x"}, (400, "A 'namedLocation' needs its '@odata.type'.")),
        (LOCATIONS, {"displayName": "Offices"}, {"@odata.type": "#microsoft.graph.countryNamedLocation"},
         (400, "The type of an existing object can't change")),
        (STRENGTHS, {"policyType": "builtIn"}, {"displayName": "x"}, (400, "A built-in authentication strength")),
        (STRENGTHS, {"policyType": "custom"}, {"allowedCombinations": ["sms"]}, (400, "Property 'allowedCom")),
        (CONFIGURATIONS, {"id": "Sms"}, {"state": "enabled"}, (400, "A 'authenticationMethodConfiguration' needs")),
        (POLICIES, {}, {"modifiedDateTime": "2026-01-01T00:00:00Z"}, (400, "Property 'modifiedDateTime' is read-only")),
        ("domains", {"isVerified": False}, {"isDefault": True}, (400, "The domain must be verified")),
        ("domains", {"isDefault": True}, {"isDefault": False}, (400, "Make another domain the default one")),
        ("domains", {"isDefault": True}, {"authenticationType": "Federated"}, (400, "Property 'authenticationType'")),
        ("groupSettingTemplates", {}, {"displayName": "x"}, (405, "Specified HTTP method")),
        ("subscribedSkus", {}, {"skuPartNumber": "x"}, (405, "Specified HTTP method")),
    ],
)  # fmt: skip
def test_other_kinds_refuse(writer: Writer, path: str, wanted: Object, body: Object, expected: tuple[int, str]) -> None:
    status, _, said = writer.refused("PATCH", f"{path}/{writer.find(path, **wanted)['id']}", body)
    assert (status, said[: len(expected[1])]) == expected


@pytest.mark.parametrize(("reading", "left"), [("merge", "https://terms"), ("replace", None)])
def test_a_complex_value_is_sent_whole(writer: Writer, reading: Any, left: str | None) -> None:
    """Whether absent parts are kept isn't documented: strict on both readings, or one of them by the option."""
    app = writer.app(info={"supportUrl": "https://old", "termsOfServiceUrl": "https://terms"})
    part = {"info": {"supportUrl": "https://new"}}
    assert writer.refused("PATCH", f"applications/{app}", part)[2].startswith("The sandbox takes 'info' only whole")
    whole = part["info"] | {"termsOfServiceUrl": "https://terms"}
    assert writer.reply("PATCH", f"applications/{app}", {"info": whole}).status == 204
    writer.tenant.options.partial_values = reading
    writer.do("PATCH", f"applications/{app}", part)
    info = writer.tenant.objects["applications"][app]["info"]
    assert (info["supportUrl"], info["termsOfServiceUrl"]) == ("https://new", left)


def test_documented_parts_are_kept(writer: Writer) -> None:
    device = writer.find("devices", displayName="LT-00000")
    writer.do("PATCH", f"devices/{device['id']}", {"extensionAttributes": {"extensionAttribute3": "x"}})
    assert device["extensionAttributes"]["extensionAttribute1"] == "privileged-access"
    authorization = "policies/authorizationPolicy"
    writer.do("PATCH", authorization, {"defaultUserRolePermissions": {"allowedToCreateApps": True}})
    permissions = writer.tenant.singletons[authorization]["defaultUserRolePermissions"]
    assert (permissions["allowedToCreateApps"], permissions["allowedToReadOtherUsers"]) == (True, True)
    assert writer.refused("PATCH", authorization, {"guestUserRoleId": NOBODY})[0] == 400
    assert writer.refused("PATCH", authorization, {"id": "x"})[0] == 400


def test_a_synced_user_keeps_what_its_directory_masters(writer: Writer) -> None:
    user = [item for item in writer.tenant.objects["users"].values() if item["onPremisesSyncEnabled"]][-1]
    for body in ({"jobTitle": "x"}, {"displayName": "x", "usageLocation": "NL"}, {"accountEnabled": False}):
        assert writer.refused("PATCH", f"users/{user['id']}", body)[2].startswith(SYNCED)
    writer.do("PATCH", f"users/{user['id']}", {"usageLocation": "PL", "jobTitle": user["jobTitle"]})
    writer.tenant.options.cloud_side |= {"accountEnabled"}
    writer.do("PATCH", f"users/{user['id']}", {"accountEnabled": False})


def test_groups_mastered_elsewhere_stay_as_they_are(writer: Writer) -> None:
    synced = writer.find("groups", onPremisesSyncEnabled=True)["id"]
    assert writer.refused("PATCH", f"groups/{synced}", {"description": "x"})[2].startswith(SYNCED)
    mailed = writer.find("groups", displayName="News")["id"]
    message = "Cannot Update a mail-enabled security groups and or distribution list."
    assert writer.refused("PATCH", f"groups/{mailed}", {"description": "x"})[2] == message
    assert writer.refused("POST", f"groups/{synced}/members/$ref", ref(writer.user()))[2].startswith(SYNCED)
    assert writer.refused("DELETE", f"groups/{synced}")[0] == writer.refused("DELETE", f"groups/{mailed}")[0] == 400


def test_membership_becomes_dynamic_and_static_again(writer: Writer) -> None:
    made = writer.group()
    rule = {"groupTypes": ["DynamicMembership"], "membershipRule": "true", "membershipRuleProcessingState": "On"}
    assert writer.refused("PATCH", f"groups/{made}", {"membershipRule": "true"})[0] == 400
    writer.do("PATCH", f"groups/{made}", rule)
    assert writer.refused("POST", f"groups/{made}/members/$ref", ref(writer.user()))[0] == 400
    writer.do("PATCH", f"groups/{made}", dict.fromkeys(rule) | {"groupTypes": []})
    writer.do("POST", f"groups/{made}/members/$ref", ref(writer.user("two")))


def test_microsoft_365_properties_are_set_alone(writer: Writer) -> None:
    made = writer.group("team", groupTypes=["Unified"], mailEnabled=True, securityEnabled=False)
    assert writer.refused("PATCH", f"groups/{made}", {"hideFromAddressLists": True, "description": "x"})[0] == 400
    assert writer.refused("PATCH", f"groups/{made}", {"allowExternalSenders": True})[0] == 403
    writer.do("PATCH", f"groups/{made}", {"hideFromAddressLists": True})
    writer.do("PATCH", f"groups/{made}", {"visibility": "Private"})


def test_directory_extensions_need_an_application_that_offers_them(writer: Writer) -> None:
    held = next(item for items in writer.tenant.children["applications/extensionProperties"].values()
                for item in items.values() if "costCenter" in item["name"])  # fmt: skip
    user, group = writer.user(), writer.group()
    writer.do("PATCH", f"users/{user}", {held["name"]: "7"})
    assert writer.tenant.objects["users"][user][held["name"]] == "7"
    assert writer.refused("PATCH", f"groups/{group}", {held["name"]: "7"})[0] == 400  # for users alone


def test_an_unknown_property_that_the_tenant_has_can_be_written(writer: Writer) -> None:
    made = writer.user()
    assert writer.refused("PATCH", f"users/{made}", {"newThing": 1})[2] == "Invalid property 'newThing'."
    writer.find("users", displayName="Break Glass 1")["newThing"] = 5
    writer.do("PATCH", f"users/{made}", {"newThing": 1})
    body = policy()
    body["conditions"]["newThing"] = {"x": 1}
    assert writer.refused("POST", POLICIES, body)[2] == "Invalid property 'newThing'."  # users have it, policies don't
    writer.find(POLICIES)["conditions"]["newThing"] = {"x": 2}
    assert writer.do("POST", POLICIES, body)["conditions"]["newThing"] == {"x": 1}


def test_a_permission_is_switched_off_before_it_changes_or_goes(writer: Writer) -> None:
    app = writer.app(appRoles=[role_of(1), role_of(2)])
    path = f"applications/{app}"
    for change in ([role_of(1)], [role_of(1), role_of(2, description="Writes")],
                   [role_of(1), role_of(2, description="Writes", isEnabled=False)]):  # fmt: skip
        status, _, said = writer.refused("PATCH", path, {"appRoles": change})
        assert (status, said.startswith(ENABLED)) == (400, True)
    writer.do("PATCH", path, {"appRoles": [role_of(1), role_of(2, isEnabled=False), role_of(3)]})
    writer.do("PATCH", path, {"appRoles": [role_of(1), role_of(3)]})


def test_switching_off_is_awaited(writer: Writer) -> None:
    app = writer.app(appRoles=[role_of(1)])
    writer.tenant.options.lag = 3600
    writer.tenant.created.clear()
    writer.do("PATCH", f"applications/{app}", {"appRoles": [role_of(1, isEnabled=False)]})
    assert writer.refused("PATCH", f"applications/{app}", {"appRoles": []})[2].startswith(ENABLED)
    writer.tenant.options.lag = 0
    writer.do("PATCH", f"applications/{app}", {"appRoles": []})


def test_scopes_are_switched_off_first_too(writer: Writer) -> None:
    app = writer.find("applications", displayName="Company API")
    assert writer.refused("PATCH", f"applications/{app['id']}", {"api": app["api"] | {
        "oauth2PermissionScopes": app["api"]["oauth2PermissionScopes"][1:], "preAuthorizedApplications": [],
    }})[2].startswith(ENABLED)  # fmt: skip
    assert "references a permission that does not exist" in writer.refused(
        "PATCH", f"applications/{app['id']}", {"api": app["api"] | {"oauth2PermissionScopes": []}}
    )[2]  # fmt: skip


def test_a_principal_repeats_its_application(writer: Writer) -> None:
    app = writer.app("mine")
    principal = writer.tenant.objects["servicePrincipals"][writer.principal(app)]
    writer.do("PATCH", f"applications/{app}", {"displayName": "ours", "appRoles": [role_of(1)], "web": {
        "redirectUris": ["https://a"], "implicitGrantSettings": {
            "enableAccessTokenIssuance": False, "enableIdTokenIssuance": False}}})  # fmt: skip
    assert (principal["displayName"], principal["replyUrls"]) == ("ours", ["https://a"])
    assert principal["appRoles"][0]["value"] == "R1"
    assert writer.tenant.changes[-1].collection == "servicePrincipals"


def test_certificates_are_replaced_and_keep_their_keys(writer: Writer) -> None:
    app = writer.app(keyCredentials=[KEY])
    stored = writer.tenant.objects["applications"][app]
    first = dict(stored["keyCredentials"][0])
    assert writer.refused("PATCH", f"applications/{app}", {"keyCredentials": [KEY | {"key": None}]})[0] == 400
    kept = {name: first[name] for name in ("keyId", "type", "usage", "displayName")}
    writer.do("PATCH", f"applications/{app}", {"keyCredentials": [kept, KEY | {"displayName": "CN=y"}]})
    assert [item["key"] for item in stored["keyCredentials"]] == ["QUJD", "QUJD"]
    assert stored["keyCredentials"][0]["keyId"] == first["keyId"]
    writer.do("PATCH", f"applications/{app}", {"keyCredentials": []})
    assert stored["keyCredentials"] == []


@pytest.mark.parametrize("path", ["applications", "servicePrincipals"])
def test_passwords_come_and_go_by_actions(writer: Writer, path: str) -> None:
    app = writer.app()
    made = app if path == "applications" else writer.principal(app)
    given = writer.do("POST", f"{path}/{made}/addPassword", {"passwordCredential": {"displayName": "x"}})
    stored = writer.tenant.objects[path][made]["passwordCredentials"]
    assert given["secretText"].startswith(given["hint"])
    assert [item["keyId"] for item in stored] == [given["keyId"]]
    assert given["secretText"] not in str(writer.tenant.objects) + str(writer.tenant.audits)
    assert writer.refused("POST", f"{path}/{made}/addPassword", {"passwordCredential": {"secretText": "x"}})[0] == 400
    assert writer.refused("POST", f"{path}/{made}/removePassword", {"keyId": NOBODY})[0] == 400
    assert writer.reply("POST", f"{path}/{made}/removePassword", {"keyId": given["keyId"]}).status == 204
    assert not writer.tenant.objects[path][made]["passwordCredentials"]


def test_managed_identities_are_azures(writer: Writer) -> None:
    managed = writer.find("servicePrincipals", servicePrincipalType="ManagedIdentity")["id"]
    assert writer.refused("PATCH", f"servicePrincipals/{managed}", {"alternativeNames": []})[0] == 400
    writer.do("PATCH", f"servicePrincipals/{managed}", {"tags": ["x"], "accountEnabled": False})


def test_policies_take_what_is_sent_whole(writer: Writer) -> None:
    made = writer.make(POLICIES, policy())
    stored = writer.tenant.objects[POLICIES][made]
    conditions = policy()["conditions"]
    conditions["users"] = {"includeUsers": ["All"], "excludeUsers": [writer.user()]}
    assert writer.reply("PATCH", f"{POLICIES}/{made}", {"conditions": conditions}).status == 204
    assert stored["grantControls"]["builtInControls"] == ["mfa"]
    assert len(stored["conditions"]["users"]["excludeUsers"]) == 1
    part = {"conditions": {"applications": {"includeApplications": ["All"]}, "clientAppTypes": ["all"]}}
    assert writer.refused("PATCH", f"{POLICIES}/{made}", part)[2].startswith("The sandbox takes 'conditions'")
    assert writer.refused("PATCH", f"{POLICIES}/{made}", {"grantControls": None})[2].startswith("1032")
    assert writer.audited()["loggedByService"] == "Conditional Access"


def test_a_reference_to_one_who_left_is_refused_when_it_is_sent(writer: Writer) -> None:
    held = next(item for item in writer.tenant.objects[POLICIES].values() if "0dd0dead" in str(item))
    writer.do("PATCH", f"{POLICIES}/{held['id']}", {"state": "disabled"})
    body = {"conditions": held["conditions"]}
    assert writer.refused("PATCH", f"{POLICIES}/{held['id']}", body)[2].startswith("1007")


def test_locations_are_replaced(writer: Writer) -> None:
    held = writer.find(LOCATIONS, displayName="Offices")
    body = {"@odata.type": held["@odata.type"], "ipRanges": held["ipRanges"][:1]}
    writer.do("PATCH", f"{LOCATIONS}/{held['id']}", body)
    assert (len(held["ipRanges"]), held["isTrusted"]) == (1, True)


def test_combinations_change_by_an_action_and_show_in_policies(writer: Writer) -> None:
    strength = writer.find(STRENGTHS, policyType="custom")
    path = f"identity/conditionalAccess/authenticationStrength/policies/{strength['id']}/updateAllowedCombinations"
    result = writer.do("POST", path, {"allowedCombinations": ["fido2", "password, sms"]})
    assert (result["previousCombinations"], result["currentCombinations"]) == (["fido2"], ["fido2", "password,sms"])
    using = writer.tenant.objects[POLICIES][result["conditionalAccessReferences"][0]]
    assert using["grantControls"]["authenticationStrength"]["allowedCombinations"] == ["fido2", "password,sms"]
    built_in = f"{STRENGTHS}/{writer.find(STRENGTHS, policyType='builtIn')['id']}"
    refused = writer.refused("POST", f"{built_in}/updateAllowedCombinations", {"allowedCombinations": ["sms"]})
    assert refused[:2] == (400, "BadRequest")


def test_methods_are_for_groups_that_exist(writer: Writer) -> None:
    sms = writer.find(CONFIGURATIONS, id="Sms")
    named = {"@odata.type": sms["@odata.type"]}
    target = {"targetType": "group", "id": NOBODY, "isRegistrationRequired": False, "isUsableForSignIn": True}
    assert writer.refused("PATCH", f"{CONFIGURATIONS}/sms", named | {"includeTargets": [target]})[0] == 400
    writer.do("PATCH", f"{CONFIGURATIONS}/sms", named | {"includeTargets": [target | {"id": writer.group()}]})
    assert (sms["state"], len(sms["includeTargets"])) == ("disabled", 1)
    writer.do("PATCH", f"{CONFIGURATIONS}/Sms", named | {"includeTargets": [target | {"id": "all_users"}]})
    assert writer.do("GET", METHODS)["authenticationMethodConfigurations"]
    assert writer.refused("PATCH", METHODS, {"policyVersion": "2"})[0] == 400
    writer.do("PATCH", METHODS, {"reconfirmationInDays": 90})


def test_an_organization_has_few_properties_to_change(writer: Writer) -> None:
    path = f"organization/{writer.tenant.id}"
    assert writer.refused("PATCH", path, {"city": "Bern"})[0] == 400
    assert writer.refused("PATCH", path, {"defaultUsageLocation": "CH"})[0] == 400
    writer.do("PATCH", path, {"technicalNotificationMails": ["x@y.example"]})
    assert writer.tenant.singletons["organization"]["technicalNotificationMails"] == ["x@y.example"]


def test_there_is_one_default_domain(writer: Writer) -> None:
    old, new = writer.find("domains", isDefault=True), writer.find("domains", isInitial=True)
    writer.do("PATCH", f"domains/{new['id']}", {"isDefault": True})
    assert (old["isDefault"], new["isDefault"]) == (False, True)


def test_grants_change_their_scope_alone(writer: Writer) -> None:
    grant = writer.find("oauth2PermissionGrants")
    writer.do("PATCH", f"oauth2PermissionGrants/{grant['id']}", {"scope": "User.Read"})
    assert grant["scope"] == "User.Read"


@pytest.mark.parametrize("body", [None, [], "text", 5])
def test_a_write_needs_an_object(writer: Writer, body: Any) -> None:
    assert writer.refused("PATCH", f"users/{writer.user()}", body)[:2] == (400, "BadRequest")


def test_what_is_gone_can_not_be_changed(writer: Writer) -> None:
    assert writer.refused("PATCH", f"groups/{NOBODY}", {"description": "x"})[:2] == (404, "Request_ResourceNotFound")
    assert writer.refused("PATCH", f"{POLICIES}/{NOBODY}", {"state": "disabled"})[:2] == (404, "ResourceNotFound")
    made = writer.group()
    writer.tenant.options.delete_ghosts = 3600
    writer.do("DELETE", f"groups/{made}")
    writer.do("GET", f"groups/{made}")  # reads still show its ghost
    assert writer.refused("PATCH", f"groups/{made}", {"description": "x"})[0] == 404
    assert writer.refused("DELETE", f"groups/{made}")[0] == 404


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("users", {"passwordProfile": {"password": "weak"}}, "The specified password does not comply"),
        ("groups", {"securityEnabled": False}, "A group that is not mail-enabled must be security-enabled."),
        ("groups", {"mailNickname": "two words"}, "Invalid value specified for property 'mailNickname'"),
        ("directory/administrativeUnits", {"membershipType": "Dynamic"}, "'membershipRule' goes with"),
        ("applications", {"appRoles": [role_of(1), role_of(1, value="x")]}, "It contains duplicate value."),
        ("applications", {"identifierUris": ["https://elsewhere.example"]}, "Values of identifierUris property"),
        ("applications", {"spa": {"redirectUris": ["https://a", "https://a"]}}, "Property redirectUris is invalid"),
        ("applications", {"signInAudience": "Everyone"}, "Invalid value specified for property 'signInAudience'"),
        ("servicePrincipals", {"keyCredentials": [KEY | {"key": None}]}, "Key credential is invalid"),
    ],
)  # fmt: skip
def test_a_change_is_held_to_the_rules_of_a_creation(writer: Writer, path: str, body: Object, message: str) -> None:
    makers = {
        "users": writer.user,
        "groups": writer.group,
        "applications": writer.app,
        "servicePrincipals": lambda: writer.principal(writer.app()),
        "directory/administrativeUnits": lambda: writer.make(path, {"displayName": "x"}),
    }
    made = makers[path]()
    assert writer.refused("PATCH", f"{path}/{made}", body)[2].startswith(message)


def test_a_principal_has_certificates_too(writer: Writer) -> None:
    principal = writer.principal(writer.app())
    stored, path = writer.tenant.objects["servicePrincipals"][principal], f"servicePrincipals/{principal}"
    writer.do("PATCH", path, {"keyCredentials": [KEY]})
    assert stored["keyCredentials"][0]["keyId"]
    body = {"appId": writer.find("applications", id=writer.app())["appId"], "keyCredentials": [KEY | {"usage": "Look"}]}
    assert writer.refused("POST", "servicePrincipals", body)[2].startswith("Key credential is invalid")


@pytest.mark.parametrize(
    ("path", "wanted", "body", "message"),
    [
        (POLICIES, {}, {"grantControls": {"operator": "OR", "authenticationStrength": {"id": NOBODY}}}, "1041"),
        (POLICIES, {}, {"grantControls": {"operator": "OR", "builtInControls": ["block", "mfa"]}}, "1034"),
        (LOCATIONS, {"displayName": "Offices"}, IP | {"ipRanges": []}, "1080"),
        (CONTEXTS, {"id": "c1"}, {"displayName": None}, "Invalid value specified"),
        (STRENGTHS, {"policyType": "custom"}, {"displayName": "Passwordless MFA"}, "A conflicting object"),
    ],
)  # fmt: skip
def test_policies_are_held_to_the_rules_of_a_creation(
    writer: Writer, path: str, wanted: Object, body: Object, message: str
) -> None:
    writer.tenant.options.partial_values = "replace"
    refused = writer.refused("PATCH", f"{path}/{writer.find(path, **wanted)['id']}", body)
    assert refused[1] == "BadRequest"
    assert refused[2].startswith(message)


def test_a_renamed_strength_shows_in_policies(writer: Writer) -> None:
    strength = writer.find(STRENGTHS, policyType="custom")
    writer.do("PATCH", f"{STRENGTHS}/{strength['id']}", {"displayName": "Keys"})
    using = writer.find(POLICIES, displayName="CA302: Company keys for contracts | payments")
    assert using["grantControls"]["authenticationStrength"]["displayName"] == "Keys"
    twin = {"displayName": "Keys", "allowedCombinations": ["fido2"]}
    assert writer.refused("POST", STRENGTHS, twin)[2].startswith("A conflicting object")


def test_campaigns_and_external_methods_are_for_groups_that_exist(writer: Writer) -> None:
    writer.tenant.options.partial_values = "replace"
    target = {"targetType": "group", "id": NOBODY}
    campaign = {"authenticationMethodsRegistrationCampaign": {"state": "enabled", "excludeTargets": [target]}}
    assert NOBODY in writer.refused("PATCH", METHODS, {"registrationEnforcement": campaign})[2]
    external = {
        "@odata.type": "#microsoft.graph.externalAuthenticationMethodConfiguration",
        "displayName": "x",
        "appId": NOBODY,
        "openIdConnectSetting": {"clientId": "x", "discoveryUrl": "https://x"},
        "state": "disabled",
    }
    assert NOBODY in writer.refused("POST", CONFIGURATIONS, external | {"excludeTargets": [target]})[2]
    assert writer.do("POST", CONFIGURATIONS, external)["state"] == "disabled"


def test_sponsors_are_others(writer: Writer) -> None:
    user = writer.user()
    assert writer.refused("POST", f"users/{user}/sponsors/$ref", ref(user))[0] == 400
