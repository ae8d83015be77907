"""References that go along with their objects: through the id map, from addresses, and to what gets a new id."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from entragit import references, rewriting
from entragit.diff import diff
from entragit.errors import DocumentError
from entragit.idmap import inner, with_inner
from entragit.layout import Index
from entragit.model import ABSENT, Body, Edit
from entragit.planner.pairing import Trio
from entragit.planner.sides import Side, Sides, own_id
from entragit.resources import derived
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG

NEW = "\N{NULL}new"
"""Stands in front of an id that is about to change; no id starts so."""

Meanings = Mapping[tuple[str, str], str]
"""(`by`, address) → the text that a reference to it holds."""


def rewritten(sides: Sides, ids: Mapping[str, str]) -> Sides:
    """The sides with base's and desired's references, and names of their own, as the id map has them now."""
    if not ids:
        return sides
    base, desired = (
        {key: replace(side, body=rewriting.rewrite(CATALOG[key[0]], side.body, ids)) for key, side in found.items()}
        for found in (sides.base, sides.desired)
    )
    return replace(sides, base=base, desired=desired)


def used(sides: Sides, ids: Mapping[str, str]) -> dict[str, str]:
    """The part of `ids` that desired's resources are called by or name, sorted."""
    found: set[str] = set()
    for (_, own, _), side in sides.desired.items() if ids else ():
        found |= {own, *(plain(match[0]) for text in mentioned(side.body) for match in rewriting.ID.finditer(text))}
    return {old: ids[old] for old in sorted(found & ids.keys())}


def resolved(trios: Iterable[Trio], index: Index) -> list[Trio]:
    """The resources with ids for the addresses that a person wrote in desired.

    The address of what is still to be created stays. Raises DocumentError for one that names nothing.
    """
    found = list(trios)
    meant = [trio for trio in found if trio.desired and any(references.written(CATALOG[trio.kind], trio.desired.body))]
    if not meant:
        return found
    meanings, new = _meanings(found, index), frozenset(t.desired.address for t in found if t.desired and not t.id)
    known = {id(trio): replace(trio, desired=_resolved(trio, meanings, new)) for trio in meant}
    return [known.get(id(trio), trio) for trio in found]


def _meanings(trios: Iterable[Trio], index: Index) -> dict[tuple[str, str], str]:
    meanings = {("id", address): own for own, address in index.ids.items()}
    meanings |= {("inner", address): own for own, address in index.inner.items()}
    meanings |= {("appId", address): own for own, address in index.app_ids.items()}
    meanings |= {("appId", address): own for address, own in index.apps.items()}
    for trio in trios:
        if trio.desired is None:
            continue
        if own := trio.id or own_id(trio.desired.body):
            meanings["id", trio.desired.address] = own
            meanings |= {("inner", trio.desired.address): inner(own)} if inner(own) else {}
        # A file without an id has no appId either, or its application's address; its object, once it is made, has one.
        app = index.apps.get(index.ids.get(own, "")) or trio.desired.body.get("appId")
        if isinstance(app, str):
            meanings["appId", trio.desired.address] = app
    return {key: meanings.get((key[0], text), text) for key, text in meanings.items()}


def _resolved(trio: Trio, meanings: Meanings, new: Collection[str]) -> Side | None:
    if trio.desired is None:
        return None
    kind = CATALOG[trio.kind]
    body = references.resolve(kind, trio.desired.body, meanings)
    for left in references.written(kind, body):
        if left.text not in new:
            raise DocumentError(
                f"there is no {left.text}, neither in the tenant nor among the files; write the id, or correct it",
                trio.desired.path,
            )
    return replace(trio.desired, body=body)


def follow(kind: ResourceType, desired: Body, actual: Body, moved: Collection[str]) -> Iterator[Edit]:
    """The edits by which references in `actual` follow objects that get a new id, as desired keeps them.

    `moved`: the old ids. Only where nothing else changes the same value; `before` and `after` are the same, for
    nobody knows the new id yet.
    """
    later = rewriting.rewrite(kind, desired, {old: f"{NEW}{old}" for old in moved})
    if later == desired:
        return
    changed = {edit.path for edit in diff(kind, actual, desired)}
    for edit in diff(kind, actual, later):
        if edit.before is not ABSENT and edit.path not in changed:
            yield Edit(edit.path, edit.before, edit.before)


def renewed(kind: ResourceType, id_: str, body: Body) -> frozenset[str]:
    """What others call a resource by, and what is another after Graph has made it anew."""
    names = {**body, "id": id_}
    return with_inner(str(names[name]) for name in derived.of(kind, body).writes.new if names.get(name))


def brings_back(edit: Edit, moved: Collection[str]) -> bool:
    """Whether all that an edit does is to let a reference to one of `moved` follow, or come back with its object."""
    if edit.after is ABSENT:
        return False
    if isinstance(edit.after, str):
        return _mentions(edit.after, moved)
    return edit.before is ABSENT and len(edit.path) > 1 and _mentions(edit.path[-1], moved)


def mentioned(value: Any) -> Iterator[str]:
    """Every string inside a JSON value."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list | dict):
            waiting.extend(item.values() if isinstance(item, dict) else item)


def _mentions(value: Any, ids: Collection[str]) -> bool:
    found = (plain(match[0]) for text in mentioned(value) for match in rewriting.ID.finditer(text))
    return bool(ids) and any(id_ in ids for id_ in found)


def plain(text: str) -> str:
    """A GUID as the id map has it: in lower case, with dashes."""
    bare = text.replace("-", "").lower()
    return f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}"
