"""A kind in the words of one of its derived types, where Graph writes resources of that type otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from entragit.resources.base import Derived, ResourceType
from entragit.resources.metadata import NAMESPACE

TYPE = "@odata.type"


def of(kind: ResourceType, body: Mapping[str, object] | None) -> ResourceType:
    """The kind as a resource with this body is written; itself where its type has no words of its own."""
    name = (body or {}).get(TYPE) if kind.derived else None
    rule = next((rule for rule in kind.derived if _named(rule) == name), None)
    return kind if rule is None else _in_words(kind, rule)


def variants(kind: ResourceType) -> Iterator[ResourceType]:
    """The kind in the words of each of its derived types that has some."""
    return (_in_words(kind, rule) for rule in kind.derived)


def _in_words(kind: ResourceType, rule: Derived) -> ResourceType:
    relations = tuple(one for one in kind.relations if one.where.get(TYPE, _named(rule)) == _named(rule))
    return replace(kind, writes=rule.writes, role=rule.role, relations=relations, derived=(), cast=rule)


def _named(rule: Derived) -> str:
    return f"#{NAMESPACE}{rule.type}"
