"""Small changes of an ordinary day, drawn at random: for tests of properties, and for tenants that live."""

from __future__ import annotations

import random
from collections.abc import Callable

from entragit.sandbox import portal
from entragit.sandbox.company.names import DEPARTMENTS, PROJECTS, TITLES
from entragit.sandbox.portal import ASSIGNMENTS, POLICIES, NothingThere
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object, Tenant

LOCATIONS = "identity/conditionalAccess/namedLocations"
METHODS = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
UNITS = "directory/administrativeUnits"
AUTHORIZATION = "policies/authorizationPolicy"
INVITES = ("none", "adminsAndGuestInviters", "adminsGuestInvitersAndAllMembers", "everyone")
STATES = ("enabled", "disabled", "enabledForReportingButNotEnforced")


def _one(
    tenant: Tenant, rng: random.Random, path: str, wanted: Callable[[Object], object] = lambda body: True
) -> Object:
    """Any object of a collection that is wanted; NothingThere if there is none."""
    held = [body for body in tenant.objects.get(path, {}).values() if wanted(body)]
    if not held:
        raise NothingThere(path)
    return rng.choice(held)


def _other(rng: random.Random, values: tuple[str, ...], but: object) -> str:
    return rng.choice([value for value in values if value != but])


def _job(tenant: Tenant, rng: random.Random) -> str:
    user = _one(tenant, rng, "users", lambda body: not body["onPremisesSyncEnabled"])
    title = _other(rng, tuple(f"{a} {b}" for a in DEPARTMENTS for b in TITLES), user["jobTitle"])
    portal.edit(tenant, "users", user["id"], "Update user", jobTitle=title)
    return f'"{user["displayName"]}" is now {title}.'


def _account(tenant: Tenant, rng: random.Random) -> str:
    user = _one(tenant, rng, "users")
    portal.edit(tenant, "users", user["id"], "Update user", accountEnabled=not user["accountEnabled"])
    return f'Switched the account of "{user["displayName"]}" {"on" if user["accountEnabled"] else "off"}.'


def _manager(tenant: Tenant, rng: random.Random) -> str:
    user = _one(tenant, rng, "users")
    held = tenant.links.setdefault("users/manager", {}).setdefault(user["id"], [])
    manager = _one(tenant, rng, "users", lambda body: body["id"] not in (user["id"], *held))
    for old in [*held]:
        portal.leave(tenant, "users", "manager", user["id"], old)
    portal.join(tenant, "users", "manager", user["id"], manager["id"])
    return f'"{manager["displayName"]}" now manages "{user["displayName"]}".'


def _assigned(group: Object) -> bool:
    """Whether people decide who is in the group, and nothing follows from it."""
    return not group["membershipRule"] and not group["assignedLicenses"] and not group["onPremisesSyncEnabled"]


def _member_added(tenant: Tenant, rng: random.Random) -> str:
    group = _one(tenant, rng, "groups", _assigned)
    held = set(tenant.links.get("groups/members", {}).get(group["id"], ()))
    user = _one(tenant, rng, "users", lambda body: body["id"] not in held)
    portal.join(tenant, "groups", "members", group["id"], user["id"])
    return f'"{user["displayName"]}" joined "{group["displayName"]}".'


def _member_removed(tenant: Tenant, rng: random.Random) -> str:
    links = tenant.links.get("groups/members", {})
    group = _one(tenant, rng, "groups", lambda body: _assigned(body) and links.get(body["id"]))
    member = rng.choice(links[group["id"]])
    portal.leave(tenant, "groups", "members", group["id"], member)
    return f'{member} left "{group["displayName"]}".'


def _description(tenant: Tenant, rng: random.Random) -> str:
    path, activity = rng.choice((("groups", "Update group"), (UNITS, "Update administrative unit")))
    body = _one(tenant, rng, path)
    text = _other(rng, tuple(f"Belongs to {project}." for project in PROJECTS), body["description"])
    portal.edit(tenant, path, body["id"], activity, description=text)
    return f'Described "{body["displayName"]}".'


def _new_group(tenant: Tenant, rng: random.Random) -> str:
    name = f"{rng.choice(DEPARTMENTS)} {rng.choice(PROJECTS)} {rng.randrange(1000)}"
    fixed = {"id": tenant.new_id(), "displayName": name, "securityEnabled": True, "mailEnabled": False}
    dates = dict.fromkeys(("createdDateTime", "renewedDateTime"), tenant.stamp())
    portal.add(tenant, "groups", blank("group") | fixed | dates | {"mailNickname": name.replace(" ", "")}, "Add group")
    return f'Created the group "{name}".'


def _group_deleted(tenant: Tenant, rng: random.Random) -> str:
    named = {group for policy in tenant.objects.get(POLICIES, {}).values() for group in _policy_groups(policy)}
    group = _one(tenant, rng, "groups", lambda body: _assigned(body) and body["id"] not in named)
    portal.delete_group(tenant, group["id"])
    return f'Deleted the group "{group["displayName"]}".'


def _policy_groups(policy: Object) -> list[str]:
    users = (policy.get("conditions") or {}).get("users") or {}
    return [*(users.get("includeGroups") or []), *(users.get("excludeGroups") or [])]


def _policy_state(tenant: Tenant, rng: random.Random) -> str:
    policy = _one(tenant, rng, POLICIES)
    state = _other(rng, STATES, policy["state"])
    portal.edit(tenant, POLICIES, policy["id"], "Update conditional access policy", state=state)
    return f'The policy "{policy["displayName"]}" is now {state}.'


def _exclusion(tenant: Tenant, rng: random.Random) -> str:
    policy = _one(tenant, rng, POLICIES, lambda body: (body["conditions"] or {}).get("users"))
    users = policy["conditions"]["users"]
    user = _one(tenant, rng, "users", lambda body: body["id"] not in users["excludeUsers"])
    more = users | {"excludeUsers": [*users["excludeUsers"], user["id"]]}
    conditions = policy["conditions"] | {"users": more}
    portal.edit(tenant, POLICIES, policy["id"], "Update conditional access policy", conditions=conditions)
    return f'Excluded "{user["displayName"]}" from "{policy["displayName"]}".'


def _network(tenant: Tenant, rng: random.Random) -> str:
    place = _one(tenant, rng, LOCATIONS, lambda body: "ipRanges" in body)
    held = {item.get("cidrAddress") for item in place["ipRanges"]}
    address = _other(rng, tuple(f"192.0.2.{n}/32" for n in range(256) if f"192.0.2.{n}/32" not in held), None)
    added = {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": address}
    portal.edit(tenant, LOCATIONS, place["id"], "Update named location", ipRanges=[*place["ipRanges"], added])
    return f'"{place["displayName"]}" now has {address}.'


def _redirect(tenant: Tenant, rng: random.Random) -> str:
    app = _one(tenant, rng, "applications", lambda body: body["web"])
    uri = f"https://{rng.choice(PROJECTS).lower()}{rng.randrange(10**6)}.{tenant.domain}/cb"
    web = app["web"] | {
        "redirectUris": [*app["web"]["redirectUris"], uri],
        "redirectUriSettings": [*app["web"]["redirectUriSettings"], {"uri": uri, "index": None}],
    }
    portal.edit(tenant, "applications", app["id"], "Update application", web=web)
    return f'"{app["displayName"]}" now redirects to {uri}.'


def _secret(tenant: Tenant, rng: random.Random) -> str:
    app = _one(tenant, rng, "applications")
    now = tenant.stamp()
    fixed = {"keyId": tenant.new_id(), "displayName": f"key {rng.randrange(1000)}", "hint": "abc", "startDateTime": now}
    added = blank("passwordCredential") | fixed | {"endDateTime": f"{int(now[:4]) + 1}-01-01T00:00:00Z"}
    held = [*app["passwordCredentials"], added]
    activity = "Update application – Certificates and secrets management"
    portal.edit(tenant, "applications", app["id"], activity, passwordCredentials=held)
    return f'"{app["displayName"]}" has a new secret.'


def _principal(tenant: Tenant, rng: random.Random) -> str:
    body = _one(tenant, rng, "servicePrincipals")
    enabled = not body["accountEnabled"]
    portal.edit(tenant, "servicePrincipals", body["id"], "Update service principal", accountEnabled=enabled)
    return f'Switched "{body["displayName"]}" {"on" if enabled else "off"}.'


def _device(tenant: Tenant, rng: random.Random) -> str:
    device = _one(tenant, rng, "devices", lambda body: body["extensionAttributes"])
    name = f"extensionAttribute{rng.randrange(1, 16)}"
    value = _other(rng, PROJECTS, device["extensionAttributes"][name])
    held = device["extensionAttributes"] | {name: value}
    portal.edit(tenant, "devices", device["id"], "Update device", extensionAttributes=held)
    return f'"{device["displayName"]}" is now marked {value}.'


def _method(tenant: Tenant, rng: random.Random) -> str:
    body = _one(tenant, rng, METHODS)
    state = "disabled" if body["state"] == "enabled" else "enabled"
    portal.edit(tenant, METHODS, body["id"], "Authentication Methods Policy Update", state=state)
    return f"The method {body['id']} is now {state}."


def _invites(tenant: Tenant, rng: random.Random) -> str:
    if AUTHORIZATION not in tenant.singletons:
        raise NothingThere(AUTHORIZATION)
    value = _other(rng, INVITES, tenant.singletons[AUTHORIZATION]["allowInvitesFrom"])
    portal.edit(tenant, AUTHORIZATION, "", "Update authorization policy", allowInvitesFrom=value)
    return f"Guests may now be invited by: {value}."


def _role(tenant: Tenant, rng: random.Random) -> str:
    user, role = _one(tenant, rng, "users"), _one(tenant, rng, "roleManagement/directory/roleDefinitions")
    held = tenant.objects.get(ASSIGNMENTS, {}).values()
    if any((item["principalId"], item["roleDefinitionId"]) == (user["id"], role["id"]) for item in held):
        raise NothingThere(ASSIGNMENTS)
    portal.give_role(tenant, user["id"], role["id"])
    return f'"{user["displayName"]}" is now {role["displayName"]}.'


CHANGES: tuple[Callable[[Tenant, random.Random], str], ...] = (
    _job, _account, _manager, _member_added, _member_removed, _description, _new_group, _group_deleted, _policy_state,
    _exclusion, _network, _redirect, _secret, _principal, _device, _method, _invites, _role,
)  # fmt: skip


def random_change(tenant: Tenant, rng: random.Random) -> str:
    """Make one small plausible change and say it in a sentence; each changes what an export shows.

    Where the tenant holds nothing that could change, a group is created.
    """
    for change in rng.sample(CHANGES, len(CHANGES)):
        try:
            return change(tenant, rng)
        except NothingThere:  # nothing that this one could change: try the next
            continue
    return _new_group(tenant, rng)
