"""Privileged Identity Management, and roles of entitlement management (facts §5)."""

from __future__ import annotations

from collections.abc import Mapping

from entragit.resources.base import P2, SEQUENCE, SET, Facts, Reference, Relation, ResourceType, keyed
from entragit.resources.further import roles_writes as writes
from entragit.resources.pim import ACTIVATED, DEAD, INDIRECT, LASTING, MANAGEABLE
from entragit.resources.roles import ASSIGNED, BUILT_IN, DEFINED, DEFINITIONS, GIVEN, GRANTING, SCOPE
from entragit.resources.writing import Writes

POLICIES = "policies/roleManagementPolicies"
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"
OF_ROLES = "scopeId eq '/' and scopeType eq 'DirectoryRole'"


def _schedules(
    word: str, written: Writes, noise: tuple[str, ...], undesired: tuple[Mapping[str, tuple[str, ...]], ...]
) -> ResourceType:
    """Who has a directory role for some time: by right to activate it ("Eligibility"), or active ("Assignment")."""
    return ResourceType(
        kind=f"roleManagement/directory/role{word}Schedules",
        type=f"unifiedRole{word}Schedule",
        shape="request",
        writes=written,
        read=(f"Role{word}Schedule.Read.Directory",),
        write=(f"Role{word}Schedule.ReadWrite.Directory",),
        role="Privileged Role Administrator",
        title="",
        facts=Facts(noise=frozenset(noise)),
        tier=0,
        licence=P2,
        undesired=undesired,
        period="scheduleInfo",
        access=GIVEN,
    )


def _in_groups(
    name: str, word: str, written: Writes, noise: tuple[str, ...], undesired: tuple[Mapping[str, tuple[str, ...]], ...]
) -> ResourceType:
    """Who may become a member or an owner of a group ("Eligibility"), or is one for some time ("Assignment")."""
    return ResourceType(
        kind=f"identityGovernance/privilegedAccess/group/{name}",
        type=f"privilegedAccessGroup{word}Schedule",
        shape="request",
        writes=written,
        read=(f"Privileged{word}Schedule.Read.AzureADGroup",),
        write=(f"Privileged{word}Schedule.ReadWrite.AzureADGroup",),
        role="Privileged Role Administrator",
        title="",
        facts=Facts(
            references={
                "groupId": Reference(("groups",)),
                "principalId": Reference(("users", "groups", "servicePrincipals")),
            },
            noise=frozenset({"createdUsing", "memberType", "status", *noise}),
            atomic=frozenset({"scheduleInfo"}),
        ),
        tier=1,
        licence=P2,
        each=MANAGEABLE,
        undesired=undesired,
        period="scheduleInfo",
        access=("accessId", "groupId", "principalId"),
    )


KINDS: tuple[ResourceType, ...] = (
    ResourceType(
        kind=POLICIES,
        type="unifiedRoleManagementPolicy",
        writes=writes.POLICY,
        read=("RoleManagement.Read.Directory",),
        role="Privileged Role Administrator",
        title="",
        facts=Facts(keep=frozenset({"scopeId", "scopeType"})),
        relations=(
            Relation(
                "rules",
                "child",
                type="unifiedRoleManagementPolicyRule",
                rule=keyed("id"),
                change="patch",
                settled=writes.RULE,
                echoed=("id", "target"),
            ),
        ),
        tier=0,
        licence=P2,
        filter=OF_ROLES,
    ),
    ResourceType(
        kind="policies/roleManagementPolicyAssignments",
        type="unifiedRoleManagementPolicyAssignment",
        writes=writes.POLICY_ASSIGNMENT,
        read=("RoleManagement.Read.Directory",),
        title="",
        facts=Facts(
            references={
                "policyId": Reference((POLICIES,), guid=False),
                "roleDefinitionId": Reference((DEFINITIONS,)),
            }
        ),
        licence=P2,
        filter=OF_ROLES,
    ),
    ResourceType(
        kind=GRANTING,
        type="unifiedRoleDefinition",
        writes=writes.GRANTING,
        read=("EntitlementManagement.Read.All",),
        facts=DEFINED,
        inherited=(BUILT_IN,),
        licence=P2,
    ),
    ResourceType(
        kind="roleManagement/entitlementManagement/roleAssignments",
        type="unifiedRoleAssignment",
        writes=writes.GRANTED,
        read=("EntitlementManagement.Read.All",),
        write=("EntitlementManagement.ReadWrite.All",),
        role="Identity Governance Administrator",
        title="",
        facts=ASSIGNED,
        tier=1,
        licence=P2,
        access=GIVEN,
    ),
    _schedules("Eligibility", writes.ELIGIBILITY, noise=("memberType",), undesired=(INDIRECT, DEAD)),
    _schedules(
        "Assignment",
        writes.ACTIVITY,
        noise=("assignmentType", "memberType"),
        undesired=(INDIRECT, DEAD, ACTIVATED, LASTING),
    ),
    _in_groups("eligibilitySchedules", "Eligibility", writes.ENTERING, noise=(), undesired=(INDIRECT, DEAD)),
    _in_groups(
        "assignmentSchedules",
        "Assignment",
        writes.PRESENT,
        noise=("assignmentType",),
        undesired=(INDIRECT, DEAD, ACTIVATED, LASTING),
    ),
)

FACTS: dict[str, Facts] = {
    "approvalSettings": Facts(lists={"approvalStages": SEQUENCE}),
    "unifiedApprovalStage": Facts(lists={"escalationApprovers": SET, "primaryApprovers": SET}),
    "singleUser": Facts(references={"userId": Reference(("users",))}),
    "groupMembers": Facts(references={"groupId": Reference(("groups",))}),
    "unifiedRoleManagementPolicyApprovalRule": Facts(atomic=frozenset({"setting"})),
    "unifiedRoleManagementPolicyAuthenticationContextRule": Facts(
        references={"claimValue": Reference((CONTEXTS,), guid=False, words=frozenset({""}))}
    ),
    "unifiedRoleManagementPolicyEnablementRule": Facts(lists={"enabledRules": SET}),
    "unifiedRoleManagementPolicyNotificationRule": Facts(lists={"notificationRecipients": SET}),
    "unifiedRoleManagementPolicyRuleTarget": Facts(
        lists={"enforcedSettings": SET, "inheritableSettings": SET, "operations": SET}
    ),
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
