"""What a running server knows: its address, its clock, its key, its tenants and what it keeps of each."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from entragit.sandbox.paging import Pages
from entragit.sandbox.quota import Meters
from entragit.sandbox.store import Client, Tenant


@dataclass
class Desk:
    """What the server keeps of one tenant besides the tenant itself.

    Open page sequences, quota meters, and indexes of collections by a property's value (see `targets.index`).
    """

    tenant: Tenant
    pages: Pages = field(default_factory=Pages)
    meters: Meters = field(default_factory=Meters)
    indexes: dict[tuple[str, str], tuple[Any, Mapping[str, Sequence[str]]]] = field(default_factory=dict)


@dataclass
class Site:
    """One server: `url` without a trailing slash, `speed` seconds of its clock in each real second."""

    speed: float = 1.0
    url: str = ""
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    desks: dict[str, Desk] = field(default_factory=dict)
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    start: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """The server's clock, UTC, aware: it started at the real time and runs `speed` times as fast."""
        return self.began + timedelta(seconds=(time.monotonic() - self.start) * self.speed)

    def add(self, tenant: Tenant) -> None:
        """Serve this tenant, by the server's clock."""
        tenant.clock = self.now
        self.desks[tenant.id] = Desk(tenant)

    def called(self, host: str) -> Site:
        """The same server under the name, with a port or none, by which a client knows it."""
        url = f"https://{host}" if host else self.url
        return self if url == self.url else replace(self, url=url)

    def desk(self, name: str) -> Desk | None:
        """The desk of the tenant with this id or domain, or None."""
        wanted = name.lower()
        found = (desk for desk in self.desks.values() if wanted in (desk.tenant.id, desk.tenant.domain.lower()))
        return self.desks.get(wanted) or next(found, None)


@dataclass(frozen=True)
class Caller:
    """Who a valid access token speaks for: the tenant's desk, the client, and what it was granted at the time of issue.

    `roles`: an application's permissions, or the scopes in which `person`, a user's id, lets it act.
    """

    desk: Desk
    client: Client
    roles: frozenset[str]
    person: str = ""

    @property
    def acting(self) -> str:
        """The id of the user or service principal whose roles in the directory count."""
        return self.person or self.client.principal
