"""Everything that entragit raises on purpose, each class with its exit code.

EntragitError             1  failed
├── UsageError            2  the command line or entragit.yaml is wrong
├── DocumentError         1  a file of the tenant repository can't be read; carries path, line, column
├── SignInError           1  no token: wrong or expired credential, unreachable authority
├── GraphError            1  Graph answered with an error, after every retry that makes sense
├── GitError              1  Git refused or broke
│   └── LostRace          1  a ref moved between our read and our write
│       └── Overtaken     1  what was read is older than the last snapshot
├── IncompleteError       4  something could not be read or reached; the rest is done
└── RefusedError          5  a guard, a stale plan, a conflict, another tenant, another run's lease

A message is one sentence: what, why, next step.
"""

from __future__ import annotations

from collections.abc import Iterable

# Where several outcomes hold, the first of these that occurred is the exit code (design section 11).
PRECEDENCE = (5, 1, 2, 4, 3, 0)


def exit_code(codes: Iterable[int]) -> int:
    """The one exit code for several outcomes: 5 before 1 before 4 before 3; 0 where nothing happened."""
    return min(codes, key=PRECEDENCE.index, default=0)


class EntragitError(Exception):
    """A failure that a person can act on; `str()` of it is the sentence that the CLI prints."""

    exit_code = 1

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines that the CLI prints: no text from outside can begin another one."""
        return (str(self),)


class UsageError(EntragitError):
    """The command line or `entragit.yaml` asks for something that does not exist."""

    exit_code = 2


class DocumentError(EntragitError):
    """A file that the strict reader refuses: `path`, 1-based `line` and `column`, and what to write instead."""

    def __init__(self, message: str, path: str = "", line: int = 0, column: int = 0) -> None:
        self.message, self.path, self.line, self.column = message, path, line, column
        place = ":".join([path, *(str(n) for n in (line, column) if n)])
        super().__init__(f"{place}: {message}" if place else message)


class SignInError(EntragitError):
    """No access token could be had."""


class GraphError(EntragitError):
    """Graph's final answer to one request.

    `status` is the HTTP status (0: no answer arrived), `code` Graph's error code ("Authorization_RequestDenied"),
    `detail` Graph's message, `path` the request's path.
    """

    def __init__(self, status: int, code: str, detail: str, path: str) -> None:
        self.status, self.code, self.detail, self.path = status, code, detail, path
        super().__init__(f"{path}: {status or 'no answer'} {code}: {detail}")


class GitError(EntragitError):
    """Git refused, or the repository is not what entragit needs."""


class LostRace(GitError):
    """A ref moved between our read and our write; the caller reads again."""


class Overtaken(LostRace):
    """Another run's snapshot came first, so that what was read before must not be rendered over it."""


class IncompleteError(EntragitError):
    """The part that could be done is done; the message names the rest."""

    exit_code = 4


class RefusedError(EntragitError):
    """entragit will not do this; the message names what allows it. `reasons`: a line each below it."""

    exit_code = 5

    def __init__(self, message: str, reasons: Iterable[str] = ()) -> None:
        self.message, self.reasons = message, tuple(reasons)
        super().__init__("\n  ".join([message, *self.reasons]))

    @property
    def lines(self) -> tuple[str, ...]:
        """The message, and the reasons."""
        return (self.message, *self.reasons)
