"""The made-up company: Privileged Identity Management and roles of entitlement management."""

from __future__ import annotations

import copy
import uuid

from entragit.sandbox import presence, role_rules, seats
from entragit.sandbox.company import well_known
from entragit.sandbox.company.build import Build, joined_id, values
from entragit.sandbox.schedules import ACTIVE, ACTIVE_IN_GROUPS, BEGUN, ELIGIBLE, IN_GROUPS, PENDING
from entragit.sandbox.store import Object

GRANTING = "roleManagement/entitlementManagement"
ROLES = {"Catalog owner": "ae79f266-94d4-4dab-b730-feca7e132178",
         "Catalog reader": "44272f93-9762-48e8-af59-1b5351b1d6b3",
         "Catalog creator": "ba92d953-d8e0-4e39-a797-0cbedb0a89e8",
         "Access package manager": "7f480852-ebdc-47d4-87de-0d8498384a83",
         "Access package assignment manager": "e2182095-804a-4656-ae11-64734e9b7ae5"}  # fmt: skip
LATER, LAST = "2098-01-01T00:00:00Z", "2099-12-31T22:30:00.5Z"


def _until(build: Build, **expiration: str) -> Object:
    """A period that began in the company's past."""
    held = values("expirationPattern", **expiration)
    return values("requestSchedule", startDateTime=build.moment(200), expiration=held)


def _own(build: Build, *parts: object) -> str:
    """An id of what is here alone, so that the ids of all that comes after are what they would be without."""
    return str(uuid.uuid5(uuid.UUID(build.tenant.id), repr(parts)))


def _schedule(build: Build, path: str, principal: str, role: str, info: Object, **more: str | None) -> Object:
    """A schedule that somebody asked for by request."""
    own = _own(build, path, principal, role, more)
    given = {"principalId": principal, "roleDefinitionId": role, "directoryScopeId": "/", "memberType": "Direct"}
    times = {
        "createdDateTime": info["startDateTime"],
        "scheduleInfo": copy.deepcopy(info),
        "status": BEGUN,
        "createdUsing": own,
    }
    made = build.add(path, {"id": own, **given, **times, **more})
    if more.get("status") == PENDING:  # requests are kept for some weeks, schedules for as long as they last
        asked = {name: made[name] for name in ("id", "principalId", "roleDefinitionId", "directoryScopeId", "status")}
        asked |= {"action": "adminAssign", "targetScheduleId": own, "scheduleInfo": info, "isValidationOnly": False}
        build.add(f"{path[:-1]}Requests", asked | {"createdDateTime": made["createdDateTime"]})
    return made


def _eligible(build: Build) -> None:
    known, role = build.known, well_known.role
    unit = f"/administrativeUnits/{known['unit']}"
    helpers, forever = known["group:helpdesk"], _until(build, type="noExpiration")
    ends = _until(build, type="afterDateTime", endDateTime=LAST)
    lasts = _until(build, type="afterDuration", duration="P36500DT8H")
    _schedule(build, ELIGIBLE, known["user:chief"], role("Privileged Role Administrator"), forever)
    _schedule(build, ELIGIBLE, helpers, role("User Administrator"), ends, directoryScopeId=unit)
    _schedule(build, ELIGIBLE, known["user:admin"], role("Security Administrator"), lasts)
    # Of a member of the group it is computed.
    _schedule(build, ELIGIBLE, known["user:admin"], role("User Administrator"), ends, memberType="Group")
    later = values("requestSchedule", startDateTime=LATER, expiration=ends["expiration"])
    _schedule(build, ELIGIBLE, known["user:admin"], known["role:custom-1"], later, status=PENDING,
              createdDateTime=build.moment(3))  # fmt: skip


def _active(build: Build) -> None:
    """Roles until some day: each has an assignment, too, from when it begins."""
    known, role = build.known, well_known.role
    given = {"assignmentType": "Assigned"}
    ends = _until(build, type="afterDateTime", endDateTime=LAST)
    unit = f"/administrativeUnits/{known['unit']}"
    held = [_schedule(build, ACTIVE, known["user:chief"], role("Message Center Reader"), ends, **given),
            _schedule(build, ACTIVE, known["group:secops"], role("Security Reader"), ends, directoryScopeId=unit,
                      **given)]  # fmt: skip
    for schedule in held:
        seats.begin(build.tenant, schedule, LAST)
    later = values("requestSchedule", startDateTime=LATER, expiration=ends["expiration"])
    _schedule(build, ACTIVE, known[f"principal:{known['app:sync']}"], known["role:custom-1"], later, status=PENDING,
              createdDateTime=build.moment(3), **given)  # fmt: skip


def _in_group(
    build: Build, principal: str, group: str, access: str, info: Object, path: str = IN_GROUPS, **more: str
) -> Object:
    """A schedule of a group, named after the request that made it."""
    asked = _own(build, path, principal, group, access, more)
    who = {"principalId": principal, "groupId": group, "accessId": access}
    made = build.add(path, who | {
        "id": f"{group}_{access}_{asked}", "createdDateTime": info["startDateTime"], "createdUsing": asked,
        "memberType": "direct", "scheduleInfo": copy.deepcopy(info), "status": BEGUN, **more})  # fmt: skip
    if made["status"] == PENDING:
        build.add(f"{path[:-1]}Requests", who | {
            "id": asked, "action": "adminAssign", "targetScheduleId": made["id"], "isValidationOnly": False,
            "scheduleInfo": info, "status": PENDING, "createdDateTime": build.moment(3)})  # fmt: skip
    return made


def _in_groups(build: Build) -> None:
    """Who may become a member or an owner of a group for some hours."""
    known, forever = build.known, _until(build, type="noExpiration")
    ends = _until(build, type="afterDateTime", endDateTime=LAST)
    helpers, secops = known["group:helpdesk"], known["group:secops"]
    _in_group(build, known["user:chief"], secops, "member", forever)
    _in_group(build, known["user:admin"], helpers, "owner", ends)
    _in_group(build, secops, helpers, "member", ends)
    # Of a member of that group it is computed.
    _in_group(build, known["user:admin"], helpers, "member", ends, memberType="group")
    later = values("requestSchedule", startDateTime=LATER, expiration=ends["expiration"])
    _in_group(build, known["user:chief"], helpers, "member", later, status=PENDING)


def _active_in_groups(build: Build) -> None:
    """Who is in a group until some day, who has activated it, and who gets in by another group or later."""
    known, given = build.known, {"path": ACTIVE_IN_GROUPS, "assignmentType": "assigned"}
    helpers, secops, chief = known["group:helpdesk"], known["group:secops"], known["user:chief"]
    pilot = known["group:pilot"]
    ends = _until(build, type="afterDateTime", endDateTime=LAST)
    lasts = _until(build, type="afterDuration", duration="P36500DT8H")
    later = values("requestSchedule", startDateTime=LATER, expiration=ends["expiration"])
    activated = given | {"assignmentType": "activated"}
    for schedule in (_in_group(build, chief, helpers, "owner", ends, **given),
                     _in_group(build, known["group:creators"], pilot, "member", lasts, **given),
                     _in_group(build, chief, secops, "member", ends, **activated)):  # fmt: skip
        presence.begin(build.tenant, schedule)
    _in_group(build, chief, pilot, "member", lasts, **given, memberType="group")  # as one of them, and so himself
    _in_group(build, chief, helpers, "member", later, **given, status=PENDING)


def _settings(build: Build) -> None:
    """Policies of two roles, one of them as strict as can be; those of other roles are not made up, for bulk."""
    role_rules.give(build.tenant, build.known["role:custom-1"])
    own = role_rules.give(build.tenant, well_known.role("Privileged Role Administrator"))
    rules, kind = build.tenant.children[role_rules.RULES][own], "#microsoft.graph."
    rules["Expiration_EndUser_Assignment"]["maximumDuration"] = "PT1H"
    rules["Enablement_EndUser_Assignment"]["enabledRules"] = ["Justification", "Ticketing"]
    context = next(iter(build.tenant.objects["identity/conditionalAccess/authenticationContextClassReferences"]))
    rules["AuthenticationContext_EndUser_Assignment"] |= {"isEnabled": True, "claimValue": context}
    rules["Notification_Admin_EndUser_Assignment"]["notificationRecipients"] = [f"soc@{build.tenant.domain}"]
    setting = rules["Approval_EndUser_Assignment"]["setting"]
    setting["isApprovalRequired"] = True
    setting["approvalStages"][0]["primaryApprovers"] = [
        {"@odata.type": f"{kind}singleUser", **values("singleUser", userId=build.known["user:chief"])},
        {"@odata.type": f"{kind}groupMembers", **values("groupMembers", groupId=build.known["group:secops"])},
    ]


def _settings_of_groups(build: Build) -> None:
    """Policies of the groups that PIM manages; whoever activates membership of one of them has an hour."""
    presence.managed(build.tenant)
    rules = build.tenant.children[role_rules.RULES_OF_GROUPS]
    own = next(own for own, item in build.tenant.objects[role_rules.OF_GROUPS[0]].items()
               if item["scopeId"] == build.known["group:secops"])  # fmt: skip
    rules[own]["Expiration_EndUser_Assignment"]["maximumDuration"] = "PT1H"
    setting = rules[own]["Approval_EndUser_Assignment"]["setting"]
    setting["isApprovalRequired"] = True
    setting["approvalStages"][0]["primaryApprovers"] = [
        {"@odata.type": "#microsoft.graph.singleUser", **values("singleUser", userId=build.known["user:chief"])}
    ]


def make(build: Build) -> None:
    """Add them to the company; needs all of its core."""
    _eligible(build)
    _active(build)
    _in_groups(build)
    _active_in_groups(build)
    _settings(build)
    _settings_of_groups(build)


def grant(build: Build) -> None:
    """Add roles of entitlement management, in the tenant and for a catalog; needs its catalogs."""
    for name, own in ROLES.items():
        build.add(f"{GRANTING}/roleDefinitions", {"id": own, "templateId": own, "displayName": name, "isBuiltIn": True,
                                                  "isEnabled": True, "resourceScopes": ["/"]})  # fmt: skip
    known = build.known
    given: list[tuple[str, str, str | None]] = [
        (known["user:chief"], "Catalog creator", None),
        (known["group:secops"], "Catalog owner", known["catalog"]),
        (known[f"principal:{known['app:sync']}"], "Access package assignment manager", known["catalog"]),
    ]
    for principal, role, catalog in given:
        own = joined_id("granted", _own(build, GRANTING, principal, role))
        scope = {"appScopeId": f"/AccessPackageCatalog/{catalog}"} if catalog else {"directoryScopeId": "/"}
        build.add(f"{GRANTING}/roleAssignments", {"id": own, "principalId": principal, "roleDefinitionId": ROLES[role],
                                                  "principalOrganizationId": build.tenant.id, **scope})  # fmt: skip
