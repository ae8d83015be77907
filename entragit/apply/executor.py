"""One operation: intent into the journal, the call, the result.

What nobody answered is looked for, what isn't seen yet awaited.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from entragit.apply import probing, reasons
from entragit.apply.naming import Names
from entragit.apply.waiting import SETTLING, patience, pauses, until
from entragit.clock import Clock
from entragit.errors import GraphError
from entragit.graph.client import Graph, is_unsure
from entragit.journal import Intent, Journal, Result
from entragit.model import Request
from entragit.plan import Change, Operation
from entragit.shapes import FOUND, seen, sent

TRIES = 8
"""How often a call is sent at most whose answer is lost each time."""

LOST = 120.0
"""Seconds after which a list shows what a call has made whose answer was lost, if it has made it."""

AWAITED = 300.0
"""Seconds for which a change is awaited that the next operation needs to be seen."""

DONE = Result("done")


@dataclass
class Executor:
    """What every operation of one run shares.

    `since`: when the plan's first run began. `silent`: when an earlier run of it can have sent something last; None:
    there was none. `alive`: raises where this run must not write any more. `secrets`: a new password each time.
    `known`: ids of what is known to be something else than a probe looks for.
    """

    graph: Graph
    clock: Clock
    journal: Journal
    names: Names
    since: datetime
    silent: datetime | None
    alive: Callable[[], None]
    secrets: Callable[[], str]
    known: set[str] = field(default_factory=set)

    async def do(self, operation: Operation, change: Change) -> Result:
        """Do one operation, unless the journal says that it is done; what came of it is in the journal then.

        Raises RefusedError where several objects could be what a lost call made, or where `alive` does.
        """
        found = self.journal.done(operation.key)
        if found is None:
            found = await self._new(operation, change)
            self.journal.record(operation.key, found)
        if operation.creates and found.outcome == "done":
            self.known.add(found.id)
            self.names.mark(self.clock.monotonic(), found.id, found.app_id)
        return found

    async def _new(self, operation: Operation, change: Change) -> Result:
        try:
            if FOUND in operation.path:
                return await self._on_found(operation, change)
            return await self._earlier(operation) or await self._send(operation, change)
        except GraphError as error:  # of a probe: what it was to find stays unknown
            return self._failed(operation, error, unsure=operation.key in self.journal.open)

    async def _on_found(self, operation: Operation, change: Change) -> Result:
        """An operation on an element of a list, whose id only the list says; done where there is none."""
        for element in await probing.matches(self.graph, operation):
            place = operation.path.replace(FOUND, str(element["id"]))
            result = await self._send(replace(operation, path=place, probe=None), change)
            if result.outcome != "done":
                return result
        return DONE

    async def _earlier(self, operation: Operation) -> Result | None:
        """The result of an operation that an earlier run has sent, or may have sent, and that nobody knows."""
        intent = self.journal.open.get(operation.key)
        blind = self.journal.fresh and self.silent is not None
        if operation.probe is None or not (intent or blind):
            return None
        sent_at = intent.at if intent else self.silent.timestamp() if self.silent else 0.0
        age = max(0.0, self.clock.now().timestamp() - sent_at)
        return await self._made(operation, intent.before if intent else (), max(0.0, LOST - age))

    async def _made(self, operation: Operation, before: tuple[str, ...], seconds: float) -> Result | None:
        """What a call has made whose answer is lost, if it shows up within `seconds`.

        Raises RefusedError where several could be it, GraphError.
        """
        async for _ in pauses(self.clock, seconds):
            candidates = await probing.matches(self.graph, operation)
            if found := probing.ours(operation, candidates, self.since, {*before, *self.known}):
                return _result(operation, found)
        return None

    async def _send(self, operation: Operation, change: Change) -> Result:
        """Send until there is a final answer."""
        before = await self._before(operation, change)
        unsure = False
        for attempt in range(1, TRIES + 1):
            self.alive()
            self.journal.intend(operation.key, Intent(self.clock.now().timestamp(), before))
            try:
                answer = await self._call(operation)
            except GraphError as error:
                unsure = unsure or is_unsure(error)
                result = await self._judge(operation, error, before, unsure)
                if result is None and attempt < TRIES:
                    await self.clock.sleep(float(attempt))
                else:
                    return result or self._failed(operation, error, unsure=operation.probe is not None)
            else:
                await self._settle(operation)
                return _result(operation, answer)
        raise AssertionError("the last attempt has a result")

    async def _call(self, operation: Operation) -> Any:
        """The answer to a call, tried again while it fails only because what it names isn't seen yet."""
        made = self.names.newest(operation)
        body = sent(operation, self.secrets)
        while True:
            try:
                return await self.graph.write(
                    operation.method, operation.path, body, headers=operation.headers,
                    version=operation.version, quota=operation.quota,
                )  # fmt: skip
            except GraphError as error:
                age = self.clock.monotonic() - made if made is not None else float("inf")
                if _is_done(operation, error) or age >= patience(error):
                    raise
                await self.clock.sleep(min(30.0, max(1.0, age / 2)))
                self.alive()

    async def _judge(
        self, operation: Operation, error: GraphError, before: tuple[str, ...], unsure: bool
    ) -> Result | None:
        """What an error comes to: done all the same, failed for good, or (None) to be sent again.

        `unsure`: this or an earlier attempt may have done it. Raises RefusedError, and GraphError of the probe.
        """
        if _is_done(operation, error):
            return await self._there(operation) if operation.creates and operation.probe else DONE
        if unsure and operation.probe is not None:
            found = await self._made(operation, before, LOST)
            if found is not None:
                return found
        if is_unsure(error) and operation.method == "POST":
            return None
        return self._failed(operation, error)

    async def _there(self, operation: Operation) -> Result:
        """The result of a creation of which Graph says that the resource exists."""
        async for _ in pauses(self.clock, SETTLING):
            found = await probing.matches(self.graph, operation)
            if len(found) == 1:
                return _result(operation, found[0])
        return Result("failed", why="Graph says that it exists already, but lists none or several like it")

    async def _before(self, operation: Operation, change: Change) -> tuple[str, ...]:
        """What a later probe would take for ours, where Graph doesn't say when it was made."""
        if not operation.creates or operation.probe is None or probing.is_dated(change.kind):
            return ()
        return tuple(str(item.get("id")) for item in await probing.matches(self.graph, operation))

    async def _settle(self, operation: Operation) -> None:
        """Wait until what the next operation needs is seen; if it never is, that one says so."""
        if operation.awaits is None:
            return
        request = Request(operation.awaits[0], version=operation.version, quota=operation.quota)

        async def look() -> bool:
            try:
                return seen(operation, await self.graph.get(request))
            except GraphError:
                return False

        await until(self.clock, AWAITED, look)

    def _failed(self, operation: Operation, error: GraphError, *, unsure: bool = False) -> Result:
        return Result("failed", why=reasons.why(operation, error, self.graph.permissions), unsure=unsure)


def _is_done(operation: Operation, error: GraphError) -> bool:
    """Whether an error says that there is nothing left to do."""
    if operation.method == "DELETE" and error.status == 404:
        return True
    said = f"{error.code} {error.detail}"
    return error.status != 0 and any(part in said for part in operation.done)


def _result(operation: Operation, answer: Any) -> Result:
    """What Graph said of a resource that was made: its id, which is the path's where the answer has none."""
    if not operation.creates:
        return DONE
    found = answer if isinstance(answer, dict) else {}
    own = found.get("id") or operation.path.rstrip("/").rsplit("/", 1)[-1]
    return Result("done", str(own), str(found.get("appId") or ""))
