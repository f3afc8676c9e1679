"""A fake core and a connected adapter for the tests of this folder."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from adapters.discord.adapter import DiscordAdapter
from bot.errors import StoreError
from bot.events import Address, Incoming
from bot.ports import Delivery, Outcome, Phrases, Receipt, Services, Verdict, Waiting
from bot.replies import Reply
from tests.eavesdropping import nothing_private_logged
from tests.telegram.fake_bot_api import TOKEN as TELEGRAM_TOKEN

from .fake_discord import BOT_TOKEN, FakeDiscord, serving

PHRASES = Phrases(
    words={
        "en": {
            "discord-over-here": "Over there.",
            "discord-open": "Open",
            "discord-closed": "Your DMs are closed.",
            "discord-not-now": "Not now.",
            "discord-write": "Write here",
            "discord-write-title": "Only for you",
            "discord-choose": "Choose",
        },
        "es": {"discord-over-here": "Por allí.", "discord-open": "Abrir"},
    },
    commands={
        "en": [("start", "Begin"), ("menu", "Everything there is")],
        "es": [("start", "Empezar"), ("menu", "Todo lo que hay")],
    },
)


@dataclass
class Core:
    """Takes events in memory and answers as the test says."""

    adapter: DiscordAdapter
    heard: list[Incoming] = field(default_factory=list)
    people: list[Waiting] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    chats: dict[str, str] = field(default_factory=dict)
    asked_at: dict[str, str] = field(default_factory=dict)
    arrived: int = 0
    readies: int = 0
    bare: Services | None = None
    outcome: Outcome = field(default_factory=lambda: Outcome(Verdict.HANDLED))
    broken: bool = False
    gate: asyncio.Event | None = None
    answers: Callable[[Incoming], Awaitable[None]] | None = None
    _seen: set[str] = field(default_factory=set)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _keys: int = 0

    async def receive(self, incoming: Incoming) -> Outcome:
        """File an event once; the replies follow after the commit, as in the real one."""
        self.arrived += 1
        await self.changed()
        if self.gate is not None:
            await self.gate.wait()
        if self.broken:
            raise StoreError("The disk is full.")
        if incoming.event_id in self._seen:
            return Outcome(Verdict.REPEATED)
        self._seen.add(incoming.event_id)
        self.heard.append(incoming)
        if self.answers is not None:
            self._tasks.append(asyncio.ensure_future(self.answers(incoming)))
        await self.changed()
        return self.outcome

    async def send(
        self, account: str, reply: Reply, *, key: str = "", edits: str | None = None, chat: str = ""
    ) -> Receipt:
        """Send a reply as the real core does, keeping what it learns."""
        self._keys += 1
        address = Address("discord", account, chat or self.chats.get(account, ""))
        delivery = Delivery(key or f"key#{self._keys}", address, reply, edits)
        receipt = await self.adapter.send(delivery)
        if receipt.chat:
            self.chats[account] = receipt.chat
        if receipt.message:
            self.asked_at[account] = receipt.message
        return receipt

    async def until(self, holds: Callable[[], object], within: float = 8.0) -> None:
        """Wait until something is so; looks again after every event."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(holds)

    async def changed(self) -> None:
        """Let everybody who waits look again."""
        async with self._changed:
            self._changed.notify_all()

    def services(self) -> Services:
        """Give what an adapter runs with."""
        if self.bare is not None:
            return self.bare

        async def waiting(platform: str, at_most: int) -> Sequence[Waiting]:
            assert "discord" == platform
            return self.people[:at_most]

        return Services(self.receive, self, PHRASES, waiting, self._ready)

    async def get(self, name: str) -> str | None:
        """Give a note."""
        return self.kept.get(name)

    async def put(self, name: str, value: str) -> None:
        """Keep a note."""
        self.kept[name] = value

    def _ready(self) -> None:
        self.readies += 1

    async def done(self) -> None:
        """Wait for the replies under way; what failed in them fails the test."""
        while self._tasks:
            await self._tasks.pop(0)


def make_adapter(fake: FakeDiscord, token: str = BOT_TOKEN) -> DiscordAdapter:
    return DiscordAdapter(token, api_url=fake.api_url, sessions_apart=0.1)


@pytest.fixture(autouse=True)
def nothing_private_is_logged() -> Iterator[None]:
    """Listen at DEBUG through each test of this folder, to its child processes as well: no line may
    hold a token, an id, or a word of anybody."""
    with nothing_private_logged(BOT_TOKEN, TELEGRAM_TOKEN):
        yield


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with serving() as server:
        yield server


@pytest.fixture
async def adapter(fake: FakeDiscord) -> AsyncIterator[DiscordAdapter]:
    made = make_adapter(fake)
    yield made
    await made.close()


@pytest.fixture
async def core(adapter: DiscordAdapter) -> Core:
    return Core(adapter)


@contextlib.asynccontextmanager
async def running(core: Core, fake: FakeDiscord) -> AsyncIterator[None]:
    """Keep the adapter connected while the block runs."""
    task = asyncio.create_task(core.adapter.run(core.services()))
    listening = asyncio.create_task(fake.listening())
    await asyncio.wait({task, listening}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        listening.cancel()
        task.result()
    await listening
    try:
        yield
        await core.done()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
