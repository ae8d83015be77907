"""Guards on a tenant: the protected branch decides, whatever commit is asked for and whoever edits a copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from worlds import World, git, tools

from entragit.git.repository import open_repository
from entragit.guards import WORDS
from entragit.plan import Plan
from entragit.planning import Wish, plan_for
from entragit.publisher.recording import record
from entragit.sandbox import portal
from entragit.sandbox.faults import Fault

ROLES = "roleManagement/directory/roleAssignments"
POLICIES = "identity/conditionalAccess/policies"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED = "e8611ab8-c189-46e8-94e1-60213ab1f814"
READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"


def planned(world: World, ref: str, *allow: str, **wish: Any) -> Plan:
    return plan_for(open_repository(world.place), Wish(ref, allow=allow, **wish), tools(world))


def objections(plan: Plan) -> set[str]:
    """The words of what refuses."""
    return {finding.guard for finding in plan.findings if not finding.allowed}


def objects(world: World, kind: str) -> dict[str, Any]:
    return world.tenant.objects[kind]


def named(world: World, kind: str, text: str) -> dict[str, Any]:
    """The first object of a kind whose name has `text` in it."""
    found: dict[str, Any] = next(
        item for item in objects(world, kind).values()
        if text in str(item.get("userPrincipalName") or item.get("displayName"))
    )  # fmt: skip
    return found


def administrators(world: World) -> list[dict[str, Any]]:
    ids = {row["principalId"] for row in objects(world, ROLES).values()
           if row["roleDefinitionId"] == GLOBAL_ADMINISTRATOR}  # fmt: skip
    return [user for id_, user in objects(world, "users").items() if id_ in ids]


def give_role(world: World, principal: str, role: str) -> None:
    own = world.tenant.new_id()
    objects(world, ROLES)[own] = {"id": own, "principalId": principal, "roleDefinitionId": role,
                                  "directoryScopeId": "/"}  # fmt: skip


def guards(world: World, accounts: Iterable[str], updates: int = 50) -> None:
    """Commit a break-glass list, and how many users a plan may update, to the branch."""
    path = world.place / "entragit.yaml"
    text = path.read_text(encoding="utf-8").partition("guards:")[0]
    listed = "".join(f"\n    - {account}" for account in accounts) or " []"
    limits = f"  limits:\n    users:\n      updates:\n        percent: 0\n        count: {updates}\n"
    path.write_text(f"{text}guards:\n  break_glass:{listed}\n{limits}", encoding="utf-8")
    world.git("commit", "-q", "-am", "Guard")


def export(world: World) -> str:
    """A snapshot; the branch follows."""
    done = world.run("export")
    assert done.code == 0, done
    return world.git("rev-parse", "main")


def told(world: World, **parts: Any) -> None:
    """Put something into the state, as an apply, or anyone who may push it, does."""
    now = datetime(2026, 6, 1, tzinfo=UTC)
    record(open_repository(world.place), lambda state: replace(state, **parts), "Say so", now)


@pytest.fixture
def locked(world: World) -> World:
    """The tag `locked`: a snapshot in which no administrator can sign in. In the tenant they can again."""
    for user in administrators(world):
        user["accountEnabled"] = False
    export(world)
    world.git("tag", "locked")
    for user in administrators(world):
        user["accountEnabled"] = True
    return world


def address(user: dict[str, Any]) -> str:
    return f"users/{user['userPrincipalName']}".lower()


def test_a_commit_from_before_the_guards_is_judged_by_those_of_today(locked: World) -> None:
    world = locked
    glass = named(world, "users", "breakglass1")
    entry = address(glass)
    guards(world, [entry], updates=0)
    # whoever renames the account doesn't take it off the list
    glass["userPrincipalName"] = f"nobody@{world.tenant.domain}"
    named(world, POLICIES, "CA002")["conditions"]["users"]["excludeUsers"].append(glass["id"])
    named(world, POLICIES, "CA304")["state"] = "enabled"
    give_role(world, world.client.principal, READERS)
    keys = named(world, "applications", "nul.txt")["passwordCredentials"]
    keys[:] = [{**keys[0], "keyId": world.tenant.new_id(), "endDateTime": "2999-01-01T00:00:00Z"}]
    plan = planned(world, "locked")
    assert objections(plan) == set(WORDS)
    assert plan.advice
    touched = {one.address.rpartition("/")[2].split("-")[0] for one in plan.findings if one.guard == "break-glass"}
    assert touched == {"CA002", entry.rpartition("/")[2]}
    # a word lets its own guard pass, and what it let pass stays in the plan
    some = planned(world, "locked", "limits", "tier-0")
    assert objections(some) == set(WORDS) - {"limits", "tier-0"}
    assert [(one.guard, one.message) for one in some.findings] == [(one.guard, one.message) for one in plan.findings]
    assert objections(planned(world, "locked", *WORDS)) == set()


def test_what_is_not_pushed_loosens_nothing(locked: World, tmp_path: Path) -> None:
    world = locked
    guards(world, [named(world, "users", "breakglass1")["id"]], updates=0)
    git(tmp_path, "clone", "-q", "--bare", str(world.place), "hub.git")
    world.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    guards(world, [named(world, "users", "Ada.Admin".lower())["id"]], updates=9)
    found = planned(world, "locked")
    assert not found.advice
    assert objections(found) == {"limits", "break-glass", "lock-out"}
    world.git("push", "-q", "origin", "main")
    assert objections(planned(world, "locked")) == {"break-glass", "lock-out"}  # of the other account


def test_an_entry_that_names_nothing_refuses_every_plan(world: World) -> None:
    start = world.git("rev-parse", "main")
    guards(world, ["users/gone@x.example"])
    assert planned(world, start).findings == ()
    named(world, "users", "breakglass1")["jobTitle"] = "moved"
    (one,) = planned(world, start).findings
    assert (one.guard, one.address) == ("break-glass", "entragit.yaml")
    assert "users/gone@x.example" in one.message


def test_what_the_guards_could_not_read_is_no_reason_to_pass(world: World) -> None:
    user = named(world, "users", "breakglass2")
    user["accountEnabled"] = False
    start = export(world)
    user["accountEnabled"] = True
    guards(world, [named(world, "users", "breakglass1")["id"]])
    assert objections(planned(world, start)) == set()
    world.tenant.faults.append(Fault(rf"^GET {ROLES}\?", status=403, code="Authorization_RequestDenied", times=None))
    assert objections(planned(world, start)) == {"break-glass", "own-identity", "lock-out"}


def test_an_account_that_was_made_anew_is_still_on_the_list(world: World) -> None:
    user = named(world, "users", "breakglass1")
    user["accountEnabled"] = False
    start = export(world)
    old, new = user["id"], world.tenant.new_id()
    guards(world, [old])
    objects(world, "users")[new] = {**objects(world, "users").pop(old), "id": new, "accountEnabled": True}
    told(world, id_map={old: new})
    (one,) = (one for one in planned(world, start).findings if "switched off" in one.message)
    assert (one.guard, one.address) == ("break-glass", address(user))


def test_the_id_map_leads_nobody_off_the_list(world: World) -> None:
    """Whoever writes into it makes of the account one that the commit doesn't have, to be pruned."""
    user, new = named(world, "users", "breakglass1"), world.tenant.new_id()
    start = world.git("rev-parse", "main")
    objects(world, "users")[new] = user | {"id": new, "userPrincipalName": f"x@{world.tenant.domain}"}
    told(world, id_map={user["id"]: new})
    guards(world, [user["id"].upper()])
    plan = planned(world, start, prune=("users",))
    assert (user["id"], "delete") in {(change.live, change.action) for change in plan.changes}
    assert "break-glass" in objections(plan)


def test_a_name_that_moved_to_somebody_else_takes_nobody_off_the_list(world: World) -> None:
    """Not after the next export either, which writes the other one's file to that address."""
    user, other = (named(world, "users", name) for name in ("breakglass1", "breakglass2"))
    guards(world, [address(user)])
    user["accountEnabled"] = other["accountEnabled"] = False
    user["userPrincipalName"], other["userPrincipalName"] = f"x@{world.tenant.domain}", user["userPrincipalName"]
    start = export(world)
    user["accountEnabled"] = other["accountEnabled"] = True
    assert objections(planned(world, start, paths=(user["id"],))) == {"break-glass"}
    assert objections(planned(world, start, paths=(other["id"],))) == {"break-glass"}


def test_a_group_that_was_made_anew_stays_excluded_in_a_second_plan(world: World) -> None:
    """The first one has ended before the policies were written."""
    policy, group = named(world, POLICIES, "CA002"), next(iter(objects(world, "groups").values()))
    policy["state"], policy["conditions"]["users"]["excludeGroups"] = "enabled", [group["id"]]
    start = export(world)
    guards(world, [named(world, "users", "breakglass1")["id"]])
    new = world.tenant.new_id()
    objects(world, "groups")[new] = {**objects(world, "groups").pop(group["id"]), "id": new}
    told(world, id_map={group["id"]: new})
    plan = planned(world, start, paths=(policy["id"],))
    (change,) = plan.changes
    assert {edit.path[-1].strip('"') for edit in change.edits} == {group["id"], new}
    assert plan.id_map == {group["id"]: new}
    assert plan.findings == ()
    # what merely looks so is judged: the old one is there still
    objects(world, "groups")[group["id"]] = {**objects(world, "groups")[new], "id": group["id"]}
    assert "tier-0" in objections(planned(world, start, paths=(policy["id"],)))


@pytest.mark.parametrize("how", ["branch", "since"])
def test_no_way_to_name_a_commit_gets_past_the_guards(how: str, world: World) -> None:
    user = named(world, "users", "breakglass1")
    guards(world, [user["id"]])
    (path,) = (path for path, text in world.files().items() if f"\nid: {user['id']}\n" in text)
    world.git("checkout", "-q", *(["-b", "loose"] if how == "branch" else ["--detach"]))
    (world.place / "entragit.yaml").write_text(f"tenant: {world.tenant.id}\nguards:\n  break_glass: []\n")
    text = (world.place / path).read_text(encoding="utf-8")
    (world.place / path).write_text(text.replace("accountEnabled: true", "accountEnabled: false"), encoding="utf-8")
    world.git("commit", "-q", "-am", "Loosen, and use it")
    done = world.run("apply", "--yes", *(["--since"] if how == "since" else []), "--", user["id"])
    assert (done.code, "--allow break-glass" in done.err) == (5, True), done
    assert user["accountEnabled"] is True


def test_who_is_eligible_or_active_for_some_hours_administers_nothing(world: World) -> None:
    """Both are Entra's to give and to end, so no plan takes them, and no guard relies on them."""
    tenant, rows, users = world.tenant, objects(world, ROLES), objects(world, "users")
    mine = (GLOBAL_ADMINISTRATOR, PRIVILEGED)
    held = {key: row for key, row in rows.items() if row["roleDefinitionId"] in mine and row["principalId"] in users}
    for key in held:
        del rows[key]
    start = export(world)
    rows |= held
    guards(world, [named(world, "users", "breakglass1")["id"]])
    first, second = (id_ for id_ in list(users)[-2:])
    portal.give_role(tenant, first, GLOBAL_ADMINISTRATOR, timedelta(hours=8))
    eligible = {"id": "eligible", "principalId": second, "roleDefinitionId": GLOBAL_ADMINISTRATOR,
                "directoryScopeId": "/", "endDateTime": None}  # fmt: skip
    tenant.objects["roleManagement/directory/roleEligibilityScheduleInstances"] = {"eligible": eligible}
    plan = planned(world, start)
    assert {change.live for change in plan.changes if change.kind == ROLES} == held.keys()
    assert "lock-out" in objections(plan)
    # One of them for good is enough.
    portal.give_role(tenant, second, GLOBAL_ADMINISTRATOR)
    plan = planned(world, start, paths=tuple(held))
    assert {change.live for change in plan.changes} == held.keys()
    assert "lock-out" not in objections(plan)


def test_the_command_line_refuses_and_says_what_allows_it(world: World) -> None:
    policy = named(world, POLICIES, "CA304")
    start = world.git("rev-parse", "main")
    policy["state"] = "enabled"
    guards(world, [named(world, "users", "breakglass1")["id"]])
    refused = world.run("plan", start)
    assert refused.code == 5, refused
    said = " ".join(refused.out.split())
    assert "REFUSED tier-0" in said
    assert "is switched off" in said
    assert "--allow tier-0" in said
    allowed = world.run("plan", start, "--allow", "tier-0")
    assert allowed.code == 0, allowed
    assert "allowed tier-0" in " ".join(allowed.out.split())


def test_a_plan_made_before_the_guards_is_refused_by_those_of_today(world: World, tmp_path: Path) -> None:
    """Nothing is written: not even the permission to is there."""
    user = named(world, "users", "breakglass1")
    user["accountEnabled"] = False
    start = export(world)
    user["accountEnabled"] = True
    file = tmp_path / "plan.json"
    made = world.run("plan", start, "--out", str(file))
    assert made.code == 0, made
    guards(world, [user["id"]])
    done = world.run("apply", "--plan", str(file), "--yes")
    assert done.code == 5, done
    assert "break-glass" in done.err
    assert user["accountEnabled"] is True
    assert [row for row in world.tenant.requests if row[0] in ("PATCH", "PUT", "DELETE")] == []
