"""Looks for what a call may have made whose answer nobody got."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from entragit.errors import GraphError, RefusedError
from entragit.graph.client import Graph
from entragit.model import Request
from entragit.plan import Operation
from entragit.resources.catalog import CATALOG
from entragit.resources.metadata import properties
from entragit.shapes import matching

SKEW = timedelta(seconds=60)
"""By how much this machine's clock and Graph's may differ."""

CREATED = "createdDateTime"

Found = Mapping[str, Any]


async def matches(graph: Graph, operation: Operation) -> list[Found]:
    """The elements of the probe's list that the operation means. Raises GraphError but for a list that isn't there."""
    assert operation.probe is not None  # noqa: S101 (callers ask only where there is one)
    path, query = operation.probe
    request = Request(path, query, version=operation.version, quota=operation.quota)
    found: list[Found] = []
    try:
        async for page in graph.pages(request):
            found.extend(matching(operation, page))
    except GraphError as error:
        if error.status != 404:
            raise
    return list({str(item.get("id")): item for item in found}.values())


def ours(operation: Operation, found: list[Found], since: datetime, others: Collection[str]) -> Found | None:
    """The one element that this plan made, if there is one.

    Made since the plan's first run began, where Graph says when; not in `others`: what was there before, or is known to
    be something else. Raises RefusedError where several could be it.
    """
    candidates = [item for item in found if str(item.get("id")) not in others and _is_young(item, since)]
    if len(candidates) > 1:
        names = ", ".join(str(item.get("id")) for item in candidates)
        raise RefusedError(
            f"{operation.words}: its answer was lost, and {len(candidates)} objects could be its result ({names}); "
            "delete those that are not wanted in the tenant, then run the same apply again"
        )
    return candidates[0] if candidates else None


def _is_young(item: Found, since: datetime) -> bool:
    text = item.get(CREATED)
    if not isinstance(text, str):
        return True
    try:
        return datetime.fromisoformat(text) >= since - SKEW
    except ValueError:
        return True


def is_dated(kind: str) -> bool:
    """Whether Graph says of a kind's resources when they were made."""
    return CREATED in properties(CATALOG[kind].type)
