"""Exports into a branch that holds edits: what is merged, what stays, and what becomes of it on the next nights."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rounds import made_up
from test_export_git import clone, commit, edit, move_tenant, one_file, shared
from worlds import World, git

from entragit.document import parse
from entragit.git.refs import STATE, resolve
from entragit.git.repository import open_repository
from entragit.publisher.recording import record
from entragit.sandbox.store import Object
from entragit.state import Authored, State

__all__ = ["shared"]

POLICIES = "identity/conditionalAccess/policies"


def of_kind(world: World, kind: str, skip: int = 0) -> tuple[Object, str]:
    """An object of the tenant and its file."""
    texts = world.files()
    for id, item in list(world.tenant.objects[kind].items())[skip:]:
        paths = [path for path, text in texts.items() if path.startswith(kind) and f"\nid: {id}\n" in f"\n{text}"]
        if paths:
            return item, paths[0]
    raise AssertionError(f"no file of {kind}")


def set_in_tenant(world: World, kind: str, item: Object, **values: object) -> None:
    item.update(values)
    world.tenant.touch(kind, item["id"])


def write(world: World, path: str, old: str, new: str, place: Path | None = None) -> None:
    edit(world, path, old, new, place)
    commit(world, f"Change {path}", place)


def line(world: World, path: str, key: str, ref: str = "main") -> str:
    """The line of a file that begins with `key`."""
    found = [text for text in world.files(ref)[path].splitlines() if text.startswith(f"{key}:")]
    return found[0] if found else ""


def export(world: World, code: int = 0, place: Path | None = None) -> str:
    done = world.run("export", place=place)
    assert done.code == code, done
    return done.out + done.err


def tips(world: World) -> list[str]:
    return world.git("rev-parse", "main", "entragit/tenant").split()


def test_edits_survive_and_changes_of_the_same_file_arrive(world: World) -> None:
    policy, path = of_kind(world, POLICIES)
    write(world, path, f"state: {policy['state']}", "state: disabled")
    mine = world.git("rev-parse", "main")
    set_in_tenant(world, POLICIES, policy, displayName="Renamed at night")
    assert "merged into main" in export(world)
    (new,) = (name for name in world.changed() if "Renamed-at-night" in name)
    assert line(world, new, "state") == "state: disabled"
    assert line(world, new, "displayName") == "displayName: Renamed at night"
    assert path not in world.files("main")
    assert parse(world.files()[new].encode(), new) | {"state": "disabled"} == parse(
        world.files("main")[new].encode(), new
    )
    assert world.git("rev-parse", "main^1") == mine
    assert world.git("log", "-1", "--format=%an %s", "main") == "entragit Merge the tenant's changes"
    assert len(world.git("rev-list", "--parents", "-1", "entragit/tenant").split()) == 2
    assert world.git("status", "--porcelain") == ""
    # The base is the new snapshot: nothing has drifted, the edit alone is pending, and nothing is merged twice.
    assert '"drift": 0' in world.run("drift", "--format", "json").out
    before = tips(world)
    assert "the tenant is unchanged" in export(world)
    assert tips(world) == before


def test_edits_that_are_applied_leave_the_bytes_of_the_snapshot(world: World) -> None:
    policy, path = of_kind(world, POLICIES)
    write(world, path, f"state: {policy['state']}", "state: disabled")
    move_tenant(world)
    export(world)
    set_in_tenant(world, POLICIES, policy, state="disabled")
    move_tenant(world, "and another")
    export(world)
    main, tenant = tips(world)
    assert main == tenant
    assert world.run("drift", "--exit-code").code == 0


def test_members_come_and_go_on_both_sides(world: World) -> None:
    group = next(g for g in world.tenant.objects["groups"].values() if not g.get("membershipRule"))
    owners = world.tenant.links["groups/owners"].get(group["id"], [])
    users = [id for id in world.tenant.objects["users"] if id not in owners][:3]
    links = world.tenant.links["groups/members"].setdefault(group["id"], [])
    links[:] = users[:2]
    world.tenant.touch("groups", group["id"])
    export(world)
    (path,) = (name for name, text in world.files().items() if f"\nid: {group['id']}\n" in text)
    text = world.files()[path]
    (gone,) = (row for row in text.splitlines(keepends=True) if row.startswith(f"  - {users[0]}"))
    write(world, path, gone, "")
    links[:] = [users[0], users[2]]
    world.tenant.touch("groups", group["id"])
    export(world)
    assert parse(world.files("main")[path].encode(), path)["members"] == [users[2]]
    assert f"- {users[2]}  # users/" in world.files("main")[path]


def test_a_conflict_leaves_the_branch_and_says_so_each_night_until_it_is_settled(world: World) -> None:
    policy, path = of_kind(world, POLICIES)
    was = policy["state"]
    write(world, path, f"state: {was}", "state: disabled")
    mine = tips(world)[0]
    other = "enabledForReportingButNotEnforced"
    set_in_tenant(world, POLICIES, policy, state=other if was != other else "enabled")
    for night in (2, 3):
        move_tenant(world, f"night {night}")
        said = export(world, 5)
        address = path.removesuffix(".yaml")
        assert f'{address}: state is "disabled" on main and "{policy["state"]}" in the tenant (it was "{was}")' in said
        assert tips(world)[0] == mine
        assert len(world.snapshots()) == night
    assert export(world, 5).count("CONFLICT") == 1
    write(world, path, "state: disabled", f"state: {policy['state']}")
    assert "merged into main" in export(world)
    assert world.files("main") == world.files()
    export(world)
    assert world.run("drift", "--exit-code").code == 0


def test_a_merge_by_hand_keeps_what_the_branch_wants(world: World) -> None:
    policy, path = of_kind(world, POLICIES)
    write(world, path, f"state: {policy['state']}", "state: disabled")
    set_in_tenant(world, POLICIES, policy, state="enabledForReportingButNotEnforced")
    export(world, 5)
    world.git("merge", "-q", "-X", "ours", "-m", "Disabled it is", "entragit/tenant")
    move_tenant(world)
    export(world)
    assert line(world, path, "state") == "state: disabled"
    assert '"conflicts": 0' in world.run("drift", "--format", "json").out


def test_conditions_are_one_value_whose_differing_parts_are_named(world: World) -> None:
    policy, path = of_kind(world, POLICIES)
    policy["conditions"]["clientAppTypes"] = ["all"]
    world.tenant.touch(POLICIES, policy["id"])
    export(world)
    write(world, path, "clientAppTypes:\n    - all\n", "clientAppTypes:\n    - browser\n")
    policy["conditions"]["userRiskLevels"] = ["high"]
    world.tenant.touch(POLICIES, policy["id"])
    said = export(world, 5)
    assert "conditions.clientAppTypes" in said
    assert "conditions.userRiskLevels" in said


@pytest.mark.parametrize("changed", [False, True])
def test_a_file_that_was_removed(world: World, changed: bool) -> None:
    policy, path = of_kind(world, POLICIES)
    world.git("rm", "-q", path)
    commit(world, "Away with it")
    move_tenant(world)
    if not changed:
        export(world)
        assert path not in world.files("main")
        assert path in world.files()
        return
    set_in_tenant(world, POLICIES, policy, displayName="More important than ever")
    assert "is deleted on main and changed in the tenant: displayName" in export(world, 5)


@pytest.mark.parametrize("changed", [False, True])
def test_an_object_that_is_gone_from_the_tenant(world: World, changed: bool) -> None:
    policy, path = of_kind(world, POLICIES)
    other = of_kind(world, POLICIES, 1)[1]
    write(world, path if changed else other, "\nid:", "\nunheardOf: mine\nid:")
    del world.tenant.objects[POLICIES][policy["id"]]
    if changed:
        assert "is deleted in the tenant and changed on main: unheardOf" in export(world, 5)
        return
    export(world)
    assert path not in world.files("main")
    assert "unheardOf" in world.files("main")[other]


def test_a_file_without_an_id_stays_as_it_is_and_gives_way_to_its_object(world: World) -> None:
    text = "# Ours\ndisplayName: New\nstate: disabled\n"
    path = f"{POLICIES}/New.yaml"
    (world.place / path).write_text(text)
    world.git("add", path)
    commit(world, "Ask for a policy")
    added = world.git("rev-parse", "main")
    move_tenant(world)
    export(world)
    assert world.files("main")[path] == text
    # An apply has made it, and says so in the state.
    id = made_up("new")
    model = next(iter(world.tenant.objects[POLICIES].values()))
    world.tenant.objects[POLICIES][id] = {**model, "id": id, "displayName": "New", "state": "disabled"}
    world.tenant.touch(POLICIES, id)
    tell(world, authored={Authored(path, added): id})
    export(world)
    assert path not in world.files("main")
    assert world.files("main") == world.files()


def tell(world: World, **parts: Any) -> None:
    """Put something into the state, as an apply does."""

    def told(state: State) -> State:
        return replace(state, **parts)

    repo = open_repository(world.place)
    record(repo, told, "Record an apply", datetime(2026, 3, 1, tzinfo=UTC))
    assert resolve(repo, STATE)


def test_edits_follow_an_object_that_was_made_again(world: World) -> None:
    policy, path = of_kind(world, POLICIES)
    write(world, path, "\nid:", "\nunheardOf: mine\nid:")
    old, new = policy["id"], made_up("new")
    del world.tenant.objects[POLICIES][old]
    world.tenant.objects[POLICIES][new] = {**policy, "id": new}
    world.tenant.touch(POLICIES, new)
    tell(world, id_map={old: new})
    export(world)
    (there,) = (name for name, text in world.files("main").items() if "unheardOf" in text)
    assert there in world.files()
    assert f"id: {new}\n" in world.files("main")[there]
    assert path not in world.files("main")


def test_what_cannot_be_read_or_has_a_name_that_is_taken_is_a_conflict(world: World) -> None:
    policy, path = of_kind(world, POLICIES)
    (world.place / path).write_text("displayName: [\n")
    commit(world, "Break it")
    move_tenant(world)
    assert f"main can't be merged: {path}:" in export(world, 5)
    assert len(world.snapshots()) == 2
    world.git("revert", "--no-edit", "HEAD")
    export(world)
    new = {**policy, "id": "0b1c2d3e-0000-4000-8000-00000000abcd", "displayName": "Taken"}
    taken = f"{POLICIES}/taken.0b1c2d3e.yaml"
    (world.place / taken).write_text("displayName: Taken\nstate: disabled\n")
    world.git("add", taken)
    commit(world, "Take a name")
    world.tenant.objects[POLICIES][new["id"]] = new
    world.tenant.touch(POLICIES, new["id"])
    said = export(world, 5)
    assert f"{taken} is in the way of {POLICIES}/Taken.0b1c2d3e.yaml" in said


def test_other_files_are_the_branchs(world: World) -> None:
    write(world, one_file(world, "groups"), "\nid: ", "\nunheardOf: mine\nid: ")
    (world.place / "README.md").write_text("Ours\n")
    world.git("add", "README.md")
    commit(world, "Say whose it is")
    move_tenant(world)
    export(world)
    assert world.git("show", "main:README.md") == "Ours"
    assert world.git("ls-tree", "--name-only", "entragit/tenant", "README.md") == ""
    assert world.files("main")["snapshot.yaml"] == world.files()["snapshot.yaml"]


def test_a_pull_request_is_what_the_settings_may_want(world: World) -> None:
    edit(world, "entragit.yaml", "merge: direct", "merge: pull-request")
    path = one_file(world, "groups")
    write(world, path, "\nid: ", "\nunheardOf: mine\nid: ")
    mine = tips(world)[0]
    move_tenant(world)
    said = export(world)
    assert "bring entragit/tenant into main by one" in said
    assert tips(world)[0] == mine
    world.git("merge", "-q", "-m", "By pull request", "entragit/tenant")
    move_tenant(world, "more")
    export(world)
    assert "unheardOf" in world.files("main")[path]


def test_a_squashed_pull_request_is_merged_with_and_pushed(shared: World) -> None:
    place = clone(shared, "author")
    path = one_file(shared, "groups")
    git(place, "checkout", "-qb", "topic")
    write(shared, path, "\nid: ", "\nunheardOf: Reviewed\nid: ", place)
    git(place, "checkout", "-q", "main")
    git(place, "merge", "-q", "--squash", "topic")
    git(place, "commit", "-qm", "Describe a group (#1)")
    git(place, "push", "-q", "origin", "main")
    move_tenant(shared)
    export(shared)
    hub = shared.place.parent / "hub.git"
    assert git(hub, "rev-parse", "main") == tips(shared)[0]
    assert git(hub, "rev-parse", "main^1") == git(place, "rev-parse", "main")
    assert "Reviewed" in shared.files("main")[path]
    assert "Somewhere" in shared.files("main")["organization.yaml"]
    # The author's clone catches up.
    git(place, "fetch", "-q", "origin", "entragit/tenant:entragit/tenant", "entragit/state:entragit/state")
    export(shared, place=place)
    assert git(place, "rev-parse", "main") == tips(shared)[0]


def test_commits_that_were_not_pushed_stay_here(shared: World) -> None:
    hub = shared.place.parent / "hub.git"
    before = git(hub, "rev-parse", "main")
    write(shared, one_file(shared, "groups"), "\nid: ", "\nunheardOf: mine\nid: ")
    move_tenant(shared)
    said = export(shared)
    assert "merged into main" in said
    assert "main holds commits that origin lacks" in said
    assert git(hub, "rev-parse", "main") == before
    assert git(hub, "rev-parse", "entragit/tenant") == tips(shared)[1]


@pytest.mark.slow
def test_a_merge_that_could_not_be_pushed_is_pushed_by_the_next_run(shared: World) -> None:
    hub = shared.place.parent / "hub.git"
    path = one_file(shared, "groups")
    write(shared, path, "\nid: ", "\nunheardOf: mine\nid: ")
    shared.git("push", "-q", "origin", "main")
    hub.rename(hub.with_name("away.git"))
    move_tenant(shared)
    export(shared, 4)
    merged = tips(shared)[0]
    hub.with_name("away.git").rename(hub)
    export(shared)
    assert git(hub, "rev-parse", "main") == merged
    # Offline again, while another clone merges the same edits with what it saw: both are in what comes next.
    other = clone(shared, "other")
    hub.rename(hub.with_name("away.git"))
    move_tenant(shared, "seen here")
    export(shared, 4)
    hub.with_name("away.git").rename(hub)
    lonely = tips(shared)[0]
    move_tenant(shared, "seen there")
    export(shared, place=other)
    export(shared)
    main = tips(shared)[0]
    assert git(hub, "rev-parse", "main") == main
    for older in (lonely, git(other, "rev-parse", "main")):
        shared.git("merge-base", "--is-ancestor", older, main)
    assert "unheardOf" in shared.files("main")[path]
    assert "seen.there" in shared.files("main")["organization.yaml"]
    assert shared.git("status", "--porcelain") == ""


def test_a_dirty_checkout_keeps_the_branch_where_it_is(world: World) -> None:
    write(world, one_file(world, "groups"), "\nid: ", "\nunheardOf: mine\nid: ")
    mine = tips(world)[0]
    (world.place / "organization.yaml").write_text("id: mine\n")
    move_tenant(world)
    said = export(world)
    assert "would be overwritten" in said
    assert tips(world)[0] == mine
    assert len(world.snapshots()) == 2
    world.git("checkout", "--", "organization.yaml")
    export(world)
    assert world.git("rev-parse", "main^1", "main^2").split() == [mine, tips(world)[1]]
    assert len(world.snapshots()) == 2
