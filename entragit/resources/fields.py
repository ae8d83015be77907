"""What a property is: Graph's type table and the catalog's facts in one answer, for whoever walks a body."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from entragit.resources import catalog
from entragit.resources.base import ONE, Relation, ResourceType
from entragit.resources.facts import SEQUENCE, Facts, ListRule, Reference
from entragit.resources.metadata import Property, concrete, lineage, properties


class Field(NamedTuple):
    """One property or relationship of a type.

    `type`: the Graph type of its value, of its elements where it is a list (`many`). `rule`: how the elements are told
    apart. `reference`: its strings name resources. `noise`: it is left out of a body. `keep_empty`: null and [] stay.
    `atomic`: a merge takes the value whole from one side.
    `property`: its row in the type table; None for a relationship. `relation`: the relationship; None for a property.
    Noise that is a relationship in Graph has neither, and no type.
    """

    type: str
    many: bool = False
    rule: ListRule = SEQUENCE
    reference: Reference | None = None
    noise: bool = False
    keep_empty: bool = False
    property: Property | None = None
    relation: Relation | None = None
    atomic: bool = False


@cache
def fields(type_name: str) -> Mapping[str, Field]:
    """The properties of a Graph type and its bases by name; empty for an unknown type."""
    known = properties(type_name)
    facts = [catalog.FACTS[name] for name in reversed(lineage(type_name)) if name in catalog.FACTS]
    lists = {name: rule for item in facts for name, rule in item.lists.items()}
    references = {name: reference for item in facts for name, reference in item.references.items()}
    keep_empty = frozenset().union(*(item.keep_empty for item in facts))
    atomic = frozenset().union(*(item.atomic for item in facts))
    noise = {name: row.noise for name, row in known.items()}
    noise |= decided(facts)
    found = {name: Field("", noise=True) for name, left_out in noise.items() if left_out and name not in known}
    for name, row in known.items():
        rule, reference = lists.get(name, SEQUENCE), references.get(name)
        empty, whole = name in keep_empty, name in atomic
        found[name] = Field(row.type, row.collection, rule, reference, noise[name], empty, row, atomic=whole)
    return MappingProxyType(found)


def is_open(type_name: str) -> bool:
    """Whether the properties of a type are the tenant's own."""
    return type_name in catalog.FACTS and catalog.FACTS[type_name].open


def decided(facts: list[Facts]) -> dict[str, bool]:
    """What the facts of a type and its bases, the type's last, call noise (True) or keep (False)."""
    found: dict[str, bool] = {}
    for item in facts:
        found |= dict.fromkeys(item.keep, False) | dict.fromkeys(item.noise, True)
    return found


@cache
def resource_fields(kind: str, type_name: str) -> Mapping[str, Field]:
    """The fields at the top of a body of `kind` whose concrete Graph type is `type_name`: properties, relationships."""
    relations = catalog.CATALOG[kind].relations
    found = {relation.name: _relation_field(relation) for relation in relations}
    return MappingProxyType({**fields(type_name), **found})


def _relation_field(relation: Relation) -> Field:
    many, stream = relation.shape not in ONE, relation.shape == "stream"
    type_name = relation.type or ("Edm.Stream" if stream else "Edm.String")
    rule = relation.rule if many else SEQUENCE
    return Field(type_name, many, rule, relation.reference, relation=relation, atomic=stream)


def of(resource_type: ResourceType, body: Mapping[str, object]) -> Mapping[str, Field]:
    """The fields at the top of `body`."""
    return resource_fields(resource_type.kind, concrete(resource_type.type, body))


def selected(resource_type: ResourceType) -> tuple[str, ...]:
    """The properties to ask for by `$select`, sorted; empty for a kind of which Graph sends what matters unasked.

    Noise is not asked for, nor what only the read of one object returns; what a hook reads is.
    """
    if resource_type.select == "default":
        return ()
    without = resource_type.unselectable | resource_type.unread
    known = {name: field for name, field in fields(resource_type.type).items() if field.property and not field.noise}
    single = {name for name, field in known.items() if field.property and field.property.get_only_single}
    return tuple(sorted((known.keys() - single - without) | resource_type.also_select))


def decisive(resource_type: ResourceType) -> frozenset[str]:
    """The properties that are asked for even where the settings leave them out of the body.

    Their values decide what else of a resource is read and kept, or are what other resources call it.
    """
    found = resource_type.also_select | {"appId"}
    for relation in resource_type.relations:
        found |= {way.split("/")[0] for way in (*relation.where, *relation.unless)} | {*(relation.hidden or ())[:1]}
    return found.union(*(rule.where for rule in resource_type.inherited))
