"""Moves refs: here in one transaction with their old values, there in one atomic push with leases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from entragit.errors import GitError, LostRace
from entragit.git.history import is_ancestor
from entragit.git.repository import Repository, Result, failure

TENANT = "refs/heads/entragit/tenant"
STATE = "refs/heads/entragit/state"


class Update(NamedTuple):
    """A ref, the id that it shall have (None: be deleted), and the id that it must have before (None: not exist)."""

    ref: str
    new: str | None
    old: str | None


class PushResult(NamedTuple):
    """How a push ended, and why.

    ok; race: the remote moved, read again; refused: a hook or a protection rule, the remote's refs are unchanged;
    unreachable: no remote, no permission to connect, or the connection broke.
    """

    status: Literal["ok", "race", "refused", "unreachable"]
    reason: str = ""


Motion = Literal["absent", "same", "created", "moved", "ahead", "diverged"]


def local(branch: str) -> str:
    """The full ref of a branch."""
    return f"refs/heads/{branch}"


def tracking(remote: str, ref: str) -> str:
    """Where the remote's `ref` ("refs/heads/x") was last seen."""
    return f"refs/remotes/{remote}/{ref.removeprefix('refs/heads/')}"


def resolve(repo: Repository, ref: str) -> str | None:
    """The id of the commit that `ref` (a ref or any revision) names; None where there is none."""
    if ref == "HEAD" or ref.startswith("refs/") or len(ref) == len(repo.zero):
        found = repo.find(f"{ref}^{{commit}}")
        return found.id if found else None
    # What a person wrote may be short, and for short ids a process that goes on running remembers what there was.
    result = repo.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return result.out.decode("ascii").strip() or None if result.status == 0 else None


def update(repo: Repository, changes: Sequence[Update], reason: str = "entragit") -> None:
    """Make all `changes` or none; `reason` stands in the reflog.

    Raises LostRace where a ref is not what it must be before, GitError where one is locked, in the way or can't be
    written.
    """
    result = repo.attempt("update-ref", "-m", reason, "-z", "--stdin", input=b"".join(map(_command, changes)))
    if result.status == 0:
        return
    now = _values(repo, [change.ref for change in changes])
    moved = [change.ref for change in changes if now.get(change.ref) != change.old]
    if moved:
        raise LostRace(f"{moved[0]} moved while entragit worked; run again")
    raise failure(("update-ref",), result)


def _command(change: Update) -> bytes:
    match change:
        case Update(ref, None, None):
            words = [f"verify {ref}", ""]
        case Update(ref, None, old):
            words = [f"delete {ref}", old or ""]
        case Update(ref, new, None):
            words = [f"create {ref}", new or ""]
        case Update(ref, new, old):
            words = [f"update {ref}", new or "", old or ""]
    return b"".join(word.encode() + b"\0" for word in words)


def _values(repo: Repository, refs: Iterable[str]) -> dict[str, str]:
    """What those of the full `refs` hold that exist, whether the object is here or not."""
    wanted = list(refs)
    rows = repo.run("for-each-ref", "--format=%(objectname) %(refname)", "--", *wanted).decode(errors="replace")
    pairs = (row.partition(" ") for row in rows.splitlines())
    return {ref: id_ for id_, _, ref in pairs if ref in wanted}


def push(repo: Repository, remote: str, updates: Sequence[Update]) -> PushResult:
    """Push the `new` ids to these refs of `remote`, all or none, each only forward from its `old`.

    Never forces: an update that doesn't descend from its `old` is a race, without asking the remote.
    """
    backward = [u.ref for u in updates if u.new and u.old and not is_ancestor(repo, u.old, u.new)]
    if backward:
        return PushResult("race", f"{backward[0]} on {remote} holds commits that this repository's doesn't")
    leases = [f"--force-with-lease={u.ref}:{u.old or ''}" for u in updates]
    options = ("--porcelain", "--atomic", "--no-verify", "--no-signed", "--no-follow-tags", "--recurse-submodules=no")
    specs = [f"{u.new}:{u.ref}" for u in updates if u.new]
    result = repo.attempt("push", *options, *leases, "--", remote, *specs)
    return PushResult("ok") if result.status == 0 else _rejection(repo, remote, updates, result)


def _rejection(repo: Repository, remote: str, updates: Sequence[Update], result: Result) -> PushResult:
    """Why a push failed. What the remote's refs are now tells a race from a refusal, in every server's words."""
    lines = [line.split("\t") for line in result.out.decode(errors="replace").splitlines()]
    reasons = [line[2] for line in lines if line[0] == "!" and len(line) == 3]
    if not reasons:
        return PushResult("unreachable", result.first_line)
    telling = next((reason for reason in reasons if "atomic" not in reason), reasons[0])
    try:
        theirs = ls_remote(repo, remote, [u.ref for u in updates])
    except GitError as error:
        return PushResult("unreachable", str(error))
    if any(theirs.get(u.ref) != u.old for u in updates):
        return PushResult("race", f"{remote} moved: {telling}")
    said = next((line[7:].strip() for line in result.error.splitlines() if line.startswith("remote: ")), "")
    return PushResult("refused", f"{telling}: {said}" if said else telling)


def ls_remote(repo: Repository, remote: str, patterns: Iterable[str]) -> dict[str, str]:
    """Ref → id of the refs that `remote` has among `patterns` ("refs/heads/main", "refs/heads/entragit/*")."""
    args = ("ls-remote", "--quiet", "--refs", "--", remote, *patterns)
    result = repo.attempt(*args)
    if result.status:
        raise GitError(f"the remote {remote} can't be read: {result.first_line}; check its URL, network and access")
    pairs = (line.split("\t") for line in result.out.decode(errors="replace").splitlines())
    return {ref: id_ for id_, ref in pairs}


def fetch(repo: Repository, remote: str, branch: str) -> dict[str, str]:
    """Fetch `entragit/tenant`, `entragit/state` and `branch` of `remote` into `refs/remotes/<remote>/`; return them.

    The result maps refs of the remote ("refs/heads/main") to ids. What the remote no longer has disappears here, too.
    Raises GitError where the remote can't be read.
    """
    wanted = [TENANT, STATE, local(branch)]
    theirs = {ref: id_ for ref, id_ in ls_remote(repo, remote, wanted).items() if ref in wanted}
    here = {ref: tracking(remote, ref) for ref in wanted}
    known = _values(repo, here.values())
    ours = {ref: known.get(here[ref]) for ref in wanted}
    gone = [Update(here[ref], None, ours[ref]) for ref in wanted if ours[ref] and ref not in theirs]
    if gone:
        update(repo, gone, "entragit: gone from the remote")
    specs = [f"+{ref}:{here[ref]}" for ref in theirs if theirs[ref] != ours[ref]]
    if specs:
        # An empty refmap: whatever refspecs the user has configured, only these refs move.
        repo.run(
            "fetch", "--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head", "--refmap=", "--", remote, *specs
        )
        known = _values(repo, here.values())
    return {ref: known[here[ref]] for ref in theirs if here[ref] in known}


def fast_forward_entragit(repo: Repository, remote: str) -> Mapping[str, Motion]:
    """Move `entragit/tenant` and `entragit/state` forward to what was last fetched from `remote`; ref → what was done.

    absent: neither side has it; same; created; moved: forward; ahead: ours has commits to push (or the remote has
    none); diverged: both have, nothing was done. Raises LostRace where another run moves them at the same time.
    """
    motions: dict[str, Motion] = {}
    changes = []
    for ref in (TENANT, STATE):
        ours, theirs = resolve(repo, ref), resolve(repo, tracking(remote, ref))
        motions[ref] = _motion(repo, ours, theirs)
        if motions[ref] in {"created", "moved"}:
            changes.append(Update(ref, theirs, ours))
    if changes:
        update(repo, changes, f"entragit: fast-forward to {remote}")
    return motions


def _motion(repo: Repository, ours: str | None, theirs: str | None) -> Motion:
    if ours == theirs:
        return "same" if ours else "absent"
    if theirs is None:
        return "ahead"
    if ours is None:
        return "created"
    if is_ancestor(repo, ours, theirs):
        return "moved"
    return "ahead" if is_ancestor(repo, theirs, ours) else "diverged"


def remote_of(repo: Repository, recorded: str | None) -> str | None:
    """The remote to work with: the one that `init` recorded, else the only one, else origin; None where none is.

    Raises GitError where the recorded one is gone.
    """
    remotes = repo.run("remote").decode(errors="replace").split()
    if recorded is not None:
        if recorded not in remotes:
            raise GitError(f"the remote {recorded} is gone; add it with `git remote add {recorded} URL`")
        return recorded
    if len(remotes) == 1:
        return remotes[0]
    return "origin" if "origin" in remotes else None
