"""A singleton: exactly one object at a fixed path."""

from __future__ import annotations

from entragit.model import Request
from entragit.resources.base import ResourceType
from entragit.shapes.scope import Scope, of_kind, selected


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """One request, whatever the scope: there is only one object."""
    return (of_kind(kind, selected(kind, scope.without)),)
