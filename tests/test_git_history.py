"""History: the chain of snapshots and the BASE of a ref, after merges, squashes and in shallow clones."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from entragit.errors import GitError, IncompleteError
from entragit.git.commit import commit_tree_changes
from entragit.git.history import base, based_snapshots, is_ancestor, merge_base, snapshots, tenant_key
from entragit.git.refs import TENANT, Update, update
from entragit.git.repository import Repository, open_repository

WHEN = datetime(2026, 3, 1, tzinfo=UTC)
ROOTS = frozenset({"users", "identity"})


class History:
    """A repository whose first commit `first` is the branch before any export; each method makes one commit."""

    def __init__(self, path: Path, object_format: str) -> None:
        subprocess.run(["git", "init", "-q", "-b", "main", f"--object-format={object_format}", path], check=True)
        self.repo: Repository = open_repository(path)
        self.first = self.commit({"entragit.yaml": "tenant: x"})

    def commit(self, files: dict[str, str | None], *parents: str, tree: str | None = None) -> str:
        changes = [(path, None if text is None else text.encode()) for path, text in files.items()]
        start = tree or (parents[0] if parents else None)
        made = commit_tree_changes(self.repo, parents=parents, base=start, changes=changes, message="m", when=WHEN)
        return made.id

    def snapshot(self, value: str, *parents: str) -> str:
        return self.commit({"users/a.yaml": value, "snapshot.yaml": "format: 1"}, *parents)

    def base(self, ref: str, tenant: str) -> str | None:
        return base(self.repo, ref, tenant, ROOTS)


@pytest.fixture(params=["sha1", "sha256"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> History:
    return History(tmp_path / "r", request.param)


def test_the_chain_holds_snapshots_only(history: History) -> None:
    before = history.commit({"README.md": "r"}, history.first)
    one = history.snapshot("1", before)
    edit = history.commit({"users/a.yaml": "1", "README.md": "rr"}, one)
    two = history.snapshot("2", one, edit)
    assert snapshots(history.repo, two) == [two, one]
    assert based_snapshots(history.repo, two) == (snapshots(history.repo, two), before)
    assert snapshots(history.repo, before) == []
    root = history.snapshot("1")
    assert based_snapshots(history.repo, root) == ([root], None)


def test_base_is_the_newest_snapshot_contained(history: History) -> None:
    one = history.snapshot("1", history.first)
    two = history.snapshot("2", one)
    three = history.snapshot("3", two)
    edit = history.commit({"users/b.yaml": "new"}, two)
    merged = history.commit({}, edit, one)
    by_ref = {three: three, two: two, edit: two, merged: two, one: one, history.first: history.first}
    assert {ref: history.base(ref, three) for ref in by_ref} == by_ref
    later = history.commit({"README.md": "x"}, history.first)
    assert history.base(later, three) == history.first, "the origin counts as an empty snapshot"
    assert history.base(history.commit({"x": "unrelated"}), three) is None


def test_base_after_a_merge_of_the_tenant_branch(history: History) -> None:
    one = history.snapshot("1", history.first)
    edit = history.commit({"users/b.yaml": "mine"}, one)
    two = history.snapshot("2", one)
    merge = history.commit({"users/a.yaml": "2"}, edit, two)
    assert history.base(merge, two) == two


def test_base_after_a_squash_is_found_by_equal_files(history: History) -> None:
    one = history.snapshot("1", history.first)
    two = history.snapshot("2", one)
    three = history.snapshot("3", two)
    squash = history.commit({"README.md": "own file"}, one, tree=two)
    edit = history.commit({"users/a.yaml": "edited"}, squash)
    assert history.base(edit, three) == two
    assert history.base(history.commit({}, edit, tree=three), three) == three
    # The files of an older snapshot, put back by a revert, don't take BASE behind what is contained.
    assert history.base(history.commit({}, three, tree=one), three) == three


def test_other_files_and_other_manifests(history: History) -> None:
    one = history.snapshot("1", history.first)
    same = history.commit({"README.md": "x"}, history.first, tree=one)
    other = history.commit({"snapshot.yaml": "format: 2"}, one)
    key = tenant_key(history.repo, one, ROOTS)
    assert tenant_key(history.repo, same, ROOTS) == key
    assert tenant_key(history.repo, other, ROOTS) != key
    assert tenant_key(history.repo, history.first, ROOTS) == frozenset()


def test_a_shallow_clone_says_what_to_fetch(history: History) -> None:
    one = history.snapshot("1", history.first)
    edit = history.commit({"users/a.yaml": "edited"}, one)
    two = history.snapshot("2", one)
    update(history.repo, [Update("refs/heads/main", edit, None), Update(TENANT, two, None)])
    path = history.repo.path.parent / "shallow"
    url = f"file://{history.repo.path}"
    subprocess.run(["git", "clone", "-q", "--depth=1", "-b", "main", url, path], check=True)
    subprocess.run(["git", "-C", path, "fetch", "-q", "origin", f"{TENANT}:{TENANT}"], check=True)
    shallow = open_repository(path)
    with pytest.raises(IncompleteError, match="git fetch --unshallow"):
        base(shallow, edit, two, ROOTS)
    assert base(shallow, two, two, ROOTS) == two, "an answer that nothing hidden can change"
    subprocess.run(["git", "-C", path, "fetch", "-q", "--unshallow"], check=True)
    assert base(shallow, edit, two, ROOTS) == one


def test_ancestry(history: History) -> None:
    one, other = history.commit({"a": "1"}, history.first), history.commit({"a": "2"}, history.first)
    alone = history.commit({"a": "3"})
    repo = history.repo
    assert (is_ancestor(repo, one, one), is_ancestor(repo, history.first, one), is_ancestor(repo, one, other)) == (
        True,
        True,
        False,
    )
    assert (merge_base(repo, one, other), merge_base(repo, one, alone)) == (history.first, None)
    with pytest.raises(GitError, match="merge-base"):
        is_ancestor(repo, "nope", one)


def test_many_snapshots_take_few_processes(history: History) -> None:
    tip = history.first
    stream = "".join(
        f"commit refs/heads/x\ncommitter a <b> {n} +0000\ndata 0\n{f'from {tip}' if n == 1 else ''}\n"
        f"M 100644 inline users/a.yaml\ndata {len(str(n))}\n{n}\nM 100644 inline snapshot.yaml\ndata 1\ns\n"
        for n in range(1, 1001)
    )
    history.repo.run("fast-import", "--quiet", input=stream.encode())
    tip = history.repo.run("rev-parse", "refs/heads/x").decode().strip()
    chain = snapshots(history.repo, tip)
    assert len(chain) == 1000
    squash = history.commit({}, history.first, tree=chain[500])
    assert history.base(squash, tip) == chain[500]
