"""What needs doing once a day: tidying the database, long silences, facts that have aged.

Owns how often, and what the operator is told about it. Must not know how any of it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.engine.effects import SetTimer
from bot.engine.retention import KIND
from bot.flows.library import Library
from bot.runtime.clock import Clock
from bot.runtime.logs import log

EVERY = 24 * 3600.0
"""Seconds between two rounds; the first is at the start."""

AT_MOST = 100_000
"""People whose long silence one round looks at."""


class Tidy(Protocol):
    """What the chores need of the store."""

    async def prune(self) -> None:
        """Take away what is no longer needed."""

    async def checkpoint(self) -> None:
        """Move the write-ahead log into the database file."""

    async def inactive(self, before: datetime, limit: int) -> Sequence[int]:
        """Give people not heard of since `before`."""

    async def set_timer(self, person: int, timer: SetTimer) -> None:
        """Set a timer for a person."""


async def chores(
    store: Tidy, clock: Clock, library: Callable[[], Library], retention: timedelta
) -> None:
    """Do the rounds until cancelled."""
    while True:
        await store.prune()
        now = clock.now()
        silent = await store.inactive(now - retention, AT_MOST)
        for person in silent:
            await store.set_timer(person, SetTimer(KIND, "", now))
        await store.checkpoint()
        log().info("tidied", long_silent=len(silent))
        _warn_of_old_facts(library(), now)
        await clock.sleep(EVERY)


def _warn_of_old_facts(library: Library, now: datetime) -> None:
    old = library.lines.stale_count(now.date())
    if old:
        log().warning(
            "crisis-lines-old",
            lines=old,
            says="Check these lines in content/crisis-lines.yaml and give them a new as_of date; "
            "until then people are asked to double-check them.",
        )
