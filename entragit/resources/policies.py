"""Tenant-wide policies: authorization, authentication methods, security defaults (facts §5)."""

from __future__ import annotations

from entragit.resources import policies_writes as writes
from entragit.resources.base import ResourceType
from entragit.resources.facts import SET, Facts, ListRule, Reference, keyed

METHODS = "policies/authenticationMethodsPolicy"
TARGETS: ListRule = keyed("targetType", "id")
WHOM = frozenset({"excludeTargets", "includeTargets"})  # who may use a method is decided as one
GROUPS = Reference(("groups",), words=frozenset({"all_users"}))
GROUPS_AND_USERS = Reference(("groups", "users"), words=frozenset({"all_users"}))
NOBODY = "00000000-0000-0000-0000-000000000000"
FEATURE_TARGETS = Reference(
    ("groups", "directory/administrativeUnits", "roleManagement/directory/roleDefinitions"),
    words=frozenset({"all_users", NOBODY}),
)

# "ManagePermissionGrantsForSelf.microsoft-user-default-low"
CONSENT = Reference(("policies/permissionGrantPolicies",), within=r"ManagePermissionGrantsFor\w+\.(.+)", guid=False)

KINDS = (
    ResourceType(
        kind="policies/authorizationPolicy",
        type="authorizationPolicy",
        writes=writes.AUTHORIZATION,
        shape="singleton",
        read=("Policy.Read.All",),
        write=("Policy.ReadWrite.Authorization",),
        role="Privileged Role Administrator",
        title="",
        facts=Facts(references={"guestUserRoleId": Reference(("roleManagement/directory/roleDefinitions",))}),
        tier=0,
    ),
    ResourceType(
        kind=METHODS,
        type="authenticationMethodsPolicy",
        writes=writes.METHODS,
        shape="singleton",
        read=("Policy.Read.AuthenticationMethod",),
        write=("Policy.ReadWrite.AuthenticationMethod",),
        role="Authentication Policy Administrator",
        title="",
        # The methods come inside the policy, too; their home is a kind of their own.
        facts=Facts(noise=frozenset({"authenticationMethodConfigurations"})),
        tier=0,
    ),
    ResourceType(
        kind=f"{METHODS}/authenticationMethodConfigurations",
        type="authenticationMethodConfiguration",
        writes=writes.CONFIGURATION,
        read=("Policy.Read.AuthenticationMethod",),
        write=("Policy.ReadWrite.AuthenticationMethod",),
        role="Authentication Policy Administrator",
        title="id",  # "Fido2", "Sms", …
        unique=True,
        facts=Facts(lists={"excludeTargets": TARGETS, "includeTargets": TARGETS}, atomic=WHOM),
        tier=0,
    ),
    ResourceType(
        kind="policies/identitySecurityDefaultsEnforcementPolicy",
        type="identitySecurityDefaultsEnforcementPolicy",
        writes=writes.SECURITY_DEFAULTS,
        shape="singleton",
        read=("Policy.Read.All",),
        write=("Policy.Read.All", "Policy.ReadWrite.SecurityDefaults"),
        role="Conditional Access Administrator",
        title="",
        facts=Facts(noise=frozenset({"description", "displayName"})),  # Microsoft's words; only isEnabled is ours
        tier=0,
    ),
)

FACTS = {
    "authenticationMethodTarget": Facts(references={"id": GROUPS}),
    "authenticationMethodFeatureConfiguration": Facts(atomic=frozenset({"excludeTarget", "includeTarget"})),
    "authenticationMethodsRegistrationCampaign": Facts(
        lists={"excludeTargets": TARGETS, "includeTargets": TARGETS}, atomic=WHOM
    ),
    "authenticationMethodsRegistrationCampaignIncludeTarget": Facts(references={"id": GROUPS_AND_USERS}),
    "defaultUserRolePermissions": Facts(
        lists={"permissionGrantPoliciesAssigned": SET}, references={"permissionGrantPoliciesAssigned": CONSENT}
    ),
    "excludeTarget": Facts(references={"id": GROUPS_AND_USERS}),
    "externalAuthenticationMethodConfiguration": Facts(
        references={"appId": Reference(("servicePrincipals", "applications"), by="appId")}
    ),
    "featureTarget": Facts(references={"id": FEATURE_TARGETS}),
    "fido2AuthenticationMethodConfiguration": Facts(lists={"passkeyProfiles": keyed("id")}),
    "fido2KeyRestrictions": Facts(lists={"aaGuids": SET}),
    "includeTarget": Facts(references={"id": GROUPS}),
    "passkeyAuthenticationMethodTarget": Facts(lists={"allowedPasskeyProfiles": SET}),
    "verifiableCredentialAuthenticationMethodTarget": Facts(
        lists={"verifiedIdProfiles": SET},
        references={"verifiedIdProfiles": Reference(("identity/verifiedId/profiles",))},
    ),
    "x509CertificateAuthenticationMethodConfiguration": Facts(
        lists={
            "certificateAuthorityScopes": keyed("publicKeyInfrastructureIdentifier", "subjectKeyIdentifier"),
            "certificateUserBindings": keyed("x509CertificateField", "userProperty"),  # their order is `priority`
        }
    ),
    "x509CertificateAuthenticationModeConfiguration": Facts(
        lists={"rules": keyed("x509CertificateRuleType", "identifier")}
    ),
    "x509CertificateAuthorityScope": Facts(lists={"includeTargets": TARGETS}, atomic=frozenset({"includeTargets"})),
    "x509CertificateCRLValidationConfiguration": Facts(
        lists={"exemptedCertificateAuthoritiesSubjectKeyIdentifiers": SET}
    ),
}
