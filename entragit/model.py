"""The values that layers hand to each other: frozen, without behaviour of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]
"""The canonical mapping of one resource: Graph's property names, relationships as keys, no noise."""

Raw = dict[str, Any]
"""One object as Graph sent it."""

Notes = Mapping[str, Any]
"""Comments for an emitter: mirrors a body by key, lists transparent; a leaf maps a scalar's text to its comment.

{"members": {"1c2a91c4-…": "groups/Sales-EMEA.1c2a91c4"}, "conditions": {"users": {"excludeUsers": {…}}}}
"""


TENANT = "{tenant}"
"""In a path, and in values of the catalog: the id of the tenant that is read."""


@dataclass(frozen=True, slots=True)
class Request:
    """One Graph read: `path` below the version ("/groups/{id}/members"), `query` in the order it is sent.

    `quota` names a row of `graph/quota.py`; `headers` are beyond those that every request carries. TENANT may stand in
    a path.
    """

    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    version: str = "v1.0"
    quota: str = "directory"


NOT_SELECTED, NOT_LICENSED, NOT_READ = "not selected", "not licensed", "not read by this version"
NOT_SIGNED_IN = "read by a signed-in person alone"
"""Reasons of a gap that are no fault of the run."""


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Something that a snapshot does not cover, and why.

    A kind (`property` and `id` empty), a property or relationship of all its resources (`id` empty), or of one.
    `failure` is False for what is no fault of the run: not licensed, not selected.
    """

    kind: str
    property: str = ""
    id: str = ""
    reason: str = field(default="", compare=False)
    failure: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a snapshot speaks of: the kinds that it read, less the gaps."""

    kinds: frozenset[str] = frozenset()
    gaps: frozenset[Gap] = frozenset()

    def covers(self, kind: str, property: str = "", id: str = "") -> bool:
        """Whether this snapshot knows `kind` (and `property`, of the resource `id`)."""
        if kind not in self.kinds:
            return False
        wanted = {(kind, "", ""), (kind, property, ""), (kind, "", id), (kind, property, id)}
        return not any(Gap(*place) in self.gaps for place in wanted)

    def partial(self, kind: str) -> frozenset[str]:
        """The properties and relationships that this snapshot misses of some resource of `kind` at least."""
        return frozenset(gap.property for gap in self.gaps if gap.kind == kind and gap.property)

    def both(self, other: Coverage) -> Coverage:
        """What this snapshot and `other` both cover: all that a comparison of them may speak of."""
        return Coverage(self.kinds & other.kinds, self.gaps | other.gaps)


@dataclass(frozen=True, slots=True)
class Resource:
    """One managed object: its kind, its id (empty for one that is only authored yet), its address and its body."""

    kind: str
    id: str
    address: str
    body: Body


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference between two bodies.

    `path` holds keys, and for an element of a set or keyed list the element's canonical JSON or key;
    `before` or `after` is `ABSENT` where the property or element is not there.
    """

    path: tuple[str, ...]
    before: Any
    after: Any


class Absent:
    """The type of `ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()
"""Stands for a property or list element that is not there (None is a JSON value)."""
