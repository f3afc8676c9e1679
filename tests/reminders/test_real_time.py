"""The whole program under a moved and accelerated clock, on both platforms at once."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.flows.library import Library
from tests.discord.fake_discord import FakeDiscord, serving
from tests.discord.people import Person as DiscordPerson
from tests.reminders.moving import Moving
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.people import Person as TelegramPerson
from tests.telegram.people import buttons

PATIENCE = 20
"""Real seconds after which something that was promised will not come any more."""

SOON = timedelta(seconds=20)


def march(day: int, hour: int, minute: int = 0) -> datetime:
    """Give an instant in March 2026; the second is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


class Sam:
    """Somebody on Telegram, in Lisbon (UTC in winter)."""

    def __init__(self, api: FakeBotApi, library: Library) -> None:
        self._api = api
        self._person = TelegramPerson(api, 4_300_001)
        self._tapped = 0
        self._house = library.house("en")

    async def says(self, words: str, then: str) -> None:
        """Type something, and wait until some later message holds these words."""
        before = len(self._person.sees)
        await self._person.say(words)
        await self.comes(then, before)

    async def taps(self, label: str, then: str = "") -> None:
        """Press a button once a message after the last one offers it, and wait until some later
        message holds these words."""
        await self._api.until(lambda: label in self._offered(), PATIENCE)
        before = self._tapped = len(self._person.sees)
        await self._person.tap(label)
        await self.comes(then, before)

    def _offered(self) -> list[str]:
        new = self._person.sees[self._tapped :]
        return [words for message in new for words, _ in buttons(message)]

    async def comes(self, words: str, before: int) -> None:
        """Wait until a message after the first so many holds these words."""
        await self._api.until(
            lambda: any(words in read for read in self._person.reads[before:]), PATIENCE
        )

    async def chooses(self) -> None:
        """Meet Ajar and choose nine in the morning, by button; the zone by city."""
        await self.says("/start", "Hello")
        await self.taps("Begin", "What may I keep?")
        await self.taps("Keep my words")
        await self.says("/reminders", "Once a day I can ask")
        await self.taps("In the morning (09:00)", "which city's clock")
        await self.says("Lisbon", "for you now")
        await self.taps("Yes, that's right", "Next: Tuesday 09:00 (Lisbon)")

    async def adds_a_practice(self) -> None:
        """Switch the small practice on, in the evening."""
        await self.says("/reminders", "Next:")
        await self.taps("A small practice: off")
        await self.says("21:30", "Next: Tuesday 21:30")

    async def answers(self) -> None:
        """Go through the check-in by taps alone."""
        await self.taps("4")
        await self.taps("Skip")
        await self.taps("I let someone in")
        await self.taps("Nothing planned")

    def came(self, kind: str) -> list[float]:
        """Give when each reminder of a kind came, by the machine's steady clock."""
        return [
            call.at
            for call in self._api.of("sendMessage", self._person.number)
            if call.params["text"].startswith(self._house.variants(f"reminder-{kind}"))
        ]

    async def is_asked(self, times: int, kind: str = "checkin") -> float:
        """Wait for a reminder; give when it came."""
        await self._api.until(lambda: len(self.came(kind)) == times, PATIENCE)
        return self.came(kind)[-1]


class Kim:
    """Somebody on Discord, in Kathmandu (UTC and five hours and three quarters)."""

    def __init__(self, fake: FakeDiscord, library: Library) -> None:
        self._fake = fake
        self._person = DiscordPerson(fake)
        self._tapped = -1
        self._lines = library.house("en").variants("reminder-checkin")

    async def taps(self, label: str) -> None:
        """Choose something once a question after the last one offers it, and wait until that is
        closed."""
        await self._fake.until(lambda: label in self._offered(), PATIENCE)
        message = self._asking()
        self._tapped = self._person.messages.index(message)
        if label in self._person.buttons(message):
            await self._person.presses(label, message)
        else:
            await self._person.selects(label)
        await self._fake.until(lambda: not message["components"], PATIENCE)

    def _asking(self) -> dict[str, Any]:
        """Give the newest message that can be answered, after the one answered last."""
        new = self._person.messages[self._tapped + 1 :]
        return next((m for m in reversed(new) if m["components"]), {"components": []})

    def _offered(self) -> set[str]:
        """Give what it offers."""
        parts = [part for row in self._asking()["components"] for part in row["components"]]
        listed = [option["label"] for part in parts for option in part.get("options", ())]
        return {*listed, *self._person.buttons(self._asking())}

    async def chooses(self) -> None:
        """Meet Ajar and choose nine in the morning, by button; the zone by city."""
        await self._person.commands("start")
        await self.taps("Begin")
        await self.taps("Keep my words")
        await self._person.commands("reminders")
        await self.taps("In the morning (09:00)")
        await self._person.types("Kathmandu")
        await self.taps("Yes, that's right")
        await self._fake.until(lambda: self._person.sees("Next: Tuesday 09:00"), PATIENCE)

    async def answers(self) -> None:
        """Go through the check-in by taps alone."""
        for label in ("4", "Skip", "I let someone in", "Nothing planned"):
            await self.taps(label)

    def asked(self) -> int:
        """Give how many check-ins came."""
        sent = self._fake.called("POST", f"/channels/{self._person.dm.id}/messages")
        return sum(call.body["content"].startswith(self._lines) for call in sent)

    async def is_asked(self, times: int) -> float:
        """Wait for a check-in; give when it came, by the machine's steady clock."""
        await self._fake.until(lambda: self.asked() == times, PATIENCE)
        return time.monotonic()


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with serving() as server:
        yield server
        assert [] == server.problems
        assert [] == server.leaks()


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
