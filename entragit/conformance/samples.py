"""One harmless resource per kind that Graph lets an application make: how it begins, and how it changes.

A text may hold `{prefix}`, `{domain}` (the tenant's initial domain), `{KIND}`, the id of the sample of that kind, and
`{KIND.appId}`; each comes after those that it names. Nothing here acts on people who exist: policies are off and name
the sample user alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from entragit.model import Body


@dataclass(frozen=True, slots=True)
class Sample:
    """The `body` of a creation, and what an edit makes of some of its properties."""

    body: Body
    edit: Body


SCOPE = "5a1e0000-0000-4000-8000-000000000001"
ROLE = "5a1e0000-0000-4000-8000-000000000002"
DIRECTORY_READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
CATALOG_CREATOR = "ba92d953-d8e0-4e39-a797-0cbedb0a89e8"

_SCOPES = [
    {"id": SCOPE, "adminConsentDescription": "Read.", "adminConsentDisplayName": "Read", "isEnabled": True,
     "type": "User", "value": "read"}
]  # fmt: skip
_ROLES = [
    {"id": ROLE, "allowedMemberTypes": ["User"], "description": "Reads.", "displayName": "Reader", "isEnabled": True,
     "value": "Reader"}
]  # fmt: skip
_RANGE = {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"}
_OTHER_RANGE = _RANGE | {"cidrAddress": "198.51.100.0/24"}
_CONDITIONS = {
    "clientApplicationIds": ["all"], "clientApplicationPublisherIds": ["all"], "clientApplicationTenantIds": ["all"],
    "clientApplicationsFromVerifiedPublisherOnly": False, "permissionClassification": "all",
    "permissionType": "delegated", "permissions": ["all"], "resourceApplication": "any",
}  # fmt: skip


def _named(**more: Any) -> Body:
    return {"displayName": "{prefix} sample", **more}


def _policy(definition: str, changed: str) -> Sample:
    return Sample(_named(definition=[definition], isOrganizationDefault=False), {"definition": [changed]})


SAMPLES: Mapping[str, Sample] = {
    "users": Sample(
        _named(accountEnabled=False, mailNickname="{prefix}", userPrincipalName="{prefix}@{domain}", department="One"),
        {"department": "Two", "jobTitle": "Sample"},
    ),
    "groups": Sample(
        _named(mailEnabled=False, mailNickname="{prefix}", securityEnabled=True, members=["{users}"],
               owners=["{users}"]),
        {"description": "Changed", "members": []},
    ),
    "directory/administrativeUnits": Sample(
        _named(members=["{users}", "{groups}"]), {"description": "Changed", "members": ["{users}"]}
    ),
    "applications": Sample(
        _named(
            signInAudience="AzureADMyOrg",
            api={"oauth2PermissionScopes": _SCOPES},
            appRoles=_ROLES,
            web={"redirectUris": ["https://sample.example/one"]},
            federatedIdentityCredentials=[
                {"name": "{prefix}", "issuer": "https://sample.example", "subject": "one", "audiences": ["sample"]}
            ],
            owners=["{users}"],
        ),
        {"notes": "Changed", "web": {"redirectUris": ["https://sample.example/two"]}, "appRoles": []},
    ),
    "servicePrincipals": Sample(
        {"appId": "{applications.appId}", "displayName": "{prefix} sample", "accountEnabled": True,
         "appRoleAssignedTo": [{"appRoleId": ROLE, "principalId": "{users}"}]},
        {"notes": "Changed", "appRoleAssignedTo": []},
    ),
    "oauth2PermissionGrants": Sample(
        {"clientId": "{servicePrincipals}", "consentType": "Principal", "principalId": "{users}",
         "resourceId": "{servicePrincipals}", "scope": "read"},
        {"scope": "read other"},
    ),
    "identity/conditionalAccess/namedLocations": Sample(
        _named(**{"@odata.type": "#microsoft.graph.ipNamedLocation", "isTrusted": False, "ipRanges": [_RANGE]}),
        {"ipRanges": [_RANGE, _OTHER_RANGE]},
    ),
    "policies/authenticationStrengthPolicies": Sample(
        _named(allowedCombinations=["fido2"]),
        {"description": "Changed", "allowedCombinations": ["fido2", "windowsHelloForBusiness"]},
    ),
    "identity/conditionalAccess/policies": Sample(
        _named(
            state="disabled",
            conditions={
                "applications": {"includeApplications": ["All"]},
                "clientAppTypes": ["all"],
                "users": {"includeUsers": ["{users}"], "excludeGroups": ["{groups}"]},
                "locations": {"includeLocations": ["All"],
                              "excludeLocations": ["{identity/conditionalAccess/namedLocations}"]},
            },
            grantControls={"operator": "OR", "builtInControls": ["mfa"]},
        ),
        {"grantControls": {"operator": "OR", "builtInControls": ["block"]}},
    ),
    "roleManagement/directory/roleDefinitions": Sample(
        _named(
            description="One",
            isEnabled=False,
            rolePermissions=[{"allowedResourceActions": ["microsoft.directory/applications/basic/update"]}],
        ),
        {"description": "Two"},
    ),
    "roleManagement/directory/roleAssignments": Sample(
        {"principalId": "{users}", "roleDefinitionId": DIRECTORY_READERS, "directoryScopeId": "/"}, {}
    ),
    "roleManagement/entitlementManagement/roleAssignments": Sample(
        {"principalId": "{users}", "roleDefinitionId": CATALOG_CREATOR, "directoryScopeId": "/"}, {}
    ),
    "policies/permissionGrantPolicies": Sample(
        {"id": "{prefix}-sample", "displayName": "{prefix} sample", "description": "One",
         "includes": [_CONDITIONS]},
        {"description": "Two"},
    ),
    "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations": Sample(
        _named(), {"displayName": "{prefix} other"}
    ),
    "identity/customAuthenticationExtensions": Sample(
        _named(
            **{"@odata.type": "#microsoft.graph.onTokenIssuanceStartCustomExtension"},
            authenticationConfiguration={"@odata.type": "#microsoft.graph.azureAdTokenAuthentication",
                                         "resourceId": "api://sample.example/{applications.appId}"},
            endpointConfiguration={"@odata.type": "#microsoft.graph.httpRequestEndpoint",
                                   "targetUrl": "https://sample.example/one"},
        ),
        {"description": "Changed"},
    ),
    "identity/authenticationEventListeners": Sample(
        _named(
            **{"@odata.type": "#microsoft.graph.onTokenIssuanceStartListener"},
            handler={"@odata.type": "#microsoft.graph.onTokenIssuanceStartCustomExtensionHandler",
                     "customExtension": {"id": "{identity/customAuthenticationExtensions}"}},
            includeApplications=[{"appId": "{applications.appId}"}],
        ),
        {"includeApplications": []},
    ),
    "identity/authenticationEventsFlows": Sample(
        _named(
            **{"@odata.type": "#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow"},
            description="One",
            identityProviders=["EmailPassword-OAUTH"],
            onAuthenticationMethodLoadStart={
                "@odata.type": "#microsoft.graph.onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp"
            },
            onInteractiveAuthFlowStart={
                "@odata.type": "#microsoft.graph.onInteractiveAuthFlowStartExternalUsersSelfServiceSignUp",
                "isSignUpAllowed": False,
            },
            includeApplications=[{"appId": "{applications.appId}"}],
        ),
        {"description": "Two", "includeApplications": []},
    ),
    "identityGovernance/entitlementManagement/connectedOrganizations": Sample(
        _named(
            description="One",
            state="proposed",
            identitySources=[
                {"@odata.type": "#microsoft.graph.domainIdentitySource", "displayName": "example.com",
                 "domainName": "example.com"}
            ],
            internalSponsors=["{users}"],
        ),
        {"description": "Two", "internalSponsors": []},
    ),
    "identityGovernance/entitlementManagement/catalogs": Sample(
        _named(description="One", state="unpublished", isExternallyVisible=False,
               resources=[{"originId": "{groups}", "originSystem": "AadGroup"}]),
        {"description": "Two"},
    ),
    "identityGovernance/entitlementManagement/accessPackages": Sample(
        _named(
            description="One",
            isHidden=True,
            catalog={"id": "{identityGovernance/entitlementManagement/catalogs}"},
            resourceRoleScopes=[
                {"role": {"originId": "Member_{groups}", "originSystem": "AadGroup"},
                 "scope": {"isRootScope": True, "originId": "{groups}", "originSystem": "AadGroup"}}
            ],
        ),
        {"description": "Two", "resourceRoleScopes": []},
    ),
    "identityGovernance/entitlementManagement/assignmentPolicies": Sample(
        _named(
            description="One",
            accessPackage={"id": "{identityGovernance/entitlementManagement/accessPackages}"},
            allowedTargetScope="notSpecified",
            expiration={"type": "noExpiration"},
        ),
        {"description": "Two"},
    ),
    "identityGovernance/lifecycleWorkflows/workflows": Sample(
        _named(
            category="joiner",
            description="One",
            isEnabled=False,
            isSchedulingEnabled=False,
            executionConditions={"@odata.type": "#microsoft.graph.identityGovernance.onDemandExecutionOnly"},
            tasks=[
                {"executionSequence": 1, "displayName": "Send welcome email", "isEnabled": False,
                 "taskDefinitionId": "70b29d51-b59a-4773-9280-8841dfd3f2ea", "arguments": []}
            ],
        ),
        {"description": "Two"},
    ),
    "policies/activityBasedTimeoutPolicies": _policy(
        '{"ActivityBasedTimeoutPolicy":{"Version":1,"ApplicationPolicies":[{"ApplicationId":"default","WebSessionIdleTimeout":"01:00:00"}]}}',
        '{"ActivityBasedTimeoutPolicy":{"Version":1,"ApplicationPolicies":[{"ApplicationId":"default","WebSessionIdleTimeout":"02:00:00"}]}}',
    ),
    "policies/claimsMappingPolicies": _policy(
        '{"ClaimsMappingPolicy":{"Version":1,"IncludeBasicClaimSet":"true"}}',
        '{"ClaimsMappingPolicy":{"Version":1,"IncludeBasicClaimSet":"false"}}',
    ),
    "policies/homeRealmDiscoveryPolicies": _policy(
        '{"HomeRealmDiscoveryPolicy":{"AccelerateToFederatedDomain":false}}',
        '{"HomeRealmDiscoveryPolicy":{"AccelerateToFederatedDomain":false,"AllowCloudPasswordValidation":true}}',
    ),
    "policies/tokenIssuancePolicies": _policy(
        '{"TokenIssuancePolicy":{"Version":1,"SigningAlgorithm":"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"}}',
        '{"TokenIssuancePolicy":{"Version":1,"TokenResponseSigningPolicy":"TokenOnly"}}',
    ),
    "policies/tokenLifetimePolicies": _policy(
        '{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"01:00:00"}}',
        '{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"02:00:00"}}',
    ),
    "policies/appManagementPolicies": Sample(
        _named(description="One", isEnabled=False), {"description": "Two"}
    ),
}  # fmt: skip

_SINGLE = "the tenant has one of it, which is in use"
_SCARCE = "there is room for few of it, and what is there is in use"
_SLOW = "what is given by request stays for five minutes at least"
_FOR_EVER = "nobody can delete it, and the tenant has room for 500"

NOT_TRIED: Mapping[str, str] = {
    "identityGovernance/entitlementManagement/assignments": "what it gives is delivered by and by, and ends so",
    "organization/branding/localizations": "the first one makes the default branding, too, which everybody sees",
    "identityGovernance/entitlementManagement/catalogs/customWorkflowExtensions": "it needs a Logic App in Azure",
    "identityGovernance/lifecycleWorkflows/customTaskExtensions": "it needs a Logic App in Azure",
    "identityGovernance/accessReviews/definitions": "it begins at once, and mails reviewers",
    "directory/attributeSets": _FOR_EVER,
    "directory/customSecurityAttributeDefinitions": _FOR_EVER,
    "servicePrincipals/synchronization/jobs": "it needs an application from the gallery, and secrets",
    "groupSettings": "the tenant has one of each template, which is in use",
    "groupLifecyclePolicies": _SCARCE,
    "identity/conditionalAccess/authenticationContextClassReferences": _SCARCE,
    "policies/authenticationMethodsPolicy/authenticationMethodConfigurations": _SINGLE,
    "tenantRelationships/multiTenantOrganization/tenants": "another tenant has to join, and must exist",
    "policies/crossTenantAccessPolicy/partners": "it opens the tenant to another one, which must exist",
    "identityGovernance/privilegedAccess/group/eligibilitySchedules": _SLOW,
    "identityGovernance/privilegedAccess/group/assignmentSchedules": _SLOW,
    "roleManagement/directory/roleEligibilitySchedules": _SLOW,
    "roleManagement/directory/roleAssignmentSchedules": _SLOW,
}
"""Kinds that an application may write and of which nothing is made; of singletons and of what nobody can make, the
catalog says it."""
