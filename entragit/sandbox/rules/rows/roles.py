"""Roles through Privileged Identity Management, and roles of entitlement management (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Listing, Relation, Row

BASE = "roleManagement/directory"
# What the table's other permissions open is removal alone (facts §5 PIM).
_ASKING = ("{}.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory")


def _schedules(name: str, type_name: str, permission: str) -> tuple[Row, Row]:
    """Schedules, which nobody writes, and the requests that make, change and end them."""
    asking = tuple(word.format(permission) for word in _ASKING)
    return (
        Row(f"{BASE}/{name}s", type_name, listing=Listing(100, None), licence="P2"),
        Row(
            f"{BASE}/{name}Requests",
            f"{type_name}Request",
            methods="POST",
            listing=Listing(100, None),
            actions=("cancel",),
            licence="P2",
            permissions={f"POST {BASE.lower()}/{name.lower()}requests": asking},
        ),
    )


_RULE = "PATCH policies/rolemanagementpolicies/{id}/rules/{id}"
_SCOPE = ("scopeId", "scopeType")

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
    # What an assignment may be limited to.
    Row(
        "identityGovernance/entitlementManagement/catalogs",
        "accessPackageCatalog",
        listing=Listing(100, 100),
        licence="P2",
    ),
    *_schedules("roleEligibilitySchedule", "unifiedRoleEligibilitySchedule", "RoleEligibilitySchedule"),
    *_schedules("roleAssignmentSchedule", "unifiedRoleAssignmentSchedule", "RoleAssignmentSchedule"),
)
