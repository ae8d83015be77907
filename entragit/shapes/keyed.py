"""Children of a resource by what tells them apart, and those that are gone for a moment."""

from __future__ import annotations

from typing import Any

from entragit.canonical import element_key, ordered, same
from entragit.model import Body
from entragit.resources.base import Relation, ResourceType


def by_key(relation: Relation, items: Any) -> dict[str, Body]:
    """The children by what tells them apart."""
    return {element_key(item, relation.rule): item for item in items or ()}


def comes_back(kind: ResourceType, planned: Body, body: Body, now: Body) -> Body:
    """`now` with the children that a change deletes on its way, to make them anew, and that aren't there just now."""
    result = dict(now)
    for relation in kind.relations:
        if relation.shape == "child" and (relation.alone or relation.change == "replace"):
            old, new, there = (by_key(relation, side.get(relation.name)) for side in (planned, body, now))
            lost = [
                old[key] for key in sorted((old.keys() & new.keys()) - there.keys()) if not same(old[key], new[key])
            ]
            if lost:
                result[relation.name] = ordered([*there.values(), *lost], relation.rule)
    return result
