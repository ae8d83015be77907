"""Directory roles: definitions, who has them, activated roles, and what Privileged Identity Management says of them."""

from __future__ import annotations

from entragit.sandbox import seats
from entragit.sandbox.company import well_known
from entragit.sandbox.company.build import Build, joined_id
from entragit.sandbox.store import Object

BASE = "roleManagement/directory"
FAR = "2099-12-31T00:00:00Z"  # what ends is gone then, and the sandbox's clock is everyone's
CUSTOM = (
    ("Application Registration Support", ["microsoft.directory/applications/createAsOwner",
    "microsoft.directory/applications/owners/update"]),
    ("Device Name Keeper: <b>read & rename</b>", ["microsoft.directory/devices/basic/update",
    "microsoft.directory/devices/standard/read"]),
)  # fmt: skip


def built_in_role(role_id: str) -> Object:
    """The definition of a built-in role, with some of its actions; KeyError for an unknown id."""
    name = well_known.roles()[role_id]
    actions = list(well_known.role_actions().get(role_id, []))
    return {
        "id": role_id, "templateId": role_id, "displayName": name, "description": f"What a {name} needs.",
        "isBuiltIn": True,
        "isEnabled": True, "version": "1", "resourceScopes": ["/"],
        "rolePermissions": [{"allowedResourceActions": actions, "excludedResourceActions": [], "condition": None}],
    }  # fmt: skip


def _definitions(build: Build) -> None:
    for role_id in well_known.role_actions():
        build.add(f"{BASE}/roleDefinitions", built_in_role(role_id))
    for number, (name, actions) in enumerate(CUSTOM):
        made = build.add(f"{BASE}/roleDefinitions", {
            "displayName": name, "description": "The company's own.", "isBuiltIn": False, "isEnabled": True,
            "version": None,
            "resourceScopes": ["/"],
            "rolePermissions": [{"allowedResourceActions": actions, "excludedResourceActions": [], "condition": None}],
        }, f"role:custom-{number}")  # fmt: skip
        made["templateId"] = made["id"]


def activate(build: Build, principal: str, role: str, scope: str = "/", until: str | None = None) -> Object:
    """Give a role: an assignment, its schedule instance, and a seat in the activated role if it is tenant-wide.

    With `until` it is an activation of an eligible role, which ends by itself.
    """
    given: Object = {"principalId": principal, "roleDefinitionId": role, "directoryScopeId": scope}
    made = build.add(f"{BASE}/roleAssignments", given | {
        "id": joined_id("assigned", principal, role, scope), "principalOrganizationId": build.tenant.id,
    })  # fmt: skip
    schedule = seats.direct(made, build.guid(), build.moment(0.1 if until else 300))
    if until:
        schedule["assignmentType"] = "Activated"
        schedule["scheduleInfo"]["expiration"] |= {"type": "afterDateTime", "endDateTime": until}
    schedule |= {"createdUsing": schedule["id"], "createdDateTime": schedule["scheduleInfo"]["startDateTime"]}
    build.add(seats.ACTIVE, schedule)
    own = joined_id("instance", principal, role, scope)
    build.add(seats.INSTANCES, seats.instance(made, schedule, own, until))
    return made


def _given(build: Build) -> None:
    known, role = build.known, well_known.role
    for word in ("user:admin", "user:break-glass-1", "user:break-glass-2"):
        activate(build, known[word], role("Global Administrator"))
    activate(build, known["group:helpdesk"], role("Helpdesk Administrator"))
    activate(build, known["group:secops"], role("Security Administrator"))
    activate(build, known["user:chief"], role("User Administrator"), f"/administrativeUnits/{known['unit']}")
    activate(build, known["user:chief"], role("Global Reader"))
    activate(build, known[f"principal:{known['app:sync']}"], role("User Administrator"))
    activate(build, known["user:chief"], known["role:custom-1"])
    activate(build, known["user:chief"], known["role:custom-0"], f"/{known['app:portal']}")
    activate(build, known["user:admin"], role("Conditional Access Administrator"), "/", FAR)


def _activated(build: Build) -> None:
    """Roles that somebody has tenant-wide, as Graph's older directoryRoles show them."""
    by_role: dict[str, list[str]] = {}
    for item in build.all(f"{BASE}/roleAssignments"):
        if item["directoryScopeId"] == "/" and item["roleDefinitionId"] in well_known.roles():
            by_role.setdefault(item["roleDefinitionId"], []).append(item["principalId"])
    for role_id, members in by_role.items():
        name = well_known.roles()[role_id]
        made = build.add(
            "directoryRoles", {"displayName": name, "description": f"What a {name} needs.", "roleTemplateId": role_id}
        )
        build.link("directoryRoles/members", made["id"], members)


def roles(build: Build) -> None:
    """All of it; needs users, groups, units and service principals."""
    _definitions(build)
    _given(build)
    _activated(build)
