"""The connection that other packages use: single reads, paged reads, and many reads at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from entragit.clock import Clock
from entragit.errors import GraphError, RefusedError
from entragit.graph import batch
from entragit.graph.answers import (
    NEXT,
    NOTHING,
    Trail,
    elements,
    is_denied,
    is_expired,
    is_unlicensed,
    is_unsure,
    link,
    reason,
)
from entragit.graph.auth import Connection
from entragit.graph.gather import Gatherer
from entragit.graph.sender import BYTES, WIDTH, Ready, Sender, Sent
from entragit.graph.tasks import cancel, windowed
from entragit.graph.tokens import Identity, Kept, Source, Tokens, identity
from entragit.model import TENANT, Body, Raw, Request

__all__ = ["Graph", "is_denied", "is_expired", "is_unlicensed", "is_unsure", "open_graph", "reason"]

RESTARTS = 3
"""How often a listing begins anew because a page's token ran out."""

LONGEST_ADDRESS = 1 << 16
"""Characters of a link that may be followed; httpx takes no longer one."""

PATIENCE = 60.0
"""Real seconds without a byte of an answer after which it counts as lost."""

Result = list[Raw] | GraphError


class Graph:
    """A signed-in connection to one tenant; made by `open_graph`.

    `who`: what the token says. `tenant_id`, `permissions`, `scopes`: its own.
    `requests_sent`: counts of HTTP calls and of reads inside batches, retries included.
    """

    def __init__(self, sender: Sender, who: Identity) -> None:
        self._sender = sender
        self._tasks: set[asyncio.Task[Any]] = set()
        self._gatherer = Gatherer(sender, self._tasks)
        self.who = who
        self.tenant_id, self.permissions, self.scopes = who.tenant_id, who.permissions, who.scopes

    @property
    def root(self) -> str:
        """Graph's address, without a version."""
        return self._sender.root

    @property
    def requests_sent(self) -> Sent:
        """What was sent so far."""
        return self._sender.sent

    async def get(self, request: Request, *, gather: bool = False) -> Any:
        """One GET; the parsed JSON, integers exact, None where Graph answers 204. Raises GraphError.

        `gather`: with others that begin in the same moment, in one batch.
        """
        request = self._own(request)
        if gather:
            return await self._gatherer.get(request)
        return await self._sender.fetch(self._sender.call(request))

    async def streams(self, requests: Iterable[Request]) -> AsyncGenerator[tuple[int, bytes | GraphError]]:
        """The place of each request and the bytes that it is answered with, b"" for none, or its final error."""

        async def one(place: int, request: Request) -> tuple[int, bytes | GraphError]:
            raw = replace(request, headers=(*request.headers, ("Accept", BYTES)))
            try:
                return place, await self.get(raw) or b""
            except GraphError as error:
                return place, error

        work = (one(place, request) for place, request in enumerate(requests))
        async with aclosing(windowed(work, self._sender.width, self._tasks)) as done:
            async for result in done:
                yield result

    def _own(self, request: Request) -> Request:
        """The request about this tenant."""
        return replace(request, path=self._of_tenant(request.path))

    def _of_tenant(self, path: str) -> str:
        return path.replace(TENANT, self.tenant_id, 1) if TENANT in path else path

    async def write(
        self,
        method: str,
        path: str,
        body: Body | bytes | None = None,
        *,
        headers: tuple[tuple[str, str], ...] = (),
        version: str = "v1.0",
        quota: str = "directory",
        ready: Ready | None = None,
    ) -> Any:
        """One POST, PATCH, PUT or DELETE; the answer's JSON, None where there is none.

        `path`: below the version. `body`: JSON, or bytes whose type `headers` say. `quota`: the kind's row in
        `quota.py`. Throttled calls are sent again; what else may be, says `retry`. `ready`: awaited each time right
        before it is sent, after all waiting; what it raises, stops it. Raises GraphError; where it `is_unsure`, the
        write may have happened.
        """
        path = self._of_tenant(path)
        return await self._sender.fetch(self._sender.write(method, path, body, dict(headers), version, quota), ready)

    async def follow(self, url: str, request: Request) -> Any:
        """GET an absolute address that Graph gave (nextLink, deltaLink), with the headers and quota of `request`.

        Raises RefusedError where it leads to another server, GraphError, also for what is no address.
        """
        if not (url.isprintable() and len(url) < LONGEST_ADDRESS):
            raise GraphError(200, "notALink", "a link to more of it is no address", request.path)
        return await self._sender.fetch(self._sender.call(request, url))

    async def pages(self, request: Request, *, gather: bool = False) -> AsyncGenerator[list[Raw]]:
        """The pages of a collection, empty ones included; `gather` the first, as `get` does.

        Elements may repeat: where a page's token ran out (facts §3), the listing begins anew, at most RESTARTS times.
        Raises GraphError for a page that can't be had, whatever was handed out before.
        """
        for attempt in range(RESTARTS + 1):
            try:
                async with aclosing(self._chain(await self.get(request, gather=gather), request)) as chain:
                    async for page in chain:
                        yield page
            except GraphError as error:
                if attempt == RESTARTS or not is_expired(error):
                    raise
            else:
                return

    async def _chain(self, page: Any, request: Request) -> AsyncGenerator[list[Raw]]:
        """The pages from `page` on."""
        trail = Trail(request.path)
        while True:
            yield elements(page, request.path)
            url = link(page, NEXT)
            if not url:
                return
            page = await self.follow(trail.step(url), request)

    async def read_many(self, requests: Sequence[Request]) -> list[Result]:
        """The elements of each collection (or the one object, as a list), or its final error, in order.

        Sent in batches of twenty, what is left with what else begins in the same moment; further pages are followed.
        Raises SignInError and RefusedError only.
        """
        results: list[Result] = [[] for _ in requests]
        async with aclosing(self._collect(requests)) as parts:
            async for part, result in parts:
                results[part.place] = result
        return results

    async def collect(self, requests: Iterable[Request]) -> AsyncGenerator[tuple[Request, Result]]:
        """As `read_many`, but each result as soon as it is there, and `requests` taken only as fast as needed.

        Holds at most WIDTH batches in memory.
        """
        async with aclosing(self._collect(requests)) as parts:
            async for part, result in parts:
                yield part.request, result

    async def _collect(self, requests: Iterable[Request]) -> AsyncGenerator[tuple[batch.Part, Result]]:
        work = (self._read_chunk(chunk) for chunk in batch.chunks(map(self._own, requests)))
        async with aclosing(windowed(work, self._sender.width, self._tasks)) as done:
            async for results in done:
                for result in results:
                    yield result

    async def _read_chunk(self, chunk: Sequence[batch.Part]) -> list[tuple[batch.Part, Result]]:
        first = await self._first_answers([part.request for part in chunk])
        results = [_result(part.request, answer) for part, answer in zip(chunk, first, strict=True)]
        further = [i for i, answer in enumerate(first) if isinstance(answer, dict) and link(answer, NEXT)]
        work = (self._whole(i, chunk[i].request, first[i]) for i in further)
        async with aclosing(windowed(work, self._sender.width, self._tasks)) as done:
            async for i, result in done:
                results[i] = result
        return list(zip(chunk, results, strict=True))

    async def _first_answers(self, requests: Sequence[Request]) -> list[Any | GraphError]:
        """What begins a batch's reads; a batch that isn't full takes along what else begins now."""
        if len(requests) < batch.SIZE:
            return await self._gatherer.get_many(requests)
        return await batch.first_answers(self._sender, requests)

    async def _whole(self, place: int, request: Request, first: Any) -> tuple[int, Result]:
        """The elements of all pages from `first` on, or the error that ended them."""
        try:
            return place, await self._all(request, first)
        except GraphError as error:
            return place, error

    async def _all(self, request: Request, page: Any) -> list[Raw]:
        for attempt in range(RESTARTS + 1):
            try:
                return [element async for found in self._chain(page, request) for element in found]
            except GraphError as error:
                if attempt == RESTARTS or not is_expired(error):
                    raise
                page = await self.get(request)
        raise AssertionError("the last attempt returns or raises")

    async def close(self) -> None:
        """Cancel what still runs for generators that were left early."""
        await cancel(self._tasks)


def _result(request: Request, answer: Any | GraphError) -> Result:
    """The elements of a page, or one object as a list; a page without a list is neither, and an error; so is none."""
    if isinstance(answer, GraphError):
        return answer
    if answer is None:
        return GraphError(204, NOTHING, "the answer holds no content", request.path)
    if isinstance(answer, dict) and "value" not in answer and answer.keys() - {"@odata.context"}:
        return [answer]
    try:
        return elements(answer, request.path)
    except GraphError as error:
        return error


@asynccontextmanager
async def open_graph(
    connection: Connection,
    clock: Clock,
    *,
    prompt: Callable[[str], None] = lambda _: None,
    patience: float = PATIENCE,
    width: int = WIDTH,
    kept: list[Source] | None = None,
) -> AsyncIterator[Graph]:
    """Sign in and connect; everything is closed at the end, however it comes.

    `prompt` is told what a person must read to sign in with a device code. `patience`: real seconds without a byte
    after which a call is tried again. `width`: requests in flight. `kept`: where the source of tokens stays from one
    connection to the next, empty before the first. Raises SignInError where no token can be had, RefusedError where it
    is of another tenant.
    """
    from entragit.graph.credentials import AzureSource
    from entragit.graph.wire import Wire

    def source() -> Source:
        if kept is None:
            return AzureSource(connection, prompt)
        if not kept:
            kept.append(AzureSource(connection, prompt))
        return Kept(kept[0])

    tokens = Tokens(source, clock)
    wire = Wire(connection.graph_root, tokens, ca_file=connection.ca_file, width=width, patience=patience)
    try:
        who = identity(await tokens.current())
        _check_tenant(connection, who)
        graph = Graph(Sender(connection.graph_root, wire, tokens, clock, width), who)
        try:
            yield graph
        finally:
            await graph.close()
    finally:
        await wire.close()
        tokens.close()


def _check_tenant(connection: Connection, who: Identity) -> None:
    """RefusedError for another tenant's token. A domain can't be compared; the authority resolved it."""
    asked = connection.tenant_id.lower()
    try:
        UUID(asked)
    except ValueError:
        return
    if who.tenant_id.lower() != asked:
        raise RefusedError(
            f"the credential signs in to the tenant {who.tenant_id}, not to {connection.tenant_id}; "
            "set AZURE_TENANT_ID and the credential of that tenant"
        )
