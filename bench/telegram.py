"""Ajar on Telegram under load, beside a bare echo bot on the same library.

60 people answer as fast as they are asked; every message and edit takes the server 50 ms; the pace
limiter is lifted. Both bots run in this process against a server in another one.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure, beside, measure, rounded

HERE = Path(__file__).parent
TOKEN = "5550001:fake-token-of-the-tests-AAAA"  # noqa: S105 - the fake server's
PEOPLE = 60
SECONDS = 6
NEIGHBOURLY_MESSAGES = 400


class Town:
    """The server and its people, in a process of their own."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process = process
        self.url = f"http://127.0.0.1:{port}"

    async def measured(self) -> dict[str, float]:
        """Wait for what they measured."""
        assert self._process.stdout  # noqa: S101 - it was opened with a pipe
        figures: dict[str, float] = json.loads(await self._process.stdout.readline())
        return figures


@asynccontextmanager
async def town(*arguments: object) -> AsyncIterator[Town]:
    """Start a town; it ends with the context."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench._telegram_town",
        *map(str, arguments),
        cwd=HERE.parent,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout  # noqa: S101 - it was opened with a pipe
    try:
        port = json.loads(await process.stdout.readline())["port"]
        yield Town(process, int(port))
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def ajar(there: Town) -> dict[str, float]:
    """Serve the town with all of Ajar."""
    from adapters.telegram.adapter import TelegramAdapter
    from bot.flows.loading import load
    from bot.ports import Pace
    from bot.runtime.shelf import Shelf
    from bot.runtime.wiring import Service
    from bot.store.store import Store

    library = load(HERE.parent / "tests" / "small")
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(
            f"sqlite:///{folder}/ajar.db", key=None, now=lambda: datetime.now(UTC)
        )
        adapter = TelegramAdapter(TOKEN, api_url=there.url, pace=Pace(at_once=64))
        service = Service(store, Shelf(lambda: library), [adapter], rng=random.Random(1))
        serving = asyncio.create_task(service.serve())
        figures = await there.measured()
        service.end()
        await serving
    return figures


async def echo_bot(there: Town) -> dict[str, float]:
    """Serve the town with the library's own application, which only gives back what it gets."""
    from telegram import Update
    from telegram.ext import Application, ContextTypes, MessageHandler, filters

    async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message and update.message.text:
            await update.message.reply_text(update.message.text)

    application = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{there.url}/bot")
        .concurrent_updates(True)
        .connection_pool_size(100)
        .pool_timeout(30)
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, echo))
    async with application:
        await application.start()
        assert application.updater  # noqa: S101 - the builder makes one
        await application.updater.start_polling()
        figures = await there.measured()
        with suppress(Exception):  # the town is gone by now
            await application.updater.stop()
        await application.stop()
    return figures


@measure
def telegram_load() -> Iterable[Figure]:
    """Replies a second for 60 people at 50 ms a send."""
    silence()

    async def both() -> tuple[dict[str, float], dict[str, float]]:
        async with town("talk", PEOPLE, SECONDS) as there:
            ours = await ajar(there)
        async with town("echo", PEOPLE, SECONDS) as there:
            return ours, await echo_bot(there)

    ours, theirs = asyncio.run(both())
    yield beside("telegram replies", ours["replies"], "1/s", theirs["replies"])
    yield Figure("telegram replies, of them new messages", rounded(ours["messages"]), "1/s")


@measure
def telegram_neighbour() -> Iterable[Figure]:
    """How much later somebody is answered because another chat hangs."""
    silence()

    async def once(stalled: int) -> dict[str, float]:
        async with town("neighbour", NEIGHBOURLY_MESSAGES, stalled) as there:
            return await ajar(there)

    calm, beside_stalled = asyncio.run(once(0)), asyncio.run(once(1))
    delay = (beside_stalled["p99"] - calm["p99"]) * 1000
    yield beside("telegram answer, p99", beside_stalled["p99"] * 1000, "ms", calm["p99"] * 1000)
    yield Figure("telegram delay by a stalled neighbour, p99", rounded(max(0.0, delay)), "ms")


def silence() -> None:
    """Let the log not stand in the way of the table."""
    from bot.runtime.logs import configure

    configure("ERROR")
