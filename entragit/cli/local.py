"""What the commands on the local Entra share."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from entragit.cli.session import say
from entragit.errors import EntragitError, UsageError

if TYPE_CHECKING:
    from entragit.clock import Clock
    from entragit.graph.client import Graph
    from entragit.reading import Connect
    from entragit.sandbox.store import Tenant
    from entragit.settings import Settings

SPEED = 500.0
"""How much shorter a local Entra makes its waits where nobody looks at them."""


def populated(users: int, seed: int, export: Path | None) -> Tenant:
    """A generated company, with a real export in it where one is given."""
    try:
        from entragit.sandbox.generate import company
        from entragit.sandbox.load import LoadError, load
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the local Entra needs the package {error.name}; install it: pip install 'entragit[sandbox]'"
        ) from error
    tenant = company(users=users, seed=seed)
    if export is not None:
        try:
            report = load(tenant, export)
        except LoadError as error:
            raise EntragitError(str(error)) from error
        for line in report.lines():
            say(line)
    return tenant


def end_tidily() -> None:
    """Let SIGTERM end the process as Ctrl-C does, so that the local Entra leaves no files behind."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@contextmanager
def served() -> Iterator[tuple[Settings, Connect, Clock]]:
    """A local Entra with a small company while the block lasts: its settings, a way in, its clock."""
    tenant = populated(50, 1, None)
    from entragit.clock import Clock
    from entragit.graph.auth import connection
    from entragit.graph.client import open_graph
    from entragit.permissions import reading, writing
    from entragit.sandbox import portal
    from entragit.sandbox.server import Sandbox
    from entragit.settings import Settings

    client = tenant.add_client(*reading(), *writing())
    portal.give_role(tenant, client.principal, portal.GLOBAL_ADMINISTRATOR)
    clock = Clock(speed=SPEED)
    with Sandbox(speed=SPEED) as sandbox:
        sandbox.add(tenant)

        @asynccontextmanager
        async def connect(settings: Settings) -> AsyncIterator[Graph]:
            where = connection(sandbox.environment(tenant, client), settings.tenant, settings.cloud)
            async with open_graph(where, clock) as graph:
                yield graph

        yield Settings(tenant.id), connect, clock
