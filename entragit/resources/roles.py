"""Directory role definitions and assignments (facts §5 roleManagement)."""

from __future__ import annotations

from entragit.resources.base import Exclusion, Facts, Inherited, ResourceType

KINDS = (
    ResourceType(
        kind="roleManagement/directory/roleDefinitions",
        type="unifiedRoleDefinition",
        shape="collection",
        read=("RoleManagement.Read.Directory",),
        write=("RoleManagement.ReadWrite.Directory",),
        inherited=(
            Inherited(
                frozenset({"id", "displayName", "isBuiltIn", "isEnabled", "templateId"}), where={"isBuiltIn": True}
            ),
        ),
        tier=0,
    ),
    ResourceType(
        kind="roleManagement/directory/roleAssignments",
        type="unifiedRoleAssignment",
        shape="collection",
        read=("RoleManagement.Read.Directory",),
        write=("RoleManagement.ReadWrite.Directory",),
        title="",
        tier=0,
        excluded=Exclusion(
            "/roleManagement/directory/roleAssignmentScheduleInstances",
            "roleAssignmentOriginId",
            "assignmentType eq 'Activated'",
            {"assignmentType": ("Activated",)},
            ("RoleAssignmentSchedule.Read.Directory",),
        ),
    ),
)

FACTS: dict[str, Facts] = {}
