"""The bodies of writes: what a resource shall be after an apply, what a creation takes, what a PATCH must say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entragit.canonical import element_key, same
from entragit.diff import diff, inner_fields, patch
from entragit.errors import RefusedError
from entragit.model import Body, Coverage
from entragit.plan import Change
from entragit.references import Found, find
from entragit.resources.base import ResourceType
from entragit.resources.fields import Field, fields, of
from entragit.resources.metadata import concrete
from entragit.resources.prepare import in_full
from entragit.resources.writing import has, refusal
from entragit.shapes.keyed import comes_back
from entragit.shapes.writing import WriteContext

TYPE = "@odata.type"
AFTERWARDS = ("attributes", "licences", "passwords", "certificates")
"""Ways to write a property that a creation doesn't take."""


def wanted(kind: ResourceType, change: Change, body: Body, now: Body | None, context: WriteContext) -> Body:
    """What the resource shall be: what it is now with the change's edits, and nothing else.

    `body`: the change's desired body, references rewritten. A new or restored resource has what the body says, and
    keeps what Graph made of the rest; of a restored one goes what the body, covered, doesn't have. What names
    something gone is left out. Raises RefusedError where the tenant has moved so that an edit has no place any more.
    """
    if change.action == "update" and now is not None and change.actual is not None:
        try:
            whole = comes_back(kind, change.actual, body, now)
            result = patch(kind, whole, diff(kind, change.actual, body)) | _uncomputed(kind, change.actual, body)
        except KeyError as error:
            words = f"{change.address}: {error.args[0]} is gone since the plan was made. Make a new plan."
            raise RefusedError(words) from error
    else:
        result = _made(kind, change, body, now or {}, context)
    return without(kind, result, context.gone)


def _uncomputed(kind: ResourceType, planned: Body, body: Body) -> Body:
    """The relationships that Graph computed when the plan was made, and that are as the body says from now on."""
    rules = {relation.name: relation.unless for relation in kind.relations if relation.unless}
    names = [name for name, rule in rules.items() if has(planned, rule) and not has(body, rule)]
    return {name: body.get(name, []) for name in names}


def _made(kind: ResourceType, change: Change, body: Body, now: Body, context: WriteContext) -> Body:
    """The result of a creation or restore; a creation may have found the resource instead (`Writes.known`)."""
    if not change.id:
        return filled(kind, body, now)
    if context.coverage is None:
        return {**now, **body}
    if change.action == "create" and not kind.writes.known:
        return {**_without_owned(kind, change, now, context.coverage), **body}
    rule = refusal(kind.writes, "restore", now)
    stays = {TYPE, "id"} | (now.keys() - rule.but if rule is not None else set())
    kept = {name: value for name, value in now.items()
            if name in stays or not context.coverage.covers(kind.kind, name, change.id)}  # fmt: skip
    return {**kept, **body}


def _without_owned(kind: ResourceType, change: Change, now: Body, coverage: Coverage) -> Body:
    """A resource of a derived type without the relationships that its creation made: the maker owns it (`Derived`)."""
    owned = {one.name for one in kind.relations if coverage.covers(kind.kind, one.name, change.id)} if kind.cast else {}
    return {name: value for name, value in now.items() if name not in owned}


def filled(kind: ResourceType, body: Body, now: Body) -> Body:
    """`body` as a person wrote it, with what Graph made of the properties that it doesn't mention.

    Inside maps, too, and inside the elements of lists that have keys; which elements there are is as in `body`.
    """
    known = in_full(kind, body, now)
    return _filled(known, now, of(kind, known))


def _filled(body: Mapping[str, Any], now: Mapping[str, Any], known: Mapping[str, Field]) -> Body:
    return {**now, **{name: _both(value, now.get(name), known.get(name)) for name, value in body.items()}}


def _both(value: Any, now: Any, field: Field | None) -> Any:
    if isinstance(value, dict) and isinstance(now, dict):
        return _filled(value, now, inner_fields(field, value))
    if isinstance(value, list) and isinstance(now, list) and field and field.rule.order == "keyed":
        there = {element_key(item, field.rule): item for item in now}
        return [_both(item, there.get(element_key(item, field.rule)), field) for item in value]
    return value


def naming(kind: ResourceType, body: Body, gone: frozenset[str]) -> list[Found]:
    """The references in `body` that name something gone, where Graph doesn't take that."""
    return [found for found in find(kind, body) if found.id in gone and not found.reference.anywhere] if gone else []


def without(kind: ResourceType, body: Body, gone: frozenset[str]) -> Body:
    """`body` without the references that name something gone; itself where there are none."""
    places = [found.path for found in naming(kind, body, gone)]
    result: Any = body
    for place in reversed(places):  # later elements first, so that the earlier positions hold
        result = _dropped(result, place)
    return dict(result)


def _dropped(value: Any, place: tuple[str | int, ...]) -> Any:
    """`value` without what stands at `place`; a map in a list goes with its reference."""
    head, rest = place[0], place[1:]
    if isinstance(value, list):
        inner = [] if not rest or isinstance(value[int(head)], dict) else [_dropped(value[int(head)], rest)]
        return [*value[: int(head)], *inner, *value[int(head) + 1 :]]
    new = _dropped(value[head], rest) if rest else None
    kept = {name: item for name, item in value.items() if name != head}
    return kept if new in (None, []) else {**kept, str(head): new}


def bare(kind: ResourceType, body: Body) -> Body:
    """What a creation takes: no relationships, and no references but the required ones (design section 9)."""
    words, known = kind.writes, of(kind, body)
    taken: Body = {}
    for name, value in body.items():
        field = known.get(name)
        if name in {"id"} - words.given or name in words.later or name in words.never or not _sent(field):
            continue
        if words.only is not None and name not in words.only | words.required:
            continue
        if name in words.lost or words.actions.get(name) in AFTERWARDS:
            continue
        if name == words.unique_name or (field and read_only(kind, name, field)):
            continue
        value = value if name in words.required else _unnamed(value, field)
        if value is not None:
            taken[name] = value
    return _off(kind, taken)


def _sent(field: Field | None) -> bool:
    """Whether it can stand in a creation: no relationship but what a cast shows of the resource itself."""
    return field is None or field.relation is None or field.relation.shape == "cast"


def _off(kind: ResourceType, body: Body) -> Body:
    switch = kind.writes.switch
    return {**body, switch.name: switch.off} if switch and body.get(switch.name) is not None else body


def read_only(kind: ResourceType, name: str, field: Field) -> bool:
    """Whether Graph refuses the property even in a creation."""
    flagged = field.property is not None and field.property.read_only
    flagged = flagged and name not in kind.writes.given | kind.writes.open
    return flagged or name in kind.writes.made


def is_fixed(kind: ResourceType, name: str, field: Field) -> bool:
    """Whether Graph takes the property at creation only."""
    words = kind.writes
    immutable = field.property is not None and field.property.immutable and name not in words.loose
    return immutable or name in words.fixed or name in words.given


def _unnamed(value: Any, field: Field | None) -> Any:
    """`value` without references: those of a map go one by one, a list whose elements hold any goes whole."""
    if field is None:
        return value
    if field.reference is not None:
        return None
    if isinstance(value, dict):
        rows = fields(concrete(field.type, value))
        inner = {name: _unnamed(item, rows.get(name)) for name, item in value.items()}
        return {name: item for name, item in inner.items() if item is not None}
    if isinstance(value, list) and any(not same(item, _unnamed(item, field)) for item in value):
        return None
    return value


def complete(field: Field | None, now: Any, after: Any) -> Any:
    """`after` as a PATCH must say it, with null and [] for what goes: absent parts may be kept otherwise (facts §6).

    Parts that are absent before and after are left out.
    """
    if not isinstance(after, dict | None) or not isinstance(now, dict | None) or (now is None and after is None):
        return after
    if field is None or field.many or now is None or _other_type(field, now, after):
        return after
    if after is None and (field.property is None or field.property.nullable):
        return None
    rows, new = fields(concrete(field.type, now)), after or {}
    result = dict(new)
    for name in now:
        row = rows.get(name)
        if name == TYPE:
            continue
        value = complete(row, now[name], new.get(name))
        if name not in new and row is not None and row.many:
            value = []
        if value is not None or row is None or row.property is None or row.property.nullable:
            result[name] = value
    return result


def _other_type(field: Field, now: Mapping[str, Any], after: Mapping[str, Any] | None) -> bool:
    return after is not None and concrete(field.type, now) != concrete(field.type, after)


def clears_all(kind: ResourceType, body: Body) -> bool:
    """Whether what leads to `body` is a switch that goes off, by which Graph clears everything else."""
    switch = kind.writes.switch
    return switch is not None and switch.whole and same(body.get(switch.name), switch.off)
