"""What is done at the start and once a day."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.engine.effects import SetTimer
from bot.flows.library import Library
from bot.runtime.chores import EVERY, chores
from tests.runtime.fakes import START, HandClock, idle


class Home:
    """A database without people but those named silent."""

    def __init__(self, silent: Sequence[int] = ()) -> None:
        self.silent = list(silent)
        self.asked_before: list[datetime] = []
        self.timers: list[tuple[int, SetTimer]] = []
        self.pruned = self.checkpoints = 0

    async def prune(self) -> None:
        self.pruned += 1

    async def checkpoint(self) -> None:
        self.checkpoints += 1

    async def inactive(self, before: datetime, limit: int) -> Sequence[int]:
        self.asked_before.append(before)
        return self.silent[:limit]

    async def set_timer(self, person: int, timer: SetTimer) -> None:
        self.timers.append((person, timer))


@contextlib.asynccontextmanager
async def rounds(home: Home, clock: HandClock, library: Library):
    doing = asyncio.create_task(chores(home, clock, lambda: library, timedelta(days=365)))
    await idle()
    try:
        yield
    finally:
        doing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await doing


async def test_the_operator_is_warned_of_old_lines_at_the_start_and_daily(
    shipped: Library, logbook: io.StringIO
) -> None:
    """SAF-16: as long as a line is older than a year, one warning at the start and one a day."""
    assert shipped.lines.stale_count(START.date()) > 0
    clock = HandClock()
    async with rounds(Home(), clock, shipped):
        assert 1 == logbook.getvalue().count("crisis-lines-old")
        assert "new as_of date" in logbook.getvalue()
        await clock.advance(EVERY)
        assert 2 == logbook.getvalue().count("crisis-lines-old")


async def test_without_old_lines_nothing_is_said(logbook: io.StringIO) -> None:
    """SAF-16: facts that are fresh are no news."""
    async with rounds(Home(), HandClock(), Library({}, {}, {})):
        assert "crisis-lines-old" not in logbook.getvalue()


async def test_long_silences_are_looked_for_daily(shipped: Library) -> None:
    """PRV-8: whoever was silent for the time set gets a timer that asks whether to let go."""
    home, clock = Home([4, 7]), HandClock()
    async with rounds(home, clock, shipped):
        await clock.advance(EVERY)
    assert [START - timedelta(days=365), START - timedelta(days=364)] == home.asked_before
    assert [4, 7, 4, 7] == [person for person, _ in home.timers]
    assert {"retention"} == {timer.kind for _, timer in home.timers}
    assert (2, 2) == (home.pruned, home.checkpoints)
