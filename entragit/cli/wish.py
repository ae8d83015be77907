"""What `plan` and `apply` are asked alike: REF, what it is compared with, and what may pass."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import click

from entragit.guards import WORDS

Command = Callable[..., Any]

_OPTIONS = (
    click.option(
        "--since", is_flag=False, flag_value="", metavar="[BASE]",
        help="Merge: only what changed from BASE (default: the snapshot that REF stands on) to REF.",
    ),
    click.option("--prune", multiple=True, metavar="KIND", help="Delete what KIND has beyond REF; repeatable."),
    click.option("--enable", multiple=True, metavar="KIND",
                 help="Switch on what of KIND can delete or mail by itself; repeatable."),
    click.option(
        "--take", multiple=True, type=(click.Choice(["git", "tenant"]), str), metavar="SIDE PATH",
        help="Let git or tenant win the conflicts of PATH; repeatable.",
    ),
    click.option("--allow", multiple=True, type=click.Choice(WORDS), help="Let a guard pass; repeatable."),
)  # fmt: skip


def wish_options(command: Command) -> Command:
    """A decorator: `--since`, `--prune`, `--enable`, `--take` and `--allow`, in this order."""
    return reduce(lambda found, option: option(found), reversed(_OPTIONS), command)
