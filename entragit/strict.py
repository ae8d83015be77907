"""Reads entragit's own documents: values that know their place, so that a refusal names line and column."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from entragit.document import harmless, read
from entragit.errors import DocumentError
from entragit.model import Body

Place = tuple[str | int, ...]
Fail = Callable[[Place, str], NoReturn]


@dataclass(frozen=True, slots=True)
class Value:
    """A value at `place` of a document; each method returns what it asks for or raises DocumentError."""

    value: Any
    place: Place
    fail: Fail

    def record(self, keys: Collection[str], required: Iterable[str] = ()) -> dict[str, Value]:
        """A map that has no keys but these, and those that are required."""
        found = self.entries()
        for key, item in found.items():
            if key not in keys:
                item.refuse(f"{shown(key)} is no key here{suggestion(key, keys)}")
        for key in required:
            if key not in found:
                self.refuse(f"{shown(key)} is missing; write it")
        return found

    def entries(self) -> dict[str, Value]:
        """A map with whatever keys."""
        if not isinstance(self.value, dict):
            self._wrong("a map, one `key: value` a line")
        return {key: Value(item, (*self.place, key), self.fail) for key, item in self.value.items()}

    def elements(self) -> list[Value]:
        """A list."""
        if not isinstance(self.value, list):
            self._wrong("a list, one `- value` a line, or [] for none")
        return [Value(item, (*self.place, n), self.fail) for n, item in enumerate(self.value)]

    def text(self, pattern: str = ".+", what: str = "a text") -> str:
        """A text that `pattern` matches whole; `what` says in words what that is."""
        if not isinstance(self.value, str) or not re.fullmatch(pattern, self.value):
            self._wrong(what)
        return self.value

    def word(self, words: Collection[str], what: str = "") -> str:
        """One of some words."""
        if not isinstance(self.value, str) or self.value not in words:
            near = suggestion(self.value, words) if isinstance(self.value, str) else ""
            self._wrong(what or " or ".join(words), near)
        return self.value

    def flag(self) -> bool:
        """true or false."""
        if not isinstance(self.value, bool):
            self._wrong("true or false")
        return self.value

    def number(self, most: float = float("inf")) -> int | float:
        """A number from 0 to `most`."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or not 0 <= self.value <= most:
            self._wrong("a number, 0 or more" if most == float("inf") else f"a number from 0 to {most:g}")
        return self.value

    def integer(self) -> int:
        """A whole number, 0 or more."""
        if type(self.value) is not int or self.value < 0:
            self._wrong("a whole number, 0 or more")
        return self.value

    def refuse(self, message: str) -> NoReturn:
        """Say what is wrong here."""
        self.fail(self.place, message)

    def _wrong(self, what: str, near: str = "") -> NoReturn:
        name = next((f"{shown(part)}: " for part in reversed(self.place) if isinstance(part, str)), "")
        self.refuse(f"{name}write {what} instead of {shown(self.value)}{near}")


def whole(data: bytes, path: str) -> Value:
    """The document `data`; `path` is for messages. Raises DocumentError for what is no document."""
    document = read(data, path)

    def fail(place: Place, message: str) -> NoReturn:
        raise DocumentError(message, path, *document.position(place))

    return Value(document.body, (), fail)


def parsed(body: Body, path: str) -> Value:
    """A body that somebody else read, so that messages name the file alone."""

    def fail(_place: Place, message: str) -> NoReturn:
        raise DocumentError(message, path)

    return Value(body, (), fail)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that `name` is most likely a slip for; "" where none is near."""
    by_lower = {other.lower(): other for other in known}
    found = difflib.get_close_matches(name.lower(), sorted(by_lower), n=1, cutoff=0.7)
    return by_lower[found[0]] if found else ""


def suggestion(name: str, known: Iterable[str]) -> str:
    """The end of a sentence: "; did you mean `x`?", or nothing."""
    near = nearest(name, known)
    return f"; did you mean `{near}`?" if near else ""


def shown(value: Any) -> str:
    """A value from a file as it may stand in a message: harmless, short, in backticks."""
    if isinstance(value, dict | list):
        return "a map" if isinstance(value, dict) else "a list"
    text = value if isinstance(value, str) else json.dumps(value)
    return f"`{harmless(text[:80])}`"
