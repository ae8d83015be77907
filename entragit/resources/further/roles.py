"""Privileged Identity Management, and roles of entitlement management (facts §5)."""

from __future__ import annotations

from entragit.resources.base import SET, Facts, Reference, ResourceType
from entragit.resources.further import roles_writes as writes
from entragit.resources.roles import DEFINITIONS, SCOPE

P2 = "Microsoft Entra ID P2"
GIVEN = ("appScopeId", "directoryScopeId", "principalId", "roleDefinitionId")
DEAD = {"status": ("Canceled", "Denied", "Failed", "Revoked")}
INDIRECT = {"memberType": ("Group", "Inherited")}  # who is in a group has what the group has
# What has begun and never ends is an assignment, in roleAssignments.
LASTING = {"status": ("Provisioned",), "scheduleInfo/expiration/type": ("noExpiration",)}

KINDS: tuple[ResourceType, ...] = (
    ResourceType(
        kind="roleManagement/directory/roleEligibilitySchedules",
        type="unifiedRoleEligibilitySchedule",
        shape="request",
        writes=writes.ELIGIBILITY,
        read=("RoleEligibilitySchedule.Read.Directory",),
        write=("RoleEligibilitySchedule.ReadWrite.Directory",),
        role="Privileged Role Administrator",
        title="",
        facts=Facts(noise=frozenset({"memberType"})),
        tier=0,
        licence=P2,
        undesired=(INDIRECT, DEAD),
        period="scheduleInfo",
        access=GIVEN,
    ),
    ResourceType(
        kind="roleManagement/directory/roleAssignmentSchedules",
        type="unifiedRoleAssignmentSchedule",
        shape="request",
        writes=writes.ACTIVITY,
        read=("RoleAssignmentSchedule.Read.Directory",),
        write=("RoleAssignmentSchedule.ReadWrite.Directory",),
        role="Privileged Role Administrator",
        title="",
        facts=Facts(noise=frozenset({"assignmentType", "memberType"})),
        tier=0,
        licence=P2,
        undesired=(INDIRECT, DEAD, {"assignmentType": ("Activated",)}, LASTING),
        period="scheduleInfo",
        access=GIVEN,
    ),
)

FACTS: dict[str, Facts] = {
    "unifiedRoleScheduleBase": Facts(
        references={
            "directoryScopeId": Reference(
                ("directory/administrativeUnits", "applications", "servicePrincipals", "groups"), within=SCOPE
            ),
            "principalId": Reference(("users", "groups", "servicePrincipals")),
            "roleDefinitionId": Reference((DEFINITIONS,)),
        },
        noise=frozenset({"createdUsing", "status"}),  # by which request, and how far that has come
        atomic=frozenset({"scheduleInfo"}),
    ),
    "recurrencePattern": Facts(lists={"daysOfWeek": SET}),
}
