"""The catalog's self-check: every word of it agrees with Graph's type table, its permissions and itself.

`python -m entragit.resources.check` prints what doesn't, and the share of kinds with hooks.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping

from entragit.resources.base import ONE, Each, Exclusion, Passing, Relation, ResourceType
from entragit.resources.catalog import CATALOG, FACTS
from entragit.resources.check_facts import (
    all_properties,
    left_out,
    list_problems,
    reachable,
    reference_problems,
    type_problems,
)
from entragit.resources.check_writes import write_problems
from entragit.resources.facts import Facts, Reference
from entragit.resources.metadata import NAMESPACE, Property, derived, known, lineage, navigation, properties
from entragit.resources.periods import SCHEDULES
from entragit.resources.well_known import application_permissions

HOOK_LINES = 15
TYPE = "@odata.type"
PAGE_SIZES = frozenset({0, 999})  # facts §1
# With delta queries in v1.0 (facts §3).
DELTAS = frozenset({
    "user", "group", "application", "servicePrincipal", "device", "administrativeUnit", "oAuth2PermissionGrant",
    "orgContact",
})  # fmt: skip
QUOTAS = frozenset({"directory", "conditionalAccess"})
STREAMED = frozenset({"Edm.Stream", "profilePhoto"})


def problems(catalog: Mapping[str, ResourceType], facts: Mapping[str, Facts]) -> Iterator[str]:
    """All that is wrong with a catalog and its facts by type, a sentence each; nothing where all is well."""
    for name, item in facts.items():
        yield from type_problems(name, item, catalog)
    for name in sorted(facts.keys() - {base for held in reachable(catalog, facts) for base in lineage(held)}):
        if known(name):
            yield f"{name}: facts of a type that no body holds"
    yield from list_problems(catalog, facts)
    yield from write_problems(catalog)
    for kind, resource_type in catalog.items():
        if kind != resource_type.kind:
            yield f"{kind}: catalogued under another name than {resource_type.kind}"
        if not known(resource_type.type):
            yield f"{kind}: no such type as {resource_type.type}"
            continue
        yield from _kind_problems(resource_type, facts)
        yield from _name_problems(resource_type)
        for relation in resource_type.relations:
            check = _stream_problems if relation.shape == "stream" else _relation_problems
            yield from check(resource_type, relation, catalog)


def hook_share(catalog: Mapping[str, ResourceType]) -> float:
    """The share of kinds with a hook, 0 to 1; over a fifth, rethink the words (design section 5).

    Counted is what shapes how a kind is read or written: `hook`, `settle`, `sent`, and `sent` and `full` of its
    relationships.
    Not `weakens`: it changes nothing that is read or sent, and every kind of tier 0 must have it.
    """
    return sum(map(_is_hooked, catalog.values())) / len(catalog)


def _is_hooked(kind: ResourceType) -> bool:
    own = (kind.hook, kind.writes.settle, kind.writes.sent)
    return any(own) or any(relation.sent or relation.full for relation in kind.relations)


def _kind_problems(kind: ResourceType, facts: Mapping[str, Facts]) -> Iterator[str]:
    own = (*kind.read, *kind.write)
    if kind.delegated and not {*own} <= {*kind.delegated}:
        yield f"{kind.kind}: people need other scopes than it says"
    for permission in (*(() if kind.delegated else own), *kind.needs.values()):
        yield from _permission_problems(kind.kind, permission)
    if not kind.read:
        yield f"{kind.kind}: no permission to read it"
    row = properties(kind.type).get(kind.title)
    if kind.title and (row is None or left_out(kind.type, row, facts)):
        yield f"{kind.kind}: its title {kind.title} is no property of a body"
    if kind.title and kind.shape == "singleton":
        yield f"{kind.kind}: a singleton needs no title"
    if kind.unique and not kind.title:
        yield f"{kind.kind}: unique without a title"
    if kind.tier not in (0, 1, 2) or kind.top not in PAGE_SIZES or kind.quota not in QUOTAS:
        yield f"{kind.kind}: no such tier, page size or quota"
    if kind.delta != (kind.type in DELTAS):
        yield f"{kind.kind}: says otherwise than Graph whether it has a delta query"
    if kind.hook and len(inspect.getsource(kind.hook).splitlines()) > HOOK_LINES:
        yield f"{kind.kind}: a hook of over {HOOK_LINES} lines"
    yield from _list_problems(kind)


def _list_problems(kind: ResourceType) -> Iterator[str]:
    """What is wrong with the lists that another kind's or another list's elements decide."""
    if kind.excluded:
        yield from _exclusion_problems(kind, kind.excluded)
    if kind.each:
        yield from _each_problems(kind, kind.each)


def _name_problems(kind: ResourceType) -> Iterator[str]:
    """Names of properties and relationships in a kind's words that its type doesn't have."""
    rows = all_properties(kind.type)
    relations = {name for own in (kind.type, *derived(kind.type)) for name in navigation(own)}
    inherited = {name for rule in kind.inherited for name in {*rule.keep, *rule.where}}
    words = {
        "also_select": kind.also_select - rows.keys(),
        "unselectable": kind.unselectable - rows.keys(),
        "needs": kind.needs.keys() - rows.keys(),
        "unread": kind.unread - rows.keys() - relations,
        "inherited": inherited - rows.keys(),
        "access": {*kind.access} - rows.keys(),
        "belongs": {kind.belongs.name} - rows.keys() if kind.belongs else set(),
        "key": {kind.key} - rows.keys(),
        "undesired": {way.split("/")[0] for rule in kind.undesired for way in rule} - rows.keys(),
        "each": {kind.each.owner} - {""} - rows.keys() if kind.each else set(),
        "period": {kind.period} - {""} - {name for name, row in rows.items() if row.type in SCHEDULES},
    }
    for word, names in words.items():
        yield from (f"{kind.kind}: {word} names {name}, which {kind.type} doesn't have" for name in sorted(names))
    for path in kind.links:
        yield from _link_problems(kind, path)


def _link_problems(kind: ResourceType, path: tuple[str, ...]) -> Iterator[str]:
    owners = {kind.type}
    for name in path:
        found = [properties(own).get(name) for owner in owners for own in (owner, *derived(owner))]
        types = {row.type for row in found if row is not None}
        if not types:
            yield f"{kind.kind}: links names {name}, which {', '.join(sorted(owners))} doesn't have"
            return
        owners = types


def _exclusion_problems(kind: ResourceType, rule: Exclusion) -> Iterator[str]:
    for permission in rule.read:
        yield from _permission_problems(kind.kind, permission)
    if not rule.path.startswith("/") or "?" in rule.path:
        yield f"{kind.kind}: {rule.path} is no path"


def _each_problems(kind: ResourceType, rule: Each) -> Iterator[str]:
    for permission in rule.read:
        yield from _permission_problems(kind.kind, permission)
    if bool(rule.below) != bool(rule.owner) or bool(rule.below) == ("{id}" in rule.filter) or kind.filter:
        yield f"{kind.kind}: one list for each of {rule.path} is no list of its own"


def _relation_problems(kind: ResourceType, relation: Relation, catalog: Mapping[str, ResourceType]) -> Iterator[str]:
    place = f"{kind.kind}/{relation.name}"
    held = _holder(kind.type, relation)
    row = {name: row for own in (*derived(held), held) for name, row in _below(own).items()}.get(_navigation(relation))
    if row is None:
        yield f"{place}: no such relationship in Graph"
        return
    if row.collection == (relation.shape in ONE):
        yield f"{place}: Graph says otherwise whether it is one or many"
    if relation.shape in ("child", "single"):
        yield from _child_problems(place, relation, row.type)
    elif relation.reference is None:
        yield f"{place}: names no kind"
    else:
        yield from reference_problems(place, relation.reference, catalog)
        yield from _far_problems(place, relation, relation.reference, catalog)
    yield from _condition_problems(place, kind, relation)
    passing = relation.passing.read if relation.passing else ()
    for permission in (*relation.read, *relation.write, *passing, *(relation.hidden or ())[2:]):
        yield from _permission_problems(place, permission)
    if relation.passing:
        yield from _passing_problems(place, relation, relation.passing, catalog)
    for path in relation.paths:
        if path.split("/")[0] != relation.name:
            yield f"{place}: {path} is another relationship"


def _condition_problems(place: str, kind: ResourceType, relation: Relation) -> Iterator[str]:
    for way in sorted({*relation.where, *relation.unless, *(relation.hidden or ())[:1]} - {TYPE}):
        held = kind.type
        for name in way.split("/"):
            row = properties(held).get(name)
            if row is None:
                yield f"{place}: asks for {way}, which {kind.type} doesn't have"
                break
            held = row.type


def _stream_problems(kind: ResourceType, relation: Relation, _catalog: Mapping[str, ResourceType]) -> Iterator[str]:
    place, row = f"{kind.kind}/{relation.name}", _below(kind.type).get(relation.name)
    if row is None or row.type not in STREAMED or relation.way not in ("", f"{relation.name}/$value"):
        yield f"{place}: no such stream in Graph"
    yield from _condition_problems(place, kind, relation)
    for permission in (*relation.read, *relation.write):
        yield from _permission_problems(place, permission)


def _below(type_name: str) -> Mapping[str, Property]:
    """What a path can name behind an object of a type."""
    return {**properties(type_name), **navigation(type_name)}


def _holder(type_name: str, relation: Relation) -> str:
    """The type to which the path of a relationship leads: from property to property, or to a type that it names."""
    if relation.shape == "cast":
        return relation.way.removeprefix(NAMESPACE)
    *way, name = (relation.way or relation.name).split("/")
    for step in way:
        row = _below(type_name).get(step)
        type_name = step.removeprefix(NAMESPACE) if step.startswith(NAMESPACE) else row.type if row else ""
    return type_name if name == _navigation(relation) else ""


def _navigation(relation: Relation) -> str:
    """The name of a relationship in Graph: its own, or where another of the kind has that, what its path ends with."""
    own = relation.way.rpartition("/")[2]
    return own if own and relation.name.lower().endswith(own.lower()) else relation.name


def _far_problems(place: str, relation: Relation, to: Reference, catalog: Mapping[str, ResourceType]) -> Iterator[str]:
    for kind in to.to if relation.far and relation.shape == "refset" else ():
        if relation.far not in navigation(catalog[kind].type):
            yield f"{place}: {kind} have no {relation.far}"
    if relation.far and relation.shape != "refset":
        yield f"{place}: only sets of references are written at the other end"


def _passing_problems(
    place: str, relation: Relation, rule: Passing, catalog: Mapping[str, ResourceType]
) -> Iterator[str]:
    says = catalog.get(rule.kind)
    if says is None or says.each is None or not says.period or relation.shape != "refset" or relation.expand:
        yield f"{place}: {rule.kind} says of nothing for how long it is there"
        return
    if says.each.path != place.partition("/")[0]:
        yield f"{place}: {rule.kind} is about {says.each.path}"
    ways = (rule.only, rule.activated, rule.given, rule.unless, rule.lasting)
    named = {rule.owner, rule.element, *(way.split("/")[0] for values in ways for way in values)}
    for name in sorted(named - properties(says.type).keys()):
        yield f"{place}: names {name}, which {says.type} doesn't have"


def _child_problems(place: str, relation: Relation, type_name: str) -> Iterator[str]:
    if relation.type != type_name:
        yield f"{place}: its elements are {type_name}, not {relation.type or 'untyped'}"
    if relation.shape == "child" and relation.rule.order != "keyed":
        yield f"{place}: children need a key"
    said = {
        *relation.rule.by,
        *relation.elsewhere,
        *relation.drop,
        *relation.echoed,
        *relation.shown,
        relation.access,
    } - {""}
    said |= {relation.key} if relation.shape == "child" else set()
    for name in sorted(said - properties(type_name).keys()):
        yield f"{place}: names {name}, which {type_name} doesn't have"
    for name in sorted({*relation.rule.by} & relation.drop):
        yield f"{place}: its key {name} is dropped"


def _permission_problems(place: str, permission: object) -> Iterator[str]:
    if permission not in application_permissions():
        yield f"{place}: {permission} is no application permission of Microsoft Graph"


def main() -> int:
    """Print the problems of the catalog and its share of hooks; 1 where there are problems."""
    found = list(problems(CATALOG, FACTS))
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    sys.stdout.write(f"{hook_share(CATALOG):.0%} of {len(CATALOG)} kinds have a hook\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
