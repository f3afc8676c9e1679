"""Takes committed replies out of the outbox and hands them to the platforms, in the right order.

Owns who is next: one person's replies in order and one at a time, many people at once, crisis
replies before live ones before reminders, each platform at its own pace. A person has a lane only
while they have rows. Must not know what a reply says or what a platform's failure looks like.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Protocol

from bot.errors import AdapterStopped
from bot.ports import Adapter
from bot.replies import Urgency
from bot.runtime.clock import Clock
from bot.runtime.delivering import Delivering, Ended, Later, Next
from bot.runtime.lanes import Outlet, State, Traffic
from bot.runtime.logs import log, problem

if TYPE_CHECKING:
    from bot.store.outbox import Lane, Outgoing

CROWD = 10_000
"""Lanes that may wait for their turn before no more timers are claimed (a lane of reminders is a
few hundred bytes; its rows stay in the database). So memory does not grow with the number of
people, and a platform that has caught its breath does not wait for one that has not."""

ROWS = 20
"""Replies of one person read at a time."""

LOOK_EVERY = 20.0
"""Seconds between two looks for rows that nobody has woken us for."""

FEW = 1000
"""Lanes up to which that look is taken: with more there is enough to do already."""

TROUBLE_PAUSE = 5.0
"""Seconds before a lane is taken up again whose rows could not be read."""


class Outbox(Protocol):
    """What sending needs of the store."""

    async def lanes(self) -> Sequence[Lane]:
        """Give everyone who has rows."""

    async def outgoing(self, person: int, limit: int = ROWS) -> Sequence[Outgoing]:
        """Give a person's first rows, in order."""


class Sending:
    """The lanes of everyone who has replies waiting."""

    def __init__(
        self,
        store: Outbox,
        adapters: Sequence[Adapter],
        delivering: Delivering,
        clock: Clock,
        on_stopped: Callable[[str, AdapterStopped], None],
    ) -> None:
        self._store = store
        self._delivering = delivering
        self._clock = clock
        self._on_stopped = on_stopped
        self._outlets = {adapter.platform: Outlet(adapter) for adapter in adapters}
        self._lanes: dict[int, Traffic] = {}
        self._resting: list[tuple[float, int, Traffic]] = []
        self._resting_count = 0
        self._tickets = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = math.inf
        self._closing = False
        self._moved = asyncio.Event()

    async def start(self) -> None:
        """Take up everything that was waiting when the program ended."""
        for found in await self._store.lanes():
            self._take_up(found)
        log().info("outbox-opened", people=len(self._lanes))
        self._pump()

    async def sweep(self) -> None:
        """Look again and again for rows that nobody has woken us for, until cancelled.

        Another program on the same database (somebody talking in a terminal) may commit replies
        that are ours to send. Rows are taken up when two looks in a row have found them, so that
        whoever committed them has had the time to send them.
        """
        before: set[int] = set()
        while True:
            await self._clock.sleep(LOOK_EVERY)
            if len(self._lanes) > FEW:
                continue
            strange = {
                f.person: f for f in await self._store.lanes() if f.person not in self._lanes
            }
            for person in strange.keys() & before:
                self._take_up(strange[person])
            before = set(strange)
            self._pump()

    def _take_up(self, found: Lane) -> None:
        outlet = self._outlets.get(found.platform)
        if outlet is None or outlet.stopped or found.person in self._lanes:
            return
        lane = Traffic(found.person, found.platform, urgency=found.urgency, again=True)
        self._lanes[found.person] = lane
        ahead = (found.not_before - self._clock.now()).total_seconds() if found.not_before else 0.0
        if ahead > 0:
            lane.not_before = self._clock.monotonic() + ahead
            self._rest(lane, lane.not_before)
        else:
            self._queue(lane)

    def wake(self, person: int) -> None:
        """Say that a person has new rows. Cheap, and never lost."""
        lane = self._lanes.get(person)
        if lane is None:
            lane = self._lanes[person] = Traffic(person)
        elif lane.state is State.BUSY:
            lane.again = True
            return
        if not lane.told:
            lane.not_before = 0.0  # they wrote: a pause of our own making has lost its reason
        self._begin(lane, self._read(lane))

    def revive(self, platform: str) -> None:
        """Say that a platform is connected (again): pauses of our own making end."""
        for _, ticket, lane in self._resting[:]:
            if lane.ticket == ticket and lane.platform == platform and not lane.told:
                lane.not_before = 0.0
                self._queue(lane)
        self._pump()

    def stop(self, platform: str) -> None:
        """Send nothing more there. The rows stay in the outbox for the next start."""
        self._outlets[platform].stopped = True
        for lane in [lane for lane in self._lanes.values() if lane.platform == platform]:
            if lane.state is not State.BUSY:
                self._end(lane)
        self._moved.set()

    async def room(self) -> None:
        """Wait until fewer than `CROWD` lanes wait for their turn."""
        await self._until(lambda: self._active() < CROWD)

    async def quiet(self) -> None:
        """Wait until everything committed so far is delivered, or cannot be."""
        await self._until(lambda: not self._lanes)

    async def drain(self, within: float) -> None:
        """Deliver what can go now, start nothing more after `within` seconds, give what is in
        flight as long again, and then give it up (that one may come twice)."""
        try:
            async with asyncio.timeout(within):
                await self._until(lambda: not self._active())
        except TimeoutError:
            pass
        self._closing = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within)
        log().info("outbox-closed", people_waiting=len(self._lanes), given_up=len(self._tasks))
        ending = [*self._tasks, *([self._alarm] if self._alarm else [])]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    def _active(self) -> int:
        return len(self._lanes) - self._resting_count

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._moved.clear()
            await self._moved.wait()

    # Where a lane goes

    def _enter(self, lane: Traffic, state: State) -> int:
        self._resting_count += (state is State.RESTING) - (lane.state is State.RESTING)
        lane.state = state
        lane.ticket = next(self._tickets)
        return lane.ticket

    def _queue(self, lane: Traffic) -> None:
        ticket = self._enter(lane, State.READY)
        if lane.urgency >= Urgency.REMINDER:
            # There may be very many: they are read again when it is their turn.
            lane.rows.clear()
            lane.again = True
        heapq.heappush(self._outlets[lane.platform].ready, (lane.urgency, ticket, lane))

    def _rest(self, lane: Traffic, until: float) -> None:
        heapq.heappush(self._resting, (until, self._enter(lane, State.RESTING), lane))

    def _end(self, lane: Traffic) -> None:
        self._enter(lane, State.BUSY)
        del self._lanes[lane.person]

    def _settle(self, lane: Traffic) -> None:
        """Put a lane where it belongs after something was done with it."""
        if lane.not_before > self._clock.monotonic():
            self._rest(lane, lane.not_before)
        elif lane.again:
            self._begin(lane, self._read(lane))
        elif (
            not lane.rows or (outlet := self._outlets.get(lane.platform)) is None or outlet.stopped
        ):
            self._end(lane)
        else:
            self._queue(lane)

    # Work on one lane

    def _begin(self, lane: Traffic, work: Coroutine[object, object, None]) -> None:
        self._enter(lane, State.BUSY)
        task = asyncio.create_task(self._watch(lane, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self, lane: Traffic, work: Coroutine[object, object, None]) -> None:
        """Run one piece of work; whatever fails, the lane goes on a little later."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the one catch of a lane
            log().error("lane-broke", **problem(error))
            lane.rows.clear()
            lane.again = True
            lane.not_before = self._clock.monotonic() + TROUBLE_PAUSE
        self._settle(lane)
        self._pump()

    async def _read(self, lane: Traffic) -> None:
        lane.again = False
        lane.rows = list(await self._store.outgoing(lane.person, ROWS))
        if lane.rows:
            lane.platform = lane.rows[0].delivery.address.platform
            lane.urgency = min(row.delivery.reply.urgency for row in lane.rows)

    async def _send(self, lane: Traffic, outlet: Outlet) -> None:
        try:
            if not lane.rows:
                await self._read(lane)
            if lane.rows:
                self._follow(
                    lane, outlet, await self._delivering.attempt(outlet.adapter, lane.rows[0])
                )
        except AdapterStopped as error:
            if not outlet.stopped:
                self.stop(outlet.adapter.platform)
                self._on_stopped(outlet.adapter.platform, error)
        finally:
            outlet.in_flight -= 1

    def _follow(self, lane: Traffic, outlet: Outlet, came: Next) -> None:
        """Do what the attempt calls for."""
        now = self._clock.monotonic()
        lane.told = False
        if isinstance(came, Later):
            # The attempt was counted in the database: read the row anew before the next.
            lane.rows.clear()
            lane.again = True
            if came.everyone:
                outlet.pacer.hold_everyone(now + came.after)
            else:
                lane.told = came.told
                lane.not_before = now + came.after
        elif isinstance(came, Ended):
            lane.rows.clear()
        else:
            lane.rows.pop(0)
            lane.again = lane.again or not lane.rows

    # The pump

    def _pump(self) -> None:
        """Start everything that may start now, and set the alarm for what may start next."""
        self._moved.set()
        if self._closing:
            return
        now = self._clock.monotonic()
        while self._resting and self._resting[0][0] <= now:
            _, ticket, lane = heapq.heappop(self._resting)
            if lane.ticket == ticket:
                lane.told = False
                self._settle(lane)
        soonest = min(
            (self._fill(outlet, now) for outlet in self._outlets.values()), default=math.inf
        )
        if self._resting:
            soonest = min(soonest, self._resting[0][0])
        self._set_alarm(soonest)

    def _fill(self, outlet: Outlet, now: float) -> float:
        """Start sends while there is a place and the pace allows; give when to look again."""
        while outlet.ready:
            urgency, ticket, lane = outlet.ready[0]
            if lane.ticket != ticket:
                heapq.heappop(outlet.ready)
            elif not outlet.has_place(urgency):
                break
            elif outlet.pacer.free_at > now:
                return outlet.pacer.free_at
            else:
                heapq.heappop(outlet.ready)
                chat_free_at = outlet.pacer.chat_free_at(lane.person)
                if chat_free_at > now:
                    self._rest(lane, chat_free_at)
                else:
                    outlet.pacer.take(lane.person, now)
                    outlet.in_flight += 1
                    self._begin(lane, self._send(lane, outlet))
        return math.inf

    def _set_alarm(self, at: float) -> None:
        if at < self._alarm_at:
            if self._alarm:
                self._alarm.cancel()
            self._alarm, self._alarm_at = asyncio.create_task(self._ring(at)), at

    async def _ring(self, at: float) -> None:
        await self._clock.sleep(max(0.0, at - self._clock.monotonic()))
        self._alarm, self._alarm_at = None, math.inf
        self._pump()
