"""What shows that a company is as a commit says: its trees, its access, its people, its credentials."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from small_world import bodies
from worlds import World

from entragit.access import key as told_by
from entragit.git.refs import STATE
from entragit.git.repository import open_repository
from entragit.layout import address_of
from entragit.plan import Plan
from entragit.resources.catalog import CATALOG
from entragit.sandbox.store import Object, Tenant
from entragit.statefiles import load

POLICIES, UNITS = "identity/conditionalAccess/policies", "directory/administrativeUnits"
ROLES, ASSIGNMENTS = "roleManagement/directory/roleDefinitions", "roleManagement/directory/roleAssignments"
INSTANCES = "roleManagement/directory/roleAssignmentScheduleInstances"
Key = tuple[str, str]
Access = tuple[str, ...]
GIVING = {name: kind.access for name, kind in CATALOG.items() if kind.access}
"""Kinds whose resources have an id that means nothing, and what tells them."""

OWNED = ("applications/owners", "servicePrincipals/owners", "groups/owners", "groups/members",
         f"{UNITS}/members")  # fmt: skip


def ids_of(world: World) -> dict[str, str]:
    """Old id → the id that its object has now, as the state says."""
    ids = load(open_repository(world.place), STATE).id_map
    found = {}
    for old in ids:
        new = old
        while new in ids and ids[new] != old:
            new = ids[new]
        found[old] = new
    return found


def renamed(value: Any, ids: Mapping[str, str]) -> Any:
    """A JSON value with every old id in it replaced, with dashes or without."""
    text = json.dumps(value)
    for old, new in sorted(ids.items(), key=lambda pair: -len(pair[0])):  # an id may hold another's
        for one, other in ((old, new), (old.replace("-", ""), new.replace("-", ""))):
            text = re.sub(re.escape(one), lambda _match, other=other: other, text, flags=re.IGNORECASE)
    return json.loads(text)


def unordered(value: Any) -> Any:
    """A JSON value whose lists are sorted: ids order them, and ids are others."""
    if isinstance(value, dict):
        return {name: unordered(item) for name, item in value.items()}
    if isinstance(value, list):
        return sorted((unordered(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


def told(files: Mapping[str, str], ids: Mapping[str, str]) -> dict[tuple[Any, ...], tuple[str, Object]]:
    """(address, body) of all resources by what tells them: their ids, or what they give to whom; ids mapped."""
    found = {}
    for path, text in files.items():
        if place := address_of(path, CATALOG):
            (((kind, own), old),) = bodies({path: text}).items()
            body, key = renamed(old, ids), (renamed(own, ids),)
            if kind in GIVING:
                del body["id"]
                key = told_by(CATALOG[kind], body)
            found[kind, *key] = place[1], unordered(body)
    return found


BY_NAME = "userPrincipalName"


def nameless(user: Object) -> Object:
    """A user without the identity that repeats his user principal name, which Graph makes follow that."""
    kept = [item for item in user.get("identities", []) if item["signInType"] != BY_NAME]
    return user | ({"identities": kept} if "identities" in user else {})


FIXED = "fixed assignment"
"""In the ledger: an assignment whose holder is gone for good, which Graph gives to nobody else."""


def differences(world: World, old: Mapping[str, str], plan: Plan) -> list[str]:
    """In what the last snapshot differs from these files, ids mapped, but for extras and lines of the plan's ledger."""
    before, after = told(old, ids_of(world)), told(world.files(), {})
    lines = {(entry.address, entry.property.split("/")[0]) for entry in plan.ledger}
    fixed = {entry.address for entry in plan.ledger if entry.what == FIXED}
    found: list[str] = []
    for key in sorted({*before, *after}, key=str):
        place, one = before.get(key, ("", {}))
        address, other = after.get(key, ("", {}))
        if (place, "") in lines or (not one and address in plan.extras):
            continue
        if (not one or not other) and fixed & {place, address}:
            continue
        if (place, BY_NAME) in lines:
            one, other = nameless(one), nameless(other)
        if not one or not other:
            found.append(f"{place or address} is {'there' if other else 'gone'}")
        found += [f"{place} {name}: {one.get(name)} became {other.get(name)}" for name in sorted({*one, *other})
                  if one and other and one.get(name) != other.get(name) and (place, name) not in lines]  # fmt: skip
    return found


def access(tenant: Tenant) -> set[Access]:
    """Everything that lets somebody in or past something: (what, on which object, further ids and words)."""
    return {*_given(tenant), *_inside(tenant), *_past(tenant)}


def _given(tenant: Tenant) -> Iterator[Access]:
    """What stands on no object: roles, app roles, grants word by word."""
    activated = {item["roleAssignmentOriginId"] for item in tenant.objects.get(INSTANCES, {}).values()
                 if item["assignmentType"] == "Activated"}  # fmt: skip
    for body in tenant.objects[ASSIGNMENTS].values():
        if body["id"] not in activated:
            yield "role", "", body["principalId"], body["roleDefinitionId"], body["directoryScopeId"]
    for body in tenant.objects["appRoleAssignments"].values():
        yield "app role", body["resourceId"], body["principalId"], body["appRoleId"]
    for body in tenant.objects["oauth2PermissionGrants"].values():
        for word in body["scope"].split():
            yield "grant", "", body["clientId"], body["resourceId"], str(body["principalId"]), word


def _inside(tenant: Tenant) -> Iterator[Access]:
    """What stands on an object: credentials, owners, members."""
    for kind in ("applications", "servicePrincipals"):
        for body in tenant.objects[kind].values():
            for item in (*body["passwordCredentials"], *body["keyCredentials"]):
                yield "credential", body["id"], item["keyId"]
    for app, held in tenant.children.get("applications/federatedIdentityCredentials", {}).items():
        for item in held.values():
            yield "federated", app, item["issuer"], item["subject"]
    for link in OWNED:
        for owner, targets in tenant.links.get(link, {}).items():
            if not any(tenant.objects[kind].get(owner, {}).get("membershipRule") for kind in ("groups", UNITS)):
                yield from ((link, owner, target) for target in targets)


def _past(tenant: Tenant) -> Iterator[Access]:
    """Whom and what policies leave out, what roles may do, and where applications send people."""
    for body in tenant.objects[POLICIES].values():
        for part in ("users", "applications", "locations", "platforms"):
            for name, values in ((body["conditions"] or {}).get(part) or {}).items():
                if name.startswith("exclude") and isinstance(values, list):
                    yield from (("excluded", body["id"], name, value) for value in values)
    for body in tenant.objects[ROLES].values():
        for item in body["rolePermissions"]:
            yield from (("may", body["id"], action) for action in item["allowedResourceActions"])
    for body in tenant.objects["applications"].values():
        yield from (("redirect", body["id"], uri) for uri in body["web"]["redirectUris"])


def added(before: set[Access], tenant: Tenant, ids: Mapping[str, str], known: Iterable[str]) -> list[Access]:
    """The access that there was not before, but for what stands on an object that is new itself. `known`: old ids."""
    allowed = {tuple(renamed(part, ids) for part in one) for one in before}
    old = {ids.get(id_.lower(), id_) for id_ in known} | {""}
    return sorted(one for one in access(tenant) - allowed if one[1] in old)


def unexcused(found: Iterable[Access], plan: Plan, old: Mapping[str, str], ids: Mapping[str, str]) -> list[Access]:
    """The access that the ledger doesn't name: Exchange's lists, the last owner of a Microsoft 365 group."""
    places = {key[1]: place for key, (place, _) in told(old, ids).items()}
    return [
        one
        for one in found
        if not any(
            entry.address == places.get(one[1]) and (not entry.property or one[2] in entry.property)
            for entry in plan.ledger
        )
    ]


def objects(tenant: Tenant) -> set[str]:
    """The ids of everything in a tenant."""
    return {id_ for held in tenant.objects.values() for id_ in held}


def credentials(tenant: Tenant) -> dict[str, str]:
    """keyId → object, of each password and certificate that is valid; also of what is deleted and can come back."""
    now, found = tenant.now(), {}
    for kind in ("applications", "servicePrincipals"):
        for id_, body in {**tenant.deleted.get(kind, {}), **tenant.objects[kind]}.items():
            held = (*body["passwordCredentials"], *body["keyCredentials"])
            found |= {item["keyId"]: id_ for item in held if _valid(item, now)}
    return found


def _valid(item: Object, now: datetime) -> bool:
    return datetime.fromisoformat(item["startDateTime"]) <= now < datetime.fromisoformat(item["endDateTime"])
