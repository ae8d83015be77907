"""One apply after another, or two at once: whatever the first one left, nothing is made twice, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from applying import (
    ASSIGNMENTS,
    GROUP,
    UNITS,
    WRITES,
    Napping,
    applied,
    applied_with,
    check,
    clone,
    edit,
    find,
    finish,
    fresh,
    named,
    state_of,
    writes,
)
from executing import Killed
from worlds import Result, World

from entragit.clock import Clock
from entragit.errors import RefusedError
from entragit.git.repository import open_repository
from entragit.publisher.recording import record
from entragit.sandbox import portal, removal
from entragit.sandbox.faults import Fault
from entragit.state import State, stamp

pytestmark = [
    pytest.mark.slow,
    # The simulated kill leaves the socket of the write that it cuts open.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
CREATED = 1
"""The write after which the group is made, and nobody but the tenant knows."""

ALLOWED = ("--allow", "tier-0")
"""What a plan needs that finds the group made, and the policies without it: it excludes somebody from them."""


@pytest.fixture
def world(ill: World, tmp_path: Path) -> World:
    return fresh(ill, tmp_path / "own")


def apply(world: World, *args: str) -> Result:
    return world.run("apply", world.extra["before"], "--yes", *args)


def done(world: World, *args: str) -> None:
    found = apply(world, *args)
    assert found.code == 0, found.out + found.err


def test_the_same_mistake_on_another_day_is_undone_again(world: World) -> None:
    group = named(world, "groups", "VPN")
    for _ in range(2):
        group["description"] = "evil"
        done(world, "--", group["id"])
        assert group["description"] != "evil"
    assert not list((world.place / ".git/entragit").glob("journal-*"))


def test_a_plan_file_is_run_again_on_a_machine_that_knows_nothing(world: World, tmp_path: Path) -> None:
    file = str(tmp_path / "plan.json")
    assert world.run("plan", "--out", file, world.extra["before"]).code == 0
    assert world.run("apply", "--yes", "--plan", file).code == 0
    sent = len(writes(world))
    again = clone(world, "other").run("apply", "--yes", "--plan", file)
    assert again.code == 0, again.out + again.err
    assert len(writes(world)) == sent
    check(world)


@pytest.mark.nightly
def test_a_plan_for_something_that_is_made_by_now_is_refused(world: World, tmp_path: Path) -> None:
    file = str(tmp_path / "plan.json")
    assert world.run("plan", "--out", file, world.extra["before"]).code == 0
    done(world, "--", "groups/*/Sales*", "users/*/daniel.obrien*")
    sent = len(writes(world))
    late = clone(world, "other").run("apply", "--yes", "--plan", file)
    assert late.code == 5
    assert f"is there by now, as {named(world, 'groups', GROUP)['id']}" in late.err
    assert len(writes(world)) == sent


# A unit has no date; a group has one, and the twin's is of today.
@pytest.mark.nightly
@pytest.mark.parametrize("kind", [UNITS, "groups"])
@pytest.mark.parametrize("after", [False, True])
def test_a_twin_that_somebody_else_made_before_stays_theirs(world: World, kind: str, after: bool) -> None:
    text = str(world.tenant.objects[ASSIGNMENTS])  # giving a role anew is a matter for --allow
    wanted = find(world, kind, lambda body: body["id"] not in text and not body.get("groupTypes"))
    removal.remove(world.tenant, kind, wanted["id"], soft=False)
    twin = {**wanted, "id": world.tenant.new_id(), "createdDateTime": stamp(world.tenant.now())}
    portal.add(world.tenant, kind, twin, "Add")
    with pytest.raises(Killed):
        applied(world, f"/{kind}", after)
    other = clone(world, "other")
    done(other)
    alike = [key for key, body in world.tenant.objects[kind].items() if body["displayName"] == wanted["displayName"]]
    assert len(alike) == 2
    assert state_of(other).id_map[wanted["id"]] in {*alike} - {twin["id"]}


def expire(world: World) -> None:
    """Let a day pass."""

    def later(state: State) -> State:
        assert state.lease is not None
        then = Clock().now() - timedelta(days=1)
        return replace(state, lease=replace(state.lease, expiry=stamp(then)))

    record(open_repository(world.place), later, "A day passes", Clock().now())


@pytest.mark.parametrize(
    "how", [("--break-lease",), pytest.param((), marks=pytest.mark.nightly)], ids=["broken", "expired"]
)
@pytest.mark.parametrize(
    "at", [pytest.param(at, marks=() if at == CREATED else pytest.mark.nightly) for at in range(1, WRITES + 1)]
)
def test_what_a_dead_run_made_is_found_by_the_next_of_another_plan(world: World, at: int, how: tuple[str, ...]) -> None:
    with pytest.raises(Killed):
        applied(world, at, True)
    if not how:
        expire(world)
    group, other = named(world, "groups", "VPN"), clone(world, "other")
    edit(world, "groups", group, description="worse")
    done(other, *how, "--", group["id"])
    state = state_of(other)
    assert (state.lease, state.plan, state.begun) == (None, None, None)
    done(other, *ALLOWED)
    check(other)


@pytest.mark.nightly
def test_a_plan_that_would_make_it_once_more_is_refused_first(world: World) -> None:
    with pytest.raises(Killed):
        applied(world, CREATED, True)
    other = clone(world, "other")
    again = ("--break-lease", "--", "groups/*/Sales*", "users/*/daniel.obrien*")
    refused = apply(other, *again)
    assert (refused.code, "run the same command again" in refused.err) == (5, True), refused.err
    assert state_of(other).lease is None
    done(other, *again)
    done(other, *ALLOWED)
    check(other)


def naps() -> Iterator[tuple[int, bool]]:
    """At which write the first run sleeps, and whether the second one dies at its own second write."""
    yield from ((at, False) for at in range(1, WRITES + 1))
    yield from ((at, True) for at in range(1, WRITES - 1))


@pytest.mark.parametrize(
    ("at", "dies"), [pytest.param(*nap, marks=() if nap == (2, True) else pytest.mark.nightly) for nap in naps()]
)
def test_a_run_that_was_taken_for_dead_notices_and_writes_no_more(world: World, at: int, dies: bool) -> None:
    other = clone(world, "other")
    counts: list[int] = []

    def nap() -> None:
        if dies:
            with pytest.raises(Killed):
                applied(other, 2, True)
        else:
            finish(other)
        counts.append(len(writes(world)))

    with pytest.raises(RefusedError, match="has taken the lease from this run"):
        applied_with(world, lambda graph: Napping(graph, at, nap))
    assert len(writes(world)) == counts[0]
    finish(other) if dies else check(other)


def elsewhere(world: World) -> Path:
    return world.place.parent / "elsewhere.git"


def away(world: World) -> None:
    shutil.move(world.place.parent / "remote.git", elsewhere(world))


def back(world: World) -> None:
    shutil.move(elsewhere(world), world.place.parent / "remote.git")


@pytest.mark.nightly
def test_a_remote_that_goes_away_for_a_while_is_waited_for(world: World) -> None:
    def nap() -> None:
        away(world)
        threading.Timer(0.5, back, [world]).start()

    applied_with(world, lambda graph: Napping(graph, 9, nap))
    assert not elsewhere(world).exists()
    check(world)


@pytest.mark.nightly
def test_a_run_that_can_not_ask_for_its_lease_stops(world: World) -> None:
    counts: list[int] = []

    def nap() -> None:
        away(world)
        counts.append(len(writes(world)))

    with pytest.raises(RefusedError, match=r"can't be renewed \(the remote origin can't be read"):
        applied_with(world, lambda graph: Napping(graph, 2, nap))
    assert len(writes(world)) <= counts[0] + 8, "what was on its way"
    back(world)
    finish(world)


@pytest.mark.nightly
@pytest.mark.parametrize("count", [1, 2, 4, 8])
def test_two_that_live_at_the_same_time_make_nothing_twice(world: World, count: int) -> None:
    # Slow enough for the second to come while the first writes; their clocks run as the sandbox's.
    world.extra["ENTRAGIT_SPEED"] = "10"
    world.tenant.faults.append(Fault("^(POST|PATCH|DELETE|PUT) (?!.*batch)", "delay", times=None, delay=100.0))
    command = [sys.executable, "-m", "entragit", "-C", str(world.place), "apply", "--yes", world.extra["before"]]
    first = subprocess.Popen(command, env={**os.environ, **world.environment}, stderr=subprocess.PIPE, text=True)
    while first.poll() is None and len(writes(world)) < count:
        time.sleep(0.01)
    other = clone(world, "other")
    finish(other)
    said = first.communicate()[1]
    assert (first.returncode, "has taken the lease from this run" in said) == (5, True), said
    check(other)
