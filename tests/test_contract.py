"""One scenario on three platforms: the same conversation, and everybody sees it.

What each adapter is given to send is the neutral transcript; what stands on each platform in the
end has to hold every word of it.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from adapters.discord.adapter import DiscordAdapter
from adapters.telegram.adapter import TelegramAdapter
from adapters.terminal import TerminalAdapter, spoken
from bot.events import Event
from bot.ports import Adapter, Delivery, Pace, Receipt, Services
from bot.replies import Form, Reply, plain
from tests.discord.fake_discord import BOT_TOKEN, serving
from tests.discord.people import Person as DiscordPerson
from tests.discord.whole import ajar, opened
from tests.telegram.fake_bot_api import TOKEN as TELEGRAM_TOKEN
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.people import Person as TelegramPerson

SCENARIO = [
    "/menu",
    "A cup of tea",
    "perhaps",
    "black",
    "sugar and lemon",
    "/back",
    "milk",
    "about 4",
    "/skip",
    "somewhere else",
]
"""What the person types: a command, unclear words, every kind of answer, a way back, a skip."""

MENU = "A cup of tea"
LAST = "Enjoy it."


class Witness:
    """An adapter that writes down what it was given to send, once that is delivered."""

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter
        self.sent: list[Reply] = []
        self._changed = asyncio.Condition()

    @property
    def platform(self) -> str:
        """The platform's name."""
        return self._adapter.platform

    @property
    def pace(self) -> Pace:
        """As fast as the fake lets us."""
        return Pace()

    async def run(self, services: Services) -> None:
        """Connect."""
        await self._adapter.run(services)

    async def send(self, delivery: Delivery) -> Receipt:
        """Deliver, and write down."""
        receipt = await self._adapter.send(delivery)
        self.sent.append(delivery.reply)
        async with self._changed:
            self._changed.notify_all()
        return receipt

    async def close(self) -> None:
        """Let go."""
        await self._adapter.close()

    async def told(self, count: int) -> None:
        """Wait until the transcript has so many lines."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.transcript()) >= count)

    def transcript(self) -> list[str]:
        """Give the conversation from the menu on, free of any platform."""
        told = [told_of(reply) for reply in self.sent if reply.text]
        menus = [place for place, line in enumerate(told) if MENU in line]
        return told[menus[-1] :] if menus else []


def told_of(reply: Reply) -> str:
    """Write a reply as one line."""
    labels = [choice.label for choice in (*reply.choices, *reply.ways)]
    ends = [*labels, *(["= " + reply.answer] if reply.answer else [])]
    return f"{reply.form}: {plain(reply.text)} [{' | '.join(ends)}]"


def words_of(witness: Witness) -> set[str]:
    """Give the lines of everything that stays to be read: a closed question as it was closed."""
    questions: dict[int, str] = {}
    stays: list[str] = []
    for reply in witness.sent:
        words = plain(reply.text)
        if reply.edits is not None:
            questions[reply.edits] = words or questions.get(reply.edits, "")
        elif reply.form is Form.NONE:
            stays.append(words)
        else:
            questions[reply.turn] = words
    return {line for words in (*stays, *questions.values()) for line in words.split("\n") if line}


async def on_discord(folder: Path, counts: list[int]) -> tuple[list[str], list[str]]:
    """Play it on Discord; gives the transcript, and words that are missing on the screen."""
    async with serving() as fake:
        sam = DiscordPerson(fake)
        witness = Witness(DiscordAdapter(BOT_TOKEN, api_url=fake.api_url, sessions_apart=0.05))
        async with ajar(fake, folder, witness):
            for words, count in zip(SCENARIO, counts, strict=True):
                await sam.types(words)
                await witness.told(count)
        shown = re.sub(r"\\(.)|\*\*", r"\1", "\n".join(m["content"] for m in sam.messages))
    return witness.transcript(), [line for line in words_of(witness) if line not in shown]


async def on_telegram(folder: Path, counts: list[int]) -> tuple[list[str], list[str]]:
    """Play it on Telegram."""
    async with FakeBotApi() as api:
        sam = TelegramPerson(api, 4_200_042, "en")
        witness = Witness(TelegramAdapter(TELEGRAM_TOKEN, api_url=api.url))
        async with opened(folder, witness) as service:
            running = asyncio.create_task(service.serve())
            for words, count in zip(SCENARIO, counts, strict=True):
                await sam.say(words)
                await witness.told(count)
            service.end()
            await running
        shown = "\n".join(sam.reads)
    return witness.transcript(), [line for line in words_of(witness) if line not in shown]


class Script:
    """A terminal's screen whose keyboard is the scenario, and which counts what was told before
    each line."""

    def __init__(self) -> None:
        self._waiting = iter(SCENARIO)
        self.witness: Witness | None = None
        self.shown: list[str] = []
        self.counts: list[int] = []

    def show(self, reply: Reply) -> None:
        """Keep what is shown."""
        self.shown.append(plain(reply.text))

    def tell(self, words: str) -> None:
        """Keep what is said in passing."""
        self.shown.append(words)

    async def next(self) -> Event | None:
        """Type the next line."""
        assert self.witness is not None
        self.counts.append(len(self.witness.transcript()))
        line = next(self._waiting, None)
        return None if line is None else spoken(line)


async def test_one_scenario_three_adapters(tmp_path: Path) -> None:
    """The same words lead to the same conversation on every platform, and on each of them every
    word of it can be read."""
    screen = Script()
    terminal = screen.witness = Witness(TerminalAdapter("sam", "en", screen))
    async with opened(tmp_path / "terminal", terminal) as service:
        await service.converse(terminal)
    counts = screen.counts[1:]
    on_phone, missing_on_phone = await on_telegram(tmp_path / "telegram", counts)
    in_dm, missing_in_dm = await on_discord(tmp_path / "discord", counts)

    assert LAST in "\n".join(terminal.transcript())
    assert terminal.transcript() == on_phone
    assert terminal.transcript() == in_dm
    shown = "\n".join(screen.shown)
    assert [] == [line for line in words_of(terminal) if line not in shown]
    assert [] == missing_on_phone
    assert [] == missing_in_dm
