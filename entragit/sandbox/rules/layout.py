"""Which paths are served and how each list behaves (facts §1, §3, §5)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from entragit.sandbox.rules import types
from entragit.sandbox.rules.row import WHOLE, Listing
from entragit.sandbox.rules.rows import ROWS, below

SINGLETONS = frozenset(
    {
        "policies/authorizationPolicy",
        "policies/authenticationMethodsPolicy",
        "policies/identitySecurityDefaultsEnforcementPolicy",
        *(row.path for row in ROWS if row.single),
    }
)
BETA = frozenset(row.path for row in ROWS if row.beta)
# Other addresses of a collection (facts §5 authenticationStrength).
ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "identity/conditionalAccess/authenticationStrength/policies": "policies/authenticationStrengthPolicies",
    }
)
# Collections that are stored but have no address of their own at the root.
INNER = frozenset(
    {
        "appRoleAssignments",
        "applications/federatedIdentityCredentials",
        "applications/extensionProperties",
        "applications/inheritablePermissions",
        "servicePrincipals/delegatedPermissionClassifications",
        "invitations",
        "groups/settings",
        "domains/federationConfiguration",
        "organization/certificateBasedAuthConfiguration",
        *(f"{row.path}/{item.name}" for row in ROWS for item in row.relations if item.how == "children"),
        *(row.path for row in ROWS if row.inside[0] or row.at),
        *below.CHILDREN,
    }
)
# Address → the collection of groups that is there, too, beside the directory's own.
OF_GROUPS: Mapping[str, str] = MappingProxyType({row.at: row.path for row in ROWS if row.at})
SERVED = frozenset(types.COLLECTIONS) - INNER - frozenset(ALIASES)

# Directory objects, in the order in which an id is looked for.
DIRECTORY_OBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "users": "user",
        "groups": "group",
        "devices": "device",
        "servicePrincipals": "servicePrincipal",
        "applications": "application",
        "directory/administrativeUnits": "administrativeUnit",
        "directoryRoles": "directoryRole",
        "contacts": "orgContact",
    }
)
# Collection → type of the deleted objects that can be listed (facts §0.2).
DELETABLE: Mapping[str, str] = MappingProxyType({
    **{path: DIRECTORY_OBJECTS[path]
       for path in ("users", "groups", "applications", "servicePrincipals", "directory/administrativeUnits")},
    "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations": "certificateBasedAuthPki",
})  # fmt: skip
# Collection → the derived types that have addresses of their own, at the end of the collection's and of an object's:
# the pages of each, "List agentIdentity objects" for one. No other address makes, changes or deletes them [K].
CASTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "applications": ("agentIdentityBlueprint",),
        "servicePrincipals": ("agentIdentity", "agentIdentityBlueprintPrincipal"),
    }
)
# Collections with delta() (facts §3).
DELTAS = frozenset({*DIRECTORY_OBJECTS, "oauth2PermissionGrants"})
DELTA_NAMES = frozenset({"delta", "delta()", "microsoft.graph.delta", "microsoft.graph.delta()"})
# Advanced queries are a matter of directory objects alone (facts §1).
ADVANCED = frozenset(DIRECTORY_OBJECTS) - {"directoryRoles"}

# Behind these roots another service answers, with error codes of its own (facts §1 codes).
POLICY_ROOTS = ("identity/", "policies/", "rolemanagement/", "identitygovernance/", "auditlogs/")

# Paths that no application permission opens (facts §5b): delegated only.
DELEGATED_ONLY = (
    "identitygovernance/termsofuse",
    "agreements",
    "directory/onpremisessynchronization",
    "policies/featurerolloutpolicies",
    "policies/ownerlessgrouppolicy",
    "policies/mobiledevicemanagementpolicies",
    "policies/onpremauthenticationpolicies",
    "identity/riskprevention",
    "identity/conditionalaccess/deleteditems",  # facts §0.3
    "identity/conditionalaccess/claimproviders",
    "identity/conditionalaccess/classicpolicies",
    "identity/conditionalaccess/vpnconnectivitycertificates",
    *(row.path.lower() for row in ROWS if row.delegated),
)


LISTINGS: Mapping[str, Listing] = MappingProxyType(
    {
        "directoryRoles": Listing(10**9, 0, paged=False),  # facts §1: does not page [M]
        "roleManagement/directory/roleDefinitions": Listing(10**9, 0),  # facts §1: $top unsupported historically [K]
        "roleManagement/directory/roleAssignments": Listing(100, 999),
        "roleManagement/directory/roleAssignmentScheduleInstances": Listing(100, 999),
        "auditLogs/directoryAudits": Listing(1000, 1000),  # facts §1 [K]
        "domains": Listing(10**9, 0),  # facts §1: known issue with $top and $filter [M]
        "subscribedSkus": Listing(10**9, 0, paged=False),  # facts §5: unpaged
        "organization": Listing(10**9, 0, paged=False),
        "groupSettings": WHOLE,
        "groupSettingTemplates": WHOLE,
        "identity/conditionalAccess/policies": WHOLE,
        "identity/conditionalAccess/namedLocations": WHOLE,
        "identity/conditionalAccess/authenticationContextClassReferences": WHOLE,
        "policies/authenticationStrengthPolicies": WHOLE,
        "policies/authenticationMethodsPolicy/authenticationMethodConfigurations": WHOLE,
        **{row.path: row.listing for row in ROWS},
    }
)
DEFAULT_LISTING = Listing()
CAST = Listing(100, 100)  # page "List agentIdentity objects"
SCOPED: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {row.path: row.scoped for row in ROWS if row.scoped}
)
UNFILTERED = frozenset({"domain", "organization"})  # facts §1: domains' known issue [M]; organization has one element
SIGN_IN_ACTIVITY_PAGE = 120  # facts §1: the largest page of users with signInActivity


def listing(path: str) -> Listing:
    """How the collection at `path` lists."""
    return LISTINGS.get(path, DEFAULT_LISTING)
