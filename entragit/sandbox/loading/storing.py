"""Loaded objects on their way into the tenant: cleaned, each id once, checked against what is there, stored."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from entragit.sandbox.loading import clean
from entragit.sandbox.loading.parts import parted
from entragit.sandbox.loading.problem import LoadError
from entragit.sandbox.loading.recognise import (
    CHILDREN,
    CONFIGURATIONS,
    METHODS,
    POLICIES,
    ROLES,
    SINGLETONS,
    STRENGTHS,
    Found,
)
from entragit.sandbox.loading.references import GUID, Need
from entragit.sandbox.rules import types
from entragit.sandbox.schedules import REQUESTS
from entragit.sandbox.store import Object, Tenant

KINDS = {"user": "users", "group": "groups", "servicePrincipal": "servicePrincipals", "application": "applications"}
# Where ids of service principals stand.
NAMING = (
    "appRoleAssignments", "oauth2PermissionGrants", POLICIES, f"{ROLES}/roleAssignments",
    f"{ROLES}/roleAssignmentScheduleInstances",
)  # fmt: skip


@dataclass
class Loaded:
    """One object ready to be stored; `links` by relationship, `wanted` what those links need."""

    path: str
    body: Object
    where: str
    owner: str = ""
    links: dict[str, list[str]] = field(default_factory=dict)
    wanted: list[Need] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """Its identity: the collection and the id."""
        return self.path, str(self.body["id"])


def _wanted(path: str, links: dict[str, list[tuple[str, str]]], owner: str) -> Iterator[Need]:
    if path in CHILDREN and owner:
        yield Need(path.split("/")[0], owner)
    for targets in links.values():
        for target, kind in targets:
            yield Need(KINDS.get(kind, "users"), target)


def prepared(found: Found, notes: list[str]) -> Iterator[Loaded]:
    """The object, and those that stood inside it; LoadError without an id or for a property of a wrong type."""
    parts = parted(found)
    notes += [f"{found.where}: left out {name}, which a tenant of the sandbox doesn't keep." for name in parts.left]
    if found.path in SINGLETONS:
        parts.body.setdefault("id", found.path.split("/")[-1])
    object_id = parts.body.get("id")
    if not isinstance(object_id, str) or not object_id or len(object_id) > 512:
        raise LoadError(f"{found.where}: the object has no usable id; export whole objects, with their ids.")
    declared = types.collection_type(found.path)
    body = clean.cleaned(declared, parts.body, found.where, clean.verbose(found.body))
    links = {name: list(dict.fromkeys(target for target, _ in targets)) for name, targets in parts.links.items()}
    wanted = list(_wanted(found.path, parts.links, found.owner))
    yield Loaded(found.path, body, found.where, found.owner, links, wanted)
    for inner in body.get("authenticationMethodConfigurations", []) if found.path == METHODS else []:
        yield Loaded(CONFIGURATIONS, inner, found.where)
    for inner in parts.below:
        yield from prepared(inner, notes)


def _newest(versions: list[Loaded]) -> Loaded:
    """The version modified last; where none says when, the one that comes last."""
    return max(enumerate(versions), key=lambda pair: (str(pair[1].body.get("modifiedDateTime") or ""), pair[0]))[1]


def without_repeats(items: list[Loaded], repeated: list[str]) -> list[Loaded]:
    """Each object once; where versions differ the newest, which `repeated` says. Folders keep files of old names."""
    by_key: dict[tuple[str, str], list[Loaded]] = {}
    for item in items:
        by_key.setdefault(item.key, []).append(item)
    chosen = []
    for (path, object_id), versions in by_key.items():
        newest = _newest(versions)
        chosen.append(newest)
        if any(version.body != newest.body for version in versions):
            places = ", ".join(version.where for version in versions)
            repeated.append(f"{path} {object_id} stands there {len(versions)} times ({places}); took {newest.where}.")
    return chosen


def embedded(tenant: Tenant, items: list[Loaded]) -> list[Loaded]:
    """The authentication strengths that stand whole inside policies and nowhere else."""
    held = {key for path, key in (item.key for item in items) if path == STRENGTHS}
    held |= tenant.objects.get(STRENGTHS, {}).keys()
    found: dict[str, Loaded] = {}
    for item in items:
        strength = (
            (item.body.get("grantControls") or {}).get("authenticationStrength") if item.path == POLICIES else None
        )
        if strength and strength.get("policyType") and strength["id"] not in held:
            found.setdefault(strength["id"], Loaded(STRENGTHS, copy.deepcopy(strength), item.where))
    return list(found.values())


# What has a tenant's id for its own.
TENANTS = ("directory/onPremisesSynchronization", "tenantRelationships/multiTenantOrganization/tenants")


def check(tenant: Tenant, items: list[Loaded]) -> None:
    """LoadError if one id would name two objects of different collections.

    A request of Privileged Identity Management has the id of the schedule that came of it (facts §5 PIM).
    """
    held: dict[str, str] = {}
    for item in items:
        object_id = str(item.body["id"])
        if not GUID.fullmatch(object_id) or item.path in {*CHILDREN, *SINGLETONS, *REQUESTS, *TENANTS}:
            continue
        other = held.setdefault(object_id, item.path)
        if other == item.path:
            other = tenant.kind_of(object_id) or item.path
        if other != item.path:
            raise LoadError(
                f"{item.where}: the id {object_id} is that of an object of {item.path} and of one of {other}; "
                "remove one of them from the export."
            )


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(item, old, new) for name, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, old, new) for item in value]
    return new if value == old else value


def _move(tenant: Tenant, old: str, new: str) -> None:
    """Let the service principal `new` take the place of `old` in all that names it."""
    for path in NAMING:
        for object_id, body in tenant.objects.get(path, {}).items():
            tenant.objects[path][object_id] = _replaced(body, old, new)
    for owners in tenant.links.values():
        if old in owners:
            owners[new] = owners.pop(old)
        for owner, targets in owners.items():
            if old in targets:
                owners[owner] = [new if target == old else target for target in targets]
    for children in tenant.children.values():
        if old in children:
            children[new] = children.pop(old)


def _take_over(tenant: Tenant, item: Loaded, notes: list[str]) -> None:
    """A tenant has one service principal per application: the export's replaces the tenant's own."""
    app_id, own_id = item.body.get("appId"), str(item.body["id"])
    held = tenant.objects.get("servicePrincipals", {})
    old = next((key for key, body in held.items() if app_id and body["appId"] == app_id and key != own_id), None)
    if old is not None:
        del held[old]
        _move(tenant, old, own_id)
        tenant.touch("servicePrincipals", old, "deleted")
        notes.append(
            f"{item.where}: its service principal takes the place of the one that the tenant had for {app_id}."
        )


def _store_singleton(tenant: Tenant, item: Loaded, notes: list[str]) -> None:
    if item.path == "organization" and item.body["id"] != tenant.id:
        notes.append(f"{item.where}: the organization keeps this tenant's id, {tenant.id}.")
        item.body["id"] = tenant.id
    if item.path == METHODS:
        item.body.setdefault("authenticationMethodConfigurations", [])
    tenant.singletons[item.path] = item.body


def store(tenant: Tenant, item: Loaded, notes: list[str]) -> None:
    """Put one object where the tenant keeps its kind, with its links."""
    object_id = str(item.body["id"])
    if item.path in SINGLETONS:
        _store_singleton(tenant, item, notes)
    elif item.path in CHILDREN:
        tenant.children.setdefault(item.path, {}).setdefault(item.owner, {})[object_id] = item.body
    else:
        if item.path == "servicePrincipals":
            _take_over(tenant, item, notes)
        tenant.objects.setdefault(item.path, {})[object_id] = item.body
    tenant.touch(item.path.rpartition("/")[0] if item.path in CHILDREN else item.path, item.owner or object_id)
    for name, targets in item.links.items():
        tenant.links.setdefault(f"{item.path}/{name}", {})[object_id] = targets
