"""What the resources of a plan are called as it goes on: new ids and appIds, and addresses of what had none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from entragit.idmap import inner, with_inner
from entragit.layout import SUFFIX, address_of
from entragit.model import Body
from entragit.plan import Change, Operation
from entragit.references import resolve
from entragit.resources import derived
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.rewriting import renewed, rewrite


@dataclass
class Names:
    """`ids`: old id or appId, in lower case → the new one, of what this plan made. `meanings`: (`by`, address) → text.

    `authored`: (path, commit) of a file without an id → the id. `fresh`: id or appId of what this run made or restored
    → when (`Clock.monotonic`). `kinds`: id → kind, of what the plan's references name.
    """

    ids: dict[str, str] = field(default_factory=dict)
    meanings: dict[tuple[str, str], str] = field(default_factory=dict)
    authored: dict[tuple[str, str], str] = field(default_factory=dict)
    fresh: dict[str, float] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def know(self, names: Mapping[str, str]) -> None:
        """Take in the kinds of what a plan's references name: text → address."""
        places = {text.lower(): address_of(address + SUFFIX, CATALOG) for text, address in names.items()}
        self.kinds |= {text: place[0] for text, place in places.items() if place}

    def body(self, change: Change) -> Body | None:
        """The desired body, references as they are by now."""
        if change.desired is None:
            return None
        kind = CATALOG[change.kind]
        return rewrite(kind, resolve(kind, change.desired, self.meanings), self.ids)

    def learn(self, change: Change, live: str, app_id: str) -> None:
        """Take in what Graph calls a resource."""
        self.kinds[live.lower()] = change.kind
        if change.id:
            old: Body = {**(change.desired or {}), "id": change.id}
            self.ids |= renewed(CATALOG[change.kind], old, {"id": live, "appId": app_id})
            return
        self.meanings["id", change.address] = live
        self.meanings |= {("inner", change.address): inner(live)} if inner(live) else {}
        self.meanings |= {("appId", change.address): app_id} if app_id else {}
        self.authored |= {change.source: live} if change.source else {}

    def mark(self, when: float, *names: str) -> None:
        """Say that what is called so is new, and may not be seen yet."""
        self.fresh |= {name.lower(): when for name in with_inner(names) if name}

    @property
    def count(self) -> int:
        """How much is known; it only grows."""
        return len(self.ids) + len(self.meanings)

    def newest(self, operation: Operation) -> float | None:
        """When the newest of what an operation names was made; None where it names nothing new."""
        text = text_of(operation)
        return max((when for name, when in self.fresh.items() if name in text), default=None)


def text_of(operation: Operation) -> str:
    """All that an operation says, in lower case, to look for ids in."""
    return f"{operation.path} {json.dumps(operation.body)}".lower()


def names_of(kind: ResourceType, change: Change) -> frozenset[str]:
    """What others call a resource that isn't made yet: old id, appId, or address."""
    body: Mapping[str, Any] = change.desired or {}
    own = {str(body[name]) for name in derived.of(kind, body).writes.new if body.get(name)}
    return frozenset(name.lower() for name in (with_inner(own | {change.id}) if change.id else {change.address}))
