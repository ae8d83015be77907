"""Names and enum values that nobody knows: what a person mistyped, told apart from what is newer than the catalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from entragit import schema
from entragit.document import Document
from entragit.resources.base import ResourceType
from entragit.resources.fields import Field, fields, of
from entragit.resources.metadata import concrete
from entragit.strict import shown, suggestion
from entragit.validate.findings import Finding, Known, Names

Path = tuple[str | int, ...]

ANNOTATION = "@odata.type"


def unknown(path: str, kind: ResourceType, document: Document, known: Known) -> Iterator[Finding]:
    """An error for each property that neither the catalog nor the last snapshot has."""
    for place, siblings in _strange(document.body, of(kind, document.body), ()):
        *around, name = names(place)
        had = known.properties(kind.kind)
        if (*around, name) in had:
            continue
        hint = suggestion(name, [*siblings, *(other[-1] for other in had if other[:-1] == (*around,))]) or "; remove it"
        message = f"neither the catalog nor the last snapshot knows the property {shown(name)}{hint}"
        yield Finding(path, *document.position(place), "error", message)


def unknown_values(path: str, kind: ResourceType, document: Document, known: Known) -> Iterator[Finding]:
    """An error for each enum value that neither the catalog nor the last snapshot has."""
    for strange in schema.unknown_values(kind, document.body):
        if strange.value not in known.texts(kind.kind):
            hint = f"; did you mean {shown(strange.nearest)}?" if strange.nearest else "; correct it"
            message = f"neither the catalog nor the last snapshot knows the value {shown(strange.value)}{hint}"
            yield Finding(path, *document.position(strange.path), "error", message)


def texts(value: Any) -> Iterator[str]:
    """Every text inside a body, and every word between commas, as `Known.texts` holds them."""
    if isinstance(value, str):
        yield from (value, *value.split(","))
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


def names(place: Path) -> Names:
    """The keys of a place."""
    return tuple(step for step in place if isinstance(step, str))


def used(value: Any, place: Names = ()) -> Iterator[Names]:
    """The names of all properties inside a body, as `Known.properties` holds them."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield (*place, name)
            yield from used(item, (*place, name))
    elif isinstance(value, list):
        for item in value:
            yield from used(item, place)


def _strange(body: Mapping[str, Any], expected: Mapping[str, Field], place: Path) -> Iterator[tuple[Path, list[str]]]:
    """Where a name is not among the expected ones, and what those are; nothing inside what has no declared type."""
    for name, value in body.items():
        if name in expected:
            yield from _inside(value, expected[name], (*place, name))
        elif expected and name != ANNOTATION:
            yield (*place, name), [key for key in expected if key not in body]


def _inside(value: Any, field: Field, place: Path) -> Iterator[tuple[Path, list[str]]]:
    if isinstance(value, dict):
        yield from _strange(value, fields(concrete(field.type, value)), place)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _inside(item, field, (*place, position))
