"""A tenant that changes while it is read, and one that shows changes late: no snapshot is torn, nothing is deleted."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from small_world import POLICIES, again, bodies
from worlds import World

from entragit.sandbox import portal, removal
from entragit.sandbox.faults import Fault
from entragit.sandbox.mistakes import activate_pim, random_change, rename_group
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Tenant

LOCATIONS = "identity/conditionalAccess/namedLocations"


@dataclass
class Moment(Fault):
    """No fault, but a change of the tenant just before the answer to a request that `match` names."""

    act: Callable[[], object] = print
    came: bool = field(default=False, init=False)

    def strikes(self, request: str) -> bool:
        if super().strikes(request):
            self.came = True
            self.act()
        return False


@contextmanager
def meanwhile(tenant: Tenant, match: str, act: Callable[[Tenant], object], after: int = 0) -> Iterator[None]:
    """Let `act` happen to the tenant when a request that matches comes, the first `after` apart."""
    moment = Moment(match, after=after, act=lambda: act(tenant))
    tenant.faults.insert(0, moment)
    yield
    assert moment.came
    tenant.faults.remove(moment)


def fresh(world: World, place: Path) -> dict[str, str]:
    """The tenant's files as a first export elsewhere writes them."""
    other = World(world.sandbox, world.tenant, world.client, place / "fresh", world.extra)
    other.run("init", str(other.place), "--tenant", world.tenant.id, place=place)
    done = other.run("export")
    assert (done.code, done.err) == (0, ""), done
    return other.files()


def delete_user(tenant: Tenant) -> None:
    """As Graph does: the user leaves whatever names it."""
    user = list(tenant.objects["users"])[-1]
    removal.forget(tenant, user)
    tenant.bury("users", user)
    tenant.links["users/manager"].pop(user, None)
    tenant.links["users/sponsors"].pop(user, None)
    tenant.touch("users", user, "deleted")


def new_member(tenant: Tenant) -> None:
    user = blank("user") | {"id": tenant.new_id(), "userPrincipalName": f"new@{tenant.domain}", "displayName": "New"}
    portal.add(tenant, "users", user, "Add user")
    portal.join(tenant, "groups", "members", max(tenant.objects["groups"]), user["id"])


def delete_group(tenant: Tenant) -> None:
    portal.delete_group(tenant, max(tenant.objects["groups"]))


# While relationships are read; when the changes of applications have been asked for, and all others not yet; when
# only those of users are left to ask for.
MEMBERS = r"^GET groups/[^?]*/members"
CHILDREN = r"^GET servicePrincipals/[^?]*/delegatedPermissionClassifications"
HOURS = timedelta(hours=8)
EARLY, LATE = (rf"^GET {kind}/delta\?\$deltatoken=(?!latest)" for kind in ("devices", "users"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("move", "when"),
    [
        pytest.param(delete_user, CHILDREN, marks=pytest.mark.nightly),
        pytest.param(delete_user, MEMBERS, marks=pytest.mark.nightly),
        (delete_group, MEMBERS),
        pytest.param(rename_group, MEMBERS, marks=pytest.mark.nightly),
        pytest.param(delete_user, EARLY, marks=pytest.mark.nightly),
        pytest.param(new_member, EARLY, marks=pytest.mark.nightly),
    ],
)
def test_a_change_between_two_reads_is_in_the_snapshot_as_a_whole(
    small: World, move: Callable[[Tenant], object], when: str, tmp_path: Path
) -> None:
    world = again(small, tmp_path / "company", changed=False)
    world.tenant.options.shuffle = 7
    # The users' listing lasts, so that owners are read before the last users are.
    world.tenant.faults.append(Fault(r"^GET users\?(?!.*expand)", "delay", delay=10.0))
    with meanwhile(world.tenant, when, move):
        done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    found = world.files()
    gone = re.compile(r"# gone: .*")
    expected = fresh(world, tmp_path)
    assert {p: gone.sub("# unknown", t) for p, t in found.items()} == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["roleAssignments", pytest.param("roleAssignmentScheduleInstances", marks=pytest.mark.nightly)]
)
def test_a_role_activated_while_the_assignments_are_read_is_no_desired_state(
    small: World, path: str, tmp_path: Path
) -> None:
    world = again(small, tmp_path / "company", changed=False)
    with meanwhile(world.tenant, rf"^GET roleManagement/directory/{path}(\?|$)", activate_pim):
        done = world.run("export")
    assert (done.code, done.out) == (0, "the tenant is unchanged, no commit\n"), done


def activate_membership(tenant: Tenant) -> None:
    """Somebody becomes a member of a group for some hours."""
    group = next(own for own, body in tenant.objects["groups"].items() if body["displayName"] == "PIM-Helpdesk")
    there = tenant.links["groups/members"][group]
    portal.let_in(tenant, next(own for own in tenant.objects["users"] if own not in there), group, lasting=HOURS)


@pytest.mark.slow
def test_a_membership_activated_while_members_are_read_is_no_desired_state(small: World, tmp_path: Path) -> None:
    world = again(small, tmp_path / "company", changed=False)
    with meanwhile(world.tenant, MEMBERS, activate_membership):
        done = world.run("export")
    assert (done.code, done.out) == (0, "the tenant is unchanged, no commit\n"), done


@pytest.mark.slow
@pytest.mark.nightly
def test_a_location_made_and_used_between_two_listings_is_found(small: World, tmp_path: Path) -> None:
    def use_new_location(tenant: Tenant) -> None:
        place = next(iter(tenant.objects[LOCATIONS].values())) | {"id": tenant.new_id(), "displayName": "New office"}
        portal.add(tenant, LOCATIONS, place, "Add named location")
        policy = list(tenant.objects[POLICIES])[-1]
        conditions = tenant.objects[POLICIES][policy]["conditions"] | {
            "locations": {"includeLocations": ["All"], "excludeLocations": [place["id"]]}
        }
        portal.edit(tenant, POLICIES, policy, "Update conditional access policy", conditions=conditions)

    world = again(small, tmp_path / "company", changed=False)
    # The quota of Conditional Access lets one page go after the other: the policies' third comes last.
    with meanwhile(world.tenant, rf"^GET {POLICIES}\?.*skiptoken", use_new_location, after=1):
        done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    policies = "".join(text for path, text in world.files().items() if path.startswith(POLICIES))
    assert f"# {LOCATIONS}/New-office." in policies
    assert world.files() == fresh(world, tmp_path)


@pytest.mark.slow
def test_members_name_only_what_is_there_while_everything_moves(small: World, tmp_path: Path) -> None:
    rng = random.Random(1)

    def much(tenant: Tenant) -> None:
        for _ in range(40):
            random_change(tenant, rng)
        delete_user(tenant)

    world = again(small, tmp_path / "company", changed=False)
    world.tenant.options.shuffle = 1
    with meanwhile(world.tenant, MEMBERS, much), meanwhile(world.tenant, LATE, rename_group):
        done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    found = bodies(world.files())
    assert any(str(body.get("displayName")).endswith(" (renamed)") for body in found.values())
    there = {id_ for _, id_ in found}
    for (kind, id_), body in found.items():
        for name in ("members", "owners", "sponsors", "registeredOwners"):
            assert set(body.get(name, ())) <= there, (kind, id_, name)
    done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    gone = re.compile(r"# gone: .*")
    assert {p: gone.sub("# unknown", t) for p, t in world.files().items()} == fresh(world, tmp_path)


@pytest.mark.slow
def test_what_vanishes_is_gone_also_where_changes_cannot_be_followed(small: World, tmp_path: Path) -> None:
    world = again(small, tmp_path / "company", changed=False)
    world.tenant.faults.append(Fault("/delta", status=400, code="Request_UnsupportedQuery", times=None))
    with meanwhile(world.tenant, MEMBERS, delete_group):
        done = world.run("export")
    assert done.code == 0, done
    assert done.err.startswith("changes of applications, contacts, devices,"), done
    assert done.err.count("\n") == 1
    assert max(small.tenant.objects["groups"]) not in {id_ for _, id_ in bodies(world.files())}


@pytest.mark.slow
def test_one_resource_that_cannot_be_read_again_keeps_its_file(small: World, tmp_path: Path) -> None:
    """It came back into the tenant between its listing and now, so that no listing has it."""
    world = again(small, tmp_path / "company", changed=False)
    group = max(world.tenant.objects["groups"])
    held = world.tenant.objects["groups"].pop(group)

    def restore(tenant: Tenant) -> None:
        tenant.objects["groups"][group] = held | {"displayName": "Back"}
        tenant.touch("groups", group)

    world.tenant.faults.append(Fault(rf"GET groups/{group}\?", status=403, code="AccessDenied", times=None))
    with meanwhile(world.tenant, EARLY, restore):
        done = world.run("export")
    assert done.code == 4, done
    path = next(path for path, text in small.files().items() if f"\nid: {group}\n" in text)
    assert world.files()[path] == small.files()[path]
    assert f"id: {group}" in world.files()["snapshot.yaml"]
    assert (
        f"NOT READ, old values kept: groups of {path.split('/')[0]}/{path.split('/')[2].removesuffix('.yaml')} ("
        in done.err
    )
    world.tenant.faults.clear()
    assert world.run("export").code == 0
    assert world.files() == fresh(world, tmp_path)


@pytest.mark.slow
def test_lag_delays_what_is_new_and_deletes_nothing(small: World, tmp_path: Path) -> None:
    world = again(small, tmp_path / "company", changed=False)
    before = world.files()
    world.tenant.options.lag = world.tenant.options.delete_ghosts = 10_000.0
    delete_user(world.tenant)  # the last by id, so before there is another
    new_member(world.tenant)
    done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    assert world.files().keys() == before.keys()
    world.tenant.options.lag = world.tenant.options.delete_ghosts = 0.0
    done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    gone = re.compile(r"# gone: .*")  # a new repository doesn't know the names of what went
    assert {path: gone.sub("# unknown", text) for path, text in world.files().items()} == fresh(world, tmp_path)
