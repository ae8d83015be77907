"""The lease: one apply at a time, on any number of machines, and nobody's work lost on the way."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from publishing import ONE, TWO, WHEN, check, clone, export, git, remote, start, start_with_remote, tips

from entragit.errors import GitError, RefusedError
from entragit.git.refs import STATE, resolve
from entragit.git.repository import Repository
from entragit.lease import LENGTH, SKEW, Held, newest, release, released, renew, silent_since, take
from entragit.publisher.recording import Recorded, record
from entragit.state import AuditRecord, Begun, State
from entragit.statefiles import load

PLAN = {"commit": "c1"}
MINUTE = timedelta(minutes=1)


def taken(repo: Repository, digest: str = "d1", at: datetime = WHEN, run: str = "r1", **how: Any) -> Held:
    return take(repo, run, digest, PLAN, "host", at, **how)


def state_of(repo: Repository) -> State:
    return load(repo, resolve(repo, STATE))


def let_go(repo: Repository, held: Held, at: datetime) -> Recorded:
    return release(repo, held, at, lambda state: released(state, held))


@pytest.fixture(params=["alone", "with a remote"])
def repo(request: pytest.FixtureRequest, tmp_path: Path) -> Repository:
    made = start(tmp_path / "here") if request.param == "alone" else start_with_remote(tmp_path)
    export(made, ONE)
    return made


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Repository, Repository]:
    """Two machines with one remote."""
    one = start_with_remote(tmp_path)
    export(one, ONE)
    return one, clone(one, "there")


def test_a_lease_is_taken_renewed_and_released(repo: Repository) -> None:
    before = state_of(repo)
    held = taken(repo)
    assert state_of(repo) == replace(before, lease=held.lease, plan=PLAN)
    assert (held.lease.run, held.lease.plan, held.earlier) == ("r1", "d1", None)

    later = renew(repo, held, WHEN + MINUTE, lambda state: replace(state, id_map={"old": "new"}))
    assert datetime.fromisoformat(later.lease.expiry) == WHEN + MINUTE + LENGTH
    assert state_of(repo).id_map == {"old": "new"}

    record_ = AuditRecord("Ada", "", "d1", held.lease.start)
    release(repo, later, WHEN + 2 * MINUTE, lambda state: replace(released(state, later), audit={"r1": record_}))
    assert state_of(repo) == replace(before, id_map={"old": "new"}, audit={"r1": record_})
    check(repo)


def test_the_remote_has_whatever_this_machine_has(pair: tuple[Repository, Repository]) -> None:
    one, _ = pair
    held = taken(one)
    assert state_of(remote(one)) == state_of(one)
    renew(one, held, WHEN + MINUTE)
    assert state_of(remote(one)) == state_of(one)
    let_go(one, held, WHEN + MINUTE)
    assert state_of(remote(one)).lease is None


# A second apply: of which plan, how long after the first one's last word, with --break-lease; is it let in?
SECOND = [
    ("d2", MINUTE, False, False),
    ("d2", LENGTH - MINUTE, False, False),
    ("d2", LENGTH + MINUTE, False, True),
    ("d2", MINUTE, True, True),
    ("d1", MINUTE, False, True),
    ("d1", LENGTH + MINUTE, False, True),
]


@pytest.mark.parametrize(
    "fresh", [pytest.param(False, id="same machine", marks=pytest.mark.nightly), pytest.param(True, id="fresh clone")]
)
@pytest.mark.parametrize(("digest", "after", "breaking", "let_in"), SECOND)
def test_who_may_take_a_lease_over(
    pair: tuple[Repository, Repository], digest: str, after: timedelta, breaking: bool, let_in: bool, fresh: bool
) -> None:
    one, other = pair
    first = taken(one)
    place = other if fresh else one

    def again() -> Held:
        return taken(place, digest, WHEN + after, "r2", breaking=breaking)

    if not let_in:
        with pytest.raises(RefusedError, match=r"apply on host, .* --break-lease"):
            again()
        assert state_of(remote(one)).lease == first.lease
        return
    second = again()
    assert state_of(remote(one)).lease == second.lease
    same = digest == "d1"
    assert second.earlier == first.lease
    assert second.lease.start == (first.lease.start if same else second.lease.start)
    assert (second.lease.start == first.lease.start) == same
    # The first run, should it still live, learns of it and writes no more.
    with pytest.raises(RefusedError, match="has taken the lease"):
        renew(one, first, WHEN + after)
    assert state_of(remote(one)).lease == second.lease
    let_go(one, first, WHEN + after)
    assert state_of(remote(one)).lease == second.lease, "what is not ours is not let go"
    let_go(place, second, WHEN + after)
    assert state_of(remote(one)).lease is None


def test_a_look_tells_whether_the_lease_is_where_it_was(pair: tuple[Repository, Repository]) -> None:
    one, other = pair
    held = taken(one)
    assert newest(one, "origin") == held.tip
    held = renew(one, held, WHEN + MINUTE)
    assert newest(one, "origin") == held.tip
    taken(other, at=WHEN + 2 * MINUTE, run="r2")
    assert newest(one, "origin") != held.tip
    shutil.rmtree(remote(one).path)
    with pytest.raises(GitError, match="can't be read"):
        newest(one, "origin")


def test_an_estate_stays_until_it_is_settled(repo: Repository) -> None:
    first = taken(repo)
    begun = Begun("d1", {"g create": ("id-1",)})
    first = renew(repo, first, WHEN, lambda state: replace(state, begun=begun), everywhere=True)
    assert (first.begun, first.estate) == (begun, None)
    again = taken(repo, at=WHEN + MINUTE, run="r2")
    assert (again.begun, again.estate) == (begun, None)
    # Whoever comes with another plan finds the old one still in the state, however often they die.
    for run in ("r3", "r4"):
        other = take(repo, run, "d2", {"commit": "c2"}, "host", WHEN + 3 * LENGTH)
        assert (other.begun, other.estate, state_of(repo).plan) == (None, begun, PLAN)
    other = renew(repo, other, WHEN + 3 * LENGTH, lambda state: replace(state, plan={"commit": "c2"}, begun=None))
    assert (other.begun, other.estate) == (None, None)
    assert released(state_of(repo), other, unsure=True).plan is None, "it has not begun"
    other = renew(repo, other, WHEN + 3 * LENGTH, lambda state: replace(state, begun=Begun("d2")))
    assert released(state_of(repo), other, unsure=True).plan == {"commit": "c2"}, "it becomes an estate"
    assert released(state_of(repo), first, unsure=True) == state_of(repo), "which is not ours to leave"
    let_go(repo, other, WHEN + 3 * LENGTH)
    assert (state_of(repo).plan, state_of(repo).begun, state_of(repo).lease) == (None, None, None)


def test_the_last_possible_write_is_known(pair: tuple[Repository, Repository]) -> None:
    first = taken(pair[0])
    assert silent_since(first, WHEN) == WHEN
    soon, late = WHEN + MINUTE, WHEN + 10 * LENGTH
    assert silent_since(taken(pair[1], at=soon, run="r2"), soon) == soon
    assert silent_since(replace(first, earlier=first.lease), late) == WHEN + LENGTH + SKEW, "clocks differ"


def hook(repo: Repository, name: str, script: str) -> Path:
    path = remote(repo).git_dir / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


BROKEN: dict[str, Callable[[Repository], object]] = {
    "refused": lambda repo: hook(repo, "pre-receive", "exit 1"),
    "unreachable": lambda repo: shutil.move(remote(repo).path, repo.path.parent / "elsewhere.git"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_no_lease_is_had_that_others_would_not_see(pair: tuple[Repository, Repository], how: str) -> None:
    one, _ = pair
    before = tips(one)
    BROKEN[how](one)
    with pytest.raises(RefusedError, match="can't be put on the remote"):
        taken(one)
    assert tips(one) == before


@pytest.mark.parametrize("how", BROKEN)
def test_a_remote_that_goes_away_costs_nothing(pair: tuple[Repository, Repository], how: str) -> None:
    one, _ = pair
    held = taken(one)
    BROKEN[how](one)
    later = renew(one, held, WHEN + MINUTE, lambda state: replace(state, id_map={"old": "new"}))
    assert (later.shared, later.lease, bool(later.why)) == (False, held.lease, True), "others don't see it"
    with pytest.raises(RefusedError, match="can't be put on the remote"):
        renew(one, held, WHEN + MINUTE, lambda state: replace(state, id_map={"x": "y"}), everywhere=True)
    done = let_go(one, held, WHEN + MINUTE)
    assert (state_of(one).id_map, state_of(one).lease) == ({"old": "new"}, None)
    assert done.push is not None
    assert done.push.status == how


def test_what_both_machines_wrote_is_kept(pair: tuple[Repository, Repository]) -> None:
    one, other = pair
    held = taken(one)
    record(other, lambda state: replace(state, id_map={"b": "2"}), "other", WHEN)
    renew(one, held, WHEN, lambda state: replace(state, id_map={**state.id_map, "a": "1"}))
    assert state_of(remote(one)).id_map == {"a": "1", "b": "2"}
    check(one)


def test_of_many_at_once_one_gets_it(pair: tuple[Repository, Repository]) -> None:
    one, other = pair
    places = [(one, "d1"), (other, "d2"), (clone(one, "third"), "d3")]
    children = []
    for repo, digest in places:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                taken(repo, digest, run=digest)
                status = 0
            except RefusedError:
                status = 5
            finally:
                os._exit(status)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert sorted(codes) == [0, 5, 5]
    lease = state_of(remote(one)).lease
    assert lease is not None
    assert lease.plan == places[codes.index(0)][1]


def test_the_branch_and_the_snapshots_stay_where_they_are(pair: tuple[Repository, Repository]) -> None:
    one, other = pair
    export(other, TWO, day=2)
    before = tips(one)
    held = taken(one, at=WHEN + 3 * LENGTH)
    let_go(one, held, WHEN + 3 * LENGTH)
    assert tips(one)[0] == before[0], "an apply doesn't pull: what is checked out is what was reviewed"
    assert git(one.path, "status", "--porcelain") == ""
