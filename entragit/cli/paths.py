"""Commands whose arguments are `[REF] [-- PATH…]`, as Git's are."""

from __future__ import annotations

import click

PATHS = "entragit.paths"


class WithPaths(click.Command):
    """A command that takes what stands behind "--" as PATHs, whatever stands before it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the PATHs aside before click forgets where they began."""
        place = args.index("--") if "--" in args else len(args)
        ctx.meta[PATHS] = tuple(args[place + 1 :])
        return super().parse_args(ctx, args[:place])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The usage line, with the PATHs."""
        return [*super().collect_usage_pieces(ctx), "[-- PATH...]"]


def paths(ctx: click.Context) -> tuple[str, ...]:
    """The PATHs of the command that runs."""
    found: tuple[str, ...] = ctx.meta[PATHS]
    return found
