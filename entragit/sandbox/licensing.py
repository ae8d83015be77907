"""Who has which licence: given directly, or inherited from the groups that one is a direct member of (facts §5)."""

from __future__ import annotations

from collections.abc import Iterable

from entragit.sandbox.store import Object, Tenant

Key = tuple[str, str | None]


def state(tenant: Tenant, licence: Object, group: str | None) -> Object:
    """A new element of licenseAssignmentStates."""
    return {
        "skuId": licence["skuId"],
        "disabledPlans": list(licence.get("disabledPlans") or []),
        "assignedByGroup": group,
        "state": "Active",
        "error": "None",
        "lastUpdatedDateTime": tenant.stamp(),
    }


def states(tenant: Tenant, user: Object) -> list[Object]:
    """A user's states; licences that stand there without any are direct."""
    held: list[Object] = user.get("licenseAssignmentStates") or []
    return held or [state(tenant, item, None) for item in user.get("assignedLicenses") or []]


def _sold(tenant: Tenant, sku_id: str) -> Object | None:
    return next((sku for sku in tenant.objects.get("subscribedSkus", {}).values() if sku.get("skuId") == sku_id), None)


def _count(tenant: Tenant, before: set[str], after: set[str]) -> None:
    """Move the seats consumed."""
    for sku_id in before ^ after:
        sku = _sold(tenant, sku_id)
        if sku is not None and sku.get("consumedUnits") is not None:
            sku["consumedUnits"] += 1 if sku_id in after else -1


def store(tenant: Tenant, user: Object, new: list[Object]) -> None:
    """Give a user these states, and the licences that follow from them."""
    before = {str(item["skuId"]) for item in user.get("assignedLicenses") or []}
    plans: dict[str, set[str]] = {}
    for item in new:
        disabled = set(item.get("disabledPlans") or [])
        plans[item["skuId"]] = plans.get(item["skuId"], disabled) & disabled
    user["licenseAssignmentStates"] = new
    user["assignedLicenses"] = [{"skuId": sku, "disabledPlans": sorted(off)} for sku, off in plans.items()]
    _count(tenant, before, set(plans))
    tenant.touch("users", user["id"])


def _due(tenant: Tenant) -> list[tuple[str, list[Object]]]:
    """(group, its licences) of the live groups that give any."""
    groups = tenant.objects.get("groups", {}).items()
    return [(group, body["assignedLicenses"]) for group, body in groups if body.get("assignedLicenses")]


def inherit(tenant: Tenant, users: Iterable[str]) -> None:
    """Bring users' licences in line with their groups; ids of what is no live user are passed over."""
    giving, members = _due(tenant), tenant.links.get("groups/members", {})
    for user in (tenant.objects.get("users", {}).get(user_id) for user_id in users):
        if user is None:
            continue
        held = states(tenant, user)
        kept = {_key(item): item for item in held if item.get("assignedByGroup")}
        due = [state(tenant, item, group) for group, items in giving for item in items
               if user["id"] in members.get(group, ())]  # fmt: skip
        if {_whole(item) for item in kept.values()} != {_whole(item) for item in due}:
            fresh = [_kept(kept, item) for item in due]
            store(tenant, user, [item for item in held if not item.get("assignedByGroup")] + fresh)


def _kept(held: dict[Key, Object], item: Object) -> Object:
    old = held.get(_key(item))
    return old if old is not None and _whole(old) == _whole(item) else item


def _key(item: Object) -> Key:
    return str(item["skuId"]), item.get("assignedByGroup")


def _whole(item: Object) -> tuple[Key, frozenset[str]]:
    return _key(item), frozenset(item.get("disabledPlans") or ())
