"""Whether the catalog's facts agree with Graph's type table: part of the self-check."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from entragit.resources.base import ResourceType
from entragit.resources.facts import Facts, Reference
from entragit.resources.metadata import Property, derived, form, known, lineage, navigation, properties, types

UNDOCUMENTED: Mapping[str, frozenset[str]] = {"organization": frozenset({"directorySizeQuota"})}
"""Noise that Graph sends and its metadata doesn't know."""


def type_problems(name: str, facts: Facts, catalog: Mapping[str, ResourceType]) -> Iterator[str]:
    """What is wrong with the facts of one Graph type."""
    if not known(name):
        yield f"{name}: no such type in graph.json"
        return
    rows = all_properties(name)
    relations = {key for own in (name, *derived(name)) for key in navigation(own)}
    yield from _unknown(name, {*facts.lists, *facts.references, *facts.keep, *facts.keep_empty, *facts.atomic}, rows)
    yield from _unknown(name, facts.noise, rows.keys() | relations | UNDOCUMENTED.get(name, frozenset()))
    for key in sorted(facts.noise & facts.keep):
        yield f"{name}.{key}: noise and keep at once"
    for key in sorted(facts.keep & rows.keys()):
        if not rows[key].read_only:
            yield f"{name}.{key}: kept though it isn't read-only"
    for key in sorted(facts.noise & rows.keys()):
        if rows[key].noise:
            yield f"{name}.{key}: noise though graph.json leaves it out already"
    for key in sorted(facts.atomic & rows.keys()):
        if not rows[key].collection and form(rows[key].type) not in ("complex", "entity"):
            yield f"{name}.{key}: atomic though it has no parts"
    yield from _list_problems(name, facts, rows)
    for key, reference in facts.references.items():
        yield from reference_problems(f"{name}.{key}", reference, catalog)


def _unknown(place: str, names: Iterable[str], found: Iterable[str]) -> Iterator[str]:
    return (f"{place}.{name}: no such property" for name in sorted({*names} - {*found}))


def _list_problems(name: str, facts: Facts, rows: Mapping[str, Property]) -> Iterator[str]:
    for key, rule in facts.lists.items():
        row = rows.get(key)
        if row is None:
            continue
        if not row.collection:
            yield f"{name}.{key}: a list rule for what is no list"
        yield from _unknown(f"{name}.{key} by", rule.by, all_properties(row.type))


def reference_problems(place: str, reference: Reference, catalog: Mapping[str, ResourceType]) -> Iterator[str]:
    """What is wrong with one reference."""
    for kind in reference.to:
        if kind not in catalog:
            yield f"{place}: refers to {kind}, which is no kind"
        elif reference.by == "appId" and "appId" not in properties(catalog[kind].type):
            yield f"{place}: refers by appId to {kind}, which has none"
        elif reference.by == "inner" and not ((each := catalog[kind].each) and each.below):
            yield f"{place}: refers by a part of the id to {kind}, whose ids have none"
    if not reference.to:
        yield f"{place}: refers to no kind"
    if reference.by not in ("id", "appId", "inner", "permission"):
        yield f"{place}: refers by {reference.by}"
    if reference.within is not None and re.compile(reference.within).groups != 1:
        yield f"{place}: `within` has not one group"


def all_properties(type_name: str) -> dict[str, Property]:
    """The properties of a type, of its bases and of those derived from it."""
    return {key: row for own in (*derived(type_name), type_name) for key, row in properties(own).items()}


def list_problems(catalog: Mapping[str, ResourceType], facts: Mapping[str, Facts]) -> Iterator[str]:
    """Every list that a body can hold and that has no rule, a sequence by oversight; every type not distilled."""
    for name in sorted(reachable(catalog, facts)):
        own = types()[name].get("properties", {})
        ruled = {key for base in lineage(name) if base in facts for key in facts[base].lists}
        for key, row in properties(name).items():
            if key not in own or left_out(name, row, facts):
                continue
            if row.collection and key not in ruled:
                yield f"{name}.{key}: a list without a rule"
            if not row.type.startswith("Edm.") and not known(row.type):
                yield f"{name}.{key}: graph.json lacks its type {row.type}, distil it again"


def reachable(catalog: Mapping[str, ResourceType], facts: Mapping[str, Facts]) -> frozenset[str]:
    """The types that a body can hold: those of kinds and children, of their properties, and what derives from them."""
    found: set[str] = set()
    todo = [kind.type for kind in catalog.values()]
    todo += [relation.type for kind in catalog.values() for relation in kind.relations if relation.type]
    while todo:
        name = todo.pop()
        if name in found or not known(name):
            continue
        found.add(name)
        todo += derived(name)
        todo += [row.type for row in properties(name).values() if not left_out(name, row, facts)]
    return frozenset(found)


def left_out(type_name: str, row: Property, facts: Mapping[str, Facts]) -> bool:
    """Whether the property `row` of a type is no part of a body, the word of the nearest type in its lineage first."""
    for name in lineage(type_name):
        if name in facts and row.name in facts[name].noise | facts[name].keep:
            return row.name in facts[name].noise
    return row.noise
