"""Takes an event in: files it in one transaction, then wakes the person's lane.

Owns the promise of `Receive`: it returns after the commit, calls made in order are committed in
order, and a commit is always followed by its wake, even when the caller has gone away meanwhile.
Must not know platforms or what the engine makes of an event.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from bot.events import Incoming
from bot.flows.library import Library
from bot.ports import Outcome, Verdict
from bot.runtime.logs import log

if TYPE_CHECKING:
    from bot.store.store import Taken


class Turns(Protocol):
    """What receiving needs of the store."""

    async def turn(self, incoming: Incoming, library: Library, rng: random.Random) -> Taken:
        """Take one turn durably."""


class Receiving:
    """The way in; call it with each event."""

    def __init__(
        self,
        store: Turns,
        library: Callable[[], Library],
        rng: random.Random,
        wake: Callable[[int], None],
    ) -> None:
        self._store = store
        self._library = library
        self._rng = rng
        self._wake = wake
        self._under_way: set[asyncio.Task[Outcome]] = set()

    async def __call__(self, incoming: Incoming) -> Outcome:
        """File one event durably. Raises nothing but `StoreError`."""
        task = asyncio.create_task(self._take(incoming))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        # An adapter that is cancelled here stops waiting; the turn and its wake go on.
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Wait until every event that was taken in is durable."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _take(self, incoming: Incoming) -> Outcome:
        taken = await self._store.turn(incoming, self._library(), self._rng)
        if taken.sends and taken.person is not None:
            self._wake(taken.person)
        if taken.outcome.verdict is Verdict.FAILED:
            log().error("turn-failed", platform=incoming.address.platform)
        return taken.outcome
