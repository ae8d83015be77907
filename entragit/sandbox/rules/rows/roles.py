"""Roles through Privileged Identity Management, and roles of entitlement management (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Listing, Relation, Row

BASE = "roleManagement/directory"
Scopes = tuple[tuple[str, ...], ...]
# What the table's other permissions open is removal alone (facts §5 PIM).
_ASKING = ("{}.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory")


def _schedules(path: str, type_name: str, asking: tuple[str, ...], scoped: Scopes = ()) -> tuple[Row, Row]:
    """Schedules, which nobody writes, and the requests that make, change and end them."""
    return (
        Row(f"{path}s", type_name, listing=Listing(100, None), licence="P2", scoped=scoped),
        Row(
            f"{path}Requests",
            f"{type_name}Request",
            methods="POST",
            listing=Listing(100, None),
            actions=("cancel",),
            licence="P2",
            permissions={f"POST {path.lower()}requests": asking},
            scoped=scoped,
        ),
    )


def _of_roles(name: str, type_name: str, permission: str) -> tuple[Row, Row]:
    return _schedules(f"{BASE}/{name}", type_name, tuple(word.format(permission) for word in _ASKING))


def _in_groups(name: str, type_name: str, permission: str) -> tuple[Row, Row]:
    asking = (f"{permission}.ReadWrite.AzureADGroup",)
    return _schedules(f"identityGovernance/privilegedAccess/group/{name}", type_name, asking,
                      (("groupId",), ("principalId",)))  # fmt: skip


_RULE = "PATCH policies/rolemanagementpolicies/{id}/rules/{id}"
_SCOPE: Scopes = (("scopeId", "scopeType"),)

ROWS: tuple[Row, ...] = (
    Row(
        "policies/roleManagementPolicies",
        "unifiedRoleManagementPolicy",
        relations=(Relation("rules", "children", "unifiedRoleManagementPolicyRule"),),
        below={"rules": ("", "PATCH")},
        signed_in={_RULE: ("RoleManagementPolicy.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory")},
        permissions={_RULE: ()},
        licence="P2",
        scoped=_SCOPE,
    ),
    Row(
        "policies/roleManagementPolicyAssignments",
        "unifiedRoleManagementPolicyAssignment",
        licence="P2",
        scoped=_SCOPE,
    ),
    Row("roleManagement/entitlementManagement/roleDefinitions", "unifiedRoleDefinition", licence="P2"),
    Row(
        "roleManagement/entitlementManagement/roleAssignments",
        "unifiedRoleAssignment",
        methods="POST DELETE",
        listing=Listing(100, 100),
        licence="P2",
    ),
    *_of_roles("roleEligibilitySchedule", "unifiedRoleEligibilitySchedule", "RoleEligibilitySchedule"),
    *_of_roles("roleAssignmentSchedule", "unifiedRoleAssignmentSchedule", "RoleAssignmentSchedule"),
    *_in_groups("eligibilitySchedule", "privilegedAccessGroupEligibilitySchedule", "PrivilegedEligibilitySchedule"),
    *_in_groups("assignmentSchedule", "privilegedAccessGroupAssignmentSchedule", "PrivilegedAssignmentSchedule"),
)
