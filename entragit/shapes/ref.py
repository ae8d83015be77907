"""One reference to another directory object, written by PUT `$ref`: a user's manager."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from entragit.model import Request
from entragit.plan import Operation
from entragit.resources.base import Relation, ResourceType
from entragit.shapes.refset import expanded
from entragit.shapes.scope import Scope, of_object
from entragit.shapes.writing import GONE, Work, named, operation, path, reference, related


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """One request for one resource (404 means that there is none), or a list pass for the whole kind by `$expand`."""
    if scope.relation is None:
        return ()
    if scope.id:
        return (of_object(kind, scope, scope.relation.name, (("$select", "id"),)),)
    return (expanded(kind, scope.relation),)


def writes(work: Work, relation: Relation) -> Iterator[Operation]:
    """PUT replaces the one that is there, DELETE takes it away."""
    _, now, wanted = related(work, relation)
    place = path(work, relation.name, "$ref")
    if wanted is not None and wanted != now:
        words = f"Set {relation.name} of {named(work)} to {wanted}"
        yield operation(work, relation.name, "PUT", place, words, {"@odata.id": reference(work, wanted)})
    elif wanted is None and now is not None:
        gone = operation(work, relation.name, "DELETE", place, f"Remove {relation.name} of {named(work)}")
        yield replace(gone, done=GONE)
