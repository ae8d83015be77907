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
    if not scopes or not roles.held(ask.tenant, ask.caller.client.principal, *scopes):
        raise denied("users")


def check_owner(join: Join) -> None:
    """Rule: the members and owners of a restricted group can't be changed by others either."""
    check(join.ask, join.owner)


def mark(join: Join) -> None:
    """Effect: a member of a restricted unit is restricted."""
    if "isManagementRestricted" not in join.target:
        return
    restricted = bool(units(join.tenant, str(join.target["id"]))) or None
    if join.target["isManagementRestricted"] != restricted:
        join.target["isManagementRestricted"] = restricted
        join.tenant.touch(join.target_path, str(join.target["id"]))
