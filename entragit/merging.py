"""Merges a snapshot into a branch by value: what the branch changed since its BASE, what the tenant did, file by file.

A file that the branch didn't touch is the snapshot's, to the byte; so is one that it touched and that came out as the
tenant has it. Everything else is rendered as a snapshot would be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from entragit import schema
from entragit.canonical import same
from entragit.errors import DocumentError
from entragit.git.history import MANIFEST
from entragit.git.objects import Entry, list_tree, read_blobs, read_file
from entragit.git.repository import Repository
from entragit.idmap import followed
from entragit.layout import SUFFIX, Index, address_of
from entragit.merge import Merged, Take, merge
from entragit.model import Body
from entragit.normalize import normalize
from entragit.planner.authored import completed, sources
from entragit.planner.following import resolved, rewritten
from entragit.planner.pairing import Trio, pair
from entragit.planner.sides import Side, read
from entragit.publisher import Merging, Standing
from entragit.references import find
from entragit.render.conflicts import sentences
from entragit.resources.base import Context, ResourceType
from entragit.resources.catalog import CATALOG, ROOTS
from entragit.sidecars import Held, held
from entragit.streams import files as files_of
from entragit.streams import resource_of
from entragit.tree import Place, written

Files = Mapping[str, Entry]


class _File(NamedTuple):
    """A file of the merged tree that isn't the snapshot's; `data` None: the resource has none any more.

    `old`: where the snapshot has the resource ("": nowhere). `streams`: the files beside it.
    """

    path: str
    old: str
    data: bytes | None
    streams: tuple[tuple[str, bytes], ...] = ()


class _World(NamedTuple):
    """What every file is merged with: the branch's name, the `meaning` of ids in the snapshot, the tenant, who wins.

    `held`: the bytes of streams of both.
    """

    branch: str
    meaning: Index
    context: Context
    take: Mapping[str, Take]
    held: Held


def merge_files(
    repo: Repository,
    standing: Standing,
    snapshot: str,
    index: Index,
    context: Context,
    take: Mapping[str, Take] = MappingProxyType({}),
) -> Merging:
    """The branch of `standing` and `snapshot`, whose ids `index` knows, together.

    `take`: address → the side that wins its conflicts, where a person has decided.

    A file of the branch that can't be read is a conflict, and so is a result that no file may hold.
    """
    tip = standing.branch_tip or ""
    ours, theirs = held(repo, tip), held(repo, snapshot)
    world = _World(standing.branch, index, context, take, lambda sha256: ours(sha256) or theirs(sha256))
    listing = list_tree(repo, snapshot)
    files: list[_File] = []
    conflicts: list[str] = []
    try:
        for trio in _trios(repo, standing, tip, snapshot, listing, world):
            found = _merged(repo, tip, trio, world)
            files += [found] if isinstance(found, _File) else []
            conflicts += found if isinstance(found, list) else []
    except DocumentError as error:
        conflicts.append(f"{standing.branch} can't be merged: {error}")
    conflicts += _collisions(listing, files)
    left = {file.old for file in files if file.old and (file.data is None or file.path != file.old)}
    left |= {path for path in listing if resource_of(path, CATALOG) in {file.old for file in files}}
    new = [pair for file in files if file.data is not None for pair in ((file.path, file.data), *file.streams)]
    gone = [(path, None) for path in sorted(left - {path for path, _ in new})]
    return Merging([*gone, *new], tuple(conflicts))


def _trios(
    repo: Repository, standing: Standing, tip: str, snapshot: str, listing: Files, world: _World
) -> Iterator[Trio]:
    """The resources that the branch changed since BASE, each with what the tenant made of it."""
    changed = _changed(repo, list_tree(repo, standing.base) if standing.base else {}, listing)
    sides = read(repo, standing.base, tip, changed, world.context)
    ids = followed(standing.state.id_map, world.meaning.ids.__contains__)
    sides = rewritten(sides, ids)
    trios = pair(sides, ids, sources(repo, tip, sides, standing.state.authored))
    known = completed(resolved(trios, world.meaning))
    return (trio for trio in known if not _alike(_body(trio.base), _body(trio.desired)))


def _changed(repo: Repository, before: Files, after: Files) -> dict[str, bytes | None]:
    """The snapshot's files where they aren't BASE's, as a comparison takes them."""
    ours = {path: entry.id for path, entry in after.items() if _is_tenants(path) and before.get(path) != entry}
    gone = {path: None for path in before if _is_tenants(path) and path not in after}
    return {**dict(zip(ours, (data for _, data in read_blobs(repo, ours.values())), strict=True)), **gone}


def _is_tenants(path: str) -> bool:
    return path == MANIFEST or path.split("/")[0] in ROOTS


def _body(side: Side | None, id_: str = "") -> Body | None:
    """A side's body, under the id that counts now."""
    if side is None:
        return None
    return {**side.body, "id": id_} if id_ and "id" in side.body else side.body


def _alike(one: Body | None, other: Body | None) -> bool:
    return one is other if one is None or other is None else same(one, other)


def _merged(repo: Repository, tip: str, trio: Trio, world: _World) -> _File | list[str] | None:
    """The file of one resource, or why a person has to decide; None where it is the snapshot's."""
    kind, tenant, mine = CATALOG[trio.kind], trio.actual, trio.desired
    base, git, theirs = (_body(side, trio.id if tenant else "") for side in (trio.base, mine, tenant))
    take = next((world.take[place] for place in sorted(trio.addresses) if place in world.take), None)
    found = merge(kind, base, git, theirs, take)
    if problems := list(_problems(trio, kind, found, (base, git, theirs), world)):
        return problems
    old = tenant.path if tenant else ""
    if found.body is None or mine is None:
        return _File(old, old, None) if old else None
    if _alike(found.body, theirs):
        return None
    if trio.source and tenant is None:  # nothing is made of it yet, so that its words stay its author's
        return _File(mine.path, "", read_file(repo, tip, mine.path), tuple(_streams(kind, mine.body, mine.path, world)))
    place = Place(_path(kind, mine, trio), trio.kind, trio.id)
    gone = {**_last_names(kind, trio.base), **_last_names(kind, tenant)}
    beside = tuple(_streams(kind, found.body, place.path, world))
    return _File(place.path, old, written(place, found.body, replace(world.meaning, gone=gone)), beside)


def _streams(kind: ResourceType, body: Body, path: str, world: _World) -> Iterator[tuple[str, bytes]]:
    """The files of a merged resource's streams: each is one side's. Raises DocumentError where its bytes are lost."""
    for file, (_, value) in files_of(kind, body, path).items():
        data = world.held(str(value.get("sha256")))
        if data is None:
            raise DocumentError("is missing; see `git fsck`", file)
        yield file, data


def _path(kind: ResourceType, mine: Side, trio: Trio) -> str:
    """Where the merged resource stands: where the tenant has it, or where the branch has put it with a new title."""
    tenant, base = trio.actual, trio.base
    if tenant is None:
        return mine.path
    renamed = kind.title and mine.body.get(kind.title) != tenant.body.get(kind.title)
    return mine.path if renamed and base and mine.path != base.path else tenant.path


def _last_names(kind: ResourceType, side: Side | None) -> dict[str, str]:
    """Id → address, as the comments of a snapshot's file say."""
    if side is None:
        return {}
    said = {comment.text: comment.comment.removeprefix("gone: ") for comment in side.comments}
    named = {reference.id: said.get(reference.text, "") for reference in find(kind, side.body)}
    return {id_: address for id_, address in named.items() if address_of(address + SUFFIX, CATALOG)}


def _problems(
    trio: Trio, kind: ResourceType, found: Merged, sides: Sequence[Body | None], world: _World
) -> Iterator[str]:
    """Why a person has to decide: conflicts, and what is wrong with a body that is neither side's."""
    names = {
        reference.text: world.meaning.comment(reference.reference.by, reference.id)
        for body in (sides if found.conflicts else ())
        for reference in find(kind, body or {})
    }
    for conflict in found.conflicts:
        yield from sentences(kind, trio.address, conflict, world.branch, names)
    if found.conflicts or found.body is None or any(_alike(found.body, side) for side in sides):
        return
    known = {problem for side in sides if side is not None for problem in schema.check(kind, side)}
    for problem in schema.check(kind, found.body):
        if problem not in known:
            yield f"{trio.address}: merged with the tenant's changes, {problem.message}"
    if normalize(kind, found.body, world.context) != found.body:
        yield f"{trio.address}: merged with the tenant's changes it holds values that a resource of its sort can't have"


def _collisions(listing: Files, files: Sequence[_File]) -> Iterator[str]:
    """What would stand where something else stands, on a disk that ignores case too."""
    left = {file.old for file in files}
    taken = {path.lower(): path for path in listing if _is_tenants(path) and path not in left}
    for file in files:
        if file.data is None:
            continue
        if other := taken.get(file.path.lower()):
            yield f"{file.path} is in the way of {other}, which is another resource; give it another name"
        taken[file.path.lower()] = file.path
