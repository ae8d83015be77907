"""What can follow an object's id in a path, and how it is kept (facts §5; types.json navigation)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from entragit.sandbox.rules.row import Relation, Row
from entragit.sandbox.rules.rows import ROWS, below


def _links(*names: str, single: bool = False, paged: bool = True) -> tuple[Relation, ...]:
    return tuple(Relation(name, "links", single=single, paged=paged) for name in names)


UPWARD = (Relation("memberOf", "upward"), Relation("transitiveMemberOf", "upward"))
AGENT_SPONSORS = "agentIdentitySponsors"
"""The sandbox's name for them: service principals of another type have `sponsors`, too, with other permissions."""
ASSIGNED = Relation("appRoleAssignments", "assignments", "appRoleAssignment", by="principalId")

_TABLE: Mapping[str, tuple[Relation, ...]] = {
    "users": (
        *_links("manager", single=True),
        *_links("sponsors"),
        ASSIGNED,
        *UPWARD,
        Relation("oauth2PermissionGrants", "grants", "oAuth2PermissionGrant", by="principalId"),
    ),
    "groups": (
        *_links("members", "owners"),
        Relation("transitiveMembers", "nested"),
        ASSIGNED,
        Relation("settings", "children", "groupSetting"),
        Relation("groupLifecyclePolicies", "expiry", "groupLifecyclePolicy", target="groupLifecyclePolicies"),
        *UPWARD,
    ),
    "domains": (Relation("federationConfiguration", "children", "internalDomainFederation"),),
    "organization": (Relation("certificateBasedAuthConfiguration", "children", "certificateBasedAuthConfiguration"),),
    "devices": (*_links("registeredOwners", "registeredUsers"), *UPWARD),
    "directory/administrativeUnits": _links("members"),
    "applications": (
        *_links("owners"),
        Relation("federatedIdentityCredentials", "children", "federatedIdentityCredential"),
        Relation("extensionProperties", "children", "extensionProperty"),
        Relation("sponsors", "links", only="agentIdentityBlueprint"),
        Relation(
            "inheritablePermissions",
            "children",
            "inheritablePermission",
            only="agentIdentityBlueprint",
            at="microsoft.graph.agentIdentityBlueprint/inheritablePermissions",
        ),
    ),
    "servicePrincipals": (
        *_links("owners"),
        ASSIGNED,
        Relation("appRoleAssignedTo", "assignments", "appRoleAssignment", by="resourceId"),
        Relation("delegatedPermissionClassifications", "children", "delegatedPermissionClassification"),
        Relation("sponsors", "links", only="agentIdentityBlueprintPrincipal"),
        # Shown to nobody who may not change it: page "List agentIdentity sponsors".
        Relation(AGENT_SPONSORS, "links", only="agentIdentity", at="microsoft.graph.agentIdentity/sponsors"),
        Relation("oauth2PermissionGrants", "grants", "oAuth2PermissionGrant", by="clientId"),
        *UPWARD,
    ),
    "directoryRoles": _links("members", paged=False),
    "policies/authenticationStrengthPolicies": (
        Relation("combinationConfigurations", "inline", "authenticationCombinationConfiguration"),
    ),
    **{row.path: row.relations for row in ROWS if row.relations},
}
# Path (of children: "path/name") → what `$expand` may name there, and the collection that it is in.
EMBEDDED: Mapping[str, Mapping[str, str]] = {
    **{row.path: row.expands for row in ROWS if row.expands},
    **{f"{row.path}/{item.name}": dict.fromkeys(item.expands, "")
       for row in ROWS for item in row.relations if item.expands},
}  # fmt: skip
NESTED: Mapping[str, Mapping[str, tuple[str, str]]] = {row.path: row.nested for row in ROWS if row.nested}
UNASKED: Mapping[str, frozenset[str]] = {
    **{row.type: frozenset(row.expands) for row in ROWS if row.expands},
    **{item.type: frozenset(item.expands) for row in ROWS for item in row.relations if item.expands},
    **{row.type: frozenset({row.inside[1], *row.parts}) for row in ROWS if row.inside[0]},
}
"""Type → what an object of it holds and Graph doesn't send unasked."""
INSIDE: Mapping[str, Row] = {row.path: row for row in ROWS if row.inside[0]}
"""Path → the row, of objects that are stored in one collection and listed by owner."""
OWN_IDS = frozenset(row.type for row in INSIDE.values())
"""The types of those."""
ALONE: Mapping[str, frozenset[str]] = {row.path: row.alone for row in ROWS if row.alone}
"""Path → what its list leaves out."""


def _assigned(path: str) -> tuple[Relation, ...]:
    """What objects of this collection have of other kinds, and what objects of those are assigned to."""
    own = [Relation("appliesTo", "applied", by=row.name) for row in ROWS if row.path == path and row.assigned]
    held = [Relation(row.name, "links", row.type, target=row.path) for row in ROWS if path in row.assigned]
    return (*own, *held)


WITH_CHILD = frozenset({"children", "assignments", "inline"})  # whose elements have an address of their own
_EXPANDED: Mapping[str, tuple[Relation, ...]] = {  # to be expanded, but no path of their own here
    "roleManagement/directory/roleAssignments": (
        Relation("principal", "property", single=True, by="principalId"),
        Relation("roleDefinition", "property", "unifiedRoleDefinition", single=True, by="roleDefinitionId",
                 target="roleManagement/directory/roleDefinitions"),
    ),
    "roleManagement/directory/roleAssignmentScheduleInstances": (
        Relation("principal", "property", single=True, by="principalId"),
        Relation("roleDefinition", "property", "unifiedRoleDefinition", single=True, by="roleDefinitionId",
                 target="roleManagement/directory/roleDefinitions"),
    ),
}  # fmt: skip
RELATIONS: Mapping[str, Mapping[str, Relation]] = MappingProxyType(
    {
        path: {one.name.lower(): one for one in (*_TABLE.get(path, ()), *_assigned(path), *below.BELOW.get(path, ()))}
        for path in {*_TABLE, *(row.path for row in ROWS)}
    }
)
EXPANDABLE: Mapping[str, Mapping[str, Relation]] = MappingProxyType(
    {path: {item.name: item for item in items} for path, items in {**_TABLE, **_EXPANDED}.items()}
)
