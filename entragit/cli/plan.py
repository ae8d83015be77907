"""`entragit plan [REF] [-- PATH…]`: what an apply would do."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entragit import errors
from entragit.cli.paths import WithPaths, paths
from entragit.cli.session import make_clock, progress_line, say, sign_in_option, signing_in
from entragit.cli.wish import wish_options

if TYPE_CHECKING:
    from entragit.git.repository import Repository
    from entragit.graph.auth import SignIn
    from entragit.plan import Plan, Take

MOST_NAMED = 3


@click.command(cls=WithPaths)
@click.argument("ref", default="HEAD")
@wish_options
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the plan to a file, for apply.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--exit-code", is_flag=True, help="Exit with 3 where there is something to do.")
@sign_in_option
@click.pass_context
def command(
    ctx: click.Context,
    ref: str,
    since: str | None,
    prune: tuple[str, ...],
    enable: tuple[str, ...],
    take: tuple[tuple[Take, str], ...],
    allow: tuple[str, ...],
    out: Path | None,
    form: str,
    exit_code: bool,
    sign_in: SignIn | None,
) -> int:
    """Show what an apply of REF would do to the tenant; with PATHs, to these resources and the access to them.

    A PATH is a Git pathspec into the repository, an address, an id or a unique name.
    """
    from entragit.git.repository import open_repository
    from entragit.planning import Wish, plan_for
    from entragit.reading import Tools

    clock, repo = make_clock(), open_repository(ctx.obj)
    wish = Wish(ref, since, paths(ctx), prune, enable, take, allow)
    with progress_line() as progress:
        plan = plan_for(repo, wish, Tools(clock, signing_in(clock, sign_in), progress, say))
    if ref == "HEAD":
        warn_of_edits(repo, plan.commit)
    if out:
        from entragit.planfile import to_json

        out.write_text(to_json(plan), encoding="ascii")
    show(plan, form)
    return outcome(plan, exit_code)


def warn_of_edits(repo: Repository, commit: str) -> None:
    """Say which files are checked out otherwise than in the commit, for they are not in the plan."""
    from entragit.planning import uncommitted

    edited = uncommitted(repo, commit)
    if edited:
        more = f" and {len(edited) - MOST_NAMED} more" if len(edited) > MOST_NAMED else ""
        say(f"not in the plan, for it isn't committed: {', '.join(edited[:MOST_NAMED])}{more}")


def show(plan: Plan, form: str, *, whole: bool = True) -> None:
    """Print a plan on stdout; as text, not `whole`, only which one it is and what guards object to."""
    from entragit.planfile import to_json
    from entragit.render.plan_markdown import plan_markdown
    from entragit.render.plan_text import gist, plan_text

    if form == "json":
        click.echo(to_json(plan), nl=False)
    elif form == "markdown":
        click.echo(plan_markdown(plan), nl=False)
    else:
        width = shutil.get_terminal_size().columns
        for line in (plan_text if whole else gist)(plan, width, color=sys.stdout.isatty()):
            click.echo(line)


def outcome(plan: Plan, exit_code: bool) -> int:
    """The exit code of design section 11: refused, incomplete, something to do (only with `exit_code`), done."""
    from entragit.render.plan import refused

    codes = [5] if refused(plan) else []
    codes += [4] if any(gap.failure for gap in plan.gaps) else []
    codes += [3] if exit_code and plan.changes else []
    return errors.exit_code(codes)
