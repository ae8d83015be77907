"""`entragit permissions`: what an export, and an apply, may ask of Entra's administrators at the least."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from entragit.permissions import Needed, Needs

TITLES = (
    ("permissions", "Application permissions of Microsoft Graph"),
    ("own_roles", "Directory roles of that application, to change people who hold roles"),
    ("scopes", "For a signed-in person alone, beside scopes of the same names"),
    ("roles", "Directory roles of a person who does it instead"),
    ("licences", "Licences of the tenant"),
)


@click.command()
@click.option("--plan", "file", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="FILE",
              help="What applying this plan needs, which `entragit plan --out` wrote.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.pass_obj
def command(directory: Path, file: Path | None, form: str) -> None:
    """Print the least that reading what entragit.yaml selects needs, and writing it, apart.

    Outside a tenant repository it is about everything that entragit knows.
    """
    found = dict(_needs(directory, file))
    if form == "json":
        said = {job: {name: dict(getattr(needs, name)) for name, _ in TITLES} for job, needs in found.items()}
        click.echo(json.dumps(said, indent=2))
        return
    for line in (line for job, needs in found.items() for line in _text(job, needs, markdown=form == "markdown")):
        click.echo(line)


def _needs(directory: Path, file: Path | None) -> Iterator[tuple[str, Needs]]:
    from entragit.permissions import chosen, for_changes, to_read, to_write
    from entragit.planfile import from_json

    excluded = _excluded(directory)
    if file:
        plan = from_json(file.read_text(encoding="utf-8"))
        kinds = {change.kind for change in plan.changes}
        yield "read", to_read(kind for kind in chosen(excluded) if kind.kind in kinds)
        yield "write", for_changes(plan.changes)
        return
    yield "read", to_read(chosen(excluded))
    yield "write", to_write(chosen(excluded))


def _excluded(directory: Path) -> frozenset[str]:
    from entragit.resources.catalog import ASKED
    from entragit.settings import PATH, parse

    place = directory / PATH
    return parse(place.read_bytes(), str(place)).excluded if place.is_file() else ASKED


def _text(job: str, needs: Needs, *, markdown: bool) -> Iterator[str]:
    yield f"## To {job}" if markdown else f"To {job}:"
    for name, title in TITLES:
        found: Needed = getattr(needs, name)
        if found:
            yield f"\n{title}:\n" if markdown else f"  {title}:"
            for need, kinds in found.items():
                shown = f"{', '.join(kinds[:MOST])}{f' and {len(kinds) - MOST} more' if len(kinds) > MOST else ''}"
                yield f"- `{need}`: {shown}" if markdown else f"    {need}  ({shown})"
    yield ""


MOST = 4
"""Kinds that are named behind what they need; JSON names all."""
