"""A plan: what an apply will do, as a value that can be reviewed, stored and held to.

A plan fixes the values, the resources and the classes of operation; an apply never leaves them (design section 2,
promise 4). What an `Edit` says is both sides of the bargain: `before` is the fingerprint of the live value, `after`
what it shall be. A value that is neither any more has moved, and the plan is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from entragit.model import Body, Edit, Gap

Action = Literal["create", "restore", "update", "delete"]
Mode = Literal["rollback", "merge"]
Origin = Literal["yours", "reverts", "follows"]
"""Who moved a value since BASE: the branch ("yours"), or the tenant, which this takes back ("reverts").

"follows": nobody; a reference goes along with its object, which gets a new id, or one value with another in Graph.
"""

Take = Literal["git", "tenant"]
"""The side that wins a conflict."""

Stage = Literal["free", "create", "link", "enable", "delete"]
STAGES: tuple[Stage, ...] = ("free", "create", "link", "enable", "delete")
"""The order in which an apply works (design section 9).

"free": who holds what only one can have, and shall not, lets it go, so that another can have it.
"""

FORMAT = 1
"""Rises when an older entragit could not read a plan without misunderstanding it."""


@dataclass(frozen=True, slots=True)
class Freed:
    """How a resource lets go of what only one can have, before another takes it.

    `turn`: its place in the stage "free" of the plan, from 1. `name`: the property; empty where the resource is deleted
    then. `value`: what the property has from then on, which the stage "link" brings to what is desired; None: nothing.
    Of a restore, which has no turn (0): the value with which it comes back.
    """

    name: str
    value: Any = None
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one resource.

    `id`: its id in the desired tree, where that has none the one that the state knows for its file, of what desired
    doesn't have the tenant's; empty for what is to be created for the first time. `live`: the id that it has in the
    tenant now (of the deleted object, for a restore); empty if it is to be created. `address`: where desired has it,
    else the tenant. `tier`: the catalog's.

    `desired`: the body that is asked for, its references as `Plan.id_map` has them; None for a delete. One that names
    what this plan creates names it by its old id still, or by its address where it has none. `actual`: the body in the
    tenant when the plan was made; None where there is none, and for a restore. Both hold only what desired's snapshot
    and what was read now cover, so an apply makes `edits` in the body that it reads then, and writes nothing else.

    `edits`: all that changes, from `actual` to `desired` and nothing else, the id left out; of a creation or restore
    every property, of a deletion none. An edit with `before` and `after` alike is a reference that follows once its
    object has a new id. `origins`: for each edit, who moved the value; of a deletion one, who made it an extra.
    `source`: (path, commit that first added it) of a file without an id, under which the state records its object.
    `freed`: what it lets go before all else, for others.
    """

    kind: str
    id: str
    live: str
    address: str
    title: str
    action: Action
    tier: int
    desired: Body | None = None
    actual: Body | None = None
    edits: tuple[Edit, ...] = ()
    origins: tuple[Origin, ...] = ()
    source: tuple[str, str] | None = None
    freed: tuple[Freed, ...] = ()

    @property
    def key(self) -> str:
        """Names the change within its plan: kind and id, or the address of a file without one."""
        return f"{self.kind}/{self.id}" if self.id else self.address


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One line of the ledger: what can't be brought back, why, and what a person does instead.

    `property`: empty where the whole resource is meant. `what`: "password", "mastered on premises", "built in", …
    """

    kind: str
    address: str
    property: str
    what: str
    why: str
    follow_up: str


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that a guard objects to. `guard` is the word that `--allow` takes; `address`: what it is about.

    `allowed`: the plan was made with that word, so it is a line to read and no refusal.
    """

    guard: str
    address: str
    message: str
    allowed: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a reviewer sees and an apply is bound to.

    `commit`: the desired commit, `base`: the snapshot that it stands on, in merge mode the commit since which its
    changes count. `selection`: the addresses that were asked for, empty for the whole tenant. `prune`: kinds whose
    extras are deleted. `enable`: kinds that may go on though they can delete, deprovision or mail by themselves.
    `take`: address → side that wins a conflict. `changes`: in the order of their keys; stages order the work. `extras`:
    addresses that the tenant has and desired lacks, reported and left alone, newest first. `conflicts`: (address, path
    with dots, and the three values as JSON, "" for nothing), each a refusal. `id_map`: the uses of the id map, old id →
    the one that counts now. `gaps`: what the plan doesn't speak of. `names`: address or value that a reference in an
    edit or conflict stands for, by its text. `advice`: guards come from a local branch, since there is no remote: they
    are advice.
    """

    tenant_id: str
    commit: str
    base: str | None
    mode: Mode
    selection: tuple[str, ...] = ()
    prune: tuple[str, ...] = ()
    enable: tuple[str, ...] = ()
    take: Mapping[str, Take] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    ledger: tuple[Entry, ...] = ()
    findings: tuple[Finding, ...] = ()
    extras: tuple[str, ...] = ()
    conflicts: tuple[tuple[str, str, str, str, str], ...] = ()
    id_map: Mapping[str, str] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    advice: bool = False
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Operation:
    """One Graph call of a plan's execution.

    `key`: stable for the same change and purpose, whatever the tenant is by then; the journal goes by it. `change`:
    the key of its change. `words`: what it does, for people. `headers`: beyond those that every request carries.
    `secret`: the way to the property of `body` that gets a new password as it is sent, and is stored nowhere.
    `creates`: the answer's `id` is the new id of the change's resource (where there is none, the id in the path is;
    where it has the property `made`, that), behind `within`. What its probe finds has that for its id only if it has
    no other.
    `unmet`: values of the answer with which nothing has happened all the same.
    `done`: error codes and message parts which say that there is nothing left to do; of a creation, that what its
    probe finds is the resource. `probe`: (path, query) of a list, `matches`: the values by which an element of it is
    told: what a lost POST has made, or, where `path` holds "{found}", the one whose id goes there; if there is none,
    the operation is done. `found`: where in `body` that id goes instead. `awaits`: (path, property, value) to poll for
    before the next operation of this change; the property "" is the whole answer, and of maps and lists only what
    `value` says must be there. `again`: what follows from it can't be known before; after it the stage's operations of
    this change are asked for once more, with the body as it is then. `parts`: the same one by one, done in its place
    where Graph says of it what they take for done. `stream`: SHA-256 of bytes in the plan's commit, which are sent
    instead of a body. `turn`: its place among all operations of the stage "free".
    """

    key: str
    change: str
    stage: Stage
    method: Literal["POST", "PATCH", "PUT", "DELETE"]
    path: str
    words: str
    body: Body | None = None
    version: str = "v1.0"
    quota: str = "directory"
    creates: bool = False
    made: str = ""
    within: str = ""
    unmet: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open: tuple[str, tuple[str, ...]] | None = None
    unlike: tuple[Mapping[str, tuple[str | bool, ...]], ...] = ()
    probe: tuple[str, tuple[tuple[str, str], ...]] | None = None
    matches: Mapping[str, object] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    awaits: tuple[str, str, object] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    secret: tuple[str, ...] = ()
    again: bool = False
    parts: tuple[Operation, ...] = ()
    found: tuple[str, ...] = ()
    stream: str = ""
    turn: int = 0
