"""How stored objects become elements of an answer: properties, expansions, `@odata.type`, limited information."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from entragit.sandbox import access, select, targets
from entragit.sandbox.ask import Ask
from entragit.sandbox.objects import directory_object, get, tables, visible
from entragit.sandbox.query import Query
from entragit.sandbox.rules import layout, types
from entragit.sandbox.rules.relations import ALONE, EMBEDDED, NESTED
from entragit.sandbox.rules.row import Relation
from entragit.sandbox.select import Render, View
from entragit.sandbox.store import Object

EXPANDED = 20  # facts §1: the most elements of an expanded collection


def silenced(render: Render, silent: frozenset[str]) -> Render:
    """The renderer with properties that this token may not read as null."""
    if not silent:
        return render
    return lambda item: {name: None if name in silent else value for name, value in render(item).items()}


def plain(ask: Ask, path: str, type_name: str, query: Query, single: bool) -> Render:
    """The renderer of the objects of one collection, with what the query expands."""
    render = silenced(select.renderer(View(type_name, query.names, single)), query.silent)
    if path in ALONE and not single:
        return _without(render, ALONE[path])
    if query.embedded:
        return _with_embedded(ask, path, query.embedded, render)
    expansion = query.expansion
    if expansion is None:
        return render
    expand = expander(ask, path, expansion.relation, expansion.names)

    def both(item: Object) -> Object:
        return render(item) | expand(item)

    return both


def _without(render: Render, names: frozenset[str]) -> Render:
    return lambda item: {name: value for name, value in render(item).items() if name not in names}


def _with_embedded(ask: Ask, path: str, names: tuple[str, ...], render: Render) -> Render:
    """From an object to what is sent of it, with what it holds: as it is, or the object whose id it has."""

    inside = NESTED.get(path, {})

    def both(item: Object) -> Object:
        found = ((name.partition("(")[0], name) for name in names)
        values = {own: held(item.get(own), name) for own, name in found}
        # What a child leads to is null where it leads nowhere, as OData has it.
        return render(item) | {own: value for own, value in values.items() if value is not None or not path}

    def held(value: Any, name: str) -> Any:
        own, _, more = name.partition("(")
        if own in inside and isinstance(value, list):
            return [_nested(ask, item, *inside[own], bool(more)) for item in value]
        collection = EMBEDDED.get(path, {}).get(name)
        if not collection or not isinstance(value, dict):
            return value
        found = get(ask.tenant, collection, str(value.get("id")))
        return None if found is None else select.renderer(View(types.collection_type(collection)))(found)

    return both


def _nested(ask: Ask, item: Object, name: str, collection: str, asked: bool) -> Object:
    """An element with the object that it names, where that is asked for; else without."""
    rest = {key: value for key, value in item.items() if key != name}
    own = str((item.get(name) or {}).get("id"))
    held = visible(ask.tenant, collection).items() if asked else ()
    found = next((found for key, found in held if key.rpartition("/")[2] == own), None)
    if found is None:
        return rest
    return rest | {name: select.renderer(View(types.collection_type(collection)))(found) | {"id": own}}


def expander(ask: Ask, path: str, relation: Relation, names: tuple[str, ...] | None) -> Render:
    """From an object to {relation: its elements}; empty where a single one is not there."""
    if relation.type == "directoryObject":
        mixed = Mixed(ask, names)
        render: Callable[[str], Object | None] = mixed.element
    else:
        shown = select.renderer(View(relation.type, names))
        render = partial(_shown, ask, relation, path, shown)

    def expand(item: Object) -> Object:
        ids = targets.targets(ask, path, relation, item)
        found = [element for target in ids[:EXPANDED] if (element := render(target)) is not None]
        if relation.single:
            return {relation.name: found[0]} if found else {}
        return {relation.name: found}

    return expand


def _shown(ask: Ask, relation: Relation, path: str, shown: Render, target: str) -> Object | None:
    item = targets.inner(ask.tenant, relation, path, target)
    return None if item is None else shown(item)


class Mixed:
    """Elements of a list of directory objects: `@odata.type` and what the token may read of each."""

    def __init__(self, ask: Ask, names: tuple[str, ...] | None, single: bool = False, typed: bool = True) -> None:
        self._ask, self._names, self._single, self._typed = ask, names, single, typed
        self._silent = access.check_properties(ask, names or ())
        self._renders: dict[str, Render] = {}
        self._tables = tables(ask.tenant)

    def element(self, object_id: str) -> Object | None:
        """The element for this id, None if there is no such object."""
        for path, objects in self._tables:
            item = objects.get(object_id)
            if item is not None:
                return (self._renders.get(path) or self._renderer(path))(item)
        if self._tables:
            return None
        found = directory_object(self._ask.tenant, object_id)
        return None if found is None else self.rendered(*found)

    def rendered(self, path: str, item: Object) -> Object:
        """The element for an object of a collection."""
        return (self._renders.get(path) or self._renderer(path))(item)

    def _renderer(self, path: str) -> Render:
        render = self._renders[path] = self._made(path)
        return render

    def _made(self, path: str) -> Render:
        type_name = layout.DIRECTORY_OBJECTS[path]
        names = self._names
        if names is not None:
            names = tuple(name for name in names if _has(type_name, name))
        render = silenced(select.renderer(View(type_name, names, self._single)), self._silent)
        if not access.readable(self._ask, path):
            render = _limited(render)
        if not self._typed:
            return render
        label = {"@odata.type": f"#microsoft.graph.{type_name}"}
        if names == ("id",):
            return lambda item: {**label, "id": item["id"]}
        return lambda item: label | render(item)


def _limited(render: Render) -> Render:
    """Only the id of what the token may not read, the rest null (documented for lists of relationships)."""
    return lambda item: {name: value if name == "id" else None for name, value in render(item).items()}


def _has(type_name: str, name: str) -> bool:
    known: Mapping[str, object] = types.properties(type_name)
    return name in known or name.startswith(select.EXTENSION)
