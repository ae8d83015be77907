"""Graph's quotas as data, and the meters that count requests against them (facts §4)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from entragit.sandbox.replies import ApiError

if TYPE_CHECKING:
    from entragit.sandbox.ask import Ask
    from entragit.sandbox.store import Tenant

# Base costs of reads in resource units, by template (facts §4); everything else costs 1.
COSTS: Mapping[str, int] = {
    "applications": 2,
    "applications/{id}/extensionproperties": 2,
    "directoryobjects/getbyids": 3,
    "groups/{id}/members": 3,
    "groups/{id}/transitivemembers": 5,
    "users/{id}/memberof": 2,
    "users/{id}/transitivememberof": 2,
    "oauth2permissiongrants": 2,
    "oauth2permissiongrants/{id}": 2,
    "serviceprincipals/{id}/approleassignments": 2,
    "subscribedskus": 3,
    "users": 2,
}
SIZES = ((50, 3500), (500, 5000), (math.inf, 8000))  # fewer users than → units per 10 s for one app in one tenant
JITTER = 0.005  # real seconds by which a request on the loopback may come early


@dataclass(frozen=True)
class Limit:
    """`amount` per `window` seconds; `information` is what a 429 says; `silent` sends no Retry-After."""

    amount: float
    window: float
    information: str = "ResourceUnitLimitExceeded"
    silent: bool = False


WRITES = Limit(3000, 150.0, "WriteLimitExceeded")
CONDITIONAL_ACCESS = Limit(1, 1.0, silent=True)  # per tenant, all apps, without Retry-After
REPORTS = Limit(5, 10.0)
CONDITIONAL_ACCESS_PATHS = ("identity/conditionalaccess/",)
REPORT_PATHS = ("auditlogs/",)


@dataclass
class Meters:
    """What one tenant has used: (meter, owner) → [start of the window, amount]."""

    used: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def spend(self, name: tuple[str, str], limit: Limit, cost: float, now: float, jitter: float) -> tuple[float, float]:
        """(share of the limit used after this, seconds until the window ends); a share over 1 is refused.

        Refused requests count too (facts §4: retries accrue usage), but not against a limit of one a window.
        """
        meter = self.used.setdefault(name, [now, 0.0])
        if now - meter[0] >= limit.window - jitter:
            meter[:] = [now, 0.0]
        if meter[1] + cost <= limit.amount or not limit.silent:
            meter[1] += cost
            return meter[1] / limit.amount, meter[0] + limit.window - now
        return (meter[1] + cost) / limit.amount, meter[0] + limit.window - now


def cost(ask: Ask, template: str) -> int:
    """The resource units of a request (facts §4 with its modifiers; at least 1)."""
    if ask.method != "GET" and template != "directoryobjects/getbyids":
        return 1
    units = COSTS.get(template, 1) - ("$select" in ask.query) + ("$expand" in ask.query)
    top = ask.query.get("$top", "")
    return max(1, units - (top.isdecimal() and int(top) < 20))


def units_limit(tenant: Tenant) -> Limit:
    """Resource units per 10 s by the tenant's size."""
    users = len(tenant.objects.get("users", ()))
    return Limit(next(units for below, units in SIZES if users < below), 10.0)


def too_many(ask: Ask, limit: Limit, wait: float) -> ApiError:
    """429 as documented (facts §4)."""
    headers = {
        "x-ms-throttle-scope": f"Tenant_Application/ReadWrite/{ask.caller.client.id}/{ask.tenant.id}",
        "x-ms-throttle-information": limit.information,
    }
    if not limit.silent:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    extra = {"code": "429", "message": "Please retry after", "status": "429"}
    return ApiError(429, "TooManyRequests", "Please retry again later.", headers, extra)


def _limits(ask: Ask, template: str, units: int) -> list[tuple[tuple[str, str], Limit, float]]:
    """The meters that a request counts against: name, limit, cost."""
    client = ask.caller.client.id
    if template.startswith(CONDITIONAL_ACCESS_PATHS):
        return [(("conditionalAccess", ""), CONDITIONAL_ACCESS, 1)]
    limits: list[tuple[tuple[str, str], Limit, float]] = [(("units", client), units_limit(ask.tenant), units)]
    if template.startswith(REPORT_PATHS):
        limits.append((("reports", client), REPORTS, 1))
    if ask.method != "GET" and template != "directoryobjects/getbyids":
        limits.append((("writes", client), WRITES, 1))
    return limits


def charge(ask: Ask, template: str) -> dict[str, str]:
    """Count a request and return its throttling headers; 429 if it is over a quota."""
    units = cost(ask, template)
    headers = {"x-ms-resource-unit": str(units)}
    if not ask.tenant.options.quotas:
        return headers
    now, jitter = ask.tenant.now().timestamp(), JITTER * ask.site.speed
    for name, limit, amount in _limits(ask, template, units):
        share, wait = ask.caller.desk.meters.spend(name, limit, amount, now, jitter)
        if share > 1:
            raise too_many(ask, limit, wait)
        if share > 0.8 and not limit.silent:
            headers["x-ms-throttle-limit-percentage"] = f"{share:.1f}"
    return headers
