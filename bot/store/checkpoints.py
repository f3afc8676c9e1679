"""Moving the write-ahead log into the database beside the writer, not in its way.

Owns when that happens and on which connection. SQLite would do it inside a commit, while every turn
waits for two more syncs; on a second connection it goes on beside the commits, which go on adding
to the log. From time to time the pages that are left are moved between two commits: only a log that
was moved to its end begins anew.
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

LONG = 4000
"""Pages of the log (16 MB) from which on the writer moves the rest: it waits until everything moved
is on the disk, and turns with it. A log much longer makes every commit slower."""


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
        if await asyncio.to_thread(self._beside) >= LONG:
            await self._writer.outside(_passive)

    def _moved(self, task: asyncio.Task[None]) -> None:
        self._moving = None
        if not task.cancelled():
            task.exception()  # looked at: a move that failed is made up for by the next one

    def _beside(self) -> int:
        if self._connection is None:
            self._connection = connect(self._path)
        return _passive(self._connection)

    async def settled(self) -> None:
        """Wait for the end of a move that is under way."""
        if self._moving is not None:
            await asyncio.wait([self._moving])

    async def close(self) -> None:
        """Let a move end, and let go of the connection."""
        await self.settled()
        if self._connection is not None:
            self._connection.close()


def _passive(connection: sqlite3.Connection) -> int:
    """Move what nobody reads any more; never wait for anybody. Give the pages of the log."""
    _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return int(pages)
