"""Roles through Privileged Identity Management, and roles of entitlement management (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Listing, Row

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


ROWS: tuple[Row, ...] = (
    *_schedules("roleEligibilitySchedule", "unifiedRoleEligibilitySchedule", "RoleEligibilitySchedule"),
    *_schedules("roleAssignmentSchedule", "unifiedRoleAssignmentSchedule", "RoleAssignmentSchedule"),
)
