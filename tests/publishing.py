"""What the tests of publishing share: a tenant as a mapping of files, and one export of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from entragit.errors import Overtaken
from entragit.git.lock import exclusive
from entragit.git.objects import blob_id, list_tree
from entragit.git.refs import STATE, TENANT, resolve
from entragit.git.repository import Repository, open_repository
from entragit.initialise import initialise
from entragit.publisher import Merging, Outcome, Standing, prepare, publish
from entragit.state import NEXT, Run, stamp

WHEN = datetime(2026, 3, 1, tzinfo=UTC)
ROOTS = frozenset({"users", "groups"})
MAIN = "refs/heads/main"
ADA, BOB = "users/3f/ada@contoso.com.yaml", "users/41/bob@contoso.com.yaml"

Files = Mapping[str, str]


def tenant(**values: str) -> dict[str, str]:
    """The files of a tenant: Ada and the manifest, and what `values` say of `ada` and `bob`."""
    files = {"snapshot.yaml": "format: 1\n", ADA: "id: 3f\nname: Ada\n"}
    for name, value in values.items():
        files[{"ada": ADA, "bob": BOB}[name]] = f"name: {value}\n"
    return files


ONE, TWO, THREE = tenant(), tenant(ada="Ada L.", bob="Bob"), tenant(ada="Ada Lovelace")


def git(folder: Path, *args: str) -> str:
    who = {f"GIT_{role}_{what}": "ada@x" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", "-C", folder, *args], check=True, capture_output=True, text=True, env={**os.environ, **who}
    )
    return done.stdout.strip()


def is_tenant_file(path: str) -> bool:
    return path == "snapshot.yaml" or path.split("/")[0] in ROOTS


def rendering(repo: Repository, files: Files) -> Callable[[str | None], Iterator[tuple[str, bytes | None]]]:
    """What the snapshotter hands to `publish` when the tenant is `files`."""

    def render(base: str | None) -> Iterator[tuple[str, bytes | None]]:
        old = {p: e.id for p, e in list_tree(repo, base).items() if is_tenant_file(p)} if base else {}
        new = {path: text.encode() for path, text in files.items()}
        for path in sorted(old.keys() | new.keys()):
            if path not in new:
                yield path, None
            elif old.get(path) != blob_id(repo, new[path]):
                yield path, new[path]

    return render


def export(
    repo: Repository,
    files: Files,
    day: int = 1,
    between: Callable[[], object] | None = None,
    merge: Callable[[Standing, str], Merging] | None = None,
) -> Outcome:
    """One run on a tenant that is `files`, again where another overtook it; `between`: before its first rendering."""
    when = WHEN + timedelta(days=day)
    todo = [between] if between else []

    def render(base: str | None) -> Iterator[tuple[str, bytes | None]]:
        while todo:
            todo.pop()()
        return rendering(repo, files)(base)

    with exclusive(repo):
        while True:
            standing = prepare(repo, ROOTS)
            state = replace(standing.state, run=Run(NEXT, stamp(when)))
            with suppress(Overtaken):
                return publish(repo, standing, render, state, f"Snapshot of day {day}", when, merge)


def start(path: Path) -> Repository:
    return initialise(path, {"entragit.yaml": b"tenant: x\n"}, WHEN)


def start_with_remote(path: Path) -> Repository:
    """A tenant repository `here`, with a bare remote beside it that has nothing yet."""
    subprocess.run(["git", "init", "-q", "-b", "main", "--bare", path / "remote.git"], check=True)
    repo = start(path / "here")
    git(repo.path, "remote", "add", "origin", str(path / "remote.git"))
    return repo


def clone(repo: Repository, name: str, *options: str) -> Repository:
    there = repo.path.parent / name
    url = f"file://{repo.path.parent}/remote.git"
    subprocess.run(["git", "clone", "-q", *options, url, there], check=True, capture_output=True)
    return open_repository(there)


def remote(repo: Repository) -> Repository:
    return open_repository(repo.path.parent / "remote.git")


def tips(repo: Repository) -> tuple[str | None, str | None, str | None]:
    """(branch, entragit/tenant, entragit/state)."""
    return resolve(repo, MAIN), resolve(repo, TENANT), resolve(repo, STATE)


def files_of(repo: Repository, commit: str | None) -> dict[str, str]:
    assert commit
    return {path: git(repo.path, "cat-file", "blob", e.id) + "\n" for path, e in list_tree(repo, commit).items()}


def tenant_files(repo: Repository, commit: str | None) -> dict[str, str]:
    return {path: text for path, text in files_of(repo, commit).items() if is_tenant_file(path)}


def parents(repo: Repository, commit: str | None) -> list[str]:
    return repo.run("rev-list", "--parents", "--max-count=1", str(commit)).decode().split()[1:]


def chain(repo: Repository) -> list[str]:
    """The first-parent chain of entragit/tenant, newest first, down to the first commit."""
    return repo.run("rev-list", "--first-parent", TENANT).decode().split()


def edit(repo: Repository, changes: Mapping[str, str | None], message: str = "edit") -> str:
    """Commit on the branch that is checked out; None removes."""
    for name, text in changes.items():
        path = repo.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink() if text is None else path.write_text(text)
        git(repo.path, "add", "-A", "--", name)
    git(repo.path, "commit", "-q", "-m", message)
    return git(repo.path, "rev-parse", "HEAD")


def check(repo: Repository) -> None:
    """The repository is sound, holds nothing temporary, and its checkout is what HEAD says."""
    assert git(repo.path, "fsck", "--strict", "--no-dangling") == ""
    assert git(repo.path, "for-each-ref", "refs/entragit") == ""
    assert repo.bare or git(repo.path, "status", "--porcelain") == ""
    assert not list((repo.common_dir / "entragit").glob("checkout-*"))
