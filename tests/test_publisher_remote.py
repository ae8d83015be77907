"""Publishing with a remote: clones, pushes, lost races, protected branches, and nights without a network."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from publishing import (
    ADA,
    MAIN,
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
    rendering,
    start,
    start_with_remote,
    tenant,
    tenant_files,
    tips,
)

from entragit.errors import GitError, Overtaken, RefusedError
from entragit.git.refs import STATE, TENANT, resolve
from entragit.git.repository import Repository
from entragit.publisher import prepare, publish
from entragit.publisher.recording import record
from entragit.state import NEXT, DeltaLink, Run
from entragit.statefiles import load

UNPUSHED = "main holds commits that origin lacks; push it when they are ready"


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """A tenant repository with one snapshot, all of it on a remote."""
    made = start_with_remote(tmp_path)
    export(made, ONE)
    return made


def url(repo: Repository, where: str) -> None:
    git(repo.path, "remote", "set-url", "origin", str(repo.path.parent / where))


def protect(repo: Repository, ref: str = MAIN) -> Path:
    hook = repo.path.parent / "remote.git" / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ncase $1 in {ref}) echo 'protected branch' >&2; exit 1;; esac\n")
    hook.chmod(0o755)
    return hook


def test_all_three_refs_go_to_a_new_remote(repo: Repository) -> None:
    assert tips(remote(repo)) == tips(repo)
    assert None not in tips(repo)
    check(clone(repo, "fresh"))


def test_a_fresh_clone_goes_on_where_the_last_run_stopped(repo: Repository) -> None:
    one = tips(repo)[1]
    fresh = clone(repo, "fresh")
    outcome = export(fresh, TWO, 2)
    assert (outcome.parent, parents(fresh, outcome.snapshot), outcome.pushed) == (one, [one], "ok")
    assert tips(fresh) == tips(remote(repo))
    assert tips(fresh)[0] == outcome.snapshot
    check(fresh)
    # The first clone is behind now, and catches up before anything else.
    third = export(repo, THREE, 3)
    assert (parents(repo, third.snapshot), tips(repo)[0]) == ([outcome.snapshot], third.snapshot)
    assert tips(repo) == tips(remote(repo))
    check(repo)


@pytest.mark.parametrize("options", [("--single-branch", "-b", "feature"), ("-n",), ("--depth=1",)])
def test_other_ways_to_clone(repo: Repository, options: tuple[str, ...]) -> None:
    git(remote(repo).path, "branch", "feature", "main")
    fresh = clone(repo, "fresh", *options)
    head = git(fresh.path, "rev-parse", "HEAD")
    if "-n" in options:
        git(fresh.path, "switch", "-q", "--detach")
    outcome = export(fresh, TWO, 2)
    assert (tips(fresh)[0], tips(remote(repo))[0]) == (outcome.snapshot, outcome.snapshot)
    assert outcome.branch_moved
    assert git(fresh.path, "rev-parse", "HEAD") == (outcome.snapshot if "--depth=1" in options else head)


def test_an_unchanged_tenant_pushes_nothing(repo: Repository) -> None:
    before = tips(remote(repo))
    standing = prepare(repo, ROOTS)
    outcome = publish(repo, standing, rendering(repo, ONE), standing.state, "m", WHEN)
    assert (outcome.snapshot, outcome.pushed, outcome.notes) == (None, "ok", ())
    assert tips(remote(repo)) == before


def test_merged_pull_requests_arrive_first(repo: Repository) -> None:
    """A commit that reached the remote's branch meanwhile: the branch here catches up, the snapshot takes it in."""
    one = tips(repo)[1]
    other = clone(repo, "other")
    commit = edit(other, {"README.md": "r\n"})
    git(other.path, "push", "-q", "origin", "main")
    outcome = export(repo, TWO, 2)
    assert parents(repo, outcome.snapshot) == [one, commit]
    assert (tips(repo), tips(remote(repo))[0]) == (tips(remote(repo)), outcome.snapshot)
    assert (repo.path / "README.md").read_text() == "r\n"
    check(repo)


def test_a_merged_edit_is_pending_until_it_is_applied(repo: Repository) -> None:
    other = clone(repo, "other")
    commit = edit(other, {ADA: TWO[ADA]})
    git(other.path, "push", "-q", "origin", "main")
    outcome = export(repo, ONE, 2)
    assert (outcome.pending, outcome.pushed, tips(repo)[0], tips(remote(repo))[0]) == (True, "ok", commit, commit)
    applied = export(repo, tenant(ada="Ada L."), 3)
    assert (applied.pending, tips(remote(repo))[0]) == (False, applied.snapshot)
    check(repo)


def test_a_dirty_checkout_does_not_catch_up(repo: Repository) -> None:
    other = clone(repo, "other")
    git(repo.path, "rm", "-q", "--cached", ADA)
    commit = edit(other, {"README.md": "r\n", ADA: "name: proposed\n"})
    git(other.path, "push", "-q", "origin", "main")
    before = tips(repo)[0]
    outcome = export(repo, TWO, 2)
    assert (tips(repo)[0], tips(remote(repo))[0]) == (before, commit)
    assert (outcome.pending, outcome.pushed) == (True, "ok"), "the remote's branch is what counts"
    assert f"main stays where it is, for {ADA} in" in outcome.notes[0]
    assert git(repo.path, "status", "--porcelain") == f"D  {ADA}\n?? users/"


def test_a_checkout_of_the_snapshots_themselves_comes_along(repo: Repository) -> None:
    other = clone(repo, "other")
    for place in (repo, other):
        export(place, ONE, 2)
        git(place.path, "switch", "-q", "entragit/tenant")
    export(other, TWO, 3)
    assert ((other.path / ADA).read_text(), git(other.path, "status", "--porcelain")) == (TWO[ADA], "")
    standing = prepare(repo, ROOTS)
    assert ((repo.path / ADA).read_text(), git(repo.path, "status", "--porcelain")) == (TWO[ADA], "")
    (repo.path / ADA).write_text("mine\n")
    outcome = publish(repo, standing, rendering(repo, THREE), standing.state, "m", WHEN)
    assert (repo.path / ADA).read_text() == "mine\n"
    assert f"is on entragit/tenant, which moved on without {ADA}" in outcome.notes[0]


def test_unpushed_commits_stay_unpushed(repo: Repository) -> None:
    """They are in the snapshot, as the branch's; but the remote's branch gets them by a push of their author alone."""
    before = tips(remote(repo))[0]
    commit = edit(repo, {"entragit.yaml": "tenant: x\nguards: none\n"})
    outcome = export(repo, TWO, 2)
    assert parents(repo, outcome.snapshot)[1:] == [commit]
    assert tips(repo)[0] == outcome.snapshot
    assert (tips(remote(repo))[0], tips(remote(repo))[1]) == (before, outcome.snapshot)
    assert outcome.notes == (UNPUSHED,)
    # Nor does another clone's export, which has the snapshot, carry them into the branch.
    other = clone(repo, "other")
    second = export(other, THREE, 3)
    assert (tips(other)[0], tips(remote(repo))[0], second.branch_moved) == (before, before, False)
    assert "entragit/tenant holds commits, made elsewhere, that main lacks" in second.notes[0]
    assert files_of(other, second.snapshot)["entragit.yaml"] == "tenant: x\nguards: none\n", "nor are they undone"
    third = export(repo, ONE, 4)
    assert (tips(repo)[0], third.notes) == (third.snapshot, (UNPUSHED,))
    git(repo.path, "push", "-q", "origin", "main")
    fourth = export(other, TWO, 5)
    assert (tips(other), tips(other)[0]) == (tips(remote(repo)), fourth.snapshot)
    check(other)


def test_unpushed_edits_stay_here(repo: Repository) -> None:
    before = tips(remote(repo))[0]
    commit = edit(repo, {ADA: "name: edited\n"})
    outcome = export(repo, TWO, 2)
    assert (outcome.pending, outcome.pushed, tips(repo)[0], tips(remote(repo))[0]) == (True, "ok", commit, before)
    assert UNPUSHED in outcome.notes
    assert git(remote(repo).path, "branch", "--contains", str(before)).split() == ["entragit/tenant", "*", "main"]


def test_a_night_without_the_remote(repo: Repository) -> None:
    url(repo, "nowhere")
    outcome = export(repo, TWO, 2)
    assert (outcome.pushed, outcome.branch_moved, tips(repo)[0]) == ("unreachable", True, outcome.snapshot)
    assert "working without the remote: the remote origin can't be read" in outcome.notes[0]
    url(repo, "remote.git")
    before = git(repo.path, "rev-list", "--all")
    standing = prepare(repo, ROOTS)
    again = publish(repo, standing, rendering(repo, TWO), standing.state, "m", WHEN)
    assert (again.snapshot, again.pushed, git(repo.path, "rev-list", "--all")) == (None, "ok", before)
    assert tips(remote(repo)) == tips(repo)
    check(repo)


def test_a_fresh_clone_that_lost_the_network(repo: Repository) -> None:
    fresh = clone(repo, "fresh")
    git(fresh.path, "remote", "set-url", "origin", "/nowhere")
    outcome = export(fresh, TWO, 2)
    assert (outcome.parent, outcome.pushed) == (tips(repo)[1], "unreachable")


def test_two_clones_that_both_went_on_lose_nothing(repo: Repository) -> None:
    """One was offline, the other was not; then one chain goes on from the published one, and contains both."""
    one = tips(repo)[1]
    other = clone(repo, "other")
    url(repo, "nowhere")
    offline = export(repo, TWO, 2).snapshot
    standing = prepare(repo, ROOTS)
    ids = replace(standing.state, id_map={"old": "new"}, delta={"users": DeltaLink(NEXT, "link")})
    publish(repo, standing, rendering(repo, TWO), ids, "m", WHEN)
    published = export(other, THREE, 3).snapshot
    url(repo, "remote.git")
    states = [tips(other)[2], tips(repo)[2]]
    # A tenant that hasn't changed since makes this commit, too: what was here must not be lost, nor be forced.
    outcome = export(repo, THREE, 4)
    assert chain(repo)[:3] == [outcome.snapshot, published, one]
    assert parents(repo, outcome.snapshot) == [published, offline]
    assert parents(repo, tips(repo)[2]) == states
    assert tenant_files(repo, outcome.snapshot) == THREE
    assert (outcome.pushed, outcome.pending, tips(repo)) == ("ok", False, tips(remote(repo)))
    assert tips(repo)[0] == outcome.snapshot
    state = load(repo, tips(repo)[2])
    assert (state.id_map, state.delta) == ({"old": "new"}, {})
    assert state.run == Run(str(outcome.snapshot), "2026-03-05T00:00:00Z")
    check(repo)
    assert export(other, THREE, 5).snapshot is None
    assert tips(other)[:2] == tips(repo)[:2]
    check(other)


def test_a_branch_that_went_on_from_an_unpublished_snapshot_holds_no_edits(repo: Repository) -> None:
    other = clone(repo, "other")
    url(repo, "nowhere")
    export(repo, TWO, 2)
    commit = edit(repo, {"README.md": "r\n"})
    published = export(other, THREE, 3).snapshot
    url(repo, "remote.git")
    outcome = export(repo, ONE, 4)
    assert (outcome.pending, parents(repo, outcome.snapshot)) == (False, [published, commit])
    assert (tips(repo)[0], outcome.notes) == (outcome.snapshot, (UNPUSHED,))
    check(repo)


def test_two_clones_that_made_two_objects_of_one_are_stopped(repo: Repository) -> None:
    other = clone(repo, "other")
    url(repo, "nowhere")
    for place, new in ((repo, "n1"), (other, "n2")):
        standing = prepare(place, ROOTS)
        state = replace(standing.state, id_map={"old": new})
        publish(place, standing, rendering(place, TWO), state, "m", WHEN)
    url(repo, "remote.git")
    before = tips(repo)
    with pytest.raises(RefusedError, match="the object old was re-created twice, as n1 here and n2 on the remote"):
        prepare(repo, ROOTS)
    assert tips(repo) == before


def test_a_protected_branch_gets_its_snapshots_by_pull_request(repo: Repository) -> None:
    hook = protect(repo)
    first = tips(remote(repo))[0]
    outcome = export(repo, TWO, 2)
    assert (outcome.pushed, tips(remote(repo))[:2]) == ("ok", (first, outcome.snapshot))
    assert any("origin refuses main" in n and "protected branch" in n for n in outcome.notes)
    second = export(repo, THREE, 3)
    assert tips(remote(repo))[:2] == (first, second.snapshot)
    hook.unlink()
    # The pull request is squashed: one commit with the snapshot's files, which is no descendant of ours.
    other = clone(repo, "other")
    git(other.path, "checkout", "-q", "origin/entragit/tenant", "--", ".")
    squash = edit(other, {"README.md": "squashed\n"}, "squash")
    git(other.path, "push", "-q", "origin", "main")
    third = export(repo, TWO, 4)
    assert (third.pending, third.notes) == (False, ())
    assert parents(repo, third.snapshot) == [second.snapshot, squash]
    assert (tips(repo), tips(repo)[0]) == (tips(remote(repo)), third.snapshot)
    check(repo)


def test_a_remote_that_refuses_everything(repo: Repository) -> None:
    protect(repo, "*")
    before = tips(remote(repo))
    outcome = export(repo, TWO, 2)
    assert (outcome.pushed, tips(remote(repo)), tips(repo)[1]) == ("refused", before, outcome.snapshot)
    assert "the snapshot is not on origin yet" in outcome.notes[-1]


def test_a_lost_race_renders_again_on_what_won(repo: Repository) -> None:
    one = tips(repo)[1]
    other = clone(repo, "other")
    winner: list[str | None] = []
    outcome = export(repo, TWO, 3, between=lambda: winner.append(export(other, THREE, 2).snapshot))
    assert parents(repo, outcome.snapshot) == winner
    assert chain(repo)[:3] == [outcome.snapshot, *winner, one]
    assert len(git(repo.path, "rev-list", "--all").split()) == len(chain(repo)) + len(
        git(repo.path, "rev-list", STATE).split()
    ), "nothing of the attempt that lost is left"
    assert tenant_files(repo, outcome.snapshot) == TWO
    assert (tips(repo), outcome.pushed) == (tips(remote(repo)), "ok")
    check(repo)


def test_a_lost_race_against_the_same_tenant_makes_no_commit(repo: Repository) -> None:
    other = clone(repo, "other")
    outcome = export(repo, TWO, 3, between=lambda: export(other, TWO, 2))
    assert (outcome.snapshot, outcome.parent, tips(repo)[1]) == (None, tips(other)[1], tips(other)[1])
    assert (tips(repo), tips(repo)[0]) == (tips(remote(repo)), tips(other)[0])
    check(repo)


def test_a_race_lost_to_a_merged_pull_request(repo: Repository) -> None:
    other = clone(repo, "other")
    commit = edit(other, {"README.md": "r\n"})
    outcome = export(repo, TWO, 2, between=lambda: git(other.path, "push", "-q", "origin", "main"))
    assert parents(repo, outcome.snapshot)[1:] == [commit]
    assert tips(repo) == tips(remote(repo))
    check(repo)


def test_what_another_snapshot_overtook_is_not_published(repo: Repository) -> None:
    other = clone(repo, "other")
    standing = prepare(repo, ROOTS)
    export(other, THREE, 2)
    with pytest.raises(Overtaken):
        publish(repo, standing, rendering(repo, TWO), standing.state, "m", WHEN)
    assert (tips(repo), tips(repo)) == (tips(remote(repo)), tips(other))
    check(repo)


def test_delta_links_are_dropped_after_a_race_lost_to_another_state(repo: Repository) -> None:
    other = clone(repo, "other")
    standing = prepare(repo, ROOTS)
    state = replace(standing.state, delta={"users": DeltaLink(NEXT, "link")})
    publish(repo, standing, rendering(repo, ONE), state, "m", WHEN)
    assert load(repo, tips(repo)[2]).delta == {"users": DeltaLink(str(tips(repo)[1]), "link")}
    standing = prepare(repo, ROOTS)
    record(other, lambda state: replace(state, id_map={"old": "new"}), "m", WHEN)
    publish(repo, standing, rendering(repo, TWO), state, "m", WHEN)
    assert (load(repo, tips(repo)[2]).delta, load(repo, tips(repo)[2]).id_map) == ({}, {"old": "new"})


def test_shallow_history_without_base_takes_the_snapshot_and_says_what_to_fetch(repo: Repository) -> None:
    commit = edit(repo, {ADA: "name: edited\n"})
    git(repo.path, "push", "-q", "origin", "main")
    export(repo, TWO, 2)
    shallow = clone(repo, "shallow", "--depth=1")
    outcome = export(shallow, THREE, 3)
    assert (outcome.standing.shallow, outcome.pushed, tips(shallow)[0]) == (True, "ok", commit)
    assert "git fetch --unshallow" in outcome.notes[0]
    assert tips(remote(repo))[1] == outcome.snapshot
    git(shallow.path, "fetch", "-q", "--unshallow")
    assert export(shallow, ONE, 4).pending


def test_a_repository_without_a_remote(tmp_path: Path) -> None:
    repo = start(tmp_path / "r")
    outcome = export(repo, ONE)
    assert (outcome.pushed, outcome.standing.remote, outcome.notes) == ("none", None, ())
    assert outcome.standing.protected == resolve(repo, f"{MAIN}^")


def test_a_recorded_remote_that_is_gone_is_an_error(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "-b", "main", "--bare", tmp_path / "remote.git"], check=True)
    git(tmp_path, "clone", "-q", "remote.git", "r")
    repo = start(tmp_path / "r")
    export(repo, ONE)
    git(repo.path, "remote", "rename", "origin", "backup")
    with pytest.raises(GitError, match="the remote origin is gone; add it with"):
        prepare(repo, ROOTS)


def test_a_branch_that_the_remote_has_forgotten_is_not_made_again(repo: Repository) -> None:
    git(remote(repo).path, "update-ref", "-d", MAIN)
    outcome = export(repo, TWO, 2)
    assert (tips(remote(repo))[:2], tips(repo)[0]) == ((None, outcome.snapshot), outcome.snapshot)
    assert outcome.notes == (UNPUSHED,)


def test_the_protected_tip_is_the_remotes(repo: Repository) -> None:
    edit(repo, {"README.md": "not pushed\n"})
    standing = prepare(repo, ROOTS)
    assert (standing.protected, standing.branch_tip) == (tips(remote(repo))[0], tips(repo)[0])
    assert standing.base == resolve(repo, TENANT)
