"""Directory role definitions and assignments (facts §5 roleManagement)."""

from __future__ import annotations

from entragit.resources import policies_writes as writes
from entragit.resources.base import P1, Exclusion, Inherited, ResourceType
from entragit.resources.facts import SET, Facts, Reference

DEFINITIONS = "roleManagement/directory/roleDefinitions"
INSTANCES = "/roleManagement/directory/roleAssignmentScheduleInstances"
SCOPE = r"^/(?:administrativeUnits/)?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$"
CATALOG = r"^/AccessPackageCatalog/([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$"

GRANTING = "roleManagement/entitlementManagement/roleDefinitions"
# Of each provider of roles alike.
DEFINED = Facts(
    lists={"resourceScopes": SET, "rolePermissions": SET},  # a permission has no key: actions and condition
    keep=frozenset({"isBuiltIn"}),  # tells Microsoft's from the tenant's
    atomic=frozenset({"rolePermissions"}),
)
ASSIGNED = Facts(
    references={
        "appScopeId": Reference(("identityGovernance/entitlementManagement/catalogs",), within=CATALOG),
        "directoryScopeId": Reference(
            ("directory/administrativeUnits", "applications", "servicePrincipals", "groups"), within=SCOPE
        ),
        "principalId": Reference(("users", "groups", "servicePrincipals")),
        "roleDefinitionId": Reference((DEFINITIONS, GRANTING)),
    },
    noise=frozenset({"principalOrganizationId"}),  # follows from the principal
    keep=frozenset({"roleDefinitionId"}),  # flagged read-only, for it can't be changed: given at creation
)
# Microsoft gives its own roles new permissions at any time.
BUILT_IN = Inherited(
    frozenset({"id", "displayName", "isBuiltIn", "isEnabled", "templateId"}), where={"isBuiltIn": True}
)
GIVEN = ("appScopeId", "directoryScopeId", "principalId", "roleDefinitionId")

KINDS = (
    ResourceType(
        kind=DEFINITIONS,
        type="unifiedRoleDefinition",
        writes=writes.DEFINITION,
        read=("RoleManagement.Read.Directory",),
        write=("RoleManagement.ReadWrite.Directory",),
        role="Privileged Role Administrator",
        facts=DEFINED,
        inherited=(BUILT_IN,),
        tier=0,
        licence=f"{P1} for custom roles",
    ),
    ResourceType(
        kind="roleManagement/directory/roleAssignments",
        type="unifiedRoleAssignment",
        writes=writes.ASSIGNMENT,
        read=("RoleManagement.Read.Directory",),
        write=("RoleManagement.ReadWrite.Directory",),
        role="Privileged Role Administrator",
        title="",
        facts=ASSIGNED,
        tier=0,
        top=999,
        # Who activated an eligible role has it for hours: that is no one's desired state. What ends has its home in
        # roleAssignmentSchedules.
        excluded=Exclusion(
            INSTANCES,
            "roleAssignmentOriginId",
            alike="principalId",
            ends="endDateTime",
            only={"assignmentType": ("Activated",)},
            read=("RoleAssignmentSchedule.Read.Directory",),
        ),
        access=GIVEN,
    ),
)

FACTS = {
    "unifiedRolePermission": Facts(lists={"allowedResourceActions": SET, "excludedResourceActions": SET}),
}
