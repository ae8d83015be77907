"""What the path of an edit says: properties, and of lists' elements the keys, which are JSON (`model.Edit`)."""

from __future__ import annotations

import json
from typing import Any

Path = tuple[str, ...]

_KEYS = ('"', "[", "{")
"""What the key of an element starts with, for it is JSON; no property of Graph does."""

_ANNOTATION = "@odata."


def is_element(part: str) -> bool:
    """Whether a part looks like the key of a list's element."""
    return part.startswith(_KEYS)


def element_of(part: str) -> Any:
    """The key of a list's element that a part holds; None for a property."""
    if not is_element(part):
        return None
    try:
        return json.loads(part)
    except ValueError:  # a property that is called so
        return None


def dotted(path: Path) -> str:
    """A path as a plan file holds it."""
    return ".".join(path)


def parted(text: str) -> Path:
    """The path that `dotted` has made a text of."""
    found: list[str] = []
    while text:
        end = _end(text)
        found.append(text[:end])
        text = text[end + 1 :]
    return tuple(found)


def _end(text: str) -> int:
    """Where the first part ends: the key of an element may hold dots, and so does the name of an annotation."""
    if is_element(text):
        try:
            return json.JSONDecoder().raw_decode(text)[1]
        except ValueError:  # a property that is called so
            pass
    found = text.find(".", len(_ANNOTATION) if text.startswith(_ANNOTATION) else 1)
    return len(text) if found < 0 else found
