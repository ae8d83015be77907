"""`entragit sandbox`: a local Entra to try things on, until Ctrl-C."""

from __future__ import annotations

import shlex
import threading
from pathlib import Path

import click

from entragit.cli.local import end_tidily, populated
from entragit.cli.session import say
from entragit.permissions import reading


@click.command()
@click.option("--users", type=click.IntRange(50, 100_000), default=50, show_default=True, help="Size of the company.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same company.")
@click.option("--load", "export", type=click.Path(path_type=Path, exists=True), help="Add a real export to the tenant.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0 takes a free one.")
@click.option("--speed", type=click.FloatRange(min=1), default=1.0, help="Make waits and quotas N times shorter.")
def command(users: int, seed: int, export: Path | None, port: int, speed: float) -> None:
    """Run a strict local Entra and print the environment that points entragit at it."""
    from entragit.sandbox.server import Sandbox

    end_tidily()
    tenant = populated(users, seed, export)
    client = tenant.add_client(*reading())
    with Sandbox(speed=speed, port=port) as sandbox:
        sandbox.add(tenant)
        for name, value in sandbox.environment(tenant, client).items():
            click.echo(f"export {name}={shlex.quote(value)}")
        say(f"The tenant {tenant.id} ({tenant.domain}) answers at {sandbox.url} until you press Ctrl-C.")
        say("Set these variables in another shell, then: entragit init company --tenant " + tenant.id)
        threading.Event().wait()
