"""Compares a work tree's index and files with two commits, and brings them from one to the other.

Only paths that differ between the two are looked at or written, and never over an edit.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import NamedTuple

from entragit.errors import GitError
from entragit.git.objects import FILE, Entry, blob_id, quoted, read_blobs
from entragit.git.repository import Repository

LINK, EXECUTABLE, SUBMODULE = "120000", "100755", "160000"
ODD = Entry("", "")
"""Stands for something that is neither a file nor a symbolic link, or lies behind a symbolic link."""


class Change(NamedTuple):
    """A path that differs between two commits; None where it isn't there."""

    path: str
    old: Entry | None
    new: Entry | None


class Index(NamedTuple):
    """The index: path → entry (ODD if unmerged or only intended), and the paths kept out of a sparse checkout."""

    entries: dict[str, Entry]
    skipped: frozenset[str]


def bring(here: Repository, old: str | None, new: str) -> None:
    """Bring index and files of exactly the paths that differ from commit `old` to `new`; twice does no harm.

    Raises GitError naming the files that are in the way, before anything is written.
    """
    changes = differences(here, old, new)
    if in_the_way := obstacles(here, changes, resuming=True):
        raise GitError(f"{some(in_the_way)} in {here.path} would be overwritten; commit or move that, then run again")
    skipped = _index(here).skipped
    kept = [change.path for change in changes if change.new and change.path in skipped]
    _remove(here.path, [change.path for change in changes if change.new is None])
    here.run("update-index", "-z", "--index-info", input=_index_lines(changes, here.zero))
    here.run("update-index", "--skip-worktree", "-z", "--stdin", input=_zero_ended(kept))
    written = [change.path for change in changes if change.new and change.path not in skipped]
    here.run("checkout-index", "--force", "--index", "--quiet", "-z", "--stdin", input=_zero_ended(written))


def obstacles(here: Repository, changes: Sequence[Change], *, resuming: bool = False) -> list[str]:
    """The paths of `changes` whose index entry or file is neither side's.

    `resuming`: a file that is missing, or holds only the beginning of the new one, is our own unfinished work.
    """
    index, files = _index(here), _files(here, changes)
    exact = here.attempt("config", "--type=bool", "core.fileMode").out.strip() != b"false"
    found = []
    for change in changes:
        sides = [side for side in (change.old, change.new) if side is None or side.mode != SUBMODULE]
        entry, file = index.entries.get(change.path), files[change.path]
        missing = file is None and (resuming or change.path in index.skipped)
        is_ours = missing or any(_alike(file, side, exact) for side in sides)
        if entry not in sides or not (is_ours or (resuming and _is_begun(here, change))):
            found.append(change.path)
    return found


def _alike(file: Entry | None, side: Entry | None, exact: bool) -> bool:
    if file is None or side is None:
        return file is side
    return file == side or (not exact and file.id == side.id)


def _is_begun(here: Repository, change: Change) -> bool:
    """Whether the file is the beginning of the new one: nobody's content would be lost."""
    state = _look(here, change.path, frozenset())
    if change.new is None or state is None or state.mode not in {FILE, EXECUTABLE}:
        return False
    _, whole = next(read_blobs(here, [change.new.id]))
    return whole.startswith((here.path / change.path).read_bytes().replace(b"\r\n", b"\n"))


def differences(here: Repository, old: str | None, new: str) -> list[Change]:
    """The paths that differ between the commits `old` (None: an empty tree) and `new`."""
    empty = hashlib.new(here.object_format, b"tree 0\0", usedforsecurity=False).hexdigest()
    fields = here.run("diff-tree", "-r", "-z", "--raw", "--no-renames", old or empty, new).split(b"\0")[:-1]
    return [_change(facts.decode("ascii"), path) for facts, path in zip(fields[::2], fields[1::2], strict=True)]


def _change(facts: str, path: bytes) -> Change:
    """From ":100644 100755 <id> <id> M" and a path; mode 000000 stands for nothing."""
    old_mode, new_mode, old_id, new_id, _ = facts[1:].split(" ")
    sides = (None if mode == "000000" else Entry(mode, id_) for mode, id_ in ((old_mode, old_id), (new_mode, new_id)))
    return Change(os.fsdecode(path), *sides)


def _index(here: Repository) -> Index:
    entries, skipped = {}, set()
    for record in here.run("ls-files", "-v", "--stage", "-z").split(b"\0")[:-1]:
        facts, _, raw = record.partition(b"\t")
        tag, mode, id_, stage = facts.decode("ascii").split(" ")
        path = os.fsdecode(raw)
        entries[path] = Entry(mode, id_) if stage == "0" else ODD
        if tag in "Ss":
            skipped.add(path)
    return Index(entries, frozenset(skipped))


def _files(here: Repository, changes: Sequence[Change]) -> dict[str, Entry | None]:
    """What stands in the work tree at each path, as Git would store it."""
    leaving = {change.path for change in changes if change.new is None}
    states = {change.path: _look(here, change.path, leaving) for change in changes}
    modes = {path: entry.mode for path, entry in states.items() if entry and entry.mode in {FILE, EXECUTABLE}}
    # With the user's filters: a file with CRLF, checked out by core.autocrlf, is clean.
    ids = here.run("hash-object", "--stdin-paths", input=b"".join(quoted(path) + b"\n" for path in modes))
    hashed = zip(modes.items(), ids.decode("ascii").split(), strict=True)
    return states | {path: Entry(mode, id_) for (path, mode), id_ in hashed}


def _look(here: Repository, path: str, leaving: Set[str]) -> Entry | None:
    """What stands at `path`, without the id of a file; ODD if it is neither file nor link, or behind a link.

    None if nothing is there, or nothing will be when the files `leaving` have left; one of those itself is gone, too,
    where a folder stands in its place or something else in its folder's.
    """
    strange = next((parent for parent in _parents(path) if not _is_folder_or_free(here.path / parent)), None)
    if strange is not None:
        return None if path in leaving or strange in leaving else ODD
    try:
        mode = os.lstat(here.path / path).st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(mode):
        return Entry(LINK, blob_id(here, os.fsencode(os.readlink(here.path / path))))
    if stat.S_ISREG(mode):
        return Entry(EXECUTABLE if mode & stat.S_IXUSR else FILE, "")
    is_free = stat.S_ISDIR(mode) and (path in leaving or all(name in leaving for name in _below(here.path, path)))
    return None if is_free else ODD


def _parents(path: str) -> list[str]:
    """The folders above `path`, outermost first."""
    parts = path.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts))]


def _is_folder_or_free(path: Path) -> bool:
    """Whether something may be written below `path`: it is a folder (not by a link), or nothing."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True


def _below(top: Path, folder: str) -> Iterator[str]:
    """All files and links below `folder`, as paths from `top`."""
    for place, folders, names in os.walk(top / folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        yield from ((Path(place) / name).relative_to(top).as_posix() for name in (*names, *links))


def _remove(top: Path, paths: Iterable[str]) -> None:
    """Remove these files (nothing else that has come to stand there), and the folders that this empties."""
    for path in paths:
        if any(not _is_folder_or_free(top / parent) for parent in _parents(path)) or _is_folder_or_free(top / path):
            continue
        try:
            (top / path).unlink(missing_ok=True)
        except OSError as error:
            raise GitError(f"{top / path} can't be removed: {error.strerror}; fix that and run again") from None
        for parent in reversed(_parents(path)):
            with contextlib.suppress(OSError):  # not empty, or gone already
                (top / parent).rmdir()


def _index_lines(changes: Iterable[Change], zero: str) -> bytes:
    """Records for `update-index --index-info`: what leaves first, so that a file can make room for a folder."""
    ordered = sorted(changes, key=lambda change: change.new is not None)
    sides = ((change.new or Entry("0", zero), change.path) for change in ordered)
    return b"".join(f"{entry.mode} {entry.id}\t".encode() + os.fsencode(path) + b"\0" for entry, path in sides)


def _zero_ended(paths: Iterable[str]) -> bytes:
    return b"".join(os.fsencode(path) + b"\0" for path in paths)


def some(paths: Sequence[str]) -> str:
    """The first three of `paths`, and how many more there are; for a sentence."""
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(path if path.isprintable() else repr(path) for path in paths[:3]) + more
