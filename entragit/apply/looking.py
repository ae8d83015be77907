"""What looks like the result of a plan's creations before the plan's first write: it is somebody else's, for ever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from entragit.apply.naming import Names, names_of
from entragit.apply.probing import is_told_apart, request_of
from entragit.errors import GraphError
from entragit.graph.answers import is_absent
from entragit.graph.client import Graph
from entragit.plan import Change, Operation
from entragit.shapes import WriteContext, kind_of, matching, order, writes


def creation(change: Change, names: Names, context: WriteContext) -> Operation | None:
    """The operation that makes the change's resource, where the change makes one and nothing tells it from others."""
    now = change.actual if change.action == "update" else None
    made = writes(kind_of(change), change, names.body(change), change.live, now, "create", context)
    return next((one for one in made if one.creates and one.probe and not is_told_apart(one)), None)


def creations(changes: Iterable[Change], names: Names, context: WriteContext) -> Iterator[tuple[Change, Operation]]:
    """The changes that make something, and how; in the order in which kinds are made.

    `names` may learn meanwhile: what is named by what was made is asked for only when its turn comes.
    """
    wanted = [change for change in changes if change.action in ("create", "update")]
    for kind in order({change.kind for change in wanted}):
        for change in wanted:
            operation = creation(change, names, context) if change.kind == kind else None
            if operation is not None:
                yield change, operation


async def others(
    graph: Graph, changes: Iterable[Change], names: Names, context: WriteContext
) -> dict[str, tuple[str, ...]] | None:
    """Key of each creation → ids of what its probe finds now; those that find nothing are left out.

    None where the plan makes nothing that could be taken for something else. Raises GraphError.
    """
    known = list(changes)
    new = frozenset().union(*(names_of(kind_of(change), change) for change in known if change.action == "create"))
    work = [operation for _, operation in creations(known, names, context)]
    # Nothing can be there yet that names what isn't.
    asked = [operation for operation in work if not _names_new(operation.matches, new)]
    found: dict[str, tuple[str, ...]] = {}
    for operation, answer in zip(asked, await graph.read_many([*map(request_of, asked)]), strict=True):
        if not isinstance(answer, GraphError):
            ids = sorted({str(item.get("id")) for item in matching(operation, answer)})
            found |= {operation.key: tuple(ids)} if ids else {}
        elif not is_absent(answer):
            raise answer
    return found if work else None


def _names_new(values: Mapping[str, object], new: frozenset[str]) -> bool:
    return any(isinstance(value, str) and value.lower() in new for value in values.values())
