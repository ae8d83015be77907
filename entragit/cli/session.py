"""What commands that talk to a tenant share: the clock, the sign-in, the progress line."""

from __future__ import annotations

import math
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import click

from entragit.clock import Clock
from entragit.errors import UsageError
from entragit.graph.auth import SignIn, connection
from entragit.graph.client import Graph, open_graph
from entragit.graph.tokens import Source
from entragit.reading import Connect
from entragit.render.escape import terminal
from entragit.settings import Settings
from entragit.snapshotter.reader import Progress


def make_clock() -> Clock:
    """The real clock; ENTRAGIT_SPEED shrinks waits, for a sandbox that runs faster than Entra."""
    speed = os.environ.get("ENTRAGIT_SPEED", "1")
    try:
        factor = float(speed)
    except ValueError:
        factor = math.nan
    if not 0 < factor < math.inf:
        raise UsageError(f"ENTRAGIT_SPEED is {speed!r}, which is no number above 0; unset it")
    return Clock(speed=factor)


sign_in_option = click.option(
    "--sign-in",
    type=click.Choice(["browser", "device-code"]),
    help="Sign in as a person instead of with the credential in azure-identity's variables.",
)


def signing_in(clock: Clock, sign_in: SignIn | None = None) -> Connect:
    """How a command connects to the tenant that the settings name: as a person, or by the environment's credential.

    A person signs in once, however often the command connects.
    """
    kept: list[Source] | None = [] if sign_in else None

    @asynccontextmanager
    async def connect(settings: Settings) -> AsyncIterator[Graph]:
        where = connection(os.environ, settings.tenant, settings.cloud, sign_in or "")
        async with open_graph(where, clock, prompt=say, kept=kept) as graph:
            yield graph

    return connect


def say(sentence: str) -> None:
    """A sentence for a person, on stderr."""
    click.echo(terminal(sentence), err=True)


@contextmanager
def progress_line() -> Iterator[Progress]:
    """Counts per kind on a terminal's last line; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _kind, _count: None
        return
    from rich.console import Console

    counts: Counter[str] = Counter()
    with Console(stderr=True).status("reading the tenant") as status:

        def tell(kind: str, count: int) -> None:
            counts[kind] += count
            status.update(f"reading {kind}: {counts[kind]:,} ({counts.total():,} in all)")

        yield tell
