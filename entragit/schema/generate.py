"""JSON Schemas of the kinds, made from the catalog and Graph's type table.

They don't refuse what the tenant may have: names that nobody knows, and enum values that Graph invented later.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from entragit import planschema
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.fields import Field, fields, resource_fields
from entragit.resources.metadata import NAMESPACE, derived, enum_members, form

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPE = "@odata.type"
WRITE_ONLY = "a secret, which is never kept here"
NOISE = "not kept here, for the server makes it"

Schema = dict[str, Any]

PRIMITIVES: Mapping[str, Schema] = {
    "Edm.Binary": {"type": "string", "contentEncoding": "base64"},
    "Edm.Boolean": {"type": "boolean"},
    "Edm.Byte": {"type": "integer"},
    "Edm.Date": {"type": "string", "format": "date"},
    "Edm.DateTimeOffset": {"type": "string", "format": "date-time"},
    "Edm.Decimal": {"type": "number"},
    "Edm.Double": {"type": ["number", "string"]},  # "INF" and "NaN" are strings in OData's JSON
    "Edm.Duration": {"type": "string", "format": "duration"},
    "Edm.Guid": {"type": "string", "format": "uuid"},
    "Edm.Int16": {"type": "integer"},
    "Edm.Int32": {"type": "integer"},
    "Edm.Int64": {"type": "integer"},
    "Edm.Single": {"type": ["number", "string"]},
    "Edm.Stream": {
        "type": "object",
        "properties": {
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "size": {"type": "integer", "minimum": 1},
            "type": {"type": "string", "pattern": "^[a-z]+/[a-z0-9.+-]+$"},
        },
        "required": ["sha256", "size", "type"],
        "additionalProperties": False,
    },
    "Edm.String": {"type": "string"},
    "Edm.TimeOfDay": {"type": "string"},
}


def schema(resource_type: ResourceType) -> Schema:
    """The JSON Schema (draft 2020-12) of the files of one kind."""
    top = _object(resource_fields(resource_type.kind, resource_type.type), resource_type.type)
    names = sorted(_reachable(top))
    return {
        "$schema": DIALECT,
        "title": resource_type.kind,
        "type": "object",
        **top,
        **_required(resource_type),
        "$defs": {name: {"type": ["object", "null"], **_object(fields(name), name)} for name in names},
    }


def documents() -> Iterator[tuple[str, bytes]]:
    """File name and content of every kind's schema (the name is the kind's with dots for slashes), and of a plan's."""
    named = {f"{kind.replace('/', '.')}.schema.json": schema(CATALOG[kind]) for kind in sorted(CATALOG)}
    for name, found in {**named, planschema.NAME: planschema.schema()}.items():
        yield name, f"{json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False)}\n".encode()


def _object(known: Mapping[str, Field], type_name: str) -> Schema:
    """The schema of a map: the properties of its type, and by their annotation those of the types derived from it."""
    rows = {name: _property(field) for name, field in sorted(known.items())}
    below = {f"#{NAMESPACE}{name}": _added(name, known) for name in sorted(derived(type_name))}
    if not below:
        return {"properties": rows}
    rows[TYPE] = {"anyOf": [{"enum": list(below)}, {"type": "string"}], "description": "The type of this object."}
    cases = [
        {"if": {"properties": {TYPE: {"const": name}}, "required": [TYPE]}, "then": {"properties": added}}
        for name, added in below.items()
    ]
    # Without the annotation nobody knows what a property of a derived type is; one rule each, for the message's sake.
    needs = [{"dependentRequired": {key: [TYPE]}} for key in sorted(set().union(*below.values()))]
    return {"properties": rows, "allOf": [*cases, *needs]}


def _added(name: str, known: Mapping[str, Field]) -> Schema:
    """What the derived type `name` adds to the properties of its base."""
    return {key: _property(field) for key, field in sorted(fields(name).items()) if key not in known}


def _property(field: Field) -> Schema:
    if field.noise:
        return {"not": {}, "description": WRITE_ONLY if field.property and field.property.write_only else NOISE}
    value = _value(field.type)
    result: Schema = {"type": ["array", "null"], "items": value} if field.many else _or_null(value, field)
    words = " ".join(_words(field))
    return {**result, "description": words} if words else result


def _or_null(value: Schema, field: Field) -> Schema:
    """Absent means empty, so null is as good where Graph takes it."""
    if "type" not in value or (field.property is not None and not field.property.nullable and not field.keep_empty):
        return value
    given = value["type"] if isinstance(value["type"], list) else [value["type"]]
    return {**value, "type": [*given, "null"]}


def _value(type_name: str) -> Schema:
    if form(type_name) in ("entity", "complex"):
        return {"$ref": f"#/$defs/{type_name}"}
    if form(type_name) == "enum":
        # A member that Graph adds later is no error, so any text will do; editors offer those that are known.
        known = [name for name in enum_members(type_name) if name != "unknownFutureValue"]
        return {"anyOf": [{"enum": known}, {"type": ["string", "null"]}]}
    return dict(PRIMITIVES.get(type_name, {}))


def _words(field: Field) -> Iterator[str]:
    if field.reference is not None:
        what = {"inner": "the own id", "permission": "the id of a permission"}.get(
            field.reference.by, f"the {field.reference.by}"
        )
        yield f"A reference by {what} to {' or '.join(field.reference.to)}."
    if field.many and field.rule.order == "keyed":
        each = f"One element for each {' and '.join(field.rule.by)}; the order means nothing."
        yield each if field.rule.by else "At most one element."
    elif field.many:
        yield "The order matters." if field.rule.order == "sequence" else "The order means nothing."
    if field.property is not None and field.property.immutable:
        yield "Taken at creation only."


def _required(resource_type: ResourceType) -> Schema:
    """An object that is to be created needs a name; the id is Graph's to give."""
    if resource_type.title in ("", "id"):
        return {}
    return {"if": {"not": {"required": ["id"]}}, "then": {"required": [resource_type.title]}}


def _reachable(part: Any) -> set[str]:
    """The types whose definitions `part` refers to, and those refer to in turn."""
    found: set[str] = set()
    todo = _refs(part)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo |= _refs(_object(fields(name), name))
    return found


def _refs(part: Any) -> set[str]:
    if isinstance(part, list):
        return set().union(*map(_refs, part))
    if not isinstance(part, dict):
        return set()
    if "$ref" in part:
        return {part["$ref"].rpartition("/")[2]}
    return set().union(*map(_refs, part.values()))
