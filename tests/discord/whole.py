"""The real core on a real database, with a small content, for whole conversations.

Owns how it is put together. A service can be ended and begun again on the same database, as an
operator would restart it.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from adapters.discord.adapter import DiscordAdapter
from bot.flows.loading import load
from bot.ports import Adapter
from bot.runtime.shelf import Shelf
from bot.runtime.wiring import Service
from bot.store.store import Store

from .fake_discord import BOT_TOKEN, FakeDiscord

SHIPPED = Path(__file__).resolve().parents[2] / "content"

TEA = """
flow: tea
title: A cup of tea
about: Four small questions.
start: kind
steps:
  kind:
    say: Which kind of tea?
    choose:
      green: Green
      black: Black, with milk
    go: extras
  extras:
    say: What goes into it?
    pick:
      sugar: Sugar
      lemon: Lemon
      milk: More milk
    at least: 1
    at most: 2
    go: warmth
  warmth:
    say: How warm should it be?
    scale:
      1: cold
      5: hot
    go: note
  note:
    say: Who would you drink it with?
    write: up to 60
    go: place
  place:
    say: Where would that be?
    choose:
      home: At home, at the table by the window, with the radio on
      out: Somewhere else
    go: bye
  bye:
    say: "{kind or Tea} for {note or somebody}. *Enjoy it.*"
    go: end
"""


def write_content(folder: Path) -> Path:
    """Write a content folder: the house words that the core and the adapters need, one flow that
    asks every kind of question, and no welcome."""
    house = folder / "en" / "house"
    house.mkdir(parents=True)
    for name in ("discord.yaml", "notes.yaml", "terminal.yaml"):
        shutil.copy(SHIPPED / "en" / "house" / name, house)
    core = (SHIPPED / "en" / "house" / "core.yaml").read_text(encoding="utf-8")
    core = core[: core.index("\nmenu:")] + "\nmenu: [tea]\n"
    (house / "core.yaml").write_text(core, encoding="utf-8")
    (folder / "en" / "tea.yaml").write_text(TEA, encoding="utf-8")
    return folder


@contextlib.asynccontextmanager
async def opened(folder: Path, adapter: Adapter) -> AsyncIterator[Service]:
    """Put a service together, with its database and content in a folder; it is not begun yet."""
    content = folder / "content"
    if not content.exists():
        write_content(content)
    store = await Store.open(
        f"sqlite:///{folder / 'ajar.db'}", key=None, now=lambda: datetime.now(UTC)
    )
    shelf = Shelf(partial(load, content))
    yield Service(store, shelf, [adapter], reminders=False, rng=random.Random(7))


@contextlib.asynccontextmanager
async def ajar(
    fake: FakeDiscord, folder: Path, adapter: Adapter | None = None
) -> AsyncIterator[Service]:
    """Run Ajar in this process until the block ends."""
    made = adapter or DiscordAdapter(BOT_TOKEN, api_url=fake.api_url, sessions_apart=0.05)
    async with opened(folder, made) as service:
        serving = asyncio.create_task(service.serve())
        listening = asyncio.create_task(fake.listening())
        await asyncio.wait({serving, listening}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            listening.cancel()
            serving.result()
        await listening
        try:
            yield service
        finally:
            service.end()
            await serving
