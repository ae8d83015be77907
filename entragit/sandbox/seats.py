"""What an active role is beside its assignment: schedule, instance, seat in the activated role (facts §5 PIM)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from entragit.sandbox.company.build import joined_id
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object, Tenant

ASSIGNMENTS = "roleManagement/directory/roleAssignments"
INSTANCES = "roleManagement/directory/roleAssignmentScheduleInstances"
ACTIVE = "roleManagement/directory/roleAssignmentSchedules"
GIVEN = ("principalId", "roleDefinitionId", "directoryScopeId")
ALIKE = (*GIVEN, "appScopeId")
"""What together says to whom which role is given where; there is no second one that agrees in all."""
BEGUN = "Provisioned"
"""The status of a schedule whose time has come."""


def seats(tenant: Tenant, assignment: Mapping[str, Any]) -> Iterator[tuple[Object, list[str]]]:
    """(activated role, its members) that shows an assignment for the whole tenant."""
    for role in tenant.objects.get("directoryRoles", {}).values():
        if assignment["directoryScopeId"] == "/" and role["roleTemplateId"] == assignment["roleDefinitionId"]:
            yield role, tenant.links.setdefault("directoryRoles/members", {}).setdefault(role["id"], [])


def sit(tenant: Tenant, assignment: Mapping[str, Any]) -> None:
    """Give the seat that an assignment means."""
    for role, members in seats(tenant, assignment):
        if assignment["principalId"] not in members:
            members.append(assignment["principalId"])
            target = assignment["principalId"]
            tenant.touch("directoryRoles", role["id"], relation="members", target=target, added=True)


def rise(tenant: Tenant, assignment: Mapping[str, Any]) -> None:
    """Take the seat that an assignment meant."""
    for role, members in seats(tenant, assignment):
        if assignment["principalId"] in members:
            members.remove(assignment["principalId"])
            target = assignment["principalId"]
            tenant.touch("directoryRoles", role["id"], relation="members", target=target, added=False)


def instance(assignment: Mapping[str, Any], schedule: Mapping[str, Any], own: str, end: str | None) -> Object:
    """What says how an assignment came about: directly, or activated; from when until when."""
    return blank("unifiedRoleAssignmentScheduleInstance") | {name: assignment[name] for name in GIVEN} | {
        "id": own, "assignmentType": schedule["assignmentType"], "memberType": "Direct",
        "startDateTime": schedule["scheduleInfo"]["startDateTime"], "endDateTime": end,
        "roleAssignmentOriginId": assignment["id"], "roleAssignmentScheduleId": schedule["id"],
    }  # fmt: skip


def endless(start: str | None) -> Object:
    """The scheduleInfo of what is given for ever."""
    expiration = blank("expirationPattern") | {"type": "noExpiration"}
    return {"startDateTime": start, "recurrence": None, "expiration": expiration}


def direct(assignment: Mapping[str, Any], own: str, start: str) -> Object:
    """The schedule of an assignment that was made directly: for ever, and by no request."""
    return blank("unifiedRoleAssignmentSchedule") | {name: assignment[name] for name in GIVEN} | {
        "id": own, "assignmentType": "Assigned", "memberType": "Direct", "status": BEGUN,
        "scheduleInfo": endless(start),
    }  # fmt: skip


def put(tenant: Tenant, path: str, body: Object) -> None:
    """Store something new."""
    tenant.objects.setdefault(path, {})[str(body["id"])] = body
    tenant.removed.pop(str(body["id"]), None)
    tenant.touch(path, str(body["id"]), "created")


def drop(tenant: Tenant, path: str, name: str, value: object) -> list[Object]:
    """Delete the objects of a collection whose property has this value, for good; returns them."""
    gone = [body for body in tenant.objects.get(path, {}).values() if body.get(name) == value]
    for body in gone:
        tenant.bury(path, str(body["id"]))
        tenant.touch(path, str(body["id"]), "deleted")
    return gone


def leave(tenant: Tenant, assignment: Mapping[str, Any]) -> None:
    """What goes with an assignment: instance, schedule, seat."""
    for item in drop(tenant, INSTANCES, "roleAssignmentOriginId", assignment["id"]):
        drop(tenant, ACTIVE, "id", item["roleAssignmentScheduleId"])
    rise(tenant, assignment)


def begin(tenant: Tenant, schedule: Mapping[str, Any], end: str | None) -> None:
    """What comes of a schedule whose time has come: an assignment and what goes with it."""
    own = {"id": joined_id("assigned", str(schedule["id"])), "principalOrganizationId": tenant.id}
    assignment = blank("unifiedRoleAssignment") | {name: schedule[name] for name in GIVEN} | own
    put(tenant, ASSIGNMENTS, assignment)
    put(tenant, INSTANCES, instance(assignment, schedule, joined_id("instance", own["id"]), end))
    sit(tenant, assignment)


def finish(tenant: Tenant, schedule: Mapping[str, Any]) -> None:
    """What goes with a schedule that is over, or taken back."""
    for item in drop(tenant, INSTANCES, "roleAssignmentScheduleId", schedule["id"]):
        for assignment in drop(tenant, ASSIGNMENTS, "id", item["roleAssignmentOriginId"]):
            rise(tenant, assignment)


def follow(tenant: Tenant, old: Mapping[str, Any], new: Mapping[str, Any], end: str | None) -> None:
    """The instance of a schedule that another takes the place of, or the same with another end."""
    for item in tenant.objects.get(INSTANCES, {}).values():
        if item["roleAssignmentScheduleId"] == old["id"]:
            item |= {"roleAssignmentScheduleId": new["id"], "endDateTime": end}
            tenant.touch(INSTANCES, str(item["id"]))
