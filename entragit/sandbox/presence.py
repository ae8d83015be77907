"""Who is in a group by an assignment of Privileged Identity Management, and for how long (facts §5 PIM for groups).

Such an assignment makes its holder a member or an owner for as long as it lasts. Of a group that PIM manages, which it
does from the first request on, the members and owners who stay are listed as assignments without an end, too [K].
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from itertools import product
from typing import Any

from entragit.sandbox import licensing, role_rules
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.seats import BEGUN, drop, endless
from entragit.sandbox.store import Object, Tenant

BASE = "identityGovernance/privilegedAccess/group"
ELIGIBLE, ACTIVE = f"{BASE}/eligibilitySchedules", f"{BASE}/assignmentSchedules"
MANAGING = tuple(path for own in (ELIGIBLE, ACTIVE) for path in (own, f"{own[:-1]}Requests"))
WHO = ("principalId", "groupId", "accessId")
LINKS = {"member": "groups/members", "owner": "groups/owners"}


def own_id(group: str, access: str, request: str) -> str:
    """The id of a schedule says for which group, as what, and by which request."""
    return f"{group}_{access}_{request}"


def who(schedule: Mapping[str, Any]) -> tuple[str, ...]:
    """Who is in which group by a schedule, and as what."""
    return tuple(schedule[name] for name in WHO)


def holders(tenant: Tenant, schedule: Mapping[str, Any]) -> list[str]:
    """The members (owners) of the group that a schedule is about, to be changed in place."""
    return tenant.links.setdefault(LINKS[schedule["accessId"]], {}).setdefault(schedule["groupId"], [])


def _tell(tenant: Tenant, schedule: Mapping[str, Any], *, added: bool) -> None:
    relation = LINKS[schedule["accessId"]].rpartition("/")[2]
    tenant.touch("groups", schedule["groupId"], relation=relation, target=schedule["principalId"], added=added)
    if relation == "members":
        licensing.inherit(tenant, [schedule["principalId"]])


def _counts(schedule: Mapping[str, Any]) -> bool:
    """Whether its holder is in the group by this schedule now."""
    return bool(schedule["memberType"] == "direct" and schedule["status"] == BEGUN)


def begin(tenant: Tenant, schedule: Mapping[str, Any], _end: str | None = None) -> None:
    """Let the holder of a schedule whose time has come into the group."""
    there = holders(tenant, schedule)
    if _counts(schedule) and schedule["principalId"] not in there:
        there.append(schedule["principalId"])
        _tell(tenant, schedule, added=True)


def finish(tenant: Tenant, schedule: Mapping[str, Any]) -> None:
    """Let the holder of a schedule that is over leave the group, unless another one keeps him there."""
    there, rows = holders(tenant, schedule), tenant.objects.get(ACTIVE, {}).values()
    kept = any(_counts(item) and who(item) == who(schedule) for item in rows)
    if _counts(schedule) and not kept and schedule["principalId"] in there:
        there.remove(schedule["principalId"])
        _tell(tenant, schedule, added=False)


def follow(_tenant: Tenant, _old: Mapping[str, Any], _new: Mapping[str, Any], _end: str | None) -> None:
    """Nothing: who is in the group stays there when one schedule takes the place of another."""


def leave(tenant: Tenant, link: str, group: str, principal: str) -> None:
    """Somebody was taken out of a group by its members' list: by no schedule is he in it any more."""
    for item in list(tenant.objects.get(ACTIVE, {}).values()):
        named = (item["principalId"], item["groupId"], LINKS[item["accessId"]])
        if _counts(item) and named == (principal, group, link):
            drop(tenant, ACTIVE, "id", item["id"])


def _is_endless(schedule: Mapping[str, Any]) -> bool:
    return _counts(schedule) and schedule["scheduleInfo"]["expiration"]["type"] == "noExpiration"


def _lasting(tenant: Tenant, group: str, access: str, principal: str) -> Object:
    """The schedule of somebody who is in a group by no request."""
    own = str(uuid.uuid5(uuid.UUID(tenant.id), f"{group} {access} {principal}"))
    born = tenant.objects["groups"][group].get("createdDateTime")
    return blank("privilegedAccessGroupAssignmentSchedule") | {
        "id": own_id(group, access, own), "principalId": principal, "groupId": group, "accessId": access,
        "assignmentType": "assigned", "memberType": "direct", "status": BEGUN, "createdDateTime": born,
        "scheduleInfo": endless(born),
    }  # fmt: skip


def managed(tenant: Tenant) -> list[str]:
    """The groups that PIM manages: those of which anything was asked for, as long as they are there."""
    named = {item["groupId"] for path in MANAGING for item in tenant.objects.get(path, {}).values()}
    known, there = role_rules.managed(tenant), tenant.objects.get("groups", {}).keys()
    for group in sorted(known - there):
        role_rules.release(tenant, group)
    for group in sorted((named & there) - known):
        role_rules.manage(tenant, group)
    return sorted((known | named) & there)


def advance(tenant: Tenant) -> None:
    """Show of each group that PIM manages who stays in it, as far as no request says so."""
    rows = tenant.objects.setdefault(ACTIVE, {})
    for own, item in list(rows.items()):
        if _is_endless(item) and item["principalId"] not in holders(tenant, item):
            del rows[own]
    groups = managed(tenant)
    tenant.objects[role_rules.MANAGED] = {group: blank("groupResource") | {"id": group} for group in groups}
    if not tenant.options.members_scheduled:
        return
    held = {who(item) for item in rows.values() if _counts(item)}
    for group, (access, link) in product(groups, LINKS.items()):
        for principal in tenant.links.get(link, {}).get(group, ()):
            if (principal, group, access) not in held:
                made = _lasting(tenant, group, access, principal)
                rows[made["id"]] = made
