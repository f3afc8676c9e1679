"""The way in, the timers and the supervisor, each on its own."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.errors import AdapterStopped, StoreError
from bot.events import Address, Incoming, Said
from bot.flows.library import Library
from bot.ports import Outcome, Pace, Verdict
from bot.runtime.pace import TIDY_ABOVE, Pacer
from bot.runtime.receiving import Receiving
from bot.runtime.supervising import supervise
from bot.runtime.timers import FEWEST, LEAP, LOOK_EVERY, MOST, Timers
from bot.store.turns import Taken
from tests.runtime.fakes import START, HandClock, idle

EMPTY = Library({}, {}, {})


def said(number: int) -> Incoming:
    return Incoming(f"e{number}", Address("here", "p1"), Said("hello"), START)


class Desk:
    """Takes turns in memory; `gate` holds them up."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def turn(self, incoming: Incoming, _library: Library, _rng: random.Random) -> Taken:
        self.taken.append(incoming.event_id)
        await self.gate.wait()
        return Taken(Outcome(Verdict.HANDLED), person=7, sends=True)


async def test_an_event_wakes_its_person_after_the_commit() -> None:
    """The lane is woken when the turn is durable, not before."""
    desk, woken = Desk(), list[int]()
    receive = Receiving(desk, lambda: EMPTY, random.Random(1), woken.append)
    desk.gate.clear()
    receiving = asyncio.create_task(receive(said(1)))
    await idle()
    assert [] == woken
    desk.gate.set()
    assert Verdict.HANDLED is (await receiving).verdict
    assert [7] == woken


async def test_a_caller_who_goes_away_does_not_take_the_wake_along() -> None:
    """When an adapter is cancelled in the middle of a turn, the person is still answered."""
    desk, woken = Desk(), list[int]()
    receive = Receiving(desk, lambda: EMPTY, random.Random(1), woken.append)
    desk.gate.clear()
    receiving = asyncio.create_task(receive(said(1)))
    await idle()
    receiving.cancel()
    await asyncio.gather(receiving, return_exceptions=True)
    desk.gate.set()
    await receive.drain()
    assert [7] == woken


async def test_events_are_filed_in_the_order_of_the_calls() -> None:
    """A hundred calls at once reach the store in their order."""
    desk = Desk()
    receive = Receiving(desk, lambda: EMPTY, random.Random(1), lambda _: None)
    await asyncio.gather(*(receive(said(number)) for number in range(100)))
    assert [f"e{number}" for number in range(100)] == desk.taken


class Alarms:
    """Timers in memory: due instants, and how long claiming each takes."""

    def __init__(self, clock: HandClock, each: float = 0.0) -> None:
        self._clock = clock
        self._each = each
        self.due: list[datetime] = []
        self.batches: list[int] = []
        self.refusals = 0
        self.looks = 0

    def add(self, count: int, seconds: float = 0) -> None:
        self.due += [self._clock.now() + timedelta(seconds=seconds)] * count
        self.due.sort()

    async def next_due(self) -> datetime | None:
        self.looks += 1
        if self.refusals:
            self.refusals -= 1
            raise StoreError("The disk is full: make room.")
        return self.due[0] if self.due else None

    async def claim(self, _library: Library, _rng: random.Random, limit: int) -> list[int]:
        now = self._clock.now()
        ripe = [at for at in self.due if at <= now][:limit]
        del self.due[: len(ripe)]
        self.batches.append(len(ripe))
        self._clock._at += self._each * len(ripe)
        return list(range(len(ripe)))


class Bells:
    """A timers loop on a clock moved by hand."""

    def __init__(self, each: float = 0.0) -> None:
        self.clock = HandClock()
        self.alarms = Alarms(self.clock, each)
        self.woken: list[int] = []
        self.set_back = 0
        self.room = asyncio.Event()
        self.room.set()

        async def room() -> None:
            await self.room.wait()

        async def set_back() -> None:
            self.set_back += 1

        self.timers = Timers(
            self.alarms,
            lambda: EMPTY,
            random.Random(1),
            self.clock,
            wake=self.woken.append,
            room=room,
            set_back=set_back,
        )

    async def __aenter__(self) -> Bells:
        self.task = asyncio.create_task(self.timers.run())
        await idle()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def test_a_timer_is_claimed_at_its_instant() -> None:
    """The loop sleeps until the next timer and no longer."""
    async with Bells() as bells:
        bells.alarms.add(1, seconds=32)
        await bells.clock.advance(31.9)
        assert [] == bells.woken
        await bells.clock.advance(0.2)
        assert [0] == bells.woken


async def test_the_loop_looks_at_least_every_twenty_seconds() -> None:
    """A timer set while the loop sleeps is late by no more than one look."""
    async with Bells() as bells:
        await bells.clock.advance(1)
        bells.alarms.add(1)
        await bells.clock.advance(LOOK_EVERY)
        assert [0] == bells.woken


async def test_a_burst_is_claimed_in_batches_that_stay_short() -> None:
    """With 1 ms a timer, a batch soon holds about 20, so that nobody waits behind it for long."""
    async with Bells(each=0.001) as bells:
        bells.alarms.add(2000)
        await bells.clock.advance(LOOK_EVERY)
        assert sum(bells.alarms.batches) == 2000
        assert max(bells.alarms.batches[1:]) <= 21


@pytest.mark.parametrize(("each", "size"), [(1e-7, MOST), (1.0, FEWEST)])
async def test_a_batch_keeps_within_its_bounds(each: float, size: int) -> None:
    """However fast or slow the machine, a batch holds between 10 and 500."""
    async with Bells(each=each) as bells:
        bells.alarms.add(5000)
        await bells.clock.advance(LOOK_EVERY)
        assert size in bells.alarms.batches
        assert max(bells.alarms.batches) <= MOST


async def test_no_more_is_claimed_while_there_is_no_room() -> None:
    """While too many people wait to be sent to, timers stay in the database."""
    async with Bells() as bells:
        bells.room.clear()
        bells.alarms.add(10)
        await bells.clock.advance(2 * LOOK_EVERY)
        assert [] == bells.woken
        bells.room.set()
        await bells.clock.advance(LOOK_EVERY)
        assert len(bells.woken) == 10


async def test_a_leap_of_the_clock_is_waited_out_once() -> None:
    """A clock that is suddenly a day ahead fires nothing at once; if it is put right, nothing
    ever; if it stays, the timers come with the next look."""
    async with Bells() as bells:
        bells.alarms.add(1, seconds=LEAP * 2)
        bells.clock.leap(timedelta(days=1))
        await bells.clock.advance(LOOK_EVERY)
        assert [] == bells.woken
        bells.clock.leap(-timedelta(days=1))
        await bells.clock.advance(LOOK_EVERY)
        assert [] == bells.woken
        bells.clock.leap(timedelta(days=1))
        await bells.clock.advance(2 * LOOK_EVERY)
        assert [0] == bells.woken


async def test_a_clock_set_back_claims_nothing_twice() -> None:
    """What was claimed is gone; a clock set back only makes the rest wait (REM-6)."""
    async with Bells() as bells:
        bells.alarms.add(1)
        await bells.clock.advance(LOOK_EVERY)
        bells.clock.leap(-timedelta(hours=2))
        await bells.clock.advance(3 * LOOK_EVERY)
        assert [0] == bells.woken


async def test_a_clock_set_back_has_far_plans_looked_at() -> None:
    """REM-6: after a leap back, plans made meanwhile are put right, once; a small step is none."""
    async with Bells() as bells:
        bells.clock.leap(-timedelta(seconds=LEAP / 2))
        await bells.clock.advance(2 * LOOK_EVERY)
        assert 0 == bells.set_back
        bells.clock.leap(-timedelta(days=400))
        await bells.clock.advance(3 * LOOK_EVERY)
        assert 1 == bells.set_back


async def test_a_store_that_refuses_is_asked_again() -> None:
    """A full disk pauses the timers and does not end them."""
    async with Bells() as bells:
        bells.alarms.refusals = 3
        bells.alarms.add(1)
        await bells.clock.advance(5 * LOOK_EVERY)
        assert [0] == bells.woken


def breaking(times: int, then: Callable[[], None]) -> Callable[[], asyncio.Future[None]]:
    """Make a loop that breaks so often and then calls `then`."""
    left = [times]

    async def run() -> None:
        left[0] -= 1
        if left[0] < 0:
            then()
            await asyncio.Event().wait()
        raise OSError("the line broke")

    return run


async def test_a_broken_loop_is_run_again_ever_more_slowly() -> None:
    """The pauses double from one second to a minute, each spread by a fifth."""
    clock, up = HandClock(), asyncio.Event()
    task = asyncio.create_task(supervise("x", breaking(9, up.set), clock, random.Random(1)))
    await clock.advance(600)
    assert up.is_set()
    for attempt, wait in enumerate(clock.slept):
        assert 0.8 * min(60, 2**attempt) <= wait <= 1.2 * min(60, 2**attempt)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_connection_that_held_starts_the_pauses_anew() -> None:
    """After a minute's connection the next attempt comes after about a second again."""
    clock, runs = HandClock(), [0]

    async def run() -> None:
        runs[0] += 1
        if runs[0] == 6:
            await clock.sleep(61)
        raise OSError("the line broke")

    task = asyncio.create_task(supervise("x", run, clock, random.Random(1)))
    await clock.advance(100)
    waits = [wait for wait in clock.slept if wait != 61]
    assert waits[4] > 12
    assert waits[5] <= 1.2
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_only_the_operator_can_mend_is_not_tried_again() -> None:
    """`AdapterStopped` ends the supervision at once."""
    clock = HandClock()

    async def run() -> None:
        raise AdapterStopped("The token was refused: put in a new one.")

    with pytest.raises(AdapterStopped):
        await supervise("x", run, clock, random.Random(1))
    assert [] == clock.slept


def test_chats_that_may_send_freely_again_are_forgotten() -> None:
    """The pace of ten thousand chats leaves no more than a handful in memory."""
    pacer = Pacer(Pace(chat_interval=1, chat_burst=3))
    for chat in range(10_000):
        pacer.take(chat, now=chat * 0.1)
    assert len(pacer._full_at) <= TIDY_ABOVE + 1
