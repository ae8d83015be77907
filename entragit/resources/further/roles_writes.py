"""How eligible and active roles are written: by requests (facts §5 PIM)."""

from __future__ import annotations

from collections.abc import Mapping

from entragit.resources import weakening
from entragit.resources.writing import Requests, Writes

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
