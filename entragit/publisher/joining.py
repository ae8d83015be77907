"""Merges a snapshot into a branch that holds edits: a commit whose parents are the branch's tip and the snapshot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from entragit.git.commit import Commit, commit_tree_changes
from entragit.git.history import MANIFEST, is_ancestor
from entragit.git.objects import top_level
from entragit.git.repository import Repository
from entragit.publisher.edits import MERGED, elsewhere, takes_over, unapplied
from entragit.publisher.standing import Standing


class Merging(NamedTuple):
    """The tenant's files as branch and tenant want them together.

    `changes`: (path, content) where they aren't the snapshot's, deletions (None) first. `conflicts`: a sentence each,
    about what only a person can decide; then `changes` counts for nothing.
    """

    changes: Sequence[tuple[str, bytes | None]] = ()
    conflicts: tuple[str, ...] = ()


Merge = Callable[[Standing, str], Merging]
"""Merges the branch of a `Standing`, edited since its BASE, with a snapshot."""


class Joined(NamedTuple):
    """What became of the branch's edits and a snapshot.

    `standing`: holds nothing any more where the snapshot is all that the edits asked for. `commit`: the merge, if one
    is to be made. `conflicts`: why there is none.
    """

    standing: Standing
    commit: Commit | None = None
    conflicts: tuple[str, ...] = ()


def join(
    repo: Repository, standing: Standing, snapshot: str | None, is_new: bool, merge: Merge | None, when: datetime
) -> Joined:
    """Merge `snapshot`, the last one, into the branch where that has edits and lacks it; `merge`: None merges nothing.

    Of one that is new (`is_new`) and already holds what the edits ask for no merge is made: the branch can follow it.
    """
    tip, last = standing.branch_tip, standing.tenant.commit
    if merge is None or tip is None or snapshot is None or snapshot == standing.base:
        return Joined(standing)
    if not standing.pending or standing.held != unapplied(standing.branch):
        return Joined(standing)
    if last and not takes_over(repo, standing.roots, tip, last):
        return Joined(replace(standing, held=elsewhere(standing.branch)))
    found = merge(standing, snapshot)
    if found.conflicts:
        held = f"what {standing.branch} and the tenant both changed needs a decision"
        return Joined(replace(standing, held=held), conflicts=found.conflicts)
    if not found.changes and is_new:
        return Joined(replace(standing, pending=False, held=""))
    return Joined(replace(standing, held=""), _commit(repo, standing, tip, snapshot, found, when))


def _commit(repo: Repository, standing: Standing, tip: str, snapshot: str, found: Merging, when: datetime) -> Commit:
    ours = standing.roots | {MANIFEST}
    entries = top_level(repo, snapshot).items()
    parents = [tip, snapshot]
    here = standing.branch_here if standing.level else None
    if here and not any(is_ancestor(repo, here, parent) for parent in parents):
        parents.append(here)
    return commit_tree_changes(
        repo,
        parents=parents,
        base=tip,
        deletes=sorted(ours),
        links=[(name, *entry) for name, entry in entries if name in ours],
        changes=found.changes,
        message=MERGED,
        when=when,
    )
