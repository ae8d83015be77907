"""An object apart from its relationships: what stands inline in an export, and where the tenant keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from entragit.sandbox.loading.clean import INLINE
from entragit.sandbox.loading.problem import LoadError
from entragit.sandbox.loading.recognise import CHILDREN, Found
from entragit.sandbox.loading.references import GUID
from entragit.sandbox.rules import types
from entragit.sandbox.rules.relations import ALONE, EMBEDDED, INSIDE
from entragit.sandbox.rules.rows import below
from entragit.sandbox.store import Object

# Relationships that an export may hold inline (by $expand): kept as links of "collection/relationship".
LINKED: Mapping[str, frozenset[str]] = {
    "users": frozenset({"manager", "sponsors"}),
    "groups": frozenset({"members", "owners"}),
    "devices": frozenset({"registeredOwners", "registeredUsers"}),
    "directory/administrativeUnits": frozenset({"members"}),
    "applications": frozenset({"owners"}),
    "servicePrincipals": frozenset({"owners"}),
    "directoryRoles": frozenset({"members"}),
}
# Lists below an object that are a collection of their own.
FLAT: Mapping[str, str] = {
    "appRoleAssignments": "appRoleAssignments", "appRoleAssignedTo": "appRoleAssignments",
    "oauth2PermissionGrants": "oauth2PermissionGrants",
}  # fmt: skip


@dataclass
class Parts:
    """What one object of an export holds.

    `body`: its properties. `links`: relationship → [(id, type or "")]. `below`: objects of other collections.
    `left`: names of relationships that a tenant has no place for.
    """

    body: Object
    links: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    below: list[Found] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def _elements(value: Any, where: str) -> list[Object]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(item, dict) for item in items):
        raise LoadError(f"{where} must hold objects; load what Graph's list call sent.")
    return items


def _linked(value: Any, where: str) -> list[tuple[str, str]]:
    items = _elements(value, where)
    # What is linked is a directory object, and those have GUIDs (facts §6).
    if not all(isinstance(item.get("id"), str) and GUID.fullmatch(item["id"]) for item in items):
        raise LoadError(f"{where}: an element has no id, a GUID; export it with the ids of its elements.")
    return [(item["id"], str(item.get("@odata.type", "")).removeprefix("#microsoft.graph.")) for item in items]


def parted(found: Found) -> Parts:
    """The object's properties and its relationships, each where it belongs; LoadError for what is malformed."""
    inside = INLINE | EMBEDDED.get(found.path, {}).keys() | ALONE.get(found.path, frozenset())
    inside |= INSIDE[found.path].parts.keys() if found.path in INSIDE else set()
    relations = {name for name in types.navigation(types.collection_type(found.path)) if name not in inside}
    relations |= {one.name for one in below.BELOW.get(found.path, ())}
    parts = Parts({name: value for name, value in found.body.items() if name not in relations})
    for name in sorted(relations & found.body.keys()):
        value, where = found.body[name], f"{found.where}: {name}"
        if name in LINKED.get(found.path, ()):
            parts.links[name] = _linked(value, where)
        elif name in FLAT or f"{found.path}/{name}" in CHILDREN:
            path, owner = FLAT.get(name, f"{found.path}/{name}"), str(found.body.get("id", ""))
            parts.below += [Found(path, item, where, owner) for item in _elements(value, where)]
        elif value not in (None, []):
            parts.left.append(name)
    return parts
