"""Follows what changes in a collection, by Graph's delta queries (facts §3)."""

from __future__ import annotations

from typing import Any

from entragit.errors import GraphError
from entragit.graph.answers import NEXT, Trail, elements, is_expired, link
from entragit.graph.client import Graph
from entragit.model import Raw, Request


class ResyncNeeded(GraphError):
    """A delta link has run out, after seven days or at Graph's will: read the collection as a whole again."""


async def latest(graph: Graph, path: str) -> str:
    """A delta link that will tell what changed in the collection `path` ("/users") since now.

    Raises GraphError where Graph tracks no changes there.
    """
    request = Request(f"{path}/delta", (("$deltatoken", "latest"),))
    _, found = await _drain(graph, await graph.get(request, gather=True), request)
    return found


async def changed(graph: Graph, link: str) -> tuple[set[str], str]:
    """Ids of what changed, came or went since `link` was made, and the link for what changes from now on.

    Read each of them again to see which: Graph may repeat them, in any order, also when nothing is different.
    Raises ResyncNeeded where the link has run out, GraphError, RefusedError where it leads to another server.
    """
    request = Request(_path(link))
    try:
        found, after = await _drain(graph, await graph.follow(link, request), request)
    except GraphError as error:
        if is_expired(error):
            raise ResyncNeeded(error.status, error.code, error.detail, error.path) from error
        raise
    return {str(element["id"]) for element in found if "id" in element}, after


async def _drain(graph: Graph, page: Any, request: Request) -> tuple[list[Raw], str]:
    """The elements of all pages from `page` on, and the delta link of the last."""
    found: list[Raw] = []
    trail = Trail(request.path)
    while True:
        found += elements(page, request.path)
        if url := link(page, "@odata.deltaLink"):
            return found, url
        url = link(page, NEXT)
        if not url:
            raise GraphError(200, "noDeltaLink", "the changes end without a delta link", request.path)
        page = await graph.follow(trail.step(url), request)


def _path(link: str) -> str:
    """The path of a delta link below the version, for messages."""
    parts = link.partition("?")[0].split("/", 4)
    return f"/{parts[-1]}"
