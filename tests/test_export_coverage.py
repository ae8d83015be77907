"""Coverage: what a token, a licence or a hostile value keeps from being read is named, and the rest is exported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from small_world import GIVEN, POLICIES, SEEN, again, bodies, kind_of, merged, owner_of
from worlds import World

from entragit import manifest
from entragit.model import Gap
from entragit.permissions import reading
from entragit.resources.catalog import CATALOG
from entragit.sandbox import presence, schedules
from entragit.sandbox.access import LICENCES
from entragit.sandbox.faults import Fault
from entragit.sandbox.portal import INSTANCES

Files = Mapping[str, str]

PREMIUM = tuple(sorted(kind.kind for kind in SEEN if kind.kind.lower() in LICENCES))
MEMBERS = next(relation for relation in CATALOG["groups"].relations if relation.name == "members")
HALF = "half a smile: \ud83d"


def gaps_of(world: World, *, failure: bool = True) -> frozenset[Gap]:
    """What the last snapshot says that it doesn't cover, for a fault or for none."""
    found = manifest.parse(world.files()["snapshot.yaml"].encode())
    return frozenset(gap for gap in found.coverage.gaps if gap.failure == failure)


@pytest.mark.slow
@pytest.mark.parametrize("status", [400, pytest.param(403, marks=pytest.mark.nightly)])
def test_what_is_not_licensed_is_said_once_and_is_no_failure(
    small: World, before: Files, after: Files, status: int, tmp_path: Path
) -> None:
    world = again(small, tmp_path / "company")
    world.tenant.options.licences, world.tenant.options.unlicensed_status = set(), status
    for instance in world.tenant.objects[INSTANCES].values():  # without PIM nothing is activated, and nothing ends
        if instance["endDateTime"]:
            world.tenant.objects[GIVEN].pop(instance["roleAssignmentOriginId"], None)
    for schedule in list(world.tenant.objects[presence.ACTIVE].values()):
        if schedule["scheduleInfo"]["expiration"]["type"] != "noExpiration":
            schedules.bury(world.tenant, presence.ACTIVE, schedule)
    done = world.run("export")
    assert done.code == 0, done
    lines = done.err.splitlines()
    assert [line.split(" (")[0] for line in lines] == [f"not covered: {kind}" for kind in PREMIUM], done
    plans = [line.rpartition("; it needs ")[2] for line in lines]
    assert plans == [f"Microsoft Entra ID {LICENCES[kind.lower()]}" for kind in PREMIUM], done
    files = world.files()
    assert {**files, "snapshot.yaml": ""} == merged(before, after, PREMIUM)
    assert any(kind_of(path) == GIVEN for path in files)  # PIM, which is not licensed either, says nothing about these
    assert gaps_of(world) == frozenset()
    alone = CATALOG.keys() - {kind.kind for kind in SEEN}
    assert {gap.kind for gap in gaps_of(world, failure=False) if not gap.property} == {*PREMIUM, *alone}
    done = world.run("export")
    assert (done.code, done.out) == (0, "the tenant is unchanged, no commit\n"), done


@pytest.mark.slow
def test_kinds_that_the_token_may_not_read_keep_their_files(
    small: World, before: Files, after: Files, tmp_path: Path
) -> None:
    world = again(small, tmp_path / "company")
    world.client.permissions.intersection_update({"User.Read.All", "User-LifeCycleInfo.Read.All"})
    done = world.run("export")
    assert done.code == 4, done
    seen = {"users", "organization"}  # who may read users may read the organization
    assert {gap for gap in gaps_of(world) if not gap.property} == {
        Gap(kind) for kind in {kind.kind for kind in SEEN} - seen
    }
    for kind in {kind.kind for kind in SEEN} - seen:
        line = next(line for line in done.err.splitlines() if line.startswith(f"NOT READ, old values kept: {kind} ("))
        assert "(the credential may not read it (403 " in line
        assert f"; it needs {CATALOG[kind].read[0]}" in line
    one, chains = ("organization", world.tenant.id), "certificateBasedAuthConfiguration"
    files, expected = world.files(), merged(before, after, {kind.kind for kind in SEEN} - seen)
    assert {**files, "snapshot.yaml": "", "organization.yaml": ""} == {**expected, "organization.yaml": ""}
    assert bodies(files)[one] == bodies(after)[one] | {chains: bodies(before)[one][chains]}


@pytest.mark.slow
def test_hidden_members_and_hidden_properties_are_kept_without_their_permission(small: World, tmp_path: Path) -> None:
    world = again(small, tmp_path / "company", changed=False)
    group, user = owner_of(world.tenant, CATALOG["groups"], MEMBERS), max(world.tenant.objects["users"])
    world.tenant.objects["groups"][group]["visibility"] = "HiddenMembership"
    world.tenant.objects["users"][user]["employeeLeaveDateTime"] = "2027-01-31T00:00:00Z"
    assert world.run("export").code == 0
    members = bodies(world.files())["groups", group]["members"]
    assert len(members) == 5
    world.client.permissions.difference_update({"Member.Read.Hidden", "User-LifeCycleInfo.Read.All"})
    world.tenant.links["groups/members"][group].clear()
    world.tenant.objects["groups"][group]["description"] = "Changed"
    world.tenant.objects["users"][user]["department"] = "Changed"
    done = world.run("export")
    assert done.code == 4, done
    assert gaps_of(world) == {Gap("groups", "members", group), Gap("users", "employeeLeaveDateTime")}
    found = bodies(world.files())
    assert (found["groups", group]["members"], found["groups", group]["description"]) == (members, "Changed")
    assert found["users", user]["employeeLeaveDateTime"] == "2027-01-31T00:00:00Z"
    assert found["users", user]["department"] == "Changed"
    assert "(needs the permission Member.Read.Hidden)" in done.err
    assert "users: employeeLeaveDateTime (needs the permission User-LifeCycleInfo.Read.All)" in done.err
    world.client.permissions.update(reading())
    assert world.run("export").code == 0
    assert "members" not in bodies(world.files())["groups", group]
    assert gaps_of(world) == frozenset()


@pytest.mark.slow
def test_what_passes_costs_nothing(small: World, after: Files, tmp_path: Path) -> None:
    """Empty pages, page tokens that run out, items of batches that fail once: the same files, and no word."""
    world = again(small, tmp_path / "company")
    expired = {"status": 400, "code": "Directory_ExpiredPageToken"}
    for kind in CATALOG:
        world.tenant.faults += [Fault(rf"^GET {kind}\?", "empty_page"), Fault(rf"^GET {kind}\?.*skiptoken", **expired)]
    for status in (429, 500, 503, 504):
        world.tenant.faults.append(Fault(r"^GET [^?]+/(members|owners|appRole\w+)\?", status=status))
    world.tenant.faults += [
        Fault(r"^GET groups/[^?]+\?.*skiptoken", **expired),
        Fault("extensionProperties", "expired"),
    ]
    done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    assert world.files() == after


@pytest.mark.slow
def test_lists_that_expand_cuts_are_read_whole(small: World, tmp_path: Path) -> None:
    """$expand ends after twenty elements without a word; and a list pass that breaks in its middle costs nothing."""
    world = again(small, tmp_path / "company", changed=False)
    user, groups = max(world.tenant.objects["users"]), small.tenant.objects["groups"]
    sponsors = [*sorted(set(world.tenant.objects["users"]) - {user}), *groups]
    for number in range(12):
        id_ = world.tenant.new_id()
        world.tenant.objects["groups"][id_] = next(iter(groups.values())) | {"id": id_, "displayName": f"G{number}"}
        sponsors.append(id_)
    world.tenant.links["users/sponsors"][user] = sponsors
    world.tenant.faults.append(Fault(r"^GET users\?.*expand=.*skiptoken", status=403, times=None))
    done = world.run("export")
    assert done.code == 0, done
    found = bodies(world.files())
    assert found["users", user]["sponsors"] == sorted(sponsors)
    assert len(sponsors) > 20
    for (kind, id_), body in bodies(small.files()).items():
        if (kind, id_) != ("users", user) and kind in ("users", "devices"):
            assert found[kind, id_] == body


@pytest.mark.slow
def test_values_that_nobody_has_heard_of_stay(small: World, tmp_path: Path) -> None:
    world = again(small, tmp_path / "company", changed=False)
    policy = max(world.tenant.objects[POLICIES])
    world.tenant.objects[POLICIES][policy] |= {
        "state": "enabledOnTuesdays",
        "quantumRisk": {"level": "entangled", "nothing": None, "none": [], "zero": 0},
        "grantControls": {"operator": "OR", "builtInControls": ["mfa", "retinaScan"]},
    }
    world.tenant.options.unknown_enum_members = {"retinaScan": "", "enabledOnTuesdays": "state"}
    for seed in (1, 2):
        world.tenant.options.shuffle = seed
        assert world.run("export").code == 0
        body = bodies(world.files())[POLICIES, policy]
        assert body["state"] == "enabledOnTuesdays"
        assert body["quantumRisk"] == {"level": "entangled", "zero": 0}
        assert body["grantControls"]["builtInControls"] == ["mfa", "retinaScan"]
    assert len(world.snapshots()) == 2


@pytest.mark.slow
def test_half_a_character_is_a_gap_of_its_property_alone(small: World, before: Files, tmp_path: Path) -> None:
    world = again(small, tmp_path / "company", changed=False)
    user, group = max(world.tenant.objects["users"]), max(world.tenant.objects["groups"])
    app = max(world.tenant.objects["applications"])
    world.tenant.objects["users"][user] |= {"department": HALF, "city": "Changed"}
    world.tenant.objects["groups"][group]["displayName"] = HALF
    next(iter(world.tenant.children["applications/federatedIdentityCredentials"][app].values()))["description"] = HALF
    done = world.run("export")
    assert done.code == 4, done
    gaps = {("users", "department", user), ("groups", "displayName", group),
            ("applications", "federatedIdentityCredentials", app)}  # fmt: skip
    assert gaps_of(world) == {Gap(*place) for place in gaps}
    expected = bodies(before)
    expected["users", user]["city"] = "Changed"
    assert bodies(world.files()) == expected
    assert world.files().keys() == before.keys()


@pytest.mark.slow
@pytest.mark.parametrize("id_", [None, *(pytest.param(one, marks=pytest.mark.nightly) for one in ("", 5)), "\ud800"])
def test_an_object_without_an_id_breaks_its_kind_alone(
    small: World, before: Files, id_: object, tmp_path: Path
) -> None:
    world = again(small, tmp_path / "company", changed=False)
    max(world.tenant.objects["groupSettings"].values(), key=lambda body: body["id"])["id"] = id_
    done = world.run("export")
    assert done.code == 4, done
    assert gaps_of(world) == {Gap("groupSettings")}
    assert {**world.files(), "snapshot.yaml": ""} == {**before, "snapshot.yaml": ""}


def test_the_small_company_is_one(before: dict[str, str]) -> None:
    """What is unknown in it is so in any tenant: what others' APIs define, and the role of guests."""
    rows = [(kind_of(path), line) for path, text in before.items() for line in text.splitlines()]
    strange = {(kind, line.partition(":")[0].strip(" -")) for kind, line in rows if re.search("# (unknown|gone)", line)}
    assert strange <= {("servicePrincipals", "appRoleId"), ("servicePrincipals", "permissionId"),
                       ("policies/authorizationPolicy", "guestUserRoleId")}  # fmt: skip
