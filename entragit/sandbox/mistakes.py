"""What goes wrong in a tenant on an ordinary day; each function makes one change and says it in a sentence.

They work on made-up tenants and on loaded ones, and raise NothingThere (a LookupError) where the tenant holds nothing
that the mistake could be made on. Sentences hold names as they are, hostile ones too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from entragit.sandbox import portal, seats
from entragit.sandbox.changes import random_change
from entragit.sandbox.portal import ASSIGNMENTS, POLICIES, NothingThere
from entragit.sandbox.store import Object, Tenant

__all__ = [
    "NothingThere", "activate_pim", "delete_group", "promote_guest", "purge_group", "random_change", "remove_exclusion",
    "rename_group", "strip_permissions",
]  # fmt: skip

EMERGENCY = re.compile(r"break.?glass|emergency", re.IGNORECASE)
ACTIVATION = timedelta(hours=8)
WANTED_ROLE = "29232cdf-9323-42fd-ade2-1d097af3e4de"  # Exchange Administrator


def _policies(tenant: Tenant) -> list[Object]:
    return sorted(tenant.objects.get(POLICIES, {}).values(), key=lambda body: (body["displayName"], body["id"]))


def _users(policy: Object) -> Object:
    return (policy.get("conditions") or {}).get("users") or {}


def _named_groups(policy: Object) -> Iterator[str]:
    users = _users(policy)
    yield from users.get("includeGroups") or []
    yield from users.get("excludeGroups") or []


def _emergency_group(tenant: Tenant) -> Object:
    """The group that is kept out of policies: by its name, else the one excluded most often."""
    excluded = Counter(group for policy in _policies(tenant) for group in _users(policy).get("excludeGroups") or [])
    held = [body for body in tenant.objects.get("groups", {}).values() if excluded[body["id"]]]
    if not held:
        raise NothingThere("No Conditional Access policy excludes a group of this tenant.")
    return max(
        held, key=lambda body: (bool(EMERGENCY.search(body["displayName"] or "")), excluded[body["id"]], body["id"])
    )


def remove_exclusion(tenant: Tenant) -> str:
    """Someone takes the break-glass group out of the exclusions of an enabled policy."""
    group = _emergency_group(tenant)
    policies = [policy for policy in _policies(tenant) if group["id"] in (_users(policy).get("excludeGroups") or [])]
    policy = min(policies, key=lambda body: body["state"] != "enabled")
    users = _users(policy)
    left = [held for held in users["excludeGroups"] if held != group["id"]]
    conditions = policy["conditions"] | {"users": users | {"excludeGroups": left}}
    portal.edit(tenant, POLICIES, policy["id"], "Update conditional access policy", conditions=conditions)
    return f'Removed the exclusion of "{group["displayName"]}" from the policy "{policy["displayName"]}".'


def _use(tenant: Tenant, groups: dict[str, Object]) -> Counter[str]:
    """How much each group is used: policies count most, then applications and roles, then members."""
    use: Counter[str] = Counter()
    for policy in _policies(tenant):
        use.update(dict.fromkeys(_named_groups(policy), 10_000))
    for path in ("appRoleAssignments", ASSIGNMENTS):
        for item in tenant.objects.get(path, {}).values():
            use[item["principalId"]] += 1000
    for group, members in tenant.links.get("groups/members", {}).items():
        use[group] += min(len(members), 999)
    return Counter({group: use[group] for group in groups})


def _most_used(tenant: Tenant, lasting: bool = False) -> Object:
    """The group that is used most, of those that are no break-glass groups; `lasting`: that Entra deletes for good."""
    spared = _emergency_id(tenant)
    groups = {
        key: body
        for key, body in tenant.objects.get("groups", {}).items()
        if key != spared
        and not EMERGENCY.search(body["displayName"] or "")
        and not (lasting and portal.is_soft(tenant, body))
    }
    if not groups:
        raise NothingThere("The tenant holds no such group.")
    use = _use(tenant, groups)
    return max(groups.values(), key=lambda body: (use[body["id"]], body["id"]))


def _emergency_id(tenant: Tenant) -> str:
    try:
        return str(_emergency_group(tenant)["id"])
    except NothingThere:
        return ""


def delete_group(tenant: Tenant) -> str:
    """Someone deletes the group that is used most (no break-glass group); policies go on naming its id."""
    return _delete(tenant, _most_used(tenant))


def purge_group(tenant: Tenant) -> str:
    """Someone deletes the group that is used most of those that nobody can restore (no break-glass group)."""
    return _delete(tenant, _most_used(tenant, lasting=True))


def _delete(tenant: Tenant, group: Object) -> str:
    members = len(tenant.links.get("groups/members", {}).get(group["id"], []))
    named = sum(group["id"] in _named_groups(policy) for policy in _policies(tenant))
    soft = portal.delete_group(tenant, group["id"])
    how = "it can be restored for 30 days" if soft else "for good"
    held, by = _count(members, "member", "members"), _count(named, "policy names", "policies name")
    return f'Deleted the group "{group["displayName"]}" with {held}, which {by} ({how}).'


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _asked(app: Object) -> int:
    return sum(len(access["resourceAccess"]) for access in app["requiredResourceAccess"])


def strip_permissions(tenant: Tenant) -> str:
    """Someone empties the permissions of the application that has most, and revokes what it was granted."""
    principals = {body["appId"]: body["id"] for body in tenant.objects.get("servicePrincipals", {}).values()}
    granted = Counter(item["principalId"] for item in tenant.objects.get("appRoleAssignments", {}).values())
    apps = [app for app in tenant.objects.get("applications", {}).values() if _asked(app)]
    if not apps:
        raise NothingThere("No application of this tenant asks for a permission.")
    app = max(apps, key=lambda body: (granted[principals.get(body["appId"], "")], _asked(body), body["id"]))
    count, principal = _asked(app), principals.get(app["appId"], "")
    portal.edit(tenant, "applications", app["id"], "Update application", requiredResourceAccess=[])
    gone = seats.drop(tenant, "appRoleAssignments", "principalId", principal)
    for item in gone:
        body = tenant.objects["servicePrincipals"].get(item["resourceId"], {"id": item["resourceId"]})
        portal.record(tenant, "Remove app role assignment from service principal", "servicePrincipals", [body])
    asked = _count(count, "permission", "permissions")
    given = _count(len(gone), "app role assignment", "app role assignments")
    return f'Stripped "{app["displayName"]}" of its {asked} and of {given}.'


def promote_guest(tenant: Tenant) -> str:
    """Someone, an intruder perhaps, makes a guest a global administrator."""
    held = {item["principalId"] for item in tenant.objects.get(ASSIGNMENTS, {}).values()}
    guests = (user for user in tenant.objects.get("users", {}).values() if user["userType"] == "Guest")
    guest = next((user for user in guests if user["accountEnabled"] and user["id"] not in held), None)
    if guest is None:
        raise NothingThere("The tenant holds no guest without a role.")
    portal.give_role(tenant, guest["id"], portal.GLOBAL_ADMINISTRATOR)
    return f'Gave the guest "{guest["displayName"]}" the role "Global Administrator".'


def rename_group(tenant: Tenant) -> str:
    """Someone renames the group that policies name most."""
    groups = tenant.objects.get("groups", {})
    named = Counter(group for policy in _policies(tenant) for group in _named_groups(policy) if group in groups)
    if not groups:
        raise NothingThere("The tenant holds no group.")
    group = max(groups.values(), key=lambda body: (named[body["id"]], body["id"]))
    old = group["displayName"] or ""
    portal.edit(tenant, "groups", group["id"], "Update group", displayName=f"{old} (renamed)"[-256:])
    return f'Renamed the group "{old}" to "{group["displayName"]}".'


def _eligible(tenant: Tenant) -> tuple[Object, Object]:
    """A user and a role that the user has not."""
    held = {(item["principalId"], item["roleDefinitionId"]) for item in tenant.objects.get(ASSIGNMENTS, {}).values()}
    roles = tenant.objects.get("roleManagement/directory/roleDefinitions", {})
    ordered = sorted(roles.values(), key=lambda body: (body["id"] != WANTED_ROLE, not body["isBuiltIn"], body["id"]))
    for user in tenant.objects.get("users", {}).values():
        for role in ordered if user["accountEnabled"] and user["userType"] != "Guest" else []:
            if (user["id"], role["id"]) not in held:
                return user, role
    raise NothingThere("The tenant holds no user who could activate a role.")


def activate_pim(tenant: Tenant) -> str:
    """Someone activates an eligible role for a few hours: an assignment and its schedule instance appear."""
    user, role = _eligible(tenant)
    portal.give_role(tenant, user["id"], role["id"], ACTIVATION)
    return f'"{user["displayName"]}" activated the role "{role["displayName"]}" for 8 hours.'
