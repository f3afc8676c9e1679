"""What reminders cost when very many people have them.

An ordinary minute of a million daily check-ins, claimed and read for sending; and a burst of fifty
thousand that come due together, while other people go on talking. The real timers loop claims.
"""

from __future__ import annotations

import asyncio
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from bench import crowd
from bench.figures import Figure, beside, measure, rounded
from bot.events import Commanded, Incoming
from bot.runtime.clock import SystemClock
from bot.runtime.collecting import set_aside
from bot.runtime.timers import Timers
from bot.store.store import Store

PERSONS = 1_000_000
MINUTES = 10
"""Ordinary minutes measured; the median is told."""

BURST = 50_000
BURST_SECONDS = 240
"""The crowd's timers come due a minute's worth a second; after so long the burst is all due, and
none is so late that the engine would spread it out."""

MINUTES_A_DAY = 24 * 60
GOAL_MINUTE, GOAL_WAIT = 200.0, 50.0
"""Milliseconds: an ordinary minute, and what a burst may cost a live turn."""


class Moved(SystemClock):
    """The machine's clock, with the time of day held where the bench wants it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Give the time of day."""
        return self.at


@measure
def reminder_minute() -> Iterable[Figure]:
    """Milliseconds to claim and hand over one ordinary minute of a million people's reminders."""
    made = crowd.reminded()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ajar.db")
        crowd.build(path, made, PERSONS)
        took, came = asyncio.run(_minutes(path, made))
    yield Figure("reminder_minute_reminders", came, "reminders")
    yield beside("reminder_minute", took, "ms", GOAL_MINUTE)


@measure
def reminder_burst() -> Iterable[Figure]:
    """What fifty thousand reminders at once cost those who are talking meanwhile."""
    made = crowd.reminded()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ajar.db")
        crowd.build(path, made, BURST * MINUTES_A_DAY // BURST_SECONDS)
        yield from asyncio.run(_burst(path, made))


async def _minutes(path: Path, made: crowd.Template) -> tuple[float, float]:
    clock, rng = Moved(_due(made)), random.Random(1)
    store = await _open(path, clock)
    costs, counts = [], []
    try:
        await store.claim(made.library, rng)
        for _ in range(MINUTES):
            clock.at += timedelta(seconds=1)  # a minute of the day: see `crowd.build`
            began = time.perf_counter()
            people: list[int] = []
            while lanes := await store.claim(made.library, rng):
                people += lanes
            await asyncio.gather(*(store.outgoing(person) for person in people))
            costs.append((time.perf_counter() - began) * 1000)
            counts.append(len(people))
    finally:
        await store.close()
    return statistics.median(costs), statistics.median(counts)


async def _open(path: Path, clock: Moved) -> Store:
    """Open the store, as `ajar run` does before it serves."""
    store = await Store.open(f"sqlite:///{path}", key=crowd.KEY, now=clock.now)
    set_aside()
    return store


async def _burst(path: Path, made: crowd.Template) -> list[Figure]:
    clock, rng = Moved(_due(made) + timedelta(seconds=BURST_SECONDS)), random.Random(1)
    store = await _open(path, clock)
    woken: list[int] = []
    over = asyncio.Event()

    async def room() -> None:
        return

    timers = Timers(
        store,
        lambda: made.library,
        rng,
        clock,
        wake=woken.append,
        room=room,
        set_back=room,
    )
    try:
        quiet = await _talk(store, made, clock, over, "before", most=300)
        size = most = _resident()
        began = time.perf_counter()
        talking = asyncio.create_task(_talk(store, made, clock, over, "during"))
        look = asyncio.create_task(timers.look())
        while not look.done():
            most = max(most, _resident())
            await asyncio.wait([look], timeout=0.25)
        took = time.perf_counter() - began
        over.set()
        waits = await talking
    finally:
        await store.close()
    return [
        Figure("reminder_burst_reminders", len(woken), "reminders"),
        Figure("reminder_burst_claimed_in", rounded(took), "s"),
        beside("reminder_burst_turn_p50", _share(waits, 0.5), "ms", _share(quiet, 0.5)),
        beside("reminder_burst_turn_p99", _share(waits, 0.99), "ms", GOAL_WAIT),
        beside("reminder_burst_turn_longest", max(waits), "ms", GOAL_WAIT),
        Figure("reminder_burst_turn_longest_before", rounded(max(quiet)), "ms"),
        Figure("reminder_burst_memory_grown", rounded(most - size), "MiB"),
    ]


async def _talk(
    store: Store,
    made: crowd.Template,
    clock: Moved,
    over: asyncio.Event,
    name: str,
    most: int = 1_000_000,
) -> list[float]:
    """Let one person after another ask for the menu, and give each one's wait in milliseconds."""
    rng, waits = random.Random(name), []
    for number in range(most):
        if over.is_set():
            break
        somebody = crowd.address(rng.randrange(BURST))
        event = Incoming(f"{name}-{number}", somebody, Commanded("menu"), clock.at)
        began = time.perf_counter()
        await store.turn(event, made.library, rng)
        waits.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.005)  # two hundred people a second, not as many as there could be
    return waits


def _due(made: crowd.Template) -> datetime:
    if made.timer is None:
        raise ValueError("Nobody of this crowd has a timer.")
    return made.timer.due


def _resident() -> float:
    """Give the memory held now, in MiB (where it cannot be told: the most ever held)."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _share(waits: list[float], share: float) -> float:
    return sorted(waits)[int(share * (len(waits) - 1))]
