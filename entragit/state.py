"""What must survive a checkout: the value behind `entragit/state`, how two of them merge, and who holds the lease.

How it is stored: `statefiles.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from entragit.errors import RefusedError

NEXT = ""
"""Stands for the snapshot that is about to be made, in `Run` and `DeltaLink`; `publish` puts its id there."""


class Authored(NamedTuple):
    """A file that a person added without an id: its path and the commit that first did."""

    path: str
    commit: str


@dataclass(frozen=True, slots=True)
class DeltaLink:
    """Where the next incremental read goes on: `link` as Graph gave it, good only on top of `snapshot`."""

    snapshot: str
    link: str


@dataclass(frozen=True, slots=True)
class Run:
    """The last complete run: the snapshot that it made or confirmed, and when it began (`stamp`)."""

    snapshot: str
    time: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The apply that may write to the tenant now: run, digest of its plan, its host; `start` and `expiry` (`stamp`)."""

    run: str
    plan: str
    host: str
    start: str
    expiry: str


@dataclass(frozen=True, slots=True)
class Begun:
    """That the apply of `plan` (its digest) may have made something: written before its first write.

    `others`: key of a creation → ids that were there by then though they look like its result; so they aren't.
    """

    plan: str
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One apply: who ran it and why, the digest of its plan, its start (`stamp`); results are (operation, result).

    `allowed`: the guards that objected, and that somebody let pass by name.
    """

    who: str
    why: str
    plan: str
    start: str
    results: tuple[tuple[str, str], ...] = ()
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """All that `entragit/state` holds.

    `branch`: says what the tenant should be. `remote`: the name that `init` recorded; None leaves it to `remote_of`.
    `id_map`: old object id → new one. `authored`: file → the id that Graph gave its object. `delta`: links by kind.
    `audit`: records by run. `plan`: that of the lease, as a plan file holds it, for its rerun on any machine. `begun`:
    that it may have written; both stay without a lease where nobody knows yet what came of it.
    """

    branch: str = "main"
    remote: str | None = None
    id_map: Mapping[str, str] = field(default_factory=dict)
    authored: Mapping[Authored, str] = field(default_factory=dict)
    delta: Mapping[str, DeltaLink] = field(default_factory=dict)
    run: Run | None = None
    audit: Mapping[str, AuditRecord] = field(default_factory=dict)
    lease: Lease | None = None
    plan: Mapping[str, Any] | None = None
    begun: Begun | None = None


def stamp(when: datetime) -> str:
    """A time as the state holds it: ISO 8601, UTC, whole seconds ("2026-03-01T02:03:04Z")."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def links(state: State, snapshot: str | None) -> dict[str, str]:
    """Kind → delta link, of those that stand on `snapshot`, the last one; the others are worth nothing."""
    return {kind: delta.link for kind, delta in state.delta.items() if delta.snapshot == snapshot}


def at(state: State, snapshot: str) -> State:
    """`state` with `snapshot` wherever it says NEXT."""
    run = replace(state.run, snapshot=snapshot) if state.run and state.run.snapshot == NEXT else state.run
    delta = {kind: replace(d, snapshot=snapshot) if d.snapshot == NEXT else d for kind, d in state.delta.items()}
    return replace(state, run=run, delta=delta)


def held_by_other(state: State, now: datetime, plan: str = "") -> Lease | None:
    """The lease that keeps us from writing at `now`; None where there is none.

    One that has expired keeps nobody out, nor does one of the same `plan` (its digest): the rerun takes it over.
    """
    lease = state.lease
    if lease is None or (plan and lease.plan == plan) or datetime.fromisoformat(lease.expiry) <= now:
        return None
    return lease


Value = TypeVar("Value")


def merge(base: State, ours: State, theirs: State) -> State:
    """Both sides' changes since `base`, after a lost race; lease, plan and `begun` are theirs, delta links dropped.

    Raises RefusedError where one old id, or one authored file, got two objects: a person must say which one counts.
    """
    return State(
        branch=theirs.branch if theirs.branch != base.branch else ours.branch,
        remote=theirs.remote if theirs.remote != base.remote else ours.remote,
        id_map=_united(ours.id_map, theirs.id_map, lambda id_: f"the object {id_} was re-created twice"),
        authored=_united(ours.authored, theirs.authored, lambda file: f"the file {file.path} was created twice"),
        run=max(filter(None, (ours.run, theirs.run)), key=lambda run: run.time, default=None),
        audit=_records(base.audit, ours.audit, theirs.audit),
        lease=theirs.lease,
        plan=theirs.plan,
        begun=theirs.begun,
    )


Name = TypeVar("Name")


def _united(ours: Mapping[Name, str], theirs: Mapping[Name, str], what: Callable[[Name], str]) -> dict[Name, str]:
    for name in ours:
        if theirs.get(name, ours[name]) != ours[name]:
            raise RefusedError(
                f"{what(name)}, as {ours[name]} here and {theirs[name]} on the remote; delete one of them in the "
                "tenant, and its entry with `git commit` on entragit/state"
            )
    return {**ours, **theirs}


def _records(
    base: Mapping[str, AuditRecord], ours: Mapping[str, AuditRecord], theirs: Mapping[str, AuditRecord]
) -> dict[str, AuditRecord]:
    """All records; of one that both sides have, the version that has grown."""
    grown = {run: record for run, record in theirs.items() if run not in ours or record != base.get(run)}
    return {**ours, **grown}
