"""A kind in the words of one of its derived types, where Graph writes resources of that type otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from entragit.resources.base import ResourceType
from entragit.resources.metadata import NAMESPACE

TYPE = "@odata.type"


def of(kind: ResourceType, body: Mapping[str, object] | None) -> ResourceType:
    """The kind as a resource with this body is written; itself where its type has no words of its own."""
    name = str((body or {}).get(TYPE, "")).removeprefix(f"#{NAMESPACE}") if kind.derived else ""
    return next((found for found in variants(kind) if found.cast and found.cast.type == name), kind)


def variants(kind: ResourceType) -> Iterator[ResourceType]:
    """The kind in the words of each of its derived types that has some."""
    for rule in kind.derived:
        relations = tuple(one for one in kind.relations if one.where.get(TYPE, _named(rule.type)) == _named(rule.type))
        yield replace(kind, writes=rule.writes, role=rule.role, relations=relations, derived=(), cast=rule)


def _named(type_name: str) -> str:
    return f"#{NAMESPACE}{type_name}"
