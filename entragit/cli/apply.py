"""`entragit apply [REF] [-- PATH…]`: what a plan says is done in the tenant, and proved."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entragit.cli.applied import code, lines
from entragit.cli.paths import WithPaths, paths
from entragit.cli.plan import show
from entragit.cli.session import make_clock, progress_line, say, sign_in_option, signing_in
from entragit.cli.wish import wish_options
from entragit.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from entragit.git.repository import Repository
    from entragit.graph.auth import SignIn
    from entragit.guarding import Judged
    from entragit.plan import Plan, Take
    from entragit.planning import Wish
    from entragit.reading import Tools


@click.command(cls=WithPaths)
@click.argument("ref", default="")
@wish_options
@click.option("--plan", "file", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="FILE",
              help="Do what this file says, which `entragit plan --out` wrote.")  # fmt: skip
@click.option("--reason", default="", metavar="TEXT", help="Why, for the audit record.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--break-lease", is_flag=True, help="Take the place of another apply, which is known to be dead.")
@sign_in_option
@click.pass_context
def command(
    ctx: click.Context,
    ref: str,
    since: str | None,
    file: Path | None,
    prune: tuple[str, ...],
    enable: tuple[str, ...],
    take: tuple[tuple[Take, str], ...],
    allow: tuple[str, ...],
    reason: str,
    yes: bool,
    break_lease: bool,
    sign_in: SignIn | None,
) -> int:
    """Make the tenant what REF says; without REF, what HEAD says and the checked-out files are.

    With PATHs (Git pathspecs, addresses, ids, unique names) only these resources and the access to them.
    """
    from entragit.apply.checking import refuse
    from entragit.apply.judging import guards_at_once
    from entragit.apply.resuming import guards_again
    from entragit.apply.run import Orders, apply
    from entragit.git.repository import open_repository
    from entragit.planning import Wish
    from entragit.reading import Tools

    if file and (ref or since is not None or prune or enable or take or allow or paths(ctx)):
        raise UsageError("--plan FILE says it all: leave out REF, PATHs, --since, --prune, --enable, --take, --allow")
    clock, repo = make_clock(), open_repository(ctx.obj)
    connect = signing_in(clock, sign_in)
    with progress_line() as progress:
        tools = Tools(clock, connect, progress, say)
        wish = Wish(ref or "HEAD", since, paths(ctx), prune, enable, take, allow)
        plan, judged = _from_file(repo, file) if file else _made(repo, wish, tools, at_head=not ref)
    show(plan, "text", whole=file is None)  # a file was reviewed
    refuse(plan, plan.findings)
    waited = judged is not None and bool(plan.changes) and _ask(plan, yes)  # a file was reviewed, an old run asked
    with progress_line() as progress:
        tools = Tools(clock, connect, progress, say)
        guards = guards_again(repo, tools, allow) if waited or judged is None else guards_at_once(repo, tools, judged)
        done = apply(repo, plan, tools, Orders(_who(repo), reason, break_lease, guards))
    for line in lines(done):
        click.echo(line)
    return code(done)


def _from_file(repo: Repository, file: Path) -> tuple[Plan, None]:
    from entragit.apply.resuming import from_file

    return from_file(repo, file), None


def _made(repo: Repository, wish: Wish, tools: Tools, *, at_head: bool) -> tuple[Plan, Judged | None]:
    """The plan for a wish, and what it was judged by; or the plan that a killed run of it was in, and None."""
    from entragit.apply.resuming import begun
    from entragit.guarding import judge
    from entragit.planning import plan_for

    if at_head:
        _check_clean(repo)
    judged: list[Judged] = []
    plan = plan_for(repo, wish, tools, judge(repo, wish.allow, tools.clock.now(), judged.append))
    old = begun(repo, plan)
    if old is None:
        return plan, judged[-1]
    say("an earlier run of this apply was cut off; going on with its plan")
    return old, None


def _check_clean(repo: Repository) -> None:
    """Refuse where the files that are checked out aren't HEAD's: nobody could tell which of them is meant."""
    from entragit.git.checkout import some
    from entragit.planning import uncommitted

    if edited := uncommitted(repo, "HEAD"):
        raise RefusedError(
            f"{some(edited)} differ from HEAD, which is what would be applied; commit or restore them, or name a REF"
        )


def _ask(plan: Plan, yes: bool) -> bool:
    """Ask a person before the tenant's own changes are taken back, or the whole tenant is rolled back.

    Whether somebody was asked, who may have taken any time to answer.
    """
    reverts = any("reverts" in change.origins for change in plan.changes)
    if yes or plan.mode != "rollback" or not (reverts or not plan.selection):
        return False
    counts = Counter((change.kind, change.action) for change in plan.changes)
    for (kind, action), number in sorted(counts.items()):
        say(f"{kind}: {number} to {action}")
    if not sys.stdin.isatty():
        raise RefusedError("a rollback asks first, and there is no terminal to ask on; say --yes")
    if not click.confirm("Do that?", err=True):
        raise click.Abort
    return True


def _who(repo: Repository) -> str:
    """Whom Git knows here: "Ada <ada@contoso.com>"."""
    name, email = (
        repo.attempt("config", f"user.{what}").out.decode(errors="replace").strip() for what in ("name", "email")
    )
    return f"{name or 'unknown'} <{email}>" if email else name or "unknown"
