"""Exports and what people do to the repository: edits, dirty checkouts, clones, pull requests, kills, races."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from worlds import CORE, World, git, keep

from entragit.sandbox import mistakes
from entragit.sandbox.faults import Fault

POLICIES = "identity/conditionalAccess/policies"


def one_file(world: World, folder: str) -> str:
    """A file of the tenant below `folder`, the first by path."""
    return min(path for path in world.files() if path.startswith(f"{folder}/"))


def edit(world: World, path: str, old: str, new: str, place: Path | None = None) -> None:
    file = (place or world.place) / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def commit(world: World, message: str, place: Path | None = None) -> None:
    world.git("commit", "-qam", message, place=place)


def move_tenant(world: World, value: str = "Somewhere else") -> None:
    """A change in the tenant that has nothing to do with what is edited in these tests."""
    world.tenant.singletons["organization"]["technicalNotificationMails"] = [f"{value.replace(' ', '.')}@x.example"]


def process(world: World, place: Path) -> subprocess.Popen[bytes]:
    """A real `entragit export` in a process of its own."""
    environment = {**os.environ, **world.environment}
    command = [sys.executable, "-m", "entragit", "-C", str(place), "export"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_committed_edit_survives_every_export(world: World) -> None:
    path = "policies/authorizationPolicy.yaml"
    edit(world, path, "\nid:", "\nunheardOf: mine\nid:")
    commit(world, "Describe it")
    for value in ("one", "two"):
        mine = world.git("rev-parse", "main")
        move_tenant(world, value)
        done = world.run("export")
        assert done.code == 0, done
        assert "merged into main, which holds edits that are not applied" in done.out
        assert world.git("rev-parse", "main^1", "main^2") == f"{mine}\n{world.git('rev-parse', 'entragit/tenant')}"
        assert world.changed() == {"organization.yaml": "M"}
        theirs = world.files()
        assert {path for path, text in world.files("main").items() if theirs.get(path) != text} == {path}
    assert len(world.snapshots()) == 3
    report = world.run("drift", "--format", "json")
    assert '"pending"' in report.out
    assert path.removesuffix(".yaml") in report.out


def test_an_edit_that_the_tenant_gets_is_pending_no_more(world: World) -> None:
    policy = next(iter(world.tenant.objects["identity/conditionalAccess/policies"].values()))
    path = next(path for path, text in world.files().items() if f"\nid: {policy['id']}\n" in text)
    edit(world, path, f"state: {policy['state']}", "state: disabled")
    commit(world, "Switch it off")
    policy["state"] = "disabled"
    world.tenant.touch("identity/conditionalAccess/policies", policy["id"])
    done = world.run("export")
    assert done.code == 0, done
    assert world.git("rev-parse", "main") == world.git("rev-parse", "entragit/tenant")
    assert world.run("drift", "--exit-code").code == 0


def test_a_dirty_checkout_is_never_overwritten(world: World) -> None:
    path = "organization.yaml"
    (world.place / path).write_text("id: mine\n", encoding="utf-8")
    move_tenant(world)
    done = world.run("export")
    assert done.code == 0, done
    assert (world.place / path).read_text(encoding="utf-8") == "id: mine\n"
    assert world.git("diff", "--name-only") == path
    assert len(world.snapshots()) == 2
    world.git("checkout", "--", path)
    assert world.run("export").code == 0
    assert world.git("rev-parse", "main") == world.git("rev-parse", "entragit/tenant")
    assert world.git("status", "--porcelain") == ""


def test_files_that_are_not_the_tenants_come_from_the_branch(world: World) -> None:
    (world.place / "README.md").write_text("Ours\n", encoding="utf-8")
    world.git("add", "README.md")
    commit(world, "Say whose it is")
    move_tenant(world)
    assert world.run("export").code == 0
    assert world.git("show", "entragit/tenant:README.md") == "Ours"
    assert world.git("rev-parse", "main") == world.git("rev-parse", "entragit/tenant")


@pytest.fixture
def shared(world: World, tmp_path: Path) -> World:
    """The world with a bare remote that has everything."""
    git(tmp_path, "clone", "-q", "--bare", str(world.place), "hub.git")
    world.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    done = world.run("export")
    assert done.code == 0, done
    return world


def clone(world: World, name: str) -> Path:
    git(world.place.parent, "clone", "-q", str(world.place.parent / "hub.git"), name)
    return world.place.parent / name


def test_a_fresh_clone_exports_and_pushes(shared: World) -> None:
    place = clone(shared, "fresh")
    move_tenant(shared)
    done = shared.run("export", place=place)
    assert done.code == 0, done
    hub = place.parent / "hub.git"
    assert git(hub, "rev-parse", "main") == git(hub, "rev-parse", "entragit/tenant") == git(place, "rev-parse", "main")
    assert git(place, "status", "--porcelain") == ""
    assert shared.run("export").code == 0
    assert shared.git("rev-parse", "main") == git(hub, "rev-parse", "main")


def test_a_squashed_pull_request_is_pending_until_it_is_applied(shared: World) -> None:
    place = clone(shared, "author")
    path = one_file(shared, "groups")
    git(place, "checkout", "-qb", "topic")
    edit(shared, path, "\nid: ", "\nunheardOf: Reviewed\nid: ", place)
    commit(shared, "Describe a group", place)
    git(place, "checkout", "-q", "main")
    git(place, "merge", "-q", "--squash", "topic")
    git(place, "commit", "-qm", "Describe a group (#1)")
    git(place, "push", "-q", "origin", "main")
    move_tenant(shared)
    done = shared.run("export")
    assert done.code == 0, done
    assert "holds edits that are not applied" in done.out
    report = shared.run("drift", "--format", "json")
    assert "Reviewed" in report.out


def test_a_lost_push_race_reads_again_and_keeps_one_chain(shared: World) -> None:
    one, two = clone(shared, "one"), clone(shared, "two")
    assert shared.run("export", place=one).code == 0
    assert shared.run("export", place=two).code == 0
    move_tenant(shared, "first")
    assert shared.run("export", place=one).code == 0
    move_tenant(shared, "second")
    done = shared.run("export", place=two)
    assert done.code == 0, done
    hub = shared.place.parent / "hub.git"
    chain = git(hub, "log", "--first-parent", "--format=%s", "entragit/tenant", "--", "snapshot.yaml", ".").split("\n")
    assert chain[-2:] == ["Keep some kinds", "Set up the tenant repository"]
    assert len(chain) == 5


@pytest.mark.slow
def test_an_overtaken_export_reads_again_and_deletes_nobody(shared: World) -> None:
    """A policy is made between the reads of two overlapping exports; the one that read first publishes last."""
    one, two = clone(shared, "one"), clone(shared, "two")
    held = Fault("^GET domains", "delay", delay=300.0)
    shared.tenant.faults.append(held)
    start, seen = len(shared.tenant.requests), -1
    slow = process(shared, one)
    while not held.hits or seen != len(shared.tenant.requests):
        seen = len(shared.tenant.requests)
        time.sleep(0.3)
    assert [path for _, path, _ in shared.tenant.requests[start:] if path.startswith(POLICIES)], "read already"
    policies = shared.tenant.objects[POLICIES]
    new = {**min(policies.values(), key=lambda body: body["id"]), "id": shared.tenant.new_id(), "displayName": "Made"}
    policies[new["id"]] = new
    assert shared.run("export", place=two).code == 0
    said = slow.communicate()[1].decode()
    assert slow.returncode == 0, said
    assert "another export published its snapshot first; reading the tenant again" in said
    shared.git("fetch", "-q", "origin")
    assert [text for text in shared.files("origin/entragit/tenant").values() if "displayName: Made" in text]


@pytest.mark.slow
@pytest.mark.parametrize("shares", [(0.5,), pytest.param((0.05, 0.5, 0.9), marks=pytest.mark.nightly)])
def test_a_run_killed_while_reading_leaves_nothing_but_the_next_run(
    world: World, shares: tuple[float, ...], tmp_path: Path
) -> None:
    mistakes.rename_group(world.tenant)
    move_tenant(world)
    before = world.git("rev-parse", "main", "entragit/tenant", "entragit/state")
    total = len(world.tenant.requests)  # of the first export
    assert total > 50
    for share in shares:
        seen = len(world.tenant.requests)
        running = process(world, world.place)
        while running.poll() is None and len(world.tenant.requests) < seen + total * share:
            time.sleep(0.002)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        if running.returncode == -signal.SIGKILL:
            assert world.git("rev-parse", "main", "entragit/tenant", "entragit/state") == before
    assert world.run("export").code == 0
    calm = World(world.sandbox, world.tenant, world.client, tmp_path / "calm")
    calm.run("init", str(calm.place), "--tenant", world.tenant.id, place=tmp_path)
    keep(calm, *CORE)
    assert calm.run("export").code == 0
    assert calm.files() == world.files()
    assert list((world.place / ".git" / "entragit").glob("spool-*")) == []
    world.git("fsck", "--strict")


@pytest.mark.slow
@pytest.mark.parametrize("exports", [3, pytest.param(8, marks=pytest.mark.nightly)])
def test_many_exports_at_once_make_one_chain(exports: int, world: World) -> None:
    move_tenant(world)
    running = [process(world, world.place) for _ in range(exports)]
    ended = [(one.communicate(), one.returncode) for one in running]
    assert [code for _, code in ended] == [0] * exports, ended
    assert len(world.snapshots()) == 2
    assert world.git("rev-parse", "main") == world.git("rev-parse", "entragit/tenant")
    assert world.git("status", "--porcelain") == ""
    assert world.files() == world.files("main")


def test_a_shallow_clone_takes_the_snapshot_and_says_that_it_is_incomplete(shared: World) -> None:
    for value in ("one", "two"):
        move_tenant(shared, value)
        assert shared.run("export").code == 0
    hub, place = shared.place.parent / "hub.git", shared.place.parent / "shallow"
    git(hub, "update-ref", "refs/heads/main", "main~2")
    git(place.parent, "clone", "-q", "--depth=1", "--no-single-branch", f"file://{hub}", "shallow")
    edit(shared, "organization.yaml", "id:", "unheardOf: mine\nid:", place)
    commit(shared, "Edit without history", place)
    move_tenant(shared, "three")
    done = shared.run("export", place=place)
    assert done.code == 4, done
    assert "unshallow" in done.err
    assert git(hub, "show", "entragit/tenant:organization.yaml").count("three@x.example") == 1


def test_a_remote_that_is_away_delays_the_push_and_loses_nothing(shared: World) -> None:
    hub = shared.place.parent / "hub.git"
    hub.rename(hub.with_name("away.git"))
    move_tenant(shared)
    done = shared.run("export")
    assert done.code == 4, done
    assert "origin" in done.err
    hub.with_name("away.git").rename(hub)
    assert shared.run("export").code == 0
    assert git(hub, "rev-parse", "entragit/tenant") == shared.git("rev-parse", "entragit/tenant")
