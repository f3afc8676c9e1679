"""The whole of Ajar in this process, on Telegram: real store, engine, loops and adapter."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.webhook import Webhook
from bot.flows.library import Library
from bot.ports import Pace
from bot.runtime.clock import Clock, SystemClock
from bot.runtime.shelf import Shelf
from bot.runtime.wiring import Service
from bot.store.store import Store

from .conftest import QUICK
from .fake_bot_api import TOKEN, FakeBotApi
from .people import Person, buttons

UNHURRIED = Pace(at_once=64)
"""No limiter: the tests of the pace are elsewhere."""


@contextlib.asynccontextmanager
async def at_home(
    api: FakeBotApi,
    database: Path,
    library: Library,
    *,
    webhook: Webhook | None = None,
    pace: Pace = UNHURRIED,
    clock: Clock | None = None,
) -> AsyncIterator[Service]:
    """Run Ajar while the context lasts, then stop it as a signal would."""
    clock = clock or SystemClock()
    store = await Store.open(f"sqlite:///{database}", key=None, now=clock.now)
    adapter = TelegramAdapter(
        TOKEN, api_url=api.url, webhook=webhook, pace=pace, poll_seconds=5, patience=QUICK
    )
    service = Service(store, Shelf(lambda: library), [adapter], clock=clock, rng=random.Random(5))
    serving = asyncio.create_task(service.serve())
    try:
        yield service
    finally:
        service.end()
        await serving


@dataclass
class Turn:
    """What a person did, and what they read then."""

    did: str
    read: str


async def answered(person: Person, act: str, *, tap: bool) -> Turn:
    """Tap or type something and wait until a newer message has come."""
    before = len(person.sees)
    await (person.tap(act) if tap else person.say(act))
    await person.until(lambda: len(person.sees) > before)
    return Turn(act, person.reads[-1])


def open_questions(person: Person) -> list[str]:
    """Give the words of the messages that still have buttons."""
    return [message.get("text", "") for message in person.sees if buttons(message)]
