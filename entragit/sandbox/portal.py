"""What an administrator does in the portal, made in the store, each change with its audit record."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from entragit.sandbox import presence, removal, schedules, seats
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.seats import ASSIGNMENTS as ASSIGNMENTS
from entragit.sandbox.seats import INSTANCES as INSTANCES
from entragit.sandbox.store import Object, Tenant

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
POLICIES = "identity/conditionalAccess/policies"
# Collection → (what audit records call its objects, their category).
NOUNS = {
    "users": ("User", "UserManagement"),
    "groups": ("Group", "GroupManagement"),
    "devices": ("Device", "Device"),
    "applications": ("Application", "ApplicationManagement"),
    "servicePrincipals": ("ServicePrincipal", "ApplicationManagement"),
    "directory/administrativeUnits": ("AdministrativeUnit", "AdministrativeUnit"),
    "appRoleAssignments": ("ServicePrincipal", "ApplicationManagement"),
    "oauth2PermissionGrants": ("ServicePrincipal", "ApplicationManagement"),
    "directoryRoles": ("Role", "RoleManagement"),
    "roleManagement/directory/roleDefinitions": ("Role", "RoleManagement"),
    ASSIGNMENTS: ("Role", "RoleManagement"),
}


def _noun(path: str) -> tuple[str, str]:
    """(type, category) of a collection in audit records; what hangs below an object is its owner's."""
    found = NOUNS.get(path) or NOUNS.get(path.partition("/")[0])
    return found or ("Policy" if "olic" in path else "Other", "Policy")


class NothingThere(LookupError):
    """The tenant holds no object on which the change could be made; the message says of which sort."""


def find(tenant: Tenant, path: str, object_id: str = "") -> Object:
    """The stored object, or the singleton at `path`; KeyError if there is none."""
    return tenant.objects[path][object_id] if object_id else tenant.singletons[path]


def _administrator(tenant: Tenant) -> Object:
    """Who did it: the first global administrator, as initiatedBy.user."""
    held = tenant.objects.get(ASSIGNMENTS, {}).values()
    users = tenant.objects.get("users", {})
    admins = (item["principalId"] for item in held if item["roleDefinitionId"] == GLOBAL_ADMINISTRATOR)
    user = next((users[admin] for admin in admins if admin in users), {})
    upn = user.get("userPrincipalName", f"admin@{tenant.domain}")
    return {
        "id": user.get("id"),
        "displayName": user.get("displayName"),
        "userPrincipalName": upn,
        "ipAddress": "203.0.113.7",
    }


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, sort_keys=True)


def modified(before: Object, after: Object) -> list[Object]:
    """The modifiedProperties of an audit record: what differs, old and new value as JSON text."""
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return [{"displayName": n, "oldValue": _text(before.get(n)), "newValue": _text(after.get(n))} for n in names]


def _target(path: str, body: Object, changes: list[Object]) -> Object:
    unified = "Unified" in (body.get("groupTypes") or [])
    return {
        "id": body.get("id"),
        "displayName": body.get("displayName"),
        "type": _noun(path)[0],
        "userPrincipalName": body.get("userPrincipalName"),
        "groupType": ("unifiedGroups" if unified else "azureAD") if path == "groups" else None,
        "modifiedProperties": changes,
    }


def record(
    tenant: Tenant,
    activity: str,
    path: str,
    bodies: Iterable[Object],
    changes: list[Object] | None = None,
    by: Object | None = None,
) -> None:
    """Append a directory audit record of `activity` on these objects of a collection; the first one has the changes.

    `by` is its initiatedBy; without one it was an administrator.
    """
    record_id = tenant.new_id()
    kinds = [(tenant.kind_of(str(body.get("id"))) or path, body) for body in bodies]
    targets = [_target(kind, body, (changes or []) if number == 0 else []) for number, (kind, body) in enumerate(kinds)]
    verb = activity.split()[0]
    tenant.audits.append(
        {
            "id": f"Directory_{record_id}",
            "activityDateTime": tenant.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "activityDisplayName": activity,
            "additionalDetails": [],
            "category": _noun(path)[1],
            "correlationId": record_id,
            "initiatedBy": by or {"app": None, "user": _administrator(tenant)},
            "loggedByService": "Conditional Access" if "conditional access" in activity else "Core Directory",
            "operationType": {"Add": "Add", "Delete": "Delete", "Remove": "Unassign"}.get(verb, "Update"),
            "result": "success",
            "resultReason": "",
            "targetResources": targets,
        }
    )


def sign_in(tenant: Tenant, person: str, error: int = 0) -> None:
    """Let a user sign in now, or try to: `error` is Entra's code, 0 for success."""
    user = find(tenant, "users", person)
    record_ = blank("signIn") | {
        "id": tenant.new_id(), "createdDateTime": tenant.stamp(), "userId": person, "appDisplayName": "Azure Portal",
        "userDisplayName": user["displayName"], "userPrincipalName": user["userPrincipalName"].lower(),
        "ipAddress": "192.0.2.1", "conditionalAccessStatus": "failure" if error else "success",
        "status": blank("signInStatus") | {"errorCode": error},
    }  # fmt: skip
    tenant.objects.setdefault("auditLogs/signIns", {})[record_["id"]] = record_


def edit(tenant: Tenant, path: str, object_id: str, activity: str, **changes: Any) -> None:
    """Give properties of an object (or, without an id, of a singleton) new values."""
    body = find(tenant, path, object_id)
    before = copy.deepcopy(body)
    body |= copy.deepcopy(changes)
    if "modifiedDateTime" in body:
        body["modifiedDateTime"] = tenant.stamp()
    tenant.touch(path, str(body["id"]))
    record(tenant, activity, path, [body], modified(before, body))


def add(tenant: Tenant, path: str, body: Object, activity: str) -> None:
    """Store a new object."""
    tenant.objects.setdefault(path, {})[body["id"]] = body
    tenant.touch(path, body["id"], "created")
    record(tenant, activity, path, [body], modified({}, body))


def join(tenant: Tenant, path: str, relation: str, owner: str, target: str) -> None:
    """Let a target join a relationship ("groups", "members")."""
    tenant.links.setdefault(f"{path}/{relation}", {}).setdefault(owner, []).append(target)
    tenant.touch(path, owner, relation=relation, target=target, added=True)
    noun = NOUNS[path][0].lower()
    record(tenant, f"Add {relation.removesuffix('s')} to {noun}", path, [find(tenant, path, owner), {"id": target}])


def leave(tenant: Tenant, path: str, relation: str, owner: str, target: str) -> None:
    """Let a target leave a relationship."""
    tenant.links[f"{path}/{relation}"][owner].remove(target)
    presence.leave(tenant, f"{path}/{relation}", owner, target)
    tenant.touch(path, owner, relation=relation, target=target, added=False)
    noun = NOUNS.get(path, ("Role", ""))[0].lower()
    bodies = [tenant.objects[path].get(owner, {"id": owner}), {"id": target}]
    record(tenant, f"Remove {relation.removesuffix('s')} from {noun}", path, bodies)


def give_role(tenant: Tenant, principal: str, role: str, lasting: timedelta | None = None) -> None:
    """Give a role tenant-wide: an assignment, its schedule instance, a seat in the activated role.

    With `lasting` it is an eligible role that its holder activates through Privileged Identity Management.
    """
    given = {"principalId": principal, "roleDefinitionId": role, "directoryScopeId": "/"}
    assignment = blank("unifiedRoleAssignment") | given | {"id": tenant.new_id(), "principalOrganizationId": tenant.id}
    add(tenant, ASSIGNMENTS, assignment, "Add member to role" + (" completed (PIM activation)" if lasting else ""))
    own, schedule = tenant.new_id(), seats.direct(assignment, tenant.new_id(), tenant.stamp())
    end = tenant.stamp(lasting) if lasting else None
    if end:
        schedule |= {"assignmentType": "Activated", "createdUsing": schedule["id"], "createdDateTime": tenant.stamp()}
        schedule["scheduleInfo"]["expiration"] |= {"type": "afterDateTime", "endDateTime": end}
    seats.put(tenant, seats.ACTIVE, schedule)
    seats.put(tenant, INSTANCES, seats.instance(assignment, schedule, own, end))
    seats.sit(tenant, assignment)


def let_in(
    tenant: Tenant, principal: str, group: str, access: str = "member", lasting: timedelta | None = None
) -> Object:
    """Let somebody into a group through Privileged Identity Management; returns the schedule.

    With `lasting` he activates what he is eligible for; else an administrator lets him in until next year.
    """
    own, end = tenant.new_id(), tenant.stamp(lasting or timedelta(days=365))
    info = seats.endless(tenant.stamp())
    info["expiration"] |= {"type": "afterDateTime", "endDateTime": end}
    schedule = blank("privilegedAccessGroupAssignmentSchedule") | {
        "id": presence.own_id(group, access, own), "principalId": principal, "groupId": group, "accessId": access,
        "assignmentType": "activated" if lasting else "assigned", "memberType": "direct", "status": schedules.BEGUN,
        "createdUsing": own, "createdDateTime": tenant.stamp(), "scheduleInfo": info,
    }  # fmt: skip
    schedules.place(tenant, presence.ACTIVE, schedule)
    activity = f"Add {access} to group" + (" completed (PIM activation)" if lasting else "")
    record(tenant, activity, "groups", [find(tenant, "groups", group), {"id": principal}])
    return schedule


def is_soft(tenant: Tenant, group: Object) -> bool:
    """Whether a group that is deleted can be restored.

    Microsoft 365 groups go to the deleted items with their members, others for good (facts §0.2).
    """
    return "Unified" in group["groupTypes"] or tenant.options.soft_delete_security_groups


def delete_group(tenant: Tenant, group_id: str) -> bool:
    """Delete a group as Graph does; whether it can be restored."""
    body = find(tenant, "groups", group_id)
    soft = is_soft(tenant, body)
    removal.remove(tenant, "groups", group_id, soft)
    record(tenant, "Delete group", "groups", [body])
    return soft
