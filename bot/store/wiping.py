"""Finishing erases in the background: the tombstone filed, the last old bytes cut off.

Owns the patience that needs: while another program reads the database, its log cannot be cut.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from bot.store import erase
from bot.store.writer import Writer

FIRST_WAIT = 0.05
LONGEST_WAIT = 30.0
"""Seconds between two attempts to cut the write-ahead log."""

TELL_AFTER = 0.3
"""From a wait of so many seconds on the operator is told."""


class Wiping:
    """Takes on tombstones and keeps trying until nothing is left to do."""

    def __init__(self, folder: Path, writer: Writer, notice: Callable[[str], None]) -> None:
        self._folder = folder
        self._writer = writer
        self._notice = notice
        self._unfiled: list[bytes] = []
        self._task: asyncio.Task[None] | None = None
        self._again = False
        self._promised = False

    def begin(self, tombstones: Sequence[bytes]) -> None:
        """Finish these erases, and whatever may still stand in the log."""
        self._unfiled += tombstones
        self._promised = self._promised or bool(tombstones)
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._until_done())

    async def done(self) -> None:
        """Wait until every erase so far is finished down to the last byte."""
        if self._task is not None:
            await asyncio.shield(self._task)

    async def close(self) -> None:
        """Stop trying, after one last attempt; the next start takes it up again."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            if self._again:
                await self._writer.outside(self._attempt)

    async def _until_done(self) -> None:
        wait, told = FIRST_WAIT, False
        while self._again:
            if await self._writer.outside(self._attempt):
                continue
            if self._promised and not told and wait > TELL_AFTER:
                told = True
                self._notice(
                    "An erase cannot be finished yet: another program reads the database, or the "
                    "disk refuses; end that program and look at the disk. Ajar keeps trying."
                )
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
        self._promised = False

    def _attempt(self, connection: sqlite3.Connection) -> bool:
        """One attempt, in the connection's thread. A refusal of the disk is one that failed."""
        self._again = False
        filing = list(self._unfiled)
        try:
            erase.file(self._folder, filing)
            del self._unfiled[: len(filing)]
            done = erase.wipe(connection)
        except (OSError, sqlite3.Error):
            done = False
        self._again = self._again or not done
        return done
