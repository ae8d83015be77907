"""How a kind is read and written: one module per shape, pure functions over the catalog's literals.

`reads(kind, scope)` gives the requests that read what `scope` names. `writable` says what of a change Graph takes,
`writes` the operations that do it, stage by stage. `READS` and `WRITES` find the module by shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from entragit.model import Body, Request
from entragit.plan import Change, Operation, Stage
from entragit.resources import derived
from entragit.resources.base import Relation, ResourceType, Shape
from entragit.resources.catalog import CATALOG
from entragit.resources.writing import has
from entragit.shapes import (
    action,
    cast,
    changing,
    child,
    collection,
    freeing,
    ref,
    refset,
    request,
    single,
    singleton,
    stream,
)
from entragit.shapes.answers import matching, on_found, seen, sent, with_found
from entragit.shapes.bodies import filled, wanted
from entragit.shapes.freeing import after, asked, keys, let_go
from entragit.shapes.keyed import comes_back
from entragit.shapes.limits import can_be_empty, fixed, split
from entragit.shapes.order import order
from entragit.shapes.scope import Scope
from entragit.shapes.writing import Work, WriteContext, addressed, deleted_at, of_change

READS: Mapping[Shape, Callable[[ResourceType, Scope], tuple[Request, ...]]] = {
    "collection": collection.reads,
    "singleton": singleton.reads,
    "request": collection.reads,
    "child": child.reads,
    "refset": refset.reads,
    "ref": ref.reads,
    "cast": cast.reads,
    "action": action.reads,
    "single": single.reads,
    "stream": stream.reads,
}

WRITES: Mapping[Shape, Callable[[Work, Relation], Iterator[Operation]]] = {
    "child": child.writes,
    "refset": refset.writes,
    "ref": ref.writes,
    "cast": cast.writes,
    "single": single.writes,
    "stream": stream.writes,
}


Steps = Callable[[Work], Iterator[Operation]]


class Whole(NamedTuple):
    """How a resource of a shape is made, made once more, changed, deleted, and its first one retired after that."""

    creates: Steps
    replaces: Steps
    changes: Steps
    deletes: Steps
    retires: Steps


PLAIN = Whole(collection.creates, collection.replaces, changing.properties, collection.deletes, collection.retires)
WHOLES: Mapping[Shape, Whole] = {
    "collection": PLAIN,
    "singleton": PLAIN,
    "request": Whole(request.creates, request.replaces, request.changes, request.deletes, request.retires),
}


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """The requests that read `scope` of `kind`: the whole kind, one resource of it, or one's relationship."""
    shape = scope.relation.shape if scope.relation else kind.shape
    return READS[shape](kind, scope)


def writable(kind: ResourceType, change: Change, context: WriteContext) -> Change | None:
    """The change with what Graph takes of it alone, `desired` and `edits` alike; None where that is nothing.

    What isn't in it is in the ledger, and never attempted. A deletion is left as it is, or refused whole.
    """
    return split(kind, change, context)[0]


def writes(
    kind: ResourceType,
    change: Change,
    body: Body | None,
    live: str,
    actual: Body | None,
    stage: Stage,
    context: WriteContext,
) -> tuple[Operation, ...]:
    """What is still to do for `change` at `stage`, in this order; nothing where the tenant has it already.

    `change`: as `writable` gives it. `body`: its desired body, references rewritten; None for a deletion. `live`: its
    id in the tenant; "" before its creation. `actual`: the body as read just now; None where it isn't there. Raises
    RefusedError where the tenant has moved so that an edit has no place any more.
    """
    kind = of_change(kind, change)
    planned = change.actual if change.action == "update" else None
    result = {} if body is None else wanted(kind, change, body, actual, context)
    work = Work(kind, change, result, actual, planned or {}, live, stage, context)
    return tuple(addressed(work, operation) for operation in STEPS[stage](work))


def _create(work: Work) -> Iterator[Operation]:
    if work.change.action == "restore":
        yield from collection.restores(work)
    elif work.change.action == "create":
        yield from WHOLES[work.kind.shape].creates(work)
    elif work.change.action == "update" and _anew(work):
        yield from WHOLES[work.kind.shape].replaces(work)


def _anew(work: Work) -> bool:
    """Whether the change is one that no PATCH takes, so that the resource is made once more."""
    return work.kind.writes.replaced and changing.is_fixed_apart(work)


def _free(work: Work) -> Iterator[Operation]:
    yield from freeing.frees(work)
    yield from changing.frees(work)
    for relation in work.kind.relations:
        if relation.far and work.now is not None:
            yield from refset.frees(work, relation)
        if relation.sole and work.now is not None:
            yield from child.removals(work, relation)


def _link(work: Work) -> Iterator[Operation]:
    if work.change.action == "delete" or _anew(work):
        return
    properties = list(WHOLES[work.kind.shape].changes(work))
    yield from properties
    if any(operation.again for operation in properties):
        return
    for name in sorted(work.kind.writes.actions):
        yield from action.writes(work, name)
    for relation in work.kind.relations:
        sown = (relation.sown or relation.first) and work.change.action == "create" and work.now is None
        if not sown and not (relation.unless and has(work.wanted, relation.unless)):  # Graph computes it by then
            found = WRITES[relation.shape](work, relation)
            yield from (replace(one, version=relation.version or one.version) for one in found)


def _enable(work: Work) -> Iterator[Operation]:
    if work.change.action != "delete":
        yield from changing.enabling(work)
        for relation in work.kind.relations:
            yield from refset.joins(work, relation)


def _delete(work: Work) -> Iterator[Operation]:
    if work.change.action == "delete":
        yield from WHOLES[work.kind.shape].deletes(work)
        return
    for relation in work.kind.relations:
        if relation.errand:
            yield from child.removals(work, relation)
    if work.change.action == "update" and work.live != work.change.live and work.kind.writes.replaced:
        yield from WHOLES[work.kind.shape].retires(work)


STEPS: Mapping[Stage, Steps] = {
    "free": _free,
    "create": _create,
    "link": _link,
    "enable": _enable,
    "delete": _delete,
}


def backing(kind: ResourceType, deleted: Body, tenant_id: str) -> tuple[str, str, str] | None:
    """(kind, property, value) of the resource that must be there, or restored first, for `deleted` to come back.

    None: nothing must. Where it is made anew instead, `deleted` must be, too.
    """
    kind = derived.of(kind, deleted)
    rule = kind.writes.backed
    owner = deleted.get(rule[2]) if rule else None
    if rule is None or (isinstance(owner, str) and owner.lower() != tenant_id.lower()):
        return None
    value = deleted.get(kind.writes.backed_by or rule[1])
    return (rule[0], rule[1], value) if isinstance(value, str) else None


def deleted_list(kind: ResourceType) -> Request:
    """The request for the deleted resources of a kind."""
    if kind.writes.bin:
        return Request(f"/{kind.writes.bin}", version=kind.version, quota=kind.quota)
    query = (("$select", ",".join(told_of_deleted(kind))),)
    return Request(f"/directory/deletedItems/microsoft.graph.{kind.writes.restore}", query)


def told_of_deleted(kind: ResourceType) -> tuple[str, ...]:
    """The properties that a list of deleted resources must show: their names, and what `backing` and others go by."""
    unique = (one.name for one in kind.writes.unique)
    return tuple(dict.fromkeys(("id", *kind.writes.new, *(kind.writes.backed or ())[1:], *unique)))


def turn(kind: ResourceType, body: Body) -> int:
    """The place of a resource within the stage "enable": what protects goes on before something else goes off.

    `body`: as desired.
    """
    switch = kind.writes.switch
    if switch is None:
        return 0
    off = body.get(switch.name) == switch.off
    return (switch.late or 0) if off else switch.turn


def kind_of(change: Change) -> ResourceType:
    """The kind of a change, in the words of its resource's type."""
    return of_change(CATALOG[change.kind], change)


__all__ = [
    "READS",
    "Scope",
    "WriteContext",
    "after",
    "asked",
    "backing",
    "can_be_empty",
    "comes_back",
    "deleted_at",
    "deleted_list",
    "filled",
    "fixed",
    "keys",
    "kind_of",
    "let_go",
    "matching",
    "on_found",
    "order",
    "reads",
    "seen",
    "sent",
    "split",
    "told_of_deleted",
    "turn",
    "with_found",
    "writable",
    "writes",
]
