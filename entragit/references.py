"""Which strings of a body name other resources: found, commented, rewritten.

A reference is an id where the catalog says that one stands (design section 4); alone, or inside a longer string.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, Protocol

from entragit.canonical import ordered
from entragit.model import Body, Notes
from entragit.resources.base import ResourceType
from entragit.resources.facts import Reference
from entragit.resources.fields import Field, fields, of
from entragit.resources.metadata import concrete, derived

Tree = dict[str, Any]

New = Callable[[Reference, str], str]
"""What stands instead of the text of a reference."""

GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Found(NamedTuple):
    """One reference: where it stands, what the catalog says of it, the whole string, and the id in it."""

    path: tuple[str | int, ...]
    reference: Reference
    text: str
    id: str


class Commenter(Protocol):
    """Knows the comment for an id; `layout.Index` is one."""

    def comment(self, by: str, text: str) -> str:
        """The comment for `text`, which repeats the property `by` of what it names."""
        ...


def find(resource_type: ResourceType, body: Body) -> Iterator[Found]:
    """Every reference in `body`, in the order of its keys."""
    return _in_map(body, of(resource_type, body), ())


def notes(resource_type: ResourceType, body: Body, index: Commenter) -> Notes:
    """The comments of all references in `body`, as an emitter takes them (`model.Notes`)."""
    return _notes_of_map(body, of(resource_type, body), index, {})


def rewrite(resource_type: ResourceType, body: Body, mapping: Mapping[str, str]) -> Body:
    """`body` with every reference to an id in `mapping` naming the new id instead; lists stay in canonical order."""
    return _new_map(body, of(resource_type, body), lambda reference, text: renamed(text, reference, mapping))


def written(resource_type: ResourceType, body: Body) -> Iterator[Found]:
    """Where a person wrote an address instead of an id, as the `text` of what is found; its `id` is empty."""
    return (
        Found(path, reference, text, "")
        for path, reference, text in _texts(body, of(resource_type, body), ())
        if _is_address(reference, text)
    )


def resolve(resource_type: ResourceType, body: Body, ids: Mapping[tuple[str, str], str]) -> Body:
    """`body` with what its addresses stand for, as far as `ids` says: (the reference's `by`, address) → text."""
    return _new_map(
        body,
        of(resource_type, body),
        lambda reference, text: ids.get((reference.by, text), text) if _is_address(reference, text) else text,
    )


def ids(reference: Reference, text: str) -> list[tuple[int, int]]:
    """Where in `text` the ids stand, as slices; none where it is a word ("All"), an own name or something else."""
    if reference.own:
        return []
    if reference.within is None:
        return [(0, len(text))] if _is_id(reference, text) else []
    spans = (match.span(1) for match in re.finditer(reference.within, text))
    return [(start, end) for start, end in spans if _is_id(reference, text[start:end])]


def renamed(text: str, reference: Reference, mapping: Mapping[str, str]) -> str:
    """`text` with each id in it that `mapping` has replaced by the new one."""
    for start, end in reversed(ids(reference, text)):  # from the end, so that the earlier places hold
        old = text[start:end]
        text = text[:start] + mapping.get(old, old) + text[end:]
    return text


def _is_id(reference: Reference, text: str) -> bool:
    if text in reference.words:
        return False
    return GUID.fullmatch(text) is not None if reference.guid else text != ""


def _is_address(reference: Reference, text: str) -> bool:
    word = text in reference.words  # "/" is the tenant
    return "/" in text and "://" not in text and reference.within is None and not word


def _in_map(value: Mapping[str, Any], known: Mapping[str, Field], path: tuple[str | int, ...]) -> Iterator[Found]:
    for place, reference, text in _texts(value, known, path):
        for start, end in ids(reference, text):
            yield Found(place, reference, text, text[start:end])


def _texts(
    value: Mapping[str, Any], known: Mapping[str, Field], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Reference, str]]:
    """Where the catalog expects references, and what stands there."""
    for name, item, field in _referring(value, known):
        yield from _in_value(item, field, (*path, name))


def _referring(value: Mapping[str, Any], known: Mapping[str, Field]) -> Iterator[tuple[str, Any, Field]]:
    """Name, value and field of the properties that can hold references."""
    for name, item in value.items():
        field = known.get(name)
        if field is not None and (field.reference is not None or _refers(field.type)):
            yield name, item, field


def _in_value(
    item: Any, field: Field, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Reference, str]]:
    if isinstance(item, str):
        if field.reference is not None:
            yield path, field.reference, item
    elif isinstance(item, list):
        for position, element in enumerate(item):
            yield from _in_value(element, field, (*path, position))
    elif isinstance(item, dict):
        yield from _texts(item, fields(concrete(field.type, item)), path)


def _notes_of_map(value: Mapping[str, Any], known: Mapping[str, Field], index: Commenter, tree: Tree) -> Tree:
    """`tree` with the comments of one map; without paths, for a group may have 100,000 members."""
    for name, item, field in _referring(value, known):
        leaf = tree.setdefault(name, {})
        _note(item, field, index, leaf)
        if not leaf:
            del tree[name]
    return tree


def _note(item: Any, field: Field, index: Commenter, leaf: Tree) -> None:
    if isinstance(item, str):
        if field.reference is not None:
            for start, end in ids(field.reference, item):
                leaf[item] = index.comment(field.reference.by, item[start:end])
    elif isinstance(item, list):
        for element in item:
            _note(element, field, index, leaf)
    elif isinstance(item, dict):
        _notes_of_map(item, fields(concrete(field.type, item)), index, leaf)


@cache
def _refers(type_name: str) -> bool:
    """Whether a value of this Graph type can hold a reference, at any depth: nothing else is worth a walk."""
    seen: set[str] = set()
    todo = [type_name]
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        rows = fields(name).values()
        if any(row.reference is not None for row in rows):
            return True
        todo.extend(derived(name))
        todo.extend(row.type for row in rows)
    return False


def _new_map(value: Mapping[str, Any], known: Mapping[str, Field], new: New) -> Body:
    return {name: _new_value(item, known.get(name), new) for name, item in value.items()}


def _new_value(item: Any, field: Field | None, new: New) -> Any:
    if field is None:
        return item
    if isinstance(item, dict):
        return _new_map(item, fields(concrete(field.type, item)), new)
    if isinstance(item, list):
        return ordered([_new_value(element, field, new) for element in item], field.rule)
    if isinstance(item, str) and field.reference is not None:
        return new(field.reference, item)
    return item
