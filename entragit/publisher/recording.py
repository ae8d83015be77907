"""Records a change of the state alone: one commit of `entragit/state`, here and then on the remote, both or neither."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from entragit.errors import LostRace
from entragit.git.history import is_ancestor
from entragit.git.lock import exclusive
from entragit.git.refs import STATE, PushResult, Update, push, update
from entragit.git.repository import Repository
from entragit.publisher.commits import commit_state
from entragit.publisher.edits import Tip
from entragit.publisher.moving import bring_along, discarded
from entragit.publisher.standing import named, reach, state_at, tip_of
from entragit.state import State

TRIES = 12
"""How often a change that loses races is made again."""

Edit = Callable[[State], State]


class Recorded(NamedTuple):
    """The state that counts now, whether the remote has it (None: there is no remote), and its commit."""

    state: State
    push: PushResult | None
    commit: str | None = None


class _Place(NamedTuple):
    """Where the state stands: the remote's name, whether it could be read, what it has, and the state itself."""

    remote: str | None
    online: bool
    theirs: str | None
    tip: Tip
    state: State


def record(repo: Repository, edit: Edit, message: str, when: datetime, *, everywhere: bool = True) -> Recorded:
    """Make `edit` in the newest state that this repository and the remote know of, by compare-and-swap on both.

    `edit` is called again, with a newer state, after a lost race. `everywhere`: where the remote doesn't take it,
    nothing is changed here either. Raises LostRace where others won every race, GitError, RefusedError where two states
    contradict, and whatever `edit` raises; then nothing has moved.
    """
    found: Recorded | None = None
    for _ in range(TRIES):
        with exclusive(repo), suppress(LostRace):
            found = _attempt(repo, edit, message, when, everywhere)
        if found is not None:
            return found
    raise LostRace("entragit/state kept moving; run again when other runs have ended")


def _look(repo: Repository) -> _Place:
    branch, remote = named(repo)
    contact = reach(repo, remote, branch)
    tip = tip_of(repo, STATE, remote)
    return _Place(remote, contact.online, contact.refs.get(STATE), tip, state_at(repo, tip))


def _attempt(repo: Repository, edit: Edit, message: str, when: datetime, everywhere: bool) -> Recorded | None:
    """One try; None where it lost a race, and what it had moved has been moved back."""
    place = _look(repo)
    state = edit(place.state)
    commit = commit_state(repo, place.tip, state, when, message)
    here = commit.id if commit else place.tip.here
    moved = Update(STATE, here, place.tip.here)
    try:
        if commit:
            update(repo, [moved, *discarded([commit])], f"entragit: {message}")
    except LostRace:
        update(repo, discarded([commit]), "entragit: lost a race")
        return None
    pushed = _push(repo, place, here)
    if commit and pushed and (pushed.status == "race" or (everywhere and pushed.status != "ok")):
        update(repo, [Update(STATE, place.tip.here, here)], "entragit: the remote did not take it")
    elif commit:
        bring_along(repo, STATE, place.tip.here, here)
    return None if pushed and pushed.status == "race" else Recorded(state, pushed, here)


def _push(repo: Repository, place: _Place, here: str | None) -> PushResult | None:
    """Push what the remote lacks; None where there is no remote."""
    if place.remote is None or here is None:
        return None
    if not place.online:
        return PushResult("unreachable", f"{place.remote} can't be read")
    if place.theirs and is_ancestor(repo, here, place.theirs):
        return PushResult("ok")
    return push(repo, place.remote, [Update(STATE, here, place.theirs)])
