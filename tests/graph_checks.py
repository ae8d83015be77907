"""What the tests of the Graph client share: a connection to the sandbox, and what to read over it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from entragit.clock import Clock
from entragit.errors import GraphError
from entragit.graph.auth import Connection, connection
from entragit.graph.client import Graph, open_graph
from entragit.model import Request
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Tenant

T = TypeVar("T")
USERS = Request("/users", (("$select", "id,displayName"), ("$top", "10")))
READS = ("User.Read.All", "Group.Read.All", "GroupMember.Read.All", "Policy.Read.All", "Member.Read.Hidden")


def connect(sandbox: Sandbox, tenant: Tenant, *permissions: str) -> Connection:
    client = tenant.add_client(*(permissions or READS))
    return connection(sandbox.environment(tenant, client), tenant.id, "public")


def run(
    sandbox: Sandbox, where: Connection, work: Callable[[Graph], Awaitable[T]], patience: float = 60.0, haste: float = 1
) -> T:
    """Sign in, do `work`, and close; the client's waits are `haste` times shorter than the sandbox's."""

    async def main() -> T:
        async with open_graph(where, Clock(sandbox.site.speed * haste), patience=patience) as graph:
            return await work(graph)

    return asyncio.run(main())


async def everything(graph: Graph, request: Request = USERS) -> list[str]:
    """Ids of all elements, in order."""
    return [element["id"] async for page in graph.pages(request) for element in page]


def members_of(tenant: Tenant) -> tuple[list[Request], list[set[str]]]:
    """A request per group for its members, and who they are (v1.0 leaves service principals out)."""
    hidden = set(tenant.objects["servicePrincipals"])
    groups = sorted(tenant.objects["groups"])
    requests = [Request(f"/groups/{group}/members", (("$select", "id"),)) for group in groups]
    return requests, [set(tenant.links["groups/members"].get(group, ())) - hidden for group in groups]


def found(results: list[list[dict[str, str]] | GraphError]) -> list[set[str] | GraphError]:
    return [r if isinstance(r, GraphError) else {element["id"] for element in r} for r in results]


def asked(tenant: Tenant, part: str) -> list[int]:
    """The statuses of the requests whose path holds `part`, in order."""
    return [status for _, path, status in tenant.requests if part in path]
