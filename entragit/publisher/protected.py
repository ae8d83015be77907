"""Where the record and the protected branch are, for whoever only looks.

The protected tip is the one whose `entragit.yaml`, guards and signers count, whatever tree is looked at.
"""

from __future__ import annotations

from typing import NamedTuple

from entragit.git.refs import STATE, TENANT, local, remote_of, resolve, tracking
from entragit.git.repository import Repository
from entragit.publisher.moving import head_branch
from entragit.state import State
from entragit.statefiles import load


class Protected(NamedTuple):
    """The branch that says what the tenant should be, and its tip (None: it has none) as last fetched.

    `advice`: there is no remote that anybody protects, so what the tip says is advice.
    """

    branch: str
    tip: str | None
    advice: bool


def protected(repo: Repository) -> Protected:
    """Where the recorded branch stands on its remote, or here where there is no remote; nothing is fetched or moved.

    Raises GitError where the state is damaged.
    """
    state = recorded(repo)
    branch = state.branch if state else head_branch(repo) or "main"
    remote = remote_of(repo, state.remote if state else None)
    theirs = resolve(repo, tracking(remote, local(branch))) if remote else None
    return Protected(branch, theirs or resolve(repo, local(branch)), theirs is None)


def recorded(repo: Repository) -> State | None:
    """The state, as last fetched; None: there is none yet. Raises GitError where it is damaged."""
    tip = _tip(repo, STATE)
    return load(repo, tip) if tip else None


def tenant_tip(repo: Repository) -> str | None:
    """The last snapshot, as last fetched. None: there is none yet."""
    return _tip(repo, TENANT)


def _tip(repo: Repository, ref: str) -> str | None:
    """Where a ref of the record stands; a fresh clone knows it only as its remote's."""
    remote = remote_of(repo, None)
    return resolve(repo, ref) or (resolve(repo, tracking(remote, ref)) if remote else None)
