"""Looks for what a call may have made whose answer nobody got, and tells it from what only looks like it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from entragit.canonical import same
from entragit.errors import GraphError, RefusedError
from entragit.graph.answers import is_absent
from entragit.graph.client import Graph
from entragit.model import Request
from entragit.normalize import normalize
from entragit.plan import Change, Operation
from entragit.resources.base import Context
from entragit.shapes import Scope, kind_of, matching, reads

Found = Mapping[str, Any]


def is_told_apart(operation: Operation) -> bool:
    """Whether Graph allows one such resource only: what is like the one to be made then is the one."""
    return not operation.creates or bool(operation.done or operation.open) or operation.method != "POST"


def request_of(operation: Operation) -> Request:
    """The request for the probe's list."""
    assert operation.probe is not None  # noqa: S101 (callers ask only where there is one)
    path, query = operation.probe
    return Request(path, query, version=operation.version, quota=operation.quota)


async def matches(graph: Graph, operation: Operation) -> list[Found]:
    """The elements of the probe's list that the operation means. Raises GraphError but for a list that isn't there."""
    found: list[Found] = []
    try:
        async for page in graph.pages(request_of(operation)):
            found.extend(matching(operation, page))
    except GraphError as error:
        if not is_absent(error):
            raise
    return list({str(item.get("id")): item for item in found}.values())


def ours(operation: Operation, found: list[Found], others: Collection[str]) -> Found | None:
    """The one element that this plan made, if there is one.

    `others`: ids of what was there before, or is known to be something else. Raises RefusedError where several could
    be it.
    """
    if is_told_apart(operation):
        return found[0] if found else None
    candidates = [item for item in found if str(item.get("id")) not in others]
    if len(candidates) > 1:
        names = ", ".join(str(item.get("id")) for item in candidates)
        raise RefusedError(
            f"{operation.words}: its answer was lost, and {len(candidates)} objects could be its result ({names}); "
            "delete those that are not wanted in the tenant, then run the same apply again"
        )
    return candidates[0] if candidates else None


async def odd(graph: Graph, change: Change, operation: Operation, found: Found) -> list[str] | None:
    """The properties by which something isn't what the creation asks for; None where it can't be read yet.

    Raises GraphError.
    """
    if is_told_apart(operation):
        return []
    kind, context = kind_of(change), Context(graph.tenant_id)
    request, *_ = reads(kind, Scope(str(found["id"])))
    try:
        raw = await graph.get(request)
    except GraphError as error:
        if is_absent(error):
            return None
        raise
    # What is bound, what is secret, and what only a cast shows can't be read back.
    hidden = {*operation.secret[:1], *(relation.name for relation in kind.relations if relation.shape == "cast")}
    names = [name for name in operation.body or () if "@" not in name and name not in hidden]
    there = normalize(kind, {name: raw.get(name) for name in (*names, "@odata.type") if name in raw}, context)
    asked = normalize(kind, dict(operation.body or {}), context)
    return sorted(name for name in names if not same(there.get(name), asked.get(name)))


def refuse_odd(operation: Operation, found: Found, names: Collection[str]) -> None:
    """Raise RefusedError where something has other properties than what was to be made."""
    if names:
        raise RefusedError(
            f"{operation.words}: its answer was lost, and {found.get('id')}, which is called the same, isn't what was "
            f"to be made ({', '.join(names)}); delete it or give it another name in the tenant, then run the same "
            "apply again"
        )
