"""What the parts of a company share while it is made: the tenant, chance, dates, how objects and links are added."""

from __future__ import annotations

import base64
import hashlib
import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from entragit.sandbox.company.names import NASTY
from entragit.sandbox.rules import types
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object, Tenant

TODAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # the company's last day; fixed, for a seed makes one tenant


@dataclass
class Build:
    """A company in the making.

    `users` is the number of users asked for; `rng` the only source of chance beside the tenant's ids; `known` what a
    later part needs of an earlier one: a word ("group:break-glass") → the object's id.
    """

    tenant: Tenant
    rng: random.Random
    users: int
    known: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, properties: Object, word: str = "") -> Object:
        """Store a new object of the collection `path` with its blanks filled, under a fresh id unless it brings one."""
        body = self.new(types.collection_type(path), properties)
        if path in ("users", "groups"):
            body["securityIdentifier"] = security_identifier(body["id"])
        self.tenant.objects.setdefault(path, {})[body["id"]] = body
        if word:
            self.known[word] = body["id"]
        return body

    def add_child(self, path: str, owner: str, properties: Object) -> Object:
        """Store an object that lives below `owner` ("applications/federatedIdentityCredentials")."""
        body = self.new(types.collection_type(path), properties)
        self.tenant.children.setdefault(path, {}).setdefault(owner, {})[body["id"]] = body
        return body

    def new(self, type_name: str, properties: Object) -> Object:
        """An object of a type with its blanks filled and an id; ValueError for a property that the type has not."""
        actual = str(properties.get("@odata.type", type_name)).removeprefix("#microsoft.graph.")
        body = blank(actual)
        if "@odata.type" in properties:
            body = {"@odata.type": properties["@odata.type"]} | body
        unknown = properties.keys() - body.keys() - types.navigation(actual).keys() - {"id"}
        if unknown:
            raise ValueError(f"{actual} has no {', '.join(sorted(unknown))}")
        body |= properties
        body["id"] = properties.get("id") or self.tenant.new_id()
        return body

    def link(self, relation: str, owner: str, targets: Iterable[str]) -> None:
        """Add targets to a relationship ("groups/members") of `owner`, each once."""
        held = self.tenant.links.setdefault(relation, {}).setdefault(owner, [])
        known = set(held)
        held.extend(target for target in dict.fromkeys(targets) if target not in known)

    def all(self, path: str) -> Sequence[Object]:
        """The objects made so far in a collection."""
        return list(self.tenant.objects.get(path, {}).values())

    def moment(self, days: float) -> str:
        """The instant so many days before the company's last day, as Graph writes it."""
        return (TODAY - timedelta(days=days)).isoformat(timespec="seconds").replace("+00:00", "Z")

    def sometime(self, earliest: float = 1500, latest: float = 1) -> str:
        """An instant between so many days ago."""
        return self.moment(round(self.rng.uniform(latest, earliest), 4))

    def guid(self) -> str:
        """A GUID that is no object's id: of a secret, a scope, an app role."""
        return self.tenant.new_id()


def joined_id(*parts: str) -> str:
    """An id as Graph makes it for what joins others (grants, assignments): the same parts, the same id."""
    digest = hashlib.sha256("/".join(parts).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def nasty(start: int, count: int) -> list[str]:
    """`count` nasty names, from the `start`-th, wrapping around."""
    return [NASTY[(start + index) % len(NASTY)] for index in range(count)]


def security_identifier(object_id: str) -> str:
    """The SID that Entra derives from an object's id."""
    raw = uuid.UUID(object_id).bytes_le
    return "S-1-12-1-" + "-".join(str(int.from_bytes(raw[start : start + 4], "little")) for start in (0, 4, 8, 12))


def values(type_name: str, **properties: Any) -> Object:
    """A complex value with its blanks filled; ValueError for a property that the type has not."""
    body = blank(type_name)
    if properties.keys() - body.keys():
        raise ValueError(f"{type_name} has no {', '.join(sorted(properties.keys() - body.keys()))}")
    return body | properties
