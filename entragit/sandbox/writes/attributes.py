"""Custom security attributes of users and service principals: of what type, among which values (facts §5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from entragit.sandbox.replies import ApiError, bad_request
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import lookup
from entragit.sandbox.writes.core import Write

PROPERTY = "customSecurityAttributes"
SETS, DEFINITIONS = "directory/attributeSets", "directory/customSecurityAttributeDefinitions"
VALUES = f"{DEFINITIONS}/allowedValues"
TYPE = "@odata.type"
SENT = "#Microsoft.DirectoryServices.CustomSecurityAttributeValue"
SHOWN = "#microsoft.graph.customSecurityAttributeValue"
SORTS: Mapping[str, Callable[[Any], bool]] = {
    "String": lambda value: isinstance(value, str) and 0 < len(value) <= 64,
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31,
    "Boolean": lambda value: isinstance(value, bool),
}
# (type, whether a list) → what the annotation beside the value must say; None: nothing need be said.
ANNOTATIONS: Mapping[tuple[str, bool], str | None] = {
    ("String", False): None,
    ("Boolean", False): None,
    ("Integer", False): "#Int32",
    ("String", True): "#Collection(String)",
    ("Integer", True): "#Collection(Int32)",
}


def later(write: Write) -> None:
    """400 for attributes of a new object: no creation is documented to take them."""
    if PROPERTY in write.body:
        raise bad_request(f"'{PROPERTY}' can't be set when an object is made.")


def known(write: Write) -> None:
    """400 for a set or attribute that there isn't, a value that isn't allowed, or one whose type is not said."""
    for name, entries in (write.body.get(PROPERTY) or {}).items():
        if name not in lookup.live(write.tenant, SETS):
            raise bad_request(f"The attribute set '{name}' does not exist.")
        if not isinstance(entries, Mapping) or entries.get(TYPE) != SENT:
            raise bad_request(f"The attributes of the set '{name}' need the type '{SENT}'.")
        for own in (key for key in entries if TYPE not in key):
            _check(write.tenant, f"{name}_{own}", own, entries)


def _check(tenant: Tenant, key: str, own: str, entries: Mapping[str, Any]) -> None:
    definition, value = lookup.live(tenant, DEFINITIONS).get(key), entries[own]
    if definition is None:
        raise bad_request(f"The attribute '{key}' does not exist.")
    if value is None and not definition["isCollection"]:
        return
    items = value if isinstance(value, list) else [value]
    if isinstance(value, list) != definition["isCollection"] or not all(map(SORTS[definition["type"]], items)):
        raise _invalid(key)
    if entries.get(f"{own}{TYPE}") != ANNOTATIONS[definition["type"], definition["isCollection"]]:
        raise bad_request(f"The value of '{key}' needs its type in '{own}{TYPE}', or none there.")
    if items and definition["status"] != "Available":
        raise bad_request(f"The attribute '{key}' is deactivated.")
    if definition["usePreDefinedValuesOnly"]:
        held = tenant.children.get(VALUES, {}).get(key, {})
        if any(str(item) not in held or not held[str(item)]["isActive"] for item in items):
            raise _invalid(key)


def _invalid(key: str) -> ApiError:
    return bad_request(f"The value of the attribute '{key}' is none that it allows.")


def merge(write: Write) -> None:
    """Effect: what is sent is merged attribute by attribute; null and an empty list take one away (facts §5)."""
    sent = write.body.get(PROPERTY)
    if not isinstance(sent, Mapping):
        return
    held = dict(write.before.get(PROPERTY) or {})
    for name, entries in sent.items():
        merged = {**(held.get(name) or {}), **entries}
        gone = {key for key, value in merged.items() if value is None or value == []}
        rest: Object = {key: value for key, value in merged.items() if not {key, key.removesuffix(TYPE)} & gone}
        held[name] = {**rest, TYPE: SHOWN} if rest.keys() - {TYPE} else None
    write.after[PROPERTY] = {name: value for name, value in held.items() if value} or None
