"""Reads trees and blobs, and computes blob ids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from entragit.errors import GitError
from entragit.git.repository import Repository, buffered

FILE = "100644"
"""The mode of a plain file; only blobs of this mode are documents."""

TREE = "040000"


class Entry(NamedTuple):
    """One entry of a tree: `mode` as six octal digits ("100644"), `id` of its blob or tree."""

    mode: str
    id: str


def list_tree(repo: Repository, treeish: str) -> dict[str, Entry]:
    """Path → entry of every blob, link and submodule below `treeish`, in Git's order."""
    return _entries(repo.run("ls-tree", "-r", "-z", "--full-tree", treeish))


def top_level(repo: Repository, treeish: str) -> dict[str, Entry]:
    """Name → entry of the top level of `treeish`, folders as mode 040000."""
    return _entries(repo.run("ls-tree", "-z", "--full-tree", treeish))


def _entries(listing: bytes) -> dict[str, Entry]:
    entries = {}
    for record in listing.split(b"\0")[:-1]:
        facts, _, path = record.partition(b"\t")
        mode, _, id_ = facts.decode("ascii").split(" ")
        entries[path.decode(errors="surrogateescape")] = Entry(mode, id_)
    return entries


def read_blobs(repo: Repository, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Each id with its content, in order, from one process; raises GitError for an id that is not here."""
    for name, kind, data in read_objects(repo, ids):
        if not kind:
            raise GitError(f"the object {name} is missing; run `git fsck`, then fetch it from another clone")
        yield name, data


def read_objects(repo: Repository, names: Iterable[str]) -> Iterator[tuple[str, str, bytes]]:
    """Each name ("<commit>^{tree}", an id) with its object's type and raw content, "" and b"" where there is none."""
    asked = list(names)
    if not asked:
        return  # a process costs more than the rest of most callers' work
    lines = "".join(f"{name}\n" for name in asked).encode()
    with buffered(lines) as stream, repo.start("cat-file", "--batch", "--buffer", stdin=stream) as out:
        for name in asked:
            header = out.readline().decode(errors="replace").rstrip("\n").rsplit(" ", 2)
            if len(header) == 3 and header[2].isdecimal():
                yield name, header[1], out.read(int(header[2]) + 1)[:-1]
            elif header[-1] in {"missing", "ambiguous"}:
                yield name, "", b""
            else:
                raise GitError(f"`git cat-file` broke off before {name}; run `git fsck`")


def blob_id(repo: Repository, data: bytes) -> str:
    """The id that `data` has as a blob of this repository, without asking Git."""
    return hashlib.new(repo.object_format, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def read_file(repo: Repository, commit: str, path: str) -> bytes | None:
    """The content of the plain file `path` in `commit`; None where nothing (or a folder) has that path.

    Raises GitError where something else is there: a symbolic link, an executable, a submodule.
    """
    entry = _entries(repo.run("ls-tree", "-z", "--full-tree", commit, "--", path)).get(path)
    if entry is None or entry.mode == TREE:
        return None
    if entry.mode != FILE:
        raise GitError(f"{path} in {commit} is no plain file (mode {entry.mode}); make it one with mode 100644")
    return next(read_blobs(repo, [entry.id]))[1]


def quoted(path: str) -> bytes:
    """`path` in double quotes, as Git's C-style quoting takes it on every input."""
    raw = path.encode(errors="surrogateescape")
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
