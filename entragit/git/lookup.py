"""Looks objects up in one process of Git for as long as a repository is open, instead of in one for each question."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from threading import Lock
from typing import Any, NamedTuple
from weakref import finalize

from entragit.errors import GitError

COMMAND = ("cat-file", "--batch")


class Found(NamedTuple):
    """An object: its id, its type ("commit", "tree", "blob", "tag") and its raw content."""

    id: str
    type: str
    content: bytes


class Lookup:
    """A `git cat-file --batch` that begins with the first question; threads ask in turn.

    Git looks at refs and packs as they are when it is asked, so what moved or came meanwhile is seen.
    """

    def __init__(self, begin: Callable[[], Any]) -> None:
        """`begin` starts the process, with pipes for its input and output; it ends with this object."""
        self._begin = begin
        self._lock = Lock()
        self._process: Any = None
        self._end: Callable[[], object] | None = None
        self._owner = 0

    def find(self, name: str) -> Found | None:
        """The object that `name` (an id, a full ref, with `^{tree}` or `:path`) names; None where there is none.

        Raises GitError where Git breaks off.
        """
        if "\n" in name:
            return None  # no such name; asked, it would be two
        line = name.encode(errors="surrogateescape") + b"\n"
        with self._lock:
            answer = self._answer(line) or self._answer(line)  # Ctrl-C ends it too, while we still tidy up
        if not answer:
            raise GitError(f"`git cat-file` broke off before {name}; run `git fsck`")
        return answer[0]

    def _answer(self, line: bytes) -> tuple[Found | None] | None:
        """What Git says, in a tuple of one; None where the process has ended."""
        if self._end is None or self._owner != os.getpid():  # after a fork two would talk at once
            self._owner = os.getpid()
            self._process = self._begin()
            self._end = finalize(self, _ended, self._process)
        answer = None
        try:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(line)
                self._process.stdin.flush()
                answer = _read(self._process.stdout)
        finally:
            if answer is None:  # after Ctrl-C, too: the rest would be taken for the answer to the next question
                self._end()
                self._process = self._end = None
        return answer


def _ended(process: Any) -> None:
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    process.stdout.close()
    process.stderr.close()
    process.proc.wait()


def _read(out: Any) -> tuple[Found | None] | None:
    header = out.readline().decode(errors="replace").rstrip("\n").rsplit(" ", 2)
    if header[-1] in {"missing", "ambiguous"}:
        return (None,)
    if len(header) != 3 or not header[2].isdecimal():
        return None
    size = int(header[2])
    content = out.read(size + 1)
    return (Found(header[0], header[1], content[:-1]),) if len(content) == size + 1 else None
