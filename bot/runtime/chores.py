"""What the database needs done now and then.

Owns only how often. Must not know what is tidied.
"""

from __future__ import annotations

from typing import Protocol

from bot.runtime.clock import Clock
from bot.runtime.logs import log

EVERY = 24 * 3600.0
"""Seconds between two rounds; the first is at the start."""


class Tidy(Protocol):
    """What the chores need of the store."""

    async def prune(self) -> None:
        """Take away what is no longer needed."""

    async def checkpoint(self) -> None:
        """Move the write-ahead log into the database file."""


async def chores(store: Tidy, clock: Clock) -> None:
    """Do the rounds until cancelled."""
    while True:
        await store.prune()
        await store.checkpoint()
        log().info("tidied")
        await clock.sleep(EVERY)
