"""What a comparison of base, desired and actual found: the value that the planner fills and every sink renders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from entragit.model import Edit, Gap

Action = Literal["deleted", "updated", "created"]

SEVERITY: Mapping[Action, int] = {"deleted": 0, "updated": 1, "created": 2}

EVERYTHING: tuple[str, ...] = ()
"""The path of a conflict over the resource as a whole: one side deleted what the other changed."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one side did to one resource since base.

    `id` is empty for a resource that is only authored yet. `address` and `title` are the newest that this side knows.
    `tier` is the catalog's. `edits` turn base's body into this side's, without what the other side did as well; of a
    created or deleted resource they are all its properties. `conflicts` are the paths among them (or EVERYTHING)
    that the other side moved differently.
    """

    kind: str
    id: str
    address: str
    title: str
    action: Action
    tier: int
    edits: tuple[Edit, ...] = ()
    conflicts: frozenset[tuple[str, ...]] = frozenset()


@dataclass(frozen=True, slots=True)
class Report:
    """How a tenant and a branch differ from the snapshot that both stand on.

    `base` and `desired` are commits; `base` is None where there is no snapshot yet. `drift`: what the tenant did.
    `pending`: what the branch did and the tenant doesn't have. A conflict stands in both. `gaps`: what is not
    compared, because one side doesn't cover it. `names`: the address or value that a reference in an edit stands for,
    by its text.
    """

    tenant_id: str
    base: str | None
    desired: str
    drift: tuple[Change, ...] = ()
    pending: tuple[Change, ...] = ()
    gaps: tuple[Gap, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """The tenant's side of every conflict."""
        return tuple(change for change in self.drift if change.conflicts)


def ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Biggest risk first: tier, then kind, then what is gone before what is changed or new, then address."""
    return tuple(sorted(changes, key=lambda c: (c.tier, c.kind, SEVERITY[c.action], c.address, c.id)))


def by_kind(changes: Iterable[Change]) -> Iterator[tuple[str, list[Change]]]:
    """Kind and its changes, of changes that are `ordered`."""
    return ((kind, list(group)) for kind, group in groupby(changes, key=lambda change: change.kind))


def counted(changes: Iterable[Change]) -> str:
    """How many changes of each action there are, in words: "1 deleted, 2 updated"."""
    counts = Counter(change.action for change in changes)
    return ", ".join(f"{counts[action]:,} {action}" for action in SEVERITY if counts[action])
