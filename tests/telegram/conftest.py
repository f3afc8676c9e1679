"""A fake core and a connected adapter for the tests of this folder."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.line import Patience
from bot.events import Incoming
from bot.ports import Outcome, Phrases, Services, Verdict, Waiting
from tests.eavesdropping import nothing_private_logged

from .fake_bot_api import TOKEN, FakeBotApi

QUICK = Patience(first=0.01, longest=0.05, conflict=0.02)

PHRASES = Phrases(
    words={
        "en": {
            "group-pointer": "I only talk in private: {link}",
            "bot-description": "A quiet place.",
            "bot-short-description": "Quiet.",
        },
        "es": {
            "group-pointer": "Solo hablo en privado: {link}",
            "bot-description": "Un lugar tranquilo.",
            "bot-short-description": "Tranquilo.",
        },
    },
    commands={
        "en": (("start", "Begin"), ("menu", "See everything there is")),
        "es": (("start", "Empezar"), ("menu", "Ver todo lo que hay")),
    },
)


@dataclass
class Core:
    """What the adapter sees of Ajar: it files events and remembers their order."""

    heard: list[Incoming] = field(default_factory=list)
    notes_kept: dict[str, str] = field(default_factory=dict)
    ready: int = 0
    outcome: Callable[[Incoming], Outcome] = lambda _incoming: Outcome(Verdict.HANDLED)
    hold: asyncio.Event | None = None
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def receive(self, incoming: Incoming) -> Outcome:
        """File an event; while `hold` is set and unset as an event, it takes its time."""
        if self.hold:
            await self.hold.wait()
        outcome = self.outcome(incoming)
        if incoming.event_id not in {known.event_id for known in self.heard}:
            self.heard.append(incoming)
        async with self.changed:
            self.changed.notify_all()
        return outcome

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so, looking after each event."""
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(true)

    async def get(self, name: str) -> str | None:
        """Give a note."""
        return self.notes_kept.get(name)

    async def put(self, name: str, value: str) -> None:
        """Keep a note."""
        self.notes_kept[name] = value

    async def waiting(self, _platform: str, _at_most: int) -> Sequence[Waiting]:
        """Nobody waits."""
        return ()

    def count_ready(self) -> None:
        """Count one connection."""
        self.ready += 1

    @property
    def services(self) -> Services:
        """What the adapter gets."""
        return Services(self.receive, self, PHRASES, self.waiting, self.count_ready)


@contextlib.asynccontextmanager
async def running(adapter: TelegramAdapter, core: Core) -> AsyncIterator[asyncio.Task[None]]:
    """Run an adapter while the context lasts."""
    task = asyncio.create_task(adapter.run(core.services))
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task
        await adapter.close()


@pytest.fixture(autouse=True)
def nothing_private_is_logged() -> Iterator[None]:
    """Listen at DEBUG through each test of this folder; no line may hold the token or people's
    words."""
    words = ("quiet words", "private words", "My sister")
    with nothing_private_logged(TOKEN, TOKEN.partition(":")[2], *words):
        yield


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as served:
        yield served


@pytest.fixture
def core() -> Core:
    return Core()


@pytest.fixture
def adapter(api: FakeBotApi) -> TelegramAdapter:
    return TelegramAdapter(TOKEN, api_url=api.url, poll_seconds=5, patience=QUICK)
