"""A set of references to other directory objects, written by `$ref`: members, owners, sponsors.

What a policy applies to is written at the other end, where only one policy of a sort can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from entragit.model import Body, Request
from entragit.plan import Operation
from entragit.resources.base import Relation, ResourceType
from entragit.shapes.scope import Scope, of_kind, of_object
from entragit.shapes.writing import CAST, GONE, Work, below, named, operation, path, reference, related

EXPANDED = 20
"""Graph cuts an expanded list after so many elements, without a word (facts §1)."""
BOUND = 20
"""The most references that one PATCH takes (facts §0.8)."""
THERE = "One or more added object references already exist"
NOT_THERE = "One or more removed object references do not exist"


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """One request per path that makes up the relationship of one resource, ids only.

    For the whole kind: a list pass by `$expand`, whose lists of EXPANDED elements may be cut.
    """
    if scope.relation is None:
        return ()
    if not scope.id:
        return (expanded(kind, scope.relation),)
    return tuple(
        _request(kind, scope, path) for path in scope.relation.paths or (scope.relation.way or scope.relation.name,)
    )


def expanded(kind: ResourceType, relation: Relation) -> Request:
    """The list of a kind with nothing but ids and one relationship: `$expand` takes one at a time (facts §1).

    Without `$top`, for no document says how large a page with `$expand` may be.
    """
    return of_kind(kind, (("$select", "id"), ("$expand", f"{relation.name}($select=id)")))


def _request(kind: ResourceType, scope: Scope, path: str) -> Request:
    """A cast is an advanced query: it needs ConsistencyLevel: eventual and $count=true (facts §1)."""
    if scope.relation and (
        scope.relation.through or scope.relation.way
    ):  # no directory objects: a few, and what tells them apart is needed
        return of_object(kind, scope, path)
    query = (("$select", "id"), *((("$top", str(kind.top)),) if kind.top else ()))
    if f"/{CAST}" not in path:
        return of_object(kind, scope, path, query)
    request = of_object(kind, scope, path, (*query, ("$count", "true")))
    return replace(request, headers=(("ConsistencyLevel", "eventual"),))


def writes(work: Work, relation: Relation) -> Iterator[Operation]:
    """Those that are missing, then those that are too many: so an object never lacks its last owner."""
    planned, now, wanted = ({*(ids or ())} for ids in related(work, relation))
    if relation.through:
        yield from _leaving(work, relation.name, relation.through, sorted(now - wanted))
        return
    if relation.far:
        yield from _far(work, relation, wanted - now)
        return
    yield from _adds(work, relation, sorted(wanted - planned), wanted - now)
    for target in sorted(now - wanted):
        place = path(work, *below(relation, target, "$ref"))
        words = f"Remove {target} from {relation.name} of {named(work)}"
        gone = operation(work, f"{relation.name} -{target}", "DELETE", place, words)
        yield replace(gone, done=(*GONE, NOT_THERE))


def _adds(work: Work, relation: Relation, planned: list[str], missing: set[str]) -> Iterator[Operation]:
    """One reference at a time, or up to 20, all or nothing; the shares stay the same when some are there by then."""
    size = BOUND if relation.bind and len(planned) > 1 else 1
    for start in range(0, len(planned), size):
        share = [target for target in planned[start : start + size] if target in missing]
        if not share:
            continue
        single = tuple(_add(work, relation, target) for target in share)
        if size == 1:
            yield from single
        else:
            words = f"Add {len(share)} to {relation.name} of {named(work)}"
            bound: Body = {f"{relation.name}@odata.bind": [reference(work, target, relation.at) for target in share]}
            found = operation(work, f"{relation.name} +{start}", "PATCH", path(work), words, bound)
            yield replace(found, parts=single)  # one that is there, seen or not yet, fails all


def _add(work: Work, relation: Relation, target: str) -> Operation:
    words = f"Add {target} to {relation.name} of {named(work)}"
    body, place = {"@odata.id": reference(work, target, relation.at)}, path(work, *below(relation, "$ref"))
    return replace(operation(work, f"{relation.name} +{target}", "POST", place, words, body), done=(THERE,))


def bound(work: Work) -> Body:
    """What a creation says of those that must be there at once; the rest is added once it is there."""
    firsts = [relation for relation in work.kind.relations if relation.first and work.wanted.get(relation.name)]
    return {f"{(relation.way or relation.name).rpartition('/')[2]}@odata.bind":
            [_address(work, relation, target) for target in work.wanted[relation.name][:BOUND]]
            for relation in firsts}  # fmt: skip


def _address(work: Work, relation: Relation, target: str) -> str:
    """The address of a resource in its own collection; of what nobody knows, in that of the likeliest kind."""
    likeliest = relation.reference.to[0] if relation.reference else ""
    return reference(work, target, work.context.kinds.get(target.lower(), likeliest))


def joins(work: Work, relation: Relation) -> Iterator[Operation]:
    """An action for each that is missing, where somebody asks for what acts by itself: once that is on."""
    if relation.through is None or relation.through[0] not in work.context.enable:
        return
    kind, add, _, parameter = relation.through
    _, now, wanted = ({*(ids or ())} for ids in related(work, relation))
    for target in sorted(wanted - now):
        words = f"Add {target} to {relation.name} of {named(work)}"
        body: Body = {parameter: work.live}
        yield operation(work, f"{relation.name} +{target}", "POST", f"/{kind}/{target}/{add}", words, body)


def _leaving(work: Work, name: str, through: tuple[str, str, str, str], targets: list[str]) -> Iterator[Operation]:
    """An action for each that goes."""
    kind, _, remove, parameter = through
    for target in targets:
        words = f"Remove {target} from {name} of {named(work)}"
        gone = operation(work, f"{name} -{target}", "POST", f"/{kind}/{target}/{remove}", words, {parameter: work.live})
        yield replace(gone, done=GONE)


def frees(work: Work, relation: Relation) -> Iterator[Operation]:
    """The end of what was written at the other end, and shall not be; of a deletion all of it."""
    _, now, wanted = ({*(ids or ())} for ids in related(work, relation))
    for target in sorted(now - wanted):
        words = f"Remove {target} from {relation.name} of {named(work)}"
        place = f"{_other_end(work, relation, target)}/{work.live}/$ref"
        yield replace(operation(work, f"{relation.name} -{target}", "DELETE", place, words), done=(*GONE, NOT_THERE))


def _far(work: Work, relation: Relation, missing: set[str]) -> Iterator[Operation]:
    address = f"{work.context.root}/{work.kind.kind}/{work.live}"
    for target in sorted(missing):
        words = f"Add {target} to {relation.name} of {named(work)}"
        place = f"{_other_end(work, relation, target)}/$ref"
        found = operation(work, f"{relation.name} +{target}", "POST", place, words, {"@odata.id": address})
        yield replace(found, done=(THERE,))


def _other_end(work: Work, relation: Relation, target: str) -> str:
    """The path of the relationship at its other end; of what nobody knows, where the likeliest kind has it."""
    likeliest = relation.reference.to[0] if relation.reference else ""
    kind = work.context.kinds.get(target.lower(), likeliest)
    return f"/{kind}/{quote(target, safe='')}/{relation.far}"
