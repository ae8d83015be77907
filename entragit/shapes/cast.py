"""A property of a derived type that reads at the type's own addresses alone show: it is given at the creation.

Graph's answers at the addresses of the base type leave it out, and take no `$select` of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from entragit.model import Request
from entragit.plan import Operation
from entragit.resources.base import Relation, ResourceType
from entragit.shapes.scope import Scope, of_kind, of_object
from entragit.shapes.writing import Work

PAGE = ("$top", "100")
"""The largest page of such a list (page "List agentIdentity objects")."""


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """One request for one resource, or one list of all of the type."""
    relation = scope.relation
    if relation is None:
        return ()
    query = (("$select", f"id,{relation.name}"),)
    if scope.id:
        return (of_object(kind, scope, relation.way, query),)
    whole = of_kind(kind, (*query, PAGE))
    return (replace(whole, path=f"{whole.path}/{relation.way}"),)


def writes(_work: Work, _relation: Relation) -> Iterator[Operation]:
    """Nothing: Graph takes it with the creation alone (`bodies.bare`)."""
    yield from ()
