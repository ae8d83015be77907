"""One reference to another directory object, written by PUT `$ref`: a user's manager."""

from __future__ import annotations

from entragit.model import Request
from entragit.resources.base import ResourceType
from entragit.shapes.refset import expanded
from entragit.shapes.scope import Scope, of_object


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """One request for one resource (404 means that there is none), or a list pass for the whole kind by `$expand`."""
    if scope.relation is None:
        return ()
    if scope.id:
        return (of_object(kind, scope, scope.relation.name, (("$select", "id"),)),)
    return (expanded(kind, scope.relation),)
