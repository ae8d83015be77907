"""Reads one kind: its listing, then the relationships of what was listed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from itertools import islice
from typing import NamedTuple

from entragit.errors import GraphError
from entragit.graph.answers import is_absent, is_nothing, is_unlicensed, reason
from entragit.model import Gap, Raw, Request
from entragit.resources.base import Belonging, Context, Each, Exclusion, Relation, ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.metadata import properties
from entragit.resources.prepare import is_undesired
from entragit.shapes import Scope, reads
from entragit.shapes.refset import EXPANDED
from entragit.shapes.scope import listing
from entragit.snapshotter.conditions import applies, has_some, hides
from entragit.snapshotter.counting import counts
from entragit.snapshotter.passing import less, look
from entragit.snapshotter.reader import Part, Reader, placed, store, store_parts, without
from entragit.snapshotter.streams import read_streams

CHUNK = 800
"""How many requests are handed to the connection at once: forty batches, so that memory doesn't grow with the kind."""


NULL = "@odata.null"
"""With what some services of Graph say that what was asked for is null."""

Excluded = frozenset[tuple[str, str]]
"""(id, the value that must be alike) of what is never desired state."""


class Wanted(NamedTuple):
    """One part of one resource's relationship, and the request that reads it."""

    id: str
    relation: Relation
    part: int
    request: Request


async def read_kind(reader: Reader, kind: ResourceType) -> None:
    """Read all of `kind` into the spool; a listing that breaks leaves nothing of it there but a gap."""
    try:
        await _list_desired(reader, kind)
        if kind.whole:
            await _read_each(reader, kind)
    except GraphError as error:
        reader.spool.remove_kind(kind.kind)
        if kind.none and is_absent(error):
            return
        reader.broken.append(error)
        reader.spool.add_gap(Gap(kind.kind, reason=reason(error), failure=not is_unlicensed(error)))
        return
    for relation in _chosen(reader, kind):
        if relation.expand:
            await _read_expanded(reader, kind, relation)
    await read_relations(reader, kind, reader.spool.ids(kind.kind), whole=True)


async def _list_desired(reader: Reader, kind: ResourceType) -> None:
    """List `kind` less what is never desired state: neither what was when the listing began, nor what is at its end."""
    rule = kind.excluded
    owners = await _owners(reader, kind.belongs) if kind.belongs else None
    await _list(reader, kind, await _excluded(reader, rule) if rule else frozenset(), owners)
    await leave_out(reader, kind)


async def _read_each(reader: Reader, kind: ResourceType) -> None:
    """Read each resource that was listed by itself; one that can't be read is a gap of its own, one that went is none.

    Raises GraphError for an answer without an id.
    """
    listed = iter(sorted(reader.spool.ids(kind.kind)))
    while chunk := list(islice(listed, CHUNK)):
        requests = [request for id in chunk for request in reads(kind, Scope(id, without=without(reader, kind)))]
        for id, answer in zip(chunk, await reader.graph.read_many(requests), strict=True):
            reader.spool.remove(kind.kind, id)
            if not isinstance(answer, GraphError):
                store(reader, kind, answer)
            elif not is_absent(answer):
                reader.spool.add_gap(Gap(kind.kind, "", id, reason(answer)))


async def leave_out(reader: Reader, kind: ResourceType) -> None:
    """Take out of the spool what is never desired state, such as an activated role. Raises GraphError."""
    rule = kind.excluded
    for id, alike in await _excluded(reader, rule) if rule else ():
        if rule and str((reader.spool.object(kind.kind, id) or {}).get(rule.alike)) == alike:
            reader.spool.remove(kind.kind, id)


async def _excluded(reader: Reader, rule: Exclusion) -> Excluded:
    """What is never desired state; where the feature isn't licensed there is none."""
    found: set[tuple[str, str]] = set()
    try:
        async for page in reader.graph.pages(Request(f"/{rule.path.lstrip('/')}"), gather=True):
            chosen = (e for e in page if e.get(rule.ends) or all(e.get(n) in held for n, held in rule.only.items()))
            found.update((str(e[rule.property]), str(e.get(rule.alike))) for e in chosen if e.get(rule.property))
    except GraphError as error:
        if is_unlicensed(error):
            return frozenset()
        raise
    return frozenset(found)


async def _owners(reader: Reader, rule: Belonging) -> frozenset[str]:
    """What names the tenant itself, or something in it, in the resources that are its own. Raises GraphError."""
    request = _whole_list(rule.path, rule.property)
    found = {str(element.get(rule.property) or "").lower()
             async for page in reader.graph.pages(request, gather=True) for element in page}  # fmt: skip
    if "" in found:
        raise GraphError(200, "noProperty", f"an element has no {rule.property}", f"/{rule.path}")
    return frozenset(found)


def _belongs(kind: ResourceType, raw: Raw, owners: frozenset[str] | None) -> bool:
    return owners is None or kind.belongs is None or str(raw.get(kind.belongs.name)).lower() in owners


async def _list(reader: Reader, kind: ResourceType, excluded: Excluded, owners: frozenset[str] | None) -> None:
    alike = kind.excluded.alike if kind.excluded else ""
    if kind.shape == "singleton":
        await read_single(reader, kind)
        return
    here = Context(reader.graph.tenant_id)
    async with aclosing(_pages(reader, kind)) as pages:
        async for page in pages:
            own = [raw for raw in page if _belongs(kind, raw, owners) and not is_undesired(kind, raw, here)]
            store(reader, kind, [raw for raw in own if (str(raw.get("id")), str(raw.get(alike))) not in excluded])


async def read_single(reader: Reader, kind: ResourceType) -> None:
    """Read a singleton; one that the tenant needn't have is what its absence means. Raises GraphError."""
    (request,) = reads(kind, Scope(without=without(reader, kind)))
    try:
        answer = await reader.graph.get(request, gather=True)
    except GraphError as error:
        if not (kind.absent and is_absent(error)):
            raise
        answer = dict(kind.absent)
    store(reader, kind, [single(answer, kind)])


async def _pages(reader: Reader, kind: ResourceType) -> AsyncGenerator[list[Raw]]:
    """The pages of the list of a kind, or of its lists. Raises GraphError."""
    if kind.each is None:
        for request in reads(kind, Scope(without=without(reader, kind))):
            async for page in reader.graph.pages(request, gather=not kind.delta):  # pages of what is tracked are big
                yield page
        return
    others = await _others(reader, kind.each)
    skip, owners = without(reader, kind), {listing(kind, id): id for id in others}
    requests = (request for id in others for request in reads(kind, Scope(of=id, without=skip)))
    async with aclosing(reader.graph.collect(requests)) as answers:
        async for request, answer in answers:
            if not isinstance(answer, GraphError):
                yield [placed(kind, raw, owners.get(request.path, "")) for raw in answer]
            elif not is_absent(answer):  # what went since it was listed has none
                raise answer


async def _others(reader: Reader, rule: Each) -> list[str]:
    """The ids of the resources that can have some of a kind. Raises GraphError."""
    names = sorted({"id", *(name for values in (*rule.where, *rule.unless) for name in values)})
    request = _whole_list(rule.path, *names)
    return [str(raw["id"]) async for page in reader.graph.pages(request) for raw in page if has_some(rule, raw)]


def _whole_list(kind: str, *names: str) -> Request:
    """What lists another kind with these properties alone, whatever is left out of the kind itself."""
    top = CATALOG[kind].top if kind in CATALOG else 0
    return Request(f"/{kind}", (("$select", ",".join(names)), *((("$top", str(top)),) if top else ())))


def single(answer: object, kind: ResourceType) -> Raw:
    """A singleton's object: Graph serves /organization as a list of exactly one (facts §5).

    An object without an id of its own has its path's last segment for one.
    """
    found = answer.get("value", answer) if isinstance(answer, dict) else answer
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        raise GraphError(200, "noSingleton", "one object was expected", f"/{kind.kind}")
    return {**found, "id": found.get("id") or kind.kind.rsplit("/", 1)[-1]}


def _chosen(reader: Reader, kind: ResourceType) -> list[Relation]:
    skip = without(reader, kind)
    return [relation for relation in kind.relations if relation.name not in skip]


async def _read_expanded(reader: Reader, kind: ResourceType, relation: Relation) -> None:
    """One list pass for a relationship of all resources; what it leaves open, or breaks, is read one by one."""
    (request,) = reads(kind, Scope(relation=relation))
    try:
        async for page in reader.graph.pages(request):
            lists = [(str(raw.get("id")), _elements(raw, relation)) for raw in page]
            whole = [(id, items) for id, items in lists if items is not None and len(items) < EXPANDED]
            store_parts(reader, kind, [(id, relation.name, 0, items) for id, items in whole])
    except GraphError as error:
        reader.notice(f"{kind.kind}: {relation.name} is read one by one, since the list breaks: {reason(error)}")


def _elements(raw: Raw, relation: Relation) -> list[Raw] | None:
    """What `$expand` put below an object; None where it can't be told.

    A list is there even if it is empty, a single reference only if there is one; what a cast shows is the object's own.
    """
    value = raw.get(relation.name)
    found = [raw] if relation.shape == "cast" else [value] if relation.shape == "ref" and value else value
    if found is None:
        return [] if relation.shape == "ref" else None
    return found if _have_ids(found, _key(relation)) else None


def _key(relation: Relation) -> str:
    """What each element of a relationship has: its id, or the property that a cast shows."""
    return relation.name if relation.shape == "cast" else relation.key


def _have_ids(items: object, key: str) -> bool:
    """Whether these are elements of a relationship, all of which are entities in Graph: failure is never emptiness."""
    return isinstance(items, list) and all(isinstance(e, dict) and isinstance(e.get(key), str) for e in items)


async def read_relations(reader: Reader, kind: ResourceType, ids: Iterable[str], *, whole: bool = False) -> None:
    """Read the relationships of some resources of `kind`; each that breaks is a gap of its own.

    `whole`: those that a list pass has read already are not read again.
    """
    ids, relations = list(ids), [relation for relation in _chosen(reader, kind) if relation.shape != "stream"]
    done = {r.name: reader.spool.related(kind.kind, r.name) for r in relations if whole and r.expand}
    wanted = _wanted(reader, kind, ids, relations, done) if relations else iter(())
    while chunk := list(islice(wanted, CHUNK)):
        _store_parts(reader, kind, zip(chunk, await _read(reader, kind, chunk), strict=True))
    await read_streams(reader, kind, ids)


async def _read(reader: Reader, kind: ResourceType, chunk: list[Wanted]) -> list[list[Raw] | GraphError]:
    """The parts of relationships, less the elements that are there for some time alone."""
    before = await look(reader, kind, {part.id for part in chunk if part.relation.passing})
    results = list(zip(chunk, await reader.graph.read_many([part.request for part in chunk]), strict=True))
    after = await look(reader, kind, {part.id for part, found in results if part.relation.passing and found})
    return [less(part.relation, part.id, found, before, after) for part, found in results]


def _wanted(
    reader: Reader, kind: ResourceType, ids: Iterable[str], relations: list[Relation], done: dict[str, set[str]]
) -> Iterator[Wanted]:
    """What to ask for; a relationship that could be silently empty is a gap instead."""
    conditional = any(r.where or r.unless or r.hidden for r in relations)
    for id in ids:
        raw = (reader.spool.object(kind.kind, id) or {}) if conditional else {}
        for relation in relations:
            if id in done.get(relation.name, ()) or not applies(relation, raw):
                continue
            if (permission := hides(relation, raw)) and not reader.granted(permission):
                reader.spool.add_gap(Gap(kind.kind, relation.name, id, f"needs the permission {permission}"))
                continue
            for part, request in enumerate(reads(kind, Scope(id, relation))):
                yield Wanted(id, relation, part, request)


def _failure(answer: list[Raw] | GraphError, request: Request) -> GraphError:
    if isinstance(answer, GraphError):
        return answer
    return GraphError(200, "noElement", "the answer holds something else than was asked for", request.path)


def _is_whole(relation: Relation, answer: list[Raw]) -> bool:
    """Whether these are elements of the relationship: with ids, or the one object that has something of its type."""
    if relation.shape != "single":
        return _have_ids(answer, _key(relation))
    return len(answer) == 1 and not properties(relation.type).keys().isdisjoint(answer[0])


def _has_none(relation: Relation, answer: list[Raw] | GraphError) -> bool:
    """Whether Graph says that a relationship to one object leads nowhere, in one of the ways in which it may."""
    if isinstance(answer, GraphError):
        return is_absent(answer) or (bool(relation.shown) and is_nothing(answer))
    if not relation.shown or len(answer) != 1:
        return False
    (found,) = answer
    blank = not any(found.get(name) for name in relation.shown)
    return found.get(NULL) is True or (blank and _is_whole(relation, answer))


def _store_parts(reader: Reader, kind: ResourceType, results: Iterable[tuple[Wanted, list[Raw] | GraphError]]) -> None:
    found: list[Part] = []
    for (id, relation, part, request), given in results:
        answer = counts(given) if relation.counted and isinstance(given, list) else given
        result = answer if isinstance(answer, list) and _is_whole(relation, answer) else _failure(answer, request)
        if relation.shape in ("ref", "single") and _has_none(relation, given):
            found.append((id, relation.name, part, []))
        elif not isinstance(result, GraphError):
            found.append((id, relation.name, part, result))
        else:
            if is_absent(result):
                reader.vanished.add((kind.kind, id))
            gap = Gap(kind.kind, relation.name, id, reason(result), not is_unlicensed(result))
            reader.spool.add_gap(gap)
    store_parts(reader, kind, found)
