"""Directory roles: definitions of the tenant's own, assignments, activated roles (facts §5 roleManagement)."""

from __future__ import annotations

import re

from entragit.sandbox import role_rules, seats
from entragit.sandbox.company.build import joined_id
from entragit.sandbox.replies import ApiError
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.seats import ASSIGNMENTS as PATH
from entragit.sandbox.seats import GIVEN, INSTANCES
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


def _policy(write: Write) -> None:
    """Effect: a new role has a policy of its own (facts §5 PIM)."""
    if write.created:
        role_rules.give(write.tenant, write.id)


def _no_policy(write: Write) -> None:
    """Effect of a deletion: that goes, too."""
    role_rules.take(write.tenant, write.id)


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
    effects=(_policy,),
    gone=(_no_policy,),
)


def principal(write: Write) -> None:
    """Users, service principals and role-assignable groups that replication shows (facts §2)."""
    kinds = ("users", "servicePrincipals", "groups")
    found = lookup.directory_object(write.tenant, write.body["principalId"], kinds)
    if found is None:
        raise write.kind.bad(INVALID_VALUES, "Request_BadRequest")
    if found[0] == "groups" and not found[1].get("isAssignableToRole"):
        raise write.kind.bad("The group is not assignable to roles.", "Request_BadRequest")


def is_scope(tenant: Tenant, scope: str) -> bool:
    """Whether this is the tenant, an administrative unit, or one directory object (facts §5)."""
    match = SCOPE.fullmatch(scope)
    paths = ("directory/administrativeUnits",) if match and match["unit"] else (
        "applications", "servicePrincipals", "groups", "users", "devices")  # fmt: skip
    return scope == "/" or (match is not None and lookup.directory_object(tenant, match["id"], paths) is not None)


def _scope(write: Write) -> None:
    if not is_scope(write.tenant, write.body["directoryScopeId"]):
        raise write.kind.bad(INVALID_VALUES, "Request_BadRequest")


def _role(write: Write) -> None:
    role = lookup.get(write.tenant, DEFINITIONS_PATH, write.body["roleDefinitionId"])
    if role is None or not role.get("isEnabled"):
        raise write.kind.bad(INVALID_VALUES, "RoleNotFound")
    for name in ("appScopeId", "condition", "principalOrganizationId"):
        if write.body.get(name):
            raise write.kind.bad(f"Property '{name}' can't be set here.")


def _same(item: Object, other: Object) -> bool:
    return all(item.get(name) == other.get(name) for name in GIVEN)


def _not_yet(write: Write) -> None:
    if any(_same(item, write.body) for item in roles.assignments(write.tenant)):
        raise write.kind.bad(CONFLICT, "RoleAssignmentExists")


def _assignment_id(write: Write) -> Object:
    """Server-made (facts §6), and another one each time."""
    return {"id": joined_id("assigned", write.after["id"]), "principalOrganizationId": write.tenant.id}


def _scheduled(tenant: Tenant, assignment: Object) -> None:
    """Put what an assignment that is made directly has beside it: a schedule of the same id, and its instance."""
    own = str(assignment["id"])
    schedule = seats.direct(assignment, own, tenant.stamp())
    seats.put(tenant, seats.ACTIVE, schedule)
    seats.put(tenant, INSTANCES, seats.instance(assignment, schedule, joined_id("instance", own), None))


def _seat(write: Write) -> None:
    """Effect: what an assignment has beside it, and a seat in the activated role."""
    _scheduled(write.tenant, write.after)
    seats.sit(write.tenant, write.after)


def _unseat(write: Write) -> None:
    """Effect of a deletion: all of that goes."""
    seats.leave(write.tenant, write.before)


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
    required=GIVEN,
    client=frozenset({"roleDefinitionId"}),
    made=_assignment_id,
    create=(principal, _role, _scope, _not_yet),
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
        seats.sit(write.tenant, item)


def _assign(join: Join) -> None:
    """Effect: a seat in a role is an assignment for the whole tenant, and the other way round."""
    tenant, role = join.tenant, join.owner["roleTemplateId"]
    wanted = {"principalId": join.target["id"], "roleDefinitionId": role, "directoryScopeId": "/"}
    if join.adding:
        assignment = (
            blank("unifiedRoleAssignment") | wanted | {"id": tenant.new_id(), "principalOrganizationId": tenant.id}
        )
        seats.put(tenant, PATH, assignment)
        _scheduled(tenant, assignment)
        return
    for item in [item for item in roles.assignments(tenant) if _same(item, wanted)]:
        seats.drop(tenant, PATH, "id", item["id"])
        seats.leave(tenant, item)


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
