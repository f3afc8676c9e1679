"""The one connection: opening it, its transactions, and the writer that commits in groups.

Owns the thread hop, `Transaction`, group commit, and the sentences for SQLite's own failures. Must
not know what is written.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import aiosqlite

from bot.errors import StoreError

T = TypeVar("T")

BATCH = 64
"""Jobs in one commit at most: enough to share the cost of a sync, few enough to stay quick."""

CACHE_KIB = 16 * 1024
"""Memory SQLite may hold for pages: the upper levels of every index of a million answers fit."""

LOG_PAGES = 8000
"""Pages of the write-ahead log (32 MB) at which a commit itself moves it into the database, should
`checkpoints` not have come to it before."""

Cell = int | str | bytes | None
"""What a column holds."""


class OneHop(aiosqlite.Connection):
    """An aiosqlite connection that runs a whole function in its thread in one hop.

    aiosqlite has no public call for this. Every public method goes through `_execute`, and this
    class is the only place that names it. The function is handed over without arguments, so that
    aiosqlite's debug log, which prints them, has nothing to print.
    """

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._thread.daemon = True  # a forgotten `close` must not keep the process from ending

    async def hop(self, work: Callable[[], T]) -> T:
        """Run `work` in the connection's thread, after everything handed over before."""
        execute: Callable[[Callable[[], T]], Awaitable[T]] = self._execute
        return await execute(work)

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
    """The three calls that all of the store's functions are made of.

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


Work = Callable[[Transaction], T]
"""A job: a synchronous function on a transaction. It sees what earlier jobs did."""


@dataclass(slots=True)
class _Job(Generic[T]):
    work: Work[T]
    future: asyncio.Future[T]
    result: T | None = None
    problem: BaseException | None = None


class Writer:
    """Runs jobs in order in the connection's thread; whatever waits shares one commit.

    Each job has a savepoint of its own: one that raises is undone alone, and its caller gets the
    exception. Results are given out only after the commit. When the commit itself fails, nothing of
    the batch is kept and every caller of it gets a `StoreError`. A job that was handed over runs
    whole, even when its caller is cancelled.
    """

    def __init__(
        self,
        connection: OneHop,
        transaction: Callable[[sqlite3.Connection], Transaction] = Transaction,
    ) -> None:
        self._connection = connection
        self._transaction = transaction(connection.raw)
        self._loop = asyncio.get_running_loop()
        self._jobs: deque[_Job[Any]] = deque()
        self._driver: asyncio.Task[None] | None = None
        self._watcher: Callable[[int], None] = _watch_nothing

    def watch(self, watcher: Callable[[int], None]) -> None:
        """Call `watcher` in the event loop with the number of jobs after each commit."""
        self._watcher = watcher

    async def do(self, work: Work[T]) -> T:
        """Run one job; returns after its commit."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.append(_Job(work, future))
        if self._driver is None:
            self._driver = self._loop.create_task(self._drive())
        return await future

    async def outside(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` on the connection between two commits, outside any transaction."""
        return await self._connection.hop(lambda: work(self._connection.raw))

    async def finish(self) -> None:
        """Wait until everything handed over is done."""
        while self._driver is not None:
            await asyncio.shield(self._driver)

    async def _drive(self) -> None:
        try:
            while self._jobs:
                await self._connection.hop(self._drain)
        finally:
            self._driver = None
            if self._jobs:  # the connection is closed
                closed = list(self._jobs)
                self._jobs.clear()
                for job in closed:
                    job.problem = StoreError("The database is closed; nothing was written.")
                self._hand_out(closed)

    def _drain(self) -> None:
        """Commit batch after batch until nobody waits. Runs in the connection's thread."""
        while self._jobs:
            batch = [self._jobs.popleft() for _ in range(min(BATCH, len(self._jobs)))]
            self._commit(batch)
            self._loop.call_soon_threadsafe(self._hand_out, batch)

    def _commit(self, batch: list[_Job[Any]]) -> None:
        connection = self._connection.raw
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in batch:
                self._attempt(connection, job)
            connection.execute("COMMIT")
        except sqlite3.Error as problem:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            for job in batch:
                job.result, job.problem = None, sentence(problem)

    def _attempt(self, connection: sqlite3.Connection, job: _Job[Any]) -> None:
        connection.execute("SAVEPOINT job")
        try:
            job.result = job.work(self._transaction)
        except Exception as problem:
            if _of_the_file(problem):
                raise
            job.problem = problem  # it belongs to this job's caller, who gets it from the future
            connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")

    def _hand_out(self, batch: list[_Job[Any]]) -> None:
        for job in batch:
            if job.future.done():  # the caller was cancelled
                continue
            if job.problem is None:
                job.future.set_result(job.result)
            else:
                job.future.set_exception(job.problem)
        self._watcher(len(batch))


def _watch_nothing(_jobs: int) -> None:
    return


def _of_the_file(problem: Exception) -> bool:
    """Whether a failure is the database's (a full disk, a torn page), not this one job's."""
    return isinstance(problem, sqlite3.Error) and not isinstance(
        problem, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.InterfaceError
    )


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
