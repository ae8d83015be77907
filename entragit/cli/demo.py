"""`entragit demo`: the tour. A local Entra, a company, an export, a bad day, the drift, and the way back with proof."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entragit.cli.local import SPEED, end_tidily, populated
from entragit.errors import EntragitError
from entragit.permissions import reading, writing
from entragit.render.escape import terminal

if TYPE_CHECKING:
    from entragit.sandbox.server import Sandbox
    from entragit.sandbox.store import Tenant

REFUSED = 5
UNSIGNED = ("-c", "commit.gpgsign=false")
"""For Git alone: the tour's person has no key, whoever takes it."""


@click.command()
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--load", "export", type=click.Path(path_type=Path, exists=True), help="Add a real export to the tenant.")
def command(directory: Path | None, export: Path | None) -> None:
    """Take a tour on a local Entra; DIR (default: a new folder) becomes the tenant repository."""
    from entragit.sandbox.server import Sandbox

    place = directory or Path(tempfile.mkdtemp(prefix="entragit-demo-")) / "company"
    end_tidily()
    tenant = populated(50, 1, export)
    with Sandbox(speed=SPEED) as sandbox:
        sandbox.add(tenant)
        remark(f"A local Entra with a small company in it, at {sandbox.url}")
        Tour(place, sandbox, tenant).walk()
    remark("", f"The repository is yours to look at: cd {shlex.quote(str(place))}")


def remark(*lines: str) -> None:
    """Say something between the commands; an empty line stands for itself."""
    for line in lines:
        click.echo(f"# {terminal(line)}" if line else "")


class Tour:
    """Runs commands in one folder, each shown as a person would type it, and stops where one ends otherwise."""

    def __init__(self, place: Path, sandbox: Sandbox, tenant: Tenant) -> None:
        self.place, self.sandbox, self.tenant = place, sandbox, tenant
        self.environment = dict(os.environ)

    def walk(self) -> None:
        """Keep the tenant, spoil it, see what happened, bring it back, prove that."""
        good = self.keep()
        self.spoil()
        self.entragit("drift")
        remark("", "The nightly run keeps that in history, too.")
        self.entragit("export")
        self.git("log", "--oneline")
        self.git("diff", "--stat", good)
        self.bring_back(good)
        self.prove(good)

    def keep(self) -> str:
        """Take the first snapshot and name the break-glass accounts; the commit to come back to."""
        self._run(["entragit", "init", str(self.place), "--tenant", self.tenant.id], None, 0)
        self._show(["cd", str(self.place)])
        self.sign_in("an app registration that may only read", reading())
        self.entragit("export")
        self._name_accounts()
        return self._asked("rev-parse", "--short", "HEAD")

    def _name_accounts(self) -> None:
        """What a person writes into entragit.yaml first: who must always be able to sign in."""
        from entragit.sandbox.mistakes import EMERGENCY

        names = sorted(file.stem for file in (self.place / "users").rglob("*.yaml"))
        lines = ["break_glass:", *(f"  - users/{name}" for name in names if EMERGENCY.search(name))]
        remark("", "An editor adds to entragit.yaml whom no plan may ever lock out:", *(f"  {line}" for line in lines))
        settings = self.place / "entragit.yaml"
        text = settings.read_text(encoding="utf-8").replace("break_glass: []", "\n  ".join(lines))
        settings.write_text(text, encoding="utf-8")
        for name, value in (("user.name", "Ada Lovelace"), ("user.email", f"ada.admin@{self.tenant.domain}")):
            self.git("config", name, value)
        self.git("commit", "--quiet", "--all", "--message", "Name the break-glass accounts")

    def spoil(self) -> None:
        """Let an administrator have a bad day, and somebody make use of it."""
        from entragit.sandbox import mistakes

        remark("", "A bad day in the portal:")
        for mistake in (
            mistakes.remove_exclusion,
            mistakes.delete_group,
            mistakes.purge_group,
            mistakes.strip_permissions,
            mistakes.promote_guest,
        ):
            remark(f"  {mistake(self.tenant)}")

    def bring_back(self, good: str) -> None:
        """Plan, be refused by a guard, allow it by name, apply what was reviewed."""
        from entragit.resources.conditional_access import KINDS

        remark("", "Any part can come back alone. What weakens a protection is refused, until somebody allows it:")
        self.entragit("plan", good, "--", f"{KINDS[0].kind}/", ends=REFUSED)
        remark("", "The whole tenant. What is reviewed here is what will run:")
        self.entragit("plan", good, "--allow", "tier-0", "--out", "plan.json")
        self.sign_in("another one, which may write", (*reading(), *writing()))
        self.entragit("apply", "--plan", "plan.json", "--reason", "Undo a bad day")

    def prove(self, good: str) -> None:
        """Plan again, compare the files, read the audit record."""
        remark("", "The proof: a second plan is empty (else it would end with 3) …")
        self.entragit("plan", good, "--exit-code")
        remark("", "… only what has a new id, and what names it, is another file …")
        self.git("diff", "--stat", good)
        remark("", "… and who did what, and why, is on record.")
        self.git("ls-tree", "--name-only", "entragit/state", "audit/")
        record = self._asked("ls-tree", "--name-only", "entragit/state", "audit/").splitlines()[-1]
        self.git("show", f"entragit/state:{record}")

    def sign_in(self, whose: str, permissions: Iterable[str]) -> None:
        """Go on with an application of its own; its secret isn't shown."""
        client = self.tenant.add_client(*permissions)
        self.environment |= self.sandbox.environment(self.tenant, client)
        click.echo(f"\n$ export AZURE_CLIENT_ID={client.id} AZURE_CLIENT_SECRET=…  # {whose}")

    def entragit(self, *args: str, ends: int = 0) -> None:
        """Run entragit in the repository; `ends`: with this exit code."""
        self._run(["entragit", *args], self.place, ends)

    def git(self, *args: str) -> None:
        """Run Git in the repository."""
        self._run(["git", *args], self.place, 0)

    def _asked(self, *args: str) -> str:
        """What Git answers, for the tour's own use."""
        command = ["git", *args]
        done = subprocess.run(command, cwd=self.place, env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def _show(self, words: list[str]) -> None:
        click.echo(f"\n$ {terminal(shlex.join(words))}")
        sys.stdout.flush()

    def _run(self, words: list[str], place: Path | None, ends: int) -> None:
        self._show(words)
        own = {"entragit": [sys.executable, "-m", "entragit"], "git": ["git", "--no-pager", *UNSIGNED]}
        command = [*own[words[0]], *words[1:]]
        done = subprocess.run(command, cwd=place, env=self.environment, check=False)
        if done.returncode != ends:
            raise EntragitError(f"`{shlex.join(words)}` ended with exit code {done.returncode}; the tour stops here")
