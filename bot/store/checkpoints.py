"""Moving the write-ahead log into the database beside the writer, not in its way.

Owns when that happens and on which connection. SQLite would do it inside a commit, while every turn
waits for two more syncs; on a second connection it goes on beside the commits, which go on adding
to the log. From time to time the pages that are left are moved between two commits: only a log that
was moved to its end begins anew.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from pathlib import Path

from bot.store.connection import connect
from bot.store.writer import Writer

CHANGES = 4000
"""Changed rows, those of about a thousand turns, after which the log is moved. Moved too often,
pages that many turns touch are written again and again; too seldom, the log grows (by some 10 kB a
turn)."""

LONG = 4000
"""Pages of the log (16 MB) from which on the writer moves the rest: it waits until that is on the
disk, and turns with it. A log much longer makes every commit slower."""

FEW = 100
"""Pages that are left to the writer: their sync takes some 5 ms."""

ROUNDS = 5
"""Times the log is moved beside before the writer moves what is left, however much that is: where
more is written than a disk takes, it would never come to an end."""


class Checkpoints:
    """Watches what is committed and moves the log from time to time, one move at a time.

    SQLite syncs the database only at the end of a move that no commit came into. With people
    writing that is always the writer's own, which then waits for all that was moved beside as well:
    30 to 60 ms. So that is synced beside, through a file of our own.

    SQLite before 3.51.3 can lose pages when a log that was moved to its end begins anew just as the
    next move on another connection begins (its "WAL-reset bug"). So a log is moved beside only
    while a reader stands in it, before which it cannot begin anew, and only when it is known to
    hold more than was moved.
    """

    def __init__(self, path: Path, writer: Writer) -> None:
        self._path = path
        self._writer = writer
        self._changes = 0
        self._connections: tuple[sqlite3.Connection, ...] = ()
        self._file: int | None = None
        self._moving: asyncio.Task[None] | None = None
        writer.watch(self._committed)

    def _committed(self, changes: int) -> None:
        self._changes += changes
        if self._changes >= CHANGES and self._moving is None:
            self._moving = asyncio.create_task(self._move())
            self._moving.add_done_callback(self._moved)

    async def _move(self) -> None:
        if await asyncio.to_thread(self._beside) >= LONG:
            await self._writer.outside(_passive)

    def _moved(self, task: asyncio.Task[None]) -> None:
        self._moving = None
        self._changes = 0
        if not task.cancelled():
            task.exception()  # looked at: a move that failed is made up for by the next one

    def _beside(self) -> int:
        """Move the log; a long one again and again, until few pages are left. Give its pages."""
        if not self._connections:
            self._connections = (connect(self._path), connect(self._path))
        if self._file is None:
            self._file = os.open(self._path, os.O_RDONLY)
        mover, reader = self._connections
        for _ in range(ROUNDS):
            reader.execute("BEGIN")
            try:
                reader.execute("SELECT 1 FROM sqlite_schema").fetchall()
                pages, _ = _passive(mover)  # up to where the reader stands
                if pages < LONG:
                    break
                os.fsync(self._file)
                pages, moved = _passive(mover)  # nothing more; tells how much came meanwhile
            finally:
                reader.execute("COMMIT")
            if pages - moved <= FEW:
                break
        return pages

    async def settled(self) -> None:
        """Wait for the end of a move that is under way."""
        if self._moving is not None:
            await asyncio.wait([self._moving])

    async def close(self) -> None:
        """Let a move end, and let go of the connections."""
        await self.settled()
        for connection in self._connections:
            connection.close()

    def let_go(self) -> None:
        """Close the file. With it go all locks of this process on the database (POSIX has it so),
        so no connection to it may be open any more."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _passive(connection: sqlite3.Connection) -> tuple[int, int]:
    """Move what nobody reads any more; never wait for anybody. Give the pages of the log, and how
    many of them are moved by now."""
    _, pages, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return int(pages), int(moved)
