"""Conditional Access policies, named locations, authentication contexts and strengths (facts §5)."""

from __future__ import annotations

from entragit.resources import policies_writes as writes
from entragit.resources.base import P1, Inherited, Relation, ResourceType
from entragit.resources.facts import SET, Facts, Reference, keyed

POLICIES = "identity/conditionalAccess/policies"
LOCATIONS = "identity/conditionalAccess/namedLocations"
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"
STRENGTHS = "policies/authenticationStrengthPolicies"
AGREEMENTS = "identityGovernance/termsOfUse/agreements"

USERS = Reference(("users",), words=frozenset({"All", "GuestsOrExternalUsers", "None"}))
GROUPS = Reference(("groups",), words=frozenset({"All"}))
ROLES = Reference(("roleManagement/directory/roleDefinitions",))
APPS = Reference(
    ("servicePrincipals", "applications"),
    by="appId",
    words=frozenset({"All", "MicrosoftAdminPortals", "None", "Office365"}),
)
SERVICE_PRINCIPALS = Reference(("servicePrincipals",), words=frozenset({"ServicePrincipalsInMyTenant"}))
MFA_TRUSTED_IPS = "00000000-0000-0000-0000-000000000000"  # the ranges of the old MFA service settings, no location
PLACES = Reference((LOCATIONS,), words=frozenset({"All", "AllTrusted", MFA_TRUSTED_IPS}))

KINDS = (
    ResourceType(
        kind=POLICIES,
        type="conditionalAccessPolicy",
        read=("Policy.Read.All",),
        write=("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess", "Application.Read.All"),
        role="Conditional Access Administrator",
        # Half of one side's conditions with half of the other's is a policy that nobody has thought of.
        facts=Facts(atomic=frozenset({"conditions", "grantControls", "sessionControls"})),
        links=(("grantControls", "authenticationStrength", "id"),),
        writes=writes.POLICY,
        tier=0,
        quota="conditionalAccess",
        licence=P1,
    ),
    ResourceType(
        kind=LOCATIONS,
        type="namedLocation",
        writes=writes.LOCATION,
        read=("Policy.Read.All",),
        write=("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"),
        role="Conditional Access Administrator",
        tier=0,  # a range added to a trusted location goes round every policy that trusts it
        quota="conditionalAccess",
        licence=P1,
    ),
    ResourceType(
        kind=CONTEXTS,
        type="authenticationContextClassReference",
        writes=writes.CONTEXT,
        read=("AuthenticationContext.Read.All",),
        write=("AuthenticationContext.ReadWrite.All",),
        role="Conditional Access Administrator",
        title="id",  # c1 … c99, chosen by the administrator
        unique=True,
        tier=0,
        quota="conditionalAccess",
        licence=P1,
    ),
    ResourceType(
        kind=STRENGTHS,
        type="authenticationStrengthPolicy",
        writes=writes.STRENGTH,
        read=("Policy.Read.AuthenticationMethod",),
        write=("Policy.ReadWrite.AuthenticationMethod",),
        role="Authentication Policy Administrator",
        facts=Facts(
            lists={"allowedCombinations": SET},
            keep=frozenset({"policyType"}),  # tells Microsoft's from the tenant's
        ),
        relations=(
            Relation(
                "combinationConfigurations",
                "child",
                type="authenticationCombinationConfiguration",
                rule=keyed("appliesToCombinations"),
                where={"policyType": "custom"},
                change="patch",
            ),
        ),
        inherited=(Inherited(frozenset({"id", "displayName", "policyType"}), where={"policyType": "builtIn"}),),
        tier=0,
        licence=P1,
    ),
)

# Every list of a policy is a set: Graph tests for membership, and portals save in any order.
FACTS = {
    # Its id changes with every re-creation; each combination has one configuration.
    "authenticationCombinationConfiguration": Facts(lists={"appliesToCombinations": SET}, noise=frozenset({"id"})),
    "fido2CombinationConfiguration": Facts(lists={"allowedAAGUIDs": SET}),
    "x509CertificateCombinationConfiguration": Facts(lists={"allowedIssuerSkis": SET, "allowedPolicyOIDs": SET}),
    "authenticationStrengthLink": Facts(references={"id": Reference((STRENGTHS,))}),
    "conditionalAccessApplications": Facts(
        lists={
            "excludeApplications": SET,
            "includeApplications": SET,
            "includeAuthenticationContextClassReferences": SET,
            "includeUserActions": SET,
        },
        references={
            "excludeApplications": APPS,
            "includeApplications": APPS,
            "includeAuthenticationContextClassReferences": Reference((CONTEXTS,), guid=False),
        },
    ),
    "conditionalAccessClientApplications": Facts(
        lists={"excludeServicePrincipals": SET, "includeServicePrincipals": SET},
        references={"excludeServicePrincipals": SERVICE_PRINCIPALS, "includeServicePrincipals": SERVICE_PRINCIPALS},
    ),
    "conditionalAccessConditionSet": Facts(
        lists={
            "clientAppTypes": SET,
            "servicePrincipalRiskLevels": SET,
            "signInRiskLevels": SET,
            "userRiskLevels": SET,
        }
    ),
    "conditionalAccessEnumeratedExternalTenants": Facts(lists={"members": SET}),  # ids of other tenants
    # Without the terms that it asks for, a policy would ask for less.
    "conditionalAccessGrantControls": Facts(
        lists={"builtInControls": SET, "customAuthenticationFactors": SET, "termsOfUse": SET},
        references={"termsOfUse": Reference((AGREEMENTS,), needed=True)},
    ),
    "conditionalAccessLocations": Facts(
        lists={"excludeLocations": SET, "includeLocations": SET},
        references={"excludeLocations": PLACES, "includeLocations": PLACES},
    ),
    "conditionalAccessPlatforms": Facts(lists={"excludePlatforms": SET, "includePlatforms": SET}),
    "conditionalAccessUsers": Facts(
        lists={
            "excludeGroups": SET,
            "excludeRoles": SET,
            "excludeUsers": SET,
            "includeGroups": SET,
            "includeRoles": SET,
            "includeUsers": SET,
        },
        references={
            "excludeGroups": GROUPS,
            "excludeRoles": ROLES,
            "excludeUsers": USERS,
            "includeGroups": GROUPS,
            "includeRoles": ROLES,
            "includeUsers": USERS,
        },
    ),
    "countryNamedLocation": Facts(lists={"countriesAndRegions": SET}),
    "ipNamedLocation": Facts(lists={"ipRanges": SET}),  # no key: a range is a CIDR block or two addresses
}
