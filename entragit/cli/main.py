"""`entragit [-C DIR] COMMAND`: finds the command, runs it, turns errors into a sentence and an exit code."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from entragit import __version__
from entragit.errors import EntragitError

# Command → (module, what it does). The module is imported when the command runs, so that `--help` stays quick.
COMMANDS = {
    "init": ("entragit.cli.init", "Make a new tenant repository."),
    "export": ("entragit.cli.export", "Read the tenant into a commit."),
    "drift": ("entragit.cli.drift", "Show what differs in the tenant, and what is pending."),
    "plan": ("entragit.cli.plan", "Show what applying a commit would do to the tenant."),
    "apply": ("entragit.cli.apply", "Make the tenant what a commit says."),
    "doctor": ("entragit.cli.doctor", "Look for what is wrong, and say what to do."),
    "permissions": ("entragit.cli.permissions", "Show the least that reading and writing need."),
    "validate": ("entragit.cli.validate", "Check the files that are checked out."),
    "sandbox": ("entragit.cli.sandbox", "Run a local Entra to try things on."),
    "demo": ("entragit.cli.demo", "Take a tour on a local Entra."),
}


class Commands(click.Group):
    """A group that knows its commands by name and imports them only to run them or to print their own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of a first acquaintance."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported; None for a name that there isn't."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in `--help`, from the table, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-C", "directory", type=click.Path(path_type=Path), default=Path(), help="Run as if started in DIR.")
@click.version_option(__version__, prog_name="entragit")
@click.pass_context
def main(context: click.Context, directory: Path) -> None:
    """Keeps a Microsoft Entra ID tenant in Git and can put any commit back."""
    context.obj = directory


def run(arguments: list[str] | None = None) -> None:
    """Run a command line (default: this process's) and exit.

    0 done, 1 failed, 2 usage, 3 differences, 4 incomplete, 5 refused (design section 11).
    """
    try:
        code, said = outcome(main.main(arguments, prog_name="entragit", standalone_mode=False), None)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has enough; Python's own last flush must not fail either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code, said = 1, ""
    except (click.ClickException, click.Abort, EntragitError, OSError) as error:
        code, said = outcome(None, error)
    if said:
        click.echo(said, err=True)
    sys.exit(code)


def outcome(returned: object, error: BaseException | None) -> tuple[int, str]:
    """Exit code and last words of a command that returned, or raised; anything unforeseen is raised again."""
    if error is None:
        return (returned if isinstance(returned, int) else 0), ""
    if isinstance(error, click.ClickException):
        return error.exit_code, f"entragit: {error.format_message()}"
    if isinstance(error, click.Abort):
        return 130, "interrupted; nothing is half-written, run the command again"
    if isinstance(error, EntragitError | OSError):
        from entragit.render.escape import terminal

        if isinstance(error, EntragitError):
            first, *rest = error.lines
            return error.exit_code, "\n  ".join([f"entragit: {terminal(first)}", *map(terminal, rest)])
        # A full disk or a missing permission, wherever it strikes.
        said = terminal(str(error))
        return 1, f"entragit: the system refuses: {said}; free space or give the permission, then run again"
    raise error
