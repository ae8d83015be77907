"""Whatever happened to a company since a commit, checking that out and applying it brings the company back."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from chaos import HIRES, LOCATIONS, POLICIES, STRENGTHS, UNITS, Night, hire, knotted, night, over, purge_all, storm
from chaos_checks import Access, access, added, credentials, differences, ids_of, objects, unexcused
from worlds import World, copied, make

from entragit.guards import WORDS
from entragit.permissions import reading, writing
from entragit.plan import Plan
from entragit.planfile import from_json
from entragit.sandbox import portal
from entragit.sandbox.faults import Fault
from entragit.sandbox.generate import company as company_of
from entragit.sandbox.server import Sandbox

SPEED = "5000"
ID = "11111111-1111-4111-8111-111111111111"
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
    (world.place / "entragit.yaml").write_text(f"tenant: {tenant.id}\nguards:\n  break_glass: [{glass}]\n")
    world.git("commit", "-q", "-am", "Keep an account")
    made = World(sandbox, tenant, client, world.place, {"ENTRAGIT_SPEED": SPEED})
    done = made.run("export")
    assert (done.code, done.err) == (0, ""), done
    return made


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    own = copied(company, tmp_path / "company")
    own.extra |= company.extra
    return own


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


MANY = [*range(2), *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(2, 17))]


@pytest.mark.slow
@pytest.mark.parametrize("seed", MANY)
def test_a_night_is_undone(seed: int, world: World) -> None:
    before = remember(world)
    back(world, before, [bad_night(world, seed)])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [20, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in (30, 40))])
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
@pytest.mark.parametrize("seed", [51, 60])
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
@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.nightly)])
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
