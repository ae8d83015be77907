"""Raw Graph JSON → the canonical body: prepare, walk, seal.

Idempotent, and blind to the order of keys, pages, sets and keyed lists. What the catalog has never heard of stays as
long as it has a value (design section 2, promise 3); what Graph only annotates goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from entragit.canonical import ordered
from entragit.model import Body, Raw
from entragit.resources.base import Context, Relation, ResourceType
from entragit.resources.facts import SET
from entragit.resources.fields import Field, fields, is_open, resource_fields
from entragit.resources.metadata import NAMESPACE, concrete, known
from entragit.resources.prepare import prepare

TYPE = "@odata.type"
ANNOTATION = "@odata."

Known = Callable[[str], Mapping[str, Field]]
"""Graph type → its fields by name."""


def normalize(resource_type: ResourceType, raw: Raw, context: Context) -> Body:
    """The body of one object as Graph sent it, its relationships already under their names; `raw` is left as it is.

    A relationship is given as Graph lists it (maps with an `id`), or as a body holds it (ids).
    """
    prepared = prepare(resource_type, raw, context)
    return seal(canonical_map(prepared, resource_type.type, lambda name: resource_fields(resource_type.kind, name)))


def seal(body: Body) -> Body:
    """The last step, after which nothing but ciphertext may stand in a protected property; none is protected yet."""
    return body


def canonical_map(value: Mapping[str, Any], declared: str, known_of: Known = fields) -> Body:
    """One map and all inside it; `declared` is the Graph type that it has when it doesn't say otherwise."""
    rows = known_of(concrete(declared, value) if TYPE in value else declared)
    body: Body = {}
    for name, item in value.items():
        field = rows.get(name)
        if item is None and (field is None or not field.keep_empty):
            continue
        if field is None:
            result = _annotation(name, item, declared) if ANNOTATION in name else _unknown(item)
        elif field.noise:
            continue
        else:
            result = item if isinstance(item, str) else _value(item, field)
            if field.keep_empty:
                body[name] = result
                continue
        if result is not None and result != []:
            body[name] = result
    return body


def _annotation(name: str, item: Any, declared: str) -> str | None:
    """The one annotation that says something: a type that is not the declared one, in its canonical spelling."""
    if name != TYPE or not isinstance(item, str):
        return None
    full = item.removeprefix("#")
    if not full.startswith(NAMESPACE) and known(full):
        full = NAMESPACE + full
    return None if full.removeprefix(NAMESPACE) in ("", declared) else f"#{full}"


def _value(item: Any, field: Field) -> Any:
    """The value of a known property or relationship."""
    if field.relation is not None:
        return _related(item, field, field.relation)
    if isinstance(item, list):
        return ordered([_element(element, field.type) for element in item], field.rule)
    return _element(item, field.type)


def _related(item: Any, field: Field, relation: Relation) -> Any:
    """The value of a relationship: ids, or the maps of the children that are wanted."""
    if relation.shape == "cast":
        return item.get(relation.name) if isinstance(item, dict) else item
    ids = relation.shape in ("refset", "ref")
    if not isinstance(item, list):
        return _id(item) if ids else _child(item, relation)
    if ids:
        return ordered([_id(element) for element in item if _wanted(element, relation)], field.rule)
    return ordered([_child(element, relation) for element in item if _wanted(element, relation)], field.rule)


def _id(item: Any) -> Any:
    """The id that stands for a resource; what has none stays, so that nothing is lost without a word."""
    if isinstance(item, dict) and isinstance(item.get("id"), str):
        return item["id"]
    return _unknown(item)


def _child(item: Any, relation: Relation) -> Any:
    body = _element(item, relation.type)
    if not isinstance(body, dict):
        return body
    return {name: value for name, value in body.items() if name not in relation.drop}


def _wanted(item: Any, relation: Relation) -> bool:
    """Whether an element has its home here: what the catalog has never heard of has."""
    return not isinstance(item, dict) or not any(
        item.get(name) in values for name, values in relation.elsewhere.items()
    )


def _element(item: Any, declared: str) -> Any:
    if isinstance(item, dict):
        return _own(item) if is_open(declared) else canonical_map(item, declared)
    return _unknown(item)


def _own(value: Mapping[str, Any]) -> Body:
    """A map whose names the tenant has made up: what Graph says of their types goes, and lists are sets."""
    named = {name: item for name, item in value.items() if ANNOTATION not in name and item not in (None, [])}
    return {name: _own(item) if isinstance(item, dict) else ordered(item, SET) if isinstance(item, list) else item
            for name, item in named.items()}  # fmt: skip


def _unknown(item: Any) -> Any:
    """A value of no known type: annotations and empty entries go, the rest stays in its order."""
    if isinstance(item, dict):
        return canonical_map(item, "")
    return [_unknown(element) for element in item] if isinstance(item, list) else item
