"""The catalog says of each kind what it should, and agrees with Graph's types and with itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from entragit.resources.catalog import CATALOG, FACTS, FORMAT, MODULES, ROOTS
from entragit.resources.check import hook_share, problems
from entragit.resources.check import main as check_main
from entragit.resources.check_facts import left_out, reachable
from entragit.resources.facts import SEQUENCE, SET, Facts, ListRule, keyed
from entragit.resources.fields import Field, decided, fields, of, selected
from entragit.resources.metadata import concrete, properties

CA = "identity/conditionalAccess"
ENTITLEMENT = "identityGovernance/entitlementManagement"
METHODS = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations"


def test_the_catalog_agrees_with_graph_and_itself() -> None:
    assert list(problems(CATALOG, FACTS)) == []


def test_hooks_are_the_exception(capsys: pytest.CaptureFixture[str]) -> None:
    assert hook_share(CATALOG) < 1 / 5
    assert check_main() == 0
    assert re.fullmatch(rf"\d+% of {len(CATALOG)} kinds have a hook\n", capsys.readouterr().out)


def test_the_core_is_there() -> None:
    assert FORMAT == 2
    assert set(CATALOG) >= {
        "users", "groups", "devices", "directory/administrativeUnits", "groupSettings", "organization", "domains",
        "applications", "servicePrincipals", "oauth2PermissionGrants",
        f"{CA}/policies", f"{CA}/namedLocations", f"{CA}/authenticationContextClassReferences",
        "policies/authenticationStrengthPolicies", "policies/authorizationPolicy",
        "policies/authenticationMethodsPolicy", METHODS, "policies/identitySecurityDefaultsEnforcementPolicy",
        "roleManagement/directory/roleDefinitions", "roleManagement/directory/roleAssignments",
    }  # fmt: skip
    assert set(ROOTS) >= {
        "users", "groups", "devices", "directory", "groupSettings", "organization.yaml", "domains", "applications",
        "servicePrincipals", "oauth2PermissionGrants", "identity", "policies", "roleManagement",
    }  # fmt: skip
    assert all(CATALOG[kind].type in FACTS for kind in CATALOG)


def test_nothing_is_said_twice() -> None:
    assert sum(len(module.KINDS) for module in MODULES) == len(CATALOG)
    assert sum(len(module.FACTS) for module in MODULES) + len({kind.type for kind in CATALOG.values()}) == len(FACTS)


def test_kinds_of_one_type_agree_about_it() -> None:
    assert all(FACTS[kind.type] == kind.facts for kind in CATALOG.values())


def test_what_can_lock_out_or_hand_over_is_tier_zero() -> None:
    assert {kind for kind, entry in CATALOG.items() if entry.tier == 0} == {
        "identity/customAuthenticationExtensions", "identity/authenticationEventListeners",
        "identity/authenticationEventsFlows",
        "organization", "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations",
        "domains", f"{CA}/policies", f"{CA}/namedLocations", f"{CA}/authenticationContextClassReferences",
        "policies/authenticationStrengthPolicies", "policies/authorizationPolicy",
        "policies/authenticationMethodsPolicy", METHODS, "policies/identitySecurityDefaultsEnforcementPolicy",
        "roleManagement/directory/roleDefinitions", "roleManagement/directory/roleAssignments",
        "identity/verifiedId/profiles",
        "policies/crossTenantAccessPolicy/default", "policies/permissionGrantPolicies", "identity/identityProviders",
        "policies/crossTenantAccessPolicy/partners", "tenantRelationships/multiTenantOrganization/tenants",
        "policies/crossTenantAccessPolicy/templates/multiTenantOrganizationIdentitySynchronization",
        "policies/crossTenantAccessPolicy/templates/multiTenantOrganizationPartnerConfiguration",
        "identityGovernance/privilegedAccess/group/roleManagementPolicies",
        "policies/roleManagementPolicies", "policies/featureRolloutPolicies", "directory/onPremisesSynchronization",
        "roleManagement/directory/roleEligibilitySchedules", "roleManagement/directory/roleAssignmentSchedules",
    }  # fmt: skip
    assert {kind for kind, entry in CATALOG.items() if entry.tier == 1} == {
        "tenantRelationships/multiTenantOrganization",
        "groups", "applications", "servicePrincipals", "oauth2PermissionGrants",
        "roleManagement/entitlementManagement/roleAssignments",
        "identityGovernance/privilegedAccess/group/eligibilitySchedules",
        "identityGovernance/privilegedAccess/group/assignmentSchedules",
        "policies/authenticationFlowsPolicy", "policies/adminConsentRequestPolicy", "policies/deviceRegistrationPolicy",
        "policies/federatedTokenValidationPolicy", "policies/crossTenantAccessPolicy",
        "policies/activityBasedTimeoutPolicies", "policies/claimsMappingPolicies",
        "policies/homeRealmDiscoveryPolicies",
        "policies/tokenIssuancePolicies", "policies/tokenLifetimePolicies", "policies/appManagementPolicies",
        "policies/defaultAppManagementPolicy",
        f"{ENTITLEMENT}/connectedOrganizations", f"{ENTITLEMENT}/catalogs", f"{ENTITLEMENT}/accessPackages",
        f"{ENTITLEMENT}/catalogs/customWorkflowExtensions",
        f"{ENTITLEMENT}/assignmentPolicies", f"{ENTITLEMENT}/assignments",
        "identityGovernance/accessReviews/definitions", "identityGovernance/lifecycleWorkflows/workflows",
        "identityGovernance/lifecycleWorkflows/customTaskExtensions", "servicePrincipals/synchronization/jobs",
    }  # fmt: skip


def test_large_collections_are_sharded() -> None:
    sharded = {kind for kind, entry in CATALOG.items() if entry.sharded}
    assert sharded == {"users", "groups", "devices", "servicePrincipals"}


def test_reading_needs_no_write_permission() -> None:
    for entry in CATALOG.values():
        if entry.asked:  # off by default for that very reason
            continue
        relations = (relation for relation in entry.relations if not relation.asked)
        read = {*entry.read, *entry.needs.values(), *(word for relation in relations for word in relation.read)}
        assert not [permission for permission in read if "Write" in permission], entry.kind


# kind (or Graph type) → (in the body, left out of it)
PROPERTIES: Mapping[str, tuple[str, str]] = {
    "users": (
        "id userPrincipalName accountEnabled mail onPremisesSyncEnabled onPremisesImmutableId assignedLicenses "
        "identities employeeLeaveDateTime usageLocation passwordPolicies manager sponsors",
        "passwordProfile signInActivity createdDateTime deletedDateTime lastPasswordChangeDateTime proxyAddresses "
        "imAddresses licenseAssignmentStates securityIdentifier assignedPlans provisionedPlans externalUserState "
        "signInSessionsValidFromDateTime onPremisesLastSyncDateTime onPremisesSamAccountName isManagementRestricted "
        "onPremisesProvisioningErrors serviceProvisioningErrors mailboxSettings aboutMe skills",
    ),
    "groups": (
        "groupTypes isAssignableToRole visibility uniqueName assignedLicenses assignedLabels membershipRule "
        "membershipRuleProcessingState onPremisesSyncEnabled resourceBehaviorOptions members owners",
        "mail proxyAddresses securityIdentifier renewedDateTime expirationDateTime licenseProcessingState isArchived "
        "onPremisesSamAccountName unseenCount allowExternalSenders hasMembersWithLicenseErrors organizationId",
    ),
    "devices": (
        "deviceId displayName accountEnabled extensionAttributes operatingSystem trustType registeredOwners",
        "isCompliant isManaged approximateLastSignInDateTime operatingSystemVersion physicalIds systemLabels model "
        "registrationDateTime complianceExpirationDateTime alternativeSecurityIds deviceVersion",
    ),
    "directory/administrativeUnits": ("isMemberManagementRestricted visibility membershipRule members", ""),
    "groupSettings": ("displayName templateId values", ""),
    "organization": (
        "displayName technicalNotificationMails privacyProfile onPremisesSyncEnabled",
        "verifiedDomains assignedPlans provisionedPlans createdDateTime onPremisesLastSyncDateTime directorySizeQuota",
    ),
    "domains": (
        "id isDefault isVerified isInitial authenticationType supportedServices passwordValidityPeriodInDays",
        "state availabilityStatus isRoot manufacturer",
    ),
    "applications": (
        "appId applicationTemplateId uniqueName verifiedPublisher identifierUris keyCredentials passwordCredentials "
        "requiredResourceAccess federatedIdentityCredentials extensionProperties owners logo",
        "createdDateTime publisherDomain createdByAppId certification disabledByMicrosoftStatus",
    ),
    "servicePrincipals": (
        "appId servicePrincipalType appOwnerOrganizationId accountEnabled tags keyCredentials appRoleAssignments "
        "appRoleAssignedTo delegatedPermissionClassifications",
        "appRoles oauth2PermissionScopes appDisplayName appDescription info verifiedPublisher signInAudience",
    ),
    "oauth2PermissionGrants": ("clientId resourceId principalId consentType scope", ""),
    f"{CA}/policies": ("state conditions grantControls sessionControls", "createdDateTime modifiedDateTime"),
    "policies/authenticationStrengthPolicies": (
        "policyType allowedCombinations combinationConfigurations",
        "requirementsSatisfied createdDateTime modifiedDateTime",
    ),
    "policies/authorizationPolicy": ("guestUserRoleId displayName defaultUserRolePermissions", "deletedDateTime"),
    "policies/authenticationMethodsPolicy": (
        "registrationEnforcement policyMigrationState",
        "policyVersion lastModifiedDateTime authenticationMethodConfigurations description",
    ),
    "policies/identitySecurityDefaultsEnforcementPolicy": ("isEnabled", "displayName description"),
    "roleManagement/directory/roleDefinitions": ("isBuiltIn templateId rolePermissions version", ""),
    "roleManagement/directory/roleAssignments": (
        "principalId roleDefinitionId directoryScopeId appScopeId condition",
        "principalOrganizationId",
    ),
    "keyCredential": ("keyId customKeyIdentifier displayName usage type startDateTime endDateTime", "key"),
    "passwordCredential": ("keyId displayName startDateTime endDateTime", "secretText hint"),
    "appRoleAssignment": ("appRoleId resourceId principalId", "id createdDateTime principalDisplayName principalType"),
    "appRole": ("id value isEnabled allowedMemberTypes", "origin"),
    "permissionScope": ("id value type", "origin"),
    "resourceAccess": ("id type", ""),
    "informationalUrl": ("marketingUrl privacyStatementUrl supportUrl termsOfServiceUrl", "logoUrl"),
    "federatedIdentityCredential": ("name issuer subject audiences", "id"),
    "extensionProperty": ("name dataType targetObjects", "id appDisplayName isSyncedFromOnPremises"),
}


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_body_holds_what_an_administrator_decides(name: str) -> None:
    known = of(CATALOG[name], {}) if name in CATALOG else fields(name)
    kept, noise = (words.split() for words in PROPERTIES[name])
    assert [key for key in kept if key not in known or known[key].noise] == []
    assert [key for key in noise if not known[key].noise] == []


def test_nothing_secret_is_in_a_body() -> None:
    names = {key for name in reachable(CATALOG, FACTS) for key, field in fields(name).items() if not field.noise}
    assert not names & {"password", "passwordProfile", "secretText", "hint", "clientSecret"}
    assert fields("keyCredential")["key"].noise


LISTS: Mapping[tuple[str, str], ListRule] = {
    ("user", "assignedLicenses"): keyed("skuId"),
    ("assignedLicense", "disabledPlans"): SET,
    ("application", "appRoles"): keyed("id"),
    ("application", "requiredResourceAccess"): keyed("resourceAppId"),
    ("requiredResourceAccess", "resourceAccess"): keyed("id", "type"),
    ("apiApplication", "preAuthorizedApplications"): keyed("appId"),
    ("webApplication", "redirectUris"): SET,
    ("optionalClaims", "idToken"): keyed("name", "source"),
    ("groupSetting", "values"): keyed("name"),
    ("conditionalAccessUsers", "excludeGroups"): SET,
    ("fido2AuthenticationMethodConfiguration", "includeTargets"): keyed("targetType", "id"),
    ("smsAuthenticationMethodConfiguration", "excludeTargets"): keyed("targetType", "id"),
    ("unifiedRolePermission", "allowedResourceActions"): SET,
    ("ipNamedLocation", "ipRanges"): SET,
    ("countryNamedLocation", "countriesAndRegions"): SET,
    ("authenticationStrengthPolicy", "allowedCombinations"): SET,
}


@pytest.mark.parametrize(("type_name", "name"), LISTS)
def test_lists_pair_by_what_tells_their_elements_apart(type_name: str, name: str) -> None:
    field = fields(type_name)[name]
    assert (field.many, field.rule) == (True, LISTS[type_name, name])


# (type, property) → (kinds, by)
REFERENCES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("conditionalAccessUsers", "includeUsers"): ("users", "id"),
    ("conditionalAccessUsers", "excludeRoles"): ("roleManagement/directory/roleDefinitions", "id"),
    ("conditionalAccessApplications", "includeApplications"): ("servicePrincipals applications", "appId"),
    ("conditionalAccessLocations", "excludeLocations"): (f"{CA}/namedLocations", "id"),
    ("authenticationStrengthLink", "id"): ("policies/authenticationStrengthPolicies", "id"),
    ("requiredResourceAccess", "resourceAppId"): ("servicePrincipals applications", "appId"),
    ("resourceAccess", "id"): ("applications servicePrincipals", "permission"),
    ("appRoleAssignment", "appRoleId"): ("applications servicePrincipals", "permission"),
    ("appRoleAssignment", "principalId"): ("users groups servicePrincipals", "id"),
    ("oAuth2PermissionGrant", "clientId"): ("servicePrincipals", "id"),
    ("unifiedRoleAssignment", "roleDefinitionId"): (
        "roleManagement/directory/roleDefinitions roleManagement/entitlementManagement/roleDefinitions",
        "id",
    ),
    ("smsAuthenticationMethodTarget", "id"): ("groups", "id"),
    ("authorizationPolicy", "guestUserRoleId"): ("roleManagement/directory/roleDefinitions", "id"),
}


@pytest.mark.parametrize(("type_name", "name"), REFERENCES)
def test_references_name_kinds(type_name: str, name: str) -> None:
    kinds, by = REFERENCES[type_name, name]
    reference = fields(type_name)[name].reference
    assert reference is not None
    assert (reference.to, reference.by) == (tuple(kinds.split()), by)


GUID = "1c2a91c4-0b1c-4d3e-8f00-9a8b7c6d5e4f"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/", None),
        (f"/{GUID}", GUID),
        (f"/administrativeUnits/{GUID}", GUID),
        (f"/administrativeUnits/{GUID.upper()}", GUID.upper()),
        (f"/attributeSets/{GUID}", None),
        (f"/{GUID}/more", None),
        ("/administrativeUnits/", None),
    ],
)
def test_the_scope_of_a_role_assignment_names_a_resource(text: str, found: str | None) -> None:
    reference = fields("unifiedRoleAssignment")["directoryScopeId"].reference
    assert reference is not None
    assert reference.within is not None
    match = re.search(reference.within, text)
    assert (match and match[1]) == found


def test_users_are_asked_for_what_graph_hides_but_not_for_what_it_refuses() -> None:
    names = set(selected(CATALOG["users"]))
    assert names >= {
        "accountEnabled",
        "customSecurityAttributes",
        "employeeOrgData",
        "licenseAssignmentStates",
        "onPremisesExtensionAttributes",
    }
    assert not names & {
        "aboutMe",
        "mailboxSettings",
        "skills",
        "passwordProfile",
        "manager",
    }
    assert "assignedLicenses" not in names


def test_nothing_that_only_one_object_answers_is_asked_of_a_list() -> None:
    for kind in CATALOG:
        rows = properties(CATALOG[kind].type)
        assert not [name for name in selected(CATALOG[kind]) if rows[name].get_only_single or rows[name].write_only]


def test_service_principals_are_listed_without_the_bulk_of_their_applications() -> None:
    assert not {"appRoles", "oauth2PermissionScopes", "info"} & set(selected(CATALOG["servicePrincipals"]))
    assert {"appId", "servicePrincipalType", "appOwnerOrganizationId"} <= set(selected(CATALOG["servicePrincipals"]))


def test_kinds_that_hide_nothing_are_read_as_they_come() -> None:
    assert selected(CATALOG[f"{CA}/policies"]) == selected(CATALOG["domains"]) == ()


def test_what_decides_a_reading_is_read() -> None:
    """A relation's conditions, what others decide and the hooks' sources must be asked for where names are listed."""
    for kind, entry in CATALOG.items():
        ways = {way for relation in entry.relations for way in {*relation.where, *relation.unless}}
        names = {way.split("/")[0] for way in ways}
        names |= {name for rule in entry.inherited for name in rule.where}
        names |= {relation.hidden[0] for relation in entry.relations if relation.hidden}
        asked = set(selected(CATALOG[kind])) or {name for name, field in of(entry, {}).items() if not field.noise}
        assert names <= asked | {"@odata.type"}, kind  # sent of a derived type, whatever is asked for


def test_unknown_types_have_no_fields() -> None:
    assert fields("futureThing") == {}


def test_a_body_of_a_derived_type_has_its_fields() -> None:
    country = {"@odata.type": "#microsoft.graph.countryNamedLocation"}
    known = of(CATALOG[f"{CA}/namedLocations"], country)
    assert known["countriesAndRegions"].rule == SET
    assert "countriesAndRegions" not in of(CATALOG[f"{CA}/namedLocations"], {})
    assert concrete("namedLocation", {"@odata.type": "#microsoft.graph.futureNamedLocation"}) == "namedLocation"


def test_noise_may_name_a_relationship() -> None:
    known = of(CATALOG["policies/authenticationMethodsPolicy"], {})
    assert known["authenticationMethodConfigurations"] == Field("", noise=True)


def test_fields_are_made_once() -> None:
    body: dict[str, object] = {"userPrincipalName": "ada@contoso.com"}
    assert of(CATALOG["users"], body) is of(CATALOG["users"], dict(body))
    assert fields("user") is fields("user")


def test_what_a_type_says_goes_before_what_its_base_says() -> None:
    base = Facts(noise=frozenset({"a", "c"}), keep=frozenset({"b"}))
    derived = Facts(noise=frozenset({"b"}), keep=frozenset({"a"}))
    assert decided([base, derived]) == {"a": False, "b": True, "c": True}


def test_the_self_check_reads_facts_as_fields_do() -> None:
    for name in reachable(CATALOG, FACTS):
        for field in fields(name).values():
            assert field.property is None or field.noise == left_out(name, field.property, FACTS)


def test_a_list_without_a_rule_would_keep_its_order() -> None:
    assert fields("x509CertificateRule")["identifier"].rule == SEQUENCE


def test_kinds_are_frozen() -> None:
    entry = CATALOG["users"]
    assert replace(entry, tier=0) != entry
    with pytest.raises(TypeError):
        CATALOG["users"] = entry  # type: ignore[index]  # that it can't be done is the point
