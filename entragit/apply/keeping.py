"""Holds the lease while an apply runs, and puts into the state what must outlive it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from entragit import lease as leases
from entragit.apply.naming import Names
from entragit.clock import Clock
from entragit.errors import EntragitError, GitError, RefusedError
from entragit.git.repository import Repository
from entragit.lease import LENGTH, RENEWAL, Held
from entragit.publisher.standing import named
from entragit.state import AuditRecord, Authored, Begun, State

PAUSE = 5.0
"""Seconds between looks at a remote that can't be reached."""

LOOKS = 15
"""How often the remote is looked at, at least, before a run gives up."""


@dataclass
class Keeper:
    """The lease of one run, renewed by a thread of its own for as long as the run lasts.

    `names`: what the run has made; each renewal puts it into the state. `lost`: why this run must not write any more.
    `unsaved`: why the remote can't be asked, or doesn't have the state. `checked`: when the lease was last seen to be
    ours (`Clock.monotonic`), in the commit `seen` of the state.
    """

    repo: Repository
    clock: Clock
    held: Held
    names: Names
    lost: str = ""
    unsaved: str = ""
    remote: str | None = field(init=False)
    checked: float = field(init=False)
    seen: str | None = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _end: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """It was taken just now."""
        self.remote = named(self.repo)[1]
        self.checked, self.seen = self.clock.monotonic(), self.held.tip

    async def alive(self) -> None:
        """Come back once the lease is known to be ours, as of a moment ago; wait for a remote that can't be reached.

        Raises RefusedError where another run has taken it, or may have.
        """
        end = self.clock.monotonic() + max(LENGTH.total_seconds(), LOOKS * leases.fresh(self.clock.speed))
        while True:
            self._check()
            if self._is_fresh():
                return
            self._check(over=self.clock.monotonic() >= end)
            await asyncio.to_thread(self._look)
            if self.unsaved and not self.lost:
                await self.clock.sleep(PAUSE)

    def _check(self, *, over: bool = False) -> None:
        over = over or datetime.fromisoformat(self.held.lease.expiry) <= self.clock.now()
        if not self.lost and over:
            why = self.unsaved or "the remote is too slow"
            self.lost = f"the lease has run out and can't be renewed ({why}); run the same apply again"
        if self.lost:
            raise RefusedError(self.lost)

    def _is_fresh(self) -> bool:
        return not self.unsaved and self.clock.monotonic() - self.checked < leases.fresh(self.clock.speed)

    def _look(self) -> None:
        """See whether the state is still the commit that holds our lease; where it isn't, look into it."""
        with self._lock:
            if self.lost or self._is_fresh():
                return
            now = self.clock.monotonic()
            try:
                newest = leases.newest(self.repo, self.remote)
            except EntragitError as error:
                self.unsaved = str(error)
                return
            if newest == self.seen and not self.unsaved:
                self.checked = now
            else:
                self._renewed()

    async def save(self) -> None:
        """Put what was made into the state, here and on the remote: a rerun anywhere must know it."""
        await asyncio.to_thread(self.renew)

    async def begin(self, others: Mapping[str, tuple[str, ...]]) -> None:
        """Write down that writing begins, and what was there by then. Raises RefusedError where others can't see it."""
        plan = self.held.lease.plan
        await asyncio.to_thread(self._put, lambda state: replace(state, begun=Begun(plan, others)))

    async def inherit(self, plan: Mapping[str, object]) -> None:
        """Put our plan in the place of the one whose estate is settled. Raises RefusedError as `begin` does."""
        await asyncio.to_thread(self._put, lambda state: replace(state, plan=plan, begun=None))

    def _put(self, edit: Callable[[State], State]) -> None:
        with self._lock:
            self._renewed(edit, everywhere=True)
            self._check()
            if self.unsaved:
                raise GitError(self.unsaved)

    def renew(self) -> None:
        """Hold the lease for longer. Raises nothing: `alive` does."""
        with self._lock:
            self._renewed()

    def _renewed(self, edit: Callable[[State], State] = lambda state: state, *, everywhere: bool = False) -> None:
        now = self.clock.monotonic()
        try:
            self.held = leases.renew(
                self.repo, self.held, self.clock.now(), lambda state: with_names(edit(state), self.names),
                everywhere=everywhere,
            )  # fmt: skip
        except RefusedError as error:
            self.lost = str(error)
        except EntragitError as error:  # the next renewal tries again; the journal knows all of it meanwhile
            self.unsaved = str(error)
        else:
            self.unsaved = "" if self.held.shared else self.held.why
            if self.held.shared:
                self.checked, self.seen = now, self.held.tip

    def renewing(self) -> None:
        """Renew until the run ends; the body of the thread."""
        while not self._end.wait(RENEWAL.total_seconds()) and not self.lost:
            self.renew()

    def stop(self) -> None:
        """End the thread."""
        self._end.set()


@contextmanager
def keeping(repo: Repository, clock: Clock, held: Held, names: Names) -> Iterator[Keeper]:
    """A keeper whose thread runs; at the end it stops, and the lease stays as it is."""
    keeper = Keeper(repo, clock, held, names)
    thread = threading.Thread(target=keeper.renewing, name="entragit-lease", daemon=True)
    thread.start()
    try:
        yield keeper
    finally:
        keeper.stop()
        thread.join()


def with_names(state: State, names: Names) -> State:
    """The state with what was made: old ids → new ones, authored files → ids."""
    authored = {Authored(*source): id_ for source, id_ in dict(names.authored).items()}
    return replace(state, id_map={**state.id_map, **names.ids}, authored={**state.authored, **authored})


def with_audit(state: State, run: str, record: AuditRecord) -> State:
    """The state with the record of a run."""
    audit: Mapping[str, AuditRecord] = {**state.audit, run: record}
    return replace(state, audit=audit)
