"""Which relationships of an object there are to read."""

from __future__ import annotations

from collections.abc import Mapping

from entragit.model import Raw
from entragit.resources.base import Each, Relation
from entragit.resources.writing import has


def applies(relation: Relation, raw: Raw) -> bool:
    """Whether `relation` of the object `raw` is to be read: it isn't computed by the server, and there is one."""
    return _holds(relation.where, raw) and not (relation.unless and _holds(relation.unless, raw))


def hides(relation: Relation, raw: Raw) -> str:
    """The permission without which Graph answers for `relation` of `raw` with an empty list; "" if it never does."""
    if relation.hidden is None:
        return ""
    name, value, permission = relation.hidden
    return permission if raw.get(name) == value else ""


def has_some(rule: Each, other: Raw) -> bool:
    """Whether the resource `other` can have some of a kind that is listed for one such at a time."""
    return any(has(other, values) for values in rule.where) and not any(has(other, values) for values in rule.unless)


def may_have(rule: Each | None, other: Raw) -> bool:
    """Whether it can, as far as what was read of it says: what this run doesn't read of it may be anything."""
    names = {name for values in (*rule.where, *rule.unless) for name in values} if rule else frozenset()
    return rule is not None and (not names <= other.keys() or has_some(rule, other))


def _holds(condition: Mapping[str, object], raw: Raw) -> bool:
    """Whether each named property equals the value, or contains it where the property is a list."""
    values = ((raw.get(name), wanted) for name, wanted in condition.items())
    return all(wanted in value if isinstance(value, list) else value == wanted for value, wanted in values)
