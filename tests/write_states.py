"""States of every core kind and shape, before and after, and the operations that lead from one to the other."""

from __future__ import annotations

from typing import Any

import write_states_access
import write_states_applications
import write_states_branding
import write_states_delegated
import write_states_extensions
import write_states_flows
import write_states_governance
import write_states_groups
import write_states_identity
import write_states_people
import write_states_provisioning
import write_states_roles
import write_states_trust
from write_guids import ADA, API, APP, BOB, EVE, OWN, ROLE, Row, guid

from entragit.model import Body

ROOT = "https://graph.microsoft.com/v1.0/directoryObjects"
POLICIES = "identity/conditionalAccess/policies"
LOCATIONS = "identity/conditionalAccess/namedLocations"
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"
STRENGTHS = "policies/authenticationStrengthPolicies"
METHODS = "policies/authenticationMethodsPolicy"
DEFAULTS = "policies/identitySecurityDefaultsEnforcementPolicy"
DEFINITIONS = "roleManagement/directory/roleDefinitions"
ASSIGNMENTS = "roleManagement/directory/roleAssignments"
UNITS = "directory/administrativeUnits"


def ref(target: str) -> Body:
    return {"@odata.id": f"{ROOT}/{target}"}


USER: Body = {"id": OWN, "accountEnabled": True, "displayName": "Ada", "mailNickname": "ada",
              "userPrincipalName": "ada@contoso.com"}  # fmt: skip
FORCED = {"forceChangePasswordNextSignIn": True}
GROUP: Body = {
    "id": OWN,
    "displayName": "Sales",
    "mailEnabled": False,
    "mailNickname": "sales",
    "securityEnabled": True,
}
TEAM: Body = {**GROUP, "groupTypes": ["Unified"], "mailEnabled": True, "securityEnabled": False}
RULE = {"groupTypes": ["DynamicMembership"], "membershipRule": "user.city -eq 1", "membershipRuleProcessingState": "On"}
PAUSED = RULE | {"membershipRuleProcessingState": "Paused"}
SKU, OTHER_SKU = guid(21), guid(22)
UNIT: Body = {"id": OWN, "displayName": "West"}
VALUES = [{"name": "A", "value": "x"}, {"name": "B", "value": ""}]
TEMPLATE = guid(23)
READER = {"id": guid(31), "allowedMemberTypes": ["User"], "displayName": "Reader", "isEnabled": True, "value": "Reader"}
WRITER = READER | {"id": guid(32), "displayName": "Writer", "value": "Writer"}
OFF = READER | {"isEnabled": False}
SCOPE = {"id": guid(33), "isEnabled": True, "type": "User", "value": "read"}
OFF_SCOPE = SCOPE | {"isEnabled": False}
APPLICATION: Body = {"id": OWN, "appId": APP, "displayName": "Web"}
PRE = [{"appId": API, "delegatedPermissionIds": [guid(33)]}]
FEDERATED = {"name": "main", "issuer": "https://issuer", "subject": "s", "audiences": ["a"]}
EXTENSION = {"name": f"extension_{APP.replace('-', '')}_level", "dataType": "String", "targetObjects": ["User"]}
KEYS = [{"keyId": guid(number), "type": "AsymmetricX509Cert", "usage": "Verify"} for number in (41, 42)]
SECRETS = [{"keyId": guid(number), "displayName": f"secret {number}"} for number in (43, 44)]
PRINCIPAL: Body = {"id": OWN, "appId": APP, "displayName": "Web", "servicePrincipalType": "Application",
                   "accountEnabled": True}  # fmt: skip
GIVEN = {"appRoleId": guid(31), "resourceId": API}
GRANT: Body = {"id": "g1", "clientId": OWN, "consentType": "AllPrincipals", "resourceId": API, "scope": "User.Read"}
CONDITIONS = {"users": {"includeUsers": ["All"], "excludeUsers": [ADA]},
              "applications": {"includeApplications": ["All"]}, "clientAppTypes": ["all"]}  # fmt: skip
NARROWED = {**CONDITIONS, "users": {"includeUsers": ["All"]}}
CONTROLS = {"operator": "OR", "builtInControls": ["mfa"]}
POLICY: Body = {"id": OWN, "displayName": "CA001", "state": "enabled", "conditions": CONDITIONS,
                "grantControls": CONTROLS}  # fmt: skip
RANGE = {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"}
MORE = RANGE | {"cidrAddress": "198.51.100.0/24"}
IP = {"@odata.type": "#microsoft.graph.ipNamedLocation"}
LOCATION: Body = {**IP, "id": OWN, "displayName": "Office", "isTrusted": True, "ipRanges": [RANGE]}
CONTEXT: Body = {"id": "c1", "displayName": "Secret", "isAvailable": True}
STRENGTH: Body = {"id": OWN, "displayName": "Keys", "policyType": "custom", "allowedCombinations": ["fido2"]}
SMS = {"@odata.type": "#microsoft.graph.smsAuthenticationMethodConfiguration"}
METHOD: Body = {**SMS, "id": "Sms", "state": "enabled",
                "includeTargets": [{"targetType": "group", "id": "all_users"}]}  # fmt: skip
EXTERNAL: Body = {"@odata.type": "#microsoft.graph.externalAuthenticationMethodConfiguration", "id": OWN,
                  "displayName": "Partner", "appId": APP, "state": "enabled",
                  "openIdConnectSetting": {"clientId": "c", "discoveryUrl": "https://d"},
                  "includeTargets": [{"targetType": "group", "id": ADA}]}  # fmt: skip
DEFINITION: Body = {"id": ROLE, "templateId": ROLE, "displayName": "Helper", "isBuiltIn": False, "isEnabled": True,
                    "resourceScopes": ["/"],
                    "rolePermissions": [{"allowedResourceActions": ["microsoft.a/b/read"]}]}  # fmt: skip
ASSIGNMENT: Body = {"id": "a1", "principalId": ADA, "roleDefinitionId": ROLE, "directoryScopeId": "/"}
AUTHORIZATION: Body = {"id": "authorizationPolicy", "allowInvitesFrom": "none",
                       "defaultUserRolePermissions": {"allowedToCreateApps": False,
                                                      "permissionGrantPoliciesAssigned": ["p"]}}  # fmt: skip


def _but(body: Body, *names: str, **more: Any) -> Body:
    return {name: value for name, value in body.items() if name not in names} | more


STATES: list[Row] = [
    ("a value changes, another is cleared", "users", USER | {"city": "Bonn", "jobTitle": "x"}, USER | {"city": "Köln"},
     [("PATCH", "/users/{}", {"city": "Köln", "jobTitle": None})]),
    ("a list is emptied", "users", USER | {"otherMails": ["a@b"]}, USER,
     [("PATCH", "/users/{}", {"otherMails": []})]),
    ("one reference is set", "users", USER, USER | {"manager": BOB},
     [("PUT", "/users/{}/manager/$ref", ref(BOB))]),
    ("one reference is replaced", "users", USER | {"manager": BOB}, USER | {"manager": EVE},
     [("PUT", "/users/{}/manager/$ref", ref(EVE))]),
    ("one reference is taken away", "users", USER | {"manager": BOB}, USER,
     [("DELETE", "/users/{}/manager/$ref", None)]),
    ("where a user is comes before licences", "users", USER | {"assignedLicenses": [{"skuId": OTHER_SKU}]},
     USER | {"usageLocation": "DE", "assignedLicenses": [{"skuId": SKU, "disabledPlans": [BOB]}]},
     [("PATCH", "/users/{}", {"usageLocation": "DE"}),
      ("POST", "/users/{}/assignLicense", {"addLicenses": [{"skuId": SKU, "disabledPlans": [BOB]}],
                                           "removeLicenses": [OTHER_SKU]})]),
    ("a user is made with a password that nobody knows", "users", None, USER | {"manager": BOB, "sponsors": [EVE]},
     [("POST", "/users", _but(USER, "id", passwordProfile=FORCED)),
      ("PUT", "/users/new/manager/$ref", ref(BOB)), ("POST", "/users/new/sponsors/$ref", ref(EVE))]),
    ("a user is deleted", "users", USER | {"assignedLicenses": [{"skuId": SKU}]}, None,
     [("DELETE", "/users/{}", None)]),
    ("a group gives no licences any more when it is deleted", "groups", GROUP | {"assignedLicenses": [{"skuId": SKU}]},
     None, [("POST", "/groups/{}/assignLicense", {"addLicenses": [], "removeLicenses": [SKU]}),
            ("DELETE", "/groups/{}", None)]),
    ("the name that follows from another is not written", "users",
     USER | {"identities": [{"signInType": "userPrincipalName", "issuer": "i", "issuerAssignedId": "a@c.com"}]},
     USER | {"userPrincipalName": "al@c.com",
             "identities": [{"signInType": "userPrincipalName", "issuer": "i", "issuerAssignedId": "al@c.com"}]},
     [("PATCH", "/users/{}", {"userPrincipalName": "al@c.com"})]),
    ("one joins, another leaves", "groups", GROUP | {"members": [ADA]}, GROUP | {"members": [BOB]},
     [("POST", "/groups/{}/members/$ref", ref(BOB)), ("DELETE", f"/groups/{{}}/members/{ADA}/$ref", None)]),
    ("several join at once", "groups", GROUP, GROUP | {"members": [ADA, BOB]},
     [("PATCH", "/groups/{}", {"members@odata.bind": [f"{ROOT}/{ADA}", f"{ROOT}/{BOB}"]})]),
    ("a new owner comes before the old one goes", "groups", TEAM | {"owners": [ADA]}, TEAM | {"owners": [BOB]},
     [("POST", "/groups/{}/owners/$ref", ref(BOB)), ("DELETE", f"/groups/{{}}/owners/{ADA}/$ref", None)]),
    ("a dynamic group is made paused and goes on last", "groups", None, _but(GROUP, **RULE),
     [("POST", "/groups", _but(GROUP, "id", **PAUSED)),
      ("PATCH", "/groups/new", {"membershipRuleProcessingState": "On"})]),
    ("a group becomes dynamic: its members are computed", "groups", GROUP | {"members": [ADA]}, GROUP | RULE,
     [("PATCH", "/groups/{}", PAUSED), ("PATCH", "/groups/{}", {"membershipRuleProcessingState": "On"})]),
    ("a rule of a group that is on changes in place", "groups", GROUP | RULE, GROUP | RULE | {"membershipRule": "true"},
     [("PATCH", "/groups/{}", {"membershipRule": "true"})]),
    ("a group with a unique name is made by that", "groups", None, GROUP | {"uniqueName": "it's"},
     [("PATCH", "/groups(uniqueName='it''s')", _but(GROUP, "id"))]),
    ("a group's licences are an action, too", "groups", GROUP, GROUP | {"assignedLicenses": [{"skuId": SKU}]},
     [("POST", "/groups/{}/assignLicense", {"addLicenses": [{"skuId": SKU, "disabledPlans": []}],
                                            "removeLicenses": []})]),
    ("a device is switched off", "devices", {"id": OWN, "accountEnabled": True}, {"id": OWN, "accountEnabled": False},
     [("PATCH", "/devices/{}", {"accountEnabled": False})]),
    ("parts of a complex value are cleared by name", "devices",
     {"id": OWN, "extensionAttributes": {"extensionAttribute1": "a", "extensionAttribute2": "b"}},
     {"id": OWN, "extensionAttributes": {"extensionAttribute2": "c"}},
     [("PATCH", "/devices/{}", {"extensionAttributes": {"extensionAttribute1": None, "extensionAttribute2": "c"}})]),
    ("a unit is made, then filled", UNITS, None, UNIT | {"members": [ADA], "visibility": "HiddenMembership"},
     [("POST", f"/{UNITS}", {"displayName": "West", "visibility": "HiddenMembership"}),
      ("POST", f"/{UNITS}/new/members/$ref", ref(ADA))]),
    ("members of a unit join one by one", UNITS, UNIT, UNIT | {"members": [ADA, BOB]},
     [("POST", f"/{UNITS}/{{}}/members/$ref", ref(ADA)), ("POST", f"/{UNITS}/{{}}/members/$ref", ref(BOB))]),
    ("a setting says all its values", "groupSettings", {"id": OWN, "templateId": TEMPLATE, "values": VALUES},
     {"id": OWN, "templateId": TEMPLATE, "values": [VALUES[0] | {"value": "y"}, VALUES[1]]},
     [("PATCH", "/groupSettings/{}", {"values": [VALUES[0] | {"value": "y"}, VALUES[1]]})]),
    ("a setting is made from its template", "groupSettings", None,
     {"id": OWN, "displayName": "Group.Unified", "templateId": TEMPLATE, "values": VALUES},
     [("POST", "/groupSettings", {"templateId": TEMPLATE, "values": VALUES})]),
    ("the organization is changed by its id", "organization", {"id": OWN},
     {"id": OWN, "technicalNotificationMails": ["a@b"]},
     [("PATCH", "/organization/{}", {"technicalNotificationMails": ["a@b"]})]),
    ("a domain becomes the default", "domains", {"id": "a.com", "isDefault": False, "isVerified": True},
     {"id": "a.com", "isDefault": True, "isVerified": True}, [("PATCH", "/domains/{}", {"isDefault": True})]),
    ("a domain stops being the default by itself", "domains", {"id": "a.com", "isDefault": True, "isVerified": True},
     {"id": "a.com", "isDefault": False, "isVerified": True}, []),
    ("an application is made without what it names", "applications", None,
     APPLICATION | {"identifierUris": [f"api://{APP}"], "api": {"oauth2PermissionScopes": [SCOPE],
                                                                "preAuthorizedApplications": PRE},
                    "requiredResourceAccess": [{"resourceAppId": API, "resourceAccess": []}], "owners": [ADA]},
     [("POST", "/applications", {"displayName": "Web", "api": {"oauth2PermissionScopes": [SCOPE]}}),
      ("PATCH", "/applications/new", {"api": {"oauth2PermissionScopes": [SCOPE], "preAuthorizedApplications": PRE},
                                      "identifierUris": [f"api://{APP}"],
                                      "requiredResourceAccess": [{"resourceAppId": API, "resourceAccess": []}]}),
      ("POST", "/applications/new/owners/$ref", ref(ADA))]),
    ("an app role is switched off before it goes", "applications", APPLICATION | {"appRoles": [READER, WRITER]},
     APPLICATION | {"appRoles": [WRITER]},
     [("PATCH", "/applications/{}", {"appRoles": [OFF, WRITER]}),
      ("PATCH", "/applications/{}", {"appRoles": [WRITER]})]),
    ("a scope is switched off before it changes", "applications",
     APPLICATION | {"api": {"oauth2PermissionScopes": [SCOPE]}},
     APPLICATION | {"api": {"oauth2PermissionScopes": [SCOPE | {"value": "write"}]}},
     [("PATCH", "/applications/{}", {"api": {"oauth2PermissionScopes": [OFF_SCOPE]}}),
      ("PATCH", "/applications/{}", {"api": {"oauth2PermissionScopes": [SCOPE | {"value": "write"}]}})]),
    ("an app role is switched off, no more", "applications", APPLICATION | {"appRoles": [READER]},
     APPLICATION | {"appRoles": [OFF]}, [("PATCH", "/applications/{}", {"appRoles": [OFF]})]),
    ("redirect URIs bring their settings", "applications",
     APPLICATION | {"web": {"redirectUris": ["https://a"], "redirectUriSettings": [{"uri": "https://a", "index": 1}]}},
     APPLICATION | {"web": {"redirectUris": ["https://a", "https://b"],
                            "redirectUriSettings": [{"uri": "https://a", "index": 1}]}},
     [("PATCH", "/applications/{}", {"web": {
         "redirectUris": ["https://a", "https://b"],
         "redirectUriSettings": [{"uri": "https://a", "index": 1}, {"uri": "https://b"}]}})]),
    ("a federated credential changes by its name", "applications",
     APPLICATION | {"federatedIdentityCredentials": [FEDERATED]},
     APPLICATION | {"federatedIdentityCredentials": [FEDERATED | {"subject": "t"}]},
     [("PATCH", "/applications/{}/federatedIdentityCredentials/{found}", {"subject": "t"})]),
    ("federated credentials let a subject go before another takes it", "applications",
     APPLICATION | {"federatedIdentityCredentials": [FEDERATED, FEDERATED | {"name": "test", "subject": "t"}]},
     APPLICATION | {"federatedIdentityCredentials": [FEDERATED | {"subject": "t"},
                                                     FEDERATED | {"name": "test", "subject": "u"}]},
     [("PATCH", "/applications/{}/federatedIdentityCredentials/{found}", {"subject": "u"}),
      ("PATCH", "/applications/{}/federatedIdentityCredentials/{found}", {"subject": "t"})]),
    ("a new federated credential takes what another lets go", "applications",
     APPLICATION | {"federatedIdentityCredentials": [FEDERATED]},
     APPLICATION | {"federatedIdentityCredentials": [FEDERATED | {"name": "also"}, FEDERATED | {"subject": "t"}]},
     [("PATCH", "/applications/{}/federatedIdentityCredentials/{found}", {"subject": "t"}),
      ("POST", "/applications/{}/federatedIdentityCredentials", FEDERATED | {"name": "also"})]),
    ("of federated credentials that go round one is made anew", "applications",
     APPLICATION | {"federatedIdentityCredentials": [FEDERATED, FEDERATED | {"name": "test", "subject": "t"}]},
     APPLICATION | {"federatedIdentityCredentials": [FEDERATED | {"subject": "t"}, FEDERATED | {"name": "test"}]},
     [("DELETE", "/applications/{}/federatedIdentityCredentials/{found}", None),
      ("PATCH", "/applications/{}/federatedIdentityCredentials/{found}", {"subject": "s"}),
      ("POST", "/applications/{}/federatedIdentityCredentials", FEDERATED | {"subject": "t"})]),
    ("a federated credential goes before the one in its place comes", "applications",
     APPLICATION | {"federatedIdentityCredentials": [FEDERATED]},
     APPLICATION | {"federatedIdentityCredentials": [FEDERATED | {"name": "prod"}]},
     [("DELETE", "/applications/{}/federatedIdentityCredentials/{found}", None),
      ("POST", "/applications/{}/federatedIdentityCredentials", FEDERATED | {"name": "prod"})]),
    ("an extension property is made by its short name", "applications", APPLICATION,
     APPLICATION | {"extensionProperties": [EXTENSION]},
     [("POST", "/applications/{}/extensionProperties", EXTENSION | {"name": "level"})]),
    ("a password too many goes", "applications", APPLICATION | {"passwordCredentials": SECRETS},
     APPLICATION | {"passwordCredentials": SECRETS[:1]},
     [("POST", "/applications/{}/removePassword", {"keyId": guid(44)})]),
    ("a certificate too many goes, the others are named", "applications", APPLICATION | {"keyCredentials": KEYS},
     APPLICATION | {"keyCredentials": KEYS[1:]}, [("PATCH", "/applications/{}", {"keyCredentials": KEYS[1:]})]),
    ("a service principal is made for its application", "servicePrincipals", None,
     PRINCIPAL | {"appOwnerOrganizationId": EVE, "notes": "n", "owners": [ADA], "appRoleAssignments": [GIVEN],
                  "displayName": "Ours"},
     [("POST", "/servicePrincipals", {"appId": APP, "accountEnabled": True, "notes": "n"}),
      ("PATCH", "/servicePrincipals/new", {"displayName": "Ours"}),
      ("POST", "/servicePrincipals/new/owners/$ref", ref(ADA)),
      ("POST", "/servicePrincipals/new/appRoleAssignments", GIVEN | {"principalId": "new"})]),
    ("an app role that someone gave is taken back", "servicePrincipals", PRINCIPAL | {"appRoleAssignments": [GIVEN]},
     PRINCIPAL, [("DELETE", "/servicePrincipals/{}/appRoleAssignments/{found}", None)]),
    ("who has a role of the application", "servicePrincipals", PRINCIPAL,
     PRINCIPAL | {"appRoleAssignedTo": [{"appRoleId": guid(31), "principalId": ADA}]},
     [("POST", "/servicePrincipals/{}/appRoleAssignedTo",
       {"appRoleId": guid(31), "principalId": ADA, "resourceId": OWN})]),
    ("a classification that changes is made anew", "servicePrincipals",
     PRINCIPAL | {"delegatedPermissionClassifications": [{"permissionId": BOB, "classification": "low"}]},
     PRINCIPAL | {"delegatedPermissionClassifications": [{"permissionId": BOB, "classification": "high"}]},
     [("DELETE", "/servicePrincipals/{}/delegatedPermissionClassifications/{found}", None),
      ("POST", "/servicePrincipals/{}/delegatedPermissionClassifications",
       {"permissionId": BOB, "classification": "high"})]),
    ("a grant's scope changes in place", "oauth2PermissionGrants", GRANT, GRANT | {"scope": "User.Read email"},
     [("PATCH", "/oauth2PermissionGrants/{}", {"scope": "User.Read email"})]),
    ("a grant for somebody else is another grant", "oauth2PermissionGrants", GRANT,
     GRANT | {"consentType": "Principal", "principalId": ADA},
     [("POST", "/oauth2PermissionGrants", _but(GRANT, "id", consentType="Principal", principalId=ADA)),
      ("DELETE", "/oauth2PermissionGrants/{}", None)]),
    ("a policy is made whole, and off", POLICIES, None, POLICY,
     [("POST", f"/{POLICIES}", _but(POLICY, "id", state="disabled")),
      ("PATCH", f"/{POLICIES}/new", {"state": "enabled"})]),
    ("an enabled policy is edited as it is", POLICIES, POLICY, POLICY | {"conditions": NARROWED},
     [("PATCH", f"/{POLICIES}/{{}}", {"conditions": {**CONDITIONS, "users": {"includeUsers": ["All"],
                                                                             "excludeUsers": []}}})]),
    ("controls that go are null", POLICIES, POLICY | {"sessionControls": {"signInFrequency": {"value": 1}}}, POLICY,
     [("PATCH", f"/{POLICIES}/{{}}", {"sessionControls": None})]),
    ("a policy goes on after its edit", POLICIES, POLICY | {"state": "disabled", "displayName": "x"}, POLICY,
     [("PATCH", f"/{POLICIES}/{{}}", {"displayName": "CA001"}), ("PATCH", f"/{POLICIES}/{{}}", {"state": "enabled"})]),
    ("a trusted location is distrusted before it goes", LOCATIONS, LOCATION, None,
     [("PATCH", f"/{LOCATIONS}/{{}}", {**IP, "isTrusted": False}), ("DELETE", f"/{LOCATIONS}/{{}}", None)]),
    ("a location says its type and all its ranges", LOCATIONS, LOCATION, LOCATION | {"ipRanges": [RANGE, MORE]},
     [("PATCH", f"/{LOCATIONS}/{{}}", {**IP, "ipRanges": [RANGE, MORE]})]),
    ("a context is made under its own id", CONTEXTS, None, CONTEXT,
     [("PATCH", f"/{CONTEXTS}/c1", {"displayName": "Secret", "isAvailable": True})]),
    ("a context is withdrawn before it goes", CONTEXTS, CONTEXT, None,
     [("PATCH", f"/{CONTEXTS}/c1", {"isAvailable": False}), ("DELETE", f"/{CONTEXTS}/c1", None)]),
    ("what a strength allows is an action", STRENGTHS, STRENGTH,
     STRENGTH | {"description": "d", "allowedCombinations": ["fido2", "windowsHelloForBusiness"]},
     [("PATCH", f"/{STRENGTHS}/{{}}", {"description": "d"}),
      ("POST", f"/{STRENGTHS}/{{}}/updateAllowedCombinations",
       {"allowedCombinations": ["fido2", "windowsHelloForBusiness"]})]),
    ("a strength is made with what it allows", STRENGTHS, None, STRENGTH,
     [("POST", f"/{STRENGTHS}", _but(STRENGTH, "id", "policyType"))]),
    ("a singleton: parts that are absent are cleared", "policies/authorizationPolicy", AUTHORIZATION,
     AUTHORIZATION | {"defaultUserRolePermissions": {"allowedToCreateApps": True}},
     [("PATCH", "/policies/authorizationPolicy",
       {"defaultUserRolePermissions": {"allowedToCreateApps": True, "permissionGrantPoliciesAssigned": []}})]),
    ("the methods' policy", METHODS, {"id": METHODS}, {"id": METHODS, "reconfirmationInDays": 7},
     [("PATCH", f"/{METHODS}", {"reconfirmationInDays": 7})]),
    ("a method says its type", f"{METHODS}/authenticationMethodConfigurations", METHOD, METHOD | {"state": "disabled"},
     [("PATCH", f"/{METHODS}/authenticationMethodConfigurations/Sms", {**SMS, "state": "disabled"})]),
    ("an external method is made, then aimed", f"{METHODS}/authenticationMethodConfigurations", None, EXTERNAL,
     [("POST", f"/{METHODS}/authenticationMethodConfigurations", _but(EXTERNAL, "id", "includeTargets")),
      ("PATCH", f"/{METHODS}/authenticationMethodConfigurations/new",
       {"@odata.type": EXTERNAL["@odata.type"], "includeTargets": EXTERNAL["includeTargets"]})]),
    ("security defaults", DEFAULTS, {"id": OWN, "isEnabled": True}, {"id": OWN, "isEnabled": False},
     [("PATCH", f"/{DEFAULTS}", {"isEnabled": False})]),
    ("a role keeps its id", DEFINITIONS, None, DEFINITION,
     [("POST", f"/{DEFINITIONS}", _but(DEFINITION, "id", "isBuiltIn"))]),
    ("a role's permissions are replaced whole", DEFINITIONS, DEFINITION,
     DEFINITION | {"rolePermissions": [{"allowedResourceActions": ["microsoft.a/b/update"]}]},
     [("PATCH", f"/{DEFINITIONS}/{{}}", {"rolePermissions": [{"allowedResourceActions": ["microsoft.a/b/update"]}]})]),
    ("a role is given", ASSIGNMENTS, None, ASSIGNMENT, [("POST", f"/{ASSIGNMENTS}", _but(ASSIGNMENT, "id"))]),
    ("a role is taken back", ASSIGNMENTS, ASSIGNMENT, None, [("DELETE", f"/{ASSIGNMENTS}/{{}}", None)]),
    ("a role for another scope is another assignment, and given first", ASSIGNMENTS, ASSIGNMENT,
     ASSIGNMENT | {"directoryScopeId": f"/administrativeUnits/{EVE}"},
     [("POST", f"/{ASSIGNMENTS}", _but(ASSIGNMENT, "id", directoryScopeId=f"/administrativeUnits/{EVE}")),
      ("DELETE", f"/{ASSIGNMENTS}/{{}}", None)]),
    *write_states_access.STATES,
    *write_states_applications.STATES,
    *write_states_delegated.STATES,
    *write_states_extensions.STATES,
    *write_states_flows.STATES,
    *write_states_groups.STATES,
    *write_states_governance.STATES,
    *write_states_branding.STATES,
    *write_states_identity.STATES,
    *write_states_people.STATES,
    *write_states_provisioning.STATES,
    *write_states_roles.STATES,
    *write_states_trust.STATES,
]  # fmt: skip
