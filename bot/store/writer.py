"""The writer: whatever waits to be written is committed together.

Owns the order of jobs, group commit, and who gives way to whom. Must not know what is written.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.errors import StoreError
from bot.store.connection import OneHop, Transaction, of_the_file, sentence

T = TypeVar("T")

BATCH = 128
"""Jobs in one commit at most: a hundred people at once share the cost of one sync and of the pages
that all of them touch (half as many jobs made it a third slower), and it is over in some 20 ms."""

PATIENT_BATCH = 64
"""Jobs in one commit that can wait, where nobody else writes: who comes while it is being synced
has to wait for all of it."""

TAKEN_ALONG = 16
"""Jobs that can wait and are taken along in every commit, however many people write: a burst of
timers never holds up a person by more than these, and a crowd of people never holds up timers for
good."""

QUICK = 0.001
"""Seconds in which a brief job is committed on a quick disk. So little is done where it was asked
for: the way to the thread and back would take half as long again."""

Work = Callable[[Transaction], T]
"""A job: a synchronous function on a transaction. It sees what earlier jobs did."""


@dataclass(slots=True)
class _Job(Generic[T]):
    work: Work[T]
    future: asyncio.Future[T]
    brief: bool = False
    result: T | None = None
    problem: BaseException | None = None


class Writer:
    """Runs jobs in order in the connection's thread; whatever waits shares one commit.

    A job that raises is undone alone, and its caller gets the exception: that is rare, so the batch
    is then run again, each job in a savepoint of its own. A job therefore changes nothing but the
    database, and what it gives back is made anew each time. Results are given out only after the
    commit. When the commit itself fails, nothing of the batch is kept and every caller of it gets a
    `StoreError`. A job that was handed over runs whole, even when its caller is cancelled.

    Jobs that `can_wait` have an order of their own and give way to all others.

    A `brief` job (a turn, a delivery) that is alone is committed in the event loop, as long as the
    last commit of a single job took less than `quick` seconds by the `clock`. On a slower disk, and
    whenever several wait, the thread does it.
    """

    def __init__(
        self,
        connection: OneHop,
        transaction: Callable[[sqlite3.Connection], Transaction] = Transaction,
        quick: float = QUICK,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._quick = quick
        self._was_quick = False
        self._transaction = transaction(connection.raw)
        self._loop = asyncio.get_running_loop()
        self._jobs: deque[_Job[Any]] = deque()
        self._patient: deque[_Job[Any]] = deque()
        self._between: deque[_Job[Any]] = deque()
        self._draining = False
        self._shared = False
        self._watcher: Callable[[int], None] = _watch_nothing

    def watch(self, watcher: Callable[[int], None]) -> None:
        """Call `watcher` in the event loop with the number of changed rows after each commit."""
        self._watcher = watcher

    async def do(self, work: Work[T], *, can_wait: bool = False, brief: bool = False) -> T:
        """Run one job; returns after its commit."""
        future: asyncio.Future[T] = self._loop.create_future()
        (self._patient if can_wait else self._jobs).append(_Job(work, future, brief))
        self._begin()
        return await future

    def hurried(self) -> bool:
        """Whether somebody waits who cannot. Asked by a job that can wait and has come to a place
        where it may end."""
        return self._shared or bool(self._jobs)

    async def outside(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` on the connection after the commit under way, outside any transaction."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._between.append(_Job(lambda _: work(self._connection.raw), future))
        self._begin()
        return await future

    async def finish(self) -> None:
        """Wait until everything handed over is done."""
        while self._draining:
            await self._connection.hop(_nothing)

    def _begin(self) -> None:
        """See to it that somebody works through what was handed over. Whether somebody does, and
        who, is known and changed in the event loop alone: there is never more than one."""
        if not self._draining and self._somebody_waits():
            self._draining = True
            self._loop.call_soon(self._start)  # whoever comes in the same moment comes along

    def _somebody_waits(self) -> bool:
        return bool(self._jobs or self._between or self._patient)

    def _start(self) -> None:
        """Commit what waits: a brief job here if the last was quick, everything else in the
        thread."""
        alone = len(self._jobs) == 1 and not self._between and not self._patient
        if alone and self._was_quick and self._jobs[0].brief:
            batch = _taken(self._jobs, 1)
            self._hand_out(batch, self._commit(batch, alone=False), last=True)
            return
        try:
            self._connection.post(self._drain)
        except ValueError:
            self._refuse()

    def _refuse(self) -> None:
        """Tell everyone who waits that the connection is closed."""
        closed = [*self._between, *self._jobs, *self._patient]
        self._between.clear()
        self._jobs.clear()
        self._patient.clear()
        for job in closed:
            job.problem = _closed()
        self._hand_out(closed, 0, last=True)

    def _drain(self) -> None:
        """Commit batch after batch until nobody waits. Runs in the connection's thread."""
        last = False
        while not last:
            if self._between:
                batch, changes = self._run_between(), 0
            else:
                batch = _taken(self._jobs, BATCH)
                alone = not batch
                batch += _taken(self._patient, 1 if alone else TAKEN_ALONG)
                changes = self._commit(batch, alone=alone)
            last = not self._somebody_waits()
            self._loop.call_soon_threadsafe(self._hand_out, batch, changes, last)

    def _run_between(self) -> list[_Job[Any]]:
        job = self._between.popleft()
        try:
            job.result = job.work(self._transaction)
        except Exception as problem:  # noqa: BLE001 - it belongs to whoever waits for this
            job.problem = problem
        return [job]

    def _commit(self, batch: list[_Job[Any]], *, alone: bool) -> int:
        """Run and commit these jobs; where nobody is in a hurry, as many more as can be had. Give
        the number of changed rows."""
        self._shared = not alone
        began = self._clock()
        try:
            connection = self._connection.raw
            before = connection.total_changes
            try:
                connection.execute("BEGIN IMMEDIATE")
                if not self._went_well(batch, alone=alone):
                    connection.execute("ROLLBACK")
                    connection.execute("BEGIN IMMEDIATE")
                    for job in batch:
                        self._by_itself(connection, job)
                connection.execute("COMMIT")
            except sqlite3.Error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return connection.total_changes - before
        except (sqlite3.Error, ValueError) as problem:  # ValueError: closed in the meantime
            for job in batch:
                job.result = None
                job.problem = sentence(problem) if isinstance(problem, sqlite3.Error) else _closed()
            return 0
        finally:
            if len(batch) == 1:
                self._was_quick = self._clock() - began < self._quick

    def _went_well(self, batch: list[_Job[Any]], *, alone: bool) -> bool:
        """Run jobs one after the other; False as soon as one of them raises."""
        try:
            for job in batch:
                job.result = job.work(self._transaction)
            for job in self._more() if alone else ():
                batch.append(job)
                job.result = job.work(self._transaction)
        except Exception as problem:
            if of_the_file(problem):
                raise
            return False
        return True

    def _more(self) -> Iterator[_Job[Any]]:
        """Give jobs that can wait until somebody comes who cannot: they share the commit then."""
        for _ in range(PATIENT_BATCH - 1):
            if self._jobs or not self._patient:
                break
            yield self._patient.popleft()
        yield from _taken(self._jobs, BATCH)

    def _by_itself(self, connection: sqlite3.Connection, job: _Job[Any]) -> None:
        """Run a job in a savepoint of its own, so that it is undone alone if it raises."""
        connection.execute("SAVEPOINT job")
        try:
            job.result = job.work(self._transaction)
        except Exception as problem:
            if of_the_file(problem):
                raise
            job.result = None
            job.problem = problem  # it belongs to this job's caller, who gets it from the future
            connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")

    def _hand_out(self, batch: list[_Job[Any]], changes: int, last: bool) -> None:
        """Give out results. After the `last` ones nobody is at work, and those who came since have
        to be begun with."""
        for job in batch:
            if job.future.done():  # the caller was cancelled
                continue
            if job.problem is None:
                job.future.set_result(job.result)
            else:
                job.future.set_exception(job.problem)
        self._watcher(changes)
        if last:
            self._draining = False
            self._begin()


def _taken(jobs: deque[_Job[Any]], most: int) -> list[_Job[Any]]:
    return [jobs.popleft() for _ in range(min(most, len(jobs)))]


def _closed() -> StoreError:
    return StoreError("The database is closed; nothing was written.")


def _nothing() -> None:
    return


def _watch_nothing(_changes: int) -> None:
    return
