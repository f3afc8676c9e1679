"""A few people or a whole town, the real store, and a clock that the test moves.

Owns how a running program is played without real time: claiming what is due, handing it over, and
being ended at any await. A platform that fails in all the ways platforms do is beside it.
"""

from __future__ import annotations

import asyncio
import random
import types
from collections.abc import Coroutine, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.errors import Gone, OutcomeUnknown, Throttled, Transient
from bot.events import Address, Chose, Commanded, Incoming, Said
from bot.flows.library import Library
from bot.ports import Delivery, Pace, Receipt, Services
from bot.replies import Urgency
from bot.runtime.delivering import Delivering
from bot.store.outbox import Outgoing
from bot.store.store import Store

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = "11" * 32
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Killed(BaseException):
    """The process was ended at an await."""


@types.coroutine
def killed_at(work: Coroutine[Any, Any, Any], awaits: int) -> Generator[Any, Any, Any]:
    """Run some work and end it at its n-th await, as a kill would."""
    value = None
    for _ in range(awaits):
        try:
            waiting = work.send(value)
        except StopIteration as done:
            return done.value
        value = yield waiting
    work.close()
    raise Killed


@dataclass
class Chat:
    """A platform that keeps what reached it, and fails as it is told: by chance in a `storm`, for
    whoever `blocked` it, and in one way for every reminder where `refuses` is set."""

    clock: World
    arrived: list[tuple[str, datetime, Delivery]] = field(default_factory=list)
    storm: bool = False
    refuses: Exception | None = None
    blocked: set[str] = field(default_factory=set)

    platform = "telegram"
    pace = Pace()

    async def run(self, services: Services) -> None:
        """Pass nothing in: the test does."""

    async def close(self) -> None:
        """Let nothing go."""

    async def send(self, delivery: Delivery) -> Receipt:
        """Take a message, or fail in one of the ways platforms do."""
        await asyncio.sleep(0)
        if delivery.address.account in self.blocked:
            raise Gone("blocked")
        if self.refuses and delivery.reply.urgency is Urgency.REMINDER:
            raise self.refuses
        if self.storm:
            how = self.clock.rng.random()
            if how < 0.4:
                raise Throttled(20)
            if how < 0.6:
                raise Transient("try again")
            if how < 0.7:
                raise OutcomeUnknown("who knows")
        self.arrived.append((delivery.address.account, self.clock.at, delivery))
        await asyncio.sleep(0)
        return Receipt(message="1")

    def reminders(self) -> list[tuple[str, datetime, Delivery]]:
        """List what came by itself."""
        return [
            one
            for one in self.arrived
            if one[2].reply.urgency is Urgency.REMINDER and not one[2].reply.closes
        ]


class World:
    """A few people, one database, and a clock that the test moves."""

    def __init__(self, folder: Path, library: Library, seed: int) -> None:
        self.url = f"sqlite:///{folder / 'ajar.db'}"
        self.library = library
        self.rng = random.Random(seed)
        self.at = START
        self.chat = Chat(self)
        self.events = 0

    def now(self) -> datetime:
        """Give the time of day."""
        return self.at

    def monotonic(self) -> float:
        """Give the seconds since the start."""
        return (self.at - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Wait no time at all; the test moves the clock."""
        assert seconds >= 0
        await asyncio.sleep(0)

    async def open(self) -> Store:
        """Open the database as one more process."""
        return await Store.open(self.url, key=KEY, now=lambda: self.at)

    async def happens(
        self, store: Store, account: str, event: Said | Commanded | Chose, chat: str = ""
    ) -> None:
        """Let somebody do something (in a chat of another id, if one is given), and deliver the
        answer."""
        self.events += 1
        where = Address("telegram", account, chat or account)
        incoming = Incoming(f"e{self.events}", where, event, self.at)
        taken = await store.turn(incoming, self.library, self.rng)
        if taken.person:
            await self.deliver(store, [taken.person])

    async def settle_in(self, store: Store, account: str, city: str, at: str) -> None:
        """Choose a time and a city."""
        await self.happens(store, account, Commanded("start"))
        await self.happens(store, account, Commanded("reminders", at))
        await self.happens(store, account, Commanded("timezone", city))
        await self.press(store, account, "zone-yes")

    async def press(self, store: Store, account: str, what: str) -> None:
        """Press the newest button of this kind that the person sees."""
        for to, _, delivery in reversed(self.chat.arrived):
            for choice in (*delivery.reply.choices, *delivery.reply.ways):
                if to == account and choice.token.split(".", 2)[2] == what:
                    await self.happens(store, account, Chose(choice.token))
                    return
        raise AssertionError(f"{account} sees no button {what}")

    async def deliver(self, store: Store, people: list[int], *, together: bool = False) -> None:
        """Hand over what waits, until it is gone or has to wait; to many people at once where they
        are `together`."""
        delivering = Delivering(store, self, self.rng)
        if together:
            await asyncio.gather(*(self._lane(store, delivering, person) for person in people))
            return
        for person in people:
            await self._lane(store, delivering, person)

    async def _lane(self, store: Store, delivering: Delivering, person: int) -> None:
        while rows := await store.outgoing(person):
            if not await self._all(delivering, rows):
                break

    async def _all(self, delivering: Delivering, rows: list[Outgoing]) -> bool:
        for row in rows:
            outcome = await delivering.attempt(self.chat, row)
            if type(outcome).__name__ == "Later":
                return False
            if type(outcome).__name__ == "Ended":
                return True
        return True

    async def tick(self, store: Store, *, together: bool = False) -> None:
        """Do what a running program does: claim what is due and send it."""
        people = await store.claim(self.library, self.rng)
        waiting = [lane.person for lane in await store.lanes()]
        await self.deliver(store, list(dict.fromkeys([*people, *waiting])), together=together)

    async def pass_hours(self, store: Store, hours: int) -> None:
        """Let time pass, looking once an hour."""
        for _ in range(hours):
            self.at += HOUR
            await self.tick(store)
