"""Waiting for replication: how long, how often, and which errors say that something is not seen yet (facts §2)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable

from entragit.clock import Clock
from entragit.errors import GraphError

LAG = 720.0
"""Seconds after which what was made must be seen (facts §2: groups up to 12 minutes)."""

SETTLING = 180.0
"""Seconds for which an error is taken for lag that may as well mean something else."""

RIPE = 330.0
"""Seconds after which an eligible or active role is old enough to go: PIM keeps each for five minutes (facts §5)."""

_UNRIPE = "ActiveDurationTooShort"

_FIRST, _CEILING = 1.0, 30.0

_UNSEEN = re.compile(
    r"does not exist|do not exist|not a valid reference update|one or more property values specified are invalid"
    r"|does not reference a valid application object|must in the local tenant|subjectnotfound|rolenotfound"
    r"|same value for property"  # which the one who had it has let go
    r"|invalid (user|group|application|location|service principal)|contains unknown|not found",
    re.IGNORECASE,
)


async def pauses(clock: Clock, seconds: float) -> AsyncIterator[None]:
    """Comes back at once, and then after 1, 2, 4 … at most 30 seconds, until `seconds` are over."""
    end, wait = clock.monotonic() + seconds, _FIRST
    yield
    while (left := end - clock.monotonic()) > 0:
        await clock.sleep(min(wait, left))
        wait = min(_CEILING, wait * 2)
        yield


async def until(clock: Clock, seconds: float, look: Callable[[], Awaitable[bool]]) -> bool:
    """Whether `look` says yes within `seconds`."""
    async for _ in pauses(clock, seconds):
        if await look():
            return True
    return False


def is_unripe(error: GraphError) -> bool:
    """Whether `error` says that something can't go yet, for it is too young."""
    return error.status == 400 and _UNRIPE in f"{error.code} {error.detail}"


def patience(error: GraphError) -> float:
    """Seconds after something was made or let go for which `error` may mean that it isn't seen yet; 0 if it can't."""
    if error.status == 404:
        return LAG
    if error.status in {400, 403, 409} and _UNSEEN.search(f"{error.code} {error.detail}"):
        return SETTLING
    return 0.0
