"""Whether the files of streams are those that the documents beside them speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from entragit.document import read
from entragit.errors import DocumentError
from entragit.git.objects import Entry, read_blobs
from entragit.git.repository import Repository
from entragit.layout import address_of
from entragit.resources.catalog import CATALOG
from entragit.streams import problems, resource_of, streams
from entragit.validate import Finding

Read = Mapping[str, bytes | Finding | None]
"""Path → content, why there is none to look at, or None for what is gone."""


def beside(repo: Repository, changed: Read, kept: Mapping[str, Entry]) -> Iterator[Finding]:
    """What is wrong with the streams of the resources that differ from a snapshot, themselves or in a file beside them.

    `changed`: the files that differ. `kept`: those that don't.
    """
    touched = {owner for path in changed if (owner := _owner(path))}
    known = {path: entry.id for path, entry in kept.items() if path in touched or resource_of(path, CATALOG) in touched}
    stored = dict(zip(known, (data for _, data in read_blobs(repo, known.values())), strict=True))
    broken = {path for path, found in changed.items() if isinstance(found, Finding)}
    files = {**stored, **{path: data for path, data in changed.items() if isinstance(data, bytes)}}
    for path in sorted(touched - {_owner(path) for path in broken}):
        place = address_of(path, CATALOG)
        held = {file: data for file, data in files.items() if resource_of(file, CATALOG) == path}
        try:
            body = read(files[path], path).body if path in files else {}
        except DocumentError:
            continue  # said already
        for file, message in problems(CATALOG[place[0]], body, path, held) if place else ():
            yield Finding(file, 0, 0, "error", message)


def _owner(path: str) -> str | None:
    place = address_of(path, CATALOG)
    return path if place and streams(CATALOG[place[0]]) else resource_of(path, CATALOG)
