"""What a plan is about: everything that differs, read and paired.

In two steps, for only after pairing is it known what to look for among the deleted items: `load`, then `draft` once
more with what was found there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from entragit.errors import DocumentError
from entragit.git.history import MANIFEST
from entragit.git.objects import list_tree
from entragit.git.repository import Repository
from entragit.idmap import followed
from entragit.layout import SUFFIX, address_of
from entragit.planner import sides
from entragit.planner.asked import Asked, Deleted, Read
from entragit.planner.authored import completed, sources
from entragit.planner.backing import restorable
from entragit.planner.following import resolved, rewritten
from entragit.planner.pairing import Source, Trio, pair
from entragit.planner.rollback import comes_back, moving
from entragit.planner.scope import Scope, scope
from entragit.planner.selection import Places, selected
from entragit.planner.sides import Sides
from entragit.resources.base import Context
from entragit.resources.catalog import CATALOG
from entragit.state import State

NOT_LOOKED = Deleted()


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
    new = moving(first.trios, asked, read, first.scope, first.deleted).renewed
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
    trios = completed(resolved(pair(rewritten(found, ids), ids, loaded.sources), loaded.read.index))
    _check_single(trios, loaded.read)
    wanted = frozenset[str]().union(*(loaded.words[path] for path in loaded.asked.paths))
    selected_ = scope(wanted, trios, loaded.read.index.ids)
    back = restorable(deleted, trios, selected_, loaded.read)
    return Draft(replace(loaded, sides=found), ids, trios, selected_, back)


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
