"""From YAML's events to a body, refusing what the format doesn't have; no recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from yaml import events as ev

from entragit.document.scalars import MAX_DEPTH, harmless, value_of
from entragit.errors import DocumentError
from entragit.model import Body

Path = tuple[str | int, ...]
"""Keys and list positions from the top of a body to a value."""


class Builder:
    """The containers that are open; `watch` sees each value's first event before the value is put in its place."""

    def __init__(self, path: str, watch: Callable[[Builder, ev.Event], None] | None) -> None:
        self.path, self.watch = path, watch
        self.root: Body | None = None
        self.documents = 0
        # The innermost container, the key that waits for its value there, and that key's mark.
        self.here: Any = None
        self.key: str | None = None
        self.key_mark: Any = None
        # The same pairs of container and key further out.
        self.around: list[tuple[Any, str | None]] = []

    def build(self, events: Iterable[ev.Event]) -> Body:
        """The body that `events` make up; raises DocumentError."""
        take: dict[type, Callable[[Any], None]] = {
            ev.ScalarEvent: self._scalar,
            ev.MappingStartEvent: self._open,
            ev.SequenceStartEvent: self._open,
            ev.MappingEndEvent: self._close,
            ev.SequenceEndEvent: self._close,
            ev.AliasEvent: self._alias,
            ev.DocumentStartEvent: self._document,
        }
        for event in events:
            if act := take.get(type(event)):
                act(event)
        if self.root is None:
            raise DocumentError("an empty document; write a map of properties, or {} for none", self.path)
        return self.root

    def place(self) -> Path:
        """The path of the value that `watch` sees."""
        frames = [*self.around[1:], (self.here, self.key)] if self.around else []
        return tuple(len(here) if key is None else key for here, key in frames)

    def _scalar(self, event: ev.ScalarEvent) -> None:
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        if self.key is None and type(self.here) is dict:
            self._take_key(event)
            return
        if self.here is None:
            self._no_map(event)
        if self.watch:
            self.watch(self, event)
        self._put(event.value if event.style else self._plain(event))

    def _open(self, event: ev.MappingStartEvent | ev.SequenceStartEvent) -> None:
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        is_map = type(event) is ev.MappingStartEvent
        if self.here is None and not is_map:
            self._no_map(event)
        if self.key is None and type(self.here) is dict:
            self._fail(event, "a map or list as a key; a key is a text")
        if len(self.around) == MAX_DEPTH:
            self._fail(event, f"more than {MAX_DEPTH} maps and lists inside each other")
        if self.watch:
            self.watch(self, event)
        self.around.append((self.here, self.key))
        self.here, self.key, self.key_mark = {} if is_map else [], None, None

    def _close(self, _: ev.Event) -> None:
        value = self.here
        self.here, self.key = self.around.pop()
        if self.around:
            self._put(value)
        else:
            self.root = value

    def _put(self, value: Any) -> None:
        if self.key is None:
            self.here.append(value)
        else:
            self.here[self.key] = value
            self.key = self.key_mark = None

    def _take_key(self, event: ev.ScalarEvent) -> None:
        key = event.value if event.style else self._plain(event)
        if type(key) is not str:
            self._fail(event, f'a key that is no text; write "{harmless(event.value)}", in double quotes')
        if key in self.here:
            self._fail(event, f"the key {_shown(key)} is here twice; keep one")
        self.key, self.key_mark = key, event.start_mark

    def _plain(self, event: ev.ScalarEvent) -> Any:
        try:
            return value_of(event.value)
        except ValueError as error:
            self._fail(event, str(error))

    def _document(self, event: ev.DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            self._fail(event, 'a second document; a file holds one, so delete the "---" and what follows')
        if event.version or event.tags:
            self._fail(event, 'a directive; delete the lines that start with "%"')

    def _alias(self, event: ev.AliasEvent) -> NoReturn:
        self._fail(event, f"the alias *{_shown(event.anchor)}; write the value out")

    def _decorated(self, event: Any) -> NoReturn:
        if event.anchor is not None:
            self._fail(event, f"the anchor &{_shown(event.anchor)}; delete it")
        self._fail(event, f"the tag {_shown(event.tag)}; delete it, and put a text in double quotes")

    def _no_map(self, event: ev.Event) -> NoReturn:
        self._fail(event, "no map of properties at the top; write lines such as displayName: Sales")

    def _fail(self, event: ev.Event, message: str) -> NoReturn:
        raise DocumentError(message, self.path, *position(event.start_mark))


def position(mark: Any) -> tuple[int, int]:
    """Line and column, both from 1, of a YAML mark."""
    return mark.line + 1, mark.column + 1


def _shown(text: str | None) -> str:
    text = text or ""
    return harmless(text if len(text) <= 80 else f"{text[:80]}…")
