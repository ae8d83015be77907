"""Publishing while things break: killed anywhere, out of disk, eight runs at once."""

from __future__ import annotations

import itertools
import os
import resource
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from publishing import (
    ADA,
    BOB,
    ONE,
    ROOTS,
    THREE,
    TWO,
    WHEN,
    chain,
    check,
    clone,
    edit,
    export,
    files_of,
    git,
    parents,
    remote,
    start,
    start_with_remote,
    tenant,
    tenant_files,
    tips,
)

from entragit.errors import GitError
from entragit.git.refs import resolve
from entragit.git.repository import Repository, open_repository
from entragit.publisher import prepare, publish

# A git that counts the commands that change something, and kills whoever runs the one it is told, before or after it.
# Looking objects up has no after: it goes on for as long as the repository is open.
FAKE_GIT = """#!/bin/sh
for word; do case $word in -c|*.*=*) ;; *) break;; esac; done
case $word in cat-file) ;; {counted})
  count=$(($(cat {folder}/count) + 1)); echo $count >{folder}/count
  [ $count = "$KILL_BEFORE" ] && kill -9 $PPID && exit 1
  if [ $count = "$KILL_AFTER" ]; then {git} "$@" </dev/stdin >/dev/null 2>&1; kill -9 $PPID; exit 1; fi
;; esac
exec {git} "$@"
"""
CHANGING = "fast-import|update-ref|update-index|checkout-index|push|fetch"


def fork(task: Callable[[], object]) -> int:
    """Start `task` in a child process; its id."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            task()
            status = 0
        finally:
            os._exit(status)
    return child


def forked(task: Callable[[], object]) -> int:
    """Run `task` in a child process; its wait status: 0 done, 9 killed, 256 raised."""
    return os.waitpid(fork(task), 0)[1]


class Killer:
    """A `git` on the path that kills its parent; counts the commands of the last run."""

    def __init__(self, folder: Path, counted: str = CHANGING) -> None:
        self.folder = folder
        folder.mkdir()
        script = FAKE_GIT.format(counted=counted, folder=folder, git=shutil.which("git"))
        (folder / "git").write_text(script)
        (folder / "git").chmod(0o755)

    def run(self, task: Callable[[], object], *, before: int = 0, after: int = 0) -> int:
        (self.folder / "count").write_text("0")

        def doomed() -> None:
            os.environ |= {"KILL_BEFORE": str(before), "KILL_AFTER": str(after)}
            os.environ["PATH"] = f"{self.folder}:{os.environ['PATH']}"
            task()

        return forked(doomed)

    @property
    def count(self) -> int:
        return int((self.folder / "count").read_text())


def scene(path: Path) -> Repository:
    """A clone and its remote; the branch has a commit of its own, and the tenant is about to change."""
    repo = start_with_remote(path)
    export(repo, ONE)
    edit(repo, {"README.md": "r\n"})
    git(repo.path, "push", "-q", "origin", "main")
    return repo


def copied(original: Path, path: Path) -> Repository:
    shutil.copytree(original, path, symlinks=True)
    git(path / "here", "remote", "set-url", "origin", str(path / "remote.git"))
    return open_repository(path / "here")


def assert_killed_runs_are_finished(tmp_path: Path, counted: str, sides: tuple[str, ...]) -> None:
    """Whatever command the run was killed at, the next ones end as if nothing had happened."""
    scene(tmp_path / "scene")
    undisturbed = copied(tmp_path / "scene", tmp_path / "whole")
    killer = Killer(tmp_path / "bin", counted)
    assert killer.run(lambda: export(undisturbed, TWO, 2)) == 0
    total = killer.count
    assert total > 5
    expected = files_of(undisturbed, tips(undisturbed)[0])
    length = len(chain(undisturbed))
    for when, number in itertools.product(sides, range(1, total + 1)):
        place = tmp_path / f"{when}{number}"
        repo = copied(tmp_path / "scene", place)
        assert killer.run(lambda repo=repo: export(repo, TWO, 2), **{when: number}) == signal.SIGKILL, (when, number)
        assert git(repo.path, "fsck", "--strict", "--no-dangling") == ""
        for day in (3, 4):
            outcome = export(repo, TWO, day)
        assert (outcome.pushed, outcome.pending) == ("ok", False), (when, number)
        assert files_of(repo, tips(repo)[0]) == expected, (when, number)
        assert len(chain(repo)) == length, (when, number)
        assert (tips(repo), tips(repo)[0]) == (tips(remote(repo)), tips(repo)[1]), (when, number)
        check(repo)
        shutil.rmtree(place)


def test_a_run_killed_at_any_change_is_finished_by_the_next(tmp_path: Path) -> None:
    # After one change is before the next: the commands between only read.
    assert_killed_runs_are_finished(tmp_path, CHANGING, ("after",))


def test_an_edit_made_after_a_kill_is_not_overwritten(tmp_path: Path) -> None:
    """The refs have moved, the files have not yet; then someone edits one of them."""
    repo = scene(tmp_path)
    killer = Killer(tmp_path / "bin", "update-ref")
    assert killer.run(lambda: export(repo, TWO, 2), after=1) == signal.SIGKILL
    two = tips(repo)[1]
    (repo.path / ADA).write_text("name: mine\n")
    outcome = export(repo, THREE, 3)
    assert (outcome.pushed, tips(repo)[0], parents(repo, outcome.snapshot)) == ("ok", two, [two])
    assert f"the files of main are half updated: {ADA}" in outcome.notes[0]
    assert (repo.path / ADA).read_text() == "name: mine\n"
    (repo.path / ADA).write_text(ONE[ADA])
    after = export(repo, THREE, 4)
    assert (after.branch_moved, tips(repo)[0]) == (True, outcome.snapshot)
    check(repo)


@pytest.mark.nightly
def test_a_run_killed_at_any_command_is_finished_by_the_next(tmp_path: Path) -> None:
    assert_killed_runs_are_finished(tmp_path, "*", ("before", "after"))


def test_a_run_killed_while_it_renders_leaves_nothing(tmp_path: Path) -> None:
    repo = scene(tmp_path)
    before = git(repo.path, "for-each-ref")

    def render(_: str | None) -> Iterator[tuple[str, bytes | None]]:
        yield ADA, b"name: half\n" * 10_000
        os.kill(os.getpid(), signal.SIGKILL)

    def run() -> None:
        standing = prepare(repo, ROOTS)
        publish(repo, standing, render, standing.state, "m", WHEN)

    assert forked(run) == signal.SIGKILL
    assert git(repo.path, "for-each-ref") == before
    export(repo, TWO, 2)
    check(repo)


@pytest.mark.nightly
def test_an_init_that_was_killed_can_be_run_again(tmp_path: Path) -> None:
    killer = Killer(tmp_path / "bin", "*")
    assert killer.run(lambda: start(tmp_path / "whole")) == 0
    for number in range(1, killer.count + 1, 2):
        path = tmp_path / str(number)
        assert killer.run(lambda path=path: start(path), after=number) == signal.SIGKILL
        if not (path / ".git").exists() or resolve(open_repository(path), "refs/heads/entragit/state") is None:
            start(path)
        repo = open_repository(path)
        export(repo, ONE)
        assert files_of(repo, tips(repo)[0]).keys() == {*ONE, "entragit.yaml", ".gitattributes"}
        check(repo)


@pytest.mark.parametrize("limit", [512, 200_000])
def test_a_full_disk_leaves_the_old_commits_intact(tmp_path: Path, limit: int) -> None:
    """Files can't grow beyond `limit` bytes, which to Git and to us is a disk that is full."""
    repo = scene(tmp_path)
    before, there = tips(repo), tips(remote(repo))
    large = {**TWO, BOB: os.urandom(200_000).hex()}

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        with pytest.raises((GitError, OSError)):
            export(repo, large, 2)

    assert forked(fill) == 0
    assert (tips(repo)[:2], tips(remote(repo))[:2]) == (before[:2], there[:2])
    assert git(repo.path, "status", "--porcelain") == ""
    assert git(repo.path, "fsck", "--strict", "--no-dangling") == ""
    assert parents(repo, export(repo, large, 3).snapshot)[0] == before[1]
    check(repo)


def at_once(places: list[Path], tenants: list[dict[str, str]]) -> None:
    """Export each tenant into its place, all at the same time, each in a process of its own; all must push."""

    def task(day: int, place: Path, files: dict[str, str]) -> None:
        assert export(open_repository(place), files, day).pushed == "ok"

    children = [
        fork(lambda day=day, pair=pair: task(day, *pair)) for day, pair in enumerate(zip(places, tenants, strict=True))
    ]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * len(places)


def shared(path: Path) -> Repository:
    repo = start_with_remote(path)
    export(repo, ONE)
    return repo


def assert_one_chain(repo: Repository, places: list[Path]) -> None:
    """As many exports at once as there are places, each of another tenant."""
    tenants = [tenant(ada=f"Ada {n}") for n in range(len(places))]
    at_once(places, tenants)
    there = remote(repo)
    snapshots = chain(there)[: len(places)]
    assert sorted(tenant_files(there, s)[ADA] for s in snapshots) == sorted(t[ADA] for t in tenants)
    assert [len(parents(there, s)) for s in snapshots] == [1] * len(places)
    assert tips(there)[0] == tips(there)[1] == snapshots[0]
    for place in {*places}:
        export(open_repository(place), THREE, 20)
        check(open_repository(place))


@pytest.mark.nightly
def test_eight_exports_at_once_in_one_clone(tmp_path: Path) -> None:
    repo = shared(tmp_path)
    assert_one_chain(repo, [repo.path] * 8)


@pytest.mark.slow
@pytest.mark.nightly
def test_exports_at_once_in_clones_of_one_remote(tmp_path: Path) -> None:
    repo = shared(tmp_path)
    assert_one_chain(repo, [clone(repo, f"clone{n}").path for n in range(4)])


@pytest.mark.nightly
def test_eight_exports_at_once_in_eight_clones(tmp_path: Path) -> None:
    repo = shared(tmp_path)
    assert_one_chain(repo, [clone(repo, f"clone{n}").path for n in range(8)])


@pytest.mark.nightly
def test_eight_exports_of_the_same_tenant_make_one_snapshot(tmp_path: Path) -> None:
    repo = shared(tmp_path)
    before = len(chain(repo))
    at_once([clone(repo, f"clone{n}").path for n in range(8)], [TWO] * 8)
    assert len(chain(remote(repo))) == before + 1
