"""Refs: transactions, pushes, fetches, and what a lost race looks like."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from entragit.errors import GitError, LostRace
from entragit.git.commit import commit_tree_changes
from entragit.git.lock import exclusive
from entragit.git.refs import (
    STATE,
    TENANT,
    Update,
    fast_forward_entragit,
    fetch,
    ls_remote,
    push,
    remote_of,
    resolve,
    tracking,
    update,
)
from entragit.git.repository import Repository, open_repository

WHEN = datetime(2026, 3, 1, tzinfo=UTC)
MAIN = "refs/heads/main"


def git(folder: Path, *args: str) -> str:
    done = subprocess.run(["git", "-C", folder, *args], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(repo: Repository, content: str, *parents: str) -> str:
    """A commit whose one file holds `content`, kept by its temporary ref."""
    changes = [("snapshot.yaml", content.encode())]
    return commit_tree_changes(
        repo, parents=parents, base=parents[0] if parents else None, changes=changes, message=content, when=WHEN
    ).id


def make(path: Path, *options: str) -> Repository:
    subprocess.run(["git", "init", "-q", "-b", "main", *options, path], check=True)
    return open_repository(path)


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """A repository with a bare remote "origin" on disk."""
    make(tmp_path / "remote.git", "--bare")
    made = make(tmp_path / "here")
    git(made.path, "remote", "add", "origin", str(tmp_path / "remote.git"))
    return made


def clone(repo: Repository, name: str, *options: str) -> Repository:
    there = repo.path.parent / name
    subprocess.run(["git", "clone", "-q", *options, f"file://{repo.path.parent}/remote.git", there], check=True)
    return open_repository(there)


def test_a_transaction_moves_all_or_nothing(repo: Repository) -> None:
    one = commit(repo, "1")
    two = commit(repo, "2", one)
    update(repo, [Update(MAIN, one, None), Update(TENANT, one, None)])
    with pytest.raises(LostRace, match=f"{TENANT} moved"):
        update(repo, [Update(MAIN, two, one), Update(TENANT, two, two)])
    with pytest.raises(LostRace, match=f"{TENANT} moved"):
        update(repo, [Update(MAIN, two, one), Update(TENANT, two, None)])
    with pytest.raises(LostRace, match=f"{STATE} moved"):
        update(repo, [Update(MAIN, two, one), Update(STATE, None, one)])
    assert (resolve(repo, MAIN), resolve(repo, TENANT), resolve(repo, STATE)) == (one, one, None)
    update(repo, [Update(MAIN, two, one), Update(TENANT, None, one), Update(STATE, None, None)])
    assert (resolve(repo, MAIN), resolve(repo, TENANT)) == (two, None)


def test_a_ref_in_the_way_or_locked_is_no_race(repo: Repository) -> None:
    one = commit(repo, "1")
    update(repo, [Update("refs/heads/entragit", one, None)])
    with pytest.raises(GitError, match="rename it with `git branch -m`") as error:
        update(repo, [Update(TENANT, one, None)])
    assert not isinstance(error.value, LostRace)


def test_of_many_writers_one_wins(repo: Repository) -> None:
    start = commit(repo, "0")
    update(repo, [Update(TENANT, start, None)])
    tips = [commit(repo, str(n), start) for n in range(1, 7)]

    def race(tip: str) -> str | None:
        try:
            update(repo, [Update(TENANT, tip, start)])
        except LostRace:
            return None
        return tip

    with ThreadPoolExecutor(6) as pool:
        winners = [tip for tip in pool.map(race, tips) if tip]
    assert winners == [resolve(repo, TENANT)]


def test_exclusive_lets_one_in_at_a_time(repo: Repository) -> None:
    inside: list[int] = []

    def enter(number: int) -> None:
        with exclusive(repo):
            inside.append(number)
            assert inside == [number]
            repo.run("version")
            inside.remove(number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(enter, range(8)))


def test_push_creates_and_moves_forward_only(repo: Repository) -> None:
    one = commit(repo, "1")
    two, other = commit(repo, "2", one), commit(repo, "other", one)
    assert push(repo, "origin", [Update(TENANT, one, None), Update(MAIN, one, None)]).status == "ok"
    assert push(repo, "origin", [Update(TENANT, two, one)]).status == "ok"
    late = push(repo, "origin", [Update(MAIN, two, one), Update(TENANT, other, one)])
    assert (late.status, ls_remote(repo, "origin", [])) == ("race", {MAIN: one, TENANT: two})
    assert push(repo, "origin", [Update(TENANT, other, two)]).status == "race", (
        "never backwards, even if the lease holds"
    )
    assert push(repo, "origin", [Update(STATE, one, None), Update(TENANT, one, None)]).status == "race"
    assert ls_remote(repo, "origin", []) == {MAIN: one, TENANT: two}


@pytest.mark.parametrize("hook", ["pre-receive", "update"])
def test_a_protected_branch_refuses_the_whole_push(repo: Repository, hook: str) -> None:
    path = repo.path.parent / "remote.git" / "hooks" / hook
    path.parent.mkdir(exist_ok=True)
    test = 'case "$1" in refs/heads/main)' if hook == "update" else 'case "$(cat)" in *refs/heads/main*)'
    path.write_text(f"#!/bin/sh\n{test} echo 'main is protected: open a pull request' >&2; exit 1;; esac\n")
    path.chmod(0o755)
    one = commit(repo, "1")
    result = push(repo, "origin", [Update(TENANT, one, None), Update(MAIN, one, None)])
    assert result.status == "refused"
    assert "main is protected: open a pull request" in result.reason
    assert ls_remote(repo, "origin", []) == {}
    assert push(repo, "origin", [Update(TENANT, one, None)]).status == "ok"


def test_an_unreachable_remote(repo: Repository) -> None:
    git(repo.path, "remote", "set-url", "origin", str(repo.path / "nowhere"))
    result = push(repo, "origin", [Update(TENANT, commit(repo, "1"), None)])
    assert (result.status, "nowhere" in result.reason) == ("unreachable", True)
    with pytest.raises(GitError, match=r"the remote origin can't be read: .*nowhere.*; check"):
        fetch(repo, "origin", "main")


def test_of_many_pushers_one_wins(repo: Repository) -> None:
    start = commit(repo, "0")
    push(repo, "origin", [Update(TENANT, start, None), Update(STATE, start, None)])
    tips = [commit(repo, str(n), start) for n in range(1, 5)]
    with ThreadPoolExecutor(4) as pool:
        results = list(
            pool.map(lambda tip: push(repo, "origin", [Update(r, tip, start) for r in (TENANT, STATE)]), tips)
        )
    assert sorted(result.status for result in results) == ["ok", "race", "race", "race"]
    winner = tips[[result.status for result in results].index("ok")]
    assert ls_remote(repo, "origin", []) == {TENANT: winner, STATE: winner}


def test_fetch_takes_these_refs_whatever_is_configured(repo: Repository) -> None:
    assert fetch(repo, "origin", "main") == {}, "an empty remote"
    one = commit(repo, "1")
    push(repo, "origin", [Update(ref, one, None) for ref in (TENANT, STATE, MAIN, "refs/heads/mainland")])
    other = make(repo.path.parent / "other")
    git(other.path, "remote", "add", "origin", str(repo.path.parent / "remote.git"))
    git(other.path, "config", "remote.origin.fetch", "+refs/heads/*:refs/heads/*")
    git(other.path, "config", "fetch.prune", "true")
    assert fetch(other, "origin", "main") == {TENANT: one, STATE: one, MAIN: one}
    refs = set(git(other.path, "for-each-ref", "--format=%(refname)").split())
    assert refs == {tracking("origin", ref) for ref in (TENANT, STATE, MAIN)}
    git(repo.path.parent / "remote.git", "update-ref", "-d", MAIN)
    assert fetch(other, "origin", "main") == {TENANT: one, STATE: one}
    assert resolve(other, "refs/remotes/origin/main") is None, "what is gone there must not look protected here"


def test_entragit_refs_follow_the_remote_forward_only(repo: Repository) -> None:
    assert fast_forward_entragit(repo, "origin") == {TENANT: "absent", STATE: "absent"}
    one = commit(repo, "1")
    two = commit(repo, "2", one)
    push(repo, "origin", [Update(TENANT, one, None), Update(STATE, one, None), Update(MAIN, one, None)])
    fresh = clone(repo, "fresh")
    fetch(fresh, "origin", "main")
    assert fast_forward_entragit(fresh, "origin") == {TENANT: "created", STATE: "created"}
    push(repo, "origin", [Update(TENANT, two, one)])
    fetch(fresh, "origin", "main")
    mine = commit(fresh, "mine", one)
    update(fresh, [Update(STATE, mine, one)])
    assert fast_forward_entragit(fresh, "origin") == {TENANT: "moved", STATE: "ahead"}
    assert (resolve(fresh, TENANT), resolve(fresh, STATE)) == (two, mine)
    push(repo, "origin", [Update(STATE, two, one)])
    fetch(fresh, "origin", "main")
    assert fast_forward_entragit(fresh, "origin") == {TENANT: "same", STATE: "diverged"}
    assert resolve(fresh, STATE) == mine


def test_the_remote_to_work_with(repo: Repository) -> None:
    assert remote_of(repo, None) == "origin"
    git(repo.path, "remote", "rename", "origin", "upstream")
    assert remote_of(repo, None) == "upstream"
    git(repo.path, "remote", "add", "backup", "x")
    assert remote_of(repo, None) is None
    git(repo.path, "remote", "add", "origin", "x")
    assert (remote_of(repo, None), remote_of(repo, "backup")) == ("origin", "backup")
    with pytest.raises(GitError, match="remote gone is gone; add it with"):
        remote_of(repo, "gone")


def test_no_such_ref_is_none(repo: Repository) -> None:
    assert [resolve(repo, ref) for ref in (TENANT, "--all", "nope^", "")] == [None] * 4
