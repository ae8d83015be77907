"""Evolvable enums: members declared after "unknownFutureValue" are hidden from who doesn't ask for them (facts §1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from entragit.sandbox.rules import types

UNKNOWN = "unknownFutureValue"
PREFERENCE = "include-unknown-enum-members"


@cache
def _late(type_name: str) -> frozenset[str]:
    """The members of an enum that are declared after the sentinel."""
    members = types.enum_members(type_name)
    return frozenset(members[members.index(UNKNOWN) + 1 :]) if UNKNOWN in members else frozenset()


@cache
def _fields(type_name: str) -> Mapping[str, str]:
    """Property or relationship → its type, of a type and everything derived from it."""
    if types.kind(type_name) not in ("complex", "entity"):
        return {}
    names = (type_name, *sorted(types.derived(type_name)))
    parts = [part for name in names for part in (types.navigation(name), types.properties(name))]
    return {name: field.type for part in parts for name, field in part.items()}


def _text(value: str, type_name: str, name: str, planted: Mapping[str, str]) -> str:
    parts = value.split(",") if types.is_flags(type_name) else [value]
    late = _late(type_name)
    return ",".join(UNKNOWN if part in late or planted.get(part) in ("", name) else part for part in parts)


def masked(value: Any, type_name: str, planted: Mapping[str, str], name: str = "") -> Any:
    """The value with hidden enum members read as "unknownFutureValue".

    `planted`: further values to hide, and the property where each stands ("" for any).
    """
    if isinstance(value, dict):
        actual = str(value.get("@odata.type", "")).removeprefix("#microsoft.graph.") or type_name
        fields = _fields(actual if types.known(actual) else type_name)
        return {key: masked(item, fields.get(key, ""), planted, key) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item, type_name, planted, name) for item in value]
    return _text(value, type_name, name, planted) if isinstance(value, str) else value
