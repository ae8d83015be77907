"""Who has which licence: given directly, or through a group; and how many seats that makes."""

from __future__ import annotations

from collections import Counter

from entragit.sandbox.company.build import Build
from entragit.sandbox.company.groups import LICENCES
from entragit.sandbox.store import Object

SERVICES = {"EXCHANGE_S_ENTERPRISE": "exchange", "SHAREPOINTENTERPRISE": "SharePoint", "TEAMS1": "TeamspaceAPI"}


def _state(build: Build, licence: Object, group: str | None) -> Object:
    return {
        "skuId": licence["skuId"],
        "disabledPlans": list(licence["disabledPlans"]),
        "assignedByGroup": group,
        "state": "Active",
        "error": "None",
        "lastUpdatedDateTime": build.moment(30),
    }


def _assign(build: Build, user: Object, licence: Object, group: str | None) -> None:
    user["licenseAssignmentStates"].append(_state(build, licence, group))
    if all(held["skuId"] != licence["skuId"] for held in user["assignedLicenses"]):
        user["assignedLicenses"].append({"skuId": licence["skuId"], "disabledPlans": list(licence["disabledPlans"])})


def _through_groups(build: Build, skus: dict[str, Object]) -> None:
    """E5 and E3 by group; E3 without Teams."""
    users = build.tenant.objects["users"]
    for word, part in zip(LICENCES, ("SPE_E5", "ENTERPRISEPACK"), strict=True):
        plans = {plan["servicePlanName"]: plan["servicePlanId"] for plan in skus[part]["servicePlans"]}
        licence = {"skuId": skus[part]["skuId"], "disabledPlans": [plans["TEAMS1"]] if part == "ENTERPRISEPACK" else []}
        group = build.tenant.objects["groups"][build.known[word]]
        group["assignedLicenses"] = [licence]
        group["licenseProcessingState"] = {"state": "ProcessingComplete"}
        for member in build.tenant.links["groups/members"][group["id"]]:
            _assign(build, users[member], licence, group["id"])


def _directly(build: Build, skus: dict[str, Object]) -> None:
    """P2 for every seventh employee, some Power BI, and E5 once more for one who has it by group."""
    for number, user in enumerate(build.all("users")):
        if user["userType"] == "Member" and number % 7 == 0:
            _assign(build, user, {"skuId": skus["AAD_PREMIUM_P2"]["skuId"], "disabledPlans": []}, None)
        if user["userType"] == "Member" and number % 11 == 0:
            _assign(build, user, {"skuId": skus["POWER_BI_STANDARD"]["skuId"], "disabledPlans": []}, None)
    chief = build.tenant.objects["users"][build.known["user:chief"]]
    _assign(build, chief, {"skuId": skus["SPE_E5"]["skuId"], "disabledPlans": []}, None)


def _plans(build: Build, skus: dict[str, Object]) -> None:
    """What the services make of the licences (read-only in Graph)."""
    plans = {sku["skuId"]: sku["servicePlans"] for sku in skus.values()}
    since = build.moment(30)
    for user in build.tenant.objects["users"].values():
        user["assignedPlans"] = [
            {"assignedDateTime": since, "capabilityStatus": "Enabled", "service": SERVICES[plan["servicePlanName"]],
             "servicePlanId": plan["servicePlanId"]}
            for licence in user["assignedLicenses"]
            for plan in plans[licence["skuId"]]
            if plan["servicePlanName"] in SERVICES and plan["servicePlanId"] not in licence["disabledPlans"]
        ]  # fmt: skip


def licences(build: Build) -> None:
    """Licences of groups and users, and the seats consumed; needs subscriptions, users and groups."""
    skus = {sku["skuPartNumber"]: sku for sku in build.all("subscribedSkus")}
    _through_groups(build, skus)
    _directly(build, skus)
    _plans(build, skus)
    users = build.tenant.objects["users"].values()
    used = Counter(licence["skuId"] for user in users for licence in user["assignedLicenses"])
    for sku in skus.values():
        sku["consumedUnits"] = used[sku["skuId"]]
