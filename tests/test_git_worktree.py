"""Work trees: a branch that is checked out moves only where nothing is lost, and a half-done move is finished."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from entragit.errors import GitError, LostRace
from entragit.git.checkout import some
from entragit.git.commit import commit_tree_changes
from entragit.git.refs import Update, resolve, update
from entragit.git.repository import Repository, open_repository, private_dir
from entragit.git.worktree import advance, blocking, checked_out, clear_marker, finish_half_done, write_marker

WHEN = datetime(2026, 3, 1, tzinfo=UTC)
MAIN = "refs/heads/main"

OLD = {
    "README.md": "readme\n",
    "users/3f/ada@contoso.com.yaml": "id: 1\nname: Ada\n",
    "users/3f/gone.yaml": "id: 2\n",
    "groups/é — 日本.yaml": "id: 3\n",
    "a/file": "becomes a folder\n",
    "b/folder/x": "becomes a file\n",
}
NEW = {
    "README.md": "readme\n",
    "users/3f/ada@contoso.com.yaml": "id: 1\nname: Ada L.\n",
    "groups/é — 日本.yaml": "id: 3\nx: 1\n",
    "a/file/below": "now a folder\n",
    "b/folder": "now a file\n",
    "snapshot.yaml": "format: 1\n",
    "applications/sp ace/new.yaml": "id: 9\n",
}


def git(folder: Path, *args: str) -> str:
    done = subprocess.run(["git", "-C", folder, *args], check=True, capture_output=True, text=True)
    return done.stdout.rstrip("\n")


def commit(repo: Repository, files: Mapping[str, str], *parents: str) -> str:
    changes = [(path, text.encode()) for path, text in files.items()]
    return commit_tree_changes(repo, parents=parents, base=None, changes=changes, message="m", when=WHEN).id


class Place:
    """A repository whose branch main, checked out, stands at `old`, and whose next commit is `new`."""

    def __init__(self, path: Path, config: tuple[str, ...] = (), object_format: str = "sha1") -> None:
        subprocess.run(["git", "init", "-q", "-b", "main", f"--object-format={object_format}", path], check=True)
        for setting in config:
            git(path, "config", *setting.split("="))
        self.repo, self.path = open_repository(path), path
        self.old = commit(self.repo, OLD)
        self.new = commit(self.repo, NEW, self.old)
        update(self.repo, [Update(MAIN, self.old, None)])
        git(path, "reset", "-q", "--hard")

    def move(self, worktree: Path | None = None) -> None:
        """Everything in the order of a run."""
        write_marker(self.repo, worktree or self.path, "main", self.old, self.new)
        update(self.repo, [Update(MAIN, self.new, self.old)])
        advance(self.repo, worktree or self.path, self.old, self.new)
        clear_marker(self.repo, worktree or self.path)

    def blocking(self) -> list[str]:
        return blocking(self.repo, self.path, self.old, self.new)

    def files(self) -> dict[str, str]:
        found = (path for path in self.path.rglob("*") if path.is_file() and ".git" not in path.parts)
        return {path.relative_to(self.path).as_posix(): path.read_text() for path in found}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "wörk tree")


def die(place: Place, branch: str = "main") -> Path:
    """Rewrite the marker as one of a process that is gone."""
    path = next(private_dir(place.repo).glob("checkout-*.json"))
    found = json.loads(path.read_text())
    times = path.stat().st_mtime_ns
    path.write_text(json.dumps(found | {"branch": branch, "by": found["by"] | {"start": "0"}}))
    os.utime(path, ns=(times, times))
    return path


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize("config", [(), ("core.autocrlf=true",), ("core.fileMode=false", "core.safecrlf=true")])
def test_a_clean_checkout_follows(tmp_path: Path, config: tuple[str, ...], object_format: str) -> None:
    place = Place(tmp_path / "r", config, object_format)
    assert checked_out(place.repo, "main") == [place.path]
    assert place.blocking() == []
    place.move()
    assert git(place.path, "status", "--porcelain") == ""
    assert place.files() == NEW
    assert (place.path / "snapshot.yaml").read_bytes().count(b"\r") == ("core.autocrlf=true" in config)
    assert not (place.path / "users/3f/gone.yaml").exists()
    advance(place.repo, place.path, place.old, place.new)
    assert git(place.path, "status", "--porcelain") == "", "twice does no harm"


def test_an_unborn_branch_gets_its_first_files(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "-b", "main", tmp_path / "r"], check=True)
    repo = open_repository(tmp_path / "r")
    tip = commit(repo, OLD)
    assert checked_out(repo, "main") == [repo.path]
    assert blocking(repo, repo.path, None, tip) == []
    update(repo, [Update(MAIN, tip, None)])
    advance(repo, repo.path, None, tip)
    assert git(repo.path, "status", "--porcelain") == ""


def edit(name: str, text: str = "mine\n", *, stage: bool = False) -> Callable[[Path], None]:
    def do(path: Path) -> None:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
        if stage:
            git(path, "add", name)

    return do


def ignored(path: Path) -> None:
    (path / ".git/info").mkdir(exist_ok=True)
    (path / ".git/info/exclude").write_text("snapshot.yaml\n")
    (path / "snapshot.yaml").write_text("mine\n")


def linked_folder(path: Path) -> None:
    (path.parent / "outside").mkdir()
    (path / "applications").symlink_to(path.parent / "outside")


def untracked_below(path: Path) -> None:
    (path / "b/folder/mine").write_text("untracked\n")


def link_below(path: Path) -> None:
    (path / "b/folder/mine").symlink_to("..")


def deleted(path: Path) -> None:
    (path / "users/3f/ada@contoso.com.yaml").unlink()


def made_executable(path: Path) -> None:
    (path / "users/3f/ada@contoso.com.yaml").chmod(0o755)


def replaced_by_link(path: Path) -> None:
    deleted(path)
    (path / "users/3f/ada@contoso.com.yaml").symlink_to("/etc/hostname")


def staged_back(path: Path) -> None:
    edit("users/3f/ada@contoso.com.yaml", "staged\n", stage=True)(path)
    (path / "users/3f/ada@contoso.com.yaml").write_text(OLD["users/3f/ada@contoso.com.yaml"])


ADA = "users/3f/ada@contoso.com.yaml"


@pytest.mark.parametrize(
    ("dirty", "named"),
    [
        (edit(ADA), [ADA]),
        (edit(ADA, stage=True), [ADA]),
        (edit(ADA, ""), [ADA]),
        (staged_back, [ADA]),
        (deleted, [ADA]),
        (made_executable, [ADA]),
        (replaced_by_link, [ADA]),
        (edit("users/3f/gone.yaml"), ["users/3f/gone.yaml"]),
        (edit("snapshot.yaml"), ["snapshot.yaml"]),
        (ignored, ["snapshot.yaml"]),
        (edit("snapshot.yaml/x"), ["snapshot.yaml"]),
        (edit("applications"), ["applications/sp ace/new.yaml"]),
        (linked_folder, ["applications/sp ace/new.yaml"]),
        (untracked_below, ["b/folder"]),
        (link_below, ["b/folder"]),
        (edit("a/file"), ["a/file"]),
        (edit("groups/é — 日本.yaml"), ["groups/é — 日本.yaml"]),
        (lambda path: git(path, "rm", "-q", "--cached", ADA), [ADA]),
        (lambda path: (path / ".git/MERGE_HEAD").write_text("x"), ["MERGE_HEAD"]),
        (lambda path: (path / ".git/index.lock").write_text(""), ["index.lock"]),
    ],
)
def test_what_someone_did_blocks_and_survives(place: Place, dirty: Callable[[Path], None], named: list[str]) -> None:
    dirty(place.path)
    before, status = place.files(), git(place.path, "status", "--porcelain")
    assert place.blocking() == named
    assert (place.files(), git(place.path, "status", "--porcelain")) == (before, status)
    outside = place.path.parent / "outside"
    assert not outside.exists() or list(outside.iterdir()) == []


def test_other_dirty_files_stay_as_they_are(place: Place) -> None:
    (place.path / "README.md").write_text("edited\n")
    (place.path / "users/3f/new.yaml").write_text("untracked\n")
    (place.path / "staged").write_text("s\n")
    git(place.path, "add", "staged")
    status = git(place.path, "status", "--porcelain")
    assert place.blocking() == []
    place.move()
    assert git(place.path, "status", "--porcelain") == status
    assert (place.path / "README.md").read_text() == "edited\n"


def test_what_is_already_new_does_not_block(place: Place) -> None:
    edit(ADA, NEW[ADA], stage=True)(place.path)
    edit("snapshot.yaml", NEW["snapshot.yaml"])(place.path)
    assert place.blocking() == []
    place.move()
    assert git(place.path, "status", "--porcelain") == ""


def test_advance_itself_refuses_to_overwrite(place: Place) -> None:
    edit(ADA)(place.path)
    with pytest.raises(GitError, match="would be overwritten; commit or move that") as error:
        advance(place.repo, place.path, place.old, place.new)
    assert ADA in str(error.value)
    assert (place.path / ADA).read_text() == "mine\n"


def test_linked_work_trees_and_bare_repositories(place: Place) -> None:
    git(place.path, "switch", "-q", "--detach")
    side = place.path.parent / "si de"
    git(place.path, "worktree", "add", "-q", str(side), "main")
    assert checked_out(place.repo, "main") == [side]
    assert checked_out(place.repo, "nope") == []
    assert blocking(place.repo, side, place.old, place.new) == []
    place.move(side)
    assert git(side, "status", "--porcelain") == ""
    assert place.files() == OLD, "the other work tree is none of our business"
    bare = place.path.parent / "bare.git"
    git(place.path, "clone", "-q", "--bare", ".", str(bare))
    assert checked_out(open_repository(bare), "main") == []


def test_a_rebase_in_progress_counts_as_checked_out_and_blocks(place: Place) -> None:
    git(place.path, "config", "user.name", "x")
    git(place.path, "config", "user.email", "x@x")
    edit("README.md", stage=True)(place.path)
    git(place.path, "commit", "-q", "-m", "edit")
    git(place.path, "branch", "other")
    git(place.path, "-c", "sequence.editor=sed -i 1s/pick/edit/", "rebase", "-q", "-i", "HEAD^")
    assert checked_out(place.repo, "main") == [place.path]
    assert place.blocking() == ["rebase-merge"]


def test_a_sparse_checkout_stays_sparse(place: Place) -> None:
    git(place.path, "sparse-checkout", "set", "--no-cone", "/README.md", "/users/")
    assert not (place.path / "groups").exists()
    assert place.blocking() == []
    place.move()
    assert git(place.path, "status", "--porcelain") == ""
    assert not (place.path / "groups").exists()
    assert (place.path / ADA).read_text() == NEW[ADA]


STEPS = ["marker", "ref", "removed", "index", "half", "truncated", "all"]


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_run_is_finished_by_the_next(place: Place, step: str) -> None:
    """The steps of `advance`, done up to `step` by a process that then died."""
    reached = STEPS.index(step)
    write_marker(place.repo, place.path, "main", place.old, place.new)
    if reached >= 1:
        update(place.repo, [Update(MAIN, place.new, place.old)])
    if reached >= 2:
        (place.path / "users/3f/gone.yaml").unlink()
    if reached >= 3:
        git(place.path, "read-tree", place.new)
        (place.path / ".git/index.lock").write_text("")
    if reached >= 4:
        (place.path / ADA).write_text(NEW[ADA])
        (place.path / "groups/é — 日本.yaml").unlink()
    if reached >= 5:
        (place.path / "snapshot.yaml").write_text("form")
    if reached >= 6:
        (place.path / ".git/index.lock").unlink()
        advance(place.repo, place.path, place.old, place.new)
    marker = die(place)
    assert finish_half_done(place.repo) == []
    assert not marker.exists()
    assert git(place.path, "status", "--porcelain") == ""
    assert place.files() == (NEW if reached else OLD)
    assert finish_half_done(place.repo) == []


def test_a_half_done_checkout_does_not_overwrite_what_was_edited_since(place: Place) -> None:
    write_marker(place.repo, place.path, "main", place.old, place.new)
    update(place.repo, [Update(MAIN, place.new, place.old)])
    edit(ADA)(place.path)
    marker = die(place)
    assert [ADA in sentence for sentence in finish_half_done(place.repo)] == [True]
    assert (place.files()[ADA], marker.exists()) == ("mine\n", True)
    edit(ADA, OLD[ADA])(place.path)
    assert finish_half_done(place.repo) == []
    assert git(place.path, "status", "--porcelain") == ""


def test_a_living_run_is_left_alone(place: Place) -> None:
    write_marker(place.repo, place.path, "main", place.old, place.new)
    path = die(place)
    found = json.loads(path.read_text())
    start = Path(f"/proc/{os.getppid()}/stat").read_text().rpartition(")")[2].split()[19]
    path.write_text(json.dumps(found | {"by": found["by"] | {"pid": os.getppid(), "start": start}}))
    with pytest.raises(LostRace, match=f"process {os.getppid()}"):
        finish_half_done(place.repo)
    path.write_text("{")
    with pytest.raises(GitError, match="can't be read"):
        finish_half_done(place.repo)


def test_a_lock_older_than_the_marker_is_someone_elses(place: Place) -> None:
    lock = place.path / ".git/index.lock"
    lock.write_text("")
    os.utime(lock, (1, 1))
    write_marker(place.repo, place.path, "main", place.old, place.new)
    update(place.repo, [Update(MAIN, place.new, place.old)])
    die(place)
    assert ["index.lock" in sentence for sentence in finish_half_done(place.repo)] == [True]
    assert lock.exists()


def test_a_branch_moved_on_by_hand_needs_no_finishing(place: Place) -> None:
    write_marker(place.repo, place.path, "main", place.old, place.new)
    update(place.repo, [Update(MAIN, commit(place.repo, {"x": "y"}, place.new), place.old)])
    marker = die(place)
    assert finish_half_done(place.repo) == []
    assert (marker.exists(), place.files()) == (False, OLD)
    assert resolve(place.repo, MAIN) not in {place.old, place.new}


def test_a_sentence_lists_a_few_paths() -> None:
    assert some(["a", "b\x1b", "c", "d", "e"]) == "a, 'b\\x1b', c and 2 more"
