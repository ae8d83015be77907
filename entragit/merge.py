"""Three bodies → one: what Git and the tenant each made of the same base, merged value by value (design section 8).

Per property, per element of sets and keyed lists; what the catalog calls atomic, a sequence, and what it has never
heard of is one value. What one side alone changed is taken, what both changed alike too; the rest are conflicts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from entragit.canonical import ordered, same
from entragit.diff import element_field, elements, inner_fields
from entragit.model import ABSENT, Body
from entragit.normalize import TYPE
from entragit.paths import Path
from entragit.resources.base import ResourceType
from entragit.resources.facts import ListRule
from entragit.resources.fields import Field, of

Take = Literal["git", "tenant"]
"""The side whose value counts where both changed the same one."""


class Conflict(NamedTuple):
    """A value that both sides changed, each its own way; ABSENT where a side has none.

    `path`: as an `Edit`'s; empty for the whole resource, which one side deleted and the other changed.
    """

    path: Path
    base: Any
    git: Any
    tenant: Any


class Merged(NamedTuple):
    """The merged body (None: deleted), which has base's value at each of the conflicts, so that neither side wins."""

    body: Body | None
    conflicts: tuple[Conflict, ...] = ()


class _Sides(NamedTuple):
    base: Any
    git: Any
    tenant: Any


Settle = Callable[[Conflict], Any]
"""From a conflict to the value that stands there."""


def merge(
    resource_type: ResourceType,
    base: Body | None,
    git: Body | None,
    tenant: Body | None,
    take: Take | None = None,
    covered: Callable[[str], bool] = lambda _name: True,
) -> Merged:
    """What the sides made of `base` together; None where a side has no such resource, and where the result is none.

    The bodies are canonical, and so is the result, which shares parts with them. `take`: settles every conflict, so
    that there are none. `covered`: whether both `base` and `tenant` speak of a property; of one that they don't speak
    of, git's value stays.
    """
    conflicts: list[Conflict] = []

    def settle(conflict: Conflict) -> Any:
        if take:
            return conflict.git if take == "git" else conflict.tenant
        conflicts.append(conflict)
        return conflict.base

    sides = _Sides(*(ABSENT if body is None else body for body in (base, git, _spoken(base, tenant, covered))))
    merged = _merged(sides, Field(resource_type.type), (), settle, of(resource_type, git or tenant or {}))
    return Merged(None if merged is ABSENT else merged, tuple(conflicts))


def _spoken(base: Body | None, tenant: Body | None, covered: Callable[[str], bool]) -> Body | None:
    """`tenant`, which has changed nothing that isn't covered."""
    if tenant is None:
        return None
    kept = {name: value for name, value in (base or {}).items() if name != "id" and not covered(name)}
    return kept | {name: value for name, value in tenant.items() if name == "id" or covered(name)}


def _merged(
    sides: _Sides, field: Field | None, path: Path, settle: Settle, known: Mapping[str, Field] | None = None
) -> Any:
    """The value at `path`, ABSENT for none; `known`: the fields of the whole body, whose `path` is empty."""
    base, git, tenant = sides
    if _same(git, tenant) or _same(base, tenant):
        return git
    if _same(base, git):
        return tenant
    if field is not None and not field.atomic:
        if maps := _maps(sides):
            rows = inner_fields(field, git) if known is None else known
            return _present({name: _merged(at, rows.get(name), (*path, name), settle) for name, at in maps.items()})
        if lists := _lists(sides, field.rule):
            inner = element_field(field)
            merged = _present({key: _merged(at, inner, (*path, key), settle) for key, at in lists.items()})
            return ordered(merged.values(), field.rule) or ABSENT
    return settle(Conflict(path, base, git, tenant))


def _same(left: Any, right: Any) -> bool:
    if left is ABSENT or right is ABSENT:
        return left is right
    return same(left, right)


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not ABSENT}


def _maps(sides: _Sides) -> dict[str, _Sides]:
    """Name → the sides of that property, where both sides have a map of one type; what both created has an empty base.

    Empty for anything else, which is one value.
    """
    base, git, tenant = sides
    if not isinstance(git, dict) or not isinstance(tenant, dict):
        return {}
    types = {side.get(TYPE) for side in sides if isinstance(side, dict)}
    return _zipped(base if isinstance(base, dict) else {}, git, tenant) if len(types) == 1 else {}


def _lists(sides: _Sides, rule: ListRule) -> dict[str, _Sides]:
    """Key → the sides of that element, where all are lists that can be told apart by element; empty for others."""
    base, git, tenant = (elements(side, rule) for side in sides)
    if base is None and rule.order != "sequence" and sides.base in ([], None):
        base = {}
    return {} if base is None or git is None or tenant is None else _zipped(base, git, tenant)


def _zipped(*sides: Mapping[str, Any]) -> dict[str, _Sides]:
    names = sorted({name for side in sides for name in side})
    return {name: _Sides(*(side.get(name, ABSENT) for side in sides)) for name in names}
