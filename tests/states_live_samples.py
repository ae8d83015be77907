"""A sample of every core kind that people author, as files of one commit; they name each other, some both ways."""

from __future__ import annotations

import json
import re

from applying import named
from states_live import APPS, DOMAINS, GROUPS, METHODS, PRINCIPALS, SETTINGS, USERS
from worlds import World

from entragit.sandbox.store import Object

FILES = {
    "users/sample": """
accountEnabled: true
assignedLicenses:
  - skuId: {sku}
department: Tests
displayName: Sample User
mailNickname: sample
usageLocation: NL
userPrincipalName: sample@{domain}
manager: {boss}
sponsors:
  - {boss}
""",
    "groups/Sample-Outer": """
displayName: Sample Outer
mailEnabled: false
mailNickname: sample-outer
securityEnabled: true
members:
  - groups/Sample-Inner
  - users/sample
owners:
  - {boss}
""",
    "groups/Sample-Inner": """
displayName: Sample Inner
mailEnabled: false
mailNickname: sample-inner
securityEnabled: true
members:
  - groups/Sample-Outer
""",
    "groups/Sample-Rule": """
displayName: Sample Rule
groupTypes:
  - DynamicMembership
mailEnabled: false
mailNickname: sample-rule
membershipRule: user.department -eq "Tests"
membershipRuleProcessingState: "On"
securityEnabled: true
""",
    "groups/Sample-Team": """
assignedLicenses:
  - skuId: {sku}
displayName: Sample Team
groupTypes:
  - Unified
mailEnabled: true
mailNickname: sample-team
securityEnabled: false
visibility: Private
members:
  - {boss}
owners:
  - {boss}
""",
    "groups/Sample-Admins": """
displayName: Sample Admins
isAssignableToRole: true
mailEnabled: false
mailNickname: sample-admins
securityEnabled: true
visibility: Private
members:
  - {boss}
""",
    "directory/administrativeUnits/Sample-Rule": """
displayName: Sample Rule Unit
membershipRule: user.department -eq "Tests"
membershipRuleProcessingState: "On"
membershipType: Dynamic
""",
    "directory/administrativeUnits/Sample": """
displayName: Sample Unit
members:
  - {boss}
  - groups/Sample-Outer
""",
    "groupSettings/Sample": """
displayName: Group.Unified
templateId: {template}
values: {values}
""",
    "applications/Sample-One": """
displayName: Sample One
signInAudience: AzureADMyOrg
api:
  oauth2PermissionScopes:
    - id: aaaaaaaa-0000-4000-8000-000000000001
      adminConsentDescription: One.
      adminConsentDisplayName: One
      isEnabled: true
      type: User
      value: one
  preAuthorizedApplications:
    - appId: applications/Sample-Two
      delegatedPermissionIds:
        - aaaaaaaa-0000-4000-8000-000000000001
appRoles:
  - id: aaaaaaaa-0000-4000-8000-000000000004
    allowedMemberTypes:
      - User
    description: Read.
    displayName: Reader
    isEnabled: true
    value: Reader
extensionProperties:
  - name: level
    dataType: String
    targetObjects:
      - User
federatedIdentityCredentials:
  - name: main
    issuer: https://token.example
    subject: repo
    audiences:
      - api://AzureADTokenExchange
identifierUris:
  - https://sample.{domain}
owners:
  - {boss}
web:
  redirectUris:
    - https://sample.example/back
""",
    "applications/Sample-Two": """
displayName: Sample Two
signInAudience: AzureADMyOrg
api:
  oauth2PermissionScopes:
    - id: aaaaaaaa-0000-4000-8000-000000000002
      adminConsentDescription: Two.
      adminConsentDisplayName: Two
      isEnabled: true
      type: User
      value: two
  preAuthorizedApplications:
    - appId: applications/Sample-One
      delegatedPermissionIds:
        - aaaaaaaa-0000-4000-8000-000000000002
""",
    "applications/Sample-Three": """
displayName: Sample Three
signInAudience: AzureADMyOrg
api:
  oauth2PermissionScopes:
    - id: aaaaaaaa-0000-4000-8000-000000000003
      adminConsentDescription: Three.
      adminConsentDisplayName: Three
      isEnabled: true
      type: User
      value: three
    - id: aaaaaaaa-0000-4000-8000-000000000005
      adminConsentDescription: Five.
      adminConsentDisplayName: Five
      isEnabled: true
      type: User
      value: five
""",
    "servicePrincipals/Sample-Three": """
appId: applications/Sample-Three
displayName: Sample Three
accountEnabled: true
notes: Sample
appRoleAssignedTo:
  - principalId: {boss}
    appRoleId: {default}
appRoleAssignments:
  - resourceId: {resource}
    appRoleId: {default}
delegatedPermissionClassifications:
  - permissionId: aaaaaaaa-0000-4000-8000-000000000003
    classification: low
owners:
  - {boss}
""",
    "oauth2PermissionGrants/Sample": """
clientId: servicePrincipals/Sample-Three
consentType: AllPrincipals
resourceId: {resource}
scope: one sample
""",
    "identity/conditionalAccess/policies/Sample": """
displayName: Sample Policy
state: enabled
conditions:
  applications:
    includeApplications:
      - All
  clientAppTypes:
    - all
  locations:
    includeLocations:
      - All
    excludeLocations:
      - identity/conditionalAccess/namedLocations/Sample
  users:
    includeUsers:
      - users/sample
    excludeGroups:
      - groups/Sample-Outer
grantControls:
  operator: OR
  authenticationStrength:
    id: policies/authenticationStrengthPolicies/Sample
""",
    "identity/conditionalAccess/policies/Sample-Workload": """
displayName: Sample Workload Policy
state: enabledForReportingButNotEnforced
conditions:
  applications:
    includeApplications:
      - All
  clientAppTypes:
    - all
  clientApplications:
    includeServicePrincipals:
      - servicePrincipals/Sample-Three
  locations:
    includeLocations:
      - identity/conditionalAccess/namedLocations/Sample-Country
grantControls:
  operator: OR
  builtInControls:
    - block
""",
    "identity/conditionalAccess/policies/Sample-Context": """
displayName: Sample Context Policy
state: disabled
conditions:
  applications:
    includeAuthenticationContextClassReferences:
      - c77
  clientAppTypes:
    - all
  users:
    includeGroups:
      - groups/Sample-Admins
    includeRoles:
      - roleManagement/directory/roleDefinitions/Sample
sessionControls:
  signInFrequency:
    authenticationType: primaryAndSecondaryAuthentication
    frequencyInterval: timeBased
    isEnabled: true
    type: hours
    value: 4
""",
    "identity/conditionalAccess/namedLocations/Sample-Country": """
"@odata.type": "#microsoft.graph.countryNamedLocation"
displayName: Sample Country
countriesAndRegions:
  - NL
  - DE
countryLookupMethod: clientIpAddress
includeUnknownCountriesAndRegions: false
""",
    "identity/conditionalAccess/namedLocations/Sample": """
"@odata.type": "#microsoft.graph.ipNamedLocation"
displayName: Sample Place
isTrusted: true
ipRanges:
  - "@odata.type": "#microsoft.graph.iPv4CidrRange"
    cidrAddress: "192.0.2.0/24"
  - "@odata.type": "#microsoft.graph.iPv4CidrRange"
    cidrAddress: "198.51.100.0/24"
""",
    "identity/conditionalAccess/authenticationContextClassReferences/Sample": """
id: c77
displayName: Sample Context
isAvailable: true
""",
    "policies/authenticationStrengthPolicies/Sample": """
displayName: Sample Strength
allowedCombinations:
  - fido2
  - windowsHelloForBusiness
combinationConfigurations:
  - "@odata.type": "#microsoft.graph.fido2CombinationConfiguration"
    allowedAAGUIDs:
      - aaaaaaaa-0000-4000-8000-000000000007
    appliesToCombinations:
      - fido2
""",
    "policies/authenticationMethodsPolicy/authenticationMethodConfigurations/Sample": """
"@odata.type": "#microsoft.graph.externalAuthenticationMethodConfiguration"
displayName: Sample Method
appId: {app}
state: enabled
openIdConnectSetting:
  clientId: sample
  discoveryUrl: https://sample.example/.well-known/openid-configuration
excludeTargets:
  - id: {other}
    targetType: group
includeTargets:
  - id: {group}
    targetType: group
""",
    "roleManagement/directory/roleDefinitions/Sample": """
displayName: Sample Role
isEnabled: true
resourceScopes:
  - /
rolePermissions:
  - allowedResourceActions:
      - microsoft.directory/applications/basic/update
      - microsoft.directory/applications/owners/update
""",
    "roleManagement/directory/roleAssignments/Sample": """
principalId: {boss}
roleDefinitionId: roleManagement/directory/roleDefinitions/Sample
directoryScopeId: /
""",
    "roleManagement/directory/roleAssignments/Sample-Admins": """
principalId: groups/Sample-Admins
roleDefinitionId: roleManagement/directory/roleDefinitions/Sample
directoryScopeId: /
""",
    "devices/Sample": """
accountEnabled: true
displayName: Sample Device
deviceId: aaaaaaaa-0000-4000-8000-000000000009
""",
    "domains/Sample": """
id: sample.example
""",
}


def prepared(world: World) -> Object:
    """Make room for the samples in the company, and let it have what rows take away; the setting that goes."""
    tenant, objects = world.tenant, world.tenant.objects
    setting = next(body for body in objects[SETTINGS].values() if body["displayName"] == "Group.Unified")
    del objects[SETTINGS][setting["id"]]  # there is one of each template
    app = named(world, APPS, "HR Sync")
    for credential in (*app["passwordCredentials"], *app["keyCredentials"]):
        credential["endDateTime"] = "2099-01-01T00:00:00Z"
    campaign = tenant.singletons[METHODS]["registrationEnforcement"]["authenticationMethodsRegistrationCampaign"]
    campaign["excludeTargets"] = [{"id": named(world, GROUPS, "Town Square")["id"], "targetType": "group"}]
    objects[DOMAINS]["fabrikam.example"]["supportedServices"] = ["Email", "OfficeCommunicationsOnline"]
    return setting


def authored(world: World) -> None:
    """Commit the samples, as a person writes them."""
    setting = prepared(world)
    assert world.run("export").code == 0
    world.git("tag", "before")
    sync = named(world, PRINCIPALS, "HR Sync")
    known = {
        "domain": world.tenant.domain, "boss": named(world, USERS, "yuki.weber")["id"],
        "template": setting["templateId"], "values": json.dumps(setting["values"]),
        "default": "00000000-0000-0000-0000-000000000000", "resource": sync["id"], "app": sync["appId"],
        "group": named(world, GROUPS, "Town Square")["id"], "other": named(world, GROUPS, "Office Singapore")["id"],
        "sku": next(iter(world.tenant.objects["subscribedSkus"].values()))["skuId"],
    }  # fmt: skip
    for address, text in FILES.items():
        path = world.place / f"{address}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(r"\{(\w+)\}", lambda found: known[found[1]], text.lstrip()), encoding="utf-8")
    world.git("add", ".")
    world.git("commit", "-q", "-m", "Samples")
