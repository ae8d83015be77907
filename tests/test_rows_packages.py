"""Who has an access package, all the way: exported, spoilt, put back by requests, with no privilege too many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from applying import find, keeper, kept, settle, writes
from small_world import small
from worlds import World, copied, make

from entragit.permissions import reading, writing
from entragit.resources.catalog import CATALOG
from entragit.sandbox.faults import Fault
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Object

ID = "34333333-3333-4333-8333-333333333333"
ENTITLEMENT = "identityGovernance/entitlementManagement"
CATALOGS, PACKAGES = f"{ENTITLEMENT}/catalogs", f"{ENTITLEMENT}/accessPackages"
POLICIES, ASSIGNMENTS = f"{ENTITLEMENT}/assignmentPolicies", f"{ENTITLEMENT}/assignments"
REQUESTS = f"{ENTITLEMENT}/assignmentRequests"
KINDS = ("users", "groups", CATALOGS, PACKAGES, POLICIES, ASSIGNMENTS)

# What guards ask for isn't exported here.
ALLOW = ("--allow", "break-glass", "--allow", "lock-out", "--allow", "own-identity")


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company of these kinds, exported once with the least that they need; only assignments may be written."""
    world = make(sandbox, tmp_path_factory.mktemp("packages") / "company", tenant=small(ID))
    world.tenant.options.page_size = None
    client = world.tenant.add_client(*reading(map(CATALOG.get, KINDS)), *writing([CATALOG[ASSIGNMENTS]]))
    return kept(world, client, KINDS, keeper(world.tenant))


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


def ending(item: Object) -> bool:
    return item["state"] == "delivered" and item["schedule"]["expiration"]["type"] == "afterDateTime"


def lasting(item: Object) -> bool:
    return bool(item["state"] == "partiallyDelivered")


def one(world: World, wanted: Callable[[Object], object]) -> Object:
    return find(world, ASSIGNMENTS, wanted)


def current(world: World) -> set[tuple[str, str]]:
    """Who has what."""
    held = (item for item in world.tenant.objects[ASSIGNMENTS].values() if item["state"] != "expired")
    return {(item["accessPackage"]["id"], item["target"]["objectId"]) for item in held}


def again(world: World, item: Object, **more: object) -> Object:
    """An assignment like `item` that somebody has made."""
    own = world.tenant.new_id()
    made = blank("accessPackageAssignment") | item | {"id": own} | more
    world.tenant.objects[ASSIGNMENTS][own] = made
    return made


def test_what_rules_give_and_what_has_ended_is_nobody_s_wish(world: World) -> None:
    files = [path for path in world.files() if path.startswith(ASSIGNMENTS)]
    assert sorted(path.rpartition("/")[2][:8] for path in files) == sorted(
        str(item["id"])[:8] for item in (one(world, ending), one(world, lasting))
    )


@pytest.mark.slow
def test_what_was_given_and_taken_is_put_back(world: World) -> None:
    """A loss is made good, a gain taken back, the end is as it was."""
    before, lost, kept_ = current(world), one(world, lasting), one(world, ending)
    lost["state"] = "expired"
    end = kept_["schedule"]["expiration"]["endDateTime"]
    kept_["schedule"]["expiration"] = {"type": "noExpiration", "endDateTime": None, "duration": None}
    users = world.tenant.objects["users"]
    somebody = next(own for own in users if own not in {target for _, target in before})
    stranger = again(world, kept_, target={"id": world.tenant.new_id(), "objectId": somebody})
    settle(world, *ALLOW)
    assert current(world) == before
    assert stranger["state"] == "expired"
    assert kept_["schedule"]["expiration"]["endDateTime"].startswith(end[:20])
    asked = [item["requestType"] for item in world.tenant.objects[REQUESTS].values()]
    assert sorted(asked) == ["adminAdd", "adminRemove", "adminUpdate"]
    assert [row[:2] for row in writes(world)] == [("POST", REQUESTS)] * 3


def test_who_has_got_it_back_by_hand_isn_t_given_it_twice(world: World) -> None:
    old = one(world, ending)
    again(world, old)
    old["state"] = "expired"
    done = world.run("plan", "--exit-code", *ALLOW)
    assert done.code == 0, done.out


def test_what_has_ended_meanwhile_is_a_line_of_the_ledger(world: World) -> None:
    path = next(
        path for path in world.files() if path.startswith(ASSIGNMENTS) and "afterDateTime" in world.files()[path]
    )
    text = (world.place / path).read_text().replace("2099-", "2020-")
    (world.place / path).write_text(text)
    world.git("commit", "-q", "-am", "It has ended")
    one(world, ending)["state"] = "expired"
    done = world.run("plan", "--exit-code", *ALLOW)
    assert done.code == 0, done.out
    assert "what has ended is not given again" in " ".join(done.out.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"requestApprovalSettings": {"isApprovalRequiredForAdd": True, "stages": [{}]}}, "state is pendingApproval"),
        pytest.param(
            {"allowedTargetScope": "specificDirectoryUsers"}, "state is deliveryFailed", marks=pytest.mark.nightly
        ),
    ],
    ids=["approval", "scope"],
)
def test_a_request_that_comes_to_nothing_is_no_success(spoilt: Object, said: str, world: World) -> None:
    lost = one(world, lasting)
    world.tenant.objects[POLICIES][lost["assignmentPolicy"]["id"]] |= spoilt
    assert world.run("export").code == 0
    lost["state"] = "expired"
    before = current(world)
    done = world.run("apply", "--yes", *ALLOW)
    assert done.code == 4, done.out
    assert said in " ".join(done.out.split())
    assert current(world) == before


def test_another_policy_is_a_line_of_the_ledger(world: World) -> None:
    held = one(world, lasting)
    others = world.tenant.objects[POLICIES]
    held["assignmentPolicy"] = {"id": next(own for own in others if own != held["assignmentPolicy"]["id"]
                                           and not others[own]["automaticRequestSettings"])}  # fmt: skip
    done = world.run("plan", "--exit-code", *ALLOW)
    assert done.code == 0, done.out
    assert "changes nothing but when it ends" in " ".join(done.out.split())


@pytest.mark.nightly
def test_an_answer_that_is_lost_makes_no_second_request(world: World) -> None:
    one(world, lasting)["state"] = "expired"
    before = len(world.tenant.objects.get(REQUESTS, {}))
    world.tenant.faults.append(Fault(f"^POST {REQUESTS}", times=1, effect="lost"))
    settle(world, *ALLOW)
    assert len(world.tenant.objects[REQUESTS]) == before + 1
