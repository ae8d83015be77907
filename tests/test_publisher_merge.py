"""Publishing into a branch that holds edits: the merge commit, its place in history, and kills at every command."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest
from publishing import (
    ADA,
    BOB,
    ONE,
    TWO,
    chain,
    check,
    edit,
    export,
    files_of,
    git,
    is_tenant_file,
    parents,
    remote,
    start_with_remote,
    tenant,
    tenant_files,
    tips,
)
from test_publisher_crash import CHANGING, Killer, copied

from entragit.git.objects import list_tree, read_file
from entragit.git.repository import Repository
from entragit.publisher import Merging, Outcome, Standing

EDIT = {BOB: "name: Robert\n"}


def by_path(repo: Repository, standing: Standing, snapshot: str) -> Merging:
    """The files that the branch changed and the tenant did not; a conflict for those that both did."""
    assert standing.base
    assert standing.branch_tip
    base, tip, now = (
        {path: entry for path, entry in list_tree(repo, commit).items() if is_tenant_file(path)}
        for commit in (standing.base, standing.branch_tip, snapshot)
    )
    mine = [path for path in sorted(base.keys() | tip.keys()) if base.get(path) != tip.get(path) != now.get(path)]
    return Merging(
        [(path, read_file(repo, standing.branch_tip, path)) for path in mine],
        tuple(f"{path} changed twice" for path in mine if base.get(path) != now.get(path)),
    )


def run(repo: Repository, files: dict[str, str], day: int) -> Outcome:
    return export(repo, files, day, merge=lambda standing, snapshot: by_path(repo, standing, snapshot))


def scene(path: Path) -> Repository:
    """A clone and its remote; the branch holds an edit that is on both, and the tenant is about to change."""
    repo = start_with_remote(path)
    export(repo, ONE | {BOB: "name: Bob\n"})
    edit(repo, EDIT | {"README.md": "r\n"})
    git(repo.path, "push", "-q", "origin", "main")
    return repo


def merges(repo: Repository) -> int:
    return git(repo.path, "log", "--format=%s", "main").splitlines().count("Merge the tenant's changes")


def test_the_merge_has_the_branch_and_the_snapshot_as_parents(tmp_path: Path) -> None:
    repo = scene(tmp_path)
    mine = tips(repo)[0]
    outcome = run(repo, tenant(ada="Ada L.", bob="Bobby"), 2)
    assert (outcome.merged, outcome.conflicts, outcome.pending) == (None, (f"{BOB} changed twice",), True)
    assert tips(repo)[0] == mine
    outcome = run(repo, TWO, 3)
    main, snapshot, _ = tips(repo)
    assert (outcome.merged, outcome.snapshot, outcome.branch_moved) == (main, snapshot, True)
    assert parents(repo, main) == [mine, snapshot]
    assert len(parents(repo, snapshot)) == 1
    assert tenant_files(repo, main) == TWO | EDIT
    assert files_of(repo, main)["README.md"] == "r\n"
    assert tips(remote(repo)) == tips(repo)
    # Nothing new: nothing is merged again. What was asked for: no merge, the branch follows.
    before = tips(repo)[:2]
    run(repo, TWO, 4)
    assert tips(repo)[:2] == before
    run(repo, TWO | EDIT | {ADA: "name: Ada again\n"}, 5)
    assert tips(repo)[0] == tips(repo)[1]
    assert merges(repo) == 1
    check(repo)


@pytest.mark.slow
def test_a_run_killed_at_any_change_is_finished_by_the_next(tmp_path: Path) -> None:
    scene(tmp_path / "scene")
    whole = copied(tmp_path / "scene", tmp_path / "whole")
    killer = Killer(tmp_path / "bin", CHANGING)
    assert killer.run(lambda: run(whole, TWO, 2)) == 0
    total, expected, length = killer.count, files_of(whole, tips(whole)[0]), len(chain(whole))
    assert total > 6
    for number in range(1, total + 1):
        place = tmp_path / str(number)
        repo = copied(tmp_path / "scene", place)
        assert killer.run(lambda repo=repo: run(repo, TWO, 2), after=number) == signal.SIGKILL, number
        for day in (3, 4):
            run(repo, TWO, day)
        assert files_of(repo, tips(repo)[0]) == expected, number
        assert (len(chain(repo)), merges(repo)) == (length, 1), number
        assert tips(repo) == tips(remote(repo)), number
        check(repo)
        shutil.rmtree(place)
