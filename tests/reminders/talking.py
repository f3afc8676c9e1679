"""People who choose reminders by talking, one on Telegram and one on Discord.

Owns what they do and what they are sent, in the words of the shipped content.
"""

from __future__ import annotations

import time
from typing import Any

from bot.flows.library import Library
from tests.discord.fake_discord import FakeDiscord
from tests.discord.people import Person as DiscordPerson
from tests.discord.world import DM
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.people import Person as TelegramPerson
from tests.telegram.people import buttons

PATIENCE = 20
"""Real seconds after which something that was promised will not come any more."""


class Sam:
    """Somebody on Telegram, in Lisbon (UTC in winter)."""

    def __init__(self, api: FakeBotApi, library: Library, number: int = 4_300_001) -> None:
        self._api = api
        self.person = TelegramPerson(api, number)
        self._tapped = 0
        self._house = library.house("en")

    async def says(self, words: str, then: str) -> None:
        """Type something, and wait until some later message holds these words."""
        before = len(self.person.sees)
        await self.person.say(words)
        await self.comes(then, before)

    async def taps(self, label: str, then: str = "") -> None:
        """Press a button once a message after the last one offers it, and wait until some later
        message holds these words."""
        await self._api.until(lambda: label in self._offered(), PATIENCE)
        before = self._tapped = len(self.person.sees)
        await self.person.tap(label)
        await self.comes(then, before)

    def _offered(self) -> list[str]:
        new = self.person.sees[self._tapped :]
        return [words for message in new for words, _ in buttons(message)]

    async def comes(self, words: str, before: int) -> None:
        """Wait until a message after the first so many holds these words."""
        await self._api.until(
            lambda: any(words in read for read in self.person.reads[before:]), PATIENCE
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
            for call in self._api.of("sendMessage", self.person.number)
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
        self.person = DiscordPerson(fake)
        self._tapped = -1
        self._lines = library.house("en").variants("reminder-checkin")

    async def taps(self, label: str) -> None:
        """Choose something once a question after the last one offers it, and wait until that is
        closed."""
        await self._fake.until(lambda: label in self._offered(), PATIENCE)
        message = self._asking()
        self._tapped = self.person.messages.index(message)
        if label in self.person.buttons(message):
            await self.person.presses(label, message)
        else:
            await self.person.selects(label)
        await self._fake.until(lambda: not message["components"], PATIENCE)

    def _asking(self) -> dict[str, Any]:
        """Give the newest message that can be answered, after the one answered last."""
        new = self.person.messages[self._tapped + 1 :]
        return next((m for m in reversed(new) if m["components"]), {"components": []})

    def _offered(self) -> set[str]:
        """Give what it offers."""
        parts = [part for row in self._asking()["components"] for part in row["components"]]
        listed = [option["label"] for part in parts for option in part.get("options", ())]
        return {*listed, *self.person.buttons(self._asking())}

    async def chooses(self, where: str = DM) -> None:
        """Meet Ajar and choose nine in the morning, by button; the zone by city."""
        await self.person.commands("start", where)
        await self.taps("Begin")
        await self.taps("Keep my words")
        await self.person.commands("reminders", where)
        await self.taps("In the morning (09:00)")
        await self.person.types("Kathmandu")
        await self.taps("Yes, that's right")
        await self._fake.until(lambda: self.person.sees("Next: Tuesday 09:00"), PATIENCE)

    async def answers(self) -> None:
        """Go through the check-in by taps alone."""
        for label in ("4", "Skip", "I let someone in", "Nothing planned"):
            await self.taps(label)

    def asked(self) -> int:
        """Give how many check-ins came."""
        sent = self._fake.called("POST", f"/channels/{self.person.dm.id}/messages")
        return sum(call.body["content"].startswith(self._lines) for call in sent)

    async def is_asked(self, times: int) -> float:
        """Wait for a check-in; give when it came, by the machine's steady clock."""
        await self._fake.until(lambda: self.asked() == times, PATIENCE)
        return time.monotonic()
