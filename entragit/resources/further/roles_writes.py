"""How eligible and active roles are written: by requests (facts §5 PIM)."""

from __future__ import annotations

from collections.abc import Mapping

from entragit.resources import weakening
from entragit.resources.writing import Reason, Refusal, Requests, Writes, read_only

RULE = Reason("rule of a policy", "Graph decides which rules a policy has.", "Change the rule instead.")


def _policy(permission: str, reason: Reason) -> Writes:
    """The words of a policy of PIM: a person changes its rules, and Graph makes and deletes it."""
    return Writes(
        probe=(),
        signed_in=(permission,),
        refused=(Refusal(reason, deeds=frozenset({"create", "delete"})),),
        weakens=weakening.role_policy,
    )


POLICY = _policy(
    "RoleManagementPolicy.ReadWrite.Directory",
    Reason(
        "policy of a role",
        "Graph makes and deletes a policy together with its role.",
        "Change the rules of the policy that the role has now.",
    ),
)
POLICY_ASSIGNMENT = read_only(
    Reason(
        "policy of a role", "Graph says itself which policy a role has.", "Nothing: it comes and goes with the role."
    )
)
POLICY_OF_GROUP = _policy(
    "RoleManagementPolicy.ReadWrite.AzureADGroup",
    Reason(
        "policy of a group",
        "PIM makes two policies for a group once somebody may enter it, and deletes them with it.",
        "Once it has them, export, and change the rules of the policies that the group has now.",
    ),
)
POLICY_OF_GROUP_GIVEN = read_only(
    Reason(
        "policy of a group",
        "PIM says itself which policy is for members and which for owners.",
        "Nothing: it comes and goes with the policy.",
    )
)

GRANTING = read_only(
    Reason("built in", "Entitlement management has Microsoft's roles alone.", "Nothing: every tenant has the same.")
)
GRANTED = Writes(
    required=frozenset({"appScopeId", "directoryScopeId", "principalId", "roleDefinitionId"}),
    given=frozenset({"roleDefinitionId"}),
    probe=("principalId", "roleDefinitionId", "directoryScopeId", "appScopeId"),
    known=("RoleAssignmentExists", "A conflicting object with one or more of the specified property values"),
    replaced=True,
)

UNMET = {"status": ("Canceled", "Denied", "Failed", "PendingAdminDecision", "PendingApproval")}


def _by_requests(rule: Requests, probe: tuple[str, ...]) -> Writes:
    return Writes(
        required=frozenset(probe),
        fixed=rule.about,
        replaced=True,
        probe=probe,
        known=("RoleAssignmentExists",),
        request=rule,
        weakens=weakening.schedule,
    )


def _of_roles(to: str, told: Mapping[str, object], lasting: str = "") -> Writes:
    rule = Requests(
        to=f"roleManagement/directory/{to}",
        about=frozenset({"appScopeId", "directoryScopeId", "principalId", "roleDefinitionId"}),
        says=frozenset({"scheduleInfo"}),
        told=told,
        lasting=lasting,
        gone=("RoleAssignmentDoesNotExist",),
        unmet=UNMET,
    )
    return _by_requests(rule, ("principalId", "roleDefinitionId", "directoryScopeId"))


ELIGIBILITY = _of_roles("roleEligibilityScheduleRequests", {"memberType": "Direct"})
ACTIVITY = _of_roles(
    "roleAssignmentScheduleRequests",
    {"memberType": "Direct", "assignmentType": "Assigned"},
    lasting="roleManagement/directory/roleAssignments",
)


def _of_groups(to: str, told: Mapping[str, object]) -> Writes:
    rule = Requests(
        to=f"identityGovernance/privilegedAccess/group/{to}",
        about=frozenset({"accessId", "groupId", "principalId"}),
        says=frozenset({"scheduleInfo"}),
        told=told,
        after="_",
        gone=("RoleAssignmentDoesNotExist",),
        unmet=UNMET,
    )
    return _by_requests(rule, ("groupId", "principalId", "accessId"))


ENTERING = _of_groups("eligibilityScheduleRequests", {"memberType": "direct"})
PRESENT = _of_groups("assignmentScheduleRequests", {"memberType": "direct", "assignmentType": "assigned"})
