"""What the sandbox lets a client create, and what it refuses, are what Graph documents (facts §5, §6)."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_writing import EVERYTHING, PASSWORD, Writer, new_group, new_user, policy, ref, writable

from entragit.sandbox.store import Object
from entragit.sandbox.writes import values
from entragit.sandbox.writes.dispatch import KINDS

POLICIES = "identity/conditionalAccess/policies"
LOCATIONS = "identity/conditionalAccess/namedLocations"
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"
STRENGTHS = "policies/authenticationStrengthPolicies"
ROLES = "roleManagement/directory"
METHODS = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
IP = {"@odata.type": "#microsoft.graph.ipNamedLocation", "displayName": "Office"}
RANGE = {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"}
PERMISSIONS = [{"allowedResourceActions": ["microsoft.directory/users/standard/read"]}]
ROLE = {"displayName": "new", "isEnabled": True, "rolePermissions": PERMISSIONS}
SCOPE = {"id": "7a1d9f5e-0000-4000-8000-000000000001", "value": "read", "type": "User", "isEnabled": True,
         "adminConsentDisplayName": "read", "adminConsentDescription": "read"}  # fmt: skip
APP_ROLE = {"id": "7a1d9f5e-0000-4000-8000-000000000002", "value": "Read", "displayName": "Read",
            "description": "Reads", "allowedMemberTypes": ["User"], "isEnabled": True}  # fmt: skip
NOBODY = "7a1d9f5e-0000-4000-8000-0000000000ff"


@pytest.fixture
def writer() -> Writer:
    return Writer()


def without(body: Object, *names: str) -> Object:
    return {name: value for name, value in body.items() if name not in names}


def user(writer: Writer, **more: Any) -> Object:
    return new_user(writer.tenant, "new", **more)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"displayName": None}, "A value is required for property 'displayName' of resource 'User'."),
        ({"mailNickname": None}, "A value is required for property 'mailNickname' of resource 'User'."),
        ({"passwordProfile": {}}, "A value is required for property 'password' of resource 'User'."),
        ({"passwordProfile": {"password": "password"}}, "The specified password does not comply"),
        ({"createdDateTime": "2026-01-01T00:00:00Z"}, "Property 'createdDateTime' is read-only and cannot be set."),
        ({"id": NOBODY}, "Property 'id' is read-only and cannot be set."),
        ({"assignedLicenses": []}, "Property 'assignedLicenses' is read-only and cannot be set."),
        ({"proxyAddresses": []}, "Property 'proxyAddresses' is read-only and cannot be set."),
        ({"shoeSize": 45}, "Invalid property 'shoeSize'."),
        ({"jobTitle": ""}, "Invalid value specified for property 'jobTitle'"),
        ({"jobTitle": 5}, "Invalid value specified for property 'jobTitle' of resource 'User'."),
        ({"displayName": "x" * 257}, "Invalid value specified for property 'displayName' of resource 'User'."),
        ({"businessPhones": None}, "Invalid value specified for property 'businessPhones' of resource 'User'."),
        ({"usageLocation": "Netherlands"}, "Invalid value specified for property 'usageLocation' of resource 'User'."),
        ({"employeeHireDate": "soon"}, "Invalid value specified for property 'employeeHireDate' of resource 'User'."),
        ({"employeeOrgData": {"boss": "x"}}, "Invalid property 'boss'."),
        ({"userPrincipalName": "new@elsewhere.example"}, "The domain portion of the userPrincipalName property"),
        ({"extension_00000000000000000000000000000000_x": "y"}, "The following extension properties are not available"),
        ({"manager@odata.bind": "x"}, "'manager@odata.bind' takes a list of at most 20 references."),
        ({"manager@odata.context": "x"}, "Invalid property 'manager@odata.context'."),
    ],
)
def test_a_user_needs_and_refuses(writer: Writer, change: Object, message: str) -> None:
    status, code, said = writer.refused("POST", "users", without(user(writer), *change) | change)
    assert (status, code) == (400, "Request_BadRequest")
    assert said.startswith(message)


def test_a_persons_own_words_are_not_for_applications(writer: Writer) -> None:
    assert writer.refused("POST", "users", user(writer, skills=["chess"]))[:2] == (403, "Authorization_RequestDenied")


def test_a_new_user_is_what_graph_makes_of_it(writer: Writer) -> None:
    reply = writer.reply("POST", "users", user(writer, mail=f"new@{writer.tenant.domain}", jobTitle="Cook"))
    assert isinstance(reply.body, dict)
    assert reply.status == 201
    assert reply.headers["Location"].endswith(f"/v1.0/users/{reply.body['id']}")
    assert len(reply.body) == 12  # the properties that come without $select, and the context
    stored = writer.tenant.objects["users"][reply.body["id"]]
    assert stored["passwordProfile"] is None
    assert stored["proxyAddresses"] == [f"SMTP:{stored['mail']}"]
    assert (stored["userType"], stored["otherMails"], stored["city"]) == ("Member", [], None)
    assert stored["securityIdentifier"].startswith("S-1-12-1-")
    assert reply.headers["x-ms-resource-unit"] == "1"


def test_a_new_object_is_in_the_audit_log_and_in_delta(writer: Writer) -> None:
    made, record = writer.user("ada"), writer.audited()
    assert record["activityDisplayName"] == "Add user"
    assert record["initiatedBy"]["app"]["appId"] == writer.client.id
    assert record["initiatedBy"]["user"] is None
    target = record["targetResources"][0]
    assert (target["id"], target["type"], target["displayName"]) == (made, "User", "ada")
    changed = {item["displayName"]: item["newValue"] for item in target["modifiedProperties"]}
    assert changed["displayName"] == '"ada"'
    assert "Corr3ct" not in str(record)
    assert writer.tenant.changes[-1].id == made


def test_a_name_is_taken_once_in_any_case(writer: Writer) -> None:
    writer.user("ada")
    body = new_user(writer.tenant, "bob") | {"userPrincipalName": f"ADA@{writer.tenant.domain.upper()}"}
    message = "Another object with the same value for property userPrincipalName already exists."
    assert writer.refused("POST", "users", body) == (400, "Request_BadRequest", message)


def test_a_federated_domain_needs_an_anchor(writer: Writer) -> None:
    name = {"userPrincipalName": f"new@fed.{writer.tenant.domain}"}
    assert "onPremisesImmutableId" in writer.refused("POST", "users", user(writer, **name))[2]
    writer.make("users", user(writer, **name, onPremisesImmutableId="YQ=="))


def test_references_come_with_the_object_or_not_at_all(writer: Writer) -> None:
    members = [ref(writer.user(f"u{number}"))["@odata.id"] for number in range(21)]
    body = new_group("bound") | {"members@odata.bind": members}
    assert writer.refused("POST", "groups", body)[0] == 400
    twice = new_group("bound") | {"members@odata.bind": members[:1] * 2}
    assert (
        "already exist for the following modified properties: 'members'" in writer.refused("POST", "groups", twice)[2]
    )
    lost = new_group("bound") | {"members@odata.bind": [members[0], ref(NOBODY)["@odata.id"]]}
    assert writer.refused("POST", "groups", lost)[:2] == (404, "Request_ResourceNotFound")
    made = writer.make("groups", new_group("bound") | {"members@odata.bind": members[:20]})
    assert len(writer.tenant.links["groups/members"][made]) == 20
    assert not [item for item in writer.tenant.objects["groups"].values() if item["displayName"] == "bound"][1:]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mailNickname": None}, "A value is required for property 'mailNickname' of resource 'Group'."),
        ({"mailNickname": "two words"}, "Invalid value specified for property 'mailNickname' of resource 'Group'."),
        ({"mailNickname": "äö"}, "Invalid value specified for property 'mailNickname' of resource 'Group'."),
        ({"mailEnabled": True}, "Cannot Create a mail-enabled security groups and or distribution list."),
        ({"securityEnabled": False}, "A group that is not mail-enabled must be security-enabled."),
        ({"groupTypes": ["Unified"]}, "A group of type 'Unified' must be mail-enabled."),
        ({"groupTypes": ["Static"]}, "Invalid value specified for property 'groupTypes' of resource 'Group'."),
        ({"membershipRule": "true"}, "'membershipRule' and 'membershipRuleProcessingState' go with"),
        ({"groupTypes": ["DynamicMembership"]}, "'membershipRule' and 'membershipRuleProcessingState' go with"),
        ({"isAssignableToRole": True, "visibility": "Public"}, "The visibility of a role-assignable group"),
        ({"visibility": "HiddenMembership"}, "'HiddenMembership' can be set for Microsoft 365 groups only"),
        ({"assignedLabels": [{"labelId": NOBODY}]}, "Invalid value specified for property 'assignedLabels'"),
        ({"uniqueName": "x"}, "Property 'uniqueName' is read-only and cannot be set."),
        ({"hideFromAddressLists": True}, "Property 'hideFromAddressLists' is read-only and cannot be set."),
        ({"description": ""}, "Invalid value specified for property 'description'"),
    ],
)
def test_a_group_needs_and_refuses(writer: Writer, change: Object, message: str) -> None:
    body = without(new_group("new"), *change) | change
    assert writer.refused("POST", "groups", body)[2].startswith(message)


def test_groups_of_each_sort(writer: Writer) -> None:
    unified = {"groupTypes": ["Unified"], "mailEnabled": True, "securityEnabled": False}
    made = writer.find("groups", id=writer.group("team", **unified))
    assert (made["mail"], made["visibility"]) == (f"team@{writer.tenant.domain}", "Public")
    assert "mailNickname" in writer.refused("POST", "groups", new_group("team", **unified))[2]
    assert writer.find("groups", id=writer.group("tier0", isAssignableToRole=True))["visibility"] == "Private"
    rule = {"groupTypes": ["DynamicMembership"], "membershipRule": "true", "membershipRuleProcessingState": "On"}
    assert writer.find("groups", id=writer.group("all", **rule))["membershipRule"] == "true"
    writer.group("all")  # only Microsoft 365 groups need a nickname of their own


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"displayName": None}, "A value is required for property 'displayName' of resource 'Application'."),
        ({"appId": NOBODY}, "Property 'appId' is read-only and cannot be set."),
        ({"passwordCredentials": [{"displayName": "x"}]}, "Updates to 'passwordCredentials' are not allowed"),
        ({"keyCredentials": [{"type": "AsymmetricX509Cert", "usage": "Verify"}]}, "Key credential is invalid"),
        ({"identifierUris": ["https://elsewhere.example/app"]}, "Values of identifierUris property must use"),
        ({"identifierUris": [f"api://{NOBODY}"]}, "Values of identifierUris property must use a verified domain"),
        ({"signInAudience": "Everyone"}, "Invalid value specified for property 'signInAudience'"),
        ({"signInAudience": "PersonalMicrosoftAccount"}, "Property api.requestedAccessTokenVersion must be 2"),
        ({"web": {"redirectUris": ["https://a"]}, "spa": {"redirectUris": ["https://a"]}}, "Property redirectUris"),
        ({"appRoles": [without(APP_ROLE, "id")]}, "Each app role and scope needs an 'id' that is a GUID."),
        ({"appRoles": [APP_ROLE | {"origin": "Application"}]}, "Property 'origin' is read-only and cannot be set."),
        ({"appRoles": [APP_ROLE | {"value": "a b"}]}, "The value of an app role or scope can't hold a blank."),
        ({"appRoles": [APP_ROLE], "api": {"oauth2PermissionScopes": [SCOPE]}}, "It contains duplicate value."),
        ({"api": {"preAuthorizedApplications": [{"appId": NOBODY, "delegatedPermissionIds": []}]}},
         "Property preAuthorizedApplications has an invalid appId"),
        ({"requiredResourceAccess": [{"resourceAppId": NOBODY, "resourceAccess": []}] * 2},
         "Property requiredResourceAccess names a resource twice."),
        ({"info": {"logoUrl": "https://x"}}, "Property 'logoUrl' is read-only and cannot be set."),
        ({"publisherDomain": "x.example"}, "Property 'publisherDomain' is read-only and cannot be set."),
    ],
)  # fmt: skip
def test_an_application_needs_and_refuses(writer: Writer, change: Object, message: str) -> None:
    body = {"displayName": "new", **change}
    assert writer.refused("POST", "applications", body)[2].startswith(message)


def test_an_application_gets_a_new_app_id_and_no_principal(writer: Writer) -> None:
    app = writer.find("applications", id=writer.app(web={"redirectUris": ["https://a/x"]}))
    assert app["web"]["redirectUriSettings"] == [{"uri": "https://a/x", "index": None}]
    assert (app["signInAudience"], app["publisherDomain"]) == ("AzureADMyOrg", writer.tenant.domain)
    assert app["createdByAppId"] == writer.client.id
    assert all(item["appId"] != app["appId"] for item in writer.tenant.objects["servicePrincipals"].values())


def test_identifier_uris_are_unique_and_name_the_app_or_a_domain(writer: Writer) -> None:
    app = writer.find("applications", id=writer.app(identifierUris=[f"https://x.{writer.tenant.domain}/a"]))
    body = {"displayName": "two", "identifierUris": app["identifierUris"]}
    assert "identifierUris already exists" in writer.refused("POST", "applications", body)[2]
    writer.do("PATCH", f"applications/{app['id']}", {"identifierUris": [f"api://{app['appId']}/x"]})


def test_a_principal_needs_an_application_of_its_own(writer: Writer) -> None:
    message = f"The appId '{NOBODY}' of the service principal does not reference a valid application object."
    assert writer.refused("POST", "servicePrincipals", {"appId": NOBODY}) == (
        400,
        "NoBackingApplicationObject",
        message,
    )
    made = writer.find("servicePrincipals", id=writer.principal(writer.app("mine", appRoles=[APP_ROLE])))
    assert (made["displayName"], made["appOwnerOrganizationId"]) == ("mine", writer.tenant.id)
    assert made["appRoles"][0]["origin"] == "Application"
    status, _, said = writer.refused("POST", "servicePrincipals", {"appId": made["appId"]})
    assert (status, said.endswith("is already in use.")) == (409, True)
    assert "appRoles" in writer.refused("POST", "servicePrincipals", {"appId": NOBODY, "appRoles": []})[2]


def test_agents_are_made_at_addresses_of_their_own(writer: Writer) -> None:
    for path, type_name in (("applications", "agentIdentityBlueprint"), ("servicePrincipals", "agentIdentity")):
        body = {"@odata.type": f"#microsoft.graph.{type_name}", "displayName": "Clerk"}
        assert "isn't made as one of" in writer.refused("POST", path, body)[2]


def test_a_partners_principal_can_be_made_again(writer: Writer) -> None:
    old = writer.find("servicePrincipals", displayName="Contoso Expenses")
    writer.do("DELETE", f"servicePrincipals/{old['id']}")
    writer.do("DELETE", f"directory/deletedItems/{old['id']}")
    body = {"appId": old["appId"], "accountEnabled": False}
    made = writer.find("servicePrincipals", id=writer.make("servicePrincipals", body))
    assert made["id"] != old["id"]
    assert (made["appRoles"], made["accountEnabled"]) == (old["appRoles"], False)
    managed = writer.find("servicePrincipals", servicePrincipalType="ManagedIdentity")
    del writer.tenant.objects["servicePrincipals"][managed["id"]]
    assert writer.refused("POST", "servicePrincipals", {"appId": managed["appId"]})[0] == 400


def test_microsofts_principals_are_made_from_their_app_id(writer: Writer) -> None:
    held = {item["appId"] for item in writer.tenant.objects["servicePrincipals"].values()}
    azure = writer.find("servicePrincipals", appId="00000003-0000-0000-c000-000000000000")
    del writer.tenant.objects["servicePrincipals"][azure["id"]]
    assert azure["appId"] in held
    assert writer.find("servicePrincipals", id=writer.make("servicePrincipals", {"appId": azure["appId"]}))


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (LOCATIONS, {"displayName": "x"}, "A 'namedLocation' needs its '@odata.type'."),
        (
            LOCATIONS,
            {**IP, "@odata.type": "#microsoft.graph.namedLocation"},
            "A value of the abstract type 'namedLocation'",
        ),
        (LOCATIONS, {**IP, "ipRanges": []}, "1080"),
        (LOCATIONS, {**IP, "ipRanges": [RANGE | {"cidrAddress": "192.0.2.1/24"}]}, "1080"),
        (LOCATIONS, {**IP, "ipRanges": [without(RANGE, "@odata.type")]}, "A value of the abstract type 'ipRange'"),
        (LOCATIONS, {**IP, "ipRanges": [RANGE], "countriesAndRegions": ["NL"]}, "Invalid property"),
        (CONTEXTS, {"displayName": "x"}, "A value is required for property 'id'"),
        (CONTEXTS, {"id": "c100", "displayName": "x"}, "The id of an authentication context is c1 to c99."),
        (CONTEXTS, {"id": "c1", "displayName": "x"}, "A conflicting object"),
        (STRENGTHS, {"displayName": "x"}, "A value is required for property 'allowedCombinations'"),
        (STRENGTHS, {"displayName": "x", "allowedCombinations": ["nods"]}, "Invalid value specified"),
        (STRENGTHS, {"displayName": "x", "allowedCombinations": ["fido2"], "policyType": "builtIn"}, "Property"),
        (STRENGTHS, {"displayName": "x", "allowedCombinations": ["fido2"], "combinationConfigurations": []}, "Invalid"),
        (f"{ROLES}/roleDefinitions", without(ROLE, "rolePermissions"), "A value is required"),
        (f"{ROLES}/roleDefinitions", ROLE | {"isBuiltIn": False}, "Property 'isBuiltIn' is read-only"),
        (f"{ROLES}/roleDefinitions", ROLE | {"resourceScopes": ["/x"]}, "Invalid value specified"),
        (f"{ROLES}/roleDefinitions", ROLE | {"rolePermissions": []}, "'rolePermissions' must allow"),
        (f"{ROLES}/roleDefinitions", ROLE | {"displayName": "Global Reader"}, "A conflicting object"),
        ("directoryRoles", {"roleTemplateId": NOBODY}, "One or more property values specified are invalid."),
        ("groupSettings", {"templateId": NOBODY, "values": []}, "The template"),
        ("domains", {"id": "no domain"}, "Invalid domain name"),
        (METHODS, {"@odata.type": "#microsoft.graph.smsAuthenticationMethodConfiguration"}, "Only external"),
        ("directory/administrativeUnits", {"description": "x"}, "A value is required for property 'displayName'"),
        ("directory/administrativeUnits", {"displayName": "x", "membershipRule": "x"}, "'membershipRule' goes with"),
    ],
)
def test_other_kinds_need_and_refuse(writer: Writer, path: str, body: Object, message: str) -> None:
    status, _, said = writer.refused("POST", path, body)
    assert status == 400
    assert said.startswith(message)


def test_other_kinds_are_made(writer: Writer) -> None:
    location = writer.do("POST", LOCATIONS, {**IP, "ipRanges": [RANGE]})
    assert (location["isTrusted"], location["@odata.type"]) == (False, IP["@odata.type"])
    assert writer.do("POST", CONTEXTS, {"id": "c99", "displayName": "x", "isAvailable": False})["id"] == "c99"
    strength = {"displayName": "x", "allowedCombinations": ["password, sms"], "requirementsSatisfied": "mfa"}
    made = writer.do("POST", STRENGTHS, strength)
    assert (made["policyType"], made["allowedCombinations"]) == ("custom", ["password,sms"])
    unit = writer.do("POST", "directory/administrativeUnits", {"displayName": "x", "visibility": "HiddenMembership"})
    assert unit["id"] in writer.tenant.objects["directory/administrativeUnits"]
    domain = writer.do("POST", "domains", {"id": "other.example"})
    assert (domain["isVerified"], domain["authenticationType"]) == (False, "Managed")
    assert writer.refused("POST", "domains/other.example/verify")[0] == 400


@pytest.mark.parametrize(("kept", "same"), [(True, True), (False, False)])
def test_a_role_definition_may_keep_its_template_id(writer: Writer, kept: bool, same: bool) -> None:
    writer.tenant.options.keep_role_template_ids = kept
    made = writer.do("POST", f"{ROLES}/roleDefinitions", ROLE | {"templateId": NOBODY})
    assert (made["id"] == NOBODY) is same
    assert made["templateId"] == made["id"]


def test_custom_roles_need_a_licence(writer: Writer) -> None:
    writer.tenant.options.licences.clear()
    assert writer.refused("POST", f"{ROLES}/roleDefinitions", ROLE)[1] == "AadPremiumLicenseRequired"


def test_one_setting_for_each_template_with_all_its_values(writer: Writer) -> None:
    held = writer.find("groupSettings")
    body = {"templateId": held["templateId"], "values": held["values"]}
    assert "conflicting object" in writer.refused("POST", "groupSettings", body)[2]
    writer.do("DELETE", f"groupSettings/{held['id']}")
    assert writer.refused("POST", "groupSettings", body | {"values": held["values"][1:]})[0] == 400
    wrong = [{"name": held["values"][0]["name"], "value": "maybe"}, *held["values"][1:]]
    assert writer.refused("POST", "groupSettings", body | {"values": wrong})[0] == 400
    assert writer.do("POST", "groupSettings", body)["displayName"] == held["displayName"]


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        ({"users": {"includeUsers": [NOBODY]}}, "1007"),
        ({"users": {"includeUsers": ["All"], "excludeGroups": [NOBODY]}}, "1007"),
        ({"users": {"includeRoles": [NOBODY]}}, "1007"),
        ({"users": {"includeUsers": []}}, "1004"),
        ({"applications": {"includeApplications": [NOBODY]}}, "1012"),
        ({"applications": {"includeAuthenticationContextClassReferences": ["c50"]}}, "1012"),
        ({"applications": {"excludeApplications": ["Office365"]}}, "1005"),
        ({"locations": {"includeLocations": ["All"], "excludeLocations": [NOBODY]}}, "1040"),
        ({"clientApplications": {"includeServicePrincipals": [NOBODY]}}, "1012"),
    ],
)
def test_what_a_policy_names_exists(writer: Writer, conditions: Object, code: str) -> None:
    body = policy()
    body["conditions"] |= conditions
    status, error, said = writer.refused("POST", POLICIES, body)
    assert (status, error, said[:4]) == (400, "BadRequest", code)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"state": "on"}, "Invalid value specified for property 'state'"),
        ({"state": None}, "A value is required for property 'state'"),
        ({"grantControls": None}, "1032"),
        ({"grantControls": {"builtInControls": ["mfa"]}}, "1033"),
        ({"grantControls": {"operator": "OR", "builtInControls": ["block", "mfa"]}}, "1034"),
        ({"grantControls": {"operator": "OR", "builtInControls": ["passwordChange"]}}, "1035"),
        ({"grantControls": {"operator": "OR", "authenticationStrength": {"id": NOBODY}}}, "1041"),
        ({"grantControls": {"operator": "OR", "termsOfUse": [NOBODY]}}, "1010"),
        ({"grantControls": {"operator": "OR", "authenticationStrength": {"id": NOBODY, "displayName": "x"}}}, "1099"),
        ({"grantControls": {"operator": "OR", "authenticationStrength@odata.context": "x"}}, "Invalid property"),
        ({"createdDateTime": "2026-01-01T00:00:00Z"}, "Property 'createdDateTime' is read-only"),
        ({"templateId": NOBODY}, "Property 'templateId' is read-only"),
    ],
)
def test_a_policy_needs_and_refuses(writer: Writer, change: Object, message: str) -> None:
    body = without(policy(), *(name for name, value in change.items() if value is None)) | {
        name: value for name, value in change.items() if value is not None
    }
    assert writer.refused("POST", POLICIES, body)[2].startswith(message)


def test_a_policy_shows_its_strength_whole(writer: Writer) -> None:
    strength = writer.find(STRENGTHS, policyType="custom")
    made = writer.do("POST", POLICIES, policy(grantControls={
        "operator": "AND", "authenticationStrength": {"id": strength["id"]}}))  # fmt: skip
    assert made["grantControls"]["authenticationStrength"] == strength
    assert made["conditions"]["users"]["excludeGroups"] == []


def test_security_defaults_and_enabled_policies_exclude_each_other(writer: Writer) -> None:
    defaults = "policies/identitySecurityDefaultsEnforcementPolicy"
    assert writer.refused("PATCH", defaults, {"isEnabled": True})[0] == 400
    for item in writer.tenant.objects[POLICIES].values():
        item["state"] = "disabled"
    writer.do("PATCH", defaults, {"isEnabled": True})
    assert writer.refused("POST", POLICIES, policy(state="enabled"))[2].startswith("1006")
    made = writer.make(POLICIES, policy(state="enabledForReportingButNotEnforced"))
    assert writer.refused("PATCH", f"{POLICIES}/{made}", {"state": "enabled"})[2].startswith("1006")


def test_upserts_by_name(writer: Writer) -> None:
    body, prefer = new_group("up"), {"prefer": "create-if-missing"}
    assert writer.refused("PATCH", "groups(uniqueName='up')", body)[0] == 404
    reply = writer.reply("PATCH", "groups(uniqueName='up')", body, **prefer)
    assert reply.status == 201
    assert writer.find("groups", uniqueName="up")["displayName"] == "up"
    assert writer.reply("PATCH", "groups(uniqueName='up')", {"displayName": "again"}, **prefer).status == 204
    assert writer.find("groups", uniqueName="up")["displayName"] == "again"
    assert writer.reply("PATCH", f"{CONTEXTS}/c42", {"displayName": "x"}).status == 201
    assert writer.reply("PUT", f"{CONTEXTS}/c42", {"displayName": "y"}).status == 204


def remade(path: str, body: Object) -> Object:
    """The object as a client would make it again while the old one is still there."""
    sent = writable(KINDS[path], body)
    if path == "users":
        sent |= {"userPrincipalName": f"x{sent['userPrincipalName']}", "passwordProfile": PASSWORD}
    if path == "groups":
        sent["mailNickname"] += "x"
    if path in (STRENGTHS, f"{ROLES}/roleDefinitions"):
        sent["displayName"] += "x"
    strength = (sent.get("grantControls") or {}).get("authenticationStrength")
    if strength:
        sent["grantControls"]["authenticationStrength"] = {"id": strength["id"]}
    unsent = (
        "onPremisesImmutableId",
        "passwordCredentials",
        "keyCredentials",
        "identifierUris",
        "templateId",
        "version",
    )
    return without(sent, *unsent)


@pytest.mark.parametrize(
    "path",
    ["users", "groups", "directory/administrativeUnits", "applications", POLICIES, LOCATIONS, STRENGTHS,
     f"{ROLES}/roleDefinitions"],
)  # fmt: skip
def test_every_object_of_a_company_can_be_made_again(writer: Writer, path: str) -> None:
    """As strict as Graph is, a believable object passes, and reads back as it was sent."""
    held = list(writer.tenant.objects[path].values())
    for body in held:
        sent, unmade = remade(path, body), body.get("mailEnabled") and "Unified" not in body["groupTypes"]
        gone = "0dd0dead-1234-4bad-8abc-0123456789ab" in str(body)  # a policy names one who left long ago
        if unmade or gone:
            assert writer.refused("POST", path, sent)[0] == 400
            continue
        stored = writer.tenant.objects[path][writer.make(path, sent)]
        for name, value in sent.items():
            if name not in ("passwordProfile", "grantControls"):
                assert values.bare(stored[name]) == values.bare(value) or name == "appRoles", (
                    body["displayName"],
                    name,
                )


def test_everything_is_a_permission() -> None:
    assert {"User.ReadWrite.All", "Policy.ReadWrite.ConditionalAccess"} <= EVERYTHING
