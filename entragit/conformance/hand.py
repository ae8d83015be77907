"""One pair of hands in a tenant: sends operations, reads single resources, waits for replicas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from entragit.apply import live, probing
from entragit.apply.passwords import password
from entragit.apply.waiting import SETTLING, patience, pauses, until
from entragit.clock import Clock
from entragit.errors import GraphError
from entragit.git.repository import Repository
from entragit.graph.client import Graph
from entragit.model import Body, Request
from entragit.plan import Operation
from entragit.resources.base import ResourceType
from entragit.shapes import FOUND, seen, sent


@dataclass(frozen=True, slots=True)
class Hand:
    """A connection to a tenant, and the repository whose private folder spools what is read."""

    graph: Graph
    repo: Repository
    clock: Clock

    async def placed(self, operation: Operation) -> list[Operation]:
        """The operation, once for each element that only a list tells the id of."""
        if FOUND not in operation.path:
            return [operation]
        found = await probing.matches(self.graph, operation)
        return [replace(operation, path=operation.path.replace(FOUND, str(item["id"]))) for item in found]

    async def send(self, operation: Operation) -> Any:
        """The answer; what isn't seen yet is waited for. Raises GraphError."""
        body = sent(operation, lambda: password(self.clock.random))
        async for _ in pauses(self.clock, SETTLING):
            try:
                answer = await self.graph.write(
                    operation.method, operation.path, body, headers=operation.headers, version=operation.version,
                    quota=operation.quota,
                )  # fmt: skip
                break
            except GraphError as error:
                if not patience(error):
                    raise
                last = error
        else:
            raise last
        if operation.awaits:
            request = Request(operation.awaits[0], version=operation.version)

            async def shows() -> bool:
                return seen(operation, await self.graph.get(request))

            await until(self.clock, SETTLING, shows)
        return answer

    async def body(self, kind: ResourceType, id_: str) -> Body | None:
        """What a resource is now; None where it isn't there, or can't be read."""
        found = await live.read(self.repo, self.graph, frozenset(), [(kind.kind, id_)])
        return next(iter(found.bodies.values()), None)

    async def delete(self, place: str, kind: ResourceType) -> str:
        """Delete; why it couldn't be, "" where nothing is there any more."""
        try:
            await self.graph.write("DELETE", place, version=kind.version, quota=kind.quota)
        except GraphError as error:
            return "" if error.status == 404 else f"{error.status} {error.code}"
        return ""
