"""What the snapshots know: ids, names, properties, former addresses.

Snapshots are canonical, so an id is a line of its own, and most files need no parsing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TypeVar

from entragit import document
from entragit.git.objects import Entry, list_tree, read_blobs, read_objects
from entragit.git.repository import Repository
from entragit.idmap import inner
from entragit.layout import Index, address_of, path_of
from entragit.model import Body
from entragit.resources.catalog import CATALOG
from entragit.resources.metadata import properties
from entragit.resources.well_known import apps, permissions
from entragit.validate import Known, texts, used

T = TypeVar("T")

_LINE = re.compile(rb"^(id|appId): (.+)$", re.MULTILINE)
_GONE = re.compile(rb"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\S*  # gone: (.+)$", re.MULTILINE)


def remembered(repo: Repository, tip: str | None, kept: Mapping[str, Entry]) -> Known:
    """What the last snapshot `tip` (None: there is none) and those before it know.

    `kept`: the files of a snapshot, perhaps an older one, that the checked tree has unchanged.
    """
    if tip is None:
        return Known(Index({}, apps(), permissions()))
    listing = list_tree(repo, tip)
    index, own = _index(repo, listing)
    other = {path: entry for path, entry in kept.items() if listing.get(path) != entry}
    same = {id_: path for path, id_ in own.items() if path in kept and path not in other}
    return Known(
        index=index,
        kept=same | {ids["id"]: path for path, _, ids, _ in _scan(repo, other) if "id" in ids},
        former=_former(repo, tip),
        properties=_of_kind(repo, listing, used),
        texts=_of_kind(repo, listing, texts),
    )


def _resources(listing: Mapping[str, Entry]) -> dict[str, tuple[str, str]]:
    """Path → (kind, address)."""
    return {path: found for path in listing if (found := address_of(path, CATALOG))}


def _scan(
    repo: Repository, listing: Mapping[str, Entry]
) -> Iterator[tuple[str, tuple[str, str], dict[str, str], bytes]]:
    """(path, (kind, address), id and appId, content) of every resource."""
    places = _resources(listing)
    blobs = read_blobs(repo, (listing[path].id for path in places))
    for (path, place), (_, data) in zip(places.items(), blobs, strict=True):
        yield path, place, _ids(data), data


def _ids(data: bytes) -> dict[str, str]:
    return {key.decode(): _text(text) for key, text in _LINE.findall(data)}


def _text(scalar: bytes) -> str:
    return str(document.parse(b"x: " + scalar)["x"]) if scalar.startswith(b'"') else scalar.decode()


def _index(repo: Repository, listing: Mapping[str, Entry]) -> tuple[Index, dict[str, str]]:
    """What ids are called, and path → id."""
    ids: dict[str, str] = {}
    paths: dict[str, str] = {}
    gone: dict[str, str] = {}
    app_ids, values = dict(apps()), dict(permissions())
    for path, (kind, address), own, data in _scan(repo, listing):
        if "id" in own:
            ids[own["id"]], paths[path] = address, own["id"]
        if "appId" in own and "appId" in properties(CATALOG[kind].type):
            # In the order of paths the principal comes after its application, and names it.
            app_ids[own["appId"]] = address
        if b"\n    value: " in data:
            values |= dict(_defined(document.parse(data, path)))
        gone |= {match[0].decode(): match[1].decode() for match in _GONE.findall(data)}
    parts = {part: address for id_, address in ids.items() if (part := inner(id_))}
    return Index(ids, app_ids, values, gone, inner=parts), paths


def _defined(body: Body) -> Iterator[tuple[str, str]]:
    """Id and value of the permissions that an application defines."""
    api = body.get("api", {})
    scopes = api.get("oauth2PermissionScopes", ()) if isinstance(api, dict) else ()
    for item in (*body.get("appRoles", ()), *scopes):
        if isinstance(item, dict) and "id" in item and "value" in item:
            yield str(item["id"]), str(item["value"])


def _former(repo: Repository, tip: str) -> Callable[[str, str], bool]:
    @cache
    def former(own: str, address: str) -> bool:
        found = address_of(f"{address}.yaml", CATALOG)
        if found is None:
            return False
        kind = CATALOG[found[0]]
        paths = {path_of(kind, address, own, shard) for shard in (False, True)}
        commits = repo.run("rev-list", "--first-parent", tip, "--", *paths).decode("ascii").split()
        names = (f"{commit}:{path}" for commit in commits for path in paths)
        return any(own in _ids(data).values() for _, type_, data in read_objects(repo, names) if type_ == "blob")

    return former


def _of_kind(
    repo: Repository, listing: Mapping[str, Entry], found: Callable[[Body], Iterator[T]]
) -> Callable[[str], frozenset[T]]:
    """Kind → all that `found` finds in its resources; they are read when somebody asks."""

    @cache
    def collected(kind: str) -> frozenset[T]:
        paths = [path for path, place in _resources(listing).items() if place[0] == kind]
        blobs = read_blobs(repo, (listing[path].id for path in paths))
        bodies = (document.parse(data, path) for path, (_, data) in zip(paths, blobs, strict=True))
        return frozenset(item for body in bodies for item in found(body))

    return collected
