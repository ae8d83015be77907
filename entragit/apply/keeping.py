"""Holds the lease while an apply runs, and puts into the state what must outlive it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from entragit import lease as leases
from entragit.apply.naming import Names
from entragit.clock import Clock
from entragit.errors import EntragitError, RefusedError
from entragit.git.repository import Repository
from entragit.lease import RENEWAL, Held
from entragit.state import AuditRecord, Authored, State


@dataclass
class Keeper:
    """The lease of one run, renewed by a thread of its own for as long as the run lasts.

    `lost`: why this run must not write any more. `unsaved`: why the state could not be saved the last time.
    """

    repo: Repository
    clock: Clock
    held: Held
    lost: str = ""
    unsaved: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _end: threading.Event = field(default_factory=threading.Event)

    def alive(self) -> None:
        """Raise RefusedError where another run has taken the lease, or may have."""
        if not self.lost and datetime.fromisoformat(self.held.lease.expiry) <= self.clock.now():
            self.lost = f"the lease has run out and can't be renewed ({self.unsaved}); run the same apply again"
        if self.lost:
            raise RefusedError(self.lost)

    def save(self, names: Names) -> None:
        """Put what was made into the state, here and on the remote: a rerun anywhere must know it."""
        self._renew(lambda state: with_names(state, names))

    def _renew(self, edit: Callable[[State], State] = lambda state: state) -> None:
        with self._lock:
            try:
                self.held = leases.renew(self.repo, self.held, self.clock.now(), edit)
                self.unsaved = ""
            except RefusedError as error:
                self.lost = str(error)
            except EntragitError as error:  # the next renewal tries again; the journal knows all of it meanwhile
                self.unsaved = str(error)

    def renewing(self) -> None:
        """Renew until the run ends; the body of the thread."""
        while not self._end.wait(RENEWAL.total_seconds()) and not self.lost:
            self._renew()

    def stop(self) -> None:
        """End the thread."""
        self._end.set()


@contextmanager
def keeping(repo: Repository, clock: Clock, held: Held) -> Iterator[Keeper]:
    """A keeper whose thread runs; at the end it stops, and the lease stays as it is."""
    keeper = Keeper(repo, clock, held)
    thread = threading.Thread(target=keeper.renewing, name="entragit-lease", daemon=True)
    thread.start()
    try:
        yield keeper
    finally:
        keeper.stop()
        thread.join()


def with_names(state: State, names: Names) -> State:
    """The state with what was made: old ids → new ones, authored files → ids."""
    authored = {Authored(*source): id_ for source, id_ in names.authored.items()}
    return replace(state, id_map={**state.id_map, **names.ids}, authored={**state.authored, **authored})


def with_audit(state: State, run: str, record: AuditRecord) -> State:
    """The state with the record of a run."""
    audit: Mapping[str, AuditRecord] = {**state.audit, run: record}
    return replace(state, audit=audit)
