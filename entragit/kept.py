"""What of the last snapshot a run needs: its manifest, and old values for what could not be read."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping

from entragit import document, layout, manifest
from entragit.errors import RefusedError
from entragit.git.history import MANIFEST
from entragit.git.objects import FILE, list_tree, read_blobs, read_file
from entragit.git.repository import Repository
from entragit.model import Body, Coverage
from entragit.resources.catalog import CATALOG
from entragit.spool import Spool
from entragit.streams import resource_of

ByKind = dict[str, dict[str, str]]
"""Kind → path → blob id."""


def last_manifest(repo: Repository, commit: str | None, tenant_id: str) -> manifest.Manifest | None:
    """The manifest of the snapshot `commit`; None for none, and for a commit that is none (a first export's parent).

    Raises RefusedError for another tenant's snapshot: whatever is not in this tenant would seem deleted. Raises
    DocumentError for a format of a later version, whose kinds would.
    """
    data = read_file(repo, commit, MANIFEST) if commit else None
    if data is None:
        return None
    found = manifest.parse(data)
    if found.tenant_id != tenant_id.lower():
        raise RefusedError(
            f"the snapshot {commit} is of the tenant {found.tenant_id}, this is {tenant_id}; "
            "sign in to that tenant, or use the repository of this one"
        )
    return found


def keep(repo: Repository, commit: str | None, spool: Spool) -> None:
    """Fill the gaps of `spool` from the snapshot `commit` (None: there is none, so nothing to keep).

    A kind that wasn't read keeps all its resources, and so does a single resource that wasn't; a property or
    relationship keeps its value, resource by resource, where the resource is still in the tenant. Called again,
    another snapshot takes the first one's place.
    """
    spool.forget_kept()
    coverage = spool.coverage()
    if commit is None or not coverage.gaps:
        return
    files, streams = _files(repo, commit)
    for name in sorted({gap.kind for gap in coverage.gaps} & set(CATALOG)):
        spool.keep(name, _bodies(repo, files[name], _marks(coverage, name)))
        for _, data in read_blobs(repo, streams[name].values()):
            spool.add_stream(hashlib.sha256(data).hexdigest(), data)
        unread = {gap.id for gap in coverage.gaps if gap.kind == name and not gap.property}
        if unread:
            whole = (body for body in spool.kept_bodies(name) if unread & {"", body["id"]})
            spool.add(name, CATALOG[name].title, whole, old=True)


def _files(repo: Repository, commit: str) -> tuple[ByKind, ByKind]:
    """The files of the resources in `commit`, and those of their streams."""
    files: ByKind = defaultdict(dict)
    streams: ByKind = defaultdict(dict)
    for path, entry in list_tree(repo, commit).items():
        for held, place in ((files, path), (streams, resource_of(path, CATALOG))):
            found = layout.address_of(place, CATALOG) if place and entry.mode == FILE else None
            if found:
                held[found[0]][path] = entry.id
    return files, streams


def _marks(coverage: Coverage, kind: str) -> tuple[bytes, ...]:
    """Texts of which a file of `kind` holds one if it holds a value that is missed.

    A property that no run of this version reads is missed in every export and hardly ever there: looking for its name
    is some hundred times quicker than reading every file of the kind.
    """
    gaps = [gap for gap in coverage.gaps if gap.kind == kind]
    whole = any(gap.id or not gap.property for gap in gaps)
    return (b"",) if whole else tuple(gap.property.encode() for gap in gaps)


def _bodies(repo: Repository, files: Mapping[str, str], marks: tuple[bytes, ...]) -> Iterator[Body]:
    """The bodies of those `files` (path → blob id) that hold one of `marks`.

    Files without an id, which are only authored yet, are passed over.
    """
    for path, (_, data) in zip(files, read_blobs(repo, files.values()), strict=True):
        if any(mark in data for mark in marks):
            body = document.parse(data, path)
            if "id" in body:
                yield body
