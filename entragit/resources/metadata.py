"""Graph's type system: what `graph.json`, distilled from Graph's metadata, says of a type and its properties.

Names are short ("user", "Edm.String"). A type's properties include those of all its bases.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

NAMESPACE = "microsoft.graph."


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a type.

    `type`: its Graph type, of the elements where it is a `collection`. `read_only`: Graph refuses it in writes;
    `immutable`: it is taken at creation only. `requires_select`: a list leaves it out unless asked by name;
    `get_only_single`: only the read of one object returns it. `write_only`: never returned. `navigation`: a
    relationship.
    """

    name: str
    type: str
    collection: bool = False
    nullable: bool = True
    read_only: bool = False
    immutable: bool = False
    required_on_create: bool = False
    requires_select: bool = False
    get_only_single: bool = False
    write_only: bool = False
    navigation: bool = False

    @property
    def noise(self) -> bool:
        """Whether a body leaves it out unless facts say otherwise; a stream is read apart, as a relationship."""
        return self.write_only or self.type == "Edm.Stream" or (self.read_only and self.name != "id")


@cache
def types() -> Mapping[str, Any]:
    """All distilled types by name, as `graph.json` holds them."""
    loaded: Mapping[str, Any] = json.loads(files(__package__).joinpath("graph.json").read_text("utf-8"))
    return MappingProxyType(loaded)


def known(type_name: str) -> bool:
    """Whether the type is in the table (primitive types are not)."""
    return type_name in types()


def form(type_name: str) -> str:
    """One of "entity", "complex" and "enum"; "primitive" for Edm types and those that the table leaves out."""
    return str(types()[type_name]["kind"]) if known(type_name) else "primitive"


def enum_members(type_name: str) -> tuple[str, ...]:
    """The members of an enum in declared order; empty for what is no enum."""
    return tuple(types().get(type_name, {}).get("members", ()))


@cache
def lineage(type_name: str) -> tuple[str, ...]:
    """The type and its bases, the type first; empty for an unknown type."""
    if not known(type_name):
        return ()
    base = types()[type_name].get("base")
    return (type_name, *(lineage(base) if base else ()))


@cache
def derived(type_name: str) -> frozenset[str]:
    """All types derived from this one, at any depth, itself not included."""
    direct = types().get(type_name, {}).get("derived", ())
    return frozenset(direct).union(*(derived(name) for name in direct))


@cache
def properties(type_name: str) -> Mapping[str, Property]:
    """The structural properties of a type and its bases by name; empty for an unknown type."""
    return _merged(type_name, "properties")


@cache
def navigation(type_name: str) -> Mapping[str, Property]:
    """The relationships of a type and its bases by name; empty for an unknown type."""
    return _merged(type_name, "navigation")


def concrete(declared: str, value: Mapping[str, Any]) -> str:
    """The type of `value` where a property or collection declares `declared`.

    What its "@odata.type" names if that is derived from the declared type, else the declared type itself.
    """
    name = str(value.get("@odata.type", "")).removeprefix("#").removeprefix(NAMESPACE)
    return name if name in derived(declared) else declared


def _merged(type_name: str, part: str) -> Mapping[str, Property]:
    found: dict[str, Property] = {}
    for name in reversed(lineage(type_name)):
        rows = types()[name].get(part, {})
        found |= {key: _property(key, row, part == "navigation") for key, row in rows.items()}
    return MappingProxyType(found)


def _property(name: str, row: Mapping[str, Any], navigation: bool) -> Property:
    return Property(
        name,
        row["type"],
        bool(row.get("collection")),
        row.get("nullable", True),
        bool(row.get("readOnly")),
        bool(row.get("immutable")),
        bool(row.get("requiredOnCreate")),
        bool(row.get("requiresSelect")),
        bool(row.get("getOnlySingle")),
        bool(row.get("writeOnly")),
        navigation,
    )
