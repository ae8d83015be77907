"""Many coroutines at once: a bounded number of tasks, none left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterable, Iterator
from typing import Any, TypeVar

Result = TypeVar("Result")


async def windowed(
    work: Iterator[Coroutine[Any, Any, Result]], width: int, tasks: set[asyncio.Task[Any]]
) -> AsyncGenerator[Result]:
    """The results of coroutines as they end, `width` at a time; takes no more of `work` than it can begin.

    The first exception ends it. What still runs at the end is cancelled and awaited; until then it stands in `tasks`,
    for whoever has to end it where the generator is left early and not closed.
    """
    running: set[asyncio.Task[Result]] = set()
    ended: set[asyncio.Task[Result]] = set()
    try:
        while True:
            while len(running) < width and (coroutine := next(work, None)) is not None:
                running.add(_begin(coroutine, tasks))
            if not running:
                return
            ended, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                yield task.result()
    finally:
        await cancel(running | ended)


def _begin(coroutine: Coroutine[Any, Any, Result], tasks: set[asyncio.Task[Any]]) -> asyncio.Task[Result]:
    task = asyncio.create_task(coroutine)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task


async def cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they are over; what they raise is of no interest any more."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
