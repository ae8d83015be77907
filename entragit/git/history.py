"""Reads history: the chain of snapshots, and the one that a ref stands on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from entragit.errors import GitError, IncompleteError
from entragit.git.objects import Entry, read_objects, tree_entries
from entragit.git.repository import Repository, failure

MANIFEST = "snapshot.yaml"

Key = frozenset[tuple[str, Entry]]
"""(name, entry) of what stands at the top level of a tree: equal keys, equal files."""


def is_ancestor(repo: Repository, older: str, newer: str) -> bool:
    """Whether `newer` contains `older` (a commit contains itself)."""
    if older == newer:
        return True
    args = ("merge-base", "--is-ancestor", older, newer)
    result = repo.attempt(*args)
    if result.status > 1:
        raise failure(args, result)
    return result.status == 0


def versions(repo: Repository, tip: str, patterns: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(path, blob id) of all files that match a pattern (Git's globs), in `tip` and in what it was before."""
    args = ("log", "--root", "--first-parent", "-m", "--raw", "-z", "--no-abbrev", "--no-renames", "--format=", tip,
             "--", *(f":(top,glob){pattern}" for pattern in patterns))  # fmt: skip
    words = repo.run(*args, env={"GIT_LITERAL_PATHSPECS": "0"}).split(b"\0")
    for facts, path in zip(words[::2], words[1::2], strict=False):
        yield path.decode(errors="surrogateescape"), facts.split(b" ")[3].decode("ascii")


def merge_base(repo: Repository, one: str, other: str) -> str | None:
    """A best common ancestor of two commits; None where they share no history."""
    args = ("merge-base", one, other)
    result = repo.attempt(*args)
    if result.status > 1:
        raise failure(args, result)
    return result.out.decode("ascii").strip() or None


def snapshots(repo: Repository, tip: str) -> list[str]:
    """The snapshots of `entragit/tenant` at `tip`, newest first: its first-parent chain while it has a manifest."""
    return based_snapshots(repo, tip)[0]


def based_snapshots(repo: Repository, tip: str) -> tuple[list[str], str | None]:
    """`snapshots`, and the origin: the branch tip that the first export stood on, which counts as an empty snapshot.

    None where it stood on none.
    """
    commits = _revisions(repo, "--first-parent", tip)
    manifests = read_objects(repo, (f"{commit}:{MANIFEST}" for commit in commits))
    count = next((n for n, (_, kind, _) in enumerate(manifests) if kind != "blob"), len(commits))
    return commits[:count], commits[count] if 0 < count < len(commits) else None


def tenant_key(repo: Repository, commit: str, roots: frozenset[str]) -> Key:
    """What the tenant's files in `commit` are: two commits with equal keys hold the same ones, manifest included."""
    return next(_keys(repo, [commit], roots))


def base(repo: Repository, ref: str, tenant: str, roots: frozenset[str]) -> str | None:
    """BASE of `ref`, where `tenant` is the tip of `entragit/tenant`: the newest snapshot that `ref` stands on.

    The newest contained in it, or, after a squash, whose tenant files (below the top-level names `roots`, and the
    manifest) equal those of a commit in its history; the origin counts only if contained. None if there is none.
    Raises IncompleteError where a shallow clone hides the answer.
    """
    if ref == tenant and (manifest := repo.find(f"{tenant}:{MANIFEST}")) and manifest.type == "blob":
        return tenant  # as on most days: then nothing has to be read of years
    chain, first = based_snapshots(repo, tenant)
    links = [*chain, first] if first else chain
    # Containment grows towards the past of the chain, so the snapshots that `ref` lacks come first.
    lacking = set(_revisions(repo, "--first-parent", tenant, "--not", ref))
    contained = next((n for n, commit in enumerate(links) if commit not in lacking), len(links))
    if contained == 0:
        return links[0] if links else None
    own = _revisions(repo, ref, *(["--not", links[contained]] if contained < len(links) else []))
    found = min(_squashed(repo, chain[:contained], own, roots), default=contained)
    if found > 0 and _is_cut(repo, own):
        raise IncompleteError(
            "this clone is shallow, so the snapshot that the branch stands on can't be found; "
            "fetch with full history: git fetch --unshallow"
        )
    return links[found] if found < len(links) else None


def _squashed(repo: Repository, chain: list[str], own: list[str], roots: frozenset[str]) -> Iterator[int]:
    """The places in `chain` of snapshots whose tenant files a commit of `own` repeats."""
    known = set(_keys(repo, own, roots))
    return (n for n, key in enumerate(_keys(repo, chain, roots)) if key in known)


def _keys(repo: Repository, commits: Iterable[str], roots: frozenset[str]) -> Iterator[Key]:
    wanted = roots | {MANIFEST}
    size = len(repo.zero) // 2
    for name, kind, tree in read_objects(repo, (f"{commit}^{{tree}}" for commit in commits)):
        if kind != "tree":
            raise GitError(f"the tree of {name.partition('^')[0]} is missing; run `git fsck`")
        yield frozenset(entry for entry in tree_entries(tree, size) if entry[0] in wanted)


def _is_cut(repo: Repository, commits: list[str]) -> bool:
    """Whether the clone is shallow and history ends at one of `commits` only because of that."""
    try:
        shallow = (repo.common_dir / "shallow").read_text(encoding="ascii").split()
    except FileNotFoundError:
        return False
    return not set(shallow).isdisjoint(commits)


def _revisions(repo: Repository, *args: str) -> list[str]:
    return repo.run("rev-list", *args).decode("ascii").split()
