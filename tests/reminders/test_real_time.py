"""The whole program under a moved and accelerated clock, on both platforms at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.flows.library import Library
from tests.discord.fake_discord import FakeDiscord, serving
from tests.reminders.moving import Moving
from tests.reminders.talking import Kim, Sam
from tests.telegram.fake_bot_api import FakeBotApi

SOON = timedelta(seconds=20)


def march(day: int, hour: int, minute: int = 0) -> datetime:
    """Give an instant in March 2026; the second is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with serving() as server:
        yield server


@pytest.mark.proof
async def test_days_of_reminders_on_both_platforms(
    fake: FakeDiscord, tmp_path: Path, shipped: Library
) -> None:
    """REM-2, REM-10, REM-27, REM-28 and REM-36: chosen by talking, each check-in comes at nine on
    the person's own clock, within the minute, once; it is answered by taps; three kills lie
    between, one of them while the message is on its way; and what could not be sent at half past
    nine in the evening is not sent at night."""
    async with FakeBotApi() as api:
        sam, kim = Sam(api, shipped), Kim(fake, shipped)
        ajar = Moving(api, fake, tmp_path)
        try:
            await ajar.start(march(2, 19))
            await sam.chooses()
            await kim.chooses()

            await ajar.hurry(march(3, 3, 15) - SOON)
            assert march(3, 3, 15) <= ajar.clock(await kim.is_asked(1)) < march(3, 3, 16)
            await kim.answers()
            assert [] == sam.came("checkin")
            await ajar.kill()

            await ajar.start(march(3, 8))
            await ajar.hurry(march(3, 9) - SOON)
            assert march(3, 9) <= ajar.clock(await sam.is_asked(1)) < march(3, 9, 1)
            await sam.answers()
            await sam.adds_a_practice()
            await ajar.kill()

            await ajar.start(march(3, 22, 30))
            held = fake.hold("POST", "/channels/[0-9]+/messages", after=True)
            await ajar.hurry(march(4, 3, 15) - SOON)
            assert march(4, 3, 15) <= ajar.clock(await kim.is_asked(2)) < march(4, 3, 16)
            await fake.until(lambda: fake.holding)
            assert (1, 0) == (len(sam.came("checkin")), len(sam.came("nudge")))
            await ajar.kill()
            held.set()

            await ajar.start(march(4, 8))
            await ajar.hurry(march(4, 9) - SOON)
            assert march(4, 9) <= ajar.clock(await sam.is_asked(2)) < march(4, 9, 1)
            await sam.answers()
            await ajar.hurry(march(4, 21, 30) - SOON)
            nudged = ajar.clock(await sam.is_asked(1, "nudge"))
            assert march(4, 21, 30) <= nudged < march(4, 21, 31)
            assert 0 == await ajar.stop()
        finally:
            await ajar.end()
    assert (2, 1, 2) == (len(sam.came("checkin")), len(sam.came("nudge")), kim.asked())
