"""A spool as the files of a snapshot: addresses first, then each file's bytes in the order of their paths.

The index (id, address, path of every resource) is all that memory holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from entragit import document, layout
from entragit.errors import DocumentError
from entragit.idmap import inner
from entragit.model import Body, Coverage, Raw
from entragit.normalize import normalize
from entragit.references import notes
from entragit.resources.base import ONE, Context, ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.metadata import properties
from entragit.resources.well_known import apps, permissions
from entragit.spool import Spool

Shard = Mapping[str, bool]
"""Kind → whether its files stand in folders by the first two hex digits of the id; others as the catalog says."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a resource stands."""

    path: str
    kind: str = field(compare=False)
    id: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Tree:
    """Every resource of a snapshot in the order of its path, and what the ids in references mean."""

    places: list[Place]
    index: layout.Index


def plant(spool: Spool, shard: Shard) -> Tree:
    """The tree of all that was read and kept."""
    places: list[Place] = []
    ids: dict[str, str] = {}
    app_ids = dict(apps())  # a name for Microsoft's applications that have no service principal in the tenant
    apps_: dict[str, str] = {}
    coverage = spool.coverage()
    for kind in CATALOG.values():
        titles = list(_titles(spool, coverage, kind))
        addresses = layout.addresses(kind, ((id, title) for id, title, _ in titles))
        in_folders = shard.get(kind.kind, kind.sharded)
        places += (Place(layout.path_of(kind, addresses[id], id, in_folders), kind.kind, id) for id, _, _ in titles)
        if "appId" in properties(kind.type):
            # An application and its service principal share the appId; the later kind, the principal, names it.
            app_ids |= {app_id: addresses[id] for id, _, app_id in titles if app_id}
            apps_ |= {addresses[id]: app_id for id, _, app_id in titles if app_id}
        ids |= addresses
    definitions = list(_definitions(spool, coverage))
    # Those of Microsoft Graph, and those that the tenant's own applications define.
    values = {**permissions(), **_values(item for _, items in definitions for item in items)}
    owned = {app_id: frozenset(str(item.get("id")) for item in items) for app_id, items in definitions}
    inner_ = {own: address for id, address in ids.items() if (own := inner(id))}
    return Tree(sorted(places), layout.Index(ids, app_ids, values, {}, apps_, owned, inner_))


def _titles(spool: Spool, coverage: Coverage, kind: ResourceType) -> Iterator[tuple[str, str, str]]:
    """(id, title, appId) of each resource of a kind; a title that couldn't be read is the old one."""
    if not kind.title or kind.title not in coverage.partial(kind.kind):
        yield from spool.titles(kind.kind)
        return
    for id, title, app_id in spool.titles(kind.kind):
        old = None if coverage.covers(kind.kind, kind.title, id) else spool.kept(kind.kind, id)
        yield id, str((old or {}).get(kind.title) or title), app_id


def _definitions(spool: Spool, coverage: Coverage) -> Iterator[tuple[str, list[Raw]]]:
    """(appId, app roles and scopes) of each of the tenant's own applications."""
    kept = spool.kept_bodies("applications") if coverage.partial("applications") & {"api", "appRoles"} else ()
    yield from ((str(raw.get("appId")), defined(raw)) for raw in (*kept, *spool.objects("applications")))


def defined(application: Mapping[str, Any]) -> list[Raw]:
    """The app roles and scopes that an application defines, as its raw or canonical body has them."""
    return [*(application.get("appRoles") or ()), *((application.get("api") or {}).get("oauth2PermissionScopes") or ())]


def _values(items: Iterable[Raw]) -> dict[str, str]:
    """Permission id → its value, of those that have one."""
    return {str(item["id"]): str(item["value"]) for item in items if item.get("id") and item.get("value")}


def files(spool: Spool, tree: Tree, context: Context) -> Iterator[tuple[Place, Body]]:
    """Each resource's place and whole body, in the order of the paths."""
    coverage = spool.coverage()
    partial = {name: coverage.partial(name) for name in CATALOG}
    for place in tree.places:
        yield place, assemble(spool, coverage, CATALOG[place.kind], place.id, partial[place.kind], context)


def written(place: Place, body: Body, index: layout.Index) -> bytes:
    """The bytes of a resource's file. Raises DocumentError, with its path, for what no file can hold."""
    try:
        return document.emit(body, notes(CATALOG[place.kind], body, index))
    except DocumentError as error:
        raise DocumentError(error.message, place.path) from error


def assemble(
    spool: Spool, coverage: Coverage, kind: ResourceType, id: str, partial: frozenset[str], context: Context
) -> Body:
    """The whole body of one resource: what was read, its relationships, and old values where something wasn't.

    `partial`: the properties that `coverage` may lack of resources of this kind.
    """
    kept = spool.kept(kind.kind, id) if coverage.gaps else None
    if kept is not None and not coverage.covers(kind.kind, "", id):
        return kept
    raw: Raw = spool.object(kind.kind, id) or {}
    body = normalize(kind, {**raw, **_related(spool, kind, id)}, context)
    missed = [name for name in partial if not coverage.covers(kind.kind, name, id)]
    old = kept or {}
    return {**{k: v for k, v in body.items() if k not in missed}, **{k: old[k] for k in missed if k in old}}


def _related(spool: Spool, kind: ResourceType, id: str) -> dict[str, Any]:
    """The relationships of one resource as they would stand in it: lists, or one element where it is a reference."""
    if not kind.relations:
        return {}
    single = {relation.name for relation in kind.relations if relation.shape in ONE}
    found = spool.relations(kind.kind, id)
    return {name: (items[0] if items else None) if name in single else items for name, items in found.items()}
