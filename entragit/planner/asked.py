"""What a plan is asked for, and what was read for it: values that the planner's steps hand to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from entragit.graph.tokens import Identity
from entragit.layout import Index
from entragit.model import Body, Coverage, Gap
from entragit.plan import Change, Finding, Mode, Plan, Take


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted.

    `commit`: the desired one. `base`: the commit that it and the tenant both stand on. `before`: what the snapshot
    covers that base stands on. `paths`: what was asked for, as typed; nothing: the whole tenant. `take`: (side, path as
    typed). `exact`: these are addresses as a plan holds them, of which some may name nothing any more. `prune`,
    `enable`: kinds. `allow`: guards. `now`: aware.
    """

    commit: str
    base: str
    before: Coverage
    now: datetime
    mode: Mode = "rollback"
    paths: tuple[str, ...] = ()
    prune: frozenset[str] = frozenset()
    enable: frozenset[str] = frozenset()
    take: tuple[tuple[Take, str], ...] = ()
    allow: frozenset[str] = frozenset()
    exact: bool = False


def _unknown(_kind: str, _id: str) -> str:
    return ""


def _untitled(_title: str) -> frozenset[str]:
    return frozenset()


def _unread(_kind: str, _name: str) -> Iterable[tuple[str, object]]:
    return ()


NOBODY = Identity("", None, frozenset())


@dataclass(frozen=True, slots=True)
class Read:
    """The tenant as it was read.

    `changed`: its files where they aren't base's (None: gone). `covered`: what they speak of. `index`: what ids mean
    now. `created`: (kind, id) → when Graph made it, ISO 8601, "" where that wasn't read. `titled`: title → addresses.
    `who`: with whose token. `values`: (kind, property) → id and value of all that are there, changed or not.
    """

    tenant_id: str
    changed: Mapping[str, bytes | None]
    covered: Coverage
    index: Index
    created: Callable[[str, str], str] = _unknown
    titled: Callable[[str], frozenset[str]] = _untitled
    who: Identity = NOBODY
    values: Callable[[str, str], Iterable[tuple[str, object]]] = _unread


Guards = Callable[[Plan], tuple[Finding, ...]]
"""What the guards object to in a plan that is otherwise finished."""


def unguarded(_plan: Plan) -> tuple[Finding, ...]:
    """Nobody objects."""
    return ()


@dataclass(frozen=True, slots=True)
class Deleted:
    """The deleted items that were looked through.

    `kinds`: id → kind of what can be brought back. `unlisted`: kinds of which they couldn't be read: what may be among
    them is not made anew, for that would lose it. `bodies`: id → what their list says of them.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    unlisted: tuple[Gap, ...] = ()
    bodies: Mapping[str, Body] = field(default_factory=dict)

    def has(self, kind: str, id_: str) -> bool:
        """Whether a resource can be brought back."""
        return self.kinds.get(id_) == kind

    def hides(self, kind: str, id_: str) -> bool:
        """Whether nobody knows if a resource can be brought back."""
        return id_ != "" and any(gap.kind == kind for gap in self.unlisted)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the resources: changes as they are wanted, and what a plan says beside them."""

    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    extras: tuple[str, ...] = ()
    conflicts: tuple[tuple[str, str, str, str, str], ...] = ()
