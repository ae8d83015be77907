"""Graph's quotas as data (facts §4), and a gate per quota that keeps to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from entragit.clock import Clock


@dataclass(frozen=True, slots=True)
class Quota:
    """So many `units` per `window` seconds, of one app in one tenant or of the tenant.

    `always`: keep to it from the first request, one at a time, and never in a batch; else only when Graph complains.
    """

    units: float
    window: float
    always: bool = False

    @property
    def seconds(self) -> float:
        """How long one unit takes."""
        return self.window / self.units


WRITES = "writes"

QUOTAS: Mapping[str, Quota] = {
    "directory": Quota(3500, 10),  # resource units of the smallest tenant (S)
    WRITES: Quota(3000, 150),  # to the directory, of one app in one tenant; each costs one resource unit besides
    "conditionalAccess": Quota(1, 1, always=True),  # all apps together, and a 429 without Retry-After
    "reports": Quota(5, 10, always=True),
    "identity": Quota(200, 60),  # identityProviders, user flows, API connectors
}

_COSTS: Mapping[str, int] = {
    "/groups/{id}/transitiveMembers": 5,
    "/domains/{id}/domainNameReferences": 4,
    "/groups/{id}/members": 3,
    "/contracts": 3,
    "/subscribedSkus": 3,
    "/applications": 2,
    "/applications/{id}/extensionProperties": 2,
    "/users": 2,
    "/users/{id}/licenseDetails": 2,
    "/users/{id}/memberOf": 2,
    "/users/{id}/ownedObjects": 2,
    "/users/{id}/transitiveMemberOf": 2,
    "/oauth2PermissionGrants": 2,
    "/oauth2PermissionGrants/{id}": 2,
    "/servicePrincipals/{id}/appRoleAssignments": 2,
}
"""What a GET costs, where that isn't 1 (facts §4)."""

_CALM = 60.0
"""Seconds after Graph's last complaint during which a quota is kept to that otherwise isn't."""

_NEAR_LIMIT = 0.8
"""x-ms-throttle-limit-percentage from which Graph sends it, and from which to slow down."""


def cost(path: str, query: Sequence[tuple[str, str]]) -> int:
    """The resource units of one GET (facts §4)."""
    parts = path.split("/", 3)
    base = _COSTS.get("/".join((*parts[:2], "{id}", *parts[3:])) if len(parts) > 2 else path, 1)
    options = dict(query)
    top = options.get("$top", "")
    small = top.isdecimal() and int(top) < 20
    return max(1, base - ("$select" in options) + ("$expand" in options) - small)


@dataclass
class Gate:
    """Lets the requests of one quota through: none while it is shut, and spaced where the quota is to be kept."""

    quota: Quota
    clock: Clock
    _shut_until: float = 0.0
    _spaced_until: float = 0.0
    _next: float = 0.0
    _alone: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def turn(self, units: int, slots: asyncio.Semaphore) -> AsyncIterator[None]:
        """Hold one of `slots` once `units` may be spent."""
        if not self.quota.always:
            async with self._slot(self._book(units), slots):
                yield
            return
        async with self._alone, self._slot(self._next, slots):
            try:
                yield
            finally:  # from the answer, not the question: the server can't have seen two of them closer than this
                self._next = self.clock.monotonic() + self.quota.seconds

    @asynccontextmanager
    async def _slot(self, start: float, slots: asyncio.Semaphore) -> AsyncIterator[None]:
        while True:
            await self._sleep_until(max(start, self._shut_until))
            async with slots:
                if self.clock.monotonic() >= self._shut_until:  # it may have been shut while the slots were taken
                    yield
                    return

    async def _sleep_until(self, moment: float) -> None:
        while (left := moment - self.clock.monotonic()) > 0:
            await self.clock.sleep(left)

    def _book(self, units: int) -> float:
        """When `units` may be spent; the next booking comes after them."""
        now = self.clock.monotonic()
        if now >= self._spaced_until:
            return now
        start = max(now, self._shut_until, self._next)
        self._next = start + units * self.quota.seconds
        return start

    def shut(self, seconds: float) -> None:
        """Let nothing through for `seconds`, and keep to the quota for a while after."""
        until = self.clock.monotonic() + seconds
        self._shut_until = max(self._shut_until, until)
        self._spaced_until = max(self._spaced_until, until + _CALM)

    def heed(self, headers: Mapping[str, str]) -> None:
        """Keep to the quota for its window where the answer says that the limit is near."""
        share = headers.get("x-ms-throttle-limit-percentage", "")
        try:
            near = float(share) >= _NEAR_LIMIT
        except ValueError:
            return
        if near:
            self._spaced_until = max(self._spaced_until, self.clock.monotonic() + self.quota.window)


def gates(clock: Clock) -> dict[str, Gate]:
    """A gate for every quota."""
    return {name: Gate(quota, clock) for name, quota in QUOTAS.items()}
