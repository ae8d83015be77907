"""assignLicense: licences of users and groups (facts §5 users, groups)."""

from __future__ import annotations

from typing import Any

from entragit.sandbox import licensing
from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import Reply, bad_request
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import audits, engine, lookup, restricted
from entragit.sandbox.writes.core import Kind
from entragit.sandbox.writes.values import is_guid


def _sku(tenant: Tenant, sku_id: object) -> Object:
    if not is_guid(sku_id):
        raise bad_request("The property 'skuId' must be a GUID.")
    found = next(lookup.matching(tenant, "subscribedSkus", "skuId", sku_id), None)
    if found is None:
        raise bad_request(f"License {sku_id} does not correspond to a valid company License.")
    return found


def _checked_licence(tenant: Tenant, item: Any) -> Object:
    if not isinstance(item, dict) or not set(item) <= {"skuId", "disabledPlans", "@odata.type"}:
        raise bad_request("Each of 'addLicenses' holds 'skuId' and 'disabledPlans' alone.")
    sku = _sku(tenant, item.get("skuId"))
    plans = {plan["servicePlanId"] for plan in sku.get("servicePlans") or []}
    disabled = item.get("disabledPlans") or []
    if not isinstance(disabled, list) or (plans and not set(disabled) <= plans):
        raise bad_request("'disabledPlans' must name service plans of the licence.")
    return {"skuId": item["skuId"], "disabledPlans": sorted(set(disabled))}


def _request(ask: Ask) -> tuple[list[Object], list[str]]:
    """(licences to give, ids of those to take): both lists must be there, even empty."""
    body = engine.body_of(ask)
    add, remove = body.get("addLicenses"), body.get("removeLicenses")
    if set(body) != {"addLicenses", "removeLicenses"} or not isinstance(add, list) or not isinstance(remove, list):
        raise bad_request("'addLicenses' and 'removeLicenses' are both needed.")
    given = [_checked_licence(ask.tenant, item) for item in add]
    if {item["skuId"] for item in given} & set(map(str, remove)):
        raise bad_request("The same license can't be added and removed in one request.")
    return given, [str(item) for item in remove]


def _seats(tenant: Tenant, held: set[str], given: list[Object]) -> None:
    for item in given:
        sku = _sku(tenant, item["skuId"])
        enabled = (sku.get("prepaidUnits") or {}).get("enabled")
        if item["skuId"] not in held and enabled is not None and (sku.get("consumedUnits") or 0) >= enabled:
            raise bad_request(f"Subscription with SKU {item['skuId']} does not have any available licenses.")


def _changed(before: list[Object], add: list[Object], remove: list[str]) -> list[Object]:
    held = {item["skuId"]: item for item in before}
    if not set(remove) <= held.keys():
        raise bad_request("User does not have a corresponding license.")
    return [item for sku, item in (held | {item["skuId"]: item for item in add}).items() if sku not in remove]


def _assign_user(ask: Ask, user: Object, add: list[Object], remove: list[str]) -> None:
    tenant = ask.tenant
    if add and not user.get("usageLocation"):
        raise bad_request("License assignment cannot be done for user with invalid usage location.")
    states = licensing.states(tenant, user)
    direct = [item for item in states if not item.get("assignedByGroup")]
    inherited = [item for item in states if item.get("assignedByGroup")]
    _seats(tenant, {item["skuId"] for item in states}, add)
    new = _changed(direct, [licensing.state(tenant, item, None) for item in add], remove)
    licensing.store(tenant, user, new + inherited)


def _assign_group(ask: Ask, group: Object, add: list[Object], remove: list[str]) -> None:
    group["assignedLicenses"] = _changed(group.get("assignedLicenses") or [], add, remove)
    group["licenseProcessingState"] = {"state": "ProcessingComplete"} if group["assignedLicenses"] else None
    ask.tenant.touch("groups", group["id"])
    licensing.inherit(ask.tenant, list(ask.tenant.links.get("groups/members", {}).get(group["id"], ())))


def assign(ask: Ask, kind: Kind, item: Object) -> Reply:
    """POST {users,groups}/{id}/assignLicense: 200 with the user, 202 with the group."""
    restricted.check(ask, item)
    add, remove = _request(ask)
    before = dict(item)
    (_assign_user if kind.path == "users" else _assign_group)(ask, item, add, remove)
    activity = "Change user license" if kind.path == "users" else "Set group license"
    audits.record(ask, activity, kind.path, before, item)
    return Reply(200 if kind.path == "users" else 202, engine.shown(ask, kind, kind.path, item))
