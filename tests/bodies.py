"""Objects as Graph may send them, made up from the type table: for the properties that hold for every kind."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from entragit.model import Raw
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.fields import Field, fields, of
from entragit.resources.metadata import concrete, derived, enum_members, form

KINDS = sorted(CATALOG)
IDS = [f"{n:08x}-0000-4000-8000-00000000000{n}" for n in range(6)]
TEXTS = ["", "All", "a", "a b", 'say "hi"', "Ünïcode", "😀", "line\nbreak", *IDS]
NUMBERS = {"Edm.Boolean": [True, False], "Edm.Double": [0.0, 1.5], "Edm.Int64": [0, 2**53 + 1]}
DEPTH = 5
ALWAYS = {"skuId"}
"""What Graph never leaves out, and a hook may count on."""

seeds = st.integers(0, 2**32)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
names = st.sampled_from(["id", "a", "b", "x@odata.type", "@odata.type", "displayName"]) | st.text(max_size=4)
json_values = st.recursive(
    scalars | st.sampled_from(IDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)


def raw(resource_type: ResourceType, seed: int) -> Raw:
    """One object of a kind: any of its properties and relationships, annotations, names that nobody knows."""
    rng = random.Random(seed)
    types = sorted(derived(resource_type.type)) or [resource_type.type]
    body: Raw = {"@odata.type": f"#microsoft.graph.{rng.choice(types)}", "@odata.context": "https://graph"}
    body |= _map(of(resource_type, body), rng, 0)
    return body | {"id": rng.choice(IDS)}


def _map(known: Mapping[str, Field], rng: random.Random, depth: int) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, field in known.items():
        if name in ALWAYS or rng.random() < 0.6 / (depth + 1):
            body[name] = _field(field, rng, depth)
            if rng.random() < 0.2:
                body[f"{name}@odata.context"] = "https://graph"
    if rng.random() < 0.2:
        body["brandNew"] = rng.choice([None, [], {}, {"deep": None, "x": [None]}, 0, False, "", "x", [3, 1]])
    return body


def _field(field: Field, rng: random.Random, depth: int) -> Any:
    if rng.random() < 0.1:
        return None
    if not field.many:
        return _element(field, rng, depth)
    return [_element(field, rng, depth) for _ in range(rng.randrange(4))]


def _element(field: Field, rng: random.Random, depth: int) -> Any:
    if field.relation is not None and field.relation.shape in ("refset", "ref"):
        return {"@odata.type": "#microsoft.graph.user", "id": rng.choice(IDS)}
    if field.relation is not None and field.relation.shape == "stream":
        told = rng.choice(["image/png", "text/css"])
        return {"sha256": rng.choice("0a") * 64, "size": rng.choice([1, 7]), "type": told}
    if form(field.type) in ("entity", "complex"):
        return _complex(field.type, rng, depth)
    if form(field.type) == "enum":
        return rng.choice([*enum_members(field.type), "notInventedYet"])
    if field.type.startswith("Edm.Int") or field.type in NUMBERS:
        return rng.choice(NUMBERS.get(field.type, [0, 7]))
    return rng.choice(TEXTS)


def _complex(type_name: str, rng: random.Random, depth: int) -> dict[str, Any]:
    chosen = rng.choice([type_name, *sorted(derived(type_name))])
    body: dict[str, Any] = {"@odata.type": f"#microsoft.graph.{chosen}"} if rng.random() < 0.5 else {}
    return body if depth == DEPTH else body | _map(fields(concrete(type_name, body)), rng, depth + 1)


def shuffled(value: Raw, known: Mapping[str, Field], rng: random.Random) -> Raw:
    """The same object with the keys of all maps, and the elements of all lists that have no order, in another order."""
    return {name: _shuffled(item, known.get(name), rng) for name, item in _mixed(list(value.items()), rng)}


def _shuffled(value: Any, field: Field | None, rng: random.Random) -> Any:
    if isinstance(value, dict):
        return shuffled(value, fields(concrete(field.type, value)) if field else {}, rng)
    if isinstance(value, list):
        found = [_shuffled(item, field, rng) for item in value]
        return _mixed(found, rng) if field and field.rule.order != "sequence" else found
    return value


def _mixed(items: list[Any], rng: random.Random) -> list[Any]:
    return rng.sample(items, len(items))
