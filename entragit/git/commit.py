"""Makes commits by fast-import: no index, no work tree, no size limit, nothing visible until a ref moves."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from entragit.errors import GitError
from entragit.git import process
from entragit.git.objects import FILE, quoted, top_level
from entragit.git.repository import EMAIL, NAME, Repository, Result, failure

TEMPORARY = "refs/entragit/tmp/"
"""Where new commits hang until a transaction moves the refs that count; the next part names the process."""

_numbers = itertools.count(1)


class Identity(NamedTuple):
    """Who is named as author or committer; any text, made harmless when written."""

    name: str
    email: str


ENTRAGIT = Identity(NAME, EMAIL)


class Commit(NamedTuple):
    """A new commit and the temporary ref that keeps it until the caller's transaction deletes it."""

    id: str
    ref: str


Link = tuple[str, str, str]
"""(path, mode, id of a blob or tree that the repository has)."""


def commit_tree_changes(
    repo: Repository,
    *,
    parents: Sequence[str],
    base: str | None,
    changes: Iterable[tuple[str, bytes | None]],
    message: str,
    when: datetime,
    author: Identity = ENTRAGIT,
    deletes: Iterable[str] = (),
    links: Iterable[Link] = (),
) -> Commit:
    """Commit `base`'s tree (a commit or tree, a parent or not; None: an empty tree) with these edits, in this order.

    `deletes`: paths of files or folders; a path that isn't there is no error. `links`: entries taken over by id.
    `changes`: (path, content), None deletes; consumed as they are written, so they may be a generator.
    `parents`: full ids of commits. `when`: aware; it is the author's and the committer's time, in UTC.
    If the source of the changes raises, or we die, nothing is left but unreachable objects.
    """
    ref = f"{TEMPORARY}{_owner()}/{next(_numbers)}"
    stream = itertools.chain(
        _header(ref, parents, message, author, when),
        _start(repo, parents, base),
        (_delete(path) for path in deletes),
        (_modify(path, mode, id_) for path, mode, id_ in links),
        (_delete(path) if data is None else _inline(path, data) for path, data in changes),
        [b"\nget-mark :1\ndone\n"],
    )
    return Commit(_import(repo, stream), ref)


def stale_temporaries(repo: Repository) -> list[tuple[str, str]]:
    """(ref, id) of the temporary refs that processes of this machine left behind when they died."""
    listing = repo.run("for-each-ref", "--format=%(refname) %(objectname)", TEMPORARY).decode().splitlines()
    return [(ref, id_) for ref, _, id_ in (line.partition(" ") for line in listing) if _is_stale(ref)]


def _owner() -> str:
    """Names this process for ever: machine, process id, start."""
    own = process.current()
    return f"{_machine(own.host)}-{own.pid}-{own.start}"


def _is_stale(ref: str) -> bool:
    machine, pid, start = [*ref.removeprefix(TEMPORARY).split("/")[0].split("-", 2), "", ""][:3]
    host = process.current().host
    if machine != _machine(host) or not pid.isdecimal():
        return False
    return not process.is_alive(process.Process(host, int(pid), start))


def _machine(host: str) -> str:
    return hashlib.sha256(host.encode()).hexdigest()[:8]


def _header(ref: str, parents: Sequence[str], message: str, author: Identity, when: datetime) -> Iterator[bytes]:
    if when.tzinfo is None:
        raise ValueError("the time of a commit needs a time zone")
    stamp = b" %d +0000\n" % int(when.timestamp())
    text = message.replace("\0", "").rstrip("\n").encode(errors="replace") + b"\n"
    yield b"commit %s\nmark :1\n" % ref.encode()
    yield b"author " + _person(author) + stamp
    yield b"committer " + _person(ENTRAGIT) + stamp
    yield b"data %d\n%s\n" % (len(text), text)
    for word, parent in zip(itertools.chain(["from"], itertools.repeat("merge")), parents, strict=False):
        yield f"{word} {parent}\n".encode()


def _start(repo: Repository, parents: Sequence[str], base: str | None) -> Iterator[bytes]:
    """Makes the tree that of `base`: by inheritance from the first parent, or entry by entry of its top level."""
    if parents and base == parents[0]:
        return
    yield b"deleteall\n"
    for name, entry in top_level(repo, base).items() if base else ():
        yield _modify(name, entry.mode, entry.id)


def _delete(path: str) -> bytes:
    return b"D %s\n" % quoted(path)


def _modify(path: str, mode: str, id_: str) -> bytes:
    return b"M %s %s %s\n" % (mode.encode(), id_.encode(), quoted(path))


def _inline(path: str, data: bytes) -> bytes:
    return b"M %s inline %s\ndata %d\n%s\n" % (FILE.encode(), quoted(path), len(data), data)


def _person(identity: Identity) -> bytes:
    """`Name <email>` that no name can break out of: no brackets, no control, format or surrogate characters."""
    name, email = ("".join(" " if _is_harmful(c) else c for c in text[:256]).split() for text in identity)
    return f"{' '.join(name) or 'unknown'} <{''.join(email)}>".encode()


def _is_harmful(character: str) -> bool:
    return character in "<>" or unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _import(repo: Repository, stream: Iterable[bytes]) -> str:
    """Feed fast-import, return the id of mark 1; `done` is demanded, so a stream cut short makes no commit."""
    wrapped = repo.spawn("fast-import", "--quiet", "--done", "--date-format=raw", stdin=process.PIPE)
    importer: Any = wrapped.proc
    try:
        with contextlib.suppress(BrokenPipeError):  # it died; what it said comes below
            for chunk in stream:
                importer.stdin.write(chunk)
        out, error = importer.communicate()
    except BaseException:  # whatever ends us, Ctrl-C too: no half-fed Git stays behind
        importer.kill()
        with contextlib.suppress(BrokenPipeError):
            importer.communicate()
        raise
    _remove_report(repo, importer.pid)
    if importer.returncode:
        raise failure(("fast-import",), Result(importer.returncode, out, error.decode(errors="replace")))
    id_: str = out.decode("ascii").strip()
    if not id_:
        raise GitError("`git fast-import` made no commit; run `git fsck`")
    return id_


def _remove_report(repo: Repository, pid: int) -> None:
    """fast-import leaves a crash report in the git directory, with our data in it."""
    for folder in {repo.git_dir, repo.common_dir}:
        with contextlib.suppress(FileNotFoundError):
            os.remove(folder / f"fast_import_crash_{pid}")
