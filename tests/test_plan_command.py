"""`entragit plan` from end to end: what an administrator and an intruder did, and what would take it back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from worlds import World

from entragit.guards import WORDS
from entragit.plan import Plan
from entragit.planfile import from_json
from entragit.sandbox import mistakes, portal
from entragit.sandbox.faults import Fault
from entragit.sandbox.store import Object

ALLOWED = [part for word in WORDS for part in ("--allow", word)]
"""Guards have tests of their own; these here are of what they judge."""

SETTINGS = "policies/authorizationPolicy.yaml"


def plan(world: World, *args: str, code: int = 0) -> Plan:
    done = world.run("plan", "--format", "json", *ALLOWED, *args)
    assert done.code == code, done
    return from_json(done.out)


def edit(world: World, path: str, old: str, new: str) -> None:
    file = world.place / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def some(world: World, kind: str, **values: Any) -> Object:
    """The first object with these values."""
    held = sorted(world.tenant.objects[kind].values(), key=lambda item: str(item["id"]))
    return next(item for item in held if all(item.get(name) == value for name, value in values.items()))


def denied(match: str) -> Fault:
    return Fault(match, status=403, code="Authorization_RequestDenied", times=None)


def test_an_unchanged_tenant_needs_nothing(world: World) -> None:
    done = world.run("plan", "--exit-code")
    assert done.code == 0, done
    assert "nothing to do" in done.out
    assert "guards are advice" in done.out


def test_a_plan_writes_nothing_to_the_tenant_and_moves_no_ref(world: World) -> None:
    mistakes.rename_group(world.tenant)
    before = world.git("for-each-ref"), world.git("status", "--porcelain")
    assert world.run("plan", "--exit-code").code == 3
    assert world.run("plan").code == 0
    assert (world.git("for-each-ref"), world.git("status", "--porcelain")) == before
    assert {path for method, path, _ in world.tenant.requests if method != "GET"} <= {"$batch", "/$batch"}
    assert not any("deletedItems" in path for _, path, _ in world.tenant.requests)


def test_the_mistakes_of_a_day_are_taken_back(world: World) -> None:
    mistakes.remove_exclusion(world.tenant)
    mistakes.strip_permissions(world.tenant)
    user = some(world, "users", accountEnabled=True, onPremisesSyncEnabled=None)
    deleted = some(world, "groups", groupTypes=["Unified"], onPremisesSyncEnabled=None)
    portal.delete_group(world.tenant, deleted["id"])
    portal.edit(world.tenant, "users", user["id"], "Update user", jobTitle="Intruder")
    found = plan(world)
    actions = {(change.kind, change.action) for change in found.changes}
    assert actions >= {
        ("identity/conditionalAccess/policies", "update"),
        ("applications", "update"),
        ("servicePrincipals", "update"),
        ("groups", "restore"),
        ("users", "update"),
    }
    assert all(origin == "reverts" for change in found.changes for origin in change.origins)
    assert [c.live for c in found.changes if c.action == "restore"] == [deleted["id"]]
    assert any("deletedItems/microsoft.graph.group" in path for _, path, _ in world.tenant.requests)
    text = world.run("plan").out
    assert "Tenant changes since BASE that this reverts" in text
    assert "+ User.ReadWrite.All" in text or "User.ReadWrite.All" in text


def test_a_purged_group_is_made_anew_and_policies_follow(world: World) -> None:
    glass = some(world, "groups", displayName="CA-BreakGlass-Exclude")
    assert not portal.delete_group(world.tenant, glass["id"])
    found = plan(world)
    made = [change for change in found.changes if change.action == "create"]
    assert [change.id for change in made] == [glass["id"]]
    follows = [change for change in found.changes if "follows" in change.origins]
    assert follows
    assert {change.kind for change in follows} >= {"identity/conditionalAccess/policies"}
    assert [entry.what for entry in found.ledger if entry.kind == "groups"] == ["new id"]


def test_an_intruder_leaves_nothing_and_hires_stay(world: World) -> None:
    role = some(world, "roleManagement/directory/roleDefinitions", displayName="Global Administrator")
    hires = [world.tenant.new_id() for _ in range(50)]
    model = some(world, "users", accountEnabled=True, onPremisesSyncEnabled=None)
    for number, id_ in enumerate(hires):
        name = f"hire{number}@{world.tenant.domain}"
        body = {**model, "id": id_, "userPrincipalName": name, "displayName": f"Hire {number}", "identities": []}
        portal.add(world.tenant, "users", body, "Add user")
    portal.give_role(world.tenant, hires[0], role["id"])
    portal.join(world.tenant, "groups", "members", some(world, "groups", displayName="CA-BreakGlass-Exclude")["id"],
                hires[0])  # fmt: skip
    found = plan(world)
    assert len(found.extras) == 50
    assert sorted((change.kind, change.action) for change in found.changes) == [
        ("groups", "update"),
        ("roleManagement/directory/roleAssignments", "delete"),
    ]
    pruned = plan(world, "--prune", "users")
    assert sum(change.action == "delete" and change.kind == "users" for change in pruned.changes) == 50


@pytest.mark.slow
def test_an_old_commit_is_planned_from_its_own_snapshot(world: World) -> None:
    old = world.git("rev-parse", "main")
    policy = some(world, "identity/conditionalAccess/policies", state="enabled")
    portal.edit(world.tenant, "identity/conditionalAccess/policies", policy["id"], "Update", state="disabled")
    assert world.run("export").code == 0
    assert plan(world).changes == ()
    world.git("checkout", "-q", old)
    found = plan(world)
    assert (found.base, found.commit) == (old, old)
    assert [(c.address.split("/")[-1][-8:], c.edits[0].after) for c in found.changes] == [(policy["id"][:8], "enabled")]


@pytest.mark.slow
def test_edits_on_the_branch_and_in_the_tenant_stand_apart(world: World) -> None:
    edit(world, SETTINGS, "allowedToUseSSPR: true", "allowedToUseSSPR: false")
    assert "not in the plan, for it isn't committed: policies/authorizationPolicy.yaml" in world.run("plan").err
    world.git("commit", "-qam", "No self-service")
    mistakes.rename_group(world.tenant)
    rollback = plan(world, "--exit-code", code=3)
    assert [set(change.origins) for change in rollback.changes] == [{"reverts"}, {"yours"}]
    merge = plan(world, "--since")
    assert [change.kind for change in merge.changes] == ["policies/authorizationPolicy"]
    assert (merge.mode, merge.base) == ("merge", world.git("rev-parse", "main~1"))
    since = plan(world, "--since=HEAD")
    assert (since.changes, since.base) == ((), world.git("rev-parse", "HEAD"))


@pytest.mark.slow
def test_conflicts_end_5_unless_a_side_is_taken(world: World) -> None:
    edit(world, SETTINGS, "allowedToUseSSPR: true", "allowedToUseSSPR: false")
    edit(world, SETTINGS, "allowInvitesFrom: ", "allowInvitesFrom: none  # was ")
    text = (world.place / SETTINGS).read_text(encoding="utf-8")
    (world.place / SETTINGS).write_text(
        "".join(line.split("  #")[0] + "\n" for line in text.splitlines()), encoding="utf-8"
    )
    world.git("commit", "-qam", "No invitations")
    world.tenant.singletons["policies/authorizationPolicy"]["allowInvitesFrom"] = "everyone"
    done = world.run("plan", "--since", *ALLOWED)
    assert done.code == 5
    said = " ".join(done.out.split())
    assert (
        'CONFLICT policies/authorizationPolicy allowInvitesFrom is "none" in Git and "everyone" in the tenant' in said
    )
    assert "--take git policies/authorizationPolicy, or --take tenant policies/authorizationPolicy" in said
    taken = plan(world, "--since", "--take", "git", "policies/authorizationPolicy")
    assert [edit.path[0] for edit in taken.changes[0].edits] == ["allowInvitesFrom", "allowedToUseSSPR"]
    kept = plan(world, "--since", "--take", "tenant", SETTINGS)
    assert [edit.path[0] for edit in kept.changes[0].edits] == ["allowedToUseSSPR"]


@pytest.mark.slow
def test_paths_stand_behind_two_dashes(world: World) -> None:
    mistakes.rename_group(world.tenant)
    user = some(world, "users", accountEnabled=True, onPremisesSyncEnabled=None)
    portal.edit(world.tenant, "users", user["id"], "Update user", jobTitle="Intruder")
    assert [c.kind for c in plan(world, "--", "groups").changes] == ["groups"]
    assert [c.id for c in plan(world, "HEAD", "--", user["userPrincipalName"]).changes] == [user["id"]]
    assert [c.id for c in plan(world, "main", "--", user["id"], "groups").changes][-1] == user["id"]
    assert world.run("plan", "--", "nobody").code == 2
    assert world.run("plan", "HEAD", "groups").code == 2
    assert "[-- PATH...]" in world.run("plan", "--help").out


def test_a_plan_is_written_for_apply(world: World, tmp_path: Path) -> None:
    mistakes.rename_group(world.tenant)
    done = world.run("plan", "--out", str(tmp_path / "plan.json"), "--format", "markdown")
    assert done.code == 0
    assert done.out.startswith("### Plan for tenant")
    written = from_json((tmp_path / "plan.json").read_bytes())
    assert written == plan(world)


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["--prune", "user"], 2, "did you mean `users`?"),
        (["--allow", "everything"], 2, "is not one of"),
        (["--take", "mine", "groups"], 2, "is not one of"),
        (["no-such-commit"], 1, "there is no commit"),
        (["--since=no-such-commit"], 1, "there is no commit"),
    ],
)
def test_what_is_asked_wrongly_is_said(world: World, args: list[str], code: int, message: str) -> None:
    done = world.run("plan", *args)
    assert (done.code, message in done.err) == (code, True), done


def test_a_file_that_lies_is_not_planned(world: World) -> None:
    """What stands behind an id is what a reviewer read."""
    texts = {path: text for path, text in world.files("main").items() if path.startswith("groups/")}
    named = {path: re.findall(r"# (users/\S+)\n", text) for path, text in texts.items()}
    path, (one, other, *_) = next((path, sorted(set(found))) for path, found in named.items() if len(set(found)) > 1)
    edit(world, path, f"# {one}\n", f"# {other}\n")
    world.git("commit", "-qam", "A lie")
    done = world.run("plan")
    assert (done.code, "names another object" in done.err) == (1, True), done


def test_what_could_not_be_read_ends_4(world: World) -> None:
    world.tenant.faults.append(denied(r"GET devices\?"))
    user = some(world, "users", accountEnabled=True, onPremisesSyncEnabled=None)
    portal.edit(world.tenant, "users", user["id"], "Update user", jobTitle="X")
    done = world.run("plan", "--exit-code", "--format", "json", *ALLOWED)
    assert done.code == 4, done
    found = json.loads(done.out)
    assert {gap["kind"] for gap in found["gaps"] if gap["failure"]} == {"devices"}
    assert {change["kind"] for change in found["changes"]} == {"users"}
    # Whoever asks for users alone has all that there is to know of them.
    assert world.run("plan", "--exit-code", *ALLOWED, "--", "users").code == 3


def test_deleted_items_that_cannot_be_read_are_not_made_anew(world: World) -> None:
    deleted = some(world, "groups", groupTypes=["Unified"], onPremisesSyncEnabled=None)
    portal.delete_group(world.tenant, deleted["id"])
    world.tenant.faults.append(denied("(?i)deletedItems"))
    done = world.run("plan", "--format", "json", *ALLOWED)
    assert done.code in (4, 5), done
    found = json.loads(done.out)
    assert not any(change["action"] == "create" for change in found["changes"])
    assert any("deleted items" in gap["reason"] for gap in found["gaps"])


def test_guards_are_advice_only_without_a_remote(world: World, tmp_path: Path) -> None:
    world.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
    world.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    world.git("push", "-q", "origin", "main", "entragit/tenant", "entragit/state")
    assert not plan(world).advice
