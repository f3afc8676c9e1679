"""How many turns a second the store makes durable, and what claiming timers costs.

The reference is a plain loop over `sqlite3` in one thread (WAL, FULL) that repeats, on a copy of
the same database, exactly the statements and transactions that the store's own turns made: no
engine, no sealing, no threads.
"""

from __future__ import annotations

import asyncio
import gc
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import crowd
from bench.figures import Figure, beside, measure, rounded
from bot.events import Incoming
from bot.ports import Receipt
from bot.store.connection import Cell, Transaction, connect
from bot.store.store import Store

PERSONS, ANSWERS = 100_000, 1_000_000
AT_ONCE = (1, 10, 100)
ROUNDS = 8
SECONDS = 0.6
"""Rounds, and seconds of one round for each concurrency and for the reference. Whatever else the
machine does falls on all of them alike; rates are medians, ratios medians of each round's ratio."""

MINUTES = 15
"""Minutes of due timers claimed at each size; the median is told."""

TAPED = 15_000
"""Turns recorded for the reference: more than it can repeat in all its rounds."""

Statement = tuple[str, tuple[Cell, ...]]

FIRST_WORDS = ("INSERT INTO seen", "DELETE FROM outbox", "SELECT o.id")
"""How the store's three jobs of a turn begin: the turn, a delivery, the reading of a lane."""


class Recording(Transaction):
    """A transaction that notes down each statement, job by job."""

    tape: list[list[Statement]] | None = None

    def one(self, sql: str, *values: Cell) -> tuple[Any, ...] | None:
        """Note and run."""
        self._note(sql, values)
        return super().one(sql, *values)

    def all(self, sql: str, *values: Cell) -> list[tuple[Any, ...]]:
        """Note and run."""
        self._note(sql, values)
        return super().all(sql, *values)

    def run(self, sql: str, *values: Cell) -> int:
        """Note and run."""
        self._note(sql, values)
        return super().run(sql, *values)

    def _note(self, sql: str, values: tuple[Cell, ...]) -> None:
        if self.tape is not None:
            if sql.startswith(FIRST_WORDS):
                self.tape.append([])
            self.tape[-1].append((sql, values))


@dataclass
class Sample:
    """What one way of taking turns reached: turns a second by round, and every wait."""

    rates: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def add(self, rate: float, waits: list[float]) -> None:
        """Take in a round."""
        self.rates.append(rate)
        self.waits += waits

    def wait(self, share: float) -> float:
        """Milliseconds from an event to its commit, at this share of all of them."""
        return sorted(self.waits)[int(share * (len(self.waits) - 1))] * 1000


class Load:
    """People of the crowd, drawn at random, each answering once; their replies are delivered."""

    def __init__(self, store: Store, made: crowd.Template, seed: int) -> None:
        self.store, self.made, self.seed = store, made, seed
        self.rng = random.Random(seed)
        self.order = self.rng.sample(range(PERSONS), PERSONS)
        self.taken = 0

    async def one(self) -> float:
        """Take one turn and deliver its replies; give the seconds until its commit."""
        number = self.order[self.taken % PERSONS]
        self.taken += 1
        event = Incoming(
            f"{self.seed}-{self.taken}", crowd.address(number), self.made.tap, crowd.NOW
        )
        began = time.perf_counter()
        taken = await self.store.turn(event, self.made.library, self.rng)
        waited = time.perf_counter() - began
        if taken.person is not None:
            for sent in await self.store.outgoing(taken.person):
                await self.store.delivered(sent, Receipt(message="123456"))
        return waited

    async def run(self, at_once: int, seconds: float) -> tuple[float, list[float]]:
        """Keep `at_once` people answering for a while; give turns a second and every wait."""
        waits: list[float] = []
        end = time.perf_counter() + seconds

        async def person() -> None:
            while time.perf_counter() < end:
                waits.append(await self.one())

        began = time.perf_counter()
        await asyncio.gather(*(person() for _ in range(at_once)))
        return len(waits) / (time.perf_counter() - began), waits


@measure
def durable_turns() -> Iterable[Figure]:
    """Durable turns a second and their waits, at 1, 10 and 100 people at once."""
    with tempfile.TemporaryDirectory() as folder:
        base, copy = Path(folder, "base", "ajar.db"), Path(folder, "copy.db")
        crowd.build(base, crowd.answering(), PERSONS, ANSWERS)
        shutil.copyfile(base, copy)
        crowd.settle(copy)
        tape = asyncio.run(_record(base, TAPED))
        samples, raw = asyncio.run(_compare(base, Raw(copy, tape)))
    for at_once, sample in samples.items():
        name = f"durable_turns_{at_once}"
        ratio = statistics.median(a / b for a, b in zip(sample.rates, raw.rates, strict=True))
        rate, reference = statistics.median(sample.rates), statistics.median(raw.rates)
        yield Figure(name, rounded(rate), "turns/s", rounded(reference), rounded(ratio))
        yield beside(f"{name}_p50", sample.wait(0.5), "ms", raw.wait(0.5))
        yield beside(f"{name}_p99", sample.wait(0.99), "ms", raw.wait(0.99))


async def _compare(path: Path, raw: Raw) -> tuple[dict[int, Sample], Sample]:
    samples, reference = {n: Sample() for n in AT_ONCE}, Sample()
    store = await _open(path)
    try:
        load = Load(store, crowd.answering(), seed=1)
        await load.run(AT_ONCE[-1], SECONDS)
        gc.collect()
        gc.freeze()  # the tape is the reference's: its million objects must not slow our turns
        for _ in range(ROUNDS):
            for at_once, sample in samples.items():
                sample.add(*await load.run(at_once, SECONDS))
            reference.add(*raw.run(SECONDS))
    finally:
        gc.unfreeze()
        raw.close()
        await store.close()
    return samples, reference


async def _open(path: Path, transaction: type[Transaction] = Transaction) -> Store:
    url = f"sqlite:///{path}"
    return await Store.open(url, key=crowd.KEY, now=lambda: crowd.NOW, transaction=transaction)


Tape = list[list[list[Statement]]]
"""For each turn its jobs, for each job its statements."""


async def _record(path: Path, turns: int) -> Tape:
    """Take turns one after the other and give the statements of each."""
    store = await _open(path, Recording)
    tape: Tape = []
    try:
        load = Load(store, crowd.answering(), seed=7)
        for _ in range(turns):
            jobs: list[list[Statement]] = []
            Recording.tape = jobs
            await load.one()
            tape.append(jobs)
    finally:
        Recording.tape = None
        await store.close()
    return tape


class Raw:
    """The reference: recorded statements in a plain loop."""

    def __init__(self, path: Path, tape: Tape) -> None:
        self.connection = connect(path)
        self.connection.execute("PRAGMA wal_autocheckpoint = 1000").fetchall()  # as SQLite has it
        self.left = iter(tape)

    def run(self, seconds: float) -> tuple[float, list[float]]:
        """Repeat recorded turns for a while; give turns a second and every wait."""
        waits = []
        began = time.perf_counter()
        end = began + seconds
        while time.perf_counter() < end:
            turn, *others = next(self.left, [[]])
            if not turn:
                break
            started = time.perf_counter()
            self.job(turn)
            waits.append(time.perf_counter() - started)
            for job in others:
                self.job(job)
        return len(waits) / (time.perf_counter() - began), waits

    def job(self, statements: list[Statement]) -> None:
        """Run one transaction; one that only reads needs no commit of its own."""
        run = self.connection.execute
        writes = not statements[0][0].startswith("SELECT")
        if writes:
            run("BEGIN IMMEDIATE")
        for sql, values in statements:
            run(sql, values).fetchall()
        if writes:
            run("COMMIT")

    def close(self) -> None:
        """Let go."""
        self.connection.close()


@measure
def timer_claim() -> Iterable[Figure]:
    """Microseconds a due timer costs, its turn and its commit included, by the number of persons:
    everybody has one timer in the day, and one minute of them is due at a time."""
    made = crowd.reminded()
    smallest: float | None = None
    for persons in (10_000, 100_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "ajar.db")
            crowd.build(path, made, persons)
            cost = asyncio.run(_claim(path, made))
        smallest = smallest or cost
        name = f"timer_claim_{persons}"
        if persons == 10_000:
            yield Figure(name, rounded(cost), "us per due row")
        else:
            yield beside(name, cost, "us per due row", smallest)


async def _claim(path: Path, made: crowd.Template) -> float:
    """Claim minute after minute; give the median cost of a row in microseconds."""
    if made.timer is None:
        raise ValueError("Nobody of this crowd has a timer.")
    now, rng = [made.timer.due], random.Random(1)
    store = await Store.open(f"sqlite:///{path}", key=crowd.KEY, now=lambda: now[0])
    costs: list[float] = []
    try:
        await store.claim(made.library, rng)
        for _ in range(MINUTES):
            now[0] += timedelta(seconds=1)  # a minute of the day: see `crowd.build`
            due = 0
            began = time.perf_counter()
            while lanes := await store.claim(made.library, rng):
                due += len(lanes)
            costs.append((time.perf_counter() - began) / due * 1e6)
    finally:
        await store.close()
    return statistics.median(costs)
