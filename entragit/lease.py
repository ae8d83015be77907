"""The lease: which apply may write to the tenant now (design section 4).

It stands in `entragit/state` together with its plan, and changes hands there by compare-and-swap on the remote's ref.
The same plan's rerun takes it over at once, from whatever machine; others when it has expired, or is broken.

Graph knows nothing of it. So a run looks at the remote before a write unless it has done so in the last FRESH seconds,
and whoever takes a lease from a run that may be alive waits STILL seconds before it looks at the tenant: by then the
other one has noticed, and what it had sent is done. What is left is a machine that stops for longer than that between
its look and its write, which may then send the calls that it had in hand, at most one for each of WIDTH resources.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from entragit.errors import LostRace, RefusedError
from entragit.git.refs import STATE, ls_remote, resolve
from entragit.git.repository import Repository
from entragit.publisher.recording import Recorded, record
from entragit.state import Begun, Lease, State, held_by_other, stamp

LENGTH = timedelta(minutes=10)
"""How long a run may say nothing before others take its lease for abandoned."""

RENEWAL = LENGTH / 4

FRESH = 20.0
"""Seconds for which a look at the remote counts: a run that has lost its lease starts no write after that."""

STILL = 30.0
"""Seconds after taking a lease from a run that may be alive until nothing of that run is on its way any more."""

LEAST = 0.2
"""Real seconds for which a look counts at least: Git is no faster where a clock runs fast against a sandbox."""

SKEW = timedelta(minutes=5)
"""By how much two machines' clocks may differ."""


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that is ours, and the state that it was taken in; `earlier`: the lease of the run before, of any plan.

    `shared`: others see it; without a remote there are none. `why`: why not. `tip`: the state's commit.
    """

    lease: Lease
    state: State
    earlier: Lease | None = None
    shared: bool = True
    why: str = ""
    tip: str | None = None

    @property
    def begun(self) -> Begun | None:
        """What an earlier run of the same plan has written down before its first write."""
        found = self.state.begun
        return found if found and found.plan == self.lease.plan else None

    @property
    def estate(self) -> Begun | None:
        """The same of another plan, whose run ended in the middle: what it made is unknown yet."""
        found = self.state.begun
        return found if found and found.plan != self.lease.plan else None


def fresh(speed: float) -> float:
    """FRESH in seconds of a clock that runs `speed` times as fast as real time."""
    return max(FRESH, LEAST * speed)


def still(speed: float) -> float:
    """STILL in seconds of such a clock; longer than `fresh` in proportion."""
    return fresh(speed) * STILL / FRESH


def take(
    repo: Repository,
    run: str,
    digest: str,
    plan: Mapping[str, Any],
    host: str,
    now: datetime,
    *,
    breaking: bool = False,
) -> Held:
    """Take the lease for the plan `digest`; it counts from the start of that plan's first run.

    `plan`: as a plan file holds it; it is put into the state unless that holds an estate, which comes first. Raises
    RefusedError while another plan holds it (unless `breaking`), or where the remote can't be written, so that nobody
    else would see it; LostRace, GitError.
    """
    earlier: list[Lease] = []

    def edit(state: State) -> State:
        other = None if breaking else held_by_other(state, now, digest)
        if other is not None:
            raise RefusedError(_held(other))
        earlier[:] = [state.lease] if state.lease else []
        same = state.lease if state.lease and state.lease.plan == digest else None
        lease = Lease(run, digest, host, same.start if same else stamp(now), stamp(now + LENGTH))
        estate = state.begun is not None and state.begun.plan != digest
        return replace(state, lease=lease, plan=state.plan if estate else plan)

    recorded = record(repo, edit, "Take the lease", now)
    _check_pushed(recorded)
    lease = recorded.state.lease
    if lease is None:
        raise LostRace("the lease went while it was taken; run again")
    return Held(lease, recorded.state, earlier[0] if earlier else None, tip=recorded.commit)


def _held(lease: Lease) -> str:
    return (
        f"an apply on {lease.host}, begun {lease.start}, holds the tenant until {lease.expiry}; wait for it, or run it "
        "again (the same plan goes on where it stopped), or take its place with --break-lease if it is dead"
    )


def _check_pushed(recorded: Recorded) -> None:
    if recorded.push and recorded.push.status != "ok":
        raise RefusedError(
            f"the lease can't be put on the remote ({recorded.push.reason}), so another apply would not see it; "
            "nothing was written: make the remote writable and run again"
        )


def renew(
    repo: Repository,
    held: Held,
    now: datetime,
    edit: Callable[[State], State] = lambda state: state,
    *,
    everywhere: bool = False,
) -> Held:
    """Hold the lease for longer, and make `edit` in the state with it.

    Works without the remote, and says so in the result; `everywhere`: then nothing is changed, and RefusedError raised.
    Raises RefusedError where another run has taken it: then not one more write may be sent. LostRace, GitError.
    """

    def renewed(state: State) -> State:
        _check_ours(state, held)
        lease = replace(held.lease, expiry=stamp(now + LENGTH))
        return replace(edit(state), lease=lease)

    recorded = record(repo, renewed, "Renew the lease", now, everywhere=everywhere)
    if everywhere:
        _check_pushed(recorded)
    shared = recorded.push is None or recorded.push.status == "ok"
    # What others don't see keeps nobody out: the lease ends when the last one ends that they have seen.
    lease = recorded.state.lease if shared and recorded.state.lease else held.lease
    why = recorded.push.reason if recorded.push else ""
    return replace(held, lease=lease, state=recorded.state, shared=shared, why=why, tip=recorded.commit)


def released(state: State, held: Held, *, unsure: bool = False) -> State:
    """The state without our lease, if it still is ours. `unsure`: the plan stays, for it may have made something."""
    if state.lease is None or state.lease.run != held.lease.run:
        return state
    kept = state if unsure and state.begun else replace(state, plan=None, begun=None)
    return replace(kept, lease=None)


def release(repo: Repository, held: Held, now: datetime, edit: Callable[[State], State]) -> Recorded:
    """Make the last `edit` in the state, which lets go of the lease. Works without the remote."""
    return record(repo, edit, "Record the apply", now, everywhere=False)


def newest(repo: Repository, remote: str | None) -> str | None:
    """The state's commit on the remote, where there is one, else here. Raises GitError where it can't be reached."""
    return resolve(repo, STATE) if remote is None else ls_remote(repo, remote, [STATE]).get(STATE)


def _check_ours(state: State, held: Held) -> None:
    if state.lease is None or state.lease.run != held.lease.run:
        by = f"an apply on {state.lease.host}" if state.lease else "someone"
        raise RefusedError(f"{by} has taken the lease from this run, which stops here; run it again later")


def silent_since(held: Held, now: datetime) -> datetime:
    """When the last run can have sent something last: it stops when it can't renew its lease."""
    if held.earlier is None:
        return now
    return min(now, datetime.fromisoformat(held.earlier.expiry).astimezone(UTC) + SKEW)
