"""Bytes below a resource: an image, a style sheet. Read as they are, written whole by PUT (facts §5 branding)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from entragit.canonical import same
from entragit.model import Request
from entragit.plan import Operation
from entragit.resources.base import Relation, ResourceType
from entragit.shapes.scope import Scope, of_object
from entragit.shapes.writing import GONE, Work, below, named, operation, path, related

NO_IMAGE = "ImageNotFound"
"""What Graph says where there is no photo."""


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """One request for one resource; 404, or an empty answer, means that there is none."""
    return (of_object(kind, scope, scope.relation.way or scope.relation.name),) if scope.relation else ()


def writes(work: Work, relation: Relation) -> Iterator[Operation]:
    """PUT with the bytes; DELETE takes them away, where that is documented (else `Relation.lasting`)."""
    _, now, wanted = related(work, relation)
    place, what = path(work, *below(relation)), f"{relation.name} of {named(work)}"
    if wanted and not same(now, wanted):
        words = f"Set {what} to {wanted['size']:,} bytes of {wanted['type']}"
        found = operation(work, relation.name, "PUT", place, words)
        yield replace(found, stream=str(wanted["sha256"]), headers=(("Content-Type", str(wanted["type"])),))
    elif now and not wanted and not relation.lasting:
        found = operation(work, f"{relation.name} -", "DELETE", place, f"Remove {what}")
        yield replace(found, done=(*GONE, NO_IMAGE))
