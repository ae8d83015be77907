"""A property that is read with its object but written by an action: licences, by `assignLicense`."""

from __future__ import annotations

from entragit.model import Request
from entragit.resources.base import ResourceType
from entragit.shapes.scope import Scope


def reads(_kind: ResourceType, _scope: Scope) -> tuple[Request, ...]:
    """Nothing: the property comes with its object."""
    return ()
