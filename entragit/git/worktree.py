"""Brings a checked-out branch's files along when the branch moves, as `merge --ff-only` does.

The order is: `blocking` is empty, `write_marker`, the ref moves, `advance`, `clear_marker`; after a crash
`finish_half_done` does what is missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import NamedTuple

from entragit.errors import GitError, LostRace
from entragit.git import process
from entragit.git.checkout import bring, differences, obstacles
from entragit.git.refs import local, resolve
from entragit.git.repository import Repository, open_repository, private_dir

UNFINISHED = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply", "index.lock")
"""What in a work tree's git directory says that the user is in the middle of something."""


class Marker(NamedTuple):
    """A checkout that is about to follow its branch from `old` (None: unborn) to `new`, and who does it."""

    worktree: str
    branch: str
    old: str | None
    new: str
    by: process.Process


def checked_out(repo: Repository, branch: str) -> list[Path]:
    """The work trees on `branch` ("main"), those in the middle of rebasing it included; none for a bare repository."""
    listing = repo.run("worktree", "list", "--porcelain").decode(errors="surrogateescape")
    blocks = [dict(_pair(line) for line in block.splitlines()) for block in listing.split("\n\n") if block]
    ref = f"refs/heads/{branch}"
    there = [(path, block) for block in blocks if "bare" not in block and (path := Path(block["worktree"])).is_dir()]
    return [path for path, block in there if block.get("branch") == ref or _rebases(repo, path, ref)]


def _pair(line: str) -> tuple[str, str]:
    word, _, value = line.partition(" ")
    return word, value


def _rebases(repo: Repository, worktree: Path, ref: str) -> bool:
    git_dir = _at(repo, worktree).git_dir
    for folder in ("rebase-merge", "rebase-apply"):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            if (git_dir / folder / "head-name").read_text(encoding="utf-8", errors="replace").strip() == ref:
                return True
    return False


def blocking(repo: Repository, worktree: Path, old: str | None, new: str) -> list[str]:
    """What keeps `worktree` from moving from commit `old` (None: unborn) to `new`; empty if nothing does.

    Paths whose index entry or file is neither `old`'s nor `new`'s, deleted and untracked files included, or the files
    in its git directory that say that the user is in the middle of a merge, a rebase or another command.
    """
    here = _at(repo, worktree)
    busy = [name for name in UNFINISHED if os.path.lexists(here.git_dir / name)]
    return busy or obstacles(here, differences(here, old, new))


def advance(repo: Repository, worktree: Path, old: str | None, new: str) -> None:
    """Bring index and files of `worktree` from commit `old` (None: unborn) to `new`; doing it twice does no harm.

    Raises GitError naming the files that are in the way, before anything is written.
    """
    bring(_at(repo, worktree), old, new)


def write_marker(repo: Repository, worktree: Path, branch: str, old: str | None, new: str) -> None:
    """Write down that `worktree` follows `branch` from `old` to `new`, before the ref moves; safe on the disk."""
    marker = Marker(str(worktree), branch, old, new, process.current())
    path = _path(repo, worktree)
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8") as stream:
            json.dump(marker._asdict() | {"by": marker.by._asdict()}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        raise GitError(f"{path} can't be written: {error.strerror}; free some space and run again") from None


def clear_marker(repo: Repository, worktree: Path) -> None:
    """The checkout of `worktree` is done, or will not be."""
    _path(repo, worktree).unlink(missing_ok=True)


def finish_half_done(repo: Repository) -> list[str]:
    """Finish every checkout that a dead run left half done; returns a sentence for each that can't be finished yet.

    Raises LostRace while the run that wrote a marker still lives. Call it while holding `exclusive`.
    """
    return [sentence for path in sorted(private_dir(repo).glob("checkout-*.json")) if (sentence := _finish(repo, path))]


def _finish(repo: Repository, path: Path) -> str:
    marker = _read(path)
    if marker.by != process.current() and process.is_alive(marker.by):
        raise LostRace(
            f"another run (process {marker.by.pid}) is updating {marker.worktree}; wait for it and run again"
        )
    worktree = Path(marker.worktree)
    # The branch not moved yet, or moved on by hand: nothing is ours to finish.
    if worktree.is_dir() and resolve(repo, local(marker.branch)) == marker.new:
        _remove_stale_lock(worktree, path)
        try:
            advance(repo, worktree, marker.old, marker.new)
        except GitError as error:
            return f"the files of {marker.branch} are half updated: {error}"
    path.unlink(missing_ok=True)
    return ""


def _remove_stale_lock(worktree: Path, path: Path) -> None:
    """Remove an index.lock that the marker's run can have left: one that is younger than the marker."""
    lock = open_repository(worktree).git_dir / "index.lock"
    with contextlib.suppress(FileNotFoundError):
        if lock.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            lock.unlink()


def _read(path: Path) -> Marker:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Marker(**(found | {"by": process.Process(**found["by"])}))
    except (OSError, ValueError, TypeError, KeyError):
        raise GitError(f"{path} can't be read; see with `git status` that no file is missing, then remove it") from None


def _path(repo: Repository, worktree: Path) -> Path:
    name = hashlib.sha256(os.fsencode(worktree)).hexdigest()[:16]
    return private_dir(repo) / f"checkout-{name}.json"


def _at(repo: Repository, worktree: Path) -> Repository:
    return repo if worktree == repo.path else open_repository(worktree)
