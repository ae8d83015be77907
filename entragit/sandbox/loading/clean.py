"""An object of an export as Graph itself would store it: no annotations, every property, of the right type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entragit.sandbox.loading.problem import LoadError
from entragit.sandbox.rules import types
from entragit.sandbox.rules.relations import INSIDE
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.rules.types import Property
from entragit.sandbox.store import Object

TYPE = "#microsoft.graph."
# Relationships that Graph sends inside an object.
INLINE = frozenset({"authenticationStrength", "includeTargets", "passkeyProfiles", "combinationConfigurations",
                    "authenticationMethodConfigurations"})  # fmt: skip
WORDS: Mapping[str, type | tuple[type, ...]] = {
    "Edm.Boolean": bool, "Edm.Int16": int, "Edm.Int32": int, "Edm.Int64": int, "Edm.Double": (int, float),
    "Edm.Single": (int, float),
}  # fmt: skip


def _fails(field: Property, value: Any, where: str) -> LoadError:
    wanted = f"a list of {field.type}" if field.collection else field.type
    return LoadError(
        f"{where}: {field.name} must be {wanted}, not {type(value).__name__}; load what Graph's list call sent."
    )


def _scalar(field: Property, value: Any, where: str, verbose: bool) -> Any:
    if types.kind(field.type) in ("complex", "entity"):
        if not isinstance(value, dict):
            raise _fails(field, value, where)
        return cleaned(field.type, value, where, verbose)
    wanted = WORDS.get(field.type, str)
    if field.type == "Edm.Untyped":
        return value
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise _fails(field, value, where)
    return value


def _value(field: Property, value: Any, where: str, verbose: bool) -> Any:
    if value is None:
        return [] if field.collection else None
    if field.collection != isinstance(value, list):
        raise _fails(field, value, where)
    if not field.collection:
        return _scalar(field, value, where, verbose)
    return [_scalar(field, item, where, verbose) for item in value]


def _unannotated(value: Any, verbose: bool) -> Any:
    """A value that the types don't know: whole, less its annotations; a type stays unless every value has one."""
    if isinstance(value, list):
        return [_unannotated(item, verbose) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {} if verbose or "@odata.type" not in value else {"@odata.type": value["@odata.type"]}
    return kept | {name: _unannotated(item, verbose) for name, item in value.items() if "@" not in name}


def verbose(body: Object) -> bool:
    """Whether an object was read with odata.metadata=full, so that every property comes with its type."""
    return any(name.endswith("@odata.type") and name != "@odata.type" for name in body)


def _actual(declared: str, value: Object) -> tuple[str, Object]:
    """(the type whose properties these are, the "@odata.type" to keep): kept where it is not what was declared."""
    named = value.get("@odata.type")
    name = str(named).removeprefix(TYPE)
    if named is None or name == declared:
        return declared, {}
    if types.known(name) and declared in types.lineage(name):
        return name, {"@odata.type": named}
    return declared, {"@odata.type": named}  # newer than our copy of the types


def cleaned(declared: str, value: Object, where: str, verbose: bool) -> Object:
    """A value of a type: annotations gone, absent properties at their defaults, unknown ones kept.

    An open type, which declares none, is kept whole: there annotations say what its values are (facts §5 attributes).
    `verbose`: see the function of that name. Raises LoadError for a property of the wrong type.
    """
    actual, kept = _actual(declared, value)
    known = dict(types.properties(actual))
    known |= {name: field for name, field in types.navigation(actual).items() if name in INLINE}
    if not known:
        return dict(value)
    body = kept | blank(actual)
    for name, item in value.items():
        if "@" in name:
            continue
        field = known.get(name)
        body[name] = _unannotated(item, verbose) if field is None else _value(field, item, where, verbose)
    return body


def novel(path: str, body: Object) -> set[str]:
    """The top-level properties that the types don't know: of the beta, or newer."""
    named = str(body.get("@odata.type", "")).removeprefix(TYPE)
    actual = named if types.known(named) else types.collection_type(path)
    known = {*types.properties(actual), *types.navigation(actual), "@odata.type"}
    return set(body) - known - ({INSIDE[path].inside[1]} if path in INSIDE else set())
