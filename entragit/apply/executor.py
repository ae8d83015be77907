"""One operation: intent into the journal, the call, the result.

What nobody answered is looked for, what isn't seen yet awaited.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from entragit.apply import probing, reasons
from entragit.apply.naming import Names
from entragit.apply.streams import Streams
from entragit.apply.waiting import LAG, RIPE, SETTLING, is_unripe, patience, pauses, until
from entragit.clock import Clock
from entragit.errors import GraphError
from entragit.graph.answers import is_absent, is_unsure
from entragit.graph.client import Graph
from entragit.journal import Journal, Result
from entragit.model import Request
from entragit.plan import Change, Operation
from entragit.shapes import on_found, seen, sent, with_found

TRIES = 8
"""How often a call is sent at most whose answer is lost each time."""

LOST = 300.0
"""Seconds after which a list shows what a call has made whose answer was lost, if it has made it (facts §2: lists lag
by seconds to minutes)."""

AWAITED = 300.0
"""Seconds for which a change is awaited that the next operation needs to be seen."""

DONE = Result("done")


@dataclass
class Executor:
    """What every operation of one run shares.

    `others`: key of a creation → what was there before the plan's first write and looks like its result. `alive`: comes
    back where this run may write, and raises where it must not any more. `secrets`: a new password each time.
    `streams`: the bytes of the plan's commit. `known`: ids of what is known to be something else than a probe looks
    for.
    """

    graph: Graph
    clock: Clock
    journal: Journal
    names: Names
    others: Mapping[str, tuple[str, ...]]
    alive: Callable[[], Awaitable[None]]
    secrets: Callable[[], str]
    streams: Streams
    known: set[str] = field(default_factory=set)
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def do(self, operation: Operation, change: Change) -> Result:
        """Do one operation; what came of it is in the journal then.

        What the journal says is made or restored isn't made again, though it may not be seen yet. All else is only
        asked for where the tenant, as it was just read, lacks it: then it is done once more.
        Raises RefusedError where it is unclear what a lost call made, or where `alive` does.
        """
        found = self.journal.done(operation.key) if operation.stage == "create" else None
        if found is None:
            async with self._turn(operation):
                found = await self._new(operation, change)
                self.journal.record(operation.key, found)
                if operation.creates and found.id:
                    self.known.add(found.id)
        if operation.creates and found.outcome == "done":
            self.names.mark(self.clock.monotonic(), found.id, found.app_id)
        return found

    def _turn(self, operation: Operation) -> asyncio.Lock:
        """One after the other, creations that a probe can't tell from each other; the rest has a lock of its own."""
        alike = operation.creates and operation.probe
        name = f"{operation.probe} {sorted(operation.matches.items())}" if alike else operation.key
        return self._turns.setdefault(name, asyncio.Lock())

    async def _new(self, operation: Operation, change: Change) -> Result:
        try:
            if on_found(operation):
                return await self._on_found(operation, change)
            return await self._earlier(operation, change) or await self._send(operation, change)
        except GraphError as error:  # of a probe: what it was to find stays unknown
            return self._failed(change, operation, error, unsure=operation.key in self.journal.open)

    async def _on_found(self, operation: Operation, change: Change) -> Result:
        """An operation on an element of a list, whose id only the list says; done where there is none."""
        for element in await probing.matches(self.graph, operation):
            result = await self._send(replace(with_found(operation, str(element["id"])), probe=None), change)
            if result.outcome != "done":
                return result
        return DONE

    async def _earlier(self, operation: Operation, change: Change) -> Result | None:
        """The result of an operation that an earlier run has sent, or may have sent, and that nobody knows."""
        times = [self.journal.open.get(operation.key)]
        if not probing.is_told_apart(operation):
            times.append(self.journal.unknown)
        sent_at = max((at for at in times if at is not None), default=None)
        if operation.probe is None or sent_at is None:
            return None
        age = max(0.0, self.clock.now().timestamp() - sent_at)
        return await self._made(operation, change, max(0.0, LOST - age))

    async def _made(self, operation: Operation, change: Change, seconds: float) -> Result | None:
        """What a call has made whose answer is lost, if it shows up within `seconds`.

        Raises RefusedError where it is unclear which it is, GraphError.
        """
        others = {*self.others.get(operation.key, ()), *self.known}
        async for _ in pauses(self.clock, seconds):
            found = probing.ours(operation, await probing.matches(self.graph, operation), others)
            if found is not None:
                return await self._claimed(operation, change, found)
        return None

    async def _claimed(self, operation: Operation, change: Change, found: probing.Found) -> Result | None:
        """What looks like ours, if it is in all that can be read; None where a list only still shows it."""
        async for _ in pauses(self.clock, LAG):
            odd = await probing.odd(self.graph, change, operation, found)
            if odd is not None:
                probing.refuse_odd(operation, found, odd)
                return _result(operation, found)
        return None

    async def _send(self, operation: Operation, change: Change) -> Result:
        """Send until there is a final answer."""
        before = operation.key in self.journal.open or self.journal.unknown is not None
        unsure = False
        for attempt in range(1, TRIES + 1):
            try:
                answer = await self._call(operation, before or unsure)
            except GraphError as error:
                unsure = unsure or is_unsure(error)
                result = await self._judge(operation, change, error, unsure, before)
                if result is None and attempt < TRIES:
                    await self.clock.sleep(float(attempt))
                else:
                    return result or self._failed(change, operation, error, unsure=operation.probe is not None)
            else:
                await self._settle(operation)
                return await self._come_of(operation, answer)
        raise AssertionError("the last attempt has a result")

    async def _call(self, operation: Operation, before: bool) -> Any:
        """The answer to a call, tried again while it fails only because what it names isn't seen yet, or too young.

        `before`: it may have been sent before.
        """
        made = self.names.newest(operation)
        body = self.streams(operation.stream) if operation.stream else sent(operation, self.secrets)
        began = self.clock.monotonic()

        async def ready() -> None:
            await self.alive()
            self.journal.intend(operation.key, self.clock.now().timestamp())

        while True:
            try:
                return await self.graph.write(
                    operation.method, operation.path, body, headers=operation.headers,
                    version=operation.version, quota=operation.quota, ready=ready,
                )  # fmt: skip
            except GraphError as error:
                now = self.clock.monotonic()
                age = now - made if made is not None else float("inf")
                ripens = is_unripe(error) and now - began < RIPE
                if _is_done(operation, error, before) or (age >= patience(error) and not ripens):
                    raise
                await self.clock.sleep(min(30.0, max(1.0, age / 2)))

    async def _judge(
        self, operation: Operation, change: Change, error: GraphError, unsure: bool, before: bool
    ) -> Result | None:
        """What an error comes to: done all the same, failed for good, or (None) to be sent again.

        `unsure`: this or an earlier attempt may have done it. `before`: a run before this one may have. Raises
        RefusedError, and GraphError of the probe.
        """
        if operation.parts and _is_done(operation.parts[0], error, True):
            return await self._apart(operation, change)
        if _is_done(operation, error, unsure or before):
            return await self._there(operation) if operation.creates and operation.probe else DONE
        if unsure and operation.probe is not None:
            found = await self._made(operation, change, LOST)
            if found is not None:
                return found
        if is_unsure(error) and operation.method == "POST":
            return None
        return self._failed(change, operation, error)

    async def _apart(self, operation: Operation, change: Change) -> Result:
        """The same, part by part; the first failure ends it."""
        for part in operation.parts:
            result = await self._send(part, change)
            if result.outcome != "done":
                return result
        return DONE

    async def _there(self, operation: Operation) -> Result:
        """The result of a creation of which Graph says that the resource exists."""
        async for _ in pauses(self.clock, SETTLING):
            found = await probing.matches(self.graph, operation)
            if len(found) == 1:
                return _result(operation, found[0])
        return Result("failed", why="Graph says that it is there, but lists none or several like it")

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

    async def _come_of(self, operation: Operation, answer: Any) -> Result:
        """The result of a call; where that is only a request, of what has come of it by and by.

        Raises GraphError.
        """
        if operation.open is None or not isinstance(answer, dict):
            return _result(operation, answer)
        name, values = operation.open
        request = Request(f"{operation.path}/{answer.get('id')}", version=operation.version, quota=operation.quota)
        async for _ in pauses(self.clock, AWAITED):
            if answer.get(name) not in values:
                break
            try:
                answer = await self.graph.get(request)
            except GraphError as error:
                if not is_absent(error):  # else it isn't seen yet
                    raise
        result = _result(operation, answer)
        if result.outcome != "done" or not operation.creates:
            return result if answer.get(name) not in values else _unmet(name, answer)
        return await self._there(operation)

    def _failed(self, change: Change, operation: Operation, error: GraphError, *, unsure: bool = False) -> Result:
        return Result("failed", why=reasons.why(change, operation, error, self.graph.permissions), unsure=unsure)


def _is_done(operation: Operation, error: GraphError, before: bool) -> bool:
    """Whether an error says that there is nothing left to do. `before`: it may have been sent before."""
    if operation.method == "DELETE" and is_absent(error):
        return True
    restores = operation.method == "POST" and operation.stage == "create"
    if restores and error.status == 404 and not before:  # what was to be restored isn't there
        return False
    said = f"{error.code} {error.detail}"
    return error.status != 0 and any(part in said for part in operation.done)


def _unmet(name: str, answer: Mapping[str, Any]) -> Result:
    return Result("failed", why=f"Graph took the request, but its {name} is {answer[name]}")


def _result(operation: Operation, answer: Any) -> Result:
    """What Graph said: of a resource that was made its id, which is the path's where the answer has none."""
    found = answer if isinstance(answer, dict) else {}
    for name, values in operation.unmet.items():
        if found.get(name) in values:
            return _unmet(name, found)
    if not operation.creates:
        return DONE
    own = found.get(operation.made) or found.get("id") or operation.path.rstrip("/").rsplit("/", 1)[-1]
    whole = str(own) if str(own).startswith(operation.within) else f"{operation.within}{own}"  # as a probe has it
    return Result("done", whole, str(found.get("appId") or ""))
