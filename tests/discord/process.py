"""`ajar run` as a real process, to be ended the hard way.

Owns starting and ending it, and what it wrote to its log.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.eavesdropping import read_too

from .fake_discord import BOT_TOKEN, FakeDiscord

ROOT = Path(__file__).resolve().parents[2]


class Process:
    """One Ajar after another on the same database."""

    def __init__(self, fake: FakeDiscord, folder: Path, **more: str) -> None:
        self._fake = fake
        self._folder = folder
        self._more = more
        self._running: asyncio.subprocess.Process | None = None
        self.log = folder / "log.txt"
        read_too(self.log)

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        before = self._fake.session
        await self.launch()
        await self._fake.until(lambda: self._fake.session not in (None, before), within=20)

    async def launch(self) -> None:
        """Start it."""
        environment = {
            "PATH": os.environ["PATH"],
            "DISCORD_TOKEN": BOT_TOKEN,
            "DISCORD_API_URL": self._fake.api_url,
            "DATABASE_URL": f"sqlite:///{self._folder / 'ajar.db'}",
            "CONTENT_DIR": str(self._folder / "content"),
            "LOG_LEVEL": "DEBUG",
            "REMINDERS": "off",
            **self._more,
        }
        with self.log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                cwd=ROOT,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> None:
        """End it without a warning."""
        assert self._running is not None
        self._running.kill()
        await self._running.wait()
        await self._fake.until(lambda: self._fake.session is None)

    async def end(self) -> None:
        """Make sure that nothing of it is left."""
        if self._running is not None and self._running.returncode is None:
            self._running.kill()
            await self._running.wait()

    async def terminate(self) -> int:
        """Ask it to end, and give its exit code."""
        assert self._running is not None
        self._running.send_signal(signal.SIGTERM)
        return await self._running.wait()
