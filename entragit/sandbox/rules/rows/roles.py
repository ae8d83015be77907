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


_SCOPE: Scopes = (("scopeId", "scopeType"),)
_GROUPS = "identityGovernance/privilegedAccess/group"
_RULES = Relation("rules", "children", "unifiedRoleManagementPolicyRule")


def _of_groups(name: str, type_name: str, *relations: Relation) -> Row:
    """What stands at the address of the directory's, of groups (documented: "For PIM for groups").

    The page of a rule's change names an application permission, too; the table of permissions has none, so that no
    application is let in.
    """
    own = f"{_GROUPS}/{name}"
    root, ends = own.lower(), ("", "/{id}", *(f"/{{id}}/rules{end}" for _ in relations for end in ("", "/{id}")))
    rule = f"PATCH {root}/{{id}}/rules/{{id}}"
    reading = tuple(f"RoleManagementPolicy.{word}.AzureADGroup" for word in ("Read", "ReadWrite"))
    return Row(
        own,
        type_name,
        at=f"policies/{name}",
        relations=relations,
        below={item.name: ("", "PATCH") for item in relations},
        signed_in={rule: ("RoleManagementPolicy.ReadWrite.AzureADGroup",)} if relations else {},
        permissions={f"GET {root}{end}": reading for end in ends} | ({rule: ()} if relations else {}),
        licence="P2",
        scoped=_SCOPE,
    )


_RULE = "PATCH policies/rolemanagementpolicies/{id}/rules/{id}"
ROWS: tuple[Row, ...] = (
    Row(
        "policies/roleManagementPolicies",
        "unifiedRoleManagementPolicy",
        relations=(_RULES,),
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
    _of_groups("roleManagementPolicies", "unifiedRoleManagementPolicy", _RULES),
    _of_groups("roleManagementPolicyAssignments", "unifiedRoleManagementPolicyAssignment"),
    # Documented with $select and $filter alone.
    Row(f"{_GROUPS}/resources", "groupResource", listing=Listing(100, 0), licence="P2"),
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
