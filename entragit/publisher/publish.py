"""Publishes a finished snapshot: its commit, the state's, the refs here in one transaction, then one push.

Design section 4, "Three refs", to the letter. A run that loses a race takes back what it moved and looks again; one
that is killed leaves what `prepare` of the next run finishes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple

from entragit.errors import LostRace, Overtaken
from entragit.git.commit import Commit
from entragit.git.history import is_ancestor
from entragit.git.refs import STATE, TENANT, PushResult, Update, update
from entragit.git.repository import Repository
from entragit.publisher.commits import Changes, agrees, commit_agreed, commit_snapshot, commit_state
from entragit.publisher.joining import Joined, Merge, join
from entragit.publisher.moving import Move, bring_along, discarded, move, plan_move
from entragit.publisher.pushing import push_lacking
from entragit.publisher.standing import Standing, prepare
from entragit.state import State, at
from entragit.state import merge as united

TRIES = 12
"""How often a run that loses races tries again: of so many runs at once, each loses to each at most."""

Render = Callable[[str | None], Changes]
"""From the last snapshot (None: there is none) to the (path, content) that differ from its tenant files."""

Message = str | Callable[[], str]
"""What the snapshot's commit says; or what tells it, once `render` has run and it is known what changed."""

Pushed = Literal["ok", "race", "refused", "unreachable", "none"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `publish` did.

    `snapshot`: the new commit, None where the tenant is unchanged. `parent`: the last snapshot before. `branch_moved`:
    the branch here stands on the last snapshot now and didn't before. `merged`: the commit that merged the last
    snapshot into it, None where there was nothing to merge. `conflicts`: why that could not be done, a sentence each.
    `pending`: the branch holds edits that are not applied.
    `pushed`: none: there is no remote; unreachable, refused, race: it lacks what is here. `standing`: what the last
    attempt stood on. `notes`: sentences for a person, its own included.
    """

    snapshot: str | None
    parent: str | None
    branch_moved: bool
    merged: str | None
    conflicts: tuple[str, ...]
    pending: bool
    pushed: Pushed
    standing: Standing
    notes: tuple[str, ...]


class Job(NamedTuple):
    """What `publish` was asked for; the same for every attempt."""

    render: Render
    message: Message
    when: datetime
    merge: Merge | None


class Attempt(NamedTuple):
    """One try: what it stood on, what it moved here, and how the push went."""

    standing: Standing
    snapshot: str | None
    joined: Joined
    updates: list[Update]
    moved: Move | None
    push: PushResult | None
    notes: tuple[str, ...]


def publish(
    repo: Repository,
    standing: Standing,
    render: Render,
    state: State,
    message: Message,
    when: datetime,
    merge: Merge | None = None,
) -> Outcome:
    """Commit what `render` yields and `state` (which says NEXT where it means the new snapshot), and push both.

    `render` is called again after a lost race; `merge` (None: the branch then stays) after it, where the branch holds
    edits. `when`: the commits' time, aware. Call it while holding `exclusive`. Raises Overtaken where the race was lost
    to another snapshot: what exists by that one may have been made after our read of its kind, so it must be read
    again; LostRace where others won every race, RefusedError where two states contradict, and whatever `render`
    raises; then nothing has moved.
    """
    job = Job(render, message, when, merge)
    for _ in range(TRIES - 1):
        attempt = _try(repo, standing, state, job)
        if attempt:
            return _outcome(attempt)
        fresh = prepare(repo, standing.roots)
        if fresh.tenant.commit != standing.tenant.commit:
            raise Overtaken("other exports kept publishing their snapshots first; run again when they have ended")
        if fresh.state_tip != standing.state_tip:
            state = united(standing.state, state, fresh.state)
        standing = fresh
    return _outcome(_attempt(repo, standing, state, job))


def _try(repo: Repository, standing: Standing, state: State, job: Job) -> Attempt | None:
    """One attempt; None where it lost a race, and what it had moved has been moved back."""
    try:
        attempt = _attempt(repo, standing, state, job)
    except LostRace:
        return None
    if attempt.push is None or attempt.push.status != "race":
        return attempt
    _take_back(repo, attempt)
    return None


def _outcome(attempt: Attempt) -> Outcome:
    standing = attempt.standing
    pushed: Pushed = attempt.push.status if attempt.push else "unreachable" if standing.remote else "none"
    return Outcome(
        snapshot=attempt.snapshot,
        parent=standing.tenant.commit,
        branch_moved=attempt.moved is not None,
        merged=attempt.joined.commit.id if attempt.joined.commit and attempt.moved else None,
        conflicts=attempt.joined.conflicts,
        pending=standing.pending,
        pushed=pushed,
        standing=standing,
        notes=(*standing.notes, *attempt.notes),
    )


def _attempt(repo: Repository, standing: Standing, state: State, job: Job) -> Attempt:
    first, snapshot, joined = _commits(repo, standing, job)
    standing = joined.standing
    tip = snapshot.id if snapshot else standing.tenant.commit
    new_state = commit_state(repo, standing.state_tip, at(state, tip) if tip else standing.state, job.when)
    updates = [
        Update(ref, commit.id, before.here)
        for ref, commit, before in ((TENANT, snapshot, standing.tenant), (STATE, new_state, standing.state_tip))
        if commit
    ]
    planned = _plan(repo, standing, joined.commit.id if joined.commit else tip)
    moved = planned if isinstance(planned, Move) else None
    temporary = discarded({first, snapshot, joined.commit, new_state})
    try:
        if updates or moved or joined.commit:
            move(repo, [*updates, *temporary], moved, "entragit: snapshot")
    except LostRace:
        update(repo, temporary, "entragit: lost a race")
        raise
    along = [note for ref, new, old in updates for note in bring_along(repo, ref, old, new)]
    pushed, notes = push_lacking(repo, standing)
    notes += along
    if isinstance(planned, str) and planned:
        notes.insert(0, planned)
    return Attempt(standing, snapshot.id if snapshot else None, joined, updates, moved, pushed, tuple(notes))


def _commits(repo: Repository, standing: Standing, job: Job) -> tuple[Commit | None, Commit | None, Joined]:
    """The new snapshot as it is made first, as it stays, and what becomes of the branch's edits."""
    changes = job.render(standing.tenant.commit)
    text = job.message if isinstance(job.message, str) else job.message()
    first = commit_snapshot(repo, standing, changes, text, job.when)
    if first and agrees(repo, standing, first.id):
        joined = Joined(replace(standing, pending=False, held=""))
    else:
        last = first.id if first else standing.tenant.commit
        joined = join(repo, standing, last, first is not None, job.merge, job.when)
    if first is None or joined.standing.pending is standing.pending:
        return first, first, joined
    return first, commit_agreed(repo, joined.standing, first.id, text, job.when), joined


def _plan(repo: Repository, standing: Standing, tip: str | None) -> Move | str:
    """The branch's move to `tip`, a snapshot or its merge, or why there is none ("": it is there, or ahead)."""
    here = standing.branch_here
    if tip is None or here == tip or (standing.pending and here and is_ancestor(repo, tip, here)):
        return ""
    if standing.held:
        return f"{standing.held}, so {standing.branch} does not follow entragit/tenant"
    if here and not is_ancestor(repo, here, tip):
        return ""
    return plan_move(repo, standing.branch, here, tip)


def _take_back(repo: Repository, attempt: Attempt) -> None:
    """After a lost push: move the refs back, for the snapshot is going to be made again on the remote's.

    Where someone has moved on from it or has files in the way it stays, to be a further parent of the next.
    """
    moved = attempt.moved
    back: Move | str | None = None
    if moved:
        back = plan_move(repo, moved.branch, moved.new, moved.old) if moved.old else ""
    if isinstance(back, str):
        return
    try:
        move(repo, [Update(ref, old, new) for ref, new, old in attempt.updates], back, "entragit: lost a race")
    except LostRace:
        return
