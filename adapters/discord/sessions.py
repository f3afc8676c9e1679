"""The daily ration of gateway sessions.

Owns how far apart new sessions begin. Discord lets a bot identify 1000 times a day (fewer are told
in `session_start_limit`), no more than once in five seconds, and resets its token beyond that.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import discord

log = logging.getLogger(__name__)

APART = 5.0
"""Seconds between two identifies, Discord's own limit for one shard."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What Discord says: the gateway's address, sessions a day, those left, and the seconds until
    the day is over."""

    url: str
    total: int
    remaining: int
    reset_after: float

    def pause(self) -> float:
        """Seconds to wait before the next session: none while more than half is left; then the
        rest of the day is shared out evenly; when nothing is left, until it is over."""
        if self.remaining * 2 > self.total:
            return 0.0
        return self.reset_after / max(1, self.remaining)


async def ask(client: discord.Client) -> Limit:
    """Ask Discord for the ration. Raises what the library raises."""
    _, url, limit = await client.http.get_bot_gateway()
    return Limit(url, limit["total"], limit["remaining"], limit["reset_after"] / 1000)


class Sessions:
    """When the next session may begin."""

    def __init__(self, apart: float = APART, clock: Callable[[], float] = time.monotonic) -> None:
        self._apart = apart
        self._clock = clock
        self._last: float | None = None

    async def may_begin(self, limit: Limit) -> None:
        """Wait for it."""
        pause = limit.pause()
        if pause > self._apart:
            log.warning(
                "Discord allows %d more sessions today; the next one begins in %.0f s.",
                limit.remaining,
                pause,
            )
        if self._last is not None:
            pause = max(pause, self._last + self._apart - self._clock())
        await asyncio.sleep(max(0.0, pause))
        self._last = self._clock()
