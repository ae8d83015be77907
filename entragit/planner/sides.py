"""The three sides of a comparison: which files differ between them, read once each, paired by id."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from entragit.document import Comment, Document, emit
from entragit.document import read as read_document
from entragit.errors import DocumentError
from entragit.git.history import MANIFEST
from entragit.git.objects import FILE, Entry, blob_id, list_tree, read_blobs
from entragit.git.repository import Repository
from entragit.layout import address_of
from entragit.model import Body
from entragit.normalize import normalize
from entragit.planner import sidecars
from entragit.resources.base import Context, ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.fields import of
from entragit.validate import misplaced

_GUID = re.compile(rb"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")

Key = tuple[str, str, str]
"""(kind, id, "") of a resource, (kind, "", "") of a singleton, (kind, "", address) of one that is only authored yet."""


@dataclass(frozen=True, slots=True)
class Side:
    """One resource as one side has it; `body` is canonical, whoever wrote the file, and in whatever format."""

    path: str
    address: str
    body: Body
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """The resources that may differ; one that is the same file on all three sides is left out.

    `kinds`: the kinds of all files that differ.
    """

    base: Mapping[Key, Side]
    desired: Mapping[Key, Side]
    actual: Mapping[Key, Side]
    kinds: frozenset[str]


Files = Mapping[str, str]
"""Path → blob id."""


def read(
    repo: Repository, base: str | None, desired: str, changed: Mapping[str, bytes | None], context: Context
) -> Sides:
    """Read what differs. `changed`: the files of the tenant as it is now, where they aren't `base`'s (None: gone).

    A commit without a manifest counts as an empty snapshot (design section 4). Raises DocumentError for a file of
    `desired` that can't be read, belongs to no kind, is no plain file, or repeats another's id.
    """
    listing, wanted = list_tree(repo, base) if base else {}, list_tree(repo, desired)
    overlay = {path: None if data is None else blob_id(repo, data) for path, data in changed.items()}
    standing = _ids(listing)
    old = standing if MANIFEST in listing else {}
    now = {path: blob for path, blob in {**standing, **overlay}.items() if blob is not None}
    _check_plain(wanted)
    sidecars.check(repo, wanted, old)
    places = dict(_differing(old, _ids(wanted), now))
    sides = [{path: files[path] for path in places if path in files} for files in (old, _ids(wanted), now)]
    contents = {blob_id(repo, data): data for data in changed.values() if data is not None}
    documents = _documents(repo, sides, contents)
    was, wants, has = (_paired(side, places, documents, context) for side in sides)
    _reject_copies(repo, {path: blob for path, blob in old.items() if path not in places}, was, wants)
    return Sides(was, wants, has, frozenset(kind for kind, _ in places.values()))


def naming(repo: Repository, commit: str, known: Sides, ids: Collection[str], context: Context) -> dict[Key, Side]:
    """The resources of `commit` that `known` left out, for all sides have the same file, and that name one of `ids`.

    `ids` are GUIDs, in lower case; a file may hold them without dashes.
    """
    touched = {side.path for part in (known.base, known.desired, known.actual) for side in part.values()}
    listing = {path: blob for path, blob in _ids(list_tree(repo, commit)).items() if path not in touched}
    places = {path: place for path in listing if (place := address_of(path, CATALOG))}
    found: dict[str, str] = {}
    documents: dict[str, Document] = {}
    wanted = {id_.replace("-", "").encode() for id_ in ids}
    for path, (blob, data) in zip(places, read_blobs(repo, (listing[path] for path in places)), strict=True):
        if any(match.replace(b"-", b"").lower() in wanted for match in _GUID.findall(data)):
            found[path] = blob
            documents[blob] = read_document(data, path)
    return _paired(found, places, documents, context)


def _ids(listing: Mapping[str, Entry]) -> Files:
    return {path: entry.id for path, entry in listing.items()}


def _differing(*sides: Files) -> Iterator[tuple[str, tuple[str, str]]]:
    """(path, (kind, address)) of the resources' files that aren't the same on all sides."""
    old, desired, _ = sides
    for path in sorted(set().union(*sides)):
        if len({side.get(path) for side in sides}) == 1:
            continue
        if place := address_of(path, CATALOG):
            yield path, place
        elif path in desired and desired.get(path) != old.get(path) and misplaced(path):
            raise DocumentError("belongs to no kind; see where it should be with `entragit validate`", path)


def _check_plain(wanted: Mapping[str, Entry]) -> None:
    for path, entry in wanted.items():
        if entry.mode != FILE and address_of(path, CATALOG):
            raise DocumentError(f"no plain file (mode {entry.mode}); make it one with mode {FILE}", path)


def _documents(repo: Repository, sides: list[dict[str, str]], contents: Mapping[str, bytes]) -> dict[str, Document]:
    """Blob id → document."""
    paths = {blob: path for side in sides for path, blob in side.items()}
    documents = {blob: read_document(data, paths[blob]) for blob, data in contents.items() if blob in paths}
    missing = [blob for blob in paths if blob not in documents]
    return documents | {blob: read_document(data, paths[blob]) for blob, data in read_blobs(repo, missing)}


def _paired(
    files: Files, places: Mapping[str, tuple[str, str]], documents: Mapping[str, Document], context: Context
) -> dict[Key, Side]:
    found: dict[Key, Side] = {}
    for path, blob in files.items():
        kind, address = places[path]
        body = _canonical(CATALOG[kind], documents[blob].body, context)
        key = _key(kind, address, body)
        if key in found:
            raise DocumentError(_copied(key, found[key].path), path)
        found[key] = Side(path, address, body, documents[blob].comments)
    return found


def _canonical(kind: ResourceType, body: Body, context: Context) -> Body:
    """A body that a person or an older format may have written, as an export would write it today."""
    known = of(kind, body)
    return normalize(kind, {k: v for k, v in body.items() if k not in known or not known[k].noise}, context)


def own_id(body: Body) -> str:
    """The id in a body; "" where there is none."""
    found = body.get("id")
    return found if isinstance(found, str) else ""


def _key(kind: str, address: str, body: Body) -> Key:
    if CATALOG[kind].shape == "singleton":
        return kind, "", ""
    own = own_id(body)
    return (kind, own, "") if own else (kind, "", address)


def _reject_copies(repo: Repository, untouched: Files, base: Mapping[Key, Side], desired: Mapping[Key, Side]) -> None:
    """Refuse a new file that has the id of one that nobody touched, which therefore isn't among those that were read.

    Snapshots are canonical, so an id is a line of its own.
    """
    new = {key: side for key, side in desired.items() if key not in base and key[1]}
    lines = {(key[0], emit({"id": key[1]})): key for key in new}
    kinds = {key[0] for key in new}
    homes = {path: place[0] for path in (untouched if new else ()) if (place := address_of(path, CATALOG))}
    suspects = {untouched[path]: path for path, kind in homes.items() if kind in kinds}
    for blob, data in read_blobs(repo, suspects):
        path = suspects[blob]
        for line in (line for line in data.splitlines(keepends=True) if line.startswith(b"id: ")):
            if key := lines.get((homes[path], line)):
                raise DocumentError(_copied(key, path), new[key].path)


def _copied(key: Key, path: str) -> str:
    return f"the id {key[1]} is already that of {path}; remove `id` to create another object, or one of the two files"
