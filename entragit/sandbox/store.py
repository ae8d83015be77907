"""What a tenant of the sandbox holds: plain data, no HTTP.

`Tenant.objects` and its siblings are read and changed in place by the generator, the writes and tests; whoever changes
an object calls `Tenant.touch`, so that delta queries see the change.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from entragit.sandbox.faults import Fault
from entragit.sandbox.options import Options

Object = dict[str, Any]
Reason = Literal["changed", "deleted", "created", "softDeleted"]


GRAPH_TOOLS = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
"""Microsoft Graph Command Line Tools, in every tenant."""


@dataclass(frozen=True)
class Client:
    """An application that signs in to the tenant: `permissions` are names of application permissions.

    `principal` is the id of its service principal (it need not be stored); `certificate` a PEM certificate whose key
    signs client assertions, if one is registered; `expired` makes its secret one that has run out. With a `person`, a
    user's id, it is one that people sign in with, who have consented to `scopes`.
    """

    id: str
    secret: str
    permissions: set[str]
    principal: str
    certificate: str | None = None
    expired: bool = False
    person: str = ""
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Change:
    """One entry of the log that delta queries read.

    `collection` and `id` name the object. For a link that came or went, `relation` ("members") and `target` say which,
    and `added` which way.
    """

    sequence: int
    collection: str
    id: str
    reason: Reason
    relation: str | None = None
    target: str | None = None
    added: bool | None = None


@dataclass(frozen=True)
class Kept:
    """What a soft-deleted object gets back when it is restored: its places in others' links, its app roles."""

    links: tuple[tuple[str, str], ...] = ()
    assignments: tuple[Object, ...] = ()


@dataclass
class Tenant:
    """One Entra tenant.

    - `objects`: collection path ("users", "identity/conditionalAccess/policies") → id → all stored properties, as Graph
      would send them with everything selected; "@odata.type" only on polymorphic ones. App role assignments are one
      collection, "appRoleAssignments", served on both sides.
    - `singletons`: path → properties; "organization" holds the one element of its list.
    - `links`: "groups/members" → owner id → target ids in insertion order.
    - `children`: "applications/federatedIdentityCredentials" → owner id → child id → properties.
    - `states`: "users/requirements", "applications/onPremisesPublishing" → owner id → what somebody has decided of it.
    - `streams`: "organization/branding/localizations/bannerLogo" → owner id → media type and bytes.
    - `deleted`: soft-deleted objects by collection. `audits`: directory audit records, oldest first.
    - `requests`: every request that reached the tenant, items of batches too, as (method, path, status).
    - `created`, `removed`: id → the clock's time, kept for replication lag; a removed object stays readable as a ghost.
    - `attic`: id of a soft-deleted object → what comes back with it. `awaited`: id of what was switched off → the
      clock's time, for as long as `options.lag` still seen as on.
    """

    id: str
    domain: str
    objects: dict[str, dict[str, Object]] = field(default_factory=dict)
    singletons: dict[str, Object] = field(default_factory=dict)
    links: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    children: dict[str, dict[str, dict[str, Object]]] = field(default_factory=dict)
    states: dict[str, dict[str, Object]] = field(default_factory=dict)
    streams: dict[str, dict[str, tuple[str, bytes]]] = field(default_factory=dict)
    deleted: dict[str, dict[str, Object]] = field(default_factory=dict)
    audits: list[Object] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
    faults: list[Fault] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    requests: list[tuple[str, str, int]] = field(default_factory=list)
    created: dict[str, datetime] = field(default_factory=dict)
    removed: dict[str, tuple[str, Object, datetime]] = field(default_factory=dict)
    attic: dict[str, Kept] = field(default_factory=dict)
    awaited: dict[str, datetime] = field(default_factory=dict)
    seed: int = 0
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC), repr=False)
    offset: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        """Seed the source of ids, so that one seed makes one tenant."""
        self._random = random.Random(f"{self.id}/{self.seed}")

    def now(self) -> datetime:
        """The tenant's time, UTC, aware: the clock's plus `offset`, which a test may set."""
        return self.clock() + self.offset

    def stamp(self, later: timedelta = timedelta(0)) -> str:
        """The tenant's time, or so much later, as Graph says it."""
        return (self.now() + later).strftime("%Y-%m-%dT%H:%M:%SZ")

    def new_id(self) -> str:
        """A random GUID from the tenant's seed."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def add_client(self, *permissions: str) -> Client:
        """A new client with a secret and these application permissions, consented."""
        client = Client(self.new_id(), self.new_id(), set(permissions), self.new_id())
        self.clients[client.id] = client
        return client

    def add_sign_in(self, person: str, *scopes: str) -> Client:
        """The client that the user with the id `person` signs in with, where no other is named, and its scopes."""
        client = Client(GRAPH_TOOLS, "", set(), self.new_id(), person=person, scopes=frozenset(scopes))
        self.clients[client.id] = client
        return client

    def kind_of(self, object_id: str) -> str | None:
        """The collection path of the live object with this id, or None."""
        return next((path for path, objects in self.objects.items() if object_id in objects), None)

    def touch(
        self,
        collection: str,
        object_id: str,
        reason: Reason = "changed",
        *,
        relation: str | None = None,
        target: str | None = None,
        added: bool | None = None,
    ) -> None:
        """Log a change that is already made, for delta queries and replication lag.

        An object that came, changed or went; or, with `relation`, a `target` that joined (`added`) or left it.
        """
        self.changes.append(Change(len(self.changes) + 1, collection, object_id, reason, relation, target, added))
        if reason == "created":
            self.created[object_id] = self.now()

    def bury(self, collection: str, object_id: str) -> Object:
        """Take an object out of `objects` and keep it as a ghost for `options.delete_ghosts`; return it.

        The caller puts it into `deleted` where the kind is soft-deleted, and calls `touch`.
        """
        body = self.objects[collection].pop(object_id)
        self.removed[object_id] = (collection, body, self.now())
        return body
