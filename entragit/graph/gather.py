"""Reads that begin in the same moment go in one batch: a listing of each of fifty kinds is three calls, not fifty."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from entragit.errors import GraphError
from entragit.graph import batch
from entragit.graph.sender import Sender
from entragit.model import Request

BROKEN = frozenset({"connectionLost", "timeout", "invalidJson"})
"""What one request may have done to the whole answer of its batch."""


class Waiting(NamedTuple):
    """A read, and where its answer is awaited."""

    request: Request
    answer: asyncio.Future[Any]


class Gatherer:
    """Sends the reads of one connection; `tasks`: where what runs stands, for whoever has to end it."""

    def __init__(self, sender: Sender, tasks: set[asyncio.Task[Any]]) -> None:
        self._sender, self._tasks = sender, tasks
        self._waiting: list[Waiting] = []

    async def get(self, request: Request) -> Any:
        """The JSON of one GET, sent with what else begins now. Raises GraphError as if it went alone."""
        return await self._wait(request)

    async def get_many(self, requests: Sequence[Request]) -> list[Any | GraphError]:
        """The JSON of each, or its final error, in order. Raises what is no answer of Graph's."""
        return await _every(map(self._wait, requests))

    def _wait(self, request: Request) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._send)  # after all that can run now, which may ask for more
        self._waiting.append(Waiting(request, loop.create_future()))
        return self._waiting[-1].answer

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        for parts in batch.chunks(one.request for one in waiting):
            chunk = [waiting[part.place] for part in parts]
            task = asyncio.get_running_loop().create_task(self._answers([one.request for one in chunk]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(partial(_hand_out, chunk))

    async def _answers(self, requests: Sequence[Request]) -> list[Any | GraphError]:
        """Each read's answer. One that breaks the batch's own must not take the others with it: they go alone then."""
        answers = await batch.first_answers(self._sender, requests)
        if len(requests) > 1 and all(map(_is_broken, answers)):
            return await _every(map(self._alone, requests))
        return answers

    async def _alone(self, request: Request) -> Any | GraphError:
        (answer,) = await batch.first_answers(self._sender, [request])
        return answer


async def _every(work: Iterable[Awaitable[Any]]) -> list[Any | GraphError]:
    """What each comes to, or Graph's error; any other is raised once all have ended."""
    answers = await asyncio.gather(*work, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, GraphError):
            raise answer
    return answers


def _hand_out(chunk: Sequence[Waiting], task: asyncio.Task[list[Any | GraphError]]) -> None:
    """Give each read its answer, or what it failed with; what ends the batch for another reason ends all of it."""
    failure = None if task.cancelled() else task.exception()
    answers = [failure] * len(chunk) if task.cancelled() or failure else task.result()
    for (_, waiting), answer in zip(chunk, answers, strict=True):
        if waiting.done():
            continue
        if task.cancelled():
            waiting.cancel()
        elif isinstance(answer, BaseException):
            waiting.set_exception(answer)
        else:
            waiting.set_result(answer)


def _is_broken(answer: Any) -> bool:
    return isinstance(answer, GraphError) and (answer.code in BROKEN or answer.status >= 500)
