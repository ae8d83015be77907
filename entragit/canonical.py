"""One text for one JSON value, and one order for one list: what sets and keyed lists are told apart and sorted by."""

from __future__ import annotations

import json
from collections.abc import Iterable
from json.encoder import encode_basestring
from typing import Any

from entragit.resources.facts import ListRule

_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def canonical_json(value: Any) -> str:
    """The JSON text of `value`: sorted keys, no spaces, nothing escaped that needs no escape.

    Two values have the same text exactly if they are the same JSON: `true` is not 1, and 1 is not 1.0.
    """
    return _encode(value)


def same(left: Any, right: Any) -> bool:
    """Whether two values are the same JSON; Python's `==` takes true, 1 and 1.0 for equal."""
    return bool(left == right) and canonical_json(left) == canonical_json(right)


def element_key(item: Any, rule: ListRule) -> str:
    """What names an element within its list: its canonical JSON, in a keyed list that of its key properties.

    One key property stands for itself, several as a list; one that is missing counts as null. An element that is no
    map has no properties and is its own key.
    """
    if rule.order != "keyed" or not isinstance(item, dict):
        return canonical_json(item)
    values = [item.get(name) for name in rule.by]
    return canonical_json(values[0] if len(values) == 1 else values)


def ordered(items: Iterable[Any], rule: ListRule) -> list[Any]:
    """The elements in the one order that `rule` allows; a new list.

    A set loses its duplicates, a keyed list keeps them, side by side; a sequence stays as it is.
    """
    found = list(items)
    if len(found) < 2 or rule.order == "sequence":
        return found
    if rule.order == "keyed":
        return sorted(found, key=lambda item: (element_key(item, rule), canonical_json(item)))
    if all(type(item) is str for item in found):
        return sorted(set(found), key=encode_basestring)  # a string's canonical JSON, several times as fast
    return [item for _, item in sorted({canonical_json(item): item for item in found}.items())]
