"""An apply that is killed anywhere, and run again on the same machine or on a fresh clone: the same end, once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from applying import (
    APP,
    GROUP,
    POLICIES,
    POLICY,
    UNITS,
    USER,
    applied,
    clone,
    content,
    edit,
    find,
    fresh,
    killed,
    named,
    started,
    writes,
)
from executing import Killed
from worlds import World

from entragit.git.refs import STATE
from entragit.git.repository import open_repository
from entragit.sandbox import portal, removal
from entragit.sandbox.faults import Fault
from entragit.sandbox.server import Sandbox
from entragit.statefiles import load

WRITES = 19
"""How many the mistakes below take to be undone; a test sees that it is so."""


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company in which a few things have gone wrong since the snapshot: every rung and stage has something to do."""
    world = started(sandbox, tmp_path_factory.mktemp("killed") / "company")
    tenant, group = world.tenant, named(world, "groups", GROUP)
    tenant.links[f"{UNITS}/members"][find(world, UNITS)["id"]].append(group["id"])
    assert world.run("export").code == 0
    world.extra["before"] = world.git("rev-parse", "entragit/tenant")
    portal.delete_group(tenant, group["id"])
    removal.remove(tenant, "applications", named(world, "applications", APP)["id"], soft=False)
    removal.remove(tenant, "users", named(world, "users", USER)["id"], soft=True)
    edit(world, POLICIES, named(world, POLICIES, POLICY), state="disabled")
    edit(world, "groups", named(world, "groups", "VPN"), description="evil")
    return world


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return fresh(company, tmp_path / "own")


def check(world: World) -> None:
    """The tenant is what it was, nothing is there twice, the state knows what is new, and nobody holds it."""
    state = load(open_repository(world.place), STATE)
    ids = {old: new for old, new in state.id_map.items() if old != new}
    assert world.run("plan", "--exit-code", world.extra["before"]).code == 0
    old = sorted(sorted(text.splitlines()) for text in world.files(world.extra["before"]).values())
    new = content(world, ids)
    assert new == old
    assert (len(ids), state.lease, state.plan) == (3, None, None)
    for name in (GROUP, APP):
        for kind in ("groups", "applications"):
            names = [body["displayName"] for body in world.tenant.objects[kind].values()]
            assert names.count(name) <= 1


def test_unharmed_it_takes_these_writes(world: World) -> None:
    applied(world)
    check(world)
    assert len(writes(world)) == WRITES


def every_point() -> Iterator[tuple[int, bool, str]]:
    for at in range(1, WRITES + 1):
        for after in (False, True):
            for disk in ("kept", "lost"):
                yield at, after, disk


SOME = {(1, True, "lost"), (2, False, "kept"), (2, True, "kept"), (5, True, "lost"), (11, False, "lost")}


# The simulated kill leaves the socket of the write that it cuts open.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("at", "after", "disk"),
    [pytest.param(*point, marks=() if point in SOME else pytest.mark.nightly) for point in every_point()],
)
def test_killed_at_any_write_the_rerun_ends_the_same(world: World, at: int, after: bool, disk: str) -> None:
    with pytest.raises(Killed):
        applied(world, at, after)
    held = load(open_repository(world.place), STATE)
    assert held.lease is not None
    place = clone(world, "other") if disk == "lost" else world
    # In between, somebody else may not begin.
    sent = len(writes(world))
    assert place.run("apply", "HEAD", "--yes", "--", "groups", "users").code in (0, 5)
    assert len(writes(world)) == sent
    done = place.run("apply", "HEAD", "--yes")
    assert done.code == 0, done.out + done.err
    assert "going on with its plan" in done.err
    check(place)


@pytest.mark.slow
@pytest.mark.parametrize(("count", "disk"), [(1, "lost"), (3, "kept")])
def test_a_process_that_is_shot_leaves_nothing_undone(world: World, count: int, disk: str) -> None:
    # The answer to the last write it gets to send is on its way when it dies.
    world.tenant.faults.append(Fault("^(POST|PATCH|DELETE|PUT) (?!.*batch)", "delay", after=count - 1, delay=100.0))
    assert killed(world, count) == -signal.SIGKILL
    world.tenant.faults.clear()
    place = clone(world, "other") if disk == "lost" else world
    done = place.run("apply", "HEAD", "--yes")
    assert done.code == 0, done.out + done.err
    check(place)
