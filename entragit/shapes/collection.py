"""A collection: GET /path lists it, GET /path/{id} reads one; POST makes one, DELETE takes one away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from entragit.canonical import same
from entragit.model import Body, Request
from entragit.plan import Operation
from entragit.resources.base import ResourceType
from entragit.shapes import action, child, refset, single
from entragit.shapes.bodies import bare
from entragit.shapes.changing import typed
from entragit.shapes.scope import Scope, expanding, of_kind, of_object, selected
from entragit.shapes.writing import GONE, Work, collection, deleted_at, named, operation, owner, path, probe, selecting

FORCED = "forceChangePasswordNextSignIn"
PASSWORD = "password"  # noqa: S105 the name of a property
IF_MISSING = ("Prefer", "create-if-missing")


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """One list request in pages as large as Graph allows, or one request for one object."""
    query = selected(kind, scope.without)
    if scope.id:
        return (of_object(kind, scope, query=(*query, *expanding(kind))),)
    query = query if kind.whole else (*query, *expanding(kind))  # then each is read by itself anyway
    top = (("$top", str(kind.top)),) if kind.top else ()
    if kind.each and kind.each.below:
        return (of_kind(kind, query + top, scope.of),)
    asked = kind.each.filter.format(id=scope.of.replace("'", "''")) if kind.each else kind.filter
    chosen = (("$filter", asked),) if asked else ()
    return (of_kind(kind, query + chosen + top),)


def restores(work: Work) -> Iterator[Operation]:
    """The restore of a deleted resource; nothing if it is there."""
    if work.now is None:
        place = f"{deleted_at(work.kind, work.change.live)}/restore"
        comes = {unique.comes: freed.value for unique in work.kind.writes.unique for freed in work.change.freed
                 if unique.comes and unique.name == freed.name}  # fmt: skip
        # Once it is back, it isn't among the deleted items any more.
        yield replace(operation(work, "restore", "POST", place, f"Restore {named(work)}", comes or None), done=GONE)


def creates(work: Work) -> Iterator[Operation]:
    """The creation of a resource, bare; nothing if it is there."""
    if work.now is not None:
        return
    words, body = work.kind.writes, _body(work)
    if words.secret:
        body[words.secret] = {FORCED: True}
    if words.create == "PATCH":
        place = path(replace(work, live=str(work.wanted["id"])))
        yield replace(_creation(work, place, body), method="PATCH")
    elif words.unique_name in work.wanted:
        name = str(work.wanted[words.unique_name]).replace("'", "''")
        found = _creation(work, f"/{work.kind.path}({words.unique_name}='{name}')", body)
        yield replace(found, method="PATCH", headers=(IF_MISSING,))
    else:
        rule = work.kind.each
        sent = {name: value for name, value in body.items() if not (rule and rule.below and name == rule.owner)}
        yield _creation(work, collection(work), sent)


def _body(work: Work) -> Body:
    body, more = bare(work.kind, work.wanted), work.kind.writes.sent
    return {**(more(body, work.wanted) if more else body), **refset.bound(work)}


def replaces(work: Work) -> Iterator[Operation]:
    """A second one with the values that no PATCH takes; the first one goes in the stage "delete"."""
    yield _creation(work, collection(work), _body(work))


def retires(work: Work) -> Iterator[Operation]:
    """The deletion of the one that was made anew."""
    gone = operation(work, "delete", "DELETE", path(replace(work, live=work.change.live)), f"Delete {named(work)}")
    yield replace(gone, done=GONE)


def _creation(work: Work, place: str, body: Body) -> Operation:
    words = work.kind.writes
    made = operation(work, "create", "POST", place, f"Create {named(work)}", body)
    matches = {name: work.wanted[name] for name in words.probe if name in work.wanted}
    where, query = probe(collection(work), matches, words.probe[0] if words.filtered and words.probe else "")
    return replace(
        made,
        creates=True,
        made=work.kind.key if work.kind.key != "id" else "",
        within=f"{owner(work)}/" if owner(work) else "",
        probe=(where, selecting(work.kind, query, (*words.probe, *words.new))) if matches else None,
        matches=matches,
        done=words.known,
        secret=(words.secret, PASSWORD) if words.secret else (),
    )


def deletes(work: Work) -> Iterator[Operation]:
    """What a deletion needs first, and the deletion; nothing if the resource isn't there."""
    if work.now is None:
        return
    now = work.now
    first = {name: value for name, value in work.kind.writes.before_delete.items()
             if name in now and not same(now[name], value)}  # fmt: skip
    for name, value in first.items():
        if name in work.kind.writes.actions:  # to nothing: of what goes nothing is wanted
            yield from action.writes(work, name)
            continue
        found = operation(work, name, "PATCH", path(work), f"Prepare {named(work)} to go", typed(work, {name: value}))
        yield replace(found, awaits=(path(work), "", {name: value}))
    for relation in work.kind.relations:
        holds = relation.shape == "single" and not relation.always  # its owner (facts §5 [K])
        if holds and work.now.get(relation.name):
            yield single.removal(work, relation)
        if relation.errand:
            yield from child.removals(work, relation)
    yield replace(operation(work, "delete", "DELETE", path(work), f"Delete {named(work)}"), done=GONE)
