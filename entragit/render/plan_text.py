"""A plan on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from entragit.plan import Entry, Plan
from entragit.render import conflicts, wording
from entragit.render import plan as words
from entragit.render.plan import HEADINGS, SIGNS, Part
from entragit.render.text import CONFLICT, NARROWEST, Write, line, value, writer

STYLES = {"delete": "red", "update": "yellow", "restore": "green", "create": "green"}


def plan_text(plan: Plan, width: int = 80, color: bool = False) -> Iterator[str]:
    """The lines of a plan, `width` columns wide (NARROWEST at least), without line feeds.

    Only with `color` do they hold control characters, and then those of colours alone.
    """
    write = writer(max(width, NARROWEST), color)
    yield from _head(write, plan)
    for origin, title in HEADINGS.items():
        yield from _section(write, plan, title, words.parts(plan, origin))
    yield from _conflicts(write, plan)
    yield from _findings(write, plan)
    yield from _ledger(write, plan)
    yield from _listed(write, "In the tenant, not in the commit; left alone without --prune KIND", words.extras(plan))
    moved = (f"{old} → {new}" for old, new in sorted(plan.id_map.items()))
    yield from _listed(write, "Ids that changed", moved)
    if plan.gaps:
        yield ""
    for sentence in wording.gaps(plan.gaps):
        yield from write(line(("not planned: ", "bold"), (sentence, "")), 4)
    yield from _advice(write, plan)


def gist(plan: Plan, width: int = 80, color: bool = False) -> Iterator[str]:
    """The lines that say of a plan that was reviewed which one it is, and what guards object to; as `plan_text`."""
    write = writer(max(width, NARROWEST), color)
    yield from _head(write, plan)
    yield from _findings(write, plan)
    yield from _advice(write, plan)


def _head(write: Write, plan: Plan) -> Iterator[str]:
    since = f", since {plan.base[:8]}" if plan.base else ""
    yield from write(line(("Tenant ", ""), (plan.tenant_id, "bold"), (since, "")), 0)
    yield from write(line((words.summary(plan), "" if plan.changes else "green")), 0)


def _advice(write: Write, plan: Plan) -> Iterator[str]:
    if plan.advice:
        yield ""
        yield from write(line((words.ADVICE, "")), 0)


def _section(write: Write, plan: Plan, title: str, parts: list[Part]) -> Iterator[str]:
    if not parts:
        return
    yield ""
    yield from write(line((f"{title}: {words.counted(part.change for part in parts)}", "bold underline")), 0)
    for kind, group in words.by_kind(parts):
        yield ""
        risk = " (tier 0)" if group[0].change.tier == 0 else ""
        counts = words.counted(part.change for part in group)
        yield from write(line((kind, "bold"), (f"{risk}: {counts}", "")), 4)
        for part in group:
            yield from _part(write, plan, part)


def _part(write: Write, plan: Plan, part: Part) -> Iterator[str]:
    title, action = wording.title(part.shown), part.change.action
    heading = line(
        (f"  {SIGNS[action]} ", STYLES[action]),
        (wording.name(part.shown), "bold"),
        (f"  {title}" if title else "", "dim"),
        (f"  {action}, stage {words.stage(part.change)}", "dim"),
    )
    yield from write(heading, 8)
    for sentence in words.freed(part.change):
        yield from write(line((f"      {sentence}", "")), 10)
    for where, group in groupby(words.lines(part, plan.names), key=lambda row: row.where):
        yield from write(line((f"      {where}", "")), 10, [value(row) for row in group])


def _conflicts(write: Write, plan: Plan) -> Iterator[str]:
    for address, rows in groupby(conflicts.of_plan(plan), key=lambda row: row[0]):
        yield ""
        yield from write(line(("CONFLICT ", CONFLICT), (address, "bold")), 4)
        for clause in (clause for _, clauses in rows for clause in clauses):
            yield from write(line((f"      {clause}", "")), 10)
        yield from write(line((f"      {conflicts.settles(address)}", "")), 10)


def _findings(write: Write, plan: Plan) -> Iterator[str]:
    if plan.findings:
        yield ""
    for finding in plan.findings:
        word, style = ("allowed", "yellow") if finding.allowed else ("REFUSED", CONFLICT)
        yield from write(line((f"{word} {finding.guard}: ", style), (f"{finding.address}: {finding.message}", "")), 4)


def _ledger(write: Write, plan: Plan) -> Iterator[str]:
    if plan.ledger:
        yield ""
        yield from write(line((f"Can't be done here: {len(plan.ledger):,}", "bold underline")), 0)
    for (what, why, follow_up), group in groupby(sorted(plan.ledger, key=_reason), key=_reason):
        yield from write(line((f"  {what}: ", "bold"), (f"{why} {follow_up}", "")), 6)
        for entry in group:
            yield from write(line((f"      {entry.address} {entry.property}".rstrip(), "")), 10)


def _reason(entry: Entry) -> tuple[str, str, str]:
    return entry.what, entry.why, entry.follow_up


def _listed(write: Write, title: str, rows: Iterator[str]) -> Iterator[str]:
    for number, row in enumerate(rows):
        if number == 0:
            yield ""
            yield from write(line((title, "bold underline")), 0)
        yield from write(line((f"  {row}", "")), 6)
