"""Pushes what the remote lacks of `entragit/*`, and the branch where that adds nothing but what export put there."""

from __future__ import annotations

from entragit.git.history import is_ancestor
from entragit.git.refs import STATE, TENANT, PushResult, Update, local, push, resolve
from entragit.git.repository import Repository
from entragit.publisher.standing import Standing


def push_lacking(repo: Repository, standing: Standing) -> tuple[PushResult | None, list[str]]:
    """Push what the remote lacks, the branch if it may; the result (None: there is no remote to talk to), and notes."""
    if standing.remote is None or not standing.online:
        return None, []
    theirs, branch = standing.remote_refs, local(standing.branch)
    here = {ref: resolve(repo, ref) for ref in (TENANT, STATE, branch)}
    lacking = [Update(ref, id_, theirs.get(ref)) for ref, id_ in here.items() if _lacks(repo, theirs.get(ref), id_)]
    allowed = [u for u in lacking if u.ref != branch or _may_push(repo, standing, u)]
    is_ours = allowed != lacking and not standing.level
    notes = [f"{standing.branch} holds commits that {standing.remote} lacks; push it when they are ready"] * is_ours
    result = push(repo, standing.remote, allowed) if allowed else PushResult("ok")
    without = [u for u in allowed if u.ref != branch]
    if result.status == "refused" and without != allowed:
        notes.append(f"{standing.remote} refuses {standing.branch} ({result.reason}); merge entragit/tenant there")
        result = push(repo, standing.remote, without) if without else PushResult("ok")
    if result.status != "ok":
        notes.append(f"the snapshot is not on {standing.remote} yet ({result.reason}); the next run pushes it")
    return result, notes


def _lacks(repo: Repository, theirs: str | None, ours: str | None) -> bool:
    return ours is not None and (theirs is None or not is_ancestor(repo, ours, theirs))


def _may_push(repo: Repository, standing: Standing, branch: Update) -> bool:
    """Whether the branch may go to the remote with the snapshot: it equalled the remote's, but for what export made.

    A remote that has none of our refs yet gets the branch, too.
    """
    if branch.new is None or branch.old is None:
        return not standing.remote_refs and not standing.held
    return standing.level and is_ancestor(repo, branch.old, branch.new)
