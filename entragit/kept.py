"""Old values for what could not be read: the last snapshot's, put into the spool beside what was read."""

from __future__ import annotations

from collections.abc import Iterator

from entragit import document, layout
from entragit.git.objects import FILE, list_tree, read_blobs
from entragit.git.repository import Repository
from entragit.model import Body
from entragit.resources.catalog import CATALOG
from entragit.spool import Spool


def keep(repo: Repository, commit: str | None, spool: Spool) -> None:
    """Fill the gaps of `spool` from the snapshot `commit` (None: there is none, so nothing to keep).

    A kind that wasn't read keeps all its resources; a property or relationship keeps its value, resource by
    resource, where the resource is still in the tenant. Called again, another snapshot takes the first one's place.
    """
    spool.forget_kept()
    coverage = spool.coverage()
    if commit is None or not coverage.gaps:
        return
    for name in sorted({gap.kind for gap in coverage.gaps} & set(CATALOG)):
        spool.keep(name, bodies_of(repo, commit, name))
        if not coverage.covers(name):
            spool.add(name, CATALOG[name].title, spool.kept_bodies(name))


def bodies_of(repo: Repository, commit: str, kind: str) -> Iterator[Body]:
    """The bodies of a kind in a commit; files without an id, which are only authored yet, are passed over."""
    entries = list_tree(repo, commit)
    paths = {path: entry.id for path, entry in entries.items() if entry.mode == FILE and _kind(path) == kind}
    for path, (_, data) in zip(paths, read_blobs(repo, paths.values()), strict=True):
        body = document.parse(data, path)
        if "id" in body:
            yield body


def _kind(path: str) -> str | None:
    found = layout.address_of(path, CATALOG)
    return found[0] if found else None
