"""A set of references to other directory objects, written by `$ref`: members, owners, sponsors."""

from __future__ import annotations

from dataclasses import replace

from entragit.model import Request
from entragit.resources.base import Relation, ResourceType
from entragit.shapes.scope import Scope, of_kind, of_object

PAGE = "999"
"""`$top` of members and owners (facts §1)."""
EXPANDED = 20
"""Graph cuts an expanded list after so many elements, without a word (facts §1)."""
CAST = "/microsoft.graph."


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """One request per path that makes up the relationship of one resource, ids only.

    For the whole kind: a list pass by `$expand`, whose lists of EXPANDED elements may be cut.
    """
    if scope.relation is None:
        return ()
    if not scope.id:
        return (expanded(kind, scope.relation),)
    return tuple(_request(kind, scope, path) for path in scope.relation.paths or (scope.relation.name,))


def expanded(kind: ResourceType, relation: Relation) -> Request:
    """The list of a kind with nothing but ids and one relationship: `$expand` takes one at a time (facts §1).

    Without `$top`, for no document says how large a page with `$expand` may be.
    """
    return of_kind(kind, (("$select", "id"), ("$expand", f"{relation.name}($select=id)")))


def _request(kind: ResourceType, scope: Scope, path: str) -> Request:
    """A cast is an advanced query: it needs ConsistencyLevel: eventual and $count=true (facts §1)."""
    query = (("$select", "id"), ("$top", PAGE))
    if CAST not in path:
        return of_object(kind, scope, path, query)
    request = of_object(kind, scope, path, (*query, ("$count", "true")))
    return replace(request, headers=(("ConsistencyLevel", "eventual"),))
