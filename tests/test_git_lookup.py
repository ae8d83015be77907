"""One process of Git that answers as long as a repository is open: of what is there now, once for each question."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

import pytest
from worlds import git

from entragit.errors import GitError
from entragit.git.lookup import COMMAND, Found, Lookup
from entragit.git.objects import read_file, top_level
from entragit.git.refs import resolve
from entragit.git.repository import Repository, init_repository


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """A repository with a file and a commit "one"."""
    repo = init_repository(tmp_path / "r")
    committed(repo, "one")
    return repo


def committed(repo: Repository, name: str) -> str:
    folder = repo.path / "f"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(name)
    git(repo.path, "add", "-A")
    git(repo.path, "commit", "-qm", name)
    return git(repo.path, "rev-parse", "HEAD")


def commit_of(repo: Repository, name: str) -> str | None:
    found = repo.find(f"{name}^{{commit}}")
    return found.id if found else None


def test_what_comes_and_moves_later_is_seen(repo: Repository) -> None:
    first = commit_of(repo, "refs/heads/main")
    second = committed(repo, "two")
    assert commit_of(repo, "refs/heads/main") == commit_of(repo, "HEAD") == second != first
    git(repo.path, "branch", "packed")
    git(repo.path, "gc", "--quiet", "--prune=now")
    assert [commit_of(repo, name) for name in ("refs/heads/packed", "refs/heads/main")] == [second, second]
    third = committed(repo, "three")
    git(repo.path, "gc", "--quiet", "--prune=now")
    git(repo.path, "branch", "--delete", "--force", "packed")
    assert [commit_of(repo, name) for name in ("refs/heads/packed", "refs/heads/main")] == [None, third]
    assert repo.find(f"{first}:f/one") == Found(git(repo.path, "rev-parse", "HEAD:f/one"), "blob", b"one")


@pytest.mark.parametrize(
    "name",
    ["", " ", "nothing", "HEAD:nothing", "a b", "HEAD commit 12", "x missing", "\udcff", "HEAD\nHEAD", "-h", "é"],
)
def test_a_name_of_nothing_leaves_the_next_answer_right(repo: Repository, name: str) -> None:
    assert repo.find(name) is None
    assert repo.find("HEAD:f/one") == Found(git(repo.path, "rev-parse", "HEAD:f/one"), "blob", b"one")


def test_ended_from_outside_it_begins_again(repo: Repository) -> None:
    begun: list[subprocess.Popen[bytes]] = []

    def begin() -> object:
        process = repo.spawn(*COMMAND, stdin=subprocess.PIPE)
        begun.append(process.proc)
        return process

    lookup = Lookup(begin)
    one = lookup.find("HEAD")
    begun[0].send_signal(signal.SIGINT)
    begun[0].wait()
    assert lookup.find("HEAD") == one
    assert len(begun) == 2
    del lookup
    assert [process.poll() is not None for process in begun] == [True, True], "none outlives its repository"


class Hasty:
    """The output of a process, at which somebody presses Ctrl-C before the first line is read, and once only."""

    pressed = False

    def __init__(self, out: BinaryIO) -> None:
        self.out = out

    def readline(self) -> bytes:
        if not Hasty.pressed:
            Hasty.pressed = True
            raise KeyboardInterrupt
        return self.out.readline()

    def __getattr__(self, name: str) -> object:
        return getattr(self.out, name)


def test_an_answer_that_nobody_waited_for_is_not_that_of_the_next_question(repo: Repository) -> None:
    def begin() -> object:
        one = repo.spawn(*COMMAND, stdin=subprocess.PIPE)
        return SimpleNamespace(proc=one.proc, stdin=one.stdin, stderr=one.stderr, stdout=Hasty(one.stdout), kept=one)

    lookup = Lookup(begin)
    with pytest.raises(KeyboardInterrupt):
        lookup.find("HEAD")
    assert lookup.find("HEAD:f/one") == Found(git(repo.path, "rev-parse", "HEAD:f/one"), "blob", b"one")


def test_where_git_breaks_off_nothing_counts_as_missing(repo: Repository) -> None:
    assert repo.find("HEAD")
    lookup = Lookup(lambda: repo.spawn("cat-file", "--batch", "--no-such-option", stdin=subprocess.PIPE))
    with pytest.raises(GitError, match="broke off before HEAD"):
        lookup.find("HEAD")


@pytest.mark.parametrize("lost", ["HEAD^{tree}", "HEAD:f", "HEAD:f/one"])
def test_a_lost_object_is_not_taken_for_a_file_that_is_not_there(repo: Repository, lost: str) -> None:
    commit, id_ = resolve(repo, "HEAD"), git(repo.path, "rev-parse", lost)
    assert commit
    assert read_file(repo, commit, "f/one") == b"one"
    assert [read_file(repo, commit, path) for path in ("f", "f/two", "g/one", "f/one/x")] == [None] * 4
    (repo.git_dir / "objects" / id_[:2] / id_[2:]).unlink()
    with pytest.raises(GitError, match="missing"):
        read_file(repo, commit, "f/one")
    with pytest.raises(GitError, match="missing"):
        top_level(repo, "1" * 40)


def test_threads_get_their_own_answers(repo: Repository) -> None:
    names = [committed(repo, str(number)) for number in range(12)]

    def asked(turn: int) -> Sequence[Found | None]:
        return [repo.find(names[(turn + step) % 12]) for step in range(50)]

    with ThreadPoolExecutor(8) as pool:
        for turn, found in enumerate(pool.map(asked, range(8))):
            assert [each.id if each else "" for each in found] == [names[(turn + step) % 12] for step in range(50)]
