"""Everything that can be lost is lost, at random: answers, processes, disks; and the end is the same, once."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from applying import (
    FEDERATED,
    POLICIES,
    UNITS,
    applied,
    check,
    clone,
    edit,
    fresh,
    keeper,
    names_in,
)
from executing import Killed
from worlds import World

from entragit.sandbox import portal, removal
from entragit.sandbox.faults import Effect, Fault
from entragit.sandbox.store import Object

# The simulated kill leaves the socket of the write that it cuts open.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

LOST: list[Effect] = ["lost", "reset", "half"]
MOST = 40
"""Writes among which the unlucky ones are drawn."""

Mistake = Callable[[World, random.Random], None]


@pytest.fixture(scope="module")
def company(well: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company of which everything can be brought back."""
    world = fresh(well, tmp_path_factory.mktemp("unlucky") / "own")
    tenant = world.tenant
    for kind in (UNITS, "users", "groups"):
        for body in tenant.objects[kind].values():  # what is restricted, no application may touch
            body |= {"isMemberManagementRestricted": False} if kind == UNITS else {"isManagementRestricted": None}
    for body in [*tenant.objects["applications"].values(), *tenant.objects["servicePrincipals"].values()]:
        body |= {"passwordCredentials": [], "keyCredentials": []}
    assert world.run("export").code == 0
    world.extra["before"] = world.git("rev-parse", "entragit/tenant")
    return world


def some(
    world: World, rng: random.Random, kind: str, wanted: Callable[[Object], object] = lambda _body: True
) -> Object:
    """An object that nobody told us to leave alone."""
    spared = {keeper(world.tenant), *(client.principal for client in world.tenant.clients.values())}
    held = world.tenant.objects[kind].values()
    return rng.choice([body for body in held if body["id"] not in spared and wanted(body)])


def plain(body: Object) -> bool:
    """Whether we may do with it as we like: not synced, computed, Exchange's, or an administrator's."""
    hard = any(
        body.get(name) for name in ("onPremisesSyncEnabled", "groupTypes", "mailEnabled", "isManagementRestricted")
    )
    return not hard and "admin" not in str(body.get("userPrincipalName"))


def lose_a_group(world: World, rng: random.Random) -> None:
    portal.delete_group(world.tenant, some(world, rng, "groups", plain)["id"])


def lose_an_application(world: World, rng: random.Random) -> None:
    app = some(world, rng, "applications")
    principals = world.tenant.objects["servicePrincipals"]
    for id_ in [id_ for id_, body in principals.items() if body["appId"] == app["appId"]]:
        removal.remove(world.tenant, "servicePrincipals", id_, soft=False)
    removal.remove(world.tenant, "applications", app["id"], soft=False)


def lose_a_user(world: World, rng: random.Random) -> None:
    removal.remove(world.tenant, "users", some(world, rng, "users", plain)["id"], soft=True)


def lose_a_unit(world: World, rng: random.Random) -> None:
    removal.remove(world.tenant, UNITS, some(world, rng, UNITS)["id"], soft=False)


def lose_a_policy(world: World, rng: random.Random) -> None:
    removal.remove(world.tenant, POLICIES, some(world, rng, POLICIES)["id"], soft=False)


def switch_a_policy_off(world: World, rng: random.Random) -> None:
    edit(world, POLICIES, some(world, rng, POLICIES), state="disabled")


def describe(world: World, rng: random.Random) -> None:
    edit(world, "groups", some(world, rng, "groups", plain), description="evil")


def promote(world: World, rng: random.Random) -> None:
    edit(world, "users", some(world, rng, "users", plain), jobTitle="evil")


def let_in(world: World, rng: random.Random) -> None:
    group, user = some(world, rng, "groups", plain), some(world, rng, "users", plain)
    if user["id"] not in world.tenant.links["groups/members"].setdefault(group["id"], []):
        portal.join(world.tenant, "groups", "members", group["id"], user["id"])


def throw_out(world: World, rng: random.Random) -> None:
    group = some(world, rng, "groups", plain)
    for member in world.tenant.links["groups/members"].get(group["id"], [])[:2]:
        portal.leave(world.tenant, "groups", "members", group["id"], member)


def lose_a_credential(world: World, rng: random.Random) -> None:
    world.tenant.children[FEDERATED].pop(some(world, rng, "applications")["id"], None)


MISTAKES: list[Mistake] = [
    lose_a_group, lose_an_application, lose_a_user, lose_a_unit, lose_a_policy, switch_a_policy_off, describe, promote,
    let_in, throw_out, lose_a_credential,
]  # fmt: skip


def unlucky(world: World, place: World, rng: random.Random) -> bool:
    """One run that loses answers and then its life, unless it is too short for that; whether it died."""
    for _ in range(rng.randrange(3)):
        match = "^(POST|PATCH|DELETE|PUT) (?!.*batch)"
        world.tenant.faults.append(Fault(match, rng.choice(LOST), after=rng.randrange(MOST)))
    try:
        applied(place, rng.randint(1, MOST), rng.random() < 0.5, ("tier-0",))
    except Killed:
        return True
    finally:
        world.tenant.faults.clear()
    return False


@pytest.mark.parametrize("seed", [pytest.param(n, marks=() if n < 1 else pytest.mark.nightly) for n in range(60)])
def test_whatever_is_lost_the_end_is_the_same(company: World, tmp_path: Path, seed: int) -> None:
    rng, world = random.Random(seed), fresh(company, tmp_path / "own")
    world.extra["names"] = names_in(world)
    for mistake in rng.sample(MISTAKES, rng.randint(3, len(MISTAKES))):
        with suppress(IndexError):  # nothing is left to lose
            mistake(world, rng)
    places = [world]
    for number in range(rng.randint(1, 4)):
        if rng.random() < 0.5:
            places.append(clone(world, f"machine{number}"))
        if not unlucky(world, rng.choice(places), rng):
            break
    place = rng.choice([*places, clone(world, "last")])
    done = place.run("apply", world.extra["before"], "--yes", "--allow", "tier-0")
    assert done.code == 0, done.out + done.err
    assert place.run("export").code == 0  # the last run may have been on another machine
    check(place)
