"""A clock that stands still, an outbox in memory, and a platform that does as it is told."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.errors import AdapterStopped, StoreError
from bot.events import Address
from bot.ports import Delivery, Pace, Receipt, Services
from bot.replies import Reply, Span, Urgency
from bot.store.outbox import Lane, Outgoing

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def idle() -> None:
    """Let everything that can go on go on."""
    for _ in range(200):
        await asyncio.sleep(0)


class HandClock:
    """A clock moved by hand. `leap` moves only the time of day."""

    def __init__(self) -> None:
        self._at = 0.0
        self._leapt = timedelta()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = itertools.count()
        self.slept: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self._at) + self._leapt

    def monotonic(self) -> float:
        return self._at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._at + seconds, next(self._count), woken))
        await woken

    def leap(self, by: timedelta) -> None:
        self._leapt += by

    async def advance(self, seconds: float) -> None:
        """Move on, waking every sleeper at its own instant."""
        until = self._at + seconds
        await idle()
        while self._sleepers and self._sleepers[0][0] <= until:
            at, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                self._at = max(self._at, at)
                woken.set_result(None)
                await idle()
        self._at = until


class MemoryOutbox:
    """The store's outbox, in memory."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self._ids = itertools.count(1)
        self.rows: list[Outgoing] = []
        self.dropped_for: list[tuple[int, str]] = []
        self.gone: list[int] = []
        self.reads = 0
        self.refuse_writes = 0
        self.noting: asyncio.Event | None = None

    def put(
        self, person: int, *texts: str, urgency: Urgency = Urgency.LIVE, platform: str = "here"
    ) -> None:
        for text in texts:
            number = next(self._ids)
            reply = Reply((Span(text),), urgency=urgency)
            delivery = Delivery(f"k{number}", Address(platform, f"p{person}"), reply)
            self.rows.append(Outgoing(number, person, delivery, self._clock.now()))

    async def lanes(self) -> list[Lane]:
        found: dict[int, Lane] = {}
        for row in self.rows:
            urgency = row.delivery.reply.urgency
            lane = found.get(row.person)
            if lane is None:
                found[row.person] = Lane(
                    row.person, row.delivery.address.platform, urgency, row.not_before
                )
            else:
                found[row.person] = replace(lane, urgency=min(lane.urgency, urgency))
        return list(found.values())

    async def outgoing(self, person: int, limit: int = 20) -> list[Outgoing]:
        self.reads += 1
        await asyncio.sleep(0)
        return [row for row in self.rows if row.person == person][:limit]

    async def sending(self, sent: Outgoing) -> bool:
        fresh = any(row.id == sent.id and not row.in_flight for row in self.rows)
        return fresh and self._change(sent, replace(sent, in_flight=True))

    async def delivered(self, sent: Outgoing, _: Receipt) -> None:
        if self.refuse_writes:
            self.refuse_writes -= 1
            raise StoreError("The disk is full: make room.")
        if self.noting:
            await self.noting.wait()
        self._change(sent, None)

    async def postponed(self, sent: Outgoing, until: datetime) -> None:
        attempt = sent.delivery.attempt + 1
        delivery = replace(sent.delivery, attempt=attempt)
        self._change(sent, replace(sent, delivery=delivery, not_before=until, in_flight=False))

    async def dropped(self, sent: Outgoing, reason: str) -> None:
        self._change(sent, None)
        self.dropped_for.append((sent.person, reason))

    async def unreachable(self, person: int) -> None:
        self.rows = [row for row in self.rows if row.person != person]
        self.gone.append(person)

    def _change(self, sent: Outgoing, to: Outgoing | None) -> bool:
        for index, row in enumerate(self.rows):
            if row.id == sent.id:
                self.rows[index : index + 1] = [to] if to else []
                return True
        return False


class FakePlatform:
    """A platform. `sent` holds (instant, person, text); `answer` may raise for a delivery; people
    in `stalled` wait for its event."""

    def __init__(self, clock: HandClock, pace: Pace | None = None, platform: str = "here") -> None:
        self._clock = clock
        self.platform = platform
        self.pace = pace or Pace()
        self.sent: list[tuple[float, str, str]] = []
        self.tried = 0
        self.answer: Callable[[Delivery], None] = lambda _: None
        self.stalled: dict[str, asyncio.Event] = {}
        self.running = asyncio.Event()
        self.changed = asyncio.Event()
        self.closed = False
        self.services: Services | None = None
        self.stop_with: AdapterStopped | None = None

    @property
    def texts(self) -> list[str]:
        return [text for _, _, text in self.sent]

    async def run(self, services: Services) -> None:
        if self.stop_with:
            raise self.stop_with
        self.services = services
        services.ready()
        self.running.set()
        await asyncio.Event().wait()

    async def send(self, delivery: Delivery) -> Receipt:
        self.tried += 1
        self.changed.set()
        account = delivery.address.account
        if account in self.stalled:
            await self.stalled[account].wait()
        self.answer(delivery)
        self.sent.append((self._clock.monotonic(), account, delivery.reply.text[0].text))
        self.changed.set()
        return Receipt(delivery.key)

    async def close(self) -> None:
        self.closed = True
