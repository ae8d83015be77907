"""Files without an id: which commit first added them, and which object the state knows for that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from entragit import document
from entragit.errors import DocumentError
from entragit.git.objects import read_objects
from entragit.git.repository import Repository
from entragit.planner.pairing import Source, own_id
from entragit.planner.sides import Sides
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
