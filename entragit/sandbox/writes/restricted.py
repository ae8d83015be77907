"""Objects in restricted management units: only who has a role in that very unit may change them (facts §5)."""

from __future__ import annotations

from entragit.sandbox.access import denied
from entragit.sandbox.ask import Ask
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import roles
from entragit.sandbox.writes.core import Join

UNITS = "directory/administrativeUnits"


def units(tenant: Tenant, object_id: str) -> list[str]:
    """The restricted units that an object is a member of."""
    held = tenant.objects.get(UNITS, {})
    members = tenant.links.get(f"{UNITS}/members", {}).items()
    around = (unit for unit, ids in members if object_id in ids)
    return [unit for unit in around if held.get(unit, {}).get("isMemberManagementRestricted")]


def check(ask: Ask, item: Object) -> None:
    """403 unless the object is in no restricted unit, or the caller has a role scoped to one that it is in."""
    if not item.get("isManagementRestricted"):
        return
    scopes = [f"/administrativeUnits/{unit}" for unit in units(ask.tenant, str(item["id"]))]
    if not scopes or not roles.held(ask.tenant, ask.caller.acting, *scopes):
        raise denied("users")


def _mark(tenant: Tenant, path: str, item: Object) -> None:
    restricted = bool(units(tenant, str(item["id"]))) or None
    if "isManagementRestricted" in item and item["isManagementRestricted"] != restricted:
        item["isManagementRestricted"] = restricted
        tenant.touch(path, str(item["id"]))


def mark(join: Join) -> None:
    """Effect: a member of a restricted unit is restricted."""
    _mark(join.tenant, join.target_path, join.target)


def remark(tenant: Tenant, unit: str) -> None:
    """Bring the members of a unit in line when it went or came back."""
    for member in tenant.links.get(f"{UNITS}/members", {}).get(unit, ()):
        path = tenant.kind_of(member)
        if path is not None:
            _mark(tenant, path, tenant.objects[path][member])
