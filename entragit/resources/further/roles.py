"""Privileged Identity Management, and roles of entitlement management (facts §5)."""

from __future__ import annotations

from dataclasses import replace

from entragit.resources.base import P2, Relation, ResourceType
from entragit.resources.facts import SEQUENCE, SET, Facts, Reference, keyed
from entragit.resources.further import roles_writes as writes
from entragit.resources.pim import ACTIVATED, DEAD, INDIRECT, LASTING, MANAGEABLE, MANAGED
from entragit.resources.roles import ASSIGNED, BUILT_IN, DEFINED, DEFINITIONS, GIVEN, GRANTING, SCOPE
from entragit.resources.writing import Writes

POLICIES, GIVING = "policies/roleManagementPolicies", "policies/roleManagementPolicyAssignments"
OF_GROUPS = "identityGovernance/privilegedAccess/group"
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"
OF_ROLES = "scopeId eq '/' and scopeType eq 'DirectoryRole'"

# By the word of their type: what tells those that count from the rest, and those that don't count.
TELLING = {"Assignment": frozenset({"assignmentType", "memberType"}), "Eligibility": frozenset({"memberType"})}
UNDESIRED = {"Assignment": (INDIRECT, DEAD, ACTIVATED, LASTING), "Eligibility": (INDIRECT, DEAD)}


# Of roles and of groups, which have the same types: "/" for the tenant is no group, "member" and "owner" are no roles.
SCOPED = Reference(("groups",), words=frozenset({"/"}))
RULED = Facts(keep=frozenset({"scopeId", "scopeType"}), references={"scopeId": SCOPED})
RULING = Facts(
    references={
        "policyId": Reference((POLICIES, f"{OF_GROUPS}/roleManagementPolicies"), guid=False),
        "roleDefinitionId": Reference((DEFINITIONS,), words=frozenset({"member", "owner"})),
        "scopeId": SCOPED,
    }
)
RULES = Relation(
    "rules",
    "child",
    type="unifiedRoleManagementPolicyRule",
    rule=keyed("id"),
    change="patch",
    settled=writes.RULE,
    echoed=("id", "target"),
)


def _rules_of_groups(at: str, type_name: str, facts: Facts, *relations: Relation) -> ResourceType:
    """What says by which rules members and owners of a group come, for the groups that PIM manages."""
    return ResourceType(
        kind=f"{OF_GROUPS}/{at.rpartition('/')[2]}",
        at=at,
        type=type_name,
        read=("RoleManagementPolicy.Read.AzureADGroup",),
        title="",
        facts=facts,
        relations=relations,
        licence=P2,
        each=MANAGED,
        writes=writes.POLICY_OF_GROUP_GIVEN,
    )


def _schedules(word: str, kind: str, type_name: str, permission: str, written: Writes) -> ResourceType:
    """Who has something for some time: by right to activate it ("Eligibility"), or active ("Assignment")."""
    return ResourceType(
        kind=kind,
        type=type_name,
        shape="request",
        writes=written,
        read=(permission.format("Read"),),
        write=(permission.format("ReadWrite"),),
        role="Privileged Role Administrator",
        title="",
        facts=Facts(noise=TELLING[word]),
        licence=P2,
        undesired=UNDESIRED[word],
        period="scheduleInfo",
    )


def _of_roles(word: str, written: Writes) -> ResourceType:
    """Who has a directory role for some time."""
    kind, permission = f"roleManagement/directory/role{word}Schedules", f"Role{word}Schedule.{{}}.Directory"
    return replace(_schedules(word, kind, f"unifiedRole{word}Schedule", permission, written), tier=0, access=GIVEN)


def _in_groups(word: str, written: Writes) -> ResourceType:
    """Who may become a member or an owner of a group, or is one for some time."""
    kind = f"identityGovernance/privilegedAccess/group/{word.lower()}Schedules"
    permission = f"Privileged{word}Schedule.{{}}.AzureADGroup"
    return replace(
        _schedules(word, kind, f"privilegedAccessGroup{word}Schedule", permission, written),
        facts=Facts(
            references={
                "groupId": Reference(("groups",)),
                "principalId": Reference(("users", "groups", "servicePrincipals")),
            },
            noise=TELLING[word] | {"createdUsing", "status"},
            atomic=frozenset({"scheduleInfo"}),
        ),
        tier=1,
        each=MANAGEABLE,
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
        facts=RULED,
        relations=(RULES,),
        tier=0,
        licence=P2,
        filter=OF_ROLES,
    ),
    ResourceType(
        kind=GIVING,
        type="unifiedRoleManagementPolicyAssignment",
        writes=writes.POLICY_ASSIGNMENT,
        read=("RoleManagement.Read.Directory",),
        title="",
        facts=RULING,
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
    _of_roles("Eligibility", writes.ELIGIBILITY),
    _of_roles("Assignment", writes.ACTIVITY),
    _in_groups("Eligibility", writes.ENTERING),
    _in_groups("Assignment", writes.PRESENT),
    replace(
        _rules_of_groups(POLICIES, "unifiedRoleManagementPolicy", RULED, RULES),
        role="Privileged Role Administrator",
        tier=0,
        writes=writes.POLICY_OF_GROUP,
    ),
    _rules_of_groups(GIVING, "unifiedRoleManagementPolicyAssignment", RULING),
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
