"""Time and chance, handed in by the CLI so that nothing below it reads a clock or rolls a die."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True)
class Clock:
    """The time of day, a stopwatch, a sleep and a source of jitter.

    `speed` shrinks every sleep: against a sandbox that runs N times faster, a second of back-off is 1/N s.
    """

    speed: float = 1.0
    random: random.Random = field(default_factory=random.SystemRandom)

    def now(self) -> datetime:
        """The current time, UTC, aware."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds on a stopwatch that only moves forward, as fast as `sleep` makes time pass."""
        return time.monotonic() * self.speed

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds` of this clock's time."""
        await asyncio.sleep(max(0.0, seconds) / self.speed)
