"""Moving the write-ahead log into the database beside the writer, not in its way.

Owns when that happens and on which connection. SQLite would do it inside a commit, while every turn
waits for two more syncs; on a second connection it goes on beside the commits, and only the few
pages written meanwhile are left to the writer.
"""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from bot.store.connection import connect
from bot.store.writer import Writer

JOBS = 1000
"""Jobs after which the log is moved. Moved too often, pages that many turns touch are written again
and again; too seldom, the log grows (by some 10 kB a job)."""


class Checkpoints:
    """Watches what is committed and moves the log from time to time, one move at a time."""

    def __init__(self, path: Path, writer: Writer) -> None:
        self._path = path
        self._writer = writer
        self._jobs = 0
        self._connection: sqlite3.Connection | None = None
        self._moving: asyncio.Task[None] | None = None
        writer.watch(self._committed)

    def _committed(self, jobs: int) -> None:
        self._jobs += jobs
        if self._jobs >= JOBS and self._moving is None:
            self._jobs = 0
            self._moving = asyncio.create_task(self._move())
            self._moving.add_done_callback(self._moved)

    async def _move(self) -> None:
        await asyncio.to_thread(self._beside)
        await self._writer.outside(_passive)

    def _moved(self, task: asyncio.Task[None]) -> None:
        self._moving = None
        if not task.cancelled():
            task.exception()  # looked at: a move that failed is made up for by the next one

    def _beside(self) -> None:
        if self._connection is None:
            self._connection = connect(self._path)
        _passive(self._connection)

    async def settled(self) -> None:
        """Wait for the end of a move that is under way."""
        if self._moving is not None:
            await asyncio.wait([self._moving])

    async def close(self) -> None:
        """Let a move end, and let go of the connection."""
        await self.settled()
        if self._connection is not None:
            self._connection.close()


def _passive(connection: sqlite3.Connection) -> None:
    """Move what nobody reads any more; never wait for anybody."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
