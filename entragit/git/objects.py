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

FEW = 40
"""So many objects are looked up one by one; for more, a process of their own that streams them is quicker."""


class Entry(NamedTuple):
    """One entry of a tree: `mode` as six octal digits ("100644"), `id` of its blob or tree."""

    mode: str
    id: str


def list_tree(repo: Repository, treeish: str) -> dict[str, Entry]:
    """Path → entry of every blob, link and submodule below `treeish`, in Git's order."""
    entries = {}
    for record in repo.run("ls-tree", "-r", "-z", "--full-tree", treeish).split(b"\0")[:-1]:
        facts, _, path = record.partition(b"\t")
        mode, _, id_ = facts.decode("ascii").split(" ")
        entries[path.decode(errors="surrogateescape")] = Entry(mode, id_)
    return entries


def top_level(repo: Repository, treeish: str) -> dict[str, Entry]:
    """Name → entry of the top level of `treeish` (an id), folders as mode 040000; raises GitError without it."""
    found = repo.find(f"{treeish}^{{tree}}")
    if found is None:
        raise GitError(f"the tree of {treeish} is missing; run `git fsck`, then fetch it from another clone")
    return dict(tree_entries(found.content, len(repo.zero) // 2))


def tree_entries(raw: bytes, size: int) -> Iterator[tuple[str, Entry]]:
    """Name and entry of all that a raw tree has: "<mode> <name>", a zero byte, the id in `size` bytes."""
    position = 0
    while position < len(raw):
        end = raw.index(b"\0", position)
        mode, _, name = raw[position:end].partition(b" ")
        position = end + 1 + size
        yield name.decode(errors="surrogateescape"), Entry(mode.decode().zfill(6), raw[end + 1 : position].hex())


def read_blobs(repo: Repository, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Each id with its content, in order; raises GitError for an id that is not here."""
    for name, kind, data in read_objects(repo, ids):
        if not kind:
            raise GitError(f"the object {name} is missing; run `git fsck`, then fetch it from another clone")
        yield name, data


def read_objects(repo: Repository, names: Iterable[str]) -> Iterator[tuple[str, str, bytes]]:
    """Each name ("<commit>^{tree}", an id) with its object's type and raw content, "" and b"" where there is none."""
    asked = list(names)
    if len(asked) <= FEW:
        for name in asked:
            found = repo.find(name)
            yield (name, found.type, found.content) if found else (name, "", b"")
        return
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
    *folders, name = path.split("/")
    entries = top_level(repo, commit)
    for folder in folders:
        inner = entries.get(folder)
        entries = top_level(repo, inner.id) if inner and inner.mode == TREE else {}
    entry = entries.get(name)
    if entry is None or entry.mode == TREE:
        return None
    if entry.mode != FILE:
        raise GitError(f"{path} in {commit} is no plain file (mode {entry.mode}); make it one with mode 100644")
    return next(read_blobs(repo, [entry.id]))[1]


def quoted(path: str) -> bytes:
    """`path` in double quotes, as Git's C-style quoting takes it on every input."""
    raw = path.encode(errors="surrogateescape")
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
