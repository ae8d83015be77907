"""Makes a plan: reads what differs, pairs it, lets desired win or merges it, and asks ledger and guards.

In three steps, for only after the first is it known what to look for among the deleted items: `load`, `draft`, `plan`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from entragit import references
from entragit.errors import DocumentError, UsageError
from entragit.git.history import MANIFEST
from entragit.git.objects import list_tree
from entragit.git.repository import Repository
from entragit.idmap import followed
from entragit.layout import SUFFIX, address_of
from entragit.ledger import ledger
from entragit.model import ABSENT, Edit, Gap
from entragit.plan import Change, Finding, Plan, Take
from entragit.planner import findings, said, sides
from entragit.planner.asked import Asked, Deleted, Guards, Outcome, Read, unguarded
from entragit.planner.authored import sources
from entragit.planner.following import renewed, resolved, rewritten, used
from entragit.planner.pairing import Source, Trio, pair
from entragit.planner.rollback import comes_back, moving, rollback
from entragit.planner.scope import Scope, scope
from entragit.planner.selection import Places, selected
from entragit.planner.sides import Sides
from entragit.planner.threeway import threeway
from entragit.resources.base import Context, Reference
from entragit.resources.catalog import CATALOG
from entragit.shapes import WriteContext, writable
from entragit.state import State

NOT_LOOKED = Deleted()

BACK = ("create", "restore")
"""The actions by which something comes back to the tenant."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What differs between base, desired and tenant, read and not compared yet. `words`: PATH → what it means."""

    asked: Asked
    read: Read
    state: State
    sides: Sides
    sources: Mapping[str, Source]
    words: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """The resources of a plan, paired. `ids`: old id → the one that counts."""

    loaded: Loaded
    ids: Mapping[str, str]
    trios: list[Trio]
    scope: Scope
    deleted: Deleted


def load(repo: Repository, asked: Asked, read: Read, state: State) -> Loaded:
    """Read what differs.

    Raises UsageError for a PATH that names nothing, DocumentError for a file of the commit that can't be read.
    """
    context = Context(read.tenant_id)
    found = sides.read(repo, asked.base, asked.commit, read.changed, context)
    words = [*asked.paths, *(path for _, path in asked.take)]
    meaning = {word: frozenset({word}) for word in words}
    if words and not asked.exact:
        meaning = selected(repo, words, _places(repo, asked, read, state, found))
    return Loaded(asked, read, state, found, sources(repo, asked.commit, found, state.authored), meaning)


def _places(repo: Repository, asked: Asked, read: Read, state: State, found: Sides) -> Places:
    paths = {*list_tree(repo, asked.base), *list_tree(repo, asked.commit), *read.changed} - {MANIFEST}
    files = {path: place[1] for path in paths if (place := address_of(path, CATALOG))}
    known = {**found.base, **found.desired}
    ids = {key[1]: side.address for key, side in known.items() if key[1]} | dict(read.index.ids)
    current = followed(state.id_map, ids.__contains__)
    ids |= {old: ids[new] for old, new in current.items() if new in ids}
    titles: dict[str, set[str]] = {}
    for (kind, _, _), side in found.desired.items():
        titles.setdefault(str(side.body.get(CATALOG[kind].title, "")), set()).add(side.address)

    def titled(title: str) -> frozenset[str]:
        return frozenset(titles.get(title, ())) | read.titled(title) if title else frozenset()

    return Places(files, ids, titled)


def draft(repo: Repository, loaded: Loaded, deleted: Deleted = NOT_LOOKED) -> Draft:
    """Pair what was read. `deleted`: once it is known what to look for there, and was looked for."""
    asked, read = loaded.asked, loaded.read
    here = (read.index.ids, read.index.app_ids, deleted.kinds)
    ids = followed(loaded.state.id_map, lambda id_: any(id_ in known for known in here))
    found = loaded.sides
    if asked.mode == "merge":
        return _drafted(loaded, found, ids, deleted)
    found = _with_naming(repo, loaded, found, frozenset(ids))
    first = _drafted(loaded, found, ids, deleted)
    new = moving(first.trios, asked, read, first.scope, deleted).renewed
    return _drafted(loaded, _with_naming(repo, loaded, found, new), ids, deleted) if new else first


def _with_naming(repo: Repository, loaded: Loaded, found: Sides, ids: frozenset[str]) -> Sides:
    """The sides with those untouched files, too, that name one of `ids`: what they name is about to change."""
    more = sides.naming(repo, loaded.asked.commit, found, ids, Context(loaded.read.tenant_id)) if ids else {}
    return replace(
        found,
        base={**found.base, **more},
        desired={**found.desired, **more},
        actual={**found.actual, **more},
    )


def _drafted(loaded: Loaded, found: Sides, ids: Mapping[str, str], deleted: Deleted) -> Draft:
    trios = resolved(pair(rewritten(found, ids), ids, loaded.sources), loaded.read.index)
    _check_single(trios, loaded.read)
    wanted = frozenset[str]().union(*(loaded.words[path] for path in loaded.asked.paths))
    return Draft(replace(loaded, sides=found), ids, trios, scope(wanted, trios, loaded.read.index.ids), deleted)


def _check_single(trios: Iterable[Trio], read: Read) -> None:
    """Refuse a file whose object is also that of a file which wasn't read, for nobody has touched it."""
    for trio in trios:
        other = read.index.ids.get(trio.id, "") if trio.desired and not trio.actual else ""
        place = address_of(other + SUFFIX, CATALOG)
        if trio.desired and place and place[0] == trio.kind:
            raise DocumentError(
                f"is the same object as {other}, by what the state knows of ids; remove one of the two files",
                trio.desired.path,
            )


def missing(found: Draft) -> frozenset[str]:
    """The kinds of which something desired isn't in the tenant and could be among the deleted items."""
    asked, read = found.loaded.asked, found.loaded.read
    lost = comes_back(found.trios, asked, read, found.scope)
    return frozenset(trio.kind for trio in lost if trio.id and CATALOG[trio.kind].writes.restore)


def plan(
    found: Draft, *, guards: Guards = unguarded, permissions: frozenset[str] | None = None, advice: bool = False
) -> Plan:
    """The plan of a draft. `permissions`: of the token that shall apply it, None if unknown; `advice`: see `Plan`."""
    loaded = found.loaded
    asked, read = loaded.asked, loaded.read
    outcome, context = _settled(found, permissions)
    doable = [done for change in outcome.changes if (done := writable(CATALOG[change.kind], change, context))]
    made = Plan(
        tenant_id=read.tenant_id.lower(),
        commit=asked.commit,
        base=asked.base,
        mode=asked.mode,
        selection=tuple(sorted(found.scope.selection)),
        prune=tuple(sorted(asked.prune)),
        take=_takes(loaded),
        changes=tuple(sorted(doable, key=lambda change: change.key)),
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


def _settled(found: Draft, permissions: frozenset[str] | None) -> tuple[Outcome, WriteContext]:
    """What is wanted, once nothing follows or names what can't be made."""
    unmade: frozenset[str] = frozenset()
    while True:
        outcome = _outcome(found, unmade)
        context = _context(found, outcome.changes, permissions, unmade)
        lost = [c for c in outcome.changes if c.action in BACK and not writable(CATALOG[c.kind], c, context)]
        names = frozenset(_made(lost))
        if names <= unmade:
            return outcome, context
        unmade |= names


def _context(
    found: Draft, changes: Iterable[Change], permissions: frozenset[str] | None, unmade: frozenset[str]
) -> WriteContext:
    """What writing must know. An id is gone if its kinds were read, and neither the tenant nor desired has it."""
    asked, read = found.loaded.asked, found.loaded.read
    known = {*read.index.ids, *read.index.app_ids, *(trio.id for trio in found.trios if trio.desired), *_made(changes)}
    gone = {
        reference.id
        for change in changes
        for reference in references.find(CATALOG[change.kind], change.desired or {})
        if reference.id not in known and _would_show(reference.reference, read)
    }
    covered = asked.before.both(read.covered)
    return WriteContext(read.tenant_id, gone=frozenset(gone | unmade), permissions=permissions, coverage=covered)


def _would_show(reference: Reference, read: Read) -> bool:
    return reference.by != "permission" and all(read.covered.covers(kind) for kind in reference.to)


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
        yield from (Edit((), json.loads(text), ABSENT) for text in row[2:] if text)


def _made(changes: Iterable[Change]) -> dict[str, str]:
    """What the resources that come back are called by, with their addresses."""
    back = [change for change in changes if change.action in BACK]
    return {name: c.address for c in back for name in renewed(CATALOG[c.kind], c.id, c.desired or {})}


def _findings(found: Draft, changes: tuple[Change, ...]) -> Iterator[Finding]:
    yield from findings.names_taken(changes, found.trios)
    lost = [t for t in found.trios if t.desired and not t.actual and not found.scope.holds(t)]
    hidden = [t for t in found.trios if t.desired and not t.actual and found.deleted.hides(t.kind, t.id)]
    yield from findings.needed(changes, {trio.id or trio.address: trio.address for trio in (*lost, *hidden)})
