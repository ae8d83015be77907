"""The query options of a read, checked against what its path allows (facts §1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from entragit.sandbox import access, filters, select
from entragit.sandbox.ask import Ask
from entragit.sandbox.objects import visible
from entragit.sandbox.paths import Place
from entragit.sandbox.replies import ApiError
from entragit.sandbox.rules import layout
from entragit.sandbox.rules.relations import EMBEDDED, EXPANDABLE, NESTED, UNASKED
from entragit.sandbox.rules.row import Listing, Relation

ALLOWED: Mapping[str, frozenset[str]] = {
    "list": frozenset({"$select", "$top", "$filter", "$expand", "$count", "$orderby", "$skiptoken"}),
    "object": frozenset({"$select", "$expand"}),
    "singleton": frozenset({"$select"}),
    "relation": frozenset({"$select", "$top", "$filter", "$count", "$skiptoken", "$expand"}),
    "child": frozenset({"$select"}),
    "deleted": frozenset({"$select", "$top", "$filter", "$count", "$orderby", "$skiptoken"}),
    "any": frozenset({"$select"}),
    "ids": frozenset({"$select"}),
}
EXPANSION = re.compile(r"(?P<name>\w+)(?:\(\$select=(?P<select>[\w,@. ]+)\))?")
ORDER = re.compile(r"(?P<name>\w+)(?:\s+(?P<way>asc|desc))?", re.IGNORECASE)


@dataclass(frozen=True)
class Expansion:
    """One `$expand`: the relation and the properties of its elements (None: the default set)."""

    relation: Relation
    names: tuple[str, ...] | None


@dataclass(frozen=True)
class Query:
    """Checked options. `embedded`: what objects hold and shall be sent.

    `silent` are selected properties that this token reads as null.
    """

    names: tuple[str, ...] | None = None
    size: int = 100
    filter: filters.Filter | None = None
    expansion: Expansion | None = None
    embedded: tuple[str, ...] = ()
    order: tuple[str, bool] | None = None
    count: bool = False
    silent: frozenset[str] = frozenset()


def unsupported(message: str) -> ApiError:
    """400 for an option that this path doesn't take (facts §1)."""
    return ApiError(400, "Request_UnsupportedQuery", message)


def eventual(ask: Ask) -> bool:
    """Whether the request has what advanced queries need (facts §1)."""
    asked = ask.headers.get("consistencylevel", "").lower() == "eventual"
    return asked and ask.query.get("$count", "").lower() == "true"


def _check_options(ask: Ask, place: Place) -> None:
    for name in ask.query:
        if name not in ALLOWED[place.form]:
            raise unsupported(f"The query parameter '{name}' is not supported here.")


def seen(ask: Ask, path: str) -> Callable[[str], bool]:
    """Whether any object of a collection has a property of this name: one newer than the types."""
    return lambda name: any(name in item for item in list(visible(ask.tenant, path).values()))


def _size(ask: Ask, listing: Listing, names: tuple[str, ...] | None) -> int:
    """The page size; 400 for a `$top` beyond the path's maximum (facts §1)."""
    text, size = ask.query.get("$top"), listing.default
    if text is not None and listing.top is not None:
        if listing.top == 0:
            raise unsupported("The query parameter '$top' is not supported here.")
        if not text.isdecimal() or not 1 <= int(text) <= listing.top:
            raise unsupported(f"Invalid page size specified: '{text}'. Must be between 1 and {listing.top} inclusive.")
        size = int(text)
    if names and "signInActivity" in names:
        size = min(size, layout.SIGN_IN_ACTIVITY_PAGE)
    if not listing.paged:
        return size
    return min(size, ask.tenant.options.page_size or size)


def _filter(ask: Ask, type_name: str, known: Callable[[str], bool]) -> filters.Filter | None:
    text = ask.query.get("$filter")
    if text is None:
        return None
    if type_name in layout.UNFILTERED:
        raise unsupported("The query parameter '$filter' is not supported here.")
    found = filters.compiled(text)
    for name in found.properties:
        if not (select.selectable(type_name, name) or known(name) or name in UNASKED.get(type_name, ())):
            raise filters.bad(f"Could not find a property named '{name}' on type 'microsoft.graph.{type_name}'.")
    return found


def _scoped(ask: Ask, place: Place, found: Query) -> bool:
    """Whether a list asks for one scope, where Graph lists nothing else (facts §5 PIM). Links of pages hold theirs."""
    named = found.filter.properties if found.filter else frozenset()
    scopes = layout.SCOPED.get(place.path, ((),))
    return place.form != "list" or "$skiptoken" in ask.query or any(named >= {*scope} for scope in scopes)


def _order(ask: Ask, type_name: str) -> tuple[str, bool] | None:
    """(property, descending) of an `$orderby` with one property."""
    text = ask.query.get("$orderby")
    if text is None:
        return None
    match = ORDER.fullmatch(text.strip())
    if match is None or not select.selectable(type_name, match["name"]):
        raise unsupported(f"Sorting by '{text}' is not supported.")
    return match["name"], (match["way"] or "").lower() == "desc"


def _embedded(ask: Ask, place: Place) -> tuple[str, ...] | None:
    """What is expanded of what the objects of a path hold; None where they hold nothing.

    In it more is expanded of one object alone: documented for "Get accessPackageAssignmentPolicy", and for no list.
    """
    known = EMBEDDED.get(f"{place.path}/{place.relation.name}" if place.relation else place.path)
    if known is None:
        return None
    names = tuple(filter(None, (name.strip() for name in ask.query.get("$expand", "").split(","))))
    inside = NESTED.get(place.path, {}).items() if place.form == "object" else ()
    nested = {f"{name}($expand={inner})" for name, (inner, _) in inside}
    if not set(names) <= known.keys() | nested:
        raise unsupported(f"'{ask.query.get('$expand')}' can't be expanded here.")
    return names


def _expansion(ask: Ask, place: Place) -> Expansion | None:
    """The one relation that a request may expand (facts §1), with a nested `$select` at most."""
    text, path = ask.query.get("$expand"), "" if place.relation else place.path
    if text is None:
        return None
    match = EXPANSION.fullmatch(text.strip())
    relation = EXPANDABLE.get(path, {}).get(match["name"]) if match else None
    if match is None or relation is None:
        raise unsupported(f"'{text}' can't be expanded: one relationship of the type, with $select at most.")
    if match["select"] is None:
        return Expansion(relation, None)
    return Expansion(relation, select.names(match["select"], relation.type, True, lambda name: False))


def _needs_eventual(ask: Ask, place: Place, found: Query) -> bool:
    """Whether only the advanced engine answers this (facts §1): casts and filters of relationships too."""
    directory = place.path in layout.ADVANCED and (place.relation is None or place.relation.type == "directoryObject")
    if not directory:
        return False
    if place.form == "relation":
        return bool(place.cast or found.filter)
    return bool(found.filter and (found.filter.advanced or found.order))


def parse(ask: Ask, place: Place, type_name: str, single: bool = False, listing: Listing | None = None) -> Query:
    """The checked options of a read of objects of `type_name`; raises ApiError."""
    _check_options(ask, place)
    names: tuple[str, ...] | None = None
    known, embedded = seen(ask, place.path), _embedded(ask, place)
    if "$select" in ask.query:
        names = select.names(ask.query["$select"], type_name, single, known)
    found = Query(
        names,
        _size(ask, listing or layout.DEFAULT_LISTING, names),
        _filter(ask, type_name, known),
        _expansion(ask, place) if embedded is None else None,
        embedded or (),
        _order(ask, type_name),
        eventual(ask) or (place.path not in layout.ADVANCED and ask.query.get("$count", "").lower() == "true"),
        access.check_properties(ask, names or ()),
    )
    if not single and not _scoped(ask, place, found):
        scopes = " or ".join(" and ".join(scope) for scope in layout.SCOPED[place.path])
        raise unsupported(f"$filter by {scopes} is required.")
    if _needs_eventual(ask, place, found) and not eventual(ask):
        raise unsupported("This query needs the header 'ConsistencyLevel: eventual' and '$count=true'.")
    return found


def sort_key(name: str) -> Callable[[Any], tuple[bool, str]]:
    """Order of objects by a property: nulls first, strings without regard to case."""
    return lambda item: (item.get(name) is not None, str(item.get(name)).casefold())
