"""An apply that is killed anywhere, and run again on the same machine or on a fresh clone: the same end, once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from applying import WRITES, applied, check, clone, finish, fresh, killed, shot, writes
from executing import Killed
from test_publisher_crash import Killer
from worlds import World

from entragit.git.refs import STATE, TENANT
from entragit.git.repository import open_repository
from entragit.sandbox.faults import Effect, Fault
from entragit.statefiles import load

# The simulated kill leaves the socket of the write that it cuts open.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def world(ill: World, tmp_path: Path) -> World:
    return fresh(ill, tmp_path / "own")


@pytest.mark.slow
def test_unharmed_it_takes_these_writes(world: World) -> None:
    applied(world)
    assert world.run("plan", "--exit-code", world.extra["before"]).code == 0
    check(world)
    assert len(writes(world)) == WRITES


def every_point() -> Iterator[tuple[int, bool, str]]:
    for at in range(1, WRITES + 1):
        for after in (False, True):
            for disk in ("kept", "lost"):
                yield at, after, disk


SOME = {(11, True, "lost")}


@pytest.mark.slow
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
    finish(place)


@pytest.mark.slow
def test_until_then_nobody_else_may_begin(world: World) -> None:
    with pytest.raises(Killed):
        applied(world, 2, True)
    sent = len(writes(world))
    for place in (world, clone(world, "other")):
        done = place.run("apply", "HEAD", "--yes", "--", "groups", "users")
        assert (done.code, "holds the tenant until" in done.err) == (5, True)
    assert len(writes(world)) == sent
    finish(world)


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("disk", ["kept", "lost"])
@pytest.mark.parametrize("effect", ["lost", "reset", "half"])
@pytest.mark.parametrize("at", range(WRITES))
def test_any_answer_may_be_lost_and_the_run_killed_then(world: World, at: int, effect: Effect, disk: str) -> None:
    world.tenant.faults.append(Fault("^(POST|PATCH|DELETE|PUT) (?!.*batch)", effect, after=at))
    with pytest.raises(Killed):
        applied(world, min(at + 2, WRITES), after=at + 2 > WRITES)
    finish(clone(world, "other") if disk == "lost" else world)


@pytest.mark.slow
@pytest.mark.parametrize(("count", "disk"), [(1, "lost"), pytest.param(3, "kept", marks=pytest.mark.nightly)])
def test_a_process_that_is_shot_leaves_nothing_undone(world: World, count: int, disk: str) -> None:
    # The answer to the last write it gets to send is on its way when it dies.
    world.tenant.faults.append(Fault("^(POST|PATCH|DELETE|PUT) (?!.*batch)", "delay", after=count - 1, delay=100.0))
    assert killed(world, count) == -signal.SIGKILL
    world.tenant.faults.clear()
    finish(clone(world, "other") if disk == "lost" else world)


COMMANDS = 19
"""The commands of Git with which it changes something; a test sees that it is so."""

LAST = {(16, "before", "kept")}  # the snapshot and the end of the lease are here, and not on the remote


def every_command() -> Iterator[tuple[int, str, str]]:
    for number in range(1, COMMANDS + 1):
        for when in ("before", "after"):
            for disk in ("kept", "lost"):
                yield number, when, disk


@pytest.fixture
def killer(tmp_path: Path) -> Killer:
    return Killer(tmp_path / "bin")


@pytest.mark.nightly
def test_unharmed_it_takes_these_commands(world: World, killer: Killer) -> None:
    assert shot(world, killer, world.extra["before"]) == 0
    assert killer.count == COMMANDS
    check(world)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "when", "disk"),
    [pytest.param(*point, marks=() if point in LAST else pytest.mark.nightly) for point in every_command()],
)
def test_killed_at_any_command_of_git_the_rerun_ends_the_same(
    world: World, killer: Killer, number: int, when: str, disk: str
) -> None:
    assert shot(world, killer, world.extra["before"], **{when: number}) == -signal.SIGKILL
    place = clone(world, "other") if disk == "lost" else world
    done = place.run("apply", world.extra["before"], "--yes")
    assert done.code == 0, done.out + done.err
    check(place)
    for ref in (STATE, TENANT):
        assert place.git("ls-remote", "origin", ref).split()[0] == place.git("rev-parse", ref)
    if disk == "lost":  # and the other machine, should it come back, brings nothing back that is over
        assert world.run("export").code == 0
        assert world.run("plan", "--exit-code", world.extra["before"]).code == 0
        check(world)
