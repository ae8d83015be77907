"""Moves refs together with the work trees that have the branch checked out.

Decides whether a branch may move, then does it in the order that lets the next run finish what a killed one began
(`git/worktree.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from entragit.errors import GitError
from entragit.git.checkout import some
from entragit.git.commit import Commit
from entragit.git.refs import Update, local, update
from entragit.git.repository import Repository
from entragit.git.worktree import advance, blocking, checked_out, clear_marker, write_marker


class Move(NamedTuple):
    """A branch, where it stands (None: nowhere yet), where it goes, and the work trees that go with it."""

    branch: str
    old: str | None
    new: str
    worktrees: tuple[Path, ...]


def plan_move(repo: Repository, branch: str, old: str | None, new: str) -> Move | str:
    """The move of `branch` from `old` to `new`, or a sentence that says whose edits are in the way."""
    worktrees = tuple(checked_out(repo, branch))
    for worktree in worktrees:
        if found := blocking(repo, worktree, old, new):
            return (
                f"{branch} stays where it is, for {some(found)} in {worktree} would be overwritten; "
                "commit or move that, then run again"
            )
    return Move(branch, old, new, worktrees)


def move(repo: Repository, updates: Sequence[Update], moved: Move | None, reason: str) -> None:
    """Make all `updates` and the move in one transaction, then bring the files along.

    Raises LostRace, with nothing changed, where a ref isn't what it was; GitError where files can't be written: then
    the refs have moved and the next run brings the files along.
    """
    if moved is None:
        update(repo, updates, reason)
        return
    branch, old, new, worktrees = moved
    for worktree in worktrees:
        write_marker(repo, worktree, branch, old, new)
    try:
        update(repo, [*updates, Update(local(branch), new, old)], reason)
    except GitError:
        for worktree in worktrees:
            clear_marker(repo, worktree)
        raise
    for worktree in worktrees:
        advance(repo, worktree, old, new)
        clear_marker(repo, worktree)


def bring_along(repo: Repository, ref: str, old: str | None, new: str | None) -> list[str]:
    """Bring the work trees on one of entragit's own refs, which has moved, along; a sentence for each that can't be.

    Such a ref moves whatever its checkouts hold, for a backup waits for nobody's edits.
    """
    if old is None or new is None or old == new:
        return []
    branch, notes = ref.removeprefix("refs/heads/"), []
    for worktree in checked_out(repo, branch):
        if found := blocking(repo, worktree, old, new):
            notes.append(f"{worktree} is on {branch}, which moved on without {some(found)}; switch to another branch")
        else:
            advance(repo, worktree, old, new)
    return notes


def discarded(commits: Iterable[Commit | None]) -> list[Update]:
    """The updates that delete the temporary refs of new commits."""
    return [Update(commit.ref, None, commit.id) for commit in commits if commit]


def head_branch(repo: Repository) -> str | None:
    """The branch that HEAD is on, born or not; None where it is detached."""
    result = repo.attempt("symbolic-ref", "--quiet", "--short", "HEAD")
    return result.out.decode(errors="surrogateescape").strip() or None if result.status == 0 else None
