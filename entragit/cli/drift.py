"""`entragit drift [REF]`: what differs in the tenant, and what is pending."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entragit.cli.session import make_clock, progress_line, say, sign_in_option, signing_in

if TYPE_CHECKING:
    from entragit.graph.auth import SignIn
    from entragit.render.report import Report


@click.command()
@click.argument("ref", default="HEAD")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--exit-code", is_flag=True, help="Exit with 3 where the tenant or the branch differs.")
@sign_in_option
@click.pass_obj
def command(directory: Path, ref: str, form: str, exit_code: bool, sign_in: SignIn | None) -> int:
    """Show what differs in the tenant from the snapshot that REF stands on, and what REF has pending."""
    from entragit.git.repository import open_repository
    from entragit.reading import Tools
    from entragit.watching import drift

    clock = make_clock()
    with progress_line() as progress:
        tools = Tools(clock, signing_in(clock, sign_in), progress, say)
        report = drift(open_repository(directory), ref, tools)
    show(report, form)
    if any(gap.failure for gap in report.gaps):
        return 4
    return 3 if exit_code and (report.drift or report.pending) else 0


def show(report: Report, form: str) -> None:
    """Print a report on stdout."""
    from entragit.render.json import as_json
    from entragit.render.markdown import markdown
    from entragit.render.text import text

    if form == "json":
        click.echo(as_json(report), nl=False)
    elif form == "markdown":
        click.echo(markdown(report), nl=False)
    else:
        width = shutil.get_terminal_size().columns
        for line in text(report, width, color=sys.stdout.isatty()):
            click.echo(line)
