"""Reads the streams of resources: their bytes go into the spool, what a body says of them with the relationships."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import aclosing
from itertools import islice
from typing import NamedTuple

from entragit import streams
from entragit.errors import GraphError
from entragit.graph.answers import is_absent, is_unlicensed, reason
from entragit.model import Gap, Request
from entragit.resources.base import Relation, ResourceType
from entragit.shapes import Scope, reads
from entragit.snapshotter.conditions import applies
from entragit.snapshotter.reader import Reader, store_parts, without

CHUNK = 200
"""How many requests are known at once."""

EMPTY = "Graph says that there is one, and sends nothing"
"""Why a stream is a gap that its object speaks of."""

TOO_LARGE = f"larger than {streams.LARGEST:,} bytes"
"""Why a stream is a gap."""


class Wanted(NamedTuple):
    """One stream of one resource, and the request that reads it."""

    id: str
    relation: Relation
    request: Request


async def read_streams(reader: Reader, kind: ResourceType, ids: Sequence[str]) -> None:
    """Read the streams of some resources of `kind`; each that breaks is a gap of its own.

    Graph's addresses of them name no version that is documented to change with the bytes, so all are read.
    """
    wanted = _wanted(reader, kind, ids)
    while chunk := list(islice(wanted, CHUNK)):
        async with aclosing(reader.graph.streams(one.request for one in chunk)) as answers:
            async for place, answer in answers:
                _store(reader, kind, chunk[place], answer)


def _wanted(reader: Reader, kind: ResourceType, ids: Sequence[str]) -> Iterator[Wanted]:
    skip = without(reader, kind)
    for relation in streams.streams(kind):
        if relation.name not in skip:
            asked = (id for id in ids if not relation.where or _has(reader, kind, relation, id))
            yield from (Wanted(id, relation, request) for id in asked for request in reads(kind, Scope(id, relation)))


def _has(reader: Reader, kind: ResourceType, relation: Relation, id: str) -> bool:
    return applies(relation, reader.spool.object(kind.kind, id) or {})


def _store(reader: Reader, kind: ResourceType, one: Wanted, answer: bytes | GraphError) -> None:
    why = _why_not(one.relation, answer)
    if why:
        if isinstance(answer, GraphError) and is_absent(answer):
            reader.vanished.add((kind.kind, one.id))  # with its owner, perhaps
        failure = not (isinstance(answer, GraphError) and is_unlicensed(answer))
        reader.spool.add_gap(Gap(kind.kind, one.relation.name, one.id, why, failure))
        return
    data = b"" if isinstance(answer, GraphError) else streams.received(answer)
    said = streams.described(one.relation, data)
    if data:
        reader.spool.add_stream(said["sha256"], data)
    store_parts(reader, kind, [(one.id, one.relation.name, 0, [said] if data else [])])


def _why_not(relation: Relation, answer: bytes | GraphError) -> str:
    """Why an answer doesn't say what the stream is, "" where it does."""
    if isinstance(answer, GraphError):
        return reason(answer) if relation.sure or not is_absent(answer) else ""
    if relation.sure and not streams.received(answer):
        return EMPTY
    return TOO_LARGE if len(answer) > streams.LARGEST else ""
