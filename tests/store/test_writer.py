"""Jobs in order, in groups, each by itself."""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import sqlite3
import sys
import threading
from pathlib import Path

import aiosqlite
import pytest

from bot.errors import StoreError
from bot.store import checkpoints
from bot.store.checkpoints import Checkpoints
from bot.store.connection import OneHop, Transaction, connect
from bot.store.writer import BATCH, TAKEN_ALONG, Writer
from tests.store.sketch import Clock, Play, open_store


@pytest.fixture
async def writer(tmp_path):
    path = tmp_path / "jobs.db"
    path.touch()
    connection = await OneHop.opened(lambda: connect(path, timeout=0.1))
    writer = Writer(connection)
    await writer.do(lambda tx: tx.run("CREATE TABLE done (n INTEGER PRIMARY KEY) STRICT"))
    yield writer
    await writer.finish()
    await connection.close()


def add(n: int):
    return lambda tx: tx.run("INSERT INTO done (n) VALUES (?)", n)


async def rows(writer: Writer) -> list[int]:
    return [row[0] for row in await writer.do(lambda tx: tx.all("SELECT n FROM done"))]


class Gate:
    """Holds the connection's thread, so that jobs have to wait together."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.reached = threading.Event()

    def job(self, _tx: Transaction) -> None:
        self.reached.set()
        assert self.open.wait(10)


async def held(writer: Writer) -> tuple[Gate, asyncio.Task[None]]:
    gate = Gate()
    task = asyncio.create_task(writer.do(gate.job))
    await asyncio.to_thread(gate.reached.wait, 10)
    return gate, task


def count_commits(writer: Writer) -> list[str]:
    seen: list[str] = []
    writer._connection.raw.set_trace_callback(
        lambda sql: seen.append(sql) if sql in {"BEGIN IMMEDIATE", "COMMIT"} else None
    )
    return seen


async def test_jobs_that_wait_share_a_commit_of_at_most_a_batch(writer):
    """Many jobs at once take few commits, none with more than a batch."""
    gate, held_job = await held(writer)
    seen = count_commits(writer)
    jobs = [asyncio.create_task(writer.do(add(n))) for n in range(2 * BATCH + 1)]
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(held_job, *jobs)

    assert 1 + 3 == seen.count("COMMIT")


async def test_jobs_run_and_come_back_in_order(writer):
    """First come, first committed, first told."""
    ran: list[int] = []
    told: list[int] = []

    async def one(n: int) -> None:
        await writer.do(lambda _: ran.append(n))
        told.append(n)

    await asyncio.gather(*(one(n) for n in range(300)))
    assert list(range(300)) == ran == told


async def test_what_can_wait_gives_way(writer):
    """However much waits already, whoever comes later goes before it, but for what every commit
    takes along; and those who come in the middle of it share its commit."""
    order: list[str] = []
    late: list[asyncio.Future[int]] = []
    loop = asyncio.get_running_loop()

    def come(_tx: Transaction) -> None:
        order.append("patient")
        if len(order) == TAKEN_ALONG + 2:
            arrived = asyncio.run_coroutine_threadsafe(hurry("in the middle"), loop)
            while not writer._jobs:
                threading.Event().wait(0.001)
            late.append(asyncio.wrap_future(arrived, loop=loop))

    async def hurry(name: str) -> int:
        return await writer.do(lambda _: order.append(name))

    gate, held_job = await held(writer)
    patient = [asyncio.create_task(writer.do(come, can_wait=True)) for _ in range(3 * TAKEN_ALONG)]
    await asyncio.sleep(0)
    live = asyncio.create_task(hurry("at once"))
    await asyncio.sleep(0)
    seen = count_commits(writer)
    gate.open.set()
    await asyncio.gather(held_job, live, *patient)
    await late[0]

    assert ["at once", *["patient"] * (TAKEN_ALONG + 1), "in the middle"] == order[
        : TAKEN_ALONG + 3
    ]
    assert ["patient"] * (2 * TAKEN_ALONG - 1) == order[TAKEN_ALONG + 3 :]
    assert 1 + 3 == seen.count("COMMIT")


async def test_a_job_that_can_wait_hears_of_whoever_cannot(writer):
    """It may go on as long as it is alone, and should end once somebody came, or if it was taken
    along in their commit."""
    heard: list[bool] = []
    loop = asyncio.get_running_loop()
    late: list[asyncio.Future[int]] = []

    def alone(_tx: Transaction) -> None:
        heard.append(writer.hurried())
        coming = asyncio.run_coroutine_threadsafe(writer.do(add(1)), loop)
        while not writer._jobs:
            threading.Event().wait(0.001)
        late.append(asyncio.wrap_future(coming, loop=loop))
        heard.append(writer.hurried())

    await writer.do(alone, can_wait=True)
    await late[0]
    assert [False, True] == heard

    gate, held_job = await held(writer)
    live = asyncio.create_task(writer.do(add(2)))
    along = asyncio.create_task(writer.do(lambda _: heard.append(writer.hurried()), can_wait=True))
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(held_job, live, along)
    assert [False, True, True] == heard


async def test_work_between_commits_is_not_kept_waiting_by_people(writer):
    """However many keep coming, what needs the connection for itself gets it after the commit
    under way."""
    loop, ran = asyncio.get_running_loop(), 0
    coming: list[asyncio.Future[int]] = []
    done = threading.Event()

    def another(_tx: Transaction) -> None:
        nonlocal ran
        ran += 1
        if ran < 100 and not done.is_set():
            following = asyncio.run_coroutine_threadsafe(writer.do(another), loop)
            while not writer._jobs:
                threading.Event().wait(0.001)
            coming.append(asyncio.wrap_future(following, loop=loop))

    first = asyncio.create_task(writer.do(another))
    inside = await writer.outside(lambda raw: (done.set(), raw.in_transaction)[1])
    await first
    while coming:
        await coming.pop()

    assert inside is False
    assert ran < 10


async def test_what_can_wait_is_not_kept_waiting_for_good(writer):
    """Every commit takes some of it along, even where people keep the writer busy."""
    done: list[int] = []

    def look(tx: Transaction) -> None:
        done.append(len(tx.all("SELECT n FROM done")))

    gate, held_job = await held(writer)
    people = [asyncio.create_task(writer.do(add(n))) for n in range(3 * BATCH)]
    timers = [asyncio.create_task(writer.do(look, can_wait=True)) for _ in range(2 * TAKEN_ALONG)]
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(held_job, *people, *timers)

    assert [BATCH] * TAKEN_ALONG + [2 * BATCH] * TAKEN_ALONG == done


async def test_a_job_that_raises_is_undone_alone(writer):
    """Its caller gets the exception; its neighbours in the batch are kept."""

    def half_done(tx: Transaction) -> None:
        tx.run("INSERT INTO done (n) VALUES (100)")
        raise ZeroDivisionError

    gate, held_job = await held(writer)
    jobs = [asyncio.create_task(writer.do(job)) for job in (add(1), half_done, add(1), add(2))]
    await asyncio.sleep(0)
    gate.open.set()
    await held_job
    results = await asyncio.gather(*jobs, return_exceptions=True)

    assert [1, 1] == [results[0], results[3]]
    assert isinstance(results[1], ZeroDivisionError)
    assert isinstance(results[2], sqlite3.IntegrityError)
    assert [1, 2] == await rows(writer)


async def test_neighbours_of_a_job_that_raises_are_told_what_was_kept(writer):
    """They are run again without what it did, and it is their second result that they get."""

    def half_done(tx: Transaction) -> None:
        tx.run("INSERT INTO done (n) VALUES (100)")
        raise ZeroDivisionError

    def added(tx: Transaction) -> list[int]:
        found = [row[0] for row in tx.all("SELECT n FROM done ORDER BY n")]
        tx.run("INSERT INTO done (n) VALUES (?)", len(found))
        return found

    gate, held_job = await held(writer)
    seen = count_commits(writer)
    jobs = [
        asyncio.create_task(writer.do(job, can_wait=job is added))
        for job in (added, half_done, add(7), added)
    ]
    await asyncio.sleep(0)
    gate.open.set()
    await held_job
    results = await asyncio.gather(*jobs, return_exceptions=True)

    assert isinstance(results[1], ZeroDivisionError)
    assert [[7], 1, [1, 7]] == [results[0], results[2], results[3]]
    assert [1, 2, 7] == await rows(writer)
    assert 3 == seen.count("COMMIT"), "the gate's, theirs, and that of the rows just read"


async def test_results_come_only_after_the_commit(writer, tmp_path):
    """Whoever has a result can find the row from another connection."""
    await writer.do(add(7))
    other = sqlite3.connect(tmp_path / "jobs.db")
    found = other.execute("SELECT n FROM done").fetchall()
    other.close()

    assert [(7,)] == found


@pytest.mark.parametrize("times", [1, 2])
async def test_a_cancelled_caller_leaves_its_job_whole_and_its_neighbours_alone(writer, times):
    """Cancelling never tears a job and never disturbs another."""
    for round_ in range(30):
        gate, held_job = await held(writer)
        jobs = [asyncio.create_task(writer.do(add(4 * round_ + n))) for n in range(4)]
        await asyncio.sleep(0)
        for _ in range(times):
            jobs[1].cancel()
            jobs[2].cancel()
        gate.open.set()
        await held_job
        results = await asyncio.gather(*jobs, return_exceptions=True)
        assert [1, 1] == [results[0], results[3]]
        assert all(isinstance(r, asyncio.CancelledError) for r in results[1:3])

    assert list(range(120)) == await rows(writer)


async def test_a_full_disk_refuses_the_batch_whole_and_the_next_works(writer):
    """Nothing of the batch is kept, every caller is told in a sentence, and life goes on."""
    raw = writer._connection.raw
    (pages,) = raw.execute("PRAGMA page_count").fetchone()
    raw.execute(f"PRAGMA max_page_count = {pages}").fetchall()

    def big(tx: Transaction) -> None:
        tx.run("CREATE TABLE blobs (data BLOB)")
        tx.run("INSERT INTO blobs VALUES (zeroblob(100000))")

    gate, held_job = await held(writer)
    jobs = [asyncio.create_task(writer.do(job)) for job in (add(1), big, add(2))]
    await asyncio.sleep(0)
    gate.open.set()
    results = await asyncio.gather(held_job, *jobs, return_exceptions=True)

    assert all(isinstance(r, StoreError) for r in results[1:])
    assert "The disk is full: nothing was written; free some space. (SQLITE_FULL)" == str(
        results[1]
    )
    assert [] == await rows(writer)
    await writer.do(add(3))
    assert [3] == await rows(writer)


async def test_another_program_with_the_lock_is_named_and_nothing_hangs(writer, tmp_path):
    """A lock that does not go away is a sentence; afterwards the writer works again."""
    other = sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked by another program"):
        await writer.do(add(1))
    other.execute("ROLLBACK")
    other.close()
    await writer.do(add(1))

    assert [1] == await rows(writer)


class Errand:
    """A job that notes which thread did it, and lets the clock go on by so many seconds."""

    def __init__(self, takes: float = 0.0) -> None:
        self.takes = takes
        self.now = 0.0
        self.threads: list[int] = []

    def clock(self) -> float:
        return self.now

    def __call__(self, _tx: Transaction) -> None:
        self.threads.append(threading.get_ident())
        self.now += self.takes


async def errands(writer: Writer, errand: Errand, brief: list[bool]) -> list[bool]:
    """Run it so many times, one after the other; give which were done in the loop's thread."""
    timed = Writer(writer._connection, quick=0.001, clock=errand.clock)
    for each in brief:
        await timed.do(errand, brief=each)
        await timed.finish()  # the thread looks for more before it lets go
    return [thread == threading.get_ident() for thread in errand.threads]


async def test_a_brief_job_alone_is_done_where_it_was_asked_for(writer):
    """Once one commit was quick, the next brief job goes no way; what may take long always does."""
    done_here = await errands(writer, Errand(), [True, True, False, True])

    assert [False, True, False, True] == done_here


async def test_on_a_slow_disk_every_job_is_done_in_the_thread(writer):
    """The event loop does not wait for a disk that keeps it waiting, more than once."""
    errand = Errand(takes=0.002)
    assert [False] * 3 == await errands(writer, errand, [True] * 3)

    errand = Errand()
    errand.clock = lambda: errand.now + (0.01 if len(errand.threads) == 2 else 0.0)
    assert [False, True, False] == await errands(writer, errand, [True] * 3)


async def test_brief_jobs_that_come_together_share_a_commit_in_the_thread(writer):
    """However quick the disk is, a crowd is committed as one."""
    quick = Writer(writer._connection, quick=60)
    errand = Errand()
    await quick.do(errand, brief=True)
    await quick.finish()
    seen = count_commits(quick)
    await asyncio.gather(*(quick.do(errand, brief=True) for _ in range(5)))
    await quick.finish()
    await quick.do(errand, brief=True)

    here = threading.get_ident()
    assert [False] * 6 + [True] == [thread == here for thread in errand.threads]
    assert 1 + 1 == seen.count("COMMIT")


async def test_a_brief_job_that_comes_while_the_thread_works_waits_for_it(writer):
    """The loop and the thread are never at work at the same time."""
    quick = Writer(writer._connection, quick=60)
    errand = Errand()
    await quick.do(errand, brief=True)
    await quick.finish()
    gate, held_job = await held(quick)
    brief = asyncio.create_task(quick.do(errand, brief=True))
    for _ in range(10):
        await asyncio.sleep(0)
    assert 1 == len(errand.threads)
    gate.open.set()
    await asyncio.gather(held_job, brief)

    assert 2 == len(errand.threads)
    assert threading.get_ident() not in errand.threads


async def test_work_in_the_loop_and_in_the_thread_never_meet(writer):
    """However jobs of every kind come and go, there is one at work."""
    quick = Writer(writer._connection, quick=60)
    at_work: list[int] = []
    most = [0]

    def job(tx: Transaction) -> None:
        at_work.append(1)
        most[0] = max(most[0], len(at_work))
        tx.run("INSERT INTO done (n) VALUES ((SELECT COUNT(*) FROM done))")
        at_work.pop()

    async def person(number: int) -> None:
        for n in range(100):
            await quick.do(job, brief=True)
            if (number + n) % 3 == 0:
                await quick.do(job, can_wait=True)
            if (number + n) % 7 == 0:
                await quick.outside(lambda raw: raw.in_transaction and most.append(2))

    await asyncio.gather(*map(person, range(4)))
    assert [1] == most
    assert list(range(400 + 134)) == sorted(await rows(quick))


async def test_a_brief_job_that_raises_gives_its_exception_and_keeps_nothing(writer):
    """Done in the event loop it is undone as in the thread, and the next one works."""
    quick = Writer(writer._connection, quick=60)
    await quick.do(add(1), brief=True)
    await quick.finish()
    with pytest.raises(sqlite3.IntegrityError):
        await quick.do(add(1), brief=True)
    await quick.do(add(2), brief=True)

    assert [1, 2] == await rows(quick)


async def test_after_closing_nothing_is_taken_on(tmp_path):
    """A job for a closed database gets a sentence, not a hang."""
    path = tmp_path / "jobs.db"
    path.touch()
    connection = await OneHop.opened(lambda: connect(path))
    writer = Writer(connection)
    await connection.close()
    with pytest.raises(StoreError, match="closed"):
        await writer.do(lambda tx: tx.one("SELECT 1"))


async def test_the_log_of_the_library_holds_nothing_of_a_job(tmp_path, caplog):
    """Even at DEBUG, aiosqlite prints no value that a job carries."""
    caplog.set_level(logging.DEBUG)
    path = tmp_path / "jobs.db"
    path.touch()
    connection = await OneHop.opened(lambda: connect(path))
    secret = "a secret nobody may read"
    await Writer(connection).do(lambda tx: tx.one("SELECT ?", secret))
    await connection.close()

    assert "executing" in caplog.text
    assert secret not in caplog.text


def test_the_private_names_we_lean_on_are_there():
    """The library still runs everything through `_execute` and the queue `_tx`, in a thread called
    `_thread`."""
    assert callable(aiosqlite.Connection._execute)
    connection = aiosqlite.connect("nowhere.db")
    assert isinstance(connection._thread, threading.Thread)
    assert isinstance(connection._tx, queue.SimpleQueue)
    assert not connection._thread.is_alive()


def test_values_are_bound_in_order_and_numbers_keep_their_size():
    """`?` takes values from left to right, as a driver that numbers them would."""
    connection = sqlite3.connect(":memory:")
    row = Transaction(connection).one("SELECT ?, ?, ?", 2**62, b"\0x", None)
    connection.close()

    assert (2**62, b"\0x", None) == row


async def test_the_log_is_moved_beside_the_writer(tmp_path, monkeypatch):
    """After some changes the database file alone holds them, without a checkpoint in any commit;
    where the log has grown long, what was moved is synced beside as well, so that the writer need
    not wait for it."""
    monkeypatch.setattr(checkpoints, "CHANGES", 50)
    monkeypatch.setattr(checkpoints, "LONG", 20)
    synced: list[int] = []
    monkeypatch.setattr(checkpoints.os, "fsync", lambda file: synced.append(os.fstat(file).st_ino))
    path = tmp_path / "jobs.db"
    path.touch()
    connection = await OneHop.opened(lambda: connect(path))
    writer = Writer(connection)
    moving = Checkpoints(path, writer)
    try:
        await writer.do(lambda tx: tx.run("CREATE TABLE done (n INTEGER PRIMARY KEY) STRICT"))
        for n in range(200):
            await writer.do(add(n))
        await moving.settled()
        alone = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        (found,) = alone.execute("SELECT COUNT(*) FROM done").fetchone()
        alone.close()
        assert found >= 50
        assert {path.stat().st_ino} == set(synced)
    finally:
        await moving.close()
        await connection.close()
        moving.let_go()


async def test_a_log_does_not_begin_anew_while_it_is_moved_beside(tmp_path, monkeypatch):
    """Commits that come during a move lengthen the log, so that none can meet its beginning anew;
    once the writer has moved the rest, the log begins anew and is short again."""
    monkeypatch.setattr(checkpoints, "CHANGES", 50)
    monkeypatch.setattr(checkpoints, "LONG", 20)
    path = tmp_path / "jobs.db"
    path.touch()
    connection = await OneHop.opened(lambda: connect(path))
    writer = Writer(connection)
    moving = Checkpoints(path, writer)
    syncing, synced = threading.Event(), threading.Event()

    def sync(_file: int) -> None:
        syncing.set()
        assert synced.wait(10)

    monkeypatch.setattr(checkpoints.os, "fsync", sync)
    await writer.do(lambda tx: tx.run("CREATE TABLE done (n INTEGER PRIMARY KEY) STRICT"))
    for n in range(50):
        await writer.do(add(n))
    assert await asyncio.to_thread(syncing.wait, 10)
    log = path.with_name("jobs.db-wal")
    lengths = [log.stat().st_size]
    for n in range(50, 60):
        await writer.do(add(n))
        lengths.append(log.stat().st_size)
    synced.set()
    await moving.settled()
    await writer.do(add(60))
    await moving.close()
    await connection.close()
    moving.let_go()

    assert sorted(set(lengths)) == lengths
    assert [(61,)] == sqlite3.connect(path).execute("SELECT COUNT(*) FROM done").fetchall()


def files_of(path: Path) -> list[Path]:
    """Give what this process has open of a database."""
    links = [one for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
    return [one for one in map(Path.readlink, links) if one.name.startswith(path.name)]


LOOK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT COUNT(*) FROM people").fetchone()
connection.close()
"""


async def test_moving_the_log_lets_go_of_no_lock(tmp_path, monkeypatch):
    """POSIX takes all locks of a process away when it closes any file of a database; another
    program would then take itself for the last one and throw the log away. Not while we are open,
    and afterwards nothing of the database stays open."""
    monkeypatch.setattr(checkpoints, "CHANGES", 5)
    monkeypatch.setattr(checkpoints, "LONG", 1)
    store = await open_store(tmp_path)
    path = tmp_path / "ajar.db"
    play = Play(store, Clock())
    for n in range(20):
        await play.say("hello", f"person {n}")
    await store._checkpoints.settled()
    look = (
        "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT 1 FROM people').close()"
    )
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", look, str(path))
    assert 0 == await other.wait()
    assert path.with_name("ajar.db-wal").exists()

    await play.say("still here")
    await store.close()
    if sys.platform == "linux":
        assert [] == files_of(path)
    again = await open_store(tmp_path)
    assert 21 == len(await again.lanes())
    await again.close()
