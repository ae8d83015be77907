"""A spool as the difference to the last snapshot: the files that changed, and the message that says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from entragit import document, layout, manifest, streams
from entragit.errors import DocumentError
from entragit.git.history import MANIFEST
from entragit.git.objects import FILE, Entry, blob_id, list_tree, read_blobs
from entragit.git.repository import Repository
from entragit.kept import keep, last_manifest
from entragit.model import Body
from entragit.references import find
from entragit.resources.base import Context, ResourceType
from entragit.resources.catalog import CATALOG, FORMAT, ROOTS
from entragit.spool import Spool
from entragit.tree import Place, Shard, Tree, files, plant, written

CHUNK = 500
"""How many files are in memory at once while the last known names of what is gone are looked up."""

UNKNOWN = b"  # unknown"

Files = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What differs from the last snapshot, and the message of the commit that holds it.

    `changes`: (path, content), deletions (None) last; to be consumed once. `index`: what ids mean in the tenant.
    """

    message: str
    changes: Iterator[tuple[str, bytes | None]]
    index: layout.Index


def render(repo: Repository, base: str | None, spool: Spool, shard: Shard, context: Context) -> Rendered:
    """What `spool` differs by from the tenant files of the snapshot `base` (None: there is none).

    What could not be read keeps the values that it has in `base`. Changed files are written to the spool first, so
    that the message can say what changed. Raises RefusedError and DocumentError where `last_manifest` does.
    """
    last_manifest(repo, base, context.tenant_id)
    keep(repo, base, spool)
    last = _tenant_files(repo, base)
    tree = plant(spool, shard)
    seen: set[str] = set()
    spool.write(_changed(repo, last, seen, _all(repo, last, spool, tree, context)))
    removed = sorted(last.keys() - seen)
    words = {path: "changed" if path in last else "added" for path in spool.written_paths()}
    message = _message(words | dict.fromkeys(removed, "removed"), base is None)
    return Rendered(message, _chained(spool, removed), tree.index)


def _chained(spool: Spool, removed: list[str]) -> Iterator[tuple[str, bytes | None]]:
    yield from spool.written()
    for path in removed:
        yield path, None


def _tenant_files(repo: Repository, commit: str | None) -> dict[str, Entry]:
    entries = list_tree(repo, commit) if commit else {}
    return {path: entry for path, entry in entries.items() if path == MANIFEST or path.split("/")[0] in ROOTS}


def _changed(
    repo: Repository, last: Files, seen: set[str], found: Iterator[tuple[str, bytes]]
) -> Iterator[tuple[str, bytes]]:
    """Those of `found` that `last` doesn't hold as they are; `seen` collects all paths."""
    for path, data in found:
        seen.add(path)
        if last.get(path) != Entry(FILE, blob_id(repo, data)):
            yield path, data


def _all(repo: Repository, last: Files, spool: Spool, tree: Tree, context: Context) -> Iterator[tuple[str, bytes]]:
    """Every file of the snapshot: the resources in the order of their paths, then the manifest."""
    resources = files(spool, tree, context)
    moved = _moved(repo, last, tree)
    while chunk := list(islice(resources, CHUNK)):
        yield from _with_last_names(repo, last, moved, tree, chunk)
        for place, body in chunk:
            yield from _streams(spool, place, body)
    yield MANIFEST, manifest.emit(manifest.Manifest(FORMAT, context.tenant_id, spool.coverage()))


def _streams(spool: Spool, place: Place, body: Body) -> Iterator[tuple[str, bytes]]:
    """The files of a resource's streams. Raises DocumentError where an older snapshot lacks one that it speaks of."""
    for path, (_, value) in streams.files(CATALOG[place.kind], body, place.path).items():
        data = spool.stream(value["sha256"])
        if data is None:
            raise DocumentError("is missing in the last snapshot; see `git fsck`", path)
        yield path, data


def _moved(repo: Repository, last: Files, tree: Tree) -> Callable[[str], Mapping[bytes, str]]:
    """Kind → the line of an id → path in `last`, of resources that stood where none stands now; read when asked."""

    @cache
    def moved(kind: str) -> Mapping[bytes, str]:
        taken = {place.path for place in tree.places if place.kind == kind}
        left = [path for path in last if _kind(path) == kind and path not in taken]
        found = zip(left, (data for _, data in read_blobs(repo, (last[path].id for path in left))), strict=True)
        # Snapshots are canonical, so an id is a line of its own.
        return {line: path for path, data in found for line in data.splitlines() if line.startswith(b"id: ")}

    return moved


def _with_last_names(
    repo: Repository,
    last: Files,
    moved: Callable[[str], Mapping[bytes, str]],
    tree: Tree,
    chunk: list[tuple[Place, Body]],
) -> Iterator[tuple[str, bytes]]:
    """The files of `chunk`; what a reference names that isn't there any more is called as the last snapshot did."""
    drafts = [(place, body, written(place, body, tree.index)) for place, body in chunk]
    asked = {}
    for place, body, data in drafts:
        if UNKNOWN in data:
            line = document.emit({"id": body.get("id")}).rstrip()
            asked[place] = place.path if place.path in last else moved(place.kind).get(line, "")
    asked = {place: path for place, path in asked.items() if path}
    blobs = dict(zip(asked, (data for _, data in read_blobs(repo, (last[p].id for p in asked.values()))), strict=True))
    for place, body, data in drafts:
        names = _names(CATALOG[place.kind], blobs[place], asked[place]) if place in blobs else {}
        yield place.path, written(place, body, replace(tree.index, gone=names)) if names else data


def _names(kind: ResourceType, data: bytes, path: str) -> dict[str, str]:
    """Id → the address that a comment in an older file gives it, whether it was there then or gone already."""
    found = document.read(data, path)
    comments = {comment.path: comment.comment.removeprefix("gone: ") for comment in found.comments}
    named = {reference.id: comments.get(reference.path, "") for reference in find(kind, found.body)}
    return {id: address for id, address in named.items() if layout.address_of(address + layout.SUFFIX, CATALOG)}


def _message(words: Mapping[str, str], first: bool) -> str:
    """Subject and body of a snapshot's commit, from path → "added", "changed" or "removed"."""
    beside = {path for path in words if streams.resource_of(path, CATALOG)}
    resources = {path: word for path, word in words.items() if path != MANIFEST and path not in beside}
    if first:
        subject = f"First snapshot: {len(resources)} resources"
    elif not resources:
        subject = "Snapshot: what could be read changed"
    elif len(resources) == 1:
        (path,) = resources
        subject = f"Snapshot: {_address(path)} {resources[path]}"
    else:
        subject = f"Snapshot: {_counted(Counter(resources.values()))}"
    kinds: dict[str, Counter[str]] = {}
    for path, word in resources.items():
        kinds.setdefault(_kind(path), Counter())[word] += 1
    return "\n".join([subject, "", *(f"{kind}: {_counted(kinds[kind])}" for kind in sorted(kinds))]).rstrip() + "\n"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[word]} {word}" for word in ("added", "changed", "removed") if counts[word])


def _kind(path: str) -> str:
    found = layout.address_of(path, CATALOG)
    return found[0] if found else path


def _address(path: str) -> str:
    found = layout.address_of(path, CATALOG)
    return found[1] if found else path
