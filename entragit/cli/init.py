"""`entragit init DIR --tenant TENANT_ID`: a new tenant repository."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from entragit.cli.session import make_clock
from entragit.errors import UsageError
from entragit.render.escape import terminal


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--tenant", required=True, metavar="TENANT_ID", help="The tenant's id, a GUID.")
@click.option(
    "--cloud", type=click.Choice(["public", "usgov", "usgovdod", "china"]), default="public", show_default=True
)
@click.option("--branch", help="The branch that says what the tenant should be.  [default: HEAD's, or main]")
@click.pass_obj
def command(base: Path, directory: Path, tenant: str, cloud: str, branch: str | None) -> None:
    """Make DIR a tenant repository: entragit.yaml and a first commit. Nothing is asked, no tenant is contacted."""
    from entragit.initialise import SETTINGS, initialise

    initialise(base / directory, {SETTINGS: checked(tenant, cloud)}, make_clock().now(), branch=branch)
    place = terminal(shlex.quote(str(directory)))
    click.echo(f"{place} is a tenant repository now; next: entragit -C {place} export")


def checked(tenant: str, cloud: str) -> bytes:
    """The new entragit.yaml; UsageError for a tenant id that is none."""
    from entragit.settings import parse, template

    if "\n" in tenant or not tenant.strip():
        raise UsageError("--tenant takes the tenant's id, a GUID; find it on the overview page of the Entra portal")
    data = template(tenant.strip(), cloud)
    parse(data, "--tenant")
    return data
