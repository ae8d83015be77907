"""A resource on its three sides → the change that a plan holds, and who moved each of its values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from entragit.canonical import canonical_json
from entragit.diff import diff
from entragit.model import ABSENT, Body, Edit
from entragit.plan import Action, Change, Origin
from entragit.planner.asked import Deleted
from entragit.planner.pairing import Trio
from entragit.planner.sides import Side, own_id
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG


class Bodies(NamedTuple):
    """What may be spoken of a resource on each side; None where it isn't there."""

    base: Body | None
    desired: Body | None
    actual: Body | None


def bodies(trio: Trio, covers: Callable[[str], bool]) -> Bodies:
    """The bodies of a resource, less what isn't covered."""
    return Bodies(*(_seen(side, covers) for side in (trio.base, trio.desired, trio.actual)))


def _seen(side: Side | None, covers: Callable[[str], bool]) -> Body | None:
    if side is None:
        return None
    return {name: value for name, value in side.body.items() if name == "id" or covers(name)}


def bare(body: Body | None) -> Body:
    """A body without the id, which pairs the sides and so never differs."""
    return {name: value for name, value in (body or {}).items() if name != "id"}


def edits(kind: ResourceType, before: Body | None, after: Body | None) -> list[Edit]:
    """What turns one body into another, the id left out."""
    return diff(kind, bare(before), bare(after))


def origins(kind: ResourceType, found: Iterable[Edit], base: Body | None, actual: Body | None) -> tuple[Origin, ...]:
    """Who moved the value of each edit: the tenant, where base asks for the same."""
    same = {_result(edit) for edit in edits(kind, actual, base)} if base is not None else frozenset()
    return tuple("reverts" if _result(edit) in same else "yours" for edit in found)


def _result(edit: Edit) -> tuple[tuple[str, ...], str | None]:
    return edit.path, None if edit.after is ABSENT else canonical_json(edit.after)


def made(trio: Trio, seen: Bodies, desired: Body, deleted: Deleted) -> Change | None:
    """The change that brings a resource back or makes it; None where nobody knows which of both it takes."""
    kind = CATALOG[trio.kind]
    found = tuple(edits(kind, None, desired))
    restore = deleted.has(trio.kind, trio.id)
    if deleted.hides(trio.kind, trio.id):
        return None
    return _change(
        trio,
        "restore" if restore else "create",
        trio.id if restore else "",
        (desired, None),
        found,
        origins(kind, found, seen.base, None),
    )


def updated(trio: Trio, desired: Body, actual: Body, found: tuple[Edit, ...], who: tuple[Origin, ...]) -> Change | None:
    """The change of a resource that is there; None without edits. Both bodies have the id that counts."""
    if not found:
        return None
    own = {name: value for name, value in actual.items() if name == "id"}
    return _change(trio, "update", _live(trio, actual), ({**own, **bare(desired)}, actual), found, who)


def removed(trio: Trio, actual: Body, who: Origin) -> Change:
    """The change that deletes a resource."""
    return _change(trio, "delete", _live(trio, actual), (None, actual), (), (who,))


def _live(trio: Trio, actual: Body) -> str:
    return trio.id or own_id(actual)


def _change(
    trio: Trio,
    action: Action,
    live: str,
    sides: tuple[Body | None, Body | None],
    found: tuple[Edit, ...],
    who: tuple[Origin, ...],
) -> Change:
    kind = CATALOG[trio.kind]
    desired, actual = sides
    title = (desired or actual or {}).get(kind.title) if kind.title else None
    return Change(
        kind=trio.kind,
        id=trio.id or live,
        live=live,
        address=trio.address,
        title=title if isinstance(title, str) else "",
        action=action,
        tier=kind.tier,
        desired=desired,
        actual=actual,
        edits=found,
        origins=who,
        source=(trio.source.path, trio.source.commit) if trio.source else None,
    )
