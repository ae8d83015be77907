"""Where a run stands before it publishes: the refs here and on the remote, the state, and what the branch holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from entragit.errors import GitError, LostRace
from entragit.git.commit import stale_temporaries
from entragit.git.history import is_ancestor, merge_base
from entragit.git.refs import (
    STATE,
    TENANT,
    Update,
    fast_forward_entragit,
    fetch,
    local,
    remote_of,
    resolve,
    tracking,
    update,
)
from entragit.git.repository import Repository
from entragit.git.worktree import finish_half_done
from entragit.publisher.edits import Tip, adds_exports_only, edits_of
from entragit.publisher.moving import Move, bring_along, head_branch, move, plan_move
from entragit.state import State, merge
from entragit.statefiles import load

DEFAULT_BRANCH = "main"


@dataclass(frozen=True, slots=True)
class Standing:
    """What `prepare` found.

    `branch`, `remote`: as the state says; `remote` is None where the repository has none. `online`: the remote was
    read. `remote_refs`: the remote's refs by name. `tenant`: the last snapshot. `branch_here`: what the branch holds in
    this repository, None while it is unborn. `branch_tip`: the commit that stands for the branch: that one, or the
    remote's where ours lacks some of it and adds only what export put there. `level`: the branch here has nothing that
    the remote's lacks but what export put there. `protected`: the tip that guards are read from: the remote's, or the
    branch here where the remote has none. `base`: BASE of the branch. `pending`: the branch holds edits of tenant
    files since BASE. `held`: why the branch can't follow snapshots ("": it can). `shallow`: a shallow clone hides
    BASE. `roots`: the top-level folders of tenant files. `notes`: sentences for a person.
    """

    roots: frozenset[str]
    branch: str
    remote: str | None
    online: bool
    remote_refs: Mapping[str, str]
    tenant: Tip
    state_tip: Tip
    state: State
    branch_here: str | None
    branch_tip: str | None
    level: bool
    protected: str | None
    base: str | None
    pending: bool
    held: str
    shallow: bool
    notes: tuple[str, ...]


class Contact(NamedTuple):
    """How asking the remote went: whether it could be read, its refs, and sentences for a person."""

    online: bool
    refs: Mapping[str, str]
    notes: tuple[str, ...] = ()


def prepare(repo: Repository, roots: frozenset[str]) -> Standing:
    """Finish what a killed run left, fetch, fast-forward `entragit/*` and the branch, and look where things stand.

    `roots`: the top-level folders that hold tenant files. Works without the remote, and says so. Call it while
    holding `exclusive`. Raises GitError where the repository is none of entragit's or the state is damaged,
    RefusedError where both sides' states contradict each other, LostRace where refs move under our hands.
    """
    unfinished = finish_half_done(repo)
    if stale := stale_temporaries(repo):
        update(repo, [Update(ref, None, id_) for ref, id_ in stale], "entragit: left behind")
    branch, remote = named(repo)
    contact = reach(repo, remote, branch)
    tenant, state_tip = tip_of(repo, TENANT, remote), tip_of(repo, STATE, remote)
    state = state_at(repo, state_tip)
    if state.branch != branch:  # a fresh clone learns its branch from the state that it has just fetched
        branch = state.branch
        contact = reach(repo, remote, branch)
    theirs = resolve(repo, tracking(remote, local(branch))) if remote else None
    late = "" if unfinished else _catch_up(repo, branch, theirs)
    here = resolve(repo, local(branch))
    level = theirs is not None and adds_exports_only(repo, here, theirs, tenant)
    ahead = here is not None and theirs is not None and is_ancestor(repo, theirs, here)
    branch_tip = theirs if level and not ahead else here
    edits = edits_of(repo, roots, branch, branch_tip, tenant)
    return Standing(
        roots=roots,
        branch=branch,
        remote=remote,
        online=contact.online,
        remote_refs=contact.refs,
        tenant=tenant,
        state_tip=state_tip,
        state=state,
        branch_here=here,
        branch_tip=branch_tip,
        level=level,
        protected=theirs or here,
        base=edits.base,
        pending=edits.pending,
        held="; ".join(unfinished) or edits.held,
        shallow=edits.shallow,
        notes=(*contact.notes, *unfinished, *([late] if late else [])),
    )


def named(repo: Repository) -> tuple[str, str | None]:
    """The branch and the remote that the state here names; in a fresh clone, what looks like them."""
    tip = resolve(repo, STATE)
    if tip is None:
        return head_branch(repo) or DEFAULT_BRANCH, remote_of(repo, None)
    state = load(repo, tip)
    return state.branch, remote_of(repo, state.remote)


def reach(repo: Repository, remote: str | None, branch: str) -> Contact:
    """Fetch, and fast-forward `entragit/*` here. Raises LostRace; a remote that can't be read is no error."""
    if remote is None:
        return Contact(False, {})
    try:
        contact = Contact(True, fetch(repo, remote, branch))
    except LostRace:
        raise
    except GitError as error:
        contact = Contact(False, {}, (f"working without the remote: {error}",))
    before = {ref: resolve(repo, ref) for ref in (TENANT, STATE)}
    fast_forward_entragit(repo, remote)
    along = [note for ref, old in before.items() for note in bring_along(repo, ref, old, resolve(repo, ref))]
    return contact._replace(notes=(*contact.notes, *along))


def tip_of(repo: Repository, ref: str, remote: str | None) -> Tip:
    """Where one of our refs stands, here and on the remote as it was last seen."""
    here = resolve(repo, ref)
    theirs = resolve(repo, tracking(remote, ref)) if remote else None
    if here is None or theirs is None or is_ancestor(repo, theirs, here):
        return Tip(here)
    return Tip(theirs, here)


def state_at(repo: Repository, tip: Tip) -> State:
    """The state of both sides, merged where they differ. Raises GitError where there is none, RefusedError."""
    if tip.commit is None:
        raise GitError(f"{repo.path} is no tenant repository yet; make it one with `entragit init DIR --tenant ID`")
    if tip.own is None:
        return load(repo, tip.commit)
    common = merge_base(repo, tip.own, tip.commit)
    return merge(load(repo, common), load(repo, tip.own), load(repo, tip.commit))


def _catch_up(repo: Repository, branch: str, theirs: str | None) -> str:
    """Bring the branch here forward to the remote's; a sentence where someone's edits are in the way."""
    here = resolve(repo, local(branch))
    if theirs is None or here == theirs or (here and not is_ancestor(repo, here, theirs)):
        return ""
    planned = plan_move(repo, branch, here, theirs)
    if not isinstance(planned, Move):
        return planned
    move(repo, [], planned, "entragit: fast-forward to the remote")
    return ""
