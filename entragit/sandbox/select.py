"""Which properties of an object an answer holds (facts §1): defaults, $select, and what is never sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from entragit.sandbox.replies import ApiError
from entragit.sandbox.rules import types
from entragit.sandbox.rules.layout import CASTS, DIRECTORY_OBJECTS
from entragit.sandbox.rules.relations import OWN_IDS, UNASKED
from entragit.sandbox.store import Object

Render = Callable[[Object], Object]

# A user's properties without $select (facts §1); other types send all but those flagged "requires $select".
DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "user": (
        "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
        "preferredLanguage", "surname", "userPrincipalName", "id",
    ),
}  # fmt: skip
# Kept in other services: not selectable on lists (facts §1).
FOREIGN = frozenset({
    "aboutMe", "birthday", "hireDate", "interests", "mailboxSettings", "mySite", "pastProjects", "preferredName",
    "responsibilities", "schools", "skills",
})  # fmt: skip
# Key material by property: the element's secret. `key` is sent on GET of one object with $select alone (facts §5).
SECRETS: Mapping[str, str] = {"keyCredentials": "key", "passwordCredentials": "secretText"}
EXTENSION = "extension_"


@dataclass(frozen=True)
class View:
    """How objects of one type are sent: the selected names (None: the default set), and whether it is one object."""

    type: str
    names: tuple[str, ...] | None = None
    single: bool = False


@cache
def _hidden(type_name: str) -> frozenset[str]:
    """The properties of a type that are only sent when selected, or never."""
    fields = types.properties(type_name)
    unasked = (field for field in fields.values() if field.requires_select or field.get_only_single or field.write_only)
    own = frozenset() if "id" in fields else frozenset({"id"})  # the sandbox's own: Graph calls it otherwise
    return own | {field.name for field in unasked} | UNASKED.get(type_name, frozenset()) | _elsewhere(type_name)


@cache
def _elsewhere(type_name: str) -> frozenset[str]:
    """What objects of derived types have, and is sent at the addresses of those alone [K]."""
    own = types.properties(type_name).keys()
    casts = (name for names in CASTS.values() for name in names if name in types.derived(type_name))
    return frozenset(name for cast in casts for name in types.properties(cast).keys() - own)


@cache
def _never(type_name: str) -> frozenset[str]:
    return frozenset(field.name for field in types.properties(type_name).values() if field.write_only)


@cache
def _is_list(type_name: str, name: str) -> bool:
    field = types.properties(type_name).get(name)
    return field is not None and field.collection


def _scrubbed(item: Object, keep_keys: bool) -> Object:
    """The item with the secrets of its credentials null; the item is the caller's own copy."""
    for name, secret in SECRETS.items():
        if item.get(name) and not (keep_keys and name == "keyCredentials"):
            item[name] = [{**element, secret: None} for element in item[name]]
    return item


def _all_but(hidden: frozenset[str]) -> Render:
    return lambda item: {name: value for name, value in item.items() if name not in hidden}


def _only(type_name: str, names: tuple[str, ...]) -> Render:
    """Exactly the named properties, absent ones with Graph's default; those never sent as null, one not at all."""
    never = _never(type_name) - {"hasMembersWithLicenseErrors"}
    kept = tuple(name for name in names if name != "hasMembersWithLicenseErrors")
    blank: Object = {name: [] if _is_list(type_name, name) else None for name in kept}

    def chosen(item: Object) -> Object:
        sent: Object = {"@odata.type": item["@odata.type"]} if "@odata.type" in item else {}
        for name in kept:
            sent[name] = item[name] if name in item and name not in never else blank[name]
        return sent

    return chosen


def _own_id(chosen: Render) -> Render:
    """The id without the owner's."""

    def render(item: Object) -> Object:
        sent = chosen(item)
        return {**sent, "id": str(sent["id"]).rpartition("/")[2]} if "id" in sent else sent

    return render


def renderer(view: View) -> Render:
    """The function from a stored object to what is sent; its result may share values with the store."""
    names = view.names or DEFAULTS.get(view.type)
    keep_keys = view.single and view.names is not None and "keyCredentials" in view.names
    chosen = _all_but(_hidden(view.type)) if names is None else _only(view.type, names)
    if view.type in OWN_IDS:
        return _own_id(chosen)
    if not {"application", "servicePrincipal"} & {*types.lineage(view.type)}:
        return chosen
    return lambda item: _scrubbed(chosen(item), keep_keys)


def selectable(type_name: str, name: str) -> bool:
    """Whether the types know a property of this name, or it looks like a directory extension."""
    return name in _selectable(type_name) or name.startswith(EXTENSION)


@cache
def _selectable(type_name: str) -> frozenset[str]:
    """Every property that a $select on a type may name; on mixed lists those of all directory objects."""
    if type_name == "directoryObject":
        return frozenset().union(*(types.properties(name) for name in DIRECTORY_OBJECTS.values()))
    below = (types.properties(name) for name in types.derived(type_name))
    return frozenset(types.properties(type_name)).union(*below) - _elsewhere(type_name)


def _check_name(name: str, type_name: str, single: bool, seen: Callable[[str], bool]) -> None:
    if not selectable(type_name, name):
        if seen(name) and name not in _elsewhere(type_name):
            return
        message = f"Could not find a property named '{name}' on type 'microsoft.graph.{type_name}'."
        raise ApiError(400, "BadRequest", f"Parsing OData Select and Expand failed: {message}")
    if single or type_name == "directoryObject":
        return
    field = types.properties(type_name).get(name)
    if name in FOREIGN and type_name == "user":
        raise ApiError(501, "NotImplemented", "This operation target is not yet supported.")
    if field is not None and field.get_only_single:
        raise ApiError(400, "Request_BadRequest", f"Property '{name}' can only be requested for a single object.")


def names(text: str, type_name: str, single: bool, seen: Callable[[str], bool]) -> tuple[str, ...]:
    """The names of a $select; 400 for an unknown one, 501 for one that lists can't give.

    `seen` says whether any stored object has a property that the types don't know: Graph's newest ones.
    """
    chosen = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    for name in chosen:
        _check_name(name, type_name, single, seen)
    return chosen
