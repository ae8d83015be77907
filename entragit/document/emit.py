"""Writes a body as canonical YAML.

Lists are indented below their key, as formatters like Prettier do, so that saving a file in an editor changes
nothing, and every element is a line of its own in a diff.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entragit.document.scalars import MAX_DEPTH, SHORT, commented, harmless, heads, short_commented, text_of
from entragit.errors import DocumentError
from entragit.model import Body, Notes

_DEEPEST = "  " * MAX_DEPTH
_NO_NOTES: Notes = {}


def emit(body: Body, notes: Notes = _NO_NOTES) -> bytes:
    """The canonical YAML of `body`: UTF-8, LF, block style, sorted keys; `notes` become trailing comments.

    Any JSON mapping comes back from `parse` as it was. Raises DocumentError naming the property of a lone surrogate,
    nan or infinity, of what is no JSON value, or of a nesting deeper than MAX_DEPTH.
    """
    out: list[str] = []
    try:
        if body:
            _entries(out, body, notes, "", "")
        else:
            out.append("{}\n")
        return "".join(out).encode()
    except (ValueError, TypeError) as error:
        raise DocumentError(_fault(body) or str(error)) from error


def _entries(out: list[str], body: dict[str, Any], notes: Notes, pad: str, lead: str) -> None:
    """The lines of a map that isn't empty: `lead` starts the first, `pad` the others."""
    if pad == _DEEPEST:
        raise ValueError
    for name, head in heads(tuple(body), pad):
        value = body[name]
        kind = type(value)
        below = notes.get(name) if notes else None
        if below is None or not isinstance(below, Mapping):
            below = _NO_NOTES
        if kind is str:
            out.append(f"{lead}{head} {_string(value, below)}\n")
        elif value and (kind is dict or kind is list):
            out.append(f"{lead}{head}\n")
            lines = _entries if kind is dict else _items
            lines(out, value, below, pad + "  ", pad + "  ")
        else:
            out.append(f"{lead}{head} {text_of(value)}\n")
        lead = pad


def _items(out: list[str], items: list[Any], notes: Notes, pad: str, lead: str) -> None:
    """The lines of a list that isn't empty: `lead` starts the first, `pad` the others."""
    if pad == _DEEPEST:
        raise ValueError
    for item in items:
        kind = type(item)
        if kind is str:
            out.append(f"{lead}- {_string(item, notes)}\n")
        elif item and (kind is dict or kind is list):
            lines = _entries if kind is dict else _items
            lines(out, item, notes, pad + "  ", lead + "- ")
        else:
            out.append(f"{lead}- {text_of(item)}\n")
        lead = pad


def _string(text: str, notes: Notes) -> str:
    note = notes.get(text) if notes else None
    if note is not None and type(note) is not str:
        note = None  # it belongs to a map in the same list
    return commented(text, note) if len(text) > SHORT else short_commented(text, note)


def _fault(body: Body) -> str:
    """What in `body` can't be written, as a sentence that names the property; "" where nothing is wrong."""
    waiting: list[tuple[str, int, Any]] = [("", 1, body)]
    while waiting:
        place, depth, value = waiting.pop()
        if reason := _reason(value, depth):
            return f"{harmless(place)}: {reason}"
        if type(value) is dict:
            waiting += [(f"{place}.{name}" if place else name, depth + 1, value[name]) for name in reversed(value)]
        elif type(value) is list:
            waiting += [(f"{place}[{n}]", depth + 1, value[n]) for n in reversed(range(len(value)))]
    return ""


def _reason(value: Any, depth: int) -> str:
    if type(value) in (dict, list):
        if depth > MAX_DEPTH:
            return f"more than {MAX_DEPTH} maps and lists inside each other"
        if bad := [name for name in value if type(value) is dict and not _is_text(name)]:
            return f"the property name {harmless(repr(bad[0]))} is no Unicode text"
        return ""
    if type(value) is str:
        return "" if _is_text(value) else "half a surrogate pair is no Unicode text"
    try:
        text_of(value)
    except ValueError as error:
        return str(error)
    return ""


def _is_text(value: Any) -> bool:
    if type(value) is not str:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
