"""The time of day, the time that only runs forward, and waiting.

Owns the only way the loops learn the time, so that a test can hold it still. Must not know who
asks.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the loops need of time."""

    def now(self) -> datetime:
        """Give the time of day, aware, in UTC. It may jump."""

    def monotonic(self) -> float:
        """Give seconds since some instant. It never jumps and never goes back."""

    async def sleep(self, seconds: float) -> None:
        """Wait so long."""


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """Give the time of day, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Give seconds since some instant."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait so long."""
        await asyncio.sleep(seconds)
