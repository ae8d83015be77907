"""The catalog's part of raw → body: hooks, what others decide, copies, periods. Pure and idempotent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from entragit.model import TENANT, Raw
from entragit.resources import periods
from entragit.resources.base import SOME, Context, Inherited, Passing, ResourceType
from entragit.resources.fields import of


def prepare(resource_type: ResourceType, raw: Raw, context: Context) -> Raw:
    """`raw` as the rest of normalize takes it; `raw` is left alone.

    Its kind's hook comes first, then the children's full names, `Inherited`, `links` and `period`.
    """
    hooked = in_full(resource_type, resource_type.hook(raw, context) if resource_type.hook else raw, raw)
    rule = next((rule for rule in resource_type.inherited if holds(rule, hooked, context)), None)
    if rule is not None:
        known = of(resource_type, hooked)
        own = rule.keep | {name for name, field in known.items() if field.relation}
        hooked = {name: value for name, value in hooked.items() if name in own or name not in known}
    for path in resource_type.links:
        hooked = _linked(hooked, path)
    return periods.canonical(hooked, resource_type.period) if resource_type.period else hooked


def is_undesired(resource_type: ResourceType, raw: Raw, context: Context) -> bool:
    """Whether a resource is no one's desired state."""
    return has_all(resource_type.undesired, raw, context)


def has_all(
    rules: Iterable[Mapping[str, tuple[str | bool, ...]]], raw: Mapping[str, Any], context: Context | None = None
) -> bool:
    """Whether `raw` has all the values of one of the rules; "/" leads into maps. Without `context` none is `TENANT`."""
    return any(all(_among(at(raw, way), values, context) for way, values in rule.items()) for rule in rules)


def _among(found: object, values: tuple[str | bool, ...], context: Context | None) -> bool:
    if context is not None and TENANT in values and _is(found, TENANT, context):
        return True
    return found in values or (SOME in values and is_some(found))


def is_some(found: object) -> bool:
    """Whether there is a value: what `SOME` stands for."""
    return found not in (None, "")


def passes(rule: Passing, period: str, raw: Raw) -> bool:
    """Whether the element that `raw` names is there by it for some time alone; `period`: where it says how long."""
    if not has_all((rule.only,), raw) or has_all((rule.unless,), raw):
        return False
    ends = has_all((rule.given,), raw) and periods.end(raw.get(period)) is not None
    return ends or has_all((rule.activated,), raw)


def stays(rule: Passing, raw: Raw) -> bool:
    """Whether `raw` shows that the element which it names is there for ever."""
    return has_all((rule.only,), raw) and has_all((rule.lasting,), raw)


def at(raw: Any, way: str) -> Any:
    """The value to which `way` leads, "/" into maps; None where there is none."""
    for name in way.split("/"):
        raw = raw.get(name) if isinstance(raw, Mapping) else None
    return raw


def in_full(resource_type: ResourceType, body: Raw, owner: Mapping[str, Any]) -> Raw:
    """`body` with its children called as Graph calls those of `owner`, which is `body` or what Graph made of it."""
    found: Raw = {}
    for relation in resource_type.relations:
        held = body.get(relation.name)
        if relation.full and isinstance(held, list):
            full = relation.full
            found[relation.name] = [full(dict(owner), item) if isinstance(item, dict) else item for item in held]
    return {**body, **found} if found else body


def holds(rule: Inherited, raw: Mapping[str, Any], context: Context) -> bool:
    """Whether `raw` has the values `where`."""
    return all(_is(raw.get(name), value, context) for name, value in rule.where.items())


def _is(found: object, wanted: object, context: Context) -> bool:
    """Whether a property has a wanted value; a GUID is the same in any case."""
    if wanted == TENANT:
        return isinstance(found, str) and found.lower() == context.tenant_id.lower()
    return found == wanted


def _linked(value: Raw, path: tuple[str, ...]) -> Raw:
    """`value` with the map at `path` cut down to the path's last property; unchanged where there is none."""
    name, *rest = path
    inner = value.get(name)
    if not isinstance(inner, dict):
        return value
    if len(rest) > 1:
        return {**value, name: _linked(inner, tuple(rest))}
    return {**value, name: {rest[0]: inner[rest[0]]} if rest[0] in inner else inner}
