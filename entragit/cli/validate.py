"""`entragit validate [REF]`: checks the files that are checked out, or those of a commit."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entragit.cli.session import say
from entragit.errors import GitError

if TYPE_CHECKING:
    from entragit.validate import Finding


@click.command()
@click.argument("ref", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def command(directory: Path, ref: str | None, form: str) -> int:
    """Check the files that are checked out, or those of REF: schema, references, names, comments, entragit.yaml."""
    from entragit.checker import check
    from entragit.git.refs import resolve
    from entragit.git.repository import open_repository

    repo = open_repository(directory)
    commit = resolve(repo, ref) if ref else None
    if ref and commit is None:
        raise GitError(f"there is no commit {ref}; look at `git log --all` and fetch what is missing")
    findings = check(repo, commit)
    show(findings, form)
    errors = sum(finding.severity == "error" for finding in findings)
    say(f"{errors} errors, {len(findings) - errors} warnings")
    return 1 if errors else 0


def show(findings: list[Finding], form: str) -> None:
    """Print findings on stdout, one a line, as compilers do; or as a JSON list."""
    from entragit.render.escape import terminal

    if form == "json":
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
        return
    for finding in findings:
        click.echo(terminal(str(finding)))
