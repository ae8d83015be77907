"""Objects that live below theirs and are written inline: federated credentials, app role assignments."""

from __future__ import annotations

from entragit.model import Request
from entragit.resources.base import ResourceType
from entragit.shapes.scope import Scope, of_object


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """One list request per path that makes up the relationship."""
    if scope.relation is None:
        return ()
    return tuple(of_object(kind, scope, path) for path in scope.relation.paths or (scope.relation.name,))
