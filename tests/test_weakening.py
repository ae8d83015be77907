"""What makes protection weaker, and what puts it back: each pair of states says which."""

from __future__ import annotations

from typing import Any

import pytest
from write_guids import ADA, BOB
from write_states import ASSIGNMENT, DEFINITION, LOCATION, MORE, POLICY, RANGE
from write_states_identity import PROFILE, PROFILES
from write_states_roles import ACTIVE, ELIGIBLE, FOREVER, GIVEN, PLANNED, RULE

from entragit.model import Body
from entragit.resources.catalog import CATALOG
from entragit.resources.further.delegated_writes import BLOCKS, OPENS
from entragit.resources.weakening import GUEST_ROLES
from entragit.resources.well_known import roles
from entragit.sandbox import role_rules

PKIS = "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations"
CA = {"certificate": "A", "certificateRevocationListUrl": "http://a"}
POLICIES = "identity/conditionalAccess/policies"
LOCATIONS = "identity/conditionalAccess/namedLocations"
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"
STRENGTHS = "policies/authenticationStrengthPolicies"
METHODS = "policies/authenticationMethodsPolicy"
CONFIGURATIONS = f"{METHODS}/authenticationMethodConfigurations"
DEFAULTS = "policies/identitySecurityDefaultsEnforcementPolicy"
AUTHORIZATION = "policies/authorizationPolicy"


def asks(operator: str, *controls: str, **more: Any) -> Body:
    return {**POLICY, "grantControls": {"operator": operator, "builtInControls": list(controls), **more}}


def aimed(**users: list[str]) -> Body:
    return {**POLICY, "conditions": {**POLICY["conditions"], "users": users}}


def where(**conditions: Any) -> Body:
    return {**POLICY, "conditions": {**POLICY["conditions"], **conditions}}


def country(*codes: str) -> Body:
    return {"@odata.type": "#microsoft.graph.countryNamedLocation", "countriesAndRegions": list(codes)}


SETTINGS = "policies/roleManagementPolicies"


def ruled(**said: Any) -> Body:
    return {"id": "a", "rules": [{**RULE, **said}]}


STRONG, STRONGER = {"authenticationStrength": {"id": ADA}}, {"authenticationStrength": {"id": BOB}}
ALL = aimed(includeUsers=["All"])
OFF = POLICY | {"state": "disabled"}
USUAL = asks("OR", "mfa")

CONSENT, PROVIDERS = "policies/permissionGrantPolicies", "identity/identityProviders"
PARTNERS = "policies/crossTenantAccessPolicy/templates/multiTenantOrganizationPartnerConfiguration"
SYNC = "policies/crossTenantAccessPolicy/templates/multiTenantOrganizationIdentitySynchronization"

# Kind, strong state, weak state: one way weakens, and the other way puts protection back.
ON_PREMISES = "directory/onPremisesSynchronization"
LIMIT = {"synchronizationPreventionType": "enabledForCount", "alertThreshold": 500}
LIMITED: Body = {"features": {"blockSoftMatchEnabled": True}, "configuration": {"accidentalDeletionPrevention": LIMIT}}


def limited(**limit: object) -> Body:
    return {**LIMITED, "configuration": {"accidentalDeletionPrevention": LIMIT | limit}}


WEAKER: list[tuple[str, Body | None, Body | None]] = [
    *((ON_PREMISES, {"features": {name: True}}, {"features": {}}) for name in BLOCKS if name not in OPENS),
    *((ON_PREMISES, {"features": {name: False}}, {"features": {name: True}}) for name in OPENS if name not in BLOCKS),
    (ON_PREMISES, LIMITED, {"features": LIMITED["features"]}),
    (ON_PREMISES, LIMITED, limited(alertThreshold=5000)),
    (ON_PREMISES, LIMITED, limited(synchronizationPreventionType="disabled")),
    (CONSENT, {"id": "a"}, {"id": "a", "includes": [{"permissionType": "delegated"}]}),
    (CONSENT, {"id": "a", "excludes": [{"permissionType": "application"}]}, {"id": "a"}),
    (POLICIES, POLICY, OFF),
    (POLICIES, POLICY, POLICY | {"state": "enabledForReportingButNotEnforced"}),
    (POLICIES, ALL, aimed(includeUsers=["All"], excludeUsers=[ADA])),
    (POLICIES, aimed(includeGroups=sorted([ADA, BOB])), aimed(includeGroups=[ADA])),
    (POLICIES, where(applications={"includeApplications": [ADA, BOB]}),
     where(applications={"includeApplications": [ADA]})),
    (POLICIES, USUAL, asks("OR", "compliantDevice", "mfa")),
    (POLICIES, asks("AND", "compliantDevice", "mfa"), USUAL),
    (POLICIES, asks("AND", "compliantDevice", "mfa"), asks("OR", "compliantDevice", "mfa")),
    (POLICIES, asks("AND", "mfa", **STRONG), asks("AND", "mfa")),
    (POLICIES, asks("OR", "block"), USUAL),
    (POLICIES, POLICY | {"sessionControls": {"signInFrequency": {"value": 1}}}, POLICY),
    (POLICIES, POLICY, POLICY | {"sessionControls": {"continuousAccessEvaluation": {"mode": "disabled"}}}),
    (LOCATIONS, LOCATION, LOCATION | {"ipRanges": [RANGE, MORE]}),
    (LOCATIONS, LOCATION | {"isTrusted": False}, LOCATION),
    (CONTEXTS, {"isAvailable": True}, {"isAvailable": False}),
    (STRENGTHS, {"allowedCombinations": ["fido2"]}, {"allowedCombinations": ["fido2", "sms,password"]}),
    (AUTHORIZATION, {"allowInvitesFrom": "none"}, {"allowInvitesFrom": "everyone"}),
    (AUTHORIZATION, {"guestUserRoleId": "2af84b1e-32c8-42b7-82bc-daa82404023b"},
     {"guestUserRoleId": "a0b1b346-4d3e-4e8b-98f8-753987be4970"}),
    (AUTHORIZATION, {"allowedToUseSSPR": False}, {"allowedToUseSSPR": True}),
    (AUTHORIZATION, {"blockMsolPowerShell": True}, {"blockMsolPowerShell": False}),
    (AUTHORIZATION, {"defaultUserRolePermissions": {"allowedToCreateApps": False}},
     {"defaultUserRolePermissions": {"allowedToCreateApps": True}}),
    (AUTHORIZATION, {"defaultUserRolePermissions": {}},
     {"defaultUserRolePermissions": {"permissionGrantPoliciesAssigned": ["legacy"]}}),
    (METHODS, {"policyMigrationState": "migrationComplete"}, {"policyMigrationState": "preMigration"}),
    (CONFIGURATIONS, {"id": "Sms", "state": "disabled"}, {"id": "Sms", "state": "enabled"}),
    (CONFIGURATIONS, {"id": "Fido2", "state": "enabled"}, {"id": "Fido2", "state": "disabled"}),
    (CONFIGURATIONS, {"id": "Sms", "includeTargets": []}, {"id": "Sms", "includeTargets": [{"id": "all_users"}]}),
    (CONFIGURATIONS, {"id": "Fido2", "excludeTargets": []}, {"id": "Fido2", "excludeTargets": [{"id": ADA}]}),
    (DEFAULTS, {"isEnabled": True}, {"isEnabled": False}),
    ("roleManagement/directory/roleDefinitions", DEFINITION, DEFINITION | {"rolePermissions": [
        {"allowedResourceActions": ["microsoft.a/b/read", "microsoft.a/b/update"]}]}),
    ("roleManagement/directory/roleAssignments", None, ASSIGNMENT),
    (PROFILES, None, PROFILE),
    (PKIS, {"certificateAuthorities": [CA]}, {"certificateAuthorities": [CA, CA | {"certificate": "B"}]}),
    ("organization", {}, {"certificateBasedAuthConfiguration": [{"certificateAuthorities": [CA]}]}),
    (PROFILES, PROFILE | {"state": "disabled"}, PROFILE),
    (SETTINGS, ruled(), ruled(maximumDuration="P1D")),
    (role_rules.OF_GROUPS[0], ruled(), ruled(maximumDuration="P1D")),
    (SETTINGS, ruled(maximumDuration="P6M"), ruled(maximumDuration=None)),
    (SETTINGS, ruled(), ruled(isExpirationRequired=False)),
    (SETTINGS, ruled(enabledRules=["Justification", "Ticketing"]), ruled(enabledRules=["Ticketing"])),
    (SETTINGS, ruled(isEnabled=True, claimValue="c1"), ruled(isEnabled=False, claimValue="c1")),
    (SETTINGS, ruled(setting={"isApprovalRequired": True}), ruled(setting={"isApprovalRequired": False})),
    (SETTINGS, ruled(), {"id": "a"}),
    (ELIGIBLE, None, GIVEN),
    (ACTIVE, None, GIVEN),
    (ELIGIBLE, GIVEN, GIVEN | {"scheduleInfo": FOREVER}),
    (ELIGIBLE, GIVEN | {"scheduleInfo": PLANNED}, GIVEN),
]  # fmt: skip

# Where nobody can tell: either way counts.
UNCLEAR: list[tuple[str, Body, Body]] = [
    (
        SETTINGS,
        ruled(setting={"isApprovalRequired": True, "approvalStages": []}),
        ruled(setting={"isApprovalRequired": True, "approvalStages": [{}]}),
    ),
    (SETTINGS, ruled(isEnabled=True, claimValue="c1"), ruled(isEnabled=True, claimValue="c2")),
    (SETTINGS, ruled(maximumDuration="P6M"), ruled(maximumDuration="P1Y")),
    (SETTINGS, ruled(maximumDuration="P6M"), ruled(maximumDuration="P400D")),
    ("policies/featureRolloutPolicies", {"isEnabled": True}, {"isEnabled": False}),
    (ON_PREMISES, {"features": {"passwordSyncEnabled": True}}, {"features": {}}),
    (ON_PREMISES, LIMITED, limited(synchronizationPreventionType="enabledForPercentage")),
    (PROVIDERS, {"id": "Google-OAUTH", "clientId": "a"}, {"id": "Google-OAUTH", "clientId": "b"}),
    (
        "policies/crossTenantAccessPolicy/partners",
        {"inboundTrust": {"isMfaAccepted": False}},
        {"inboundTrust": {"isMfaAccepted": True}},
    ),
    (PARTNERS, {"inboundTrust": {"isMfaAccepted": False}}, {"inboundTrust": {"isMfaAccepted": True}}),
    (SYNC, {"userSyncInbound": {"isSyncAllowed": False}}, {"userSyncInbound": {"isSyncAllowed": True}}),
    (POLICIES, asks("AND", "mfa", **STRONG), asks("AND", "mfa", **STRONGER)),
    (POLICIES, where(clientAppTypes=["all"]), where(clientAppTypes=["browser"])),
    (POLICIES, where(userRiskLevels=["high"]), where(userRiskLevels=["high", "low"])),
    (LOCATIONS, country("DE"), country("DE", "FR")),
    ("domains", {"authenticationType": "Managed"}, {"authenticationType": "Federated"}),
    (PROFILES, PROFILE, PROFILE | {"verifierDid": "did:web:b"}),
    (PKIS, {"certificateAuthorities": [CA]}, {"certificateAuthorities": [CA | {"certificateRevocationListUrl": "b"}]}),
    (
        "identity/customAuthenticationExtensions",
        {"endpointConfiguration": {"targetUrl": "https://a"}},
        {"endpointConfiguration": {"targetUrl": "https://b"}},
    ),
    ("domains", {"federationConfiguration": [{"issuerUri": "a"}]}, {"federationConfiguration": [{"issuerUri": "b"}]}),
    (
        "policies/crossTenantAccessPolicy/default",
        {"inboundTrust": {"isMfaAccepted": False}},
        {"inboundTrust": {"isMfaAccepted": True}},
    ),
    (ELIGIBLE, GIVEN, GIVEN | {"principalId": BOB}),
    ("tenantRelationships/multiTenantOrganization/tenants", {"role": "member"}, {"role": "owner"}),
    ("identity/authenticationEventListeners", {"handler": {"a": 1}}, {"handler": {"a": 2}}),
    (
        "identity/authenticationEventsFlows",
        {"onInteractiveAuthFlowStart": {"a": 1}},
        {"onInteractiveAuthFlowStart": {"a": 2}},
    ),
]

# What weakens nothing at all.
HARMLESS: list[tuple[str, Body | None, Body | None]] = [
    (ON_PREMISES, limited(synchronizationPreventionType="disabled"), LIMITED),
    (ON_PREMISES, LIMITED, LIMITED | {"features": {"blockSoftMatchEnabled": True, "groupWriteBackEnabled": True}}),
    (POLICIES, OFF, OFF | {"conditions": {}}),
    (POLICIES, OFF, None),
    (POLICIES, None, POLICY),
    (POLICIES, POLICY, POLICY | {"displayName": "other", "description": "words"}),
    (POLICIES, asks("OR", "mfa"), asks("AND", "mfa")),
    (POLICIES, USUAL, asks("OR", "block")),
    (LOCATIONS, LOCATION, LOCATION | {"displayName": "other"}),
    ("roleManagement/directory/roleAssignments", ASSIGNMENT, None),
    (STRENGTHS, None, {"allowedCombinations": ["fido2"]}),
    ("organization", {"displayName": "a"}, {"displayName": "b"}),
]


def said(kind: str, before: Body | None, after: Body | None) -> tuple[str, ...]:
    weakens = CATALOG[kind].writes.weakens
    assert weakens is not None
    return weakens(before, after)


@pytest.mark.parametrize(("kind", "strong", "weak"), WEAKER)
def test_one_way_weakens_and_the_other_puts_protection_back(kind: str, strong: Body | None, weak: Body | None) -> None:
    assert len(said(kind, strong, weak)) == 1
    assert said(kind, weak, strong) == ()


@pytest.mark.parametrize(("kind", "one", "other"), UNCLEAR)
def test_what_nobody_can_tell_counts_either_way(kind: str, one: Body, other: Body) -> None:
    assert said(kind, one, other)
    assert said(kind, other, one)


@pytest.mark.parametrize(("kind", "before", "after"), HARMLESS)
def test_what_weakens_nothing_says_nothing(kind: str, before: Body | None, after: Body | None) -> None:
    assert said(kind, before, after) == ()


def test_an_enforced_policy_that_goes_is_said() -> None:
    assert said(POLICIES, POLICY, None) == ("is deleted",)


@pytest.mark.parametrize("kind", [name for name, kind in CATALOG.items() if kind.tier == 0])
def test_what_stays_weakens_nothing(kind: str) -> None:
    bodies = [body for name, *pair in (*WEAKER, *UNCLEAR) if name == kind for body in pair if body]
    assert bodies
    assert all(said(kind, body, dict(body)) == () for body in bodies)


def test_what_guests_may_be_are_roles_of_microsofts() -> None:
    assert [roles()[own] for own in GUEST_ROLES] == ["Restricted Guest User", "Guest User", "User"]
