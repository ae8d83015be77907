"""What the branch is to the chain of snapshots: where it stands, what it edits, and whether it can follow."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from entragit.errors import IncompleteError
from entragit.git.history import MANIFEST, base, is_ancestor, merge_base, snapshots, tenant_key
from entragit.git.objects import Entry, top_level
from entragit.git.repository import EMAIL, Repository

MERGED = "Merge the tenant's changes"
"""What the commit says that merges a snapshot into the branch."""


class Tip(NamedTuple):
    """A ref of entragit: the commit to go on from, and our own tip where it is another.

    The two differ where this repository and the remote both went on (a run that was offline, or killed before it
    could read again); `own` then becomes a further parent of the next commit, so that nothing is lost or forced.
    """

    commit: str | None
    own: str | None = None

    @property
    def here(self) -> str | None:
        """What the ref holds in this repository."""
        return self.own or self.commit


class Edits(NamedTuple):
    """What the branch is to the chain of snapshots; see `Standing`."""

    base: str | None
    pending: bool = False
    held: str = ""
    shallow: bool = False


def adds_exports_only(repo: Repository, here: str | None, theirs: str, tenant: Tip) -> bool:
    """Whether all that the branch here has beyond the remote's is what export put there: snapshots, and merges of them.

    That is so after a run that was offline, or whose push of the branch was refused.
    """
    added = list(_between(repo, theirs, here)) if here else []
    chains = (snapshots(repo, commit) for commit in tenant if commit) if added else ()
    known = set(itertools.chain.from_iterable(chains))
    return all(one.commit in known or (one.is_merge and known.intersection(one.parents)) for one in added)


class _Added(NamedTuple):
    commit: str
    parents: list[str]
    is_merge: bool


def _between(repo: Repository, old: str, new: str) -> Iterator[_Added]:
    """The commits that `new` contains and `old` doesn't; `is_merge`: one that export made of branch and snapshot."""
    listing = repo.run("rev-list", "--format=%H%x09%P%x09%ae%x09%s", new, "--not", old).decode(errors="replace")
    for commit, parents, email, subject in (line.split("\t", 3) for line in listing.splitlines() if "\t" in line):
        yield _Added(commit, parents.split(), len(parents.split()) > 1 and (email, subject) == (EMAIL, MERGED))


def edits_of(repo: Repository, roots: frozenset[str], branch: str, tip: str | None, tenant: Tip) -> Edits:
    """What `branch`, at the commit `tip`, has that the snapshots haven't."""
    if tip is None:
        return Edits(None)
    try:
        found, pending = _pending(repo, roots, tip, tenant.commit)
        # A snapshot that only we have is as good to stand on.
        if pending and tenant.own:
            own, pending = _pending(repo, roots, tip, tenant.own)
            found = own if own and (found is None or is_ancestor(repo, found, own)) else found
    except IncompleteError as error:
        return Edits(None, held=str(error), shallow=True)
    if pending:
        return Edits(found, pending, held=unapplied(branch))
    if tenant.commit and not takes_over(repo, roots, tip, tenant.commit):
        return Edits(found, held=elsewhere(branch))
    return Edits(found)


def unapplied(branch: str) -> str:
    """Why a branch that holds edits can't follow snapshots; it can take them in by a merge."""
    return f"edits on {branch} are not applied yet"


def elsewhere(branch: str) -> str:
    """Why a branch that can't take over the files that aren't the tenant's stays; see `takes_over`."""
    return f"entragit/tenant holds commits, made elsewhere, that {branch} lacks"


def _pending(repo: Repository, roots: frozenset[str], tip: str, tenant: str | None) -> tuple[str | None, bool]:
    """BASE of `tip`, and whether its tenant files are others than BASE's."""
    found = base(repo, tip, tenant, roots) if tenant else None
    stood_on = tenant_key(repo, found, roots) if found else frozenset()
    # The origin counts as an empty snapshot, whatever files it has.
    if all(name != MANIFEST for name, _ in stood_on):
        stood_on = frozenset()
    return found, tenant_key(repo, tip, roots) != stood_on


def takes_over(repo: Repository, roots: frozenset[str], tip: str, tenant: str) -> bool:
    """Whether the files of `tip` that aren't the tenant's can stand for those of the snapshot `tenant`.

    They can't where commits that `tip` lacks have changed them: such commits came with another clone's snapshot, and
    have not been pushed to the branch (or reviewed) yet.
    """
    theirs = other_files(repo, roots, tenant)
    if theirs == other_files(repo, roots, tip):
        return True
    common = merge_base(repo, tip, tenant)
    return common is not None and theirs == other_files(repo, roots, common)


def other_files(repo: Repository, roots: frozenset[str], commit: str) -> dict[str, Entry]:
    """Name → entry of what stands at the top level of `commit` and isn't the tenant's."""
    return {n: entry for n, entry in top_level(repo, commit).items() if n not in roots and n != MANIFEST}
