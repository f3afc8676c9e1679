"""The one connection: opening it, its thread, its transactions.

Owns the thread hop, `Transaction`, and the sentences for SQLite's own failures. Must not know what
is written, or when it is committed (`writer`).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from bot.errors import StoreError

T = TypeVar("T")

CACHE_KIB = 16 * 1024
"""Memory SQLite may hold for pages: the upper levels of every index of a million answers fit."""

LOG_PAGES = 25_000
"""Pages of the write-ahead log (100 MB) at which a commit itself moves it into the database, should
`checkpoints` not have come to it before."""

Cell = int | str | bytes | None
"""What a column holds."""


class OneHop(aiosqlite.Connection):
    """An aiosqlite connection that runs a whole function in its thread in one hop.

    aiosqlite has no public call for this. Every public method goes through `_execute`, which puts
    the function into the thread's queue `_tx`; this class is the only place that names them. The
    function is handed over without arguments, so that aiosqlite's debug log, which prints them, has
    nothing to print.
    """

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._thread.daemon = True  # a forgotten `close` must not keep the process from ending

    async def hop(self, work: Callable[[], T]) -> T:
        """Run `work` in the connection's thread, after everything handed over before."""
        execute: Callable[[Callable[[], T]], Awaitable[T]] = self._execute
        return await execute(work)

    def post(self, work: Callable[[], None]) -> None:
        """Let the thread run `work`, which must not raise, in its turn; nobody waits for it.

        Raises `ValueError` when the connection is closed.
        """
        if not self._running or self._connection is None:
            raise ValueError("The connection is closed.")
        self._tx.put_nowait((None, work))

    @classmethod
    async def opened(cls, connector: Callable[[], sqlite3.Connection]) -> OneHop:
        """Start the thread and open the connection in it."""
        connection = cls(connector)
        try:
            await connection
        except BaseException:
            await connection._ended()
            raise
        return connection

    async def close(self) -> None:
        """Close the connection and see its thread end."""
        await super().close()
        await self._ended()

    async def _ended(self) -> None:
        """Wait for the thread: aiosqlite only tells it to end, and a thread that outlives the loop
        prints a traceback when it reports to it."""
        await asyncio.to_thread(self._thread.join)

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection itself, for use inside its thread."""
        return self._conn


class Transaction:
    """The four calls that all of the store's functions are made of.

    SQL is written portably, with `?` for each value in order: a driver for another database runs
    the same functions by numbering the marks.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def one(self, sql: str, *values: Cell) -> tuple[Any, ...] | None:
        """Give the first row, or None."""
        row: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: Cell) -> list[tuple[Any, ...]]:
        """Give every row."""
        return self._connection.execute(sql, values).fetchall()

    def run(self, sql: str, *values: Cell) -> int:
        """Change rows; give how many."""
        return self._connection.execute(sql, values).rowcount

    def many(self, sql: str, rows: Sequence[Sequence[Cell]]) -> None:
        """Change rows by one statement for each set of values."""
        if rows:
            self._connection.executemany(sql, rows)


_SENTENCES = {
    sqlite3.SQLITE_FULL: "The disk is full: nothing was written; free some space.",
    sqlite3.SQLITE_READONLY: "The database may not be written: give the user that runs Ajar the "
    "right to write to it and to its folder.",
    sqlite3.SQLITE_BUSY: "The database is locked by another program: end that program (or its "
    "transaction) and try again.",
    sqlite3.SQLITE_LOCKED: "The database is locked by another program: end that program (or its "
    "transaction) and try again.",
    sqlite3.SQLITE_CANTOPEN: "The database cannot be opened: check that its folder exists and may "
    "be written.",
    sqlite3.SQLITE_CORRUPT: "The database file is damaged: restore the latest backup; `ajar doctor`"
    " says more.",
    sqlite3.SQLITE_NOTADB: "The file is not a database of Ajar, or it is damaged: check "
    "DATABASE_URL, or restore the latest backup.",
    sqlite3.SQLITE_IOERR: "The disk refused to read or write the database: nothing was written; "
    "check the disk, its free space and its limits.",
}


def sentence(problem: sqlite3.Error) -> StoreError:
    """Say in one sentence what SQLite met, and what to do."""
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF  # extended codes keep the kind there
    name = getattr(problem, "sqlite_errorname", type(problem).__name__)
    words = _SENTENCES.get(code, "The database refused to work: see the name of the problem.")
    told = StoreError(f"{words} ({name})")
    told.__cause__ = problem
    return told


def of_the_file(problem: Exception) -> bool:
    """Whether a failure is the database's (a full disk, a torn page), not this one job's."""
    return isinstance(problem, sqlite3.Error) and not isinstance(
        problem, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.InterfaceError
    )


def connect(path: Path, timeout: float = 5.0) -> sqlite3.Connection:
    """Open an existing database file for reading and writing, and set it up.

    `timeout` is how many seconds to wait for another program's lock.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=timeout,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = ON",
            "foreign_keys = ON",
            f"cache_size = -{CACHE_KIB}",
            f"wal_autocheckpoint = {LOG_PAGES}",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection
