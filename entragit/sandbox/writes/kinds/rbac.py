"""Directory roles: definitions of the tenant's own, assignments, activated roles (facts §5 roleManagement)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from entragit.sandbox import portal, removal
from entragit.sandbox.company.build import joined_id
from entragit.sandbox.removal import ASSIGNMENTS as PATH
from entragit.sandbox.removal import INSTANCES
from entragit.sandbox.replies import ApiError
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import lookup, roles, values
from entragit.sandbox.writes.core import CONFLICT, INVALID_VALUES, Join, Kind, References, Write, named

DEFINITIONS_PATH = "roleManagement/directory/roleDefinitions"
SCOPE = re.compile(r"/(?P<unit>administrativeUnits/)?(?P<id>[0-9a-f-]{36})", re.IGNORECASE)
ACTION = re.compile(r"microsoft\.[\w.]+/[\w./{}-]+")
LAST = "The last Global Administrator of the tenant can't be removed."


def _own(write: Write) -> None:
    """Built-in definitions are Microsoft's (facts §5)."""
    if write.before.get("isBuiltIn"):
        raise write.kind.bad("A built-in role definition can't be changed or deleted.")


def _definition(write: Write) -> None:
    tenant, body = write.tenant, write.after
    if write.created and "P1" not in tenant.options.licences:
        raise ApiError(tenant.options.unlicensed_status, "AadPremiumLicenseRequired", "Custom roles need a licence.")
    if body.get("resourceScopes") != ["/"]:
        raise values.invalid(write.kind, "resourceScopes")
    permissions = body.get("rolePermissions") or []
    actions = [action for item in permissions for action in item.get("allowedResourceActions") or []]
    if not actions or not all(ACTION.fullmatch(action) for action in actions):
        raise write.kind.bad("'rolePermissions' must allow known resource actions.")
    others = lookup.matching(tenant, DEFINITIONS_PATH, "displayName", body.get("displayName"))
    if write.changes("displayName") and any(item["id"] != write.id for item in others):
        raise write.kind.bad(CONFLICT)
    if not write.created and write.changes("templateId"):
        raise write.kind.bad("Property 'templateId' is read-only and cannot be set.")


def _definition_id(write: Write) -> Object:
    """A templateId that comes with a new definition becomes its id (facts §5 [K]; option `keep_role_template_ids`)."""
    wanted = write.body.get("templateId")
    kept = wanted if write.tenant.options.keep_role_template_ids and values.is_guid(wanted) else write.after["id"]
    if kept in lookup.live(write.tenant, DEFINITIONS_PATH):
        raise write.kind.bad(CONFLICT)
    return {"id": kept, "templateId": kept, "isBuiltIn": False}


def _unassigned(write: Write) -> None:
    if any(item["roleDefinitionId"] == write.id for item in roles.assignments(write.tenant)):
        raise write.kind.bad("The role definition has assignments and can't be deleted.")


DEFINITIONS = Kind(
    path=DEFINITIONS_PATH,
    type="unifiedRoleDefinition",
    noun="role definition",
    required=("displayName", "rolePermissions", "isEnabled"),
    defaults={"resourceScopes": ["/"]},
    made=_definition_id,
    create=(_definition,),
    update=(_own, _definition),
    delete=(_own, _unassigned),
)


def _principal(write: Write) -> None:
    """Users, service principals and role-assignable groups that replication shows (facts §2)."""
    kinds = ("users", "servicePrincipals", "groups")
    found = lookup.directory_object(write.tenant, write.body["principalId"], kinds)
    if found is None:
        raise write.kind.bad(INVALID_VALUES, "Request_BadRequest")
    if found[0] == "groups" and not found[1].get("isAssignableToRole"):
        raise write.kind.bad("The group is not assignable to roles.", "Request_BadRequest")


def _scope(write: Write) -> None:
    """The tenant, an administrative unit, or one directory object (facts §5)."""
    scope = write.body["directoryScopeId"]
    match = SCOPE.fullmatch(scope)
    if scope == "/":
        return
    paths = ("directory/administrativeUnits",) if match and match["unit"] else (
        "applications", "servicePrincipals", "groups", "users", "devices")  # fmt: skip
    if match is None or lookup.directory_object(write.tenant, match["id"], paths) is None:
        raise write.kind.bad(INVALID_VALUES, "Request_BadRequest")


def _role(write: Write) -> None:
    role = lookup.get(write.tenant, DEFINITIONS_PATH, write.body["roleDefinitionId"])
    if role is None or not role.get("isEnabled"):
        raise write.kind.bad(INVALID_VALUES, "RoleNotFound")
    for name in ("appScopeId", "condition", "principalOrganizationId"):
        if write.body.get(name):
            raise write.kind.bad(f"Property '{name}' can't be set here.")


def _same(item: Object, other: Object) -> bool:
    return all(item.get(name) == other.get(name) for name in ("principalId", "roleDefinitionId", "directoryScopeId"))


def _not_yet(write: Write) -> None:
    if any(_same(item, write.body) for item in roles.assignments(write.tenant)):
        raise write.kind.bad(CONFLICT, "RoleAssignmentExists")


def _assignment_id(write: Write) -> Object:
    """Server-made (facts §6), and another one each time."""
    return {"id": joined_id("assigned", write.after["id"]), "principalOrganizationId": write.tenant.id}


def _seats(tenant: Tenant, assignment: Object) -> Iterator[tuple[Object, list[str]]]:
    """(activated role, its members) that shows an assignment for the whole tenant."""
    if assignment["directoryScopeId"] == "/":
        for role in lookup.matching(tenant, "directoryRoles", "roleTemplateId", assignment["roleDefinitionId"]):
            yield role, tenant.links.setdefault("directoryRoles/members", {}).setdefault(role["id"], [])


def _seat(write: Write) -> None:
    """Effect: a schedule instance, and a seat in the activated role."""
    tenant, given = write.tenant, write.after
    instance = blank("unifiedRoleAssignmentScheduleInstance") | {
        "principalId": given["principalId"], "roleDefinitionId": given["roleDefinitionId"],
        "directoryScopeId": given["directoryScopeId"], "id": joined_id("instance", given["id"]),
        "assignmentType": "Assigned", "memberType": "Direct", "startDateTime": portal.stamp(tenant),
        "roleAssignmentOriginId": given["id"], "roleAssignmentScheduleId": tenant.new_id(),
    }  # fmt: skip
    tenant.objects.setdefault(INSTANCES, {})[instance["id"]] = instance
    tenant.touch(INSTANCES, instance["id"], "created")
    for role, members in _seats(tenant, given):
        if given["principalId"] not in members:
            members.append(given["principalId"])
            tenant.touch("directoryRoles", role["id"], relation="members", target=given["principalId"], added=True)


def _unseat(write: Write) -> None:
    """Effect of a deletion: the instance and the seat go."""
    tenant, gone = write.tenant, write.before
    removal.drop(tenant, INSTANCES, "roleAssignmentOriginId", str(gone["id"]))
    for role, members in _seats(tenant, gone):
        if gone["principalId"] in members:
            members.remove(gone["principalId"])
            tenant.touch("directoryRoles", role["id"], relation="members", target=gone["principalId"], added=False)


def _not_last(write: Write) -> None:
    gone = write.before
    whole = gone["roleDefinitionId"] == roles.GLOBAL_ADMINISTRATOR and gone["directoryScopeId"] == "/"
    if whole and roles.is_last_administrator(write.tenant, str(gone["principalId"])):
        raise write.kind.bad(LAST)


ASSIGNMENTS = Kind(
    path=PATH,
    type="unifiedRoleAssignment",
    noun="member to role",
    removed="Remove member from role",
    about=("principalId", "roleDefinitionId"),
    required=("principalId", "roleDefinitionId", "directoryScopeId"),
    client=frozenset({"roleDefinitionId"}),
    made=_assignment_id,
    create=(_principal, _role, _scope, _not_yet),
    delete=(_not_last,),
    effects=(_seat,),
    gone=(_unseat,),
)


def _activated(write: Write) -> None:
    name = lookup.get(write.tenant, DEFINITIONS_PATH, write.body["roleTemplateId"])
    if name is None:
        raise write.kind.bad(INVALID_VALUES)
    if any(lookup.matching(write.tenant, "directoryRoles", "roleTemplateId", write.body["roleTemplateId"])):
        raise write.kind.bad(CONFLICT)


def _activation(write: Write) -> Object:
    role = lookup.get(write.tenant, DEFINITIONS_PATH, write.body["roleTemplateId"]) or {}
    return {"displayName": role.get("displayName"), "description": role.get("description")}


def _sit(write: Write) -> None:
    """Effect: who has the role already is in it."""
    for item in roles.assignments(write.tenant):
        for role, members in _seats(write.tenant, item):
            if role["id"] == write.id and item["principalId"] not in members:
                members.append(item["principalId"])


def _assign(join: Join) -> None:
    """Effect: a seat in a role is an assignment for the whole tenant, and the other way round."""
    tenant, role = join.tenant, join.owner["roleTemplateId"]
    wanted = {"principalId": join.target["id"], "roleDefinitionId": role, "directoryScopeId": "/"}
    if join.adding:
        assignment = (
            blank("unifiedRoleAssignment") | wanted | {"id": tenant.new_id(), "principalOrganizationId": tenant.id}
        )
        tenant.objects.setdefault(PATH, {})[assignment["id"]] = assignment
        tenant.touch(PATH, assignment["id"], "created")
        return
    for item in [item for item in roles.assignments(tenant) if _same(item, wanted)]:
        tenant.bury(PATH, str(item["id"]))
        tenant.touch(PATH, str(item["id"]), "deleted")


def _holder(join: Join) -> None:
    if join.adding and join.target_path == "groups" and not join.target.get("isAssignableToRole"):
        raise join.kind.bad("Not a valid reference update: the group is not assignable to roles.")
    whole = join.owner["roleTemplateId"] == roles.GLOBAL_ADMINISTRATOR
    if not join.adding and whole and roles.is_last_administrator(join.tenant, str(join.target["id"])):
        raise join.kind.bad(LAST)


ACTIVATED = Kind(
    path="directoryRoles",
    type="directoryRole",
    noun="role",
    required=("roleTemplateId",),
    client=frozenset({"roleTemplateId"}),
    made=_activation,
    create=(_activated,),
    effects=(_sit,),
    references=named(References("members", ("users", "groups", "servicePrincipals"), rules=(_holder,),
                                effects=(_assign,))),
)  # fmt: skip
