"""A second, simpler three-way merge: bodies as sets of atoms, merged atom by atom; and bodies to try it on.

An atom is a place and what stands there: a value, or that there is a map. Lists that the catalog can tell apart by
element have no atom of their own, for an absent list is an empty one.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

from bodies import IDS, raw

from entragit.model import Body
from entragit.normalize import normalize
from entragit.resources.base import Context, ResourceType
from entragit.resources.facts import ListRule
from entragit.resources.fields import Field, fields, of
from entragit.resources.metadata import concrete

TENANT = Context(IDS[0])
TYPE = "@odata.type"

Place = tuple[str, ...]
Atoms = dict[Place, str]


def text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def key_of(item: Any, rule: ListRule) -> str:
    if rule.order == "set" or not isinstance(item, dict):
        return text(item)
    values = [item.get(name) for name in rule.by]
    return text(values[0] if len(values) == 1 else values)


def atoms(kind: ResourceType, body: Body | None) -> Atoms:
    return {} if body is None else dict(_map(body, of(kind, body), ()))


def _map(body: Mapping[str, Any], known: Mapping[str, Field], place: Place) -> Iterator[tuple[Place, str]]:
    yield place, f"a map of {body.get(TYPE)}"
    for name, value in body.items():
        yield from _value(value, known.get(name), (*place, name))


def _value(value: Any, field: Field | None, place: Place) -> Iterator[tuple[Place, str]]:
    if field is None or field.atomic:
        yield place, text(value)
    elif isinstance(value, dict):
        yield from _map(value, fields(concrete(field.type, value)), place)
    elif isinstance(value, list) and field.rule.order != "sequence":
        for item in value:
            inner = (*place, key_of(item, field.rule))
            if field.rule.order == "keyed" and isinstance(item, dict):
                yield from _map(item, fields(concrete(field.type, item)), inner)
            else:
                yield inner, text(item)
    else:
        yield place, text(value)


def beneath(found: Atoms, place: Place) -> Atoms:
    return {at: value for at, value in found.items() if at[: len(place)] == place}


def model(base: Atoms, git: Atoms, tenant: Atoms) -> tuple[Atoms, set[Place]]:
    """The merged atoms, base's at what both sides changed; and the outermost places of that."""
    merged: Atoms = {}
    clashes: set[Place] = set()
    for place in base.keys() | git.keys() | tenant.keys():
        was, ours, theirs = base.get(place), git.get(place), tenant.get(place)
        if was not in (ours, theirs) and ours != theirs:
            clashes.add(place)
        value = theirs if was == ours else ours
        if value is not None:
            merged[place] = value
    # A map that one side took away, or made another, and that the other side changed.
    for place in [place for place, value in base.items() if value.startswith("a map of ")]:
        was, ours, theirs = (beneath(side, place) for side in (base, git, tenant))
        for one, other in ((ours, theirs), (theirs, ours)):
            if one.get(place) != base[place] and was != other != one:
                clashes.add(place)
    outermost = {place for place in clashes if not any(place[:n] in clashes for n in range(len(place)))}
    for place in outermost:
        merged = {at: v for at, v in merged.items() if at[: len(place)] != place} | beneath(base, place)
    return merged, outermost


def three(kind: ResourceType, seed: int) -> tuple[Body, Body, Body]:
    """A base, and what two sides made of it: values of two other bodies in some places, elements and properties gone.

    Whose object it is stays, for nobody can change that, and it decides what else a body holds.
    """
    rng = random.Random(seed)
    base = _plain(kind, raw(kind, seed))
    others = [_plain(kind, raw(kind, seed + n)) for n in (1, 2)]
    decides = {name for rule in kind.inherited for name in rule.where}
    owner = {name: base[name] for name in decides if name in base}
    edited = (_edited(base, rng.choice(others), rng) for _ in range(2))
    git, tenant = (_plain(kind, {k: v for k, v in body.items() if k not in decides} | owner) for body in edited)
    return base, git, tenant


def _plain(kind: ResourceType, body: Body) -> Body:
    """Canonical, of one id and type, without two elements of one key."""
    canonical = normalize(kind, body, TENANT)
    return _without_twins(canonical | {"id": IDS[1]}, of(kind, canonical))


def _without_twins(body: Body, known: Mapping[str, Field]) -> Body:
    return {name: _untwinned(value, known.get(name)) for name, value in body.items()}


def _untwinned(value: Any, field: Field | None) -> Any:
    if field is None:
        return value
    if isinstance(value, dict):
        return _without_twins(value, fields(concrete(field.type, value)))
    if isinstance(value, list) and field.rule.order == "keyed":
        return [_untwinned(item, field) for item in {key_of(item, field.rule): item for item in value}.values()]
    return [_untwinned(item, field) for item in value] if isinstance(value, list) else value


def _edited(value: Any, other: Any, rng: random.Random) -> Any:
    """`value` with parts of `other` in it, and parts gone."""
    if isinstance(value, dict) and isinstance(other, dict):
        kept = {name: item for name, item in value.items() if name == TYPE or rng.random() < 0.95}
        added = {name: item for name, item in other.items() if name not in value and rng.random() < 0.1}
        changed = {name: _edited(item, other.get(name), rng) for name, item in kept.items() if rng.random() < 0.75}
        return added | kept | changed
    if isinstance(value, list) and isinstance(other, list):
        return [item for item in [*value, *other] if rng.random() < 0.7]
    return other if other is not None and rng.random() < 0.3 else value
