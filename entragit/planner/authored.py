"""Files without an id: which commit first added them, which object the state knows for that, what they leave open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from entragit import document
from entragit.errors import DocumentError
from entragit.git.objects import read_objects
from entragit.git.repository import Repository
from entragit.planner.pairing import Source, Trio
from entragit.planner.sides import Side, Sides, own_id
from entragit.resources.catalog import CATALOG
from entragit.shapes import filled
from entragit.state import Authored


def sources(repo: Repository, commit: str, sides: Sides, known: Mapping[Authored, str]) -> dict[str, Source]:
    """Path → source of the files without an id that `sides` has in the commit `commit`. `known`: the state's."""
    paths = [side.path for key, side in sides.desired.items() if key[2]]
    return {path: _source(path, first, known) for path, first in _firsts(repo, commit, paths)}


def _source(path: str, first: str, known: Mapping[Authored, str]) -> Source:
    return Source(path, first, known.get(Authored(path, first), ""))


def _firsts(repo: Repository, commit: str, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Path → the commit that first added the file as it has been since: there, and without an id."""
    for path in paths:
        commits = repo.run("rev-list", "--topo-order", commit, "--", path).decode("ascii").split()
        found = commit
        for older, (_, type_, data) in zip(
            commits, read_objects(repo, (f"{older}:{path}" for older in commits)), strict=True
        ):
            if type_ != "blob" or _has_id(data, path):
                break
            found = older
        yield path, found


def _has_id(data: bytes, path: str) -> bool:
    """Whether a file that an older commit has is another than the one without an id; a broken one is."""
    try:
        return own_id(document.parse(data, path)) != ""
    except DocumentError:
        return True


def completed(trios: Iterable[Trio]) -> list[Trio]:
    """The resources, where a file without an id has what Graph made of all that it doesn't mention.

    The export that ends an apply writes that into the file; until then it must not look like something to take away.
    """
    return [replace(trio, desired=_completed(trio)) if trio.source and trio.actual else trio for trio in trios]


def _completed(trio: Trio) -> Side | None:
    if trio.desired is None or trio.actual is None:
        return trio.desired
    body = filled(CATALOG[trio.kind], trio.desired.body, trio.actual.body)
    return replace(trio.desired, body={name: value for name, value in body.items() if name != "id"})
