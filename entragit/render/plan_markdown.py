"""A plan as a comment of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from entragit.plan import Entry, Plan
from entragit.render import conflicts, wording
from entragit.render import plan as words
from entragit.render.escape import markdown as code
from entragit.render.markdown import CELLS, cells, fitting, whole
from entragit.render.plan import HEADINGS, Part

MOST = 200
"""Lines of the ledger and of the findings that are shown."""


def plan_markdown(plan: Plan) -> str:
    """The plan in GitHub's Markdown, a collapsible table per kind, at most `LONGEST_COMMENT` characters."""
    return whole(_blocks(plan), "plan")


def _blocks(plan: Plan) -> Iterator[str]:
    """Pieces that each leave valid Markdown behind; what refuses the plan first, so that no flood hides it."""
    since = f" since {code(plan.base[:8])}" if plan.base else ""
    yield f"### Plan for tenant {code(plan.tenant_id)}{since}\n\n{code(words.summary(plan))}\n\n"
    if plan.advice:
        yield f"{words.ADVICE}\n\n"
    yield from _bullets("#### Conflicts", _conflicts(plan))
    yield from _bullets("#### Guards", _findings(plan))
    for origin, title in HEADINGS.items():
        yield from _section(plan, title, words.parts(plan, origin))
    yield from _bullets(
        "#### Can't be done here",
        (
            f"{code(f'{e.address} {e.property}'.rstrip())}: {code(f'{e.what}. {e.why} {e.follow_up}')}"
            for e in plan.ledger
        ),
    )
    yield from _bullets("#### In the tenant, not in the commit, and left alone", map(code, words.extras(plan)))
    yield from _bullets("#### Ids that changed", (code(f"{a} → {b}") for a, b in sorted(plan.id_map.items())))
    yield from _bullets("#### Not planned", map(code, wording.gaps(plan.gaps)))


def _bullets(title: str, rows: Iterable[str]) -> Iterator[str]:
    found = list(rows)
    if found:
        more = f"- … {len(found) - MOST:,} more\n" if len(found) > MOST else ""
        yield f"{title}\n\n" + "".join(f"- {row}\n" for row in found[:MOST]) + more + "\n"


def _entry(entry: Entry) -> str:
    place = f"{entry.address} {entry.property}".rstrip()
    return f"{code(place)}: {code(f'{entry.what}. {entry.why} {entry.follow_up}')}"


def _conflicts(plan: Plan) -> Iterator[str]:
    for address, rows in groupby(conflicts.of_plan(plan), key=lambda row: row[0]):
        clauses = "; ".join(code(clause) for _, found in rows for clause in found)
        yield f"**conflict** {code(address)}: {clauses}; {code(conflicts.settles(address))}"


def _findings(plan: Plan) -> Iterator[str]:
    for finding in plan.findings:
        word = "allowed" if finding.allowed else "**refused**"
        yield f"{word} {code(finding.guard)}: {code(f'{finding.address}: {finding.message}')}"


def _section(plan: Plan, title: str, parts: list[Part]) -> Iterator[str]:
    if parts:
        yield f"#### {title}: {words.counted(part.change for part in parts)}\n\n"
    for kind, group in words.by_kind(parts):
        risk, opened = (" (tier 0)", " open") if group[0].change.tier == 0 else ("", "")
        counts = words.counted(part.change for part in group)
        rows = fitting([_rows(plan, part) for part in group])
        yield f"<details{opened}><summary>{code(kind)}{risk}: {counts}</summary>\n\n{CELLS}{rows}\n</details>\n\n"


def _rows(plan: Plan, part: Part) -> str:
    title, action = wording.title(part.shown), part.change.action
    mark = f"{action}, stage {words.stage(part.change)}"
    head = f"| {mark} | {code(wording.name(part.shown))}{f' {code(title)}' if title else ''} |"
    found = [f"{code(sentence)} | | |\n" for sentence in words.freed(part.change)]
    found += [cells(row) for row in words.lines(part, plan.names)]
    if not found:
        return f"{head} | | |\n"
    return "".join(f"{head if number == 0 else '| | |'} {row}" for number, row in enumerate(found))
