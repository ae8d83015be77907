"""The files of a work tree or a commit that a snapshot doesn't have as they are, and what stands in them."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from entragit import settings
from entragit.document import MAX_BYTES
from entragit.git.checkout import EXECUTABLE, LINK, SUBMODULE, differences
from entragit.git.objects import FILE, Entry, read_blobs
from entragit.git.repository import Repository
from entragit.layout import address_of
from entragit.resources.catalog import CATALOG
from entragit.streams import LARGEST, resource_of
from entragit.validate import Finding

_WORDS = {LINK: "a symbolic link", EXECUTABLE: "executable", SUBMODULE: "another repository"}


class Changed(NamedTuple):
    """A path that differs from the snapshot; None where it is gone, an id of "" for what Git hasn't stored."""

    path: str
    entry: Entry | None


def in_commit(repo: Repository, snapshot: str | None, commit: str) -> Iterator[Changed]:
    """How a commit differs from a snapshot (None: an empty one)."""
    return (Changed(change.path, change.new) for change in differences(repo, snapshot, commit))


def in_work_tree(repo: Repository, snapshot: str | None) -> Iterator[Changed]:
    """How the files that are checked out, or new and not ignored, differ from a snapshot (None: an empty one)."""
    empty = hashlib.new(repo.object_format, b"tree 0\0", usedforsecurity=False).hexdigest()
    options = (
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--no-ext-diff",
        "--no-relative",
        "--ignore-submodules=none",
    )
    fields = repo.run("diff", *options, snapshot or empty, "--").split(b"\0")[:-1]
    for facts, raw in zip(fields[::2], fields[1::2], strict=True):
        mode, blob = facts.decode("ascii").split(" ")[1:4:2]
        gone = mode == "000000"
        yield Changed(os.fsdecode(raw), None if gone else Entry(mode, "" if blob == repo.zero else blob))
    for raw in repo.run("ls-files", "-z", "--others", "--exclude-standard", "--full-name").split(b"\0")[:-1]:
        path = os.fsdecode(raw)
        yield Changed(path, Entry(_mode(repo.path / path), ""))


def _mode(path: Path) -> str:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return LINK
    return FILE if stat.S_ISREG(mode) else SUBMODULE


def contents(repo: Repository, changes: Sequence[Changed]) -> Iterator[tuple[str, bytes | Finding]]:
    """Path → content of what is there and entragit's to read (of anything else b""), or why it isn't read."""
    there = [(change.path, change.entry) for change in changes if change.entry]
    stored = [(path, entry.id) for path, entry in there if entry.id and entry.mode == FILE and _is_ours(path)]
    blobs = dict(read_blobs(repo, {blob for _, blob in stored}))
    for path, entry in there:
        if not _is_ours(path):
            yield path, b""
        elif entry.mode != FILE:
            what = _WORDS.get(entry.mode, f"of mode {entry.mode}")
            yield path, Finding(path, 0, 0, "error", f"is {what}; make it a plain file, with mode {FILE}")
        else:
            yield path, blobs[entry.id] if entry.id else _read(repo.path / path, path)


def _is_ours(path: str) -> bool:
    return path == settings.PATH or bool(address_of(path, CATALOG) or resource_of(path, CATALOG))


def _read(file: Path, path: str) -> bytes | Finding:
    try:
        size = file.lstat().st_size
        sort, most = ("stream", LARGEST) if resource_of(path, CATALOG) else ("document", MAX_BYTES)
        if size > most:
            return Finding(path, 0, 0, "error", f"{size:,} bytes; a {sort} has at most {most:,}")
        return file.read_bytes()
    except OSError as error:
        return Finding(path, 0, 0, "error", f"can't be read: {error.strerror}; fix that and run again")
