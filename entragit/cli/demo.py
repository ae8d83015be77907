"""`entragit demo`: the tour. A local Entra, a company, an export, an administrator's mistakes, the drift."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entragit.cli.local import populated
from entragit.errors import EntragitError
from entragit.permissions import reading
from entragit.render.escape import terminal

if TYPE_CHECKING:
    from entragit.sandbox.store import Tenant

SPEED = 50.0
"""How much shorter the sandbox makes its waits: a tour takes under a minute."""


@click.command()
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--load", "export", type=click.Path(path_type=Path, exists=True), help="Add a real export to the tenant.")
def command(directory: Path | None, export: Path | None) -> None:
    """Take a tour on a local Entra; DIR (default: a new folder) becomes the tenant repository."""
    from entragit.sandbox.server import Sandbox

    place = directory or Path(tempfile.mkdtemp(prefix="entragit-demo-")) / "company"
    click.echo("# A local Entra with a small company in it")
    tenant = populated(50, 1, export)
    with Sandbox(speed=SPEED) as sandbox:
        sandbox.add(tenant)
        tour = Tour(place, {**os.environ, **sandbox.environment(tenant, tenant.add_client(*reading()))})
        tour.walk(tenant)
    click.echo(f"\n# The repository is yours to look at: cd {shlex.quote(str(place))}")


class Tour:
    """Runs commands in one folder and environment, each shown as a person would type it."""

    def __init__(self, place: Path, environment: Mapping[str, str]) -> None:
        self.place, self.environment = place, environment

    def walk(self, tenant: Tenant) -> None:
        """Export, look, make three mistakes, see the drift, keep it in history."""
        from entragit.sandbox.mistakes import delete_group, remove_exclusion, strip_permissions

        self.entragit("init", str(self.place), "--tenant", tenant.id, inside=False)
        self.entragit("export")
        self.git("log", "--oneline")
        self.entragit("drift")
        click.echo("\n# Now an administrator makes three mistakes in the portal:")
        for mistake in (remove_exclusion, delete_group, strip_permissions):
            self.make(tenant, mistake)
        self.entragit("drift")
        self.entragit("export")
        self.git("log", "--oneline", "--stat", "-1")

    def make(self, tenant: Tenant, mistake: Callable[[Tenant], str]) -> None:
        """Make a mistake and say what it was."""
        click.echo(f"#   {terminal(mistake(tenant))}")

    def entragit(self, *args: str, inside: bool = True) -> None:
        """Run entragit, in the repository unless it is still to be made."""
        self._run(["entragit", *args], [sys.executable, "-m", "entragit", *args], inside)

    def git(self, *args: str) -> None:
        """Run Git in the repository."""
        self._run(["git", *args], ["git", "--no-pager", *args], True)

    def _run(self, shown: list[str], command: list[str], inside: bool) -> None:
        click.echo(f"\n$ {terminal(shlex.join(shown))}")
        sys.stdout.flush()
        done = subprocess.run(command, cwd=self.place if inside else None, env=dict(self.environment), check=False)
        if done.returncode:
            raise EntragitError(f"`{shlex.join(shown)}` ended with exit code {done.returncode}; the tour stops here")
