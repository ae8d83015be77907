"""Sends one call until it is answered for good: gates, slots, retries and tokens come together here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

from entragit.clock import Clock
from entragit.graph.answers import Answer
from entragit.graph.quota import WRITES, Gate, cost, gates
from entragit.graph.retry import Sort, Trial, Verdict
from entragit.graph.tokens import Tokens
from entragit.model import Body, Request

WIDTH = 8
"""Requests in flight at most."""

BATCH = "/$batch"

PREFER = "include-unknown-enum-members"
"""What every read prefers: else Graph hides newer enum members behind "unknownFutureValue" (facts §1)."""


BYTES = "*/*"
"""What a read accepts whose answer is no JSON: its body is the bytes as they are."""

Ready = Callable[[], Awaitable[None]]
"""Asked right before a call is sent, each time: what it raises, stops the call."""


class Transport(Protocol):
    """Sends one HTTP call; see `wire.Wire`."""

    async def send(
        self, url: str, headers: Mapping[str, str], content: bytes | None = None, method: str = "GET"
    ) -> Answer:
        """Send `method` to `url`, with `content` if there is any."""


class Call(NamedTuple):
    """One HTTP call: where to, `path` for messages, the quota that it uses and how many units, and what it sends.

    `method`: a batch is a POST, but of reads.
    """

    url: str
    path: str
    quota: str
    units: int
    headers: Mapping[str, str]
    content: bytes | None = None
    method: str = "GET"

    @property
    def sort(self) -> Sort:
        """What sending it twice may do."""
        if self.method == "GET" or self.path == BATCH:
            return "read"
        return "make" if self.method == "POST" else "write"


@dataclass(slots=True)
class Sent:
    """What was sent so far, retries included: HTTP calls, and the reads inside batches."""

    calls: int = 0
    items: int = 0


def relative(request: Request) -> str:
    """The request's address below the version: "/groups/1c…/members?$select=id"."""
    options = "&".join(f"{quote(name, safe='$')}={quote(value, safe=_QUERY)}" for name, value in request.query)
    path = quote(request.path, safe=_PATH)
    return f"{path}?{options}" if options else path


_QUERY = "$,()'/:;@*!=-._~"
# An id in a path is quoted already (`shapes`), once.
_PATH = "/%$,()'@:=*!-._~"


def headers_of(request: Request) -> dict[str, str]:
    """The headers of a read; a request's own Prefer joins the one that all have."""
    headers = {"Prefer": PREFER}
    for name, value in request.headers:
        headers[name] = f"{headers[name]}, {value}" if name == "Prefer" else value
    return headers


def units(request: Request) -> int:
    """What the request costs of its quota: resource units of the directory, one request of any other."""
    return cost(request.path, request.query) if request.quota == "directory" else 1


@dataclass
class Sender:
    """A transport with its tokens, gates and slots."""

    root: str
    transport: Transport
    tokens: Tokens
    clock: Clock
    width: int = WIDTH
    sent: Sent = field(default_factory=Sent)
    gates: dict[str, Gate] = field(init=False)
    _slots: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        """Set up the gates and slots."""
        self.gates = gates(self.clock)
        self._slots = asyncio.Semaphore(self.width)

    def call(self, request: Request, url: str = "") -> Call:
        """The request as a call; `url` instead of its own address, for a later page."""
        url = url or f"{self.root}/{request.version}{relative(request)}"
        return Call(url, request.path, request.quota, units(request), headers_of(request))

    def write(
        self, method: str, path: str, body: Body | bytes | None, headers: Mapping[str, str], version: str, quota: str
    ) -> Call:
        """A write as a call; those of the directory have a quota of their own."""
        content = body if body is None or isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()
        address = f"{self.root}/{version}{quote(path, safe=_PATH)}"
        return Call(address, path, WRITES if quota == "directory" else quota, 1, headers, content, method)

    async def fetch(self, call: Call, ready: Ready | None = None) -> Any:
        """The JSON of the final answer; GraphError where that is an error. `ready`: awaited before each sending."""
        trial = Trial(call.path, call.sort)
        while True:
            serial = self.tokens.serial
            answer = await self._once(call, ready)
            verdict = trial.judge(answer, self.clock)
            if verdict.action == "take":
                return answer.body
            await self.comply(verdict, call.quota, serial)

    async def _once(self, call: Call, ready: Ready | None) -> Answer:
        gate = self.gates[call.quota]
        async with gate.turn(call.units, self._slots):
            if ready is not None:
                await ready()
            self.sent.calls += 1
            answer = await self.transport.send(call.url, call.headers, call.content, call.method)
        gate.heed(answer.headers)
        return answer

    async def comply(self, verdict: Verdict, quota: str, serial: int) -> None:
        """Do what must come before the next try; `serial` is the number of the token that was used."""
        if verdict.action == "renew":
            await self.tokens.renew(serial)
        elif verdict.shared:
            self.gates[quota].shut(verdict.wait)
        else:
            await self.clock.sleep(verdict.wait)
