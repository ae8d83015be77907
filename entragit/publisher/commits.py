"""Makes the commits of a run: the snapshot's, with the parents that design section 4 gives it, and the state's."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime

from entragit.git.commit import Commit, Link, commit_tree_changes
from entragit.git.history import MANIFEST, Key, is_ancestor, tenant_key
from entragit.git.refs import update
from entragit.git.repository import Repository
from entragit.publisher.edits import Tip, other_files, takes_over
from entragit.publisher.moving import discarded
from entragit.publisher.standing import Standing
from entragit.state import State
from entragit.statefiles import changes as state_changes
from entragit.statefiles import load

Changes = Iterator[tuple[str, bytes | None]]
"""(path, content) of tenant files; None deletes."""


def commit_snapshot(
    repo: Repository, standing: Standing, changes: Changes, message: str, when: datetime
) -> Commit | None:
    """The new snapshot; None where the tenant is unchanged, unless a tip of our own must be taken in."""
    last, own = standing.tenant
    first = next(changes, None)
    if first is None and own is None:
        return None
    deletes, links = _others(repo, standing)
    parents = _parents(repo, standing)
    commit = commit_tree_changes(
        repo,
        parents=parents,
        base=last or standing.branch_tip,
        deletes=deletes,
        links=links,
        changes=itertools.chain([first] if first else [], changes),
        message=message,
        when=when,
    )
    if last and own is None and _key(repo, standing, commit.id) == _key(repo, standing, last):
        update(repo, discarded([commit]), "entragit: nothing changed")
        return None
    return commit


def agrees(repo: Repository, standing: Standing, snapshot: str) -> bool:
    """Whether the new snapshot is what the branch's pending edits ask for, so that they are pending no more."""
    tip, last = standing.branch_tip, standing.tenant.commit
    if not standing.pending or tip is None or _key(repo, standing, tip) != _key(repo, standing, snapshot):
        return False
    return last is None or takes_over(repo, standing.roots, tip, last)


def commit_agreed(repo: Repository, standing: Standing, snapshot: str, message: str, when: datetime) -> Commit:
    """The same snapshot, with the parents and the other files that it gets when nothing is pending."""
    deletes, links = _others(repo, standing) if standing.tenant.commit else ([], [])
    return commit_tree_changes(
        repo,
        parents=_parents(repo, standing),
        base=snapshot,
        deletes=deletes,
        links=links,
        changes=[],
        message=message,
        when=when,
    )


def _key(repo: Repository, standing: Standing, commit: str) -> Key:
    return tenant_key(repo, commit, standing.roots)


def _parents(repo: Repository, standing: Standing) -> list[str]:
    """The last snapshot, the branch tip if nothing is pending, our own diverged tip; none that another contains."""
    wanted = [standing.tenant.commit or standing.branch_tip]
    if not standing.held:
        wanted.append(standing.branch_tip)
    parents: list[str] = []
    for commit in (*wanted, standing.tenant.own, *_unpublished(standing)):
        if commit and not any(is_ancestor(repo, commit, parent) for parent in parents):
            parents.append(commit)
    return parents


def _unpublished(standing: Standing) -> list[str]:
    """What export put on the branch here and could not push, while the remote's went on: it goes into the next commit.

    Only where the branch follows that commit.
    """
    return [standing.branch_here] if standing.level and standing.branch_here and not standing.held else []


def _others(repo: Repository, standing: Standing) -> tuple[list[str], list[Link]]:
    """What makes the files that aren't the tenant's those of the branch: paths to delete, entries to take over.

    The first snapshot starts from the branch, so there the tenant's own files have to go, which are edits.
    """
    last, tip = standing.tenant.commit, standing.branch_tip
    if last is None:
        return [*sorted(standing.roots), MANIFEST], []
    if standing.held or tip is None or is_ancestor(repo, tip, last):
        return [], []
    before, after = (other_files(repo, standing.roots, commit) for commit in (last, tip))
    changed = [(name, *entry) for name, entry in after.items() if before.get(name) != entry]
    return [name for name in before if before[name] != after.get(name)], changed


def commit_state(
    repo: Repository, tip: Tip, state: State, when: datetime, message: str = "Record the last run"
) -> Commit | None:
    """The new commit of the state on `tip`; None where it is unchanged."""
    last, own = tip
    changes = list(state_changes(load(repo, last), state))
    if not changes and own is None:
        return None
    parents = [commit for commit in (last, own) if commit]
    return commit_tree_changes(repo, parents=parents, base=last, changes=changes, message=message, when=when)
