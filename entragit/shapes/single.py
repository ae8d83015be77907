"""One object, or none, that lives below its own: made whole by PUT, changed by PATCH (facts §5 crossTenantAccess)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from entragit.canonical import same
from entragit.model import Body, Request
from entragit.plan import Operation
from entragit.resources.base import Relation, ResourceType
from entragit.resources.fields import fields
from entragit.shapes.bodies import complete
from entragit.shapes.scope import Scope, of_object
from entragit.shapes.writing import GONE, Work, below, named, operation, path, related


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """One request for one resource; 404 means that there is none."""
    relation = scope.relation
    if relation is None:
        return ()
    query = (("$expand", ",".join(relation.inner)),) if relation.inner else ()
    return (of_object(kind, scope, relation.way or relation.name, query),)


def writes(work: Work, relation: Relation) -> Iterator[Operation]:
    """PUT makes it, PATCH changes it, DELETE takes it away; what is always there is changed alone."""
    _, now, wanted = related(work, relation)
    place, what = path(work, *below(relation)), f"{relation.name} of {named(work)}"
    if relation.always and (not wanted or same(now, wanted)):
        return
    if relation.always == "PUT":
        yield operation(work, relation.name, "PUT", place, f"Change {what}", dict(wanted))
    elif wanted and not now and not relation.always:
        yield operation(work, relation.name, "PUT", place, f"Add {what}", dict(wanted))
    elif now and not wanted:
        yield removal(work, relation)
    elif not same(now, wanted):
        rows = fields(relation.type)
        held: Body = now or {}
        body: Body = {name: complete(rows.get(name), held.get(name), wanted.get(name))
                      for name in sorted({*held, *wanted}) if not same(held.get(name), wanted.get(name))}  # fmt: skip
        yield operation(work, relation.name, "PATCH", place, f"Change {what}", body)


def removal(work: Work, relation: Relation) -> Operation:
    """The deletion of the object below."""
    words = f"Remove {relation.name} of {named(work)}"
    return replace(operation(work, f"{relation.name} -", "DELETE", path(work, *below(relation)), words), done=GONE)
