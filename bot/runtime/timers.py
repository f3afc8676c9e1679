"""Claims what has come due and wakes the lanes it filled.

Owns when to look: at the next due instant, at least every `LOOK_EVERY`, in batches small enough
that the first of a burst need not wait for the last. Must not know what a timer means.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import StoreError
from bot.flows.library import Library
from bot.runtime.clock import Clock
from bot.runtime.logs import log, problem

LOOK_EVERY = 20.0
"""Seconds between two looks at most: a timer set meanwhile is no later than this, and a leap of
the clock is seen as soon."""

MOST = 500
FEWEST = 10
"""Timers in one batch."""

BATCH_TIME = 0.02
"""Seconds one batch should take. Live turns go before it in the writer; what was claimed is sent
once its batch is done."""

LEAP = 300.0
"""Seconds the time of day may run ahead of the steady clock before the loop waits for one more look
(a machine that wakes up, or starts with a wrong clock, is usually put right within seconds), or may
fall behind it before what was planned is looked at again."""


class Due(Protocol):
    """What the timers need of the store."""

    async def claim(self, library: Library, rng: random.Random, limit: int = MOST) -> Sequence[int]:
        """Take the turns of up to `limit` due timers; give the people to send to."""

    async def next_due(self) -> datetime | None:
        """Give when the next timer is due."""


class Timers:
    """The loop over everything that comes due by itself."""

    def __init__(
        self,
        store: Due,
        library: Callable[[], Library],
        rng: random.Random,
        clock: Clock,
        *,
        wake: Callable[[int], None],
        room: Callable[[], Awaitable[None]],
        set_back: Callable[[], Awaitable[None]],
    ) -> None:
        self._store = store
        self._library = library
        self._rng = rng
        self._clock = clock
        self._wake = wake
        self._room = room
        self._set_back = set_back
        self._limit = MOST // 5
        self._last = (clock.now(), clock.monotonic())

    async def run(self) -> None:
        """Claim until cancelled."""
        while True:
            wait = LOOK_EVERY
            try:
                if await self._trusted():
                    wait = await self.look()
            except StoreError as error:
                log().error("timers-paused", **problem(error))
            await self._clock.sleep(wait)

    async def look(self) -> float:
        """Claim everything due now, batch by batch; give the seconds until the next look."""
        while True:
            await self._room()
            now = self._clock.now()
            due = await self._store.next_due()
            if due is None or due > now:
                ahead = (due - now).total_seconds() if due else LOOK_EVERY
                return min(LOOK_EVERY, ahead)
            began = self._clock.monotonic()
            for person in await self._store.claim(self._library(), self._rng, self._limit):
                self._wake(person)
            self._adapt(self._clock.monotonic() - began)
            await asyncio.sleep(0)  # whoever wrote meanwhile goes first

    def _adapt(self, took: float) -> None:
        """Size the next batch by how long this one took, at most twice as large."""
        fits = self._limit * BATCH_TIME / max(took, 1e-6)
        self._limit = int(max(FEWEST, min(MOST, self._limit * 2, fits)))

    async def _trusted(self) -> bool:
        """Whether the time of day has run evenly since the last look; a leap forward is waited
        out once, and believed if it stays. After a leap back, what was planned meanwhile for a
        time that is far away again is put right."""
        then, steady_then = self._last
        now, steady = self._last = (self._clock.now(), self._clock.monotonic())
        leap = now - then - timedelta(seconds=steady - steady_then)
        if leap.total_seconds() > LEAP:
            log().warning("clock-leapt", seconds=round(leap.total_seconds()))
            return False
        if leap.total_seconds() < -LEAP:
            log().warning("clock-set-back", seconds=round(-leap.total_seconds()))
            await self._set_back()
        return True
