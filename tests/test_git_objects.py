"""Repositories, objects and commits, under hostile configurations, in both object formats."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entragit.errors import GitError
from entragit.git.commit import Identity, commit_tree_changes, stale_temporaries
from entragit.git.objects import FILE, Entry, blob_id, list_tree, read_blobs, read_file, read_objects, top_level
from entragit.git.refs import Update, resolve, update
from entragit.git.repository import Repository, init_repository, open_repository, private_dir

WHEN = datetime(2026, 3, 1, 2, 3, 4, tzinfo=UTC)

HOSTILE = """
[core]
	autocrlf = true
	hooksPath = {hooks}
	quotePath = true
	fsmonitor = {hooks}/fsmonitor
[commit]
	gpgsign = true
[push]
	gpgSign = true
	followTags = true
[diff]
	external = false
	renames = copies
[user]
	useConfigOnly = true
[init]
	templateDir = {hooks}
"""


def make(folder: Path, object_format: str = "sha1", bare: bool = False) -> Repository:
    options = ["--bare"] if bare else []
    subprocess.run(
        ["git", "init", "-q", f"--object-format={object_format}", "-b", "main", *options, folder], check=True
    )
    return open_repository(folder)


@pytest.fixture(params=["sha1", "sha256"])
def repo(request: pytest.FixtureRequest, tmp_path: Path) -> Repository:
    """A repository in each object format whose configuration does all that a user's may do."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "pre-push", "post-index-change", "fsmonitor", "pre-commit"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    made = make(tmp_path / "Contoso – ténant", request.param)
    with (made.git_dir / "config").open("a", encoding="utf-8") as config:
        config.write(HOSTILE.format(hooks=hooks))
    return made


def put(repo: Repository, files: dict[str, bytes | None], *parents: str, base: str | None = None) -> str:
    commit = commit_tree_changes(
        repo,
        parents=parents,
        base=base or (parents[0] if parents else None),
        changes=files.items(),
        message="m",
        when=WHEN,
    )
    return commit.id


def test_a_commit_holds_exactly_the_bytes_given(repo: Repository) -> None:
    files = {"users/3f/ada@contoso.com.yaml": b"id: 1\r\n", 'a "b"\\c\nd/é — 日本': b"\0\xff", "empty": b""}
    first = put(repo, files)
    assert list_tree(repo, first) == {path: Entry(FILE, blob_id(repo, data)) for path, data in files.items()}
    assert {path: read_file(repo, first, path) for path in files} == files
    second = put(repo, {"users/3f/ada@contoso.com.yaml": None, "new": b"n", "not/there": None}, first)
    assert set(list_tree(repo, second)) == {'a "b"\\c\nd/é — 日本', "empty", "new"}
    assert "users" not in top_level(repo, second), "a folder goes with its last file"


def test_a_commit_starts_from_any_tree_and_takes_entries_by_id(repo: Repository) -> None:
    branch = put(repo, {"README.md": b"r", "entragit.yaml": b"e", "users/a.yaml": b"old", "users/b.yaml": b"gone"})
    chain = put(repo, {"users/a.yaml": b"new", "snapshot.yaml": b"s"})
    links = [(path, entry.mode, entry.id) for path, entry in top_level(repo, chain).items()]
    commit = commit_tree_changes(
        repo,
        parents=[chain, branch],
        base=branch,
        deletes=["users", "nowhere"],
        links=links,
        changes=[],
        message="m",
        when=WHEN,
    )
    assert {path: read_file(repo, commit.id, path) for path in list_tree(repo, commit.id)} == {
        "README.md": b"r",
        "entragit.yaml": b"e",
        "users/a.yaml": b"new",
        "snapshot.yaml": b"s",
    }
    assert repo.run("rev-parse", f"{commit.id}^1", f"{commit.id}^2").decode().split() == [chain, branch]
    assert resolve(repo, commit.ref) == commit.id
    assert repo.run("fsck", "--strict") == b""


def test_the_same_edits_make_the_same_commit(tmp_path: Path) -> None:
    ids = [put(make(tmp_path / name), {"a": b"1", "b/c": b"2"}) for name in ("one", "two")]
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada <root@x> 0 +0000\ncommitter Eve", "Ada root@x 0 +0000 committer Eve"),
        ("", "unknown"),
        ("\u202eevil\u2066 \x1b[31m", "evil [31m"),
        ("Zoë 👩‍💻 O'Brien", "Zoë 👩 💻 O'Brien"),
        ("\ud800", "unknown"),
        ("x" * 9999, "x" * 256),
    ],
)
def test_a_hostile_author_is_only_a_name(repo: Repository, name: str, shown: str) -> None:
    who = Identity(name, "a b<>\n@c")
    commit = commit_tree_changes(
        repo, parents=[], base=None, changes=[], message="-n\n\0author x\ud800", author=who, when=WHEN
    )
    log = repo.run("log", "-1", "--format=%an|%ae|%at|%cn|%ce|%ct|%P", commit.id).decode().strip()
    stamp = int(WHEN.timestamp())
    assert log == f"{shown}|ab@c|{stamp}|entragit|entragit@localhost|{stamp}|"


def test_a_source_that_fails_leaves_no_ref(repo: Repository) -> None:
    def source() -> Iterator[tuple[str, bytes]]:
        yield "a", b"1" * 100_000
        raise KeyError("broken spool")

    with pytest.raises(KeyError):
        commit_tree_changes(repo, parents=[], base=None, changes=source(), message="m", when=WHEN)
    assert repo.run("for-each-ref") == b""


def test_a_parent_that_is_not_there_is_named(repo: Repository) -> None:
    with pytest.raises(GitError, match="fast-import"):
        put(repo, {}, "1" * len(repo.zero))
    assert not list(repo.git_dir.glob("fast_import_crash_*"))


def test_a_dead_process_leaves_a_ref_that_is_known_as_stale(tmp_path: Path) -> None:
    repo = make(tmp_path / "r")
    script = (
        "import sys; from datetime import datetime, UTC; from entragit.git.repository import open_repository;"
        "from entragit.git.commit import commit_tree_changes as c;"
        "now = datetime.now(UTC); repo = open_repository(sys.argv[1]);"
        "print(c(repo, parents=[], base=None, changes=[], message='', when=now).ref)"
    )
    done = subprocess.run([sys.executable, "-c", script, repo.path], check=True, capture_output=True, text=True)
    alive = commit_tree_changes(repo, parents=[], base=None, changes=[], message="m", when=WHEN)
    assert [ref for ref, _ in stale_temporaries(repo)] == [done.stdout.strip()]
    update(repo, [Update(ref, None, id_) for ref, id_ in stale_temporaries(repo)])
    assert resolve(repo, alive.ref) == alive.id


def test_reading_nothing_starts_no_process(tmp_path: Path) -> None:
    """An export asks so for each kind that it leaves out; here there is no Git to start any more."""
    make(tmp_path / "r")
    script = (
        "import os, sys; from entragit.git.objects import read_blobs; "
        "from entragit.git.repository import open_repository; repo = open_repository(sys.argv[1]); "
        "os.environ['PATH'] = sys.argv[1]; print(list(read_blobs(repo, []))); list(read_blobs(repo, ['0' * 40]))"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path / "r"], capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr
    assert "cat-file" in done.stderr


def test_many_blobs_stream_without_deadlock(repo: Repository) -> None:
    big = repo.run("hash-object", "-w", "--stdin", input=b"x" * 300_000).decode().strip()
    assert sum(len(data) for _, data in read_blobs(repo, (big for _ in range(50)))) == 15_000_000
    names = [f"{n:040x}" for n in range(20_000)]
    assert all(kind == "" for _, kind, _ in read_objects(repo, names))
    before = threading.active_count()
    assert next(read_blobs(repo, [big] * 50))[0] == big
    assert threading.active_count() == before
    with pytest.raises(GitError, match="is missing"):
        list(read_blobs(repo, ["0" * len(repo.zero)]))


@given(data=st.binary(max_size=200))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_blob_ids_are_gits(repo: Repository, data: bytes) -> None:
    assert blob_id(repo, data) == repo.run("hash-object", "--stdin", input=data).decode().strip()


def test_only_plain_files_are_read(repo: Repository) -> None:
    base = put(repo, {"f": b"target"})
    id_ = list_tree(repo, base)["f"].id
    links = [("link", "120000", id_), ("run", "100755", id_), ("d/f", FILE, id_)]
    commit = commit_tree_changes(repo, parents=[base], base=base, links=links, changes=[], message="m", when=WHEN).id
    assert (read_file(repo, commit, "f"), read_file(repo, commit, "d"), read_file(repo, commit, "*")) == (
        b"target",
        None,
        None,
    )
    for path in ("link", "run"):
        with pytest.raises(GitError, match="no plain file"):
            read_file(repo, commit, path)


def test_a_repository_is_found_from_below_bare_and_linked(tmp_path: Path) -> None:
    repo = init_repository(tmp_path / "new" / "$HOME dir", "trunk")
    assert (repo.path, repo.bare) == (tmp_path / "new" / "$HOME dir", False)
    assert repo.run("symbolic-ref", "HEAD") == b"refs/heads/trunk\n"
    (repo.path / "users" / "3f").mkdir(parents=True)
    assert open_repository(repo.path / "users" / "3f").path == repo.path
    update(repo, [Update("refs/heads/trunk", put(repo, {"a": b""}), None)])
    repo.run("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"), "trunk")
    linked = open_repository(tmp_path / "side")
    assert linked.common_dir == repo.common_dir
    assert linked.git_dir != repo.git_dir
    assert private_dir(linked) == private_dir(repo) == repo.git_dir / "entragit"
    assert private_dir(repo).stat().st_mode & 0o777 == 0o700
    bare = make(tmp_path / "bare.git", bare=True)
    assert (bare.bare, bare.path, bare.common_dir) == (True, bare.git_dir, tmp_path / "bare.git")


def test_no_repository_is_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(GitError, match="not in a Git repository; create one"):
            open_repository(path)
    (tmp_path / "file").write_text("")
    with pytest.raises(GitError, match="can't be created"):
        init_repository(tmp_path / "file" / "below")


def test_errors_name_the_command_the_cause_and_the_next_step(repo: Repository) -> None:
    with pytest.raises(GitError, match="`git ls-tree` failed: Not a valid object name nope; there is no such commit"):
        list_tree(repo, "nope")


def test_a_missing_git_is_a_sentence(tmp_path: Path) -> None:
    make(tmp_path / "r")
    script = "import sys; from entragit.git.repository import open_repository; open_repository(sys.argv[1])"
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "r"], capture_output=True, text=True, env=environment, check=False
    )
    assert "GitError: git can't be run" in done.stderr
    assert "install Git" in done.stderr


def test_a_git_hooks_environment_does_not_lead_astray(tmp_path: Path) -> None:
    here, other = make(tmp_path / "here"), make(tmp_path / "other")
    script = (
        "import sys; from entragit.git.repository import open_repository;"
        "print(open_repository(sys.argv[1]).run('rev-parse', '--absolute-git-dir', '--git-common-dir').decode())"
    )
    leaked = {"GIT_DIR": str(other.git_dir), "GIT_INDEX_FILE": str(tmp_path / "x")}
    done = subprocess.run(
        [sys.executable, "-c", script, here.path],
        capture_output=True,
        text=True,
        env={**os.environ, **leaked},
        check=True,
    )
    assert done.stdout.split() == [str(here.git_dir)] * 2
