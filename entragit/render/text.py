"""A drift report on a terminal, biggest risk first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from entragit.render import wording
from entragit.render.escape import terminal, workflow
from entragit.render.report import Change, Report, by_kind, counted

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

CONFLICT = "bold magenta"
STYLES = {"deleted": "red", "updated": "yellow", "created": "green"}
NARROWEST = 40


class Write(Protocol):
    """Wraps a line to the width."""

    def __call__(self, line: Text, indent: int, values: Sequence[Text] = ()) -> Iterator[str]:
        """The lines that it takes. Each of `values` stands behind `line`, repeated, if all fit, else below it.

        What doesn't fit on a line goes on below, by `indent`.
        """
        ...


def text(report: Report, width: int = 80, color: bool = False) -> Iterator[str]:
    """The lines of a report, `width` columns wide (NARROWEST at least), without line feeds.

    Only with `color` do they hold control characters, and then those of colours alone.
    """
    write = writer(max(width, NARROWEST), color)
    since = f"snapshot {report.base[:8]}" if report.base else "no snapshot"
    yield from write(line(("Tenant ", ""), (report.tenant_id, "bold"), (f", since {since}", "")), 0)
    if not report.drift:
        compared = " in what was compared" if report.gaps else ""
        yield from write(line((f"No drift{compared}.", "green")), 0)
    yield from _section(write, report, "Changed in the tenant", report.drift)
    yield from _section(write, report, f"Pending in {report.desired[:8]}, not in the tenant yet", report.pending)
    if report.conflicts:
        yield ""
        message = f"{len(report.conflicts):,} in conflict: tenant and branch changed the same value differently."
        yield from write(line((message, CONFLICT)), 0)
    if report.gaps:
        yield ""
    for sentence in wording.gaps(report.gaps):
        yield from write(line(("not compared: ", "bold"), (sentence, "")), 4)


def _section(write: Write, report: Report, title: str, changes: tuple[Change, ...]) -> Iterator[str]:
    if not changes:
        return
    yield ""
    yield from write(line((f"{title}: {counted(changes)}", "bold underline")), 0)
    for kind, group in by_kind(changes):
        yield ""
        risk = " (tier 0)" if group[0].tier == 0 else ""
        yield from write(line((kind, "bold"), (f"{risk}: {counted(group)}", "")), 4)
        for change in group:
            yield from _change(write, report, change)


def _change(write: Write, report: Report, change: Change) -> Iterator[str]:
    title = wording.title(change)
    heading = line(
        (f"  {wording.SIGNS[change.action]} ", STYLES[change.action]),
        (wording.name(change), "bold"),
        (f"  {title}" if title else "", "dim"),
        ("  CONFLICT" if change.conflicts else "", CONFLICT),
    )
    yield from write(heading, 8)
    for where, group in groupby(wording.lines(change, report.names), key=lambda row: row.where):
        yield from write(line((f"      {where}", "")), 10, [value(row) for row in group])


def value(row: wording.Line) -> Text:
    """What an edit changes from and to."""
    if row.more:
        return line((f"… {row.more:,} more", "dim"))
    if row.before and row.after:
        parts = [(row.before, "red"), (" → ", ""), (row.after, "green")]
    else:
        parts = [(f"- {row.before}", "red") if row.before else (f"+ {row.after}", "green")]
    return line(*parts, ("  CONFLICT" if row.conflict else "", CONFLICT))


def line(*parts: tuple[str, str]) -> Text:
    """A line of (text, style), each text made harmless."""
    from rich.text import Text

    return Text.assemble(*((terminal(part), style) for part, style in parts))


def writer(width: int, color: bool) -> Write:
    """Rich's idea of how wide characters are and how colours are written; nothing of it interprets our text."""
    from rich.console import Console
    from rich.text import Text

    console = Console(width=width, color_system="standard" if color else None, force_terminal=color, no_color=not color)

    def write(line: Text, indent: int, values: Sequence[Text] = ()) -> Iterator[str]:
        if values and all(line.cell_len + 2 + value.cell_len <= width for value in values):
            yield from (_shown(line + Text("  ") + value, console, color) for value in values)
            return
        first = line.wrap(console, width, overflow="fold")[0]
        yield _shown(first, console, color)
        for rest in (line[len(first.plain) :], *values):
            rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
            for part in rest.wrap(console, width - indent, overflow="fold") if rest else ():
                yield _shown(Text(" " * indent) + part, console, color)

    return write


def _shown(line: Text, console: Console, color: bool) -> str:
    line.rstrip()
    pieces = line.render(console, end="")
    return workflow("".join(p.style.render(p.text) if color and p.style else p.text for p in pieces))
