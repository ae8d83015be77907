"""How a kind is read (and, later, written): one module per shape, pure functions over the catalog's literals.

`reads(kind, scope)` gives the requests that read what `scope` names. `READS` finds the module by shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from entragit.model import Request
from entragit.resources.base import ResourceType, Shape
from entragit.shapes import action, child, collection, ref, refset, singleton
from entragit.shapes.scope import Scope

READS: Mapping[Shape, Callable[[ResourceType, Scope], tuple[Request, ...]]] = {
    "collection": collection.reads,
    "singleton": singleton.reads,
    "child": child.reads,
    "refset": refset.reads,
    "ref": ref.reads,
    "action": action.reads,
}


def reads(kind: ResourceType, scope: Scope) -> tuple[Request, ...]:
    """The requests that read `scope` of `kind`: the whole kind, one resource of it, or one's relationship."""
    shape = scope.relation.shape if scope.relation else kind.shape
    return READS[shape](kind, scope)


__all__ = ["READS", "Scope", "reads"]
