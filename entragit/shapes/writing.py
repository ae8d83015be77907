"""What the writes of every shape share: the change at hand, and operations about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from entragit.model import Body, Coverage
from entragit.plan import Change, Operation, Stage
from entragit.resources import derived
from entragit.resources.base import Relation, ResourceType
from entragit.resources.metadata import properties
from entragit.resources.writing import Reason
from entragit.shapes.scope import SAFE, listing, own_path

FOUND = "{found}"
"""In the path of an operation: the id of the one element that its probe finds; where there is none, it is done."""

CAST = "microsoft.graph."
GONE = ("Request_ResourceNotFound", "ResourceNotFound", "NotFound")
"""What Graph says where there is nothing to delete any more."""


@dataclass(frozen=True, slots=True)
class WriteContext:
    """What writing must know of the tenant and the token.

    `root`: Graph's address with the version, for references. `gone`: ids that name nothing in the tenant and won't
    after this plan, which no write may name. `permissions`: those of the token, None if unknown. `licences`: of the
    tenant ("Microsoft Entra ID P1"), None if unknown. `coverage`: what desired and tenant both speak of; with it, a
    restored resource loses what desired doesn't have. `application`: whether one writes, whatever it may. `enable`:
    kinds whose resources may go on though they can delete, deprovision or mail. `held`: (change, property, value as
    Graph compares it) → why it can't have that, for another one keeps it. `now`: aware; None where nothing depends on
    it. `kinds`: id, in lower case → kind, of what relationships name.
    """

    tenant_id: str
    root: str = "https://graph.microsoft.com/v1.0"
    gone: frozenset[str] = frozenset()
    permissions: frozenset[str] | None = None
    licences: frozenset[str] | None = None
    coverage: Coverage | None = None
    application: bool = False
    enable: frozenset[str] = frozenset()
    held: Mapping[tuple[str, str, str], Reason] = field(default_factory=dict)
    now: datetime | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work:
    """One change at one stage: the resource is `now` (None: not there, or not read) and shall be `wanted`.

    `live`: its id in the tenant. `planned`: what the plan took it for.
    """

    kind: ResourceType
    change: Change
    wanted: Body
    now: Body | None
    planned: Body
    live: str
    stage: Stage
    context: WriteContext


def path(work: Work, *below: str) -> str:
    """The path of the resource, or of what is `below` it; ids are escaped."""
    own = own_path(work.kind, work.live)
    return "/".join((collection(work), *(quote(part, safe=SAFE) for part in (*own, *below))))


def addressed(work: Work, operation: Operation) -> Operation:
    """The operation at the address that the catalog gives to this resource (`Own`), or to its type (`Derived`)."""
    if work.kind.cast is not None:
        return replace(operation, path=_behind_cast(work, operation))
    own = work.kind.own
    if own is None or operation.method not in ("PATCH", "DELETE") or operation.path != f"/{work.kind.path}/{own.id}":
        return operation
    body = {"id": own.id} if operation.method == "DELETE" else operation.body
    return replace(operation, path=f"/{own.path}", headers=own.headers, body=body)


def _behind_cast(work: Work, operation: Operation) -> str:
    """The path of an operation with the type in it: of the creation, of the resource, of what is written below."""
    cast = f"{CAST}{work.kind.cast.type}" if work.kind.cast else ""
    if operation.creates:
        return f"{operation.path}/{cast}" if operation.path == collection(work) else operation.path
    own = path(work)
    _, found, rest = operation.path.partition(own)
    name = rest.removeprefix("/").partition("/")[0]
    if found and (not rest or (work.kind.cast and name in work.kind.cast.below)):
        return f"{own}/{cast}{rest}"
    return operation.path


def of_change(kind: ResourceType, change: Change) -> ResourceType:
    """The kind in whose words a change is written: what is there decides, or what is to be there."""
    return derived.of(kind, change.actual or change.desired)


def owner(work: Work) -> str:
    """The id of the resource that has a list of its own, in which this one is; "" where there is one list."""
    rule = work.kind.each
    return str({**(work.now or {}), **work.wanted}.get(rule.owner, "")) if rule and rule.below else ""


def collection(work: Work) -> str:
    """The path of the list that the resource is in."""
    return listing(work.kind, owner(work))


def below(relation: Relation, *rest: str) -> tuple[str, ...]:
    """The path of a relationship below its object, and of what is below that."""
    return (*(relation.way or relation.name).split("/"), *rest)


def operation(work: Work, purpose: str, method: Any, place: str, words: str, body: Body | None = None) -> Operation:
    """An operation about the change at hand; `purpose` tells it from the others of the same stage."""
    return Operation(
        key=f"{work.change.key} {work.stage} {purpose}",
        change=work.change.key,
        stage=work.stage,
        method=method,
        path=place,
        words=words,
        body=body,
        version=work.kind.version,
        quota=work.kind.quota,
    )


def deleted_at(kind: ResourceType, own: str) -> str:
    """The path of a deleted resource of a kind."""
    return f"/{kind.writes.bin or 'directory/deletedItems'}/{own}"


def put(body: Body, place: tuple[str, ...], value: Any) -> Body:
    """`body` with `value` at a place."""
    head, rest = place[0], place[1:]
    return {**body, head: put(body.get(head) or {}, rest, value) if rest else value}


def named(work: Work) -> str:
    """What people call the resource: its sort and its title, or where that has none, its address."""
    return f"{sort(work.kind)} {work.change.title or work.change.address}"


def sort(kind: ResourceType) -> str:
    """What one resource of a kind is, in words: "conditional access policy", "oauth2 permission grant"."""
    name = kind.cast.type if kind.cast else kind.type
    return re.sub(r"(?<=[a-z0-9])(?<!^.)(?=[A-Z])", " ", name).lower()


def reference(work: Work, target: str, at: str = "") -> str:
    """The address of a directory object, or of one of the collection `at`, as references are written (facts §5)."""
    return f"{work.context.root}/{at or 'directoryObjects'}/{target}"


def probe(where: str, values: Mapping[str, object], first: str = "") -> tuple[str, tuple[tuple[str, str], ...]]:
    """The list that shows whether an element with these values is there; `first`: the one to ask for by $filter."""
    value = values.get(first)
    if isinstance(value, dict) and len(value) == 1:  # what is told of another resource
        inner = next(iter(value))
        first, value = f"{first}/{inner}", value[inner]
    if not isinstance(value, str):
        return where, ()
    return where, (("$filter", f"{first} eq '{value.replace(chr(39), chr(39) * 2)}'"),)


def selecting(kind: ResourceType, query: tuple[tuple[str, str], ...], names: tuple[str, ...]) -> Any:
    """`query` with what tells an element, where Graph hides properties unless they are asked for."""
    if kind.select == "default":
        return query
    dated = [name for name in ("createdDateTime",) if name in properties(kind.type)]
    return (*query, ("$select", ",".join(dict.fromkeys(["id", *dated, *names]))))


def related(work: Work, relation: Relation) -> tuple[Any, Any, Any]:
    """The values of a relationship: planned, now and wanted."""
    name = relation.name
    return work.planned.get(name), (work.now or {}).get(name), work.wanted.get(name)
