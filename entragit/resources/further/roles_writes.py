"""How eligible and active roles are written: by requests (facts §5 PIM)."""

from __future__ import annotations

from collections.abc import Mapping

from entragit.resources import weakening
from entragit.resources.writing import Reason, Refusal, Requests, Writes, read_only

RULE = Reason("rule of a role", "Graph decides which rules a policy has.", "Change the rule instead.")
POLICY = Writes(
    probe=(),
    signed_in=("RoleManagementPolicy.ReadWrite.Directory",),
    refused=(
        Refusal(
            Reason(
                "policy of a role",
                "Graph makes and deletes a policy together with its role.",
                "Change the rules of the policy that the role has now.",
            ),
            deeds=frozenset({"create", "delete"}),
        ),
    ),
    weakens=weakening.role_policy,
)
POLICY_ASSIGNMENT = read_only(
    Reason(
        "policy of a role", "Graph says itself which policy a role has.", "Nothing: it comes and goes with the role."
    )
)

GRANTING = read_only(
    Reason("built in", "Entitlement management has Microsoft's roles alone.", "Nothing: every tenant has the same.")
)
GRANTED = Writes(
    required=frozenset({"directoryScopeId", "principalId", "roleDefinitionId"}),
    given=frozenset({"roleDefinitionId"}),
    probe=("principalId", "roleDefinitionId", "directoryScopeId", "appScopeId"),
    known=("RoleAssignmentExists", "A conflicting object with one or more of the specified property values"),
    replaced=True,
)

ROLE = frozenset({"directoryScopeId", "principalId", "roleDefinitionId"})
UNMET = {"status": ("Canceled", "Denied", "Failed", "PendingAdminDecision", "PendingApproval")}


def _by_requests(to: str, told: Mapping[str, object], lasting: str = "") -> Writes:
    return Writes(
        required=ROLE,
        fixed=ROLE | {"appScopeId"},
        replaced=True,
        probe=("principalId", "roleDefinitionId", "directoryScopeId"),
        known=("RoleAssignmentExists",),
        request=Requests(
            to=f"roleManagement/directory/{to}",
            about=ROLE | {"appScopeId"},
            says=frozenset({"scheduleInfo"}),
            told=told,
            lasting=lasting,
            gone=("RoleAssignmentDoesNotExist",),
            unmet=UNMET,
        ),
        weakens=weakening.schedule,
    )


ELIGIBILITY = _by_requests("roleEligibilityScheduleRequests", {"memberType": "Direct"})
ACTIVITY = _by_requests(
    "roleAssignmentScheduleRequests",
    {"memberType": "Direct", "assignmentType": "Assigned"},
    lasting="roleManagement/directory/roleAssignments",
)
