"""The one strict reader: YAML's events, with marks, to a body.

It takes what a person may sensibly write (JSON, quotes of both kinds, block scalars, comments), and nothing that
readers disagree about or that a reviewer can't see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import yaml
from yaml import events as ev

from entragit.document.build import Builder, Path, position
from entragit.document.scalars import MAX_DEPTH, UNSEEN, harmless
from entragit.errors import DocumentError
from entragit.model import Body

MAX_BYTES = 64 << 20
"""The largest document; a group of 200,000 members with comments has about 20 MB."""

_UNSEEN = re.compile(rf"(?!\n|\r\n)[{UNSEEN}]")
_ORDINARY = bytes(range(0x20, 0x7F)) + b"\n"
_COMMENT = re.compile(r"[ ,\]}]* #(.*)")
_PROBLEMS = (
    ("mapping values are not allowed", 'text with ": " in it needs double quotes, and a nested key its own line'),
    ("cannot start any token", "text that starts with @, ` or % needs double quotes"),
    ("could not find expected ':'", 'a key needs a ":", and all keys of a map the same indentation'),
    ("expected node content", "a value is missing, or a text that starts with , ] or } needs double quotes"),
    ("maximum nesting depth", f"more than {MAX_DEPTH} maps and lists inside each other"),
    ("block sequence entries", "a list starts on the line below its key"),
    ("did not find expected", "keys and list elements of one level need the same indentation"),
    ("unexpected end of stream", "a quote is not closed"),
    ("unknown escape character", 'a backslash in double quotes is written "\\\\"'),
)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment behind a scalar: where the scalar stands, its text, the comment without "#", its line from 1."""

    path: Path
    text: str
    comment: str
    line: int


@dataclass(frozen=True)
class Document:
    """A body with the comments behind its scalars, in the order of the file."""

    body: Body
    comments: tuple[Comment, ...]
    data: bytes = field(repr=False)

    @cached_property
    def lines(self) -> Mapping[Path, tuple[int, int]]:
        """Line and column, from 1, of each value: of its key in a map, of its first character in a list."""
        found: dict[Path, tuple[int, int]] = {}

        def watch(builder: Builder, event: ev.Event) -> None:
            found[builder.place()] = position(builder.key_mark or event.start_mark)

        _build(self.data, "", watch)
        return found

    def position(self, path: Path) -> tuple[int, int]:
        """Line and column of the value at `path`, or of the nearest one around it that is there."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def parse(data: bytes, path: str = "") -> Body:
    """The body in the YAML document `data`; `path` is for messages.

    Raises DocumentError, with line and column, for what is no UTF-8 or YAML, for anchors, aliases, tags, directives,
    further documents, duplicate keys, keys and numbers that readers disagree about, characters that can't be seen,
    more than MAX_BYTES or MAX_DEPTH, and for a document that is no map.
    """
    return _build(data, path, None)


def read(data: bytes, path: str = "") -> Document:
    """The document `data` with its comments; raises as `parse` does."""
    comments: list[Comment] = []
    # The one decoding that is needed beside the parser's: marks count characters. Bad UTF-8 is `_build`'s to report.
    text = data.decode(errors="replace")

    def watch(builder: Builder, event: ev.Event) -> None:
        if isinstance(event, ev.ScalarEvent) and event.value and event.style not in ("|", ">"):
            mark: Any = event.end_mark
            if found := _COMMENT.match(text, mark.index):
                comments.append(Comment(builder.place(), event.value, found[1].strip(), mark.line + 1))

    return Document(_build(data, path, watch), tuple(comments), data)


def _build(data: bytes, path: str, watch: Callable[[Builder, ev.Event], None] | None) -> Body:
    _check(data, path)
    return Builder(path, watch).build(_events(data, path))


def _check(data: bytes, path: str) -> None:
    """What can be told before parsing: size, UTF-8, characters that can't be seen."""
    if len(data) > MAX_BYTES:
        raise DocumentError(f"{len(data)} bytes; a document has at most {MAX_BYTES}", path)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        raise DocumentError("not UTF-8; save the file as UTF-8", path, *_end(before)) from None
    # Nearly every byte is ordinary, and `translate` is by far the fastest to tell.
    if _UNSEEN.search(data.translate(None, _ORDINARY).decode()) and (found := _UNSEEN.search(text)):
        raise DocumentError(_advice(found[0], found.start()), path, *_end(text[: found.start()]))


def _advice(char: str, start: int) -> str:
    if char == "\t":
        return 'a tab; write spaces, or "\\t" inside double quotes'
    if char == "\ufeff" and start == 0:
        return "a byte order mark; save the file as UTF-8 without BOM"
    if char == "\r":
        return 'a carriage return without line feed; end lines with a line feed, or write "\\r" inside double quotes'
    return f'the unseen character {harmless(char)}; delete it, or write "{harmless(char)}" inside double quotes'


def _end(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _events(data: bytes, path: str) -> Iterator[ev.Event]:
    try:
        yield from yaml.parse(data, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        problem = str(error.problem)
        hint = next((hint for part, hint in _PROBLEMS if part in problem), "see the lines around it")
        mark = error.problem_mark or error.context_mark
        raise DocumentError(f"no valid YAML, {problem}: {hint}", path, *(position(mark) if mark else ())) from None
    except yaml.YAMLError as error:
        raise DocumentError(f"no valid YAML: {' '.join(str(error).split())}", path) from None
