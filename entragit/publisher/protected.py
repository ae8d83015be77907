"""Where the record and the protected branch are, for whoever only looks.

The protected tip is the one whose `entragit.yaml`, guards and signers count, whatever tree is looked at.
"""

from __future__ import annotations

from typing import NamedTuple

from entragit.git.refs import STATE, TENANT, local, remote_of, resolve, tracking
from entragit.git.repository import Repository
from entragit.publisher.moving import head_branch
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
    likely = remote_of(repo, None)
    state = resolve(repo, STATE) or (resolve(repo, tracking(likely, STATE)) if likely else None)
    recorded = load(repo, state) if state else None
    branch = recorded.branch if recorded else head_branch(repo) or "main"
    remote = remote_of(repo, recorded.remote if recorded else None)
    theirs = resolve(repo, tracking(remote, local(branch))) if remote else None
    return Protected(branch, theirs or resolve(repo, local(branch)), theirs is None)


def tenant_tip(repo: Repository) -> str | None:
    """The last snapshot, as last fetched: a fresh clone knows it only as its remote's. None: there is none yet."""
    remote = remote_of(repo, None)
    return resolve(repo, TENANT) or (resolve(repo, tracking(remote, TENANT)) if remote else None)
