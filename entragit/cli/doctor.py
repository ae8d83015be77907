"""`entragit doctor`: what is wrong, and what to do; `--conformance`: where the tenant differs from the local Entra."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entragit.cli.local import served
from entragit.cli.session import make_clock, progress_line, say, sign_in_option, signing_in
from entragit.errors import RefusedError, UsageError
from entragit.render.escape import terminal

if TYPE_CHECKING:
    from entragit.clock import Clock
    from entragit.conformance.compare import Difference
    from entragit.conformance.trial import Trial
    from entragit.git.repository import Repository
    from entragit.graph.auth import SignIn
    from entragit.reading import Connect, Tools
    from entragit.settings import Settings


@click.command()
@click.option("--conformance", is_flag=True,
              help="Make, change, delete and restore one resource per kind, in a tenant marked as disposable alone, "
                   "and print where it differs from the local Entra.")  # fmt: skip
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="With --conformance: only this kind. Repeatable.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="With --conformance: write all that was seen to FILE, as JSON.")  # fmt: skip
@sign_in_option
@click.pass_obj
def command(
    directory: Path, conformance: bool, kinds: tuple[str, ...], out: Path | None, sign_in: SignIn | None
) -> int:
    """Look for what is wrong with this repository and its connection, and say what to do."""
    from entragit.doctor import examine
    from entragit.git.repository import open_repository
    from entragit.reading import Tools

    clock = make_clock()
    repo = open_repository(directory)
    with progress_line() as progress:
        tools = Tools(clock, signing_in(clock, sign_in), progress, say)
        if conformance:
            return _conformance(repo, tools, kinds, out)
        wrong = 0
        for finding in examine(repo, tools):
            mark = "wrong" if finding.wrong else "note" if finding.fix else "ok"
            click.echo(terminal(f"{mark}: {finding.said}{f'; {finding.fix}' if finding.fix else ''}"))
            wrong += finding.wrong
    return 1 if wrong else 0


def _conformance(repo: Repository, tools: Tools, kinds: tuple[str, ...], out: Path | None) -> int:
    from entragit.conformance.compare import compare
    from entragit.conformance.samples import NOT_TRIED, SAMPLES

    settings = _disposable(repo)
    unknown = sorted(set(kinds) - SAMPLES.keys())
    if unknown:
        raise UsageError(f"there is no sample of {unknown[0]}; there are: {', '.join(SAMPLES)}")
    prefix = f"entragit{secrets.token_hex(4)}"
    say(f"Everything made in the tenant {settings.tenant} has {prefix} in its name, and is deleted again.")
    about = (repo, prefix, frozenset(kinds or SAMPLES))
    with served() as (own, connect, clock):  # before the tenant, in which nothing should be done for nothing
        ours = asyncio.run(_tried(own, connect, clock, *about))
    theirs = asyncio.run(_tried(settings, tools.connect, tools.clock, *about))
    if out:
        seen = {"tenant": [asdict(item) for item in theirs.seen], "local": [asdict(item) for item in ours.seen]}
        out.write_text(json.dumps(seen, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    found = compare(theirs.seen, ours.seen)
    not_tried = () if kinds else (f"not tried: {kind}, for {why}" for kind, why in NOT_TRIED.items())
    for line in (*_lines(found), *not_tried):
        click.echo(terminal(line))
    same = len({(item.kind, item.step) for item in theirs.seen} - {(item.kind, item.step) for item in found})
    click.echo(f"{len(theirs.seen)} steps; in {same} the tenant is as the local Entra")
    return 4 if theirs.left else 0


def _disposable(repo: Repository) -> Settings:
    """The protected tip's settings. Raises RefusedError for a tenant that they don't give up."""
    from entragit.publisher.protected import protected
    from entragit.reading import protected_settings

    settings = protected_settings(repo)
    if not settings.disposable:
        raise RefusedError(
            f"the tenant {settings.tenant} may be in use; only one whose entragit.yaml says `disposable: true` on "
            f"{protected(repo).branch} is written to"
        )
    return settings


async def _tried(
    settings: Settings, connect: Connect, clock: Clock, repo: Repository, prefix: str, kinds: frozenset[str]
) -> Trial:
    from entragit.conformance.trial import trial

    def tell(kind: str, step: str) -> None:
        say(f"{step} {kind}")

    async with connect(settings) as graph:
        with trial(graph, repo, clock, prefix, kinds, tell) as one:
            try:
                await one.run()
            finally:
                for what in one.left:
                    say(f"LEFT in the tenant {settings.tenant}, delete it: {what}")
            return one


def _lines(found: Iterable[Difference]) -> Iterator[str]:
    for item in found:
        tenant, local = (value or "nothing" for value in (item.tenant, item.local))
        yield f"{item.kind}, {item.step}, {item.what}: the tenant says {tenant}, the local Entra {local}"
