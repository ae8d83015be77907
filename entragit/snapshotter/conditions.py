"""Which relationships of an object there are to read."""

from __future__ import annotations

from collections.abc import Mapping

from entragit.model import Raw
from entragit.resources.base import SOME, Each, Relation
from entragit.resources.prepare import at, is_some
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
    """Whether each property has the value, any where that is `SOME`, or contains it where it is a list."""
    return all(_is(at(raw, way), wanted) for way, wanted in condition.items())


def _is(found: object, wanted: object) -> bool:
    if wanted == SOME:
        return is_some(found)
    return wanted in found if isinstance(found, list) else found == wanted
