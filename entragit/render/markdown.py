"""A drift report as a comment of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from entragit.render import wording
from entragit.render.escape import markdown as code
from entragit.render.report import Change, Report, by_kind, counted

LONGEST_COMMENT = 60_000
"""Characters of a report; GitHub refuses a comment of more than 65,536."""

LONGEST_KIND = 12_000
"""Characters of the table of one kind."""

CELLS = "| | Resource | Property | Before | After |\n|---|---|---|---|---|\n"

_CUT = "\n**More was found than a comment can hold**; `entragit {command}` shows all of it.\n"


def markdown(report: Report) -> str:
    """The report in GitHub's Markdown, a collapsible table per kind, at most LONGEST_COMMENT characters."""
    return whole(_blocks(report), "drift")


def whole(blocks: Iterable[str], command: str) -> str:
    """The blocks, each valid Markdown, as far as a comment can hold them; `command` shows the rest."""
    out, cut = "", ""
    notice = _CUT.format(command=command)
    for block in blocks:
        if len(out) + len(block) + len(notice) <= LONGEST_COMMENT:
            out += block
        else:
            cut = notice
    return out + cut


def _blocks(report: Report) -> Iterator[str]:
    """Pieces that each leave valid Markdown behind."""
    since = f"snapshot {code(report.base[:8])}" if report.base else "no snapshot"
    yield f"### Drift of tenant {code(report.tenant_id)}\n\nSince {since}, for {code(report.desired[:8])}.\n\n"
    if report.conflicts:
        yield f"**{len(report.conflicts):,} in conflict**: tenant and branch changed the same value differently.\n\n"
    if not report.drift:
        yield "No drift in what was compared.\n\n" if report.gaps else "No drift.\n\n"
    yield from _section(report, "Changed in the tenant", report.drift)
    yield from _section(report, "Pending, not in the tenant yet", report.pending)
    if report.gaps:
        yield "#### Not compared\n\n"
        yield from (f"- {code(sentence)}\n" for sentence in wording.gaps(report.gaps))


def _section(report: Report, title: str, changes: tuple[Change, ...]) -> Iterator[str]:
    if changes:
        yield f"#### {title}: {counted(changes)}\n\n"
    for kind, group in by_kind(changes):
        risk = " (tier 0)" if group[0].tier == 0 else ""
        opened = " open" if group[0].tier == 0 or any(change.conflicts for change in group) else ""
        rows = fitting([_rows(report, change) for change in group])
        yield (
            f"<details{opened}><summary>{code(kind)}{risk}: {counted(group)}</summary>\n\n{CELLS}{rows}\n</details>\n\n"
        )


def fitting(rows: list[str]) -> str:
    """The first rows of a kind, so that a flood in one doesn't push out all others."""
    sizes = accumulate(len(row) for row in rows)
    count = sum(size <= LONGEST_KIND for size in sizes)
    more = f"| | … {len(rows) - count:,} more | | | |\n" if count < len(rows) else ""
    return "".join(rows[:count]) + more


def _rows(report: Report, change: Change) -> str:
    mark = f"{change.action}{' **conflict**' if change.conflicts else ''}"
    title = wording.title(change)
    head = f"| {mark} | {code(wording.name(change))}{f' {code(title)}' if title else ''} |"
    lines = list(wording.lines(change, report.names))
    if not lines:
        return f"{head} | | |\n"
    return "".join(f"{head if number == 0 else '| | |'} {cells(line)}" for number, line in enumerate(lines))


def cells(line: wording.Line) -> str:
    """The last three cells of a row."""
    if line.more:
        return f"{code(line.where)} | … | {line.more:,} more |\n"
    before, after = (code(text) if text else "" for text in (line.before, line.after))
    return f"{code(line.where)}{' **conflict**' if line.conflict else ''} | {before} | {after} |\n"
