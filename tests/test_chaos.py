"""Whatever happened to a company since a commit, checking that out and applying it brings the company back."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from applying import kept
from chaos import (
    HIRES,
    LOCATIONS,
    MISTAKES,
    POLICIES,
    STRENGTHS,
    UNITS,
    Night,
    defaults,
    hire,
    knotted,
    night,
    over,
    purge_all,
    storm,
)
from chaos_checks import Access, Key, access, added, credentials, differences, ids_of, objects, unexcused
from small_world import bodies
from worlds import World, copied, make

from entragit.document import emit
from entragit.guards import WORDS
from entragit.layout import address_of
from entragit.model import Body
from entragit.permissions import reading, writing
from entragit.plan import Plan
from entragit.planfile import from_json
from entragit.resources.catalog import CATALOG
from entragit.sandbox import portal
from entragit.sandbox.faults import Fault
from entragit.sandbox.generate import company as company_of
from entragit.sandbox.server import Sandbox

ID = "11111111-1111-4111-8111-111111111111"
Bodies = dict[Key, Body]
ALLOWED = [part for word in WORDS if word not in ("lock-out", "own-identity") for part in ("--allow", word)]
RENEWED = {"users", "groups", "applications", "servicePrincipals", UNITS, POLICIES, LOCATIONS, STRENGTHS}
KEPT = ("userPrincipalName", "accountEnabled", "department", "jobTitle")


@dataclass(frozen=True)
class Before:
    """What a company was at a commit."""

    commit: str
    files: dict[str, str]
    access: set[Access]
    objects: set[str]
    credentials: dict[str, str]


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company of every kind with one snapshot, and a client that may read and write all of it."""
    tenant = company_of(tenant_id=ID)
    world = make(sandbox, tmp_path_factory.mktemp("chaos") / "company", tenant=tenant)
    tenant.options.quotas = False
    for unit in tenant.objects[UNITS].values():  # which no application without a role in them may touch
        unit["isMemberManagementRestricted"] = False
    for kind in ("users", "groups", "devices"):
        for item in tenant.objects[kind].values():
            item["isManagementRestricted"] = None
    client = tenant.add_client(*{*reading(), *writing()})
    portal.give_role(tenant, client.principal, portal.GLOBAL_ADMINISTRATOR)
    glass = next(body["id"] for body in tenant.objects["users"].values() if "breakglass1" in body["userPrincipalName"])
    return kept(world, client, (), glass)


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


def remember(world: World) -> Before:
    tenant = world.tenant
    return Before(world.git("rev-parse", "HEAD"), world.files(), access(tenant), objects(tenant), credentials(tenant))


def bad_night(world: World, seed: int, steps: int = 30) -> Night:
    one = night(world.tenant, seed)
    storm(one, steps)
    over(one)
    world.sandbox.add(world.tenant)
    assert one.done > HIRES + steps
    return one


def back(world: World, before: Before, nights: Sequence[Night]) -> None:
    """Check the commit out, apply it, and see that everything is as it was."""
    users = world.tenant.objects["users"]
    new = {id_ for one in nights for id_ in one.hires if id_ in users} - before.objects  # whom the commit doesn't know
    hires = {id_: [users[id_].get(name) for name in KEPT] for id_ in new}
    assert hires
    usable = before.credentials.keys() & credentials(world.tenant).keys()
    world.git("checkout", "-q", before.commit)
    done = world.run("apply", "--yes", *ALLOWED)
    assert (done.code, done.err) == (0, ""), [line for line in done.out.splitlines() if line[:4].isupper()]
    second = world.run("plan", "--exit-code", "--format", "json")
    assert (second.code, second.err) == (0, ""), second
    assert world.run("export").code == 0
    plan = from_json(second.out)
    assert differences(world, before.files, plan) == []
    assert {id_: [users[id_].get(name) for name in KEPT] for id_ in hires} == hires
    check_access(world, before, plan)
    lost = usable - credentials(world.tenant).keys()
    assert {before.credentials[key] for key in lost} <= ids_of(world).keys(), "only of what had to be made anew"


def check_access(world: World, before: Before, plan: Plan) -> None:
    """Nothing of what an intruder did lets anybody in, but for what the ledger names."""
    ids = ids_of(world)
    left = added(before.access, world.tenant, ids, before.objects)
    assert unexcused(left, plan, before.files, ids) == []


MANY = [0, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(1, 17))]


@pytest.mark.slow
@pytest.mark.parametrize("seed", MANY)
def test_a_night_is_undone(seed: int, world: World) -> None:
    before = remember(world)
    back(world, before, [bad_night(world, seed)])


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("seed", [20, 30, 40])
def test_a_commit_several_snapshots_old_comes_back(seed: int, world: World) -> None:
    before = remember(world)
    nights = []
    for number in range(3):
        nights.append(bad_night(world, seed + number, 15))
        if number < 2:
            assert world.run("export").code == 0
    assert len(world.snapshots()) == 3
    back(world, before, nights)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [50, 51, 60])
def test_back_and_forth_between_commits(seed: int, world: World) -> None:
    """What was made anew is made anew once more, under ids that the map leads on from."""
    first = remember(world)
    nights = [bad_night(world, seed)]
    assert world.run("export").code == 0
    world.git("checkout", "-q", "main")
    second = remember(world)
    for number, before in enumerate([first, second, first]):
        nights.append(bad_night(world, seed + number + 1))
        back(world, before, nights)


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("whole", [False, True])
def test_what_names_each_other_is_made_anew_and_does_so_again(whole: bool, world: World) -> None:
    tenant, before = world.tenant, remember(world)
    one, knots = night(tenant, 1), knotted(tenant)
    hire(one)
    gone = purge_all(one, lambda id_: whole or id_ in knots)
    over(one)
    world.sandbox.add(tenant)
    back(world, before, [one])
    made = {kind: held & ids_of(world).keys() for kind, held in gone.items()}
    assert {kind for kind, held in made.items() if held} >= RENEWED
    assert len(gone["users"]) >= (20 if whole else 3)


STORM = [
    Fault("^(POST|PATCH|DELETE|PUT) ", status=429, times=15, retry_after=1),
    Fault("^(PATCH|DELETE|PUT) ", status=503, times=6, after=40),
    Fault("^(PATCH|POST) ", "lost", times=3, after=20),
]


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [70, 71])
def test_a_slow_and_busy_entra_is_awaited(seed: int, world: World) -> None:
    before, options = remember(world), world.tenant.options
    one = bad_night(world, seed)
    world.extra["ENTRAGIT_SPEED"] = "50"
    options.quotas, options.lag, options.delete_ghosts = True, 6.0, 6.0
    world.tenant.faults += copy.deepcopy(STORM)
    back(world, before, [one])


def seen(world: World, path: Path) -> Bodies:
    """All that the company has, as an export into another repository shows it."""
    twin = copied(world, path)
    assert twin.run("export").code in (0, 5)  # where the branch's edits conflict, the snapshot is as whole
    world.sandbox.add(world.tenant)
    return bodies(twin.files())


def reviewed(world: World, seed: int, path: Path) -> tuple[Bodies, Bodies, dict[Key, str]]:
    """Edit files and commit, as a pull request does; the bodies of what was edited, both, and its addresses.

    The edits are what a few mistakes make of a twin of the company, if a person can write them down without an id; not
    security defaults, which Entra switches on only while no policy is on, and the night has its own.
    """
    twin = copied(world, path)
    one = night(twin.tenant, seed)
    for step in one.rng.choices([step for step in MISTAKES if step is not defaults], k=12):
        with suppress(portal.NothingThere):
            step(one)
    over(one)
    twin.sandbox.add(twin.tenant)
    assert twin.run("export").code == 0
    world.sandbox.add(world.tenant)
    new, strange = twin.files(), objects(twin.tenant) - objects(world.tenant)
    edited = [name for name, status in twin.changed().items() if status == "M" and address_of(name, CATALOG)
              and not any(id_ in new[name] for id_ in strange)]  # fmt: skip
    pairs = [bodies({name: files[name] for name in edited}) for files in (world.files(), new)]
    for name, body in zip(edited, pairs[1].values(), strict=True):
        (world.place / name).write_bytes(emit(body))  # nobody writes comments
    world.git("commit", "-q", "-am", "Reviewed")
    places = (place[1] for name in edited if (place := address_of(name, CATALOG)))
    return pairs[0], pairs[1], dict(zip(pairs[0], places, strict=True))


def differing(one: Body, other: Body) -> set[str]:
    return {name for name in {*one, *other} if one.get(name) != other.get(name)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [80, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(81, 90))])
def test_what_was_reviewed_changes_and_nothing_else(seed: int, world: World, tmp_path: Path) -> None:
    """Whatever happened in the tenant since the last export, a merge makes the edits of Git, and none but them."""
    old, new, places = reviewed(world, seed, tmp_path / "twin")
    bad_night(world, seed)
    before = seen(world, tmp_path / "before")
    planned = from_json(world.run("plan", "--since", "--format", "json").out)
    takes = [word for row in planned.conflicts for word in ("--take", "tenant", row[0])]
    done = world.run("apply", "--since", "--yes", *ALLOWED, "--allow", "lock-out", *takes)
    assert (done.code, done.err) == (0, ""), done.out[-2000:]
    after = seen(world, tmp_path / "after")
    assert after.keys() == before.keys()
    theirs = {(change.kind, change.id) for change in planned.changes}
    for key in after:
        changed = differing(before[key], after[key]) - {"isDefault"}  # which one domain loses to another
        edited = differing(old.get(key, {}), new.get(key, {}))
        assert changed <= edited | ({"members"} if "membershipRule" in edited else set()), key
        assert not changed or key in theirs, key
    alone = {(key, name) for key in old.keys() & after.keys() for name in differing(old[key], new[key])
             if before[key].get(name) == old[key].get(name)}  # fmt: skip
    assert len(alone) > 5
    told = {(entry.address, entry.property.split("/")[0]) for entry in planned.ledger}
    told |= {(row[0], row[1].split(".")[0]) for row in planned.conflicts}
    missed = {(key, name) for key, name in alone if after[key].get(name) != new[key].get(name)}
    assert {(key, name) for key, name in missed if not {(places[key], name), (places[key], "")} & told} == set()
