"""A collection: GET /path lists it, GET /path/{id} reads one."""

from __future__ import annotations

from entragit.model import Request
from entragit.resources.base import ResourceType
from entragit.shapes.scope import Scope, of_kind, of_object, selected


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """One list request in pages as large as Graph allows, or one request for one object."""
    query = selected(kind, scope.without)
    if scope.id:
        return (of_object(kind, scope, query=query),)
    top = (("$top", str(kind.top)),) if kind.top else ()
    return (of_kind(kind, query + top),)
