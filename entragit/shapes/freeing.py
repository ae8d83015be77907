"""What only one resource can have: its values, and how one that shall have it no more lets it go for another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from entragit.canonical import same
from entragit.model import Body
from entragit.plan import Freed, Operation
from entragit.resources.base import ResourceType
from entragit.resources.fields import of
from entragit.resources.writing import Unique, has
from entragit.shapes.bodies import TYPE, complete
from entragit.shapes.changing import typed
from entragit.shapes.collection import deletes
from entragit.shapes.writing import CAST, Work, named, operation, path


def keys(value: Any) -> dict[str, str]:
    """What others can't have beside a property's value: as Graph compares it → as it stands there."""
    return {item.casefold(): item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)}


def asked(unique: Unique, body: Body) -> dict[str, str]:
    """What of a property a resource needs for itself alone, as `keys`; nothing where it may be shared."""
    return keys(body.get(unique.name)) if has(body, unique.where) else {}


def frees(work: Work) -> Iterator[Operation]:
    """What the plan says it lets go; nothing of what it has let go already, or has by now what it shall have."""
    for freed in work.change.freed:
        if freed.turn and work.now is not None:
            yield from _deletion(work, freed) if not freed.name else _freeing(work, work.now, freed)


def _deletion(work: Work, freed: Freed) -> Iterator[Operation]:
    for found in deletes(work):
        yield replace(found, turn=freed.turn)


def _freeing(work: Work, now: Body, freed: Freed) -> Iterator[Operation]:
    name = freed.name
    held, value = now.get(name), meanwhile(work, now, freed)
    if same(held, value):
        return
    said = complete(of(work.kind, now).get(name), held, value)
    words = f"Let {name} of {named(work)} go, for another takes it"
    yield replace(operation(work, name, "PATCH", path(work), words, typed(work, {name: said})), turn=freed.turn)


def meanwhile(work: Work, now: Body, freed: Freed) -> Any:
    """What a property has once it is free; of a list only the elements go that it is about, of all others nothing.

    A value that isn't the planned one any more was let go before, or has become what is desired.
    """
    held, planned = now.get(freed.name), (work.change.actual or {}).get(freed.name)
    if isinstance(held, list) and isinstance(freed.value, list):
        gone = keys(planned).keys() - keys(freed.value).keys()
        return [item for item in held if not keys(item).keys() & gone]
    return freed.value if same(held, planned) else held


def after(now: Body, done: Operation) -> Body | None:
    """What a resource is once an operation of the stage is done; None: it is gone.

    What ends at another resource, below it or by an action is asked for no more, and stays in what was read.
    """
    if done.method == "DELETE" and done.path.partition(f"/{CAST}")[0].endswith(f"/{now['id']}"):
        return None
    if done.method != "PATCH":
        return now
    said = {name: value for name, value in (done.body or {}).items() if name != TYPE}
    return {name: value for name, value in {**now, **said}.items() if name not in said or value not in (None, [])}


def let_go(kind: ResourceType, before: Body, now: Body | None) -> list[str]:
    """What a resource had for itself alone and has no more: others may have it, once Graph knows."""
    pairs = ((keys(before.get(one.name)), keys((now or {}).get(one.name))) for one in kind.writes.unique)
    return [value for old, new in pairs for key, value in old.items() if key not in new]
