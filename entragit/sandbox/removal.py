"""Objects that leave and come back: what Entra cleans up after them, what it keeps for a restore (facts §0, §5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from entragit.sandbox import licensing, schedules
from entragit.sandbox.rules.relations import INSIDE
from entragit.sandbox.seats import ASSIGNMENTS, INSTANCES, drop
from entragit.sandbox.store import Kept, Object, Tenant

KEPT = timedelta(days=30)
# Collection → the properties by which its objects hang on others, and go when those go.
HANGING = {
    "appRoleAssignments": ("principalId", "resourceId"),
    "oauth2PermissionGrants": ("principalId", "clientId", "resourceId"),
    ASSIGNMENTS: ("principalId",),
    INSTANCES: ("principalId",),
    "roleManagement/entitlementManagement/roleAssignments": ("principalId",),
    **dict.fromkeys(schedules.REQUESTS.values(), ("principalId",)),
    schedules.IN_GROUPS: ("principalId", "groupId"),
    schedules.ACTIVE_IN_GROUPS: ("principalId", "groupId"),
    **{row.path: (row.inside[1],) for row in INSIDE.values()},
}


def _unlinked(tenant: Tenant, object_id: str) -> Iterator[tuple[str, str]]:
    """Take an object out of every relationship; yields (relationship, owner)."""
    for link, owners in tenant.links.items():
        path, _, relation = link.rpartition("/")
        for owner in [owner for owner, targets in owners.items() if object_id in targets]:
            owners[owner].remove(object_id)
            tenant.touch(path, owner, relation=relation, target=object_id, added=False)
            yield link, owner


def forget(tenant: Tenant, object_id: str) -> Kept:
    """Take an object out of everything that Graph cleans up: links, assignments, grants. Policies keep its id.

    Returns what a restore gives back. Directory roles and delegated grants are not among it: facts don't say so.
    """
    links = tuple((link, owner) for link, owner in _unlinked(tenant, object_id) if link != "directoryRoles/members")
    gone = {path: [body for name in names for body in drop(tenant, path, name, object_id)]
            for path, names in HANGING.items()}  # fmt: skip
    return Kept(links, tuple(gone["appRoleAssignments"]))


def empty(tenant: Tenant, path: str, object_id: str) -> None:
    """Drop what hung below an object that is gone for good."""
    below: tuple[Mapping[str, dict[str, Any]], ...] = (tenant.links, tenant.children, tenant.states, tenant.streams)
    for held in below:
        for place, owners in held.items():
            if place.rpartition("/")[0] == path:
                owners.pop(object_id, None)


def remove(tenant: Tenant, path: str, object_id: str, soft: bool) -> Object:
    """Delete a directory object; a soft-deleted one can be restored with its links. Returns its last body."""
    kept = forget(tenant, object_id)
    body = tenant.bury(path, object_id)
    if path == "groups" and body.get("assignedLicenses"):
        licensing.inherit(tenant, list(tenant.links.get("groups/members", {}).get(object_id, ())))
    if soft:
        tenant.deleted.setdefault(path, {})[object_id] = body | {"deletedDateTime": tenant.stamp()}
        tenant.attic[object_id] = kept
    else:
        empty(tenant, path, object_id)
    tenant.touch(path, object_id, "softDeleted" if soft else "deleted")
    return body


def purge(tenant: Tenant, path: str, object_id: str) -> Object:
    """Delete a deleted object for good."""
    body = tenant.deleted[path].pop(object_id)
    tenant.attic.pop(object_id, None)
    empty(tenant, path, object_id)
    tenant.touch(path, object_id, "deleted")
    return body


def expired(tenant: Tenant, held: Mapping[str, Object]) -> list[str]:
    """The ids of what was soft-deleted 30 days ago (facts §5)."""
    oldest = tenant.stamp(-KEPT)
    return [key for key, body in held.items() if (body.get("deletedDateTime") or oldest) < oldest]


def expire(tenant: Tenant) -> None:
    """Delete for good what was soft-deleted 30 days ago."""
    for path, held in tenant.deleted.items():
        for object_id in expired(tenant, held):
            purge(tenant, path, object_id)


def _relinked(tenant: Tenant, object_id: str, kept: Kept) -> None:
    for link, owner in kept.links:
        path, _, relation = link.rpartition("/")
        targets = tenant.links.get(link, {}).get(owner)
        if targets is not None and object_id not in targets:
            targets.append(object_id)
            tenant.touch(path, owner, relation=relation, target=object_id, added=True)


def _known(tenant: Tenant, assignment: Object) -> bool:
    return all(tenant.kind_of(str(assignment[name])) for name in HANGING["appRoleAssignments"])


def restore(tenant: Tenant, path: str, object_id: str) -> Object:
    """Bring a soft-deleted object back with its id, its links and its app roles; returns its body."""
    body = tenant.deleted[path].pop(object_id) | {"deletedDateTime": None}
    kept = tenant.attic.pop(object_id, Kept())
    tenant.objects.setdefault(path, {})[object_id] = body
    tenant.removed.pop(object_id, None)
    tenant.touch(path, object_id)
    _relinked(tenant, object_id, kept)
    for item in kept.assignments:
        if _known(tenant, item):
            tenant.objects.setdefault("appRoleAssignments", {})[item["id"]] = item
            tenant.removed.pop(item["id"], None)
            tenant.touch("appRoleAssignments", item["id"])
    users = tenant.links.get("groups/members", {}).get(object_id, ()) if path == "groups" else (object_id,)
    licensing.inherit(tenant, list(users))
    return body
