"""Makes a plan of a draft: lets desired win, or merges it, and asks the ledger and the guards."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial

from entragit import references
from entragit.errors import UsageError
from entragit.idmap import with_inner
from entragit.layout import SUFFIX, address_of
from entragit.ledger import ledger
from entragit.model import ABSENT, Edit, Gap
from entragit.paths import parted
from entragit.plan import Change, Finding, Plan, Take
from entragit.planner import findings, said
from entragit.planner.asked import Guards, Outcome, Read, unguarded
from entragit.planner.claims import Claims, claims, held
from entragit.planner.drafts import Draft, Loaded
from entragit.planner.following import renewed, used
from entragit.planner.lasting import joined
from entragit.planner.rollback import moving, rollback
from entragit.planner.threeway import threeway
from entragit.planner.turns import with_freed
from entragit.planner.undefined import undefined
from entragit.resources.catalog import CATALOG
from entragit.resources.facts import Reference
from entragit.resources.writing import Reason
from entragit.shapes import WriteContext, writable

BACK = ("create", "restore")
"""The actions by which something comes back to the tenant."""


def plan(
    found: Draft, *, guards: Guards = unguarded, permissions: frozenset[str] | None = None, advice: bool = False
) -> Plan:
    """The plan of a draft. `permissions`: of the token that shall apply it, None if unknown; `advice`: see `Plan`."""
    loaded = found.loaded
    asked, read = loaded.asked, loaded.read
    outcome, context, doable, claimed = _settled(found, permissions)
    made = Plan(
        tenant_id=read.tenant_id.lower(),
        commit=asked.commit,
        base=asked.base,
        mode=asked.mode,
        selection=tuple(sorted(found.scope.selection)),
        prune=tuple(sorted(asked.prune)),
        enable=tuple(sorted(asked.enable)),
        take=_takes(loaded),
        changes=with_freed(doable, claimed, found),
        ledger=ledger(outcome.changes, context),
        extras=outcome.extras,
        conflicts=outcome.conflicts,
        id_map=used(loaded.sides, found.ids),
        gaps=_gaps(found),
        names=said.names(loaded.sides, read.index, _shown(outcome)) | _made(outcome.changes),
        advice=advice,
    )
    against = {*outcome.findings, *_findings(found, made.changes), *guards(made)}
    return replace(made, findings=tuple(sorted(against)))


def _settled(found: Draft, permissions: frozenset[str] | None) -> tuple[Outcome, WriteContext, list[Change], Claims]:
    """What is wanted and what of it can be done, once nothing follows or names what can't be made, or takes what
    another keeps. The changes that can be done are in the order of their keys; with what they claim.
    """
    unmade: frozenset[str] = frozenset()
    taken: dict[tuple[str, str, str], Reason] = {}
    while True:
        outcome = _outcome(found, unmade)
        context = replace(_context(found, outcome.changes, permissions, unmade), held=taken)
        able = partial(_able, context)
        done = [(change, able(change)) for change in outcome.changes]
        doable = sorted(joined((left for _, left in done if left), able), key=lambda change: change.key)
        names = frozenset(_made(change for change, left in done if change.action in BACK and not left))
        claimed = claims(doable, found)
        more = held(claimed, found)
        if names <= unmade and more.keys() <= taken.keys():
            return outcome, context, doable, claimed
        unmade |= names
        taken = more | taken


def _able(context: WriteContext, change: Change) -> Change | None:
    """What of a change can be done."""
    return writable(CATALOG[change.kind], change, context)


def _context(
    found: Draft, changes: Collection[Change], permissions: frozenset[str] | None, unmade: frozenset[str]
) -> WriteContext:
    """What writing must know. An id is gone if its kinds were read, and neither the tenant nor desired has it."""
    asked, read = found.loaded.asked, found.loaded.read
    kept = with_inner(trio.id for trio in found.trios if trio.desired)
    known = {*read.index.ids, *read.index.app_ids, *read.index.inner, *kept, *_made(changes)}
    gone = {
        reference.id
        for change in changes
        for reference in references.find(CATALOG[change.kind], change.desired or {})
        if reference.id not in known and _would_show(reference.reference, read)
    }
    covered = asked.before.both(read.covered)
    return WriteContext(
        read.tenant_id,
        gone=frozenset(gone | unmade | undefined(changes, read)),
        permissions=permissions,
        coverage=covered,
        now=asked.now,
        application=read.who.permissions is not None,
        enable=asked.enable,
    )


def _would_show(reference: Reference, read: Read) -> bool:
    if reference.by == "permission" or reference.anywhere:
        return False
    return all(read.covered.covers(kind) for kind in reference.to)


def _outcome(found: Draft, unmade: frozenset[str]) -> Outcome:
    asked, read = found.loaded.asked, found.loaded.read
    if asked.mode == "merge":
        return threeway(found.trios, asked, read, found.scope, found.deleted, _takes(found.loaded))
    moved = moving(found.trios, asked, read, found.scope, found.deleted).without(unmade)
    return rollback(found.trios, asked, read, found.scope, found.deleted, moved)


def _takes(loaded: Loaded) -> dict[str, Take]:
    """Address → the side that wins its conflicts, sorted."""
    takes: dict[str, Take] = {}
    for side, path in loaded.asked.take:
        for address in loaded.words[path]:
            if takes.setdefault(address, side) != side:
                raise UsageError(f"--take wants both git and tenant for {address}; say one of them")
    return dict(sorted(takes.items()))


def _gaps(found: Draft) -> tuple[Gap, ...]:
    """What the plan doesn't speak of; of a selection, what concerns the kinds in it, and access."""
    loaded = found.loaded
    gaps = said.gaps(loaded.asked.before, loaded.read.covered, loaded.sides.kinds)
    selected = {trio.kind for trio in found.trios if found.scope.holds(trio)}
    selected |= {place[0] for a in found.scope.selection if (place := address_of(a + SUFFIX, CATALOG))}
    wanted = {kind for kind in CATALOG if not found.scope.selection or kind in selected or CATALOG[kind].access}
    return tuple(sorted([*(gap for gap in gaps if gap.kind in wanted), *found.deleted.unlisted]))


def _shown(outcome: Outcome) -> Iterator[Edit]:
    """All that a reader will see of values."""
    yield from (edit for change in outcome.changes for edit in change.edits)
    yield from (Edit((), change.actual, ABSENT) for change in outcome.changes if change.action == "delete")
    for row in outcome.conflicts:
        yield from (Edit(parted(row[1]), json.loads(text), ABSENT) for text in row[2:] if text)


def _made(changes: Iterable[Change]) -> dict[str, str]:
    """What the resources that come back are called by, with their addresses."""
    back = [change for change in changes if change.action in BACK]
    called = ((c, {c.id, *renewed(CATALOG[c.kind], c.id, c.desired or {})} - {""}) for c in back)
    return {name: c.address for c, names in called for name in names}


def _findings(found: Draft, changes: tuple[Change, ...]) -> Iterator[Finding]:
    lost = [t for t in found.trios if t.desired and not t.actual and not found.scope.holds(t)]
    hidden = [t for t in found.trios if t.desired and not t.actual and found.deleted.hides(t.kind, t.id)]
    yield from findings.needed(changes, {trio.id or trio.address: trio.address for trio in (*lost, *hidden)})
