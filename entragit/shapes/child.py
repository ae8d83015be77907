"""Objects that live below theirs and are written inline: federated credentials, app role assignments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from entragit.canonical import canonical_json, same
from entragit.model import Body, Request
from entragit.plan import Operation
from entragit.resources.base import Lookup, Relation, ResourceType
from entragit.resources.fields import fields
from entragit.resources.metadata import concrete
from entragit.shapes.bodies import TYPE, complete
from entragit.shapes.keyed import by_key
from entragit.shapes.scope import Query, Scope, of_object
from entragit.shapes.writing import FOUND, GONE, Work, below, named, operation, path, related

LONGEST = 64
ADD, REMOVE = "adminAdd", "adminRemove"
"""The types of the requests by which children come and go (facts §5)."""
THERE = (
    "Permission being assigned already exists on the object",
    "with the same name, or issuer and subject, already exists",
    "Request_MultipleObjectsWithSameKeyValue",
    "A conflicting object with one or more of the specified property values is present in the directory",
    "An extension property exists with the name",
)
"""What Graph says where a child is there already (facts §1, §5)."""


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """One list request per path that makes up the relationship."""
    if scope.relation is None:
        return ()
    query = _expanding(scope.relation)
    return tuple(
        of_object(kind, scope, path, query)
        for path in scope.relation.paths or (scope.relation.way or scope.relation.name,)
    )


def _expanding(relation: Relation) -> Query:
    return (("$expand", ",".join(relation.inner)),) if relation.inner else ()


def writes(work: Work, relation: Relation) -> Iterator[Operation]:
    """Children to make, to change and to delete; the last go first where they hold what the first need."""
    _, now, wanted = (by_key(relation, items) for items in related(work, relation))
    new = [("make", key) for key in sorted(wanted.keys() - now.keys())]
    both = [key for key in sorted(now.keys() & wanted.keys()) if not same(now[key], wanted[key])]
    gone = (
        [] if relation.errand or relation.lasting else [("delete", key) for key in sorted(now.keys() - wanted.keys())]
    )
    if relation.sole:  # the others went before; of what got a new id since, nobody knew it then
        kept = by_key(relation, (work.change.desired or {}).get(relation.name))
        gone = [(deed, key) for deed, key in gone if key in kept]
    steps = [*new, *(step for key in both for step in DEEDS[relation.change](key))]
    steps = list(_in_turn(relation, now, wanted, steps)) if relation.alone else steps
    for deed, key in [*gone, *steps] if relation.frees else [*steps, *gone]:
        if deed == "make":
            yield _make(work, relation, key, wanted[key])
        elif deed == "delete":
            yield _delete(work, relation, key, now[key])
        else:
            yield _change(work, relation, key, now[key], wanted[key])


Step = tuple[str, str]
"""What is to be done with a child, and its key."""

DEEDS: Mapping[str, Callable[[str], tuple[Step, ...]]] = {
    "patch": lambda key: (("change", key),),
    "replace": lambda key: (("delete", key), ("make", key)),
    "never": lambda _key: (),
}
"""How a child changes that stays, by the catalog's word."""


def _in_turn(
    relation: Relation, now: Mapping[str, Body], wanted: Mapping[str, Body], steps: list[Step]
) -> Iterator[Step]:
    """Makings and changes, each once what it takes is free; where they go round, one child is deleted and made anew."""
    waiting = {key: deed for deed, key in steps}
    held = {_alone(relation, now[key]): key for key, deed in waiting.items() if deed == "change"}
    while waiting:
        free = (key for key in waiting if held.get(_alone(relation, wanted[key]), key) == key)
        key = next(free, None)
        if key is None:
            key = next(key for key, deed in waiting.items() if deed == "change")
            yield "delete", key
            waiting[key] = "make"
        else:
            yield waiting.pop(key), key
        held = {value: holder for value, holder in held.items() if holder != key}


def _alone(relation: Relation, child: Body) -> str:
    """What no other child of the object can have."""
    return canonical_json([child.get(name) for name in relation.alone])


def _said(key: str) -> str:
    """A key in words: of a long one (a certificate) both ends, by which people tell it."""
    return key if len(key) <= LONGEST else f"{key[: LONGEST // 2]}…{key[-LONGEST // 2 :]}"


def _make(work: Work, relation: Relation, key: str, child: Body) -> Operation:
    sent = relation.sent(child) if relation.sent else dict(child)
    body = {**sent, relation.parent: work.live} if relation.parent else sent
    words = f"Add {_said(key)} to {relation.name} of {named(work)}"
    place = path(work, *below(relation))
    made = operation(work, f"{relation.name} +{key}", "POST", place, words, body)
    if relation.lookup:
        return _looked_up(made, relation.lookup, work, child)
    made = replace(made, probe=(place, _expanding(relation)), matches=_key(relation, child), done=THERE)
    return _asked(made, relation, ADD, work, child) if relation.errand else made


def _asked(made: Operation, relation: Relation, deed: str, work: Work, child: Body) -> Operation:
    """The same as a request: for the child as it shall be, or for the one with an id."""
    rule = relation.errand
    assert rule is not None  # noqa: S101 (callers ask only where there is one)
    body = {"requestType": deed, rule.child: made.body or {}, rule.owner: {"id": work.live}}
    if deed == REMOVE:
        return replace(made, method="POST", path=f"/{rule.to}", body=body, found=(rule.child, "id"))
    seen = (path(work, *below(relation)), "value", [_key(relation, child)])
    return replace(made, method="POST", path=f"/{rule.to}", body=body, awaits=seen)


def _looked_up(made: Operation, rule: Lookup, work: Work, child: Body) -> Operation:
    """The same with the id that a list tells; done where the list has none, which the next plan will say."""
    where = rule.path.format(quote(str(_at(work.wanted, rule.owner)), safe=""))
    matches = {name: _at(child, place) for name, place in rule.alike.items()}
    return replace(made, found=rule.into, probe=(where, ()), matches=matches, done=THERE)


def _at(value: Any, place: tuple[str, ...]) -> Any:
    for name in place:
        value = (value or {}).get(name)
    return value


def removals(work: Work, relation: Relation) -> Iterator[Operation]:
    """The children that go: late, for what is deleted in the same plan may hold them, or before others need them."""
    _, now, wanted = (by_key(relation, items) for items in related(work, relation))
    return (_delete(work, relation, key, now[key]) for key in sorted(now.keys() - wanted.keys()))


def _found(relation: Relation, found: Operation, work: Work, child: Body) -> Operation:
    """The operation on the one child with this key, whose id no body holds unless it is the key."""
    if relation.key != "id":
        return replace(found, done=GONE)
    where = (path(work, *below(relation)), _expanding(relation))
    return replace(found, probe=where, matches=_key(relation, child), done=GONE)


def _own(relation: Relation, child: Body) -> str:
    """The id of a child in a path."""
    return FOUND if relation.key == "id" else str(child[relation.key])


def _change(work: Work, relation: Relation, key: str, now: Body, child: Body) -> Operation:
    rows = fields(concrete(relation.type, now))
    body: Body = {name: complete(rows.get(name), now.get(name), child.get(name))
                  for name in sorted({*now, *child} - {*relation.rule.by})
                  if not same(now.get(name), child.get(name))}  # fmt: skip
    body = {**{name: child[name] for name in relation.echoed if name in child}, **body}
    body = {TYPE: child[TYPE], **body} if TYPE in child else body  # one of several types always says which it is
    words = f"Change {_said(key)} in {relation.name} of {named(work)}"
    found = operation(
        work, f"{relation.name} ={key}", "PATCH", path(work, *below(relation, _own(relation, child))), words, body
    )
    return replace(_found(relation, found, work, child), done=())


def _delete(work: Work, relation: Relation, key: str, child: Body) -> Operation:
    words = f"Remove {_said(key)} from {relation.name} of {named(work)}"
    found = operation(
        work, f"{relation.name} -{key}", "DELETE", path(work, *below(relation, _own(relation, child))), words
    )
    gone = _found(relation, found, work, child)
    return _asked(gone, relation, REMOVE, work, child) if relation.errand else gone


def _key(relation: Relation, child: Mapping[str, Any]) -> dict[str, Any]:
    return {name: child.get(name) for name in relation.rule.by}
