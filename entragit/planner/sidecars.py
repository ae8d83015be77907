"""Whether the files of streams in a desired tree are those that its documents speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from entragit.document import parse
from entragit.errors import DocumentError
from entragit.git.objects import FILE, Entry, read_blobs
from entragit.git.repository import Repository
from entragit.layout import address_of
from entragit.resources.catalog import CATALOG
from entragit.streams import problems, resource_of, streams


def check(repo: Repository, listing: Mapping[str, Entry], before: Mapping[str, str]) -> None:
    """Raise DocumentError for a stream of `listing` that isn't what its document says, or that none speaks of.

    Only resources that aren't in `before` (path → blob id) as they are, or whose streams aren't, are looked at.
    """
    beside: dict[str, list[str]] = defaultdict(list)
    for path in listing:
        if owner := resource_of(path, CATALOG):
            beside[owner].append(path)
    for path in sorted({*_touched(listing, before)}):
        _check(repo, {file: listing[file] for file in (path, *beside[path]) if file in listing}, path)


def _touched(listing: Mapping[str, Entry], before: Mapping[str, str]) -> Iterator[str]:
    """The documents that have changed, or a file beside which has, or has gone."""
    changed = (path for path, entry in listing.items() if before.get(path) != entry.id or entry.mode != FILE)
    for path in (*changed, *(before.keys() - listing.keys())):
        place = address_of(path, CATALOG)
        if owner := path if place and streams(CATALOG[place[0]]) else resource_of(path, CATALOG):
            yield owner


def _check(repo: Repository, files: Mapping[str, Entry], path: str) -> None:
    for file, entry in files.items():
        if entry.mode != FILE:
            raise DocumentError(f"no plain file (mode {entry.mode}); make it one with mode {FILE}", file)
    read = read_blobs(repo, (entry.id for entry in files.values()))
    held = dict(zip(files, (data for _, data in read), strict=True))
    place = address_of(path, CATALOG)
    if place is None:
        return
    body = parse(held.pop(path), path) if path in held else {}
    for file, message in problems(CATALOG[place[0]], body, path, held):
        raise DocumentError(message, file)
