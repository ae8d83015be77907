"""Apply from the command line: what was reviewed is done, nothing else, and proved."""

from __future__ import annotations

from pathlib import Path

import pytest
from applying import (
    APP,
    GROUP,
    POLICIES,
    POLICY,
    UNITS,
    USER,
    clone,
    content,
    edit,
    find,
    fresh,
    named,
    second_plan,
    settle,
    state_of,
    writes,
)
from worlds import World

from entragit.sandbox import access, portal, removal, seats
from entragit.sandbox.faults import Fault
from entragit.sandbox.rules.stored import blank


@pytest.fixture
def world(well: World, tmp_path: Path) -> World:
    return fresh(well, tmp_path / "own")


def test_a_day_of_mistakes_is_undone(world: World) -> None:
    tenant = world.tenant
    group, user, policy = named(world, "groups", GROUP), named(world, "users", USER), named(world, POLICIES, POLICY)
    unit, old = find(world, UNITS), group["id"]
    members = sorted(tenant.links["groups/members"][old])
    tenant.links[f"{UNITS}/members"][unit["id"]].append(old)
    assert world.run("export").code == 0
    before = content(world, {})
    portal.delete_group(tenant, old)
    removal.remove(tenant, "users", user["id"], soft=True)
    edit(world, POLICIES, policy, state="disabled")
    intruder = named(world, "users", "daniel.lovelace")
    portal.join(tenant, "groups", "members", named(world, "groups", "VPN")["id"], intruder["id"])

    done = settle(world, "--reason", "the day was bad")
    new = named(world, "groups", GROUP)["id"]
    assert "Restore user" in done.out
    assert "Create group" in done.out
    assert "new id" in done.out, "the ledger is told"
    assert "Remove users/daniel.lovelace@fabrikam.example from members of group VPN" in done.out
    assert "Add groups/Sales-Aurora-Team." in done.out, "what was made just now has a name as well"
    assert "planned again: nothing is left to do" in done.out
    assert (new != old, sorted(tenant.links["groups/members"][new])) == (True, members)
    for body in tenant.objects[POLICIES].values():
        assert body["conditions"]["users"]["excludeGroups"] == [new]
    assert new in tenant.links[f"{UNITS}/members"][unit["id"]]
    assert content(world, {old: new}) == before

    state = state_of(world)
    assert (state.id_map, state.lease, state.plan) == ({old: new}, None, None)
    (record,) = state.audit.values()
    assert (record.why, {result.split()[0] for _, result in record.results}) == ("the day was bad", {"done"})
    assert (
        world.git("rev-parse", "refs/heads/entragit/state")
        == world.git("ls-remote", "origin", "refs/heads/entragit/state").split("\t")[0]
    )
    changed = world.changed()
    assert sorted(changed.values()).count("A") == sorted(changed.values()).count("D") == 1, (
        "the file goes by its new id"
    )


def test_an_application_comes_back_from_the_dead(world: World) -> None:
    tenant, app = world.tenant, named(world, "applications", APP)
    old, old_app = app["id"], app["appId"]
    children = sorted(c["name"] for c in tenant.children["applications/federatedIdentityCredentials"][old].values())
    removal.remove(tenant, "applications", old, soft=False)
    settle(world)
    new = named(world, "applications", APP)
    assert (new["id"] != old, new["appId"] != old_app) == (True, True)
    held = tenant.children["applications/federatedIdentityCredentials"][new["id"]].values()
    assert sorted(child["name"] for child in held) == children
    assert state_of(world).id_map == {old: new["id"], old_app: new["appId"]}


def author(world: World, path: str, text: str) -> None:
    (world.place / path).parent.mkdir(parents=True, exist_ok=True)
    (world.place / path).write_text(text)
    world.git("add", path)
    world.git("commit", "-q", "-m", f"Add {path}")


NEW_GROUP = """displayName: {name}
mailEnabled: false
mailNickname: {name}
securityEnabled: true
"""


def test_files_that_a_person_wrote_become_objects_once(world: World) -> None:
    user = named(world, "users", USER)["id"]
    author(world, "groups/Inner.yaml", NEW_GROUP.format(name="Inner") + f"members:\n- {user}\n")
    author(world, "groups/Outer.yaml", NEW_GROUP.format(name="Outer") + "members:\n- groups/Inner\n")
    done = world.run("apply")
    assert done.code == 5, "a whole tenant's rollback asks first"
    assert "--yes" in done.err
    settle(world)
    inner, outer = (named(world, "groups", name)["id"] for name in ("Inner", "Outer"))
    assert world.tenant.links["groups/members"][inner] == [user]
    assert world.tenant.links["groups/members"][outer] == [inner]
    assert {file.path: id_ for file, id_ in state_of(world).authored.items()} == {
        "groups/Inner.yaml": inner, "groups/Outer.yaml": outer
    }  # fmt: skip
    assert not (world.place / "groups/Inner.yaml").exists(), "the file has its id by now"
    assert world.git("status", "--porcelain") == ""
    sent = len(writes(world))
    assert world.run("apply", "--yes").out.rstrip().endswith("nothing to do")
    assert len(writes(world)) == sent


def test_what_was_reviewed_is_what_runs(world: World, tmp_path: Path) -> None:
    group, user, file = named(world, "groups", GROUP), named(world, "users", USER), tmp_path / "plan.json"
    edit(world, "groups", group, description="evil")
    edit(world, "users", user, jobTitle="evil")
    assert world.run("plan", "--out", str(file)).code == 0
    edit(world, "users", user, department="elsewhere")
    edit(world, "groups", named(world, "groups", "VPN"), description="later")
    portal.give_role(world.tenant, user["id"], access.GLOBAL_READER)
    done = world.run("apply", "--plan", str(file))
    assert done.code == 4, done.out + done.err
    assert named(world, "users", USER)["department"] == "elsewhere", "what the plan didn't touch may be what it likes"
    assert named(world, "groups", "VPN")["description"] == "later"
    assert named(world, "groups", GROUP)["description"] != "evil"
    assert done.out.count("moved after the plan was made") == 3, "and is told"
    assert "2 changes (2 update)" in done.out
    assert "stage link" not in done.out, "what was reviewed is not shown once more"


def test_a_plan_is_refused_when_what_it_touches_has_moved(world: World, tmp_path: Path) -> None:
    group, file = named(world, "groups", GROUP), tmp_path / "plan.json"
    edit(world, "groups", group, description="evil")
    edit(world, "users", named(world, "users", USER), jobTitle="evil")
    assert world.run("plan", "--out", str(file)).code == 0
    edit(world, "groups", group, description="worse")
    done = world.run("apply", "--plan", str(file))
    assert done.code == 5
    address = "groups/Sales-Aurora-Team"
    assert address in done.err
    assert 'description was "evil" when the plan was made, is "worse"' in done.err
    assert writes(world) == []
    assert state_of(world).lease is None, "nothing was written, so nothing is held"
    text = file.read_text()
    file.write_text(text.replace('"evil"', '"worse"'))
    assert world.run("apply", "--plan", str(file)).code == 5, "a plan that was changed is none"
    file.write_text(text)
    assert world.run("apply", "--plan", str(file), "--prune", "users").code == 2


def test_files_that_are_edited_are_not_passed_over(world: World) -> None:
    path = next((world.place / "groups").rglob("Sales-*.yaml"))
    path.write_text(path.read_text().replace("displayName:", "description: mine\ndisplayName:"))
    edit(world, "users", named(world, "users", USER), jobTitle="evil")
    done = world.run("apply", "--yes")
    assert (done.code, "differ from HEAD" in done.err) == (5, True)
    assert world.run("apply", "HEAD", "--yes").code == 0
    assert named(world, "users", USER)["jobTitle"] != "evil"


def test_what_fails_stops_only_what_depends_on_it(world: World) -> None:
    tenant, group = world.tenant, named(world, "groups", GROUP)
    portal.delete_group(tenant, group["id"])
    for body in tenant.objects[POLICIES].values():
        edit(world, POLICIES, body, state="disabled")
    edit(world, "users", named(world, "users", USER), jobTitle="evil")
    tenant.faults.append(Fault("^POST groups", status=400, times=None, code="Request_BadRequest"))
    done = world.run("apply", "--yes")
    assert done.code == 4
    assert "FAILED: Create group Sales Aurora Team: 400 Request_BadRequest" in done.out
    assert done.out.count("SKIPPED: Switch conditional access policy") == 5
    assert named(world, "users", USER)["jobTitle"] != "evil"
    assert {body["state"] for body in tenant.objects[POLICIES].values()} == {"disabled"}, "none may lock somebody out"
    assert "LEFT: groups/Sales-Aurora-Team" in done.out
    tenant.faults.clear()
    settle(world, "HEAD~1")
    assert {body["state"] for body in tenant.objects[POLICIES].values()} == {"enabled"}


def test_another_apply_is_waited_for(world: World) -> None:
    other = clone(world, "other")
    edit(world, "users", named(world, "users", USER), jobTitle="evil")
    world.tenant.faults.append(Fault("^PATCH users", status=401, times=None))
    assert world.run("apply", "--yes").code != 0
    lease = state_of(world).lease
    edit(world, "groups", named(world, "groups", GROUP), description="evil")
    world.tenant.faults.clear()
    if lease is not None:
        assert other.run("apply", "HEAD", "--yes", "--", "groups").code == 5
    settle(other, "--break-lease")


STORMS = [
    [Fault("^(POST|PATCH|DELETE|PUT) ", status=429, times=5, retry_after=1)],
    [Fault("^(PATCH|DELETE|PUT) ", status=503, times=3), Fault("^(PATCH|POST) ", "lost", times=2, after=1)],
]


@pytest.mark.parametrize("faults", [pytest.param(STORMS[0], marks=pytest.mark.nightly), STORMS[1]])
def test_throttled_lagging_and_unanswered_it_ends_the_same(world: World, faults: list[Fault]) -> None:
    tenant, group = world.tenant, named(world, "groups", GROUP)
    world.extra["ENTRAGIT_SPEED"] = "50"
    tenant.options.lag = 5.0
    portal.delete_group(tenant, group["id"])
    edit(world, "users", named(world, "users", USER), jobTitle="evil")
    tenant.faults += faults
    settle(world)
    assert [body["displayName"] for body in tenant.objects["groups"].values()].count(GROUP) == 1


def test_only_what_was_asked_for(world: World) -> None:
    group, user = named(world, "groups", GROUP), named(world, "users", USER)
    edit(world, "groups", group, description="evil")
    edit(world, "users", user, jobTitle="evil")
    done = world.run("apply", "--yes", "--", "users")
    assert done.code == 0, done.out + done.err
    assert (group["description"], user["jobTitle"] == "evil") == ("evil", False)
    assert second_plan(world, "HEAD~1").code == 3


def test_extras_go_only_if_they_are_asked_to(world: World) -> None:
    other = world.tenant
    body = {**named(world, "groups", GROUP), "id": other.new_id(), "displayName": "Extra"}
    portal.add(other, "groups", body, "Add group")
    assert "nothing to do" in world.run("apply", "--yes").out
    settle(world, "--prune", "groups")
    assert all(body["displayName"] != "Extra" for body in other.objects["groups"].values())


def test_the_mode_after_a_pull_request_leaves_the_rest_alone(world: World) -> None:
    group, user = named(world, "groups", GROUP), named(world, "users", USER)
    path = next((world.place / "groups").rglob("Sales-*.yaml"))
    path.write_text("".join(line for line in path.read_text().splitlines(True)) + "theme: Teal\n"
                    if "theme" in path.read_text() else _described(path.read_text()))  # fmt: skip
    world.git("commit", "-q", "-am", "Describe")
    edit(world, "users", user, jobTitle="new job")
    done = world.run("apply", "--since")
    assert done.code == 0, done.out + done.err
    assert (group["description"], user["jobTitle"]) == ("reviewed", "new job")


def _described(text: str) -> str:
    lines = [line for line in text.splitlines(True) if not line.startswith("description:")]
    return "description: reviewed\n" + "".join(lines)


@pytest.mark.parametrize(
    ("side", "value"), [("git", "reviewed"), pytest.param("tenant", "somebody else's", marks=pytest.mark.nightly)]
)
def test_who_says_which_side_wins_is_not_asked_again(side: str, value: str, world: World) -> None:
    group = named(world, "groups", GROUP)
    path = next((world.place / "groups").rglob("Sales-*.yaml"))
    path.write_text(_described(path.read_text()))
    world.git("commit", "-q", "-am", "Describe")
    edit(world, "groups", group, description="somebody else's")
    assert world.run("apply", "--since").code == 5
    address = f"groups/{path.stem}"
    done = world.run("apply", "--since", "--take", side, address)
    assert (done.code, group["description"]) == (0, value), done.out + done.err
    assert world.git("rev-parse", "main:groups") == world.git("rev-parse", "entragit/tenant:groups")
    assert world.run("export").code == 0


# Whose role it is, whether it is still defined (Graph lets a role have no value), how the apply ends, with a line?
@pytest.mark.parametrize(
    ("theirs", "lasts", "code", "line"),
    [(False, False, 0, True), (True, False, 4, False), (False, True, 0, False)],
)
def test_a_permission_that_nobody_defines_any_more_is_in_the_ledger(
    theirs: bool, lasts: bool, code: int, line: bool, world: World
) -> None:
    """Of what another tenant's application defines nothing is known, so that there Graph says what it says."""
    tenant = world.tenant
    apps = {body["appId"]: body for body in tenant.objects["applications"].values()}
    own, others = (find(world, "servicePrincipals", lambda body, own=own: (body["appId"] in apps) is own)
                   for own in (True, False))  # fmt: skip
    resource, client = (others, own) if theirs else (own, others)
    app, role = apps[own["appId"]], "aaaaaaaa-0000-4000-8000-00000000000f"
    defined = blank("appRole") | {"id": role, "allowedMemberTypes": ["Application"], "isEnabled": True}
    roles = [] if theirs else [defined | {"displayName": "Read"}]
    edit(world, "applications", app, appRoles=roles)
    edit(world, "servicePrincipals", own, appRoles=roles)  # as Graph copies them
    given = {"id": tenant.new_id(), "principalId": client["id"], "resourceId": resource["id"],
             "principalType": "ServicePrincipal"}  # fmt: skip
    portal.add(tenant, "appRoleAssignments", blank("appRoleAssignment") | given | {"appRoleId": role}, "Give")
    assert world.run("export").code == 0
    seats.drop(tenant, "appRoleAssignments", "principalId", client["id"])
    if not lasts:
        edit(world, "applications", app, appRoles=[])
    done = world.run("apply", "main", "--yes", "--", "servicePrincipals")
    told = f"appRoleAssignments/0/appRoleId/{role}" in "".join(done.out.split()) and "Can't be done here: 1" in done.out
    assert (done.code, told) == (code, line), done.out + done.err
    back = [one["appRoleId"] for one in tenant.objects["appRoleAssignments"].values()]
    assert back == ([role] if lasts else [])
