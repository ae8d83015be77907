"""Publishing without a remote: parents, files and the branch, with edits, without, and in every kind of checkout."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from publishing import (
    ADA,
    BOB,
    MAIN,
    ONE,
    ROOTS,
    THREE,
    TWO,
    WHEN,
    chain,
    check,
    edit,
    export,
    files_of,
    git,
    parents,
    rendering,
    start,
    tenant,
    tenant_files,
    tips,
)

from entragit.errors import GitError, Overtaken
from entragit.git.refs import STATE, TENANT, Update, resolve, update
from entragit.git.repository import Repository, init_repository, open_repository
from entragit.publisher import prepare, publish
from entragit.state import Run
from entragit.statefiles import load

PENDING = "edits on main are not applied yet, so main does not follow entragit/tenant"


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return start(tmp_path / "r")


def test_the_first_snapshot_stands_on_the_branch(repo: Repository) -> None:
    before = resolve(repo, MAIN)
    outcome = export(repo, ONE)
    main, last, state = tips(repo)
    assert (outcome.snapshot, outcome.parent, outcome.branch_moved, outcome.pushed) == (last, None, True, "none")
    assert (main, parents(repo, last)) == (last, [before])
    assert tenant_files(repo, last) == ONE
    assert "tenant: x\n" in files_of(repo, last).values()
    assert load(repo, state).run == Run(str(last), "2026-03-02T00:00:00Z")
    assert (repo.path / ADA).read_text() == ONE[ADA]
    check(repo)


def test_without_edits_history_is_one_line(repo: Repository) -> None:
    made = [export(repo, files, day).snapshot for day, files in enumerate((ONE, TWO, THREE), 1)]
    assert chain(repo)[:3] == made[::-1]
    assert git(repo.path, "rev-list", "main").split() == chain(repo)
    assert tips(repo)[0] == made[-1]
    assert not (repo.path / BOB).exists()
    assert git(repo.path, "log", "-1", "--format=%an %s %aI").startswith("entragit Snapshot of day 3 2026-03-04T00:00")
    check(repo)


def test_an_unchanged_tenant_makes_no_commit(repo: Repository) -> None:
    export(repo, ONE)
    before = git(repo.path, "rev-list", "--all")
    standing = prepare(repo, ROOTS)
    outcome = publish(repo, standing, rendering(repo, ONE), standing.state, "m", WHEN)
    assert (outcome.snapshot, outcome.parent, outcome.branch_moved) == (None, standing.tenant.commit, False)
    assert git(repo.path, "rev-list", "--all") == before
    # A renderer that writes again what is there already changes nothing, too.
    again = publish(repo, standing, lambda _: iter([(ADA, ONE[ADA].encode())]), standing.state, "m", WHEN)
    assert (again.snapshot, git(repo.path, "rev-list", "--all")) == (None, before)
    check(repo)


def test_the_last_run_is_recorded_though_nothing_changed(repo: Repository) -> None:
    first = export(repo, ONE)
    assert export(repo, ONE, 2).snapshot is None
    assert load(repo, tips(repo)[2]).run == Run(str(first.snapshot), "2026-03-03T00:00:00Z")


OTHER = {"README.md": "read me\n", ".github/workflows/x.yml": "on: push\n", "entragit.yaml": "tenant: y\n"}


def test_files_that_are_not_the_tenants_come_from_the_branch(repo: Repository) -> None:
    one = export(repo, ONE).snapshot
    commit = edit(repo, {**OTHER, ".gitattributes": None})
    outcome = export(repo, TWO, 2)
    assert parents(repo, outcome.snapshot) == [one, commit]
    assert (outcome.pending, outcome.branch_moved, outcome.notes) == (False, True, ())
    assert files_of(repo, outcome.snapshot) == {**TWO, **OTHER}
    assert tips(repo)[0] == outcome.snapshot
    assert parents(repo, export(repo, THREE, 3).snapshot) == [outcome.snapshot], "contained, so no parent any more"
    check(repo)


def test_links_and_modes_of_other_files_survive(repo: Repository) -> None:
    export(repo, ONE)
    (repo.path / "run.sh").write_text("#!/bin/sh\n")
    (repo.path / "run.sh").chmod(0o755)
    (repo.path / "docs").mkdir()
    (repo.path / "docs/link").symlink_to("../run.sh")
    git(repo.path, "add", "-A")
    git(repo.path, "commit", "-q", "-m", "scripts")
    export(repo, TWO, 2)
    modes = [line.split()[0] for line in git(repo.path, "ls-tree", "-r", TENANT, "run.sh", "docs").splitlines()]
    assert modes == ["120000", "100755"]
    check(repo)


def test_a_branch_that_only_has_other_commits_stays_while_the_tenant_is_unchanged(repo: Repository) -> None:
    export(repo, ONE)
    commit = edit(repo, OTHER)
    outcome = export(repo, ONE, 2)
    assert (outcome.snapshot, outcome.branch_moved, outcome.notes, tips(repo)[0]) == (None, False, (), commit)


@pytest.mark.parametrize(
    "change", [{ADA: "name: edited\n"}, {ADA: None}, {"groups/x.yaml": "new: 1\n"}, {"snapshot.yaml": None}]
)
def test_an_edit_survives_every_export(repo: Repository, change: dict[str, str | None]) -> None:
    one = export(repo, ONE).snapshot
    commit = edit(repo, {**change, "README.md": "mine\n"})
    outcomes = [export(repo, files, day) for day, files in enumerate((TWO, THREE, ONE), 2)]
    assert [o.pending for o in outcomes] == [True] * 3
    assert outcomes[0].notes == (PENDING,)
    assert (tips(repo)[0], tips(repo)[1]) == (commit, outcomes[-1].snapshot)
    assert parents(repo, outcomes[0].snapshot) == [one]
    assert "README.md" not in files_of(repo, outcomes[0].snapshot)
    assert outcomes[0].standing.base == one
    check(repo)


def test_an_edit_is_pending_though_the_tenant_is_unchanged(repo: Repository) -> None:
    export(repo, ONE)
    commit = edit(repo, {ADA: "name: edited\n"})
    outcome = export(repo, ONE, 2)
    assert (outcome.snapshot, outcome.pending, tips(repo)[0]) == (None, True, commit)


@pytest.mark.parametrize("files", [TWO, ONE])
def test_a_branch_without_pending_edits_any_more_follows_again(repo: Repository, files: dict[str, str]) -> None:
    export(repo, ONE)
    edit(repo, {ADA: "name: edited\n"})
    two = export(repo, TWO, 2).snapshot
    back = edit(repo, {ADA: ONE[ADA], "README.md": "r\n"})
    outcome = export(repo, files, 3)
    assert (outcome.pending, outcome.branch_moved) == (False, files != TWO)
    if files == ONE:
        assert parents(repo, outcome.snapshot) == [two, back]
        assert files_of(repo, outcome.snapshot)["README.md"] == "r\n"
        check(repo)
    else:
        assert tips(repo)[0] == back, "nothing to make a commit of"


def test_an_applied_edit_is_not_pending(repo: Repository) -> None:
    """The tenant becomes what the branch says, so the snapshot that sees it takes the branch in."""
    one = export(repo, ONE).snapshot
    commit = edit(repo, {**{path: TWO[path] for path in (ADA, BOB)}, "README.md": "r\n"})
    outcome = export(repo, TWO, 2)
    assert (outcome.pending, outcome.branch_moved, outcome.notes) == (False, True, ())
    assert (parents(repo, outcome.snapshot), tips(repo)[0]) == ([one, commit], outcome.snapshot)
    assert files_of(repo, outcome.snapshot)["README.md"] == "r\n"
    check(repo)


def test_authored_files_that_the_tenant_has_too_are_not_pending(repo: Repository) -> None:
    commit = edit(repo, ONE)
    outcome = export(repo, ONE)
    assert (outcome.pending, parents(repo, outcome.snapshot), tips(repo)[0]) == (False, [commit], outcome.snapshot)
    check(repo)


def test_a_squashed_merge_of_the_snapshots_is_not_pending(repo: Repository) -> None:
    export(repo, ONE)
    commit = edit(repo, {ADA: "name: edited\n"})
    two = export(repo, TWO, 2).snapshot
    git(repo.path, "checkout", "-q", str(two), "--", ".")
    squash = edit(repo, {"README.md": "r\n"}, "squash")
    outcome = export(repo, THREE, 3)
    assert (outcome.pending, parents(repo, outcome.snapshot)) == (False, [two, squash])
    assert git(repo.path, "merge-base", commit, "main") == commit
    check(repo)


def test_files_written_before_the_first_export_are_edits(repo: Repository) -> None:
    mine = edit(repo, {"groups/Sales.yaml": "displayName: Sales\n"})
    outcome = export(repo, ONE)
    assert (outcome.pending, tips(repo)[0], parents(repo, outcome.snapshot)) == (True, mine, [mine])
    assert tenant_files(repo, outcome.snapshot) == ONE
    two = export(repo, TWO, 2)
    assert (two.pending, parents(repo, two.snapshot)) == (True, [outcome.snapshot])


def test_an_unborn_branch_is_born_with_the_snapshot(tmp_path: Path) -> None:
    repo = start(tmp_path / "r")
    git(repo.path, "update-ref", "-d", MAIN)
    git(repo.path, "rm", "-q", "-r", "--cached", ".")
    outcome = export(repo, ONE)
    assert (parents(repo, outcome.snapshot), tips(repo)[0]) == ([], outcome.snapshot)
    assert (repo.path / ADA).exists()


def dirty(repo: Repository) -> None:
    (repo.path / ADA).write_text("name: being written\n")


def untracked(repo: Repository) -> None:
    (repo.path / BOB).parent.mkdir(parents=True)
    (repo.path / BOB).write_text("untracked\n")


def merging(repo: Repository) -> None:
    (repo.git_dir / "MERGE_HEAD").write_text("x")


@pytest.mark.parametrize(("spoil", "named"), [(dirty, ADA), (untracked, BOB), (merging, "MERGE_HEAD")])
def test_a_dirty_checkout_is_never_overwritten(
    repo: Repository, spoil: Callable[[Repository], None], named: str
) -> None:
    one = export(repo, ONE).snapshot
    spoil(repo)
    status = git(repo.path, "status", "--porcelain")
    two = export(repo, TWO, 2)
    assert (tips(repo)[0], tips(repo)[1], two.branch_moved, two.pending) == (one, two.snapshot, False, False)
    assert f"main stays where it is, for {named} in" in two.notes[0]
    assert git(repo.path, "status", "--porcelain") == status
    git(repo.path, "clean", "-q", "-f", "-d")
    git(repo.path, "checkout", "-q", ".")
    (repo.git_dir / "MERGE_HEAD").unlink(missing_ok=True)
    after = export(repo, TWO, 3)
    assert (after.snapshot, after.branch_moved, tips(repo)[0]) == (None, True, two.snapshot)
    check(repo)


def test_other_dirty_files_do_not_matter(repo: Repository) -> None:
    export(repo, ONE)
    edit(repo, {"README.md": "r\n"})
    (repo.path / "README.md").write_text("being written\n")
    (repo.path / "notes").write_text("untracked\n")
    status = git(repo.path, "status", "--porcelain")
    assert export(repo, TWO, 2).branch_moved
    assert git(repo.path, "status", "--porcelain") == status
    assert (repo.path / "README.md").read_text() == "being written\n"


def test_a_branch_that_was_held_up_and_went_on_follows(repo: Repository) -> None:
    """It is behind the last snapshot, with commits of its own that are no edits of the tenant's files."""
    export(repo, ONE)
    dirty(repo)
    two = export(repo, TWO, 2).snapshot
    git(repo.path, "checkout", "-q", ".")
    commit = edit(repo, {"README.md": "r\n"})
    outcome = export(repo, THREE, 3)
    assert (outcome.pending, outcome.branch_moved) == (False, True)
    assert parents(repo, outcome.snapshot) == [two, commit]
    assert files_of(repo, outcome.snapshot)["README.md"] == "r\n"
    check(repo)


def test_head_elsewhere_stays_as_it_is(repo: Repository) -> None:
    export(repo, ONE)
    git(repo.path, "switch", "-q", "-c", "feature")
    head = edit(repo, {ADA: "name: proposed\n"})
    dirty(repo)
    outcome = export(repo, TWO, 2)
    assert (outcome.branch_moved, outcome.pending, tips(repo)[0]) == (True, False, outcome.snapshot)
    assert git(repo.path, "rev-parse", "HEAD", "feature").split() == [head, head]
    assert (repo.path / ADA).read_text() == "name: being written\n"
    git(repo.path, "checkout", "-q", ".")
    git(repo.path, "switch", "-q", "--detach")
    assert export(repo, THREE, 3).branch_moved
    assert git(repo.path, "rev-parse", "HEAD") == head


def test_every_work_tree_on_the_branch_follows_or_none(repo: Repository) -> None:
    export(repo, ONE)
    git(repo.path, "switch", "-q", "--detach")
    side = repo.path.parent / "side"
    git(repo.path, "worktree", "add", "-q", str(side), "main")
    assert export(repo, TWO, 2).branch_moved
    assert (side / ADA).read_text() == TWO[ADA]
    assert git(side, "status", "--porcelain") == ""
    (side / ADA).write_text("mine\n")
    assert not export(repo, THREE, 3).branch_moved
    assert (side / ADA).read_text() == "mine\n"


def test_a_bare_repository(repo: Repository) -> None:
    git(repo.path, "clone", "-q", "--mirror", ".", "../bare.git")
    bare = open_repository(repo.path.parent / "bare.git")
    git(bare.path, "remote", "remove", "origin")
    outcome = export(bare, ONE)
    assert (tips(bare)[0], outcome.branch_moved) == (outcome.snapshot, True)
    check(bare)


def test_sha256(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "-b", "trunk", "--object-format=sha256", tmp_path / "r"], check=True)
    repo = start(tmp_path / "r")
    export(repo, ONE)
    edit(repo, OTHER)
    outcome = export(repo, TWO, 2)
    assert (resolve(repo, "refs/heads/trunk"), files_of(repo, outcome.snapshot)) == (
        outcome.snapshot,
        {**TWO, **OTHER, ".gitattributes": files_of(repo, outcome.snapshot)[".gitattributes"]},
    )
    check(repo)


def test_a_source_that_fails_moves_nothing(repo: Repository) -> None:
    export(repo, ONE)
    before = tips(repo)

    def broken(_: str | None) -> Iterator[tuple[str, bytes | None]]:
        yield ADA, b"name: half\n"
        raise KeyError("spool")

    standing = prepare(repo, ROOTS)
    with pytest.raises(KeyError):
        publish(repo, standing, broken, standing.state, "m", WHEN)
    assert tips(repo) == before
    check(repo)


def test_a_message_is_only_text(repo: Repository) -> None:
    standing = prepare(repo, ROOTS)
    message = "Ada\x1b[31m <x>\n\nfrom refs/heads/main\0\ncommitter Eve <e> 0 +0000\n\ud800"
    publish(repo, standing, rendering(repo, ONE), standing.state, message, WHEN)
    assert git(repo.path, "log", "-1", "--format=%an|%ae|%cn|%P", TENANT).count("|") == 3
    assert "committer Eve" in git(repo.path, "log", "-1", "--format=%B", TENANT)
    check(repo)


def test_a_branch_that_moves_while_the_run_renders(repo: Repository) -> None:
    one = export(repo, ONE).snapshot
    commits: list[str] = []
    outcome = export(repo, TWO, 2, between=lambda: commits.append(edit(repo, {"README.md": "meanwhile\n"})))
    assert parents(repo, outcome.snapshot) == [one, *commits]
    assert files_of(repo, outcome.snapshot)["README.md"] == "meanwhile\n"
    check(repo)


def test_another_export_between_preparing_and_publishing(repo: Repository) -> None:
    export(repo, ONE)
    standing = prepare(repo, ROOTS)
    two = export(repo, TWO, 2).snapshot
    with pytest.raises(Overtaken, match="other exports kept publishing"):
        publish(repo, standing, rendering(repo, THREE), standing.state, "m", WHEN)
    assert tips(repo)[:2] == (two, two)
    assert load(repo, tips(repo)[2]).run == Run(str(two), "2026-03-03T00:00:00Z"), "the other's record stays"
    check(repo)


def test_what_is_no_tenant_repository_says_so(tmp_path: Path) -> None:
    repo = init_repository(tmp_path / "r")
    with pytest.raises(GitError, match="is no tenant repository yet; make it one with `entragit init"):
        prepare(repo, ROOTS)


def test_a_branch_of_unrelated_history_is_left_alone(repo: Repository) -> None:
    export(repo, ONE)
    git(repo.path, "checkout", "-q", "--orphan", "other")
    git(repo.path, "rm", "-q", "-r", "-f", ".")
    commit = edit(repo, {"README.md": "fresh start\n"})
    update(repo, [Update(MAIN, commit, resolve(repo, MAIN))])
    outcome = export(repo, TWO, 2)
    assert (tips(repo)[0], outcome.branch_moved, outcome.pending) == (commit, False, False)
    assert "entragit/tenant holds commits, made elsewhere, that main lacks" in outcome.notes[0]
    assert files_of(repo, outcome.snapshot).keys() >= {"entragit.yaml", ADA}


def test_refs_left_by_dead_runs_go(repo: Repository) -> None:
    export(repo, tenant())
    dead = subprocess.Popen(["true"])
    dead.wait()
    own = git(repo.path, "rev-parse", "main")
    prefix = export_owner(repo)
    git(repo.path, "update-ref", f"refs/entragit/tmp/{prefix}-{dead.pid}-1/1", own)
    prepare(repo, ROOTS)
    check(repo)


def export_owner(repo: Repository) -> str:
    """The part of a temporary ref that names this machine."""
    from entragit.git.commit import commit_tree_changes

    made = commit_tree_changes(repo, parents=[], base=None, changes=[], message="m", when=WHEN)
    git(repo.path, "update-ref", "-d", made.ref)
    return made.ref.split("/")[3].split("-")[0]


def test_the_state_is_its_own_history(repo: Repository) -> None:
    export(repo, ONE)
    export(repo, TWO, 2)
    assert git(repo.path, "ls-tree", "-r", "--name-only", STATE).split() == ["run.json", "state.json"]
    assert len(git(repo.path, "rev-list", STATE).split()) == 3
