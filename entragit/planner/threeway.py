"""Merge mode: only what changed between base and desired, three ways with what the tenant made of base (design 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from entragit import schema
from entragit.canonical import canonical_json, same
from entragit.merge import Conflict, merge
from entragit.model import ABSENT, Body
from entragit.paths import dotted
from entragit.plan import Change, Finding, Origin, Take
from entragit.planner.asked import Asked, Deleted, Outcome, Read
from entragit.planner.drafting import Bodies, bare, bodies, edits, made, removed, updated
from entragit.planner.pairing import Trio
from entragit.planner.scope import Scope
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG

YOURS: Origin = "yours"

Row = tuple[str, str, str, str, str]
"""A conflict as a plan holds it."""


def threeway(
    trios: Iterable[Trio],
    asked: Asked,
    read: Read,
    scope: Scope,
    deleted: Deleted,
    takes: Mapping[str, Take],
) -> Outcome:
    """What base..desired changed and the tenant hasn't. `takes`: address → the side that wins its conflicts.

    Where a conflict is left, the tenant's value is: a plan that has one is refused anyway.
    """
    changes: list[Change] = []
    conflicts: list[Row] = []
    findings: list[Finding] = []
    for trio in trios:
        covers = trio.covered(asked.before, read.covered)
        if not covers("") or not scope.holds(trio):
            continue
        kind, seen = CATALOG[trio.kind], bodies(trio, covers)
        base, git, tenant = (None if body is None else bare(body) for body in seen)
        if _alike(base, git):
            continue
        take = next((takes[address] for address in sorted(trio.addresses) if address in takes), None)
        conflicts += (_row(trio, conflict) for conflict in merge(kind, base, git, tenant, take).conflicts)
        body = merge(kind, base, git, tenant, take or "tenant").body
        findings += _invalid(trio, kind, body, (git, tenant))
        if change := _change(trio, kind, seen, body, deleted):
            changes.append(change)
    return Outcome(tuple(changes), tuple(findings), conflicts=tuple(sorted(conflicts)))


def _alike(one: Body | None, other: Body | None) -> bool:
    return one is other if one is None or other is None else same(one, other)


def _change(trio: Trio, kind: ResourceType, seen: Bodies, body: Body | None, deleted: Deleted) -> Change | None:
    if body is None:
        return removed(trio, seen.actual, "yours") if seen.actual else None
    id_ = {name: value for name, value in (seen.desired or seen.actual or {}).items() if name == "id"}
    if seen.actual is None:
        # The branch wins, or nothing would be left of it.
        return made(trio, seen._replace(base=None), {**id_, **body}, deleted)
    found = tuple(edits(kind, seen.actual, body))
    return updated(trio, {**id_, **body}, seen.actual, found, tuple(YOURS for _ in found))


def _row(trio: Trio, conflict: Conflict) -> Row:
    base, git, tenant = (_text(value) for value in (conflict.base, conflict.git, conflict.tenant))
    return trio.address, dotted(conflict.path), base, git, tenant


def _text(value: Any) -> str:
    return "" if value is ABSENT else canonical_json(value)


def _invalid(trio: Trio, kind: ResourceType, body: Body | None, sides: tuple[Body | None, ...]) -> Iterable[Finding]:
    """What the schema says against a body that is neither side's; what it says of a side too is not the merge's."""
    if body is None or any(_alike(body, side) for side in sides):
        return
    known = {problem for side in sides if side is not None for problem in schema.check(kind, side)}
    for problem in schema.check(kind, body):
        if problem not in known:
            yield Finding("schema", trio.address, f"merged, {problem.message}; take one side with --take")
