"""The lease: which apply may write to the tenant now (design section 4).

It stands in `entragit/state` together with its plan, and changes hands there by compare-and-swap on the remote's ref.
The same plan's rerun takes it over at once, from whatever machine; others when it has expired, or is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from entragit.errors import LostRace, RefusedError
from entragit.git.repository import Repository
from entragit.publisher.recording import Recorded, record
from entragit.state import Lease, State, held_by_other, stamp

LENGTH = timedelta(minutes=10)
"""How long a run may say nothing before others take its lease for abandoned."""

RENEWAL = LENGTH / 4


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that is ours, and the state that it was taken in; `earlier`: the lease of the same plan's last run."""

    lease: Lease
    state: State
    earlier: Lease | None = None


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

    `plan`: as a plan file holds it. Raises RefusedError while another plan holds it (unless `breaking`), or where the
    remote can't be written, so that nobody else would see it; LostRace, GitError.
    """
    earlier: list[Lease] = []

    def edit(state: State) -> State:
        other = None if breaking else held_by_other(state, now, digest)
        if other is not None:
            raise RefusedError(_held(other))
        same = state.lease if state.lease and state.lease.plan == digest else None
        earlier[:] = [same] if same else []
        start = same.start if same else stamp(now)
        return replace(state, lease=Lease(run, digest, host, start, stamp(now + LENGTH)), plan=plan)

    recorded = record(repo, edit, "Take the lease", now)
    _check_pushed(recorded)
    lease = recorded.state.lease
    if lease is None:
        raise LostRace("the lease went while it was taken; run again")
    return Held(lease, recorded.state, earlier[0] if earlier else None)


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


def renew(repo: Repository, held: Held, now: datetime, edit: Callable[[State], State] = lambda state: state) -> Held:
    """Hold the lease for longer, and make `edit` in the state with it. Works without the remote.

    Raises RefusedError where another run has taken it: then not one more write may be sent.
    """

    def renewed(state: State) -> State:
        _check_ours(state, held)
        lease = replace(held.lease, expiry=stamp(now + LENGTH))
        return replace(edit(state), lease=lease)

    recorded = record(repo, renewed, "Renew the lease", now, everywhere=False)
    return replace(held, state=recorded.state, lease=recorded.state.lease or held.lease)


def release(repo: Repository, held: Held, now: datetime, edit: Callable[[State], State]) -> Recorded:
    """Make the last `edit` in the state and let go of the lease, if it is still ours."""

    def released(state: State) -> State:
        ours = state.lease is not None and state.lease.run == held.lease.run
        return replace(edit(state), lease=None, plan=None) if ours else edit(state)

    return record(repo, released, "Record the apply", now, everywhere=False)


def _check_ours(state: State, held: Held) -> None:
    if state.lease is None or state.lease.run != held.lease.run:
        by = f"an apply on {state.lease.host}" if state.lease else "someone"
        raise RefusedError(f"{by} has taken the lease from this run, which stops here; run it again later")


def silent_since(held: Held, now: datetime) -> datetime:
    """When the same plan's last run can have written last: it stops when it can't renew its lease."""
    if held.earlier is None:
        return now
    return min(now, datetime.fromisoformat(held.earlier.expiry).astimezone(UTC))
