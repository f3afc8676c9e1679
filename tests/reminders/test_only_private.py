"""Where reminders never go: groups, servers, and people who are gone."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.discord.adapter import DiscordAdapter
from adapters.telegram.adapter import TelegramAdapter
from bot.flows.library import Library
from bot.ports import Adapter, Pace
from bot.runtime.shelf import Shelf
from bot.runtime.wiring import Service
from bot.store.store import Store
from tests.discord.fake_discord import BOT_TOKEN, FakeDiscord, serving
from tests.discord.world import SERVER
from tests.reminders.moved_ajar import CALM, MovedClock, Stretch, Track
from tests.reminders.talking import Kim, Sam
from tests.telegram.fake_bot_api import TOKEN, FakeBotApi

MONDAY = datetime(2026, 3, 2, 19, tzinfo=UTC)
GROUP = {"id": -100, "type": "supergroup", "title": "Friends"}


def just_before(day: int, hour: int, minute: int = 0) -> datetime:
    """Give the instant twenty seconds before a time in March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(seconds=20)


@contextlib.asynccontextmanager
async def ajar(adapter: Adapter, folder: Path, library: Library) -> AsyncIterator[Track]:
    """Run Ajar in this process, under a moved clock, until the block ends."""
    track = Track(Stretch(time.monotonic(), MONDAY.timestamp(), CALM))
    clock = MovedClock(track)
    store = await Store.open(f"sqlite:///{folder}/ajar.db", key=None, now=clock.now)
    service = Service(store, Shelf(lambda: library), [adapter], clock=clock, rng=random.Random(5))
    serving_it = asyncio.create_task(service.serve())
    try:
        yield track
    finally:
        service.end()
        await serving_it


def hurry(track: Track, until: datetime) -> None:
    """Let the clock run fast until it shows this instant."""
    track.hurry(time.monotonic(), until.timestamp())


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with serving() as server:
        yield server


@pytest.mark.proof
async def test_a_group_never_gets_a_reminder(tmp_path: Path, shipped: Library) -> None:
    """REM-33 and REM-34: asked for in a group, the bot points to the private chat; removed from the
    group, it goes on there; and whoever blocks it is not written to again, while others are."""
    async with FakeBotApi() as api:
        adapter = TelegramAdapter(TOKEN, api_url=api.url, poll_seconds=5, pace=Pace())
        async with ajar(adapter, tmp_path, shipped) as clock:
            sam, lee = Sam(api, shipped), Sam(api, shipped, 4_300_002)
            await sam.chooses()
            await lee.chooses()
            command = [{"type": "bot_command", "offset": 0, "length": 22}]
            group = sam.person.message(text="/reminders@AjarTestBot 18:00", entities=command)
            await api.update(message=group | {"chat": GROUP})
            await api.until(lambda: len(api.of("sendMessage", -100)) == 1)
            status = {"status": "left", "user": {"id": 5550001, "is_bot": True, "first_name": "A"}}
            await api.update(
                my_chat_member={
                    "chat": GROUP,
                    "from": sam.person.account,
                    "date": 1,
                    "old_chat_member": status | {"status": "member"},
                    "new_chat_member": status,
                }
            )
            hurry(clock, just_before(3, 9))
            await sam.is_asked(1)
            await lee.is_asked(1)
            await sam.person.member("kicked")
            await api.until(lambda: not api.pending)
            before = len(api.calls)
            hurry(clock, just_before(4, 9))
            await lee.is_asked(2)
            later = {call.chat for call in api.calls[before:] if call.chat}
        assert 1 == len(api.of("sendMessage", -100))
        assert {lee.person.number} == later


@pytest.mark.proof
async def test_a_server_never_gets_a_reminder(
    fake: FakeDiscord, tmp_path: Path, shipped: Library
) -> None:
    """REM-31, REM-33 and REM-34: chosen by commands in a server, reminders come into the DM; once
    no server is shared any more, one refusal ends them and nothing goes anywhere else; a word of
    the person's brings them back."""
    adapter = DiscordAdapter(BOT_TOKEN, api_url=fake.api_url, sessions_apart=0.05)
    async with ajar(adapter, tmp_path, shipped) as clock:
        kim = Kim(fake, shipped)
        other = Kim(fake, shipped)
        await fake.listening()
        await kim.chooses(SERVER)
        await other.chooses()
        hurry(clock, just_before(3, 3, 15))
        await kim.is_asked(1)
        kim.person.who.open, kim.person.who.refused_with = False, (403, 50278)
        for n in (2, 3):
            hurry(clock, just_before(n + 2, 3, 15))
            await other.is_asked(n)
        assert 1 == sum(call.status == 403 for call in fake.calls)
        kim.person.who.open = True
        came = kim.asked()
        await kim.person.commands("menu")
        hurry(clock, just_before(6, 3, 15))
        await fake.until(lambda: kim.asked() > came, 20)
    assert [] == fake.world.lobby.messages
