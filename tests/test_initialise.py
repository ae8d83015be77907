"""`init`: a new folder, an empty clone, a repository with other files; and what it refuses."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from publishing import ADA, MAIN, ONE, ROOTS, WHEN, check, export, files_of, git, start, start_with_remote, tips

from entragit.errors import GitError, RefusedError
from entragit.git.commit import Identity
from entragit.git.refs import STATE, TENANT, resolve
from entragit.git.repository import open_repository
from entragit.initialise import ATTRIBUTES, initialise
from entragit.publisher import prepare
from entragit.state import State
from entragit.statefiles import load

FILES = {"entragit.yaml": b"tenant: x\n"}


def init_git(path: Path, *options: str) -> Path:
    subprocess.run(["git", "init", "-q", "-b", "main", *options, path], check=True)
    return path


def test_a_new_folder(tmp_path: Path) -> None:
    who = Identity("Ada <root@x>\n", "ada@contoso.com")
    repo = initialise(tmp_path / "deep" / "Contoso – ténant", FILES, WHEN, author=who)
    main, tenant, state = tips(repo)
    assert files_of(repo, main) == {"entragit.yaml": "tenant: x\n", ".gitattributes": ATTRIBUTES.decode()}
    assert (tenant, load(repo, state)) == (None, State("main", None))
    assert git(repo.path, "log", "-1", "--format=%an|%ae|%cn|%s") == (
        "Ada root@x|ada@contoso.com|entragit|Set up the tenant repository"
    )
    assert (repo.path / "entragit.yaml").read_bytes() == FILES["entragit.yaml"]
    assert git(repo.path, "symbolic-ref", "--short", "HEAD") == "main"
    check(repo)


def test_an_empty_clone_records_its_remote(tmp_path: Path) -> None:
    init_git(tmp_path / "remote.git", "--bare")
    git(tmp_path, "clone", "-q", "-o", "upstream", "remote.git", "r")
    repo = initialise(tmp_path / "r", FILES, WHEN)
    assert load(repo, resolve(repo, STATE)) == State("main", "upstream")
    assert git(tmp_path / "remote.git", "for-each-ref") == "", "nothing is pushed"


def test_a_repository_with_other_files_keeps_them(tmp_path: Path) -> None:
    path = init_git(tmp_path / "r")
    (path / "README.md").write_text("mine\n")
    (path / ".gitattributes").write_text("* -text\n")
    git(path, "add", "-A")
    git(path, "commit", "-q", "-m", "first")
    before = git(path, "rev-parse", "HEAD")
    (path / "README.md").write_text("being written\n")
    repo = initialise(path, {**FILES, "README.md": b"ours\n"}, WHEN)
    assert files_of(repo, resolve(repo, MAIN)) == {
        "README.md": "mine\n", ".gitattributes": "* -text\n", "entragit.yaml": "tenant: x\n"
    }  # fmt: skip
    assert git(path, "rev-parse", "main^") == before
    assert git(path, "status", "--porcelain") == "M README.md"


def test_files_without_a_repository_stay_untracked(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine\n")
    initialise(tmp_path, FILES, WHEN)
    assert git(tmp_path, "status", "--porcelain") == "?? notes"


def test_a_folder_inside_another_repository_gets_its_own(tmp_path: Path) -> None:
    outer = init_git(tmp_path / "outer")
    repo = initialise(outer / "inner", FILES, WHEN)
    assert repo.path == outer / "inner"
    assert git(outer, "for-each-ref") == ""


@pytest.mark.parametrize(("head", "branch", "expected"), [("trunk", None, "trunk"), ("trunk", "live", "live")])
def test_which_branch(tmp_path: Path, head: str, branch: str | None, expected: str) -> None:
    path = init_git(tmp_path / "r")
    git(path, "symbolic-ref", "HEAD", f"refs/heads/{head}")
    repo = initialise(path, FILES, WHEN, branch=branch)
    assert load(repo, resolve(repo, STATE)).branch == expected
    assert resolve(repo, f"refs/heads/{expected}")
    assert (path / "entragit.yaml").exists() == (head == expected), "HEAD's files are none of our business"


def test_an_existing_tenant_repository_is_refused(tmp_path: Path) -> None:
    repo = start(tmp_path / "r")
    before = git(repo.path, "for-each-ref")
    with pytest.raises(RefusedError, match=r"is a tenant repository already .*run `entragit export`"):
        initialise(repo.path, FILES, WHEN)
    git(repo.path, "update-ref", "-d", STATE)
    with pytest.raises(RefusedError, match=r"it has entragit\.yaml") as error:
        initialise(repo.path, FILES, WHEN)
    assert error.value.exit_code == 5
    assert git(repo.path, "for-each-ref") == before.replace(before.splitlines()[0], "").strip()


def test_a_fresh_clone_of_one_is_refused(tmp_path: Path) -> None:
    repo = start_with_remote(tmp_path)
    git(repo.path, "push", "-q", "origin", f"{STATE}:{STATE}")
    git(tmp_path, "clone", "-q", "remote.git", "fresh")
    with pytest.raises(RefusedError, match="it has refs/remotes/origin/entragit/state"):
        initialise(tmp_path / "fresh", FILES, WHEN)


def test_a_file_in_the_way_is_named_and_stays(tmp_path: Path) -> None:
    (tmp_path / "entragit.yaml").write_text("mine\n")
    with pytest.raises(RefusedError, match=r"entragit\.yaml in .* would be overwritten; commit or move that"):
        initialise(tmp_path, FILES, WHEN)
    assert (tmp_path / "entragit.yaml").read_text() == "mine\n"
    repo = open_repository(tmp_path)
    assert (tips(repo), git(tmp_path, "for-each-ref")) == ((None, None, None), "")
    (tmp_path / "entragit.yaml").unlink()
    initialise(tmp_path, FILES, WHEN)
    assert git(tmp_path, "status", "--porcelain") == ""


def test_a_bare_repository(tmp_path: Path) -> None:
    repo = initialise(init_git(tmp_path / "r.git", "--bare"), FILES, WHEN)
    assert "entragit.yaml" in files_of(repo, resolve(repo, MAIN))
    assert export(repo, ONE).branch_moved


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GitError, match="can't be created"):
        initialise(tmp_path / "file" / "r", FILES, WHEN)


def test_what_init_makes_can_be_exported_into(tmp_path: Path) -> None:
    repo = start(tmp_path / "r")
    standing = prepare(repo, ROOTS)
    assert (standing.branch, standing.remote, standing.pending, standing.held) == ("main", None, False, "")
    assert (standing.protected, standing.tenant.commit) == (resolve(repo, MAIN), resolve(repo, TENANT))
    export(repo, ONE)
    assert (repo.path / ADA).exists()
