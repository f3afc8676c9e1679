"""The whole program in a process of its own, under a moved clock, on both platforms.

Owns starting, hurrying and ending it, and knowing what its clock shows.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.discord.fake_discord import BOT_TOKEN, FakeDiscord
from tests.reminders.moved_ajar import CALM, Stretch, Track
from tests.telegram.fake_bot_api import TOKEN, FakeBotApi

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Moving:
    """One run of Ajar after another, on one database."""

    def __init__(self, telegram: FakeBotApi, discord: FakeDiscord, folder: Path) -> None:
        self._discord = discord
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._track = Track(Stretch(0.0, 0.0, CALM))
        self._settings = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": telegram.url,
            "DISCORD_TOKEN": BOT_TOKEN,
            "DISCORD_API_URL": discord.api_url,
            "DATABASE_URL": f"sqlite:///{folder}/ajar.db",
            "CONTENT_DIR": str(ROOT / "content"),
        }

    def clock(self, real: float | None = None) -> datetime:
        """Give what the program's clock shows now, or showed at a moment of the steady clock."""
        return datetime.fromtimestamp(self._track.shown(real or time.monotonic()), UTC)

    async def start(self, at: datetime) -> None:
        """Start it with its clock at this instant, and wait until it listens on Discord."""
        with (self._folder / "ajar.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(HERE / "moved_ajar.py"),
                at.isoformat(),
                cwd=self._folder,
                env=self._settings,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        self._track = Track(Stretch(await self._told(), at.timestamp(), CALM))
        await self._discord.until(lambda: self._discord.session is not None, within=20)

    async def hurry(self, until: datetime) -> None:
        """Let its clock run fast until it shows this instant."""
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(f"{until.isoformat()}\n".encode())
        self._track.hurry(await self._told(), until.timestamp())

    async def kill(self) -> None:
        """End it without a warning."""
        assert self._process
        self._process.kill()
        await self._ended()
        await self._discord.until(lambda: self._discord.session is None)

    async def stop(self) -> int:
        """Ask it to end, and give its exit code."""
        assert self._process
        self._process.terminate()
        return await self._ended()

    async def end(self) -> None:
        """Make sure that nothing of it is left."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._ended()

    async def _ended(self) -> int:
        assert self._process
        assert self._process.stdin
        self._process.stdin.close()
        async with asyncio.timeout(20):
            return await self._process.wait()

    async def _told(self) -> float:
        assert self._process
        assert self._process.stdout
        async with asyncio.timeout(20):
            return float(await self._process.stdout.readline())
