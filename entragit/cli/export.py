"""`entragit export`: the tenant becomes a commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entragit.cli.session import make_clock, progress_line, say, sign_in_option, signing_in
from entragit.errors import exit_code as worst
from entragit.render.wording import QUIET
from entragit.resources.catalog import CATALOG

if TYPE_CHECKING:
    from entragit.exporter import Exported
    from entragit.graph.auth import SignIn
    from entragit.logs import LogRead
    from entragit.model import Gap


MOST = 50
"""Conflicts that are shown."""


@click.command()
@click.option("--logs", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Also bring the directory audit and sign-in logs in DIR, outside of the repository, up to date: "
                   "JSON Lines, a file per day.")  # fmt: skip
@sign_in_option
@click.pass_obj
def command(directory: Path, folder: Path | None, sign_in: SignIn | None) -> int:
    """Read the tenant into a commit of entragit/tenant, which the branch follows, or takes in beside its edits."""
    from entragit import logs
    from entragit.exporter import export
    from entragit.git.repository import open_repository
    from entragit.reading import Tools

    clock, repo = make_clock(), open_repository(directory)
    if folder:
        logs.check(folder, repo)
    connect = signing_in(clock, sign_in)
    with progress_line() as progress:
        done = export(repo, Tools(clock, connect, progress, say))
    show(done)  # the logs may take long, and fail
    with progress_line() as progress:
        read = logs.keep(repo, folder, Tools(clock, connect, progress, say)) if folder else []
    for line in log_lines(read):
        say(line)
    return worst([exit_code(done), 4 if any(log.failure for log in read) else 0])


def show(done: Exported) -> None:
    """Print what became of an export."""
    for note in done.outcome.notes:
        say(note)
    for line in merge_lines(done):
        say(line)
    for line in gap_lines(done.coverage.gaps, done.names):
        say(line)
    if any(gap.failure for gap in done.coverage.gaps):
        say("export again once the causes are gone; until then nothing is said about what was not read")
    click.echo(summary(done))


def summary(done: Exported) -> str:
    """One sentence on what became of the tenant and of the branch."""
    outcome = done.outcome
    said = f"snapshot {outcome.snapshot[:12]}" if outcome.snapshot else "the tenant is unchanged, no commit"
    branch = outcome.standing.branch
    if outcome.merged:
        return f"{said}; merged into {branch}, which holds edits that are not applied (see: entragit drift)"
    if outcome.conflicts:
        return f"{said}; {branch} stays until the conflicts are settled, so only entragit/tenant moved"
    if outcome.pending:
        stays = ", so only entragit/tenant moved" if outcome.snapshot else ""
        return f"{said}; {branch} holds edits that are not applied{stays} (see: entragit drift)"
    return f"{said}; {branch} follows" if outcome.branch_moved else said


def merge_lines(done: Exported) -> Iterator[str]:
    """What branch and tenant both changed, and what to do; what to do where the settings want a pull request."""
    outcome = done.outcome
    branch, found = outcome.standing.branch, outcome.conflicts
    yield from (f"CONFLICT: {sentence}" for sentence in found[:MOST])
    if len(found) > MOST:
        yield f"CONFLICT: {len(found) - MOST:,} more"
    if found:
        yield (
            f"{branch} and the tenant have both changed these, so {branch} stays as it is: write into its files what "
            f"the tenant has, or merge entragit/tenant into {branch} with Git and keep what is right; until then each "
            "export ends so"
        )
    if outcome.pending and not done.direct and outcome.snapshot:
        yield f"entragit.yaml says `merge: pull-request`; bring entragit/tenant into {branch} by one"


def log_lines(read: list[LogRead]) -> Iterator[str]:
    """What became of each log."""
    for log in read:
        if log.why:
            yield f"{'NOT READ' if log.failure else 'not covered'}: {log.name} ({log.why}); it needs {log.needs}"
        if log.files:
            yield f"{log.name}: {log.files} files are new or longer"


def gap_lines(gaps: frozenset[Gap], names: Mapping[str, str]) -> Iterator[str]:
    """What could not be read, a line for each kind, property and reason; what isn't licensed or permitted likewise.

    What nobody asked for, this version never reads, or no application sees, is in snapshot.yaml alone: it is no news.
    """
    rows: dict[tuple[bool, str, str, str], list[str]] = {}
    for gap in sorted(gap for gap in gaps if gap.reason not in QUIET):
        rows.setdefault((not gap.failure, gap.kind, gap.property, gap.reason), []).append(names.get(gap.id) or gap.id)
    for (harmless, kind, name, reason), whose in sorted(rows.items()):
        place = f"{kind}: {name}" if name else kind
        words = "not covered" if harmless else "NOT READ, old values kept"
        yield f"{words}: {place}{_whose([one for one in whose if one])} ({reason}){_wanted(kind, name, reason)}"


def _wanted(kind: str, name: str, reason: str) -> str:
    """What to grant, or to buy, where that is why something could not be read."""
    known = CATALOG[kind]
    if reason.startswith("the credential may not read it"):
        own = [(*relation.read, *(relation.passing.read if relation.passing else ()))
               for relation in known.relations if relation.name == name]  # fmt: skip
        return f"; it needs {', '.join([*known.read, *(permission for read in own for permission in read)])}"
    return f"; it needs {known.licence}" if known.licence and reason.startswith("the tenant has no licence") else ""


def _whose(ids: list[str]) -> str:
    more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
    return f" of {', '.join(ids[:3])}{more}" if ids else ""


def exit_code(done: Exported) -> int:
    """5 for conflicts, 4 where something was not read, is not on the remote or hidden by a shallow clone, else 0."""
    missed = any(gap.failure for gap in done.coverage.gaps)
    outcome = done.outcome
    incomplete = missed or outcome.standing.shallow or outcome.pushed not in ("ok", "none")
    return worst([5 if outcome.conflicts else 0, 4 if incomplete else 0])
