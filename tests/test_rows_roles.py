"""Eligible and active roles: exported, changed in the tenant, and put back by requests, at least privilege."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from applying import applied, kept, second_plan, settle, writes
from executing import Killed
from people import signed_in
from small_world import let_in, small
from worlds import World, copied, make

from entragit.model import Edit
from entragit.permissions import reading, writing
from entragit.plan import Change
from entragit.planfile import from_json, to_json
from entragit.resources.catalog import CATALOG
from entragit.sandbox import portal, presence, role_rules, schedules, seats
from entragit.sandbox.faults import Fault
from entragit.sandbox.generate import company as generated
from entragit.sandbox.role_rules import RULES
from entragit.sandbox.schedules import ACTIVE, ACTIVE_IN_GROUPS, ELIGIBLE, IN_GROUPS
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes.kinds import pim_groups

ID = "22222222-2222-4222-8222-222222222222"
REQUESTS = "roleManagement/directory/roleEligibilityScheduleRequests"
SETTINGS = "policies/roleManagementPolicies"
GRANTED = "roleManagement/entitlementManagement/roleAssignments"
KINDS = (
    ELIGIBLE,
    ACTIVE,
    IN_GROUPS,
    ACTIVE_IN_GROUPS,
    seats.ASSIGNMENTS,
    SETTINGS,
    "policies/roleManagementPolicyAssignments",
    GRANTED,
)
INSTANCES = seats.INSTANCES
DEFINITIONS = "roleManagement/directory/roleDefinitions"
# What the guards judge by, and what the kinds above name.
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"
BESIDE = (CONTEXTS, "users", "groups", "applications", "servicePrincipals", "identity/conditionalAccess/policies",
          DEFINITIONS, "roleManagement/entitlementManagement/roleDefinitions")  # fmt: skip
ALLOW = ("--allow", "tier-0", "--allow", "limits")


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small company with one snapshot, and a client that may read it and write nothing but the kinds here."""
    tenant = small(ID)
    world = make(sandbox, tmp_path_factory.mktemp("roles") / "company", tenant=tenant)
    tenant.options.page_size = None
    tenant.links, tenant.objects["appRoleAssignments"] = {}, {}
    let_in(tenant)
    portal.let_in(tenant, list(tenant.objects["users"])[-1], group_of(tenant, "PIM-Helpdesk"))
    tenant.children = {RULES: generated(users=50, seed=1, tenant_id=ID).children[RULES]}
    chosen = [CATALOG[kind] for kind in KINDS]
    beside = [CATALOG[kind] for kind in BESIDE]
    client = tenant.add_client(*reading([*chosen, *beside]), *writing(chosen))
    glass = next(key for key, body in tenant.objects["users"].items() if "break" in body["userPrincipalName"].lower())
    return kept(world, client, (*KINDS, *BESIDE), glass)


def group_of(tenant: Tenant, name: str) -> str:
    return next(own for own, body in tenant.objects["groups"].items() if body["displayName"] == name)


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    own = copied(company, tmp_path / "company")
    own.extra["before"] = own.git("rev-parse", "entragit/tenant")
    return own


def assigned(world: World) -> list[tuple[str, ...]]:
    """The role assignments, whatever their ids, each with its end."""
    ends = {item["roleAssignmentOriginId"]: item["endDateTime"] for item in world.tenant.objects[INSTANCES].values()}
    rows = world.tenant.objects[seats.ASSIGNMENTS].values()
    return sorted((*(item[name] for name in seats.GIVEN), str(schedules.moment(ends[item["id"]]))) for item in rows)


def held(world: World, path: str = ELIGIBLE) -> list[Object]:
    """What people have been given by themselves, as far as no two lists differ by ids, starts and requests."""
    names = pim_groups.WHO if path in (IN_GROUPS, ACTIVE_IN_GROUPS) else seats.GIVEN
    rows = [item for item in world.tenant.objects[path].values() if item["memberType"].lower() == "direct"]
    rows = [item for item in rows if path != ACTIVE_IN_GROUPS or ending_in_group(item)]
    found = [{name: item[name] for name in names} | {"end": item["scheduleInfo"]["expiration"]} for item in rows]
    return sorted(found, key=str)


def one(world: World, wanted: Callable[[Object], Any], path: str = ELIGIBLE) -> Object:
    return next(item for item in world.tenant.objects[path].values() if wanted(item))


def permanent(item: Object) -> bool:
    return bool(item["scheduleInfo"]["expiration"]["type"] == "noExpiration")


def ending(item: Object) -> bool:
    expiration = item["scheduleInfo"]["expiration"]
    if item.get("assignmentType") == "Activated":
        return False
    return bool(item["memberType"] == "Direct" and item["status"] == "Provisioned" and expiration["endDateTime"])


def ending_in_group(item: Object) -> bool:
    given = (item["assignmentType"], item["memberType"], item["status"]) == ("assigned", "direct", "Provisioned")
    return given and not permanent(item)


def bury(world: World, item: Object, path: str = ELIGIBLE) -> None:
    del world.tenant.objects[path][item["id"]]


def requests(world: World) -> list[tuple[str, str, int]]:
    return [row for row in writes(world) if "Requests" in row[1]]


def test_only_what_somebody_was_given_himself_is_in_files(world: World) -> None:
    files = [text for path, text in world.files().items() if path.startswith(ELIGIBLE)]
    direct = [item for item in world.tenant.objects[ELIGIBLE].values() if item["memberType"] == "Direct"]
    assert len(files) == len(direct) < len(world.tenant.objects[ELIGIBLE])
    assert not [text for text in files if "memberType" in text or "status" in text or "createdUsing" in text]
    assert sum("startDateTime" in text for text in files) == 1, "only of what hasn't begun"


@pytest.mark.slow
@pytest.mark.parametrize("renewed", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_a_night_is_undone(renewed: bool, world: World) -> None:
    tenant = world.tenant
    tenant.options.schedules_renewed, tenant.options.removable_after = renewed, 0.0
    before = state(world)
    for path in (ELIGIBLE, ACTIVE, IN_GROUPS, ACTIVE_IN_GROUPS):  # nor is there what hasn't begun
        tenant.objects[path] = {k: v for k, v in tenant.objects[path].items() if v["status"] == "Provisioned"}
    longer = one(world, ending)
    eligibilities(world)
    active(world)
    grouped(world)
    present(world)
    granting(world)
    assert state(world) != before
    said = settle(world, *ALLOW).out
    assert state(world) == before
    assert {(row[0], row[2]) for row in writes(world)} == {("POST", 201), ("DELETE", 204)}
    assert len(requests(world)) == 15, "each list: what is lost, new, not begun; in three something is changed"
    assert "Create unified role eligibility schedule" in said
    assert (longer["id"] in tenant.objects[ELIGIBLE]) is not renewed


def state(world: World) -> tuple[object, ...]:
    groups = (held(world, IN_GROUPS), held(world, ACTIVE_IN_GROUPS), places(world))
    return held(world), held(world, ACTIVE), groups, assigned(world), granted(world)


def places(world: World) -> dict[tuple[str, str], list[str]]:
    """Who is in which group."""
    found = {(link, group): sorted(world.tenant.links[link][group])
             for link in presence.LINKS.values() for group in world.tenant.links[link]}  # fmt: skip
    return {place: who for place, who in found.items() if who}


def eligibilities(world: World) -> None:
    """One is lost, one gets longer, one is new."""
    lost, longer = one(world, permanent), one(world, ending)
    bury(world, lost)
    longer["scheduleInfo"]["expiration"] = lost["scheduleInfo"]["expiration"]
    stranger = lost | {"id": world.tenant.new_id(), "principalId": longer["principalId"]}
    world.tenant.objects[ELIGIBLE][stranger["id"]] = stranger


def active(world: World) -> None:
    """Somebody loses a role that ends, and takes another one for as long."""
    lost = one(world, ending, ACTIVE)
    other = one(world, permanent)["roleDefinitionId"]
    schedules.bury(world.tenant, ACTIVE, lost)
    schedules.place(world.tenant, ACTIVE, lost | {"id": world.tenant.new_id(), "roleDefinitionId": other})


def grouped(world: World) -> None:
    """Somebody may no more be a member of a group, but for longer its owner, and another one is let in."""
    table = world.tenant.objects[IN_GROUPS]
    lost = one(world, permanent, IN_GROUPS)
    longer = one(world, lambda item: item["accessId"] == "owner", IN_GROUPS)
    bury(world, lost, IN_GROUPS)
    longer["scheduleInfo"]["expiration"] = lost["scheduleInfo"]["expiration"]
    own = f"{longer['groupId']}_member_{world.tenant.new_id()}"
    table[own] = lost | {"id": own, "groupId": longer["groupId"], "principalId": longer["principalId"]}


def present(world: World) -> None:
    """Somebody is no owner of a group any more, somebody its member for longer, and another one is its owner."""
    lost = one(world, lambda item: ending_in_group(item) and item["accessId"] == "owner", ACTIVE_IN_GROUPS)
    schedules.bury(world.tenant, ACTIVE_IN_GROUPS, lost)
    longer = one(world, lambda item: ending_in_group(item) and item["accessId"] == "member", ACTIVE_IN_GROUPS)
    info = longer["scheduleInfo"]
    info["expiration"] = info["expiration"] | {"endDateTime": "2090-01-01T00:00:00Z"}
    portal.let_in(world.tenant, longer["principalId"], longer["groupId"], "owner")


def granting(world: World) -> None:
    """A role of entitlement management is given to somebody else."""
    table = world.tenant.objects[GRANTED]
    lost = next(item for item in table.values() if item["appScopeId"])
    del table[lost["id"]]
    table["x"] = next(iter(table.values())) | {"id": "x", "roleDefinitionId": lost["roleDefinitionId"]}


def test_what_ends_has_one_home(world: World) -> None:
    files = world.files()
    tenant = world.tenant
    for item in tenant.objects[INSTANCES].values():
        owning = rf"(?m)^id: \"?({item['roleAssignmentOriginId']}|{item['roleAssignmentScheduleId']})\"?$"
        found = {path.rpartition("/")[0] for path, text in files.items() if re.search(owning, text)}
        if item["assignmentType"] == "Activated":
            assert found == set()
        else:
            assert found == {ACTIVE if item["endDateTime"] else seats.ASSIGNMENTS}


@pytest.mark.parametrize("renewed", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_what_was_made_permanent_ends_again(renewed: bool, world: World) -> None:
    """In the tenant it is one assignment: it must get its end back, and not be deleted beside another."""
    tenant = world.tenant
    tenant.options.schedules_renewed = renewed
    before, rights = held(world, ACTIVE), assigned(world)
    schedule = one(world, ending, ACTIVE)
    schedule["scheduleInfo"]["expiration"] = {"type": "noExpiration", "endDateTime": None, "duration": None}
    seats.follow(tenant, schedule, schedule, None)
    said = settle(world, *ALLOW).out
    assert (held(world, ACTIVE), assigned(world)) == (before, rights)
    assert [row[2] for row in writes(world)] == [400, 201]
    assert "Delete" not in said


@pytest.mark.nightly
def test_what_was_made_to_end_lasts_again(world: World) -> None:
    tenant = world.tenant
    before, rights = held(world, ACTIVE), assigned(world)
    instance = one(world, lambda item: item["endDateTime"] is None, INSTANCES)
    schedule = tenant.objects[ACTIVE][instance["roleAssignmentScheduleId"]]
    end = {"type": "afterDateTime", "endDateTime": "2090-01-01T00:00:00Z", "duration": None}
    schedule["scheduleInfo"]["expiration"], instance["endDateTime"] = end, end["endDateTime"]
    settle(world, *ALLOW)
    assert (held(world, ACTIVE), assigned(world)) == (before, rights)
    assert [row[1:] for row in writes(world)] == [(f"{ACTIVE[:-1]}Requests", 201)]


@pytest.mark.nightly
def test_what_hasn_t_begun_is_taken_back_before_it_does(world: World) -> None:
    planned = one(world, lambda item: item["status"] == "Granted")
    stranger = planned | {"id": world.tenant.new_id(), "principalId": one(world, permanent)["principalId"]}
    world.tenant.objects[ELIGIBLE][stranger["id"]] = stranger
    asked = one(world, lambda item: item["id"] == planned["id"], f"{ELIGIBLE[:-1]}Requests")
    own = asked | {"id": stranger["id"], "targetScheduleId": stranger["id"]}
    world.tenant.objects[f"{ELIGIBLE[:-1]}Requests"][own["id"]] = own
    settle(world, *ALLOW)
    assert stranger["id"] not in world.tenant.objects[ELIGIBLE]
    assert [row[1:] for row in requests(world)] == [(f"{REQUESTS}/{own['id']}/cancel", 204), (REQUESTS, 400)]


@pytest.mark.nightly
def test_what_hasn_t_begun_though_nobody_knows_its_request_any_more_goes_when_it_has(world: World) -> None:
    """Graph forgets requests after some weeks; what has begun since is taken back like everything else."""
    world.tenant.options.removable_after = 0.0
    planned = one(world, lambda item: item["status"] == "Granted")
    stranger = planned | {"id": world.tenant.new_id(), "principalId": one(world, permanent)["principalId"]}
    stranger["createdUsing"] = stranger["id"]
    world.tenant.objects[ELIGIBLE][stranger["id"]] = stranger
    world.tenant.faults.append(Fault(f"POST {REQUESTS}/.*/cancel", status=404, code="ResourceNotFound"))
    before = world.git("rev-parse", "HEAD")
    assert world.run("apply", "--yes", *ALLOW).code == 4
    assert [row[2] for row in requests(world)] == [404, 400]
    stranger["status"] = "Provisioned"
    assert world.run("apply", "--yes", *ALLOW, before).code == 0
    assert stranger["id"] not in world.tenant.objects[ELIGIBLE]


def test_what_has_ended_is_a_line_of_the_ledger(world: World) -> None:
    item = one(world, ending)
    world.tenant.offset = -timedelta(days=400)  # to Entra it is still a year ago
    over = (datetime.now(UTC) - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    item["scheduleInfo"]["expiration"]["endDateTime"] = over
    assert world.run("export").code == 0
    world.tenant.offset = timedelta()
    done = world.run("plan", "--exit-code")
    assert done.code == 0, done.out
    assert "ended" in done.out
    assert "what has ended is not given again" in done.out
    assert world.run("apply", "--yes", *ALLOW).code == 0
    assert requests(world) == []


@pytest.mark.nightly
def test_an_answer_that_is_lost_makes_nothing_twice(world: World) -> None:
    lost = one(world, permanent)
    bury(world, lost)
    before = len(held(world))
    world.tenant.faults.append(Fault(f"POST {REQUESTS}", effect="lost"))
    settle(world, *ALLOW)
    assert len(held(world)) == before + 1
    assert len(requests(world)) == 1


@pytest.mark.nightly
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2])
def test_a_run_that_is_killed_is_finished_by_the_next(at: int, after: bool, world: World) -> None:
    before = held(world)
    bury(world, one(world, permanent))
    item = one(world, ending)
    item["scheduleInfo"]["expiration"] = item["scheduleInfo"]["expiration"] | {"endDateTime": "2090-01-01T00:00:00Z"}
    with pytest.raises(Killed):
        applied(world, at, after, allow=("tier-0",))
    settle(world, *ALLOW)
    assert held(world) == before


@pytest.mark.nightly
def test_what_the_rules_of_a_role_refuse_is_said(world: World) -> None:
    lost = one(world, permanent)
    bury(world, lost)
    rule = role_rules.of_role(world.tenant, lost["roleDefinitionId"], "Expiration_Admin_Eligibility")
    rule["isExpirationRequired"] = True
    done = world.run("apply", "--yes", *ALLOW)
    assert done.code == 4, done.out
    assert "RoleAssignmentRequestPolicyValidationFailed" in done.out + done.err
    assert "ExpirationRule" in done.out + done.err


def granted(world: World) -> list[tuple[str, ...]]:
    names = ("principalId", "roleDefinitionId", "directoryScopeId", "appScopeId")
    return sorted(tuple(str(item[name]) for name in names) for item in world.tenant.objects[GRANTED].values())


def test_the_rules_of_a_role_are_a_person_s_to_write(world: World) -> None:
    tenant = world.tenant
    own = next(key for key, rules in tenant.children[RULES].items() if ruled(rules)["maximumDuration"] == "PT1H")
    rules = tenant.children[RULES][own]
    before, rules["Expiration_EndUser_Assignment"] = ruled(rules), ruled(rules) | {"maximumDuration": "P1D"}
    plan = world.run("plan", "--exit-code")
    assert plan.code == 0, plan.out
    assert "Graph lets no application write it" in plan.out
    assert "PT1H" in world.run("drift").out
    person = next(key for key, body in tenant.objects["users"].items() if body["accountEnabled"])
    portal.give_role(tenant, person, portal.GLOBAL_ADMINISTRATOR, timedelta(hours=8))
    client = tenant.add_sign_in(person, *CATALOG[SETTINGS].writes.signed_in)
    sent = {name: before[name] for name in ("@odata.type", "id", "target", "maximumDuration")}
    with signed_in(world.sandbox, tenant, client) as graph:
        assert graph.patch(f"{SETTINGS}/{own}/rules/{before['id']}", json=sent).status_code == 204
    assert second_plan(world).code == 0


def ruled(rules: dict[str, Object]) -> Object:
    return rules["Expiration_EndUser_Assignment"]


def test_what_waits_for_somebody_is_no_success(world: World) -> None:
    bury(world, one(world, permanent))
    world.tenant.options.request_status = "PendingApproval"
    done = world.run("apply", "--yes", *ALLOW)
    assert done.code == 4
    assert "its status is PendingApproval" in done.out


@pytest.mark.nightly
def test_what_is_too_young_to_go_is_waited_for(world: World) -> None:
    world.extra["ENTRAGIT_SPEED"] = "50"
    model = one(world, permanent)
    born = world.tenant.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    principal = one(world, ending)["principalId"]
    stranger = model | {"id": world.tenant.new_id(), "createdDateTime": born, "principalId": principal}
    world.tenant.objects[ELIGIBLE][stranger["id"]] = stranger
    world.tenant.options.removable_after = 20.0 + 50.0 * 3  # the export before takes some time, too
    settle(world, *ALLOW)
    assert stranger["id"] not in world.tenant.objects[ELIGIBLE]
    assert [row[2] for row in requests(world)][-2:] == [400, 201]


@pytest.mark.nightly
def test_a_place_in_a_group_that_hasn_t_begun_is_taken_back_by_its_request(world: World) -> None:
    tenant, planned = world.tenant, one(world, lambda item: item["status"] == "Granted", IN_GROUPS)
    asked, principal = tenant.new_id(), one(world, permanent, IN_GROUPS)["principalId"]
    own = f"{planned['groupId']}_owner_{asked}"
    who = {"accessId": "owner", "principalId": principal}
    tenant.objects[IN_GROUPS][own] = planned | who | {"id": own, "createdUsing": asked}
    request = one(world, lambda item: item["targetScheduleId"] == planned["id"], f"{IN_GROUPS[:-1]}Requests")
    tenant.objects[f"{IN_GROUPS[:-1]}Requests"][asked] = request | who | {"id": asked, "targetScheduleId": own}
    settle(world, *ALLOW)
    assert own not in tenant.objects[IN_GROUPS]
    assert [row[1:] for row in requests(world)] == [(f"{IN_GROUPS[:-1]}Requests/{asked}/cancel", 204),
                                                    (f"{IN_GROUPS[:-1]}Requests", 400)]  # fmt: skip


def test_a_group_that_goes_meanwhile_has_nobody_and_one_that_fails_keeps_all(world: World) -> None:
    before = {path: text for path, text in world.files().items() if path.startswith(IN_GROUPS)}
    group = one(world, permanent, IN_GROUPS)["groupId"]
    fault = f"GET {IN_GROUPS}[?].*{group}"
    world.tenant.faults.append(Fault(fault, status=403, code="UnknownError"))
    assert world.run("export").code == 4
    assert {path: text for path, text in world.files().items() if path.startswith(IN_GROUPS)} == before
    world.tenant.faults.append(Fault(fault, status=404, code="ResourceNotFound"))
    assert world.run("export").code == 0
    left = [text for path, text in world.files().items() if path.startswith(IN_GROUPS)]
    assert 0 < len(left) < len(before)
    assert not [text for text in left if f"groupId: {group}" in text]


def test_whoever_activated_a_membership_neither_gets_nor_loses_one(world: World, tmp_path: Path) -> None:
    """Not in a snapshot of that hour, nor by a rollback to it or over it, nor by a plan that was made up to do so."""
    tenant, file = world.tenant, tmp_path / "plan.json"
    world.client.permissions.update((*writing([CATALOG["groups"]]), "RoleManagement.ReadWrite.Directory"))
    group = group_of(tenant, "PIM-Security-Operations")
    there, people = tenant.links["groups/members"][group], tenant.objects["users"].items()
    chief, other, *_ = [own for own, body in people if own not in there and "break" not in body["userPrincipalName"]]
    active = portal.let_in(tenant, chief, group, lasting=timedelta(hours=8))
    tenant.objects["groups"][group]["description"] = "of that hour"
    assert world.run("export").code == 0
    (text,) = (text for path, text in world.files().items() if f"id: {group}" in text and path.startswith("groups/"))
    assert chief not in text
    hour = world.git("rev-parse", "entragit/tenant")
    schedules.bury(tenant, ACTIVE_IN_GROUPS, active)
    tenant.objects["groups"][group]["description"] = "later"
    settle(world, *ALLOW, hour)
    assert chief not in tenant.links["groups/members"][group], "what he had for some hours isn't his for ever"
    start = len(writes(world))
    now = portal.let_in(tenant, chief, group, lasting=timedelta(hours=8))
    portal.join(tenant, "groups", "members", group, other)
    assert world.run("plan", *ALLOW, "--out", str(file), hour).code == 0
    made_up = from_json(file.read_text())
    assert not any(chief in str(change) for change in made_up.changes)
    file.write_text(to_json(replace(made_up, changes=tuple(swapped(c, other, chief) for c in made_up.changes))))
    done = world.run("apply", "--plan", str(file), "--yes")
    assert (chief in tenant.links["groups/members"][group], writes(world)[start:]) == (True, []), done
    settle(world, *ALLOW, hour)
    assert tenant.links["groups/members"][group].count(chief) == 1
    assert other not in tenant.links["groups/members"][group]
    assert now["id"] in tenant.objects[ACTIVE_IN_GROUPS]


def swapped(change: Change, old: str, new: str) -> Change:
    """The change, about `new` instead of `old`."""
    edits = (Edit(*json.loads(json.dumps((edit.path, edit.before)).replace(old, new)), edit.after)
             for edit in change.edits)  # fmt: skip
    bodies = (json.loads(json.dumps(body).replace(old, new)) for body in (change.actual, change.desired))
    actual, desired = bodies
    return replace(change, actual=actual, desired=desired,
                   edits=tuple(replace(edit, path=tuple(edit.path)) for edit in edits))  # fmt: skip


def ends(tenant: Tenant, group: str, principal: str) -> list[str]:
    """How somebody's places in a group end."""
    return [item["scheduleInfo"]["expiration"]["type"] for item in tenant.objects[ACTIVE_IN_GROUPS].values()
            if (item["groupId"], item["principalId"]) == (group, principal)]  # fmt: skip


def test_whoever_was_to_be_in_a_group_for_ever_is_so_again(world: World) -> None:
    """Somebody gave the place an end: the end goes, and nobody is outside for a moment."""
    tenant, group = world.tenant, group_of(world.tenant, "PIM-Helpdesk")
    world.client.permissions.update(writing([CATALOG["groups"]]))
    member = next(own for own in tenant.objects["users"] if own not in tenant.links["groups/members"][group])
    portal.join(tenant, "groups", "members", group, member)
    assert world.run("export").code == 0
    good = world.git("rev-parse", "entragit/tenant")
    (schedule,) = (item for item in tenant.objects[ACTIVE_IN_GROUPS].values()
                   if (item["groupId"], item["principalId"]) == (group, member))  # fmt: skip
    schedule["scheduleInfo"]["expiration"] |= {"type": "afterDateTime", "endDateTime": "2090-01-01T00:00:00Z"}
    settle(world, *ALLOW, good)
    assert ends(tenant, group, member) == ["noExpiration"]
    assert tenant.links["groups/members"][group].count(member) == 1
    assert [row[1:] for row in writes(world)] == [(f"{ACTIVE_IN_GROUPS[:-1]}Requests", 201)]


def test_whether_pim_lists_who_stays_in_a_group_changes_no_file(world: World) -> None:
    group, rows = group_of(world.tenant, "PIM-Helpdesk"), world.tenant.objects[ACTIVE_IN_GROUPS]
    portal.join(world.tenant, "groups", "members", group, min(world.tenant.objects["users"]))
    assert world.run("export").code == 0
    listed = [own for own, item in rows.items() if permanent(item) and item["memberType"] == "direct"]
    assert listed
    world.tenant.options.members_scheduled = False
    for own in listed:
        del rows[own]
    before = world.contents()
    done = world.run("export")
    assert (done.code, world.contents() == before) == (0, True), done.err
    assert not rows.keys() & {*listed}


def test_whoever_was_to_be_in_a_group_until_some_day_leaves_it_then(world: World) -> None:
    tenant = world.tenant
    world.client.permissions.update(writing([CATALOG["groups"]]))
    before = json.dumps(held(world, ACTIVE_IN_GROUPS))
    schedule = one(world, ending_in_group, ACTIVE_IN_GROUPS)
    schedule["scheduleInfo"]["expiration"] |= {"type": "noExpiration", "endDateTime": None, "duration": None}
    settle(world, *ALLOW)
    assert json.dumps(held(world, ACTIVE_IN_GROUPS)) == before
    link = presence.LINKS[schedule["accessId"]]
    assert schedule["principalId"] in tenant.links[link][schedule["groupId"]]


@pytest.mark.parametrize("status", [403, 500])
def test_where_nobody_knows_who_is_in_a_group_for_some_time_its_members_stay(status: int, world: World) -> None:
    tenant, group = world.tenant, group_of(world.tenant, "PIM-Helpdesk")
    before = {path: text for path, text in world.files().items() if path.startswith("groups/")}
    portal.let_in(tenant, min(tenant.objects["users"]), group, lasting=timedelta(hours=8))
    fault = Fault(f"GET {ACTIVE_IN_GROUPS}", status=status, code="UnknownError", times=10**6)
    tenant.faults.append(fault)
    done = world.run("export")
    assert done.code == 4
    assert "groups: members of " in done.err
    assert {path: text for path, text in world.files().items() if path.startswith("groups/")} == before
    settings = world.place / "entragit.yaml"
    settings.write_text(settings.read_text().replace(f"    - {ACTIVE_IN_GROUPS}\n", ""))
    world.git("commit", "-q", "-am", "Nobody is in a group for some time")
    done = world.run("export")
    assert done.code == (0 if status == 403 else 4), "only who may not read it can say so"
