"""Bodies against the types: unknown, read-only, wrongly typed (facts §6); defaults filled in, complex values merged."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from entragit.sandbox.replies import ApiError
from entragit.sandbox.rules import types
from entragit.sandbox.rules.stored import ELSEWHERE, default
from entragit.sandbox.rules.types import Property
from entragit.sandbox.store import Object
from entragit.sandbox.writes.core import GRAPH, Kind

# Relationships that Graph takes inline in a body (facts §5 conditionalAccess, authenticationMethodsPolicy; the last is
# documented for creations of listeners and flows).
INLINE = frozenset({"authenticationStrength", "includeTargets", "passkeyProfiles", "customExtension"})
# The same, of one type each (facts §5 entitlementManagement).
INLINE_OF = {
    "agreement": frozenset({"files"}),
    "accessPackage": frozenset({"catalog"}),
    "accessPackageAssignmentPolicy": frozenset({"accessPackage", "customExtensionStageSettings", "questions"}),
    "accessPackageAssignmentRequest": frozenset({"assignment"}),
    "accessPackageResourceRequest": frozenset({"catalog", "resource"}),
    "accessPackageResourceRole": frozenset({"resource"}),
    "accessPackageResourceRoleScope": frozenset({"role", "scope"}),
    "identityGovernance.workflow": frozenset({"tasks"}),
    "synchronizationSchema": frozenset({"directories"}),
    # Documented for creations of listeners and flows.
    "authenticationConditionsApplications": frozenset({"includeApplications"}),
    "onAttributeCollectionExternalUsersSelfServiceSignUp": frozenset({"attributes"}),
    "onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp": frozenset({"identityProviders"}),
}
# What requests name a new assignment by, and the type doesn't have (documented for assignmentRequests).
NAMED_BY = {
    "accessPackageAssignment": {name: Property(name, "Edm.String") for name in
                                ("accessPackageId", "assignmentPolicyId", "targetId")},
}  # fmt: skip
# Parts of complex values that are sent and may not be sent back (facts §5; types.json).
READ_ONLY = frozenset({("appRole", "origin"), ("informationalUrl", "logoUrl"), ("assignedLabel", "displayName")})
LONGEST = {"displayName": 256, "mailNickname": 64, "userPrincipalName": 113, "description": 1024}
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
DURATION = re.compile(r"-?P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")


def fields(type_name: str) -> dict[str, Property]:
    """What a body of this type may name: properties, and relationships written inline."""
    named = INLINE | INLINE_OF.get(type_name, frozenset())
    inline = {name: field for name, field in types.navigation(type_name).items() if name in named}
    return {**types.properties(type_name), **inline, **NAMED_BY.get(type_name, {})}


def is_abstract(type_name: str) -> bool:
    """Whether a value needs a type derived from this one; of named locations the documentation alone says so."""
    return types.is_abstract(type_name) or type_name == "namedLocation"


def is_guid(value: object) -> bool:
    """Whether a value is a GUID in its usual form."""
    return isinstance(value, str) and GUID.fullmatch(value) is not None


def _is_instant(value: object) -> bool:
    try:
        return datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return False


def _is_date(value: object) -> bool:
    try:
        return date.fromisoformat(str(value)) is not None
    except ValueError:
        return False


def _is_base64(value: object) -> bool:
    try:
        return base64.b64decode(str(value), validate=True) is not None
    except (binascii.Error, ValueError):
        return False


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


PRIMITIVES: Mapping[str, Callable[[Any], bool]] = {
    "Edm.String": lambda value: isinstance(value, str),
    "Edm.Boolean": lambda value: isinstance(value, bool),
    "Edm.Int16": _is_integer,
    "Edm.Int32": lambda value: _is_integer(value) and -(2**31) <= value < 2**31,
    "Edm.Int64": _is_integer,
    "Edm.Double": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "Edm.Guid": is_guid,
    "Edm.DateTimeOffset": lambda value: isinstance(value, str) and _is_instant(value),
    "Edm.Date": lambda value: isinstance(value, str) and _is_date(value),
    "Edm.Duration": lambda value: isinstance(value, str) and DURATION.fullmatch(value) is not None,
    "Edm.Binary": lambda value: isinstance(value, str) and _is_base64(value),
}


def invalid(kind: Kind, name: str) -> ApiError:
    """400: the value has not the property's type."""
    return kind.bad(f"Invalid value specified for property '{name}' of resource '{kind.resource}'.")


def actual_type(kind: Kind, declared: str, value: Mapping[str, Any]) -> str:
    """The type that "@odata.type" names, if it is `declared` or derived from it; 400 otherwise."""
    if "@odata.type" not in value:
        if is_abstract(declared):
            raise kind.bad(f"A value of the abstract type '{declared}' needs its '@odata.type'.")
        return declared
    named = value["@odata.type"]
    actual = str(named).removeprefix(GRAPH)
    if not str(named).startswith(GRAPH) or (actual != declared and actual not in types.derived(declared)):
        raise kind.bad(f"'{named}' is no type for a value of type '{declared}'.")
    return actual


Newer = Callable[[str], bool]
"""Whether a property that the types don't know is one that Graph has by now."""


def _check_scalar(kind: Kind, field: Property, value: Any, newer: Newer) -> None:
    if types.kind(field.type) == "enum":
        members = set(types.enum_members(field.type)) - {"unknownFutureValue"}
        sent = value.split(",") if isinstance(value, str) and types.is_flags(field.type) else [value]
        if not all(isinstance(item, str) and item.strip() in members for item in sent):
            raise invalid(kind, field.name)
    elif types.kind(field.type) == "primitive":
        if not PRIMITIVES.get(field.type, lambda _: True)(value):
            raise invalid(kind, field.name)
    elif not isinstance(value, Mapping):
        raise invalid(kind, field.name)
    elif not (field.navigation and set(value) == {"id"} and isinstance(value["id"], str)):  # what is there, by its id
        check(kind, actual_type(kind, field.type, value), value, newer)


def check_value(kind: Kind, field: Property, value: Any, newer: Newer) -> None:
    """One property's value against its type; 400 if it does not fit."""
    if value is None:
        if field.collection or not field.nullable:
            raise invalid(kind, field.name)
        return
    if field.collection != isinstance(value, list):
        raise invalid(kind, field.name)
    for item in value if field.collection else [value]:
        if item is None:
            raise invalid(kind, field.name)
        _check_scalar(kind, field, item, newer)


def check(kind: Kind, type_name: str, body: Mapping[str, Any], newer: Newer = lambda name: False) -> None:
    """Every property of a body: known to its type, or newer, and of the right type; no stray annotation (facts §6)."""
    known = fields(type_name)
    if not known:  # an open type without declared properties: customSecurityAttributeValue
        return
    for name, value in body.items():
        if name == "@odata.type" or (name not in known and newer(name)):
            continue
        if name not in known:
            raise kind.bad(f"Invalid property '{name}'.")
        if (type_name, name) in READ_ONLY:
            raise kind.bad(f"Property '{name}' is read-only and cannot be set.")
        check_value(kind, known[name], value, newer)


def check_strings(kind: Kind, body: Mapping[str, Any]) -> None:
    """Lengths, and "" where only null clears (facts §6)."""
    for name, value in body.items():
        if isinstance(value, str) and len(value) > LONGEST.get(name, 32768):
            raise invalid(kind, name)
        if value == "" and kind.no_empty:
            raise kind.bad(f"Invalid value specified for property '{name}': it must be null or non-empty.")


def filled(declared: str, value: Any) -> Any:
    """A value as Graph would store it: absent properties of complex values present with their defaults."""
    if isinstance(value, list):
        return [filled(declared, item) for item in value]
    if not isinstance(value, Mapping) or types.kind(declared) not in ("complex", "entity"):
        return value
    named = str(value.get("@odata.type", GRAPH + declared))
    actual = named.removeprefix(GRAPH)
    known = fields(actual)
    result: Object = {} if actual == declared and not is_abstract(declared) else {"@odata.type": named}
    result |= {name: default(field) for name, field in types.properties(actual).items() if name not in ELSEWHERE}
    result |= {name: filled(known[name].type, item) for name, item in value.items() if name in known}
    result |= {name: item for name, item in value.items() if name not in known and not name.startswith("@")}
    return result


def _mergeable(field: Property | None, before: Any, sent: Any) -> bool:
    if field is None or field.collection or types.kind(field.type) != "complex":
        return False
    if not isinstance(before, Mapping) or not isinstance(sent, Mapping):
        return False
    return sent.get("@odata.type") in (None, before.get("@odata.type"))


def merged(type_name: str, before: Mapping[str, Any], sent: Mapping[str, Any]) -> Object:
    """`before` with `sent` on top: complex values merge, collections are replaced, null clears (facts §6)."""
    known = fields(type_name)
    result: Object = dict(before)
    for name, value in sent.items():
        field = known.get(name)
        if field is not None and _mergeable(field, before.get(name), value):
            actual = str(before[name].get("@odata.type", GRAPH + field.type))
            result[name] = merged(actual.removeprefix(GRAPH), before[name], value)
        elif name != "@odata.type":
            result[name] = filled(field.type if field else "Edm.String", value)
    return result


def replaced(type_name: str, before: Mapping[str, Any], sent: Mapping[str, Any]) -> Object:
    """`before` with the properties of `sent` in place of its own, whole."""
    known = fields(type_name)
    new = {name: filled(known[name].type, value) for name, value in sent.items() if name in known}
    for type_name, inner in READ_ONLY:
        for name, value in new.items():
            if known[name].type == type_name and isinstance(value, dict):
                value[inner] = (before.get(name) or {}).get(inner)
    return {**before, **new}


def bare(value: Any) -> Any:
    """The value without what is absent as well as not set: nulls and empty lists in maps, at any depth."""
    if isinstance(value, Mapping):
        return {name: bare(item) for name, item in value.items() if item is not None and item != []}
    return [bare(item) for item in value] if isinstance(value, list) else value
