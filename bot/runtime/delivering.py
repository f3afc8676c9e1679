"""One attempt to deliver one reply, and what its failure means.

Owns the table from failures to what happens next. Must not know queues, pace or other replies.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bot.errors import (
    AdapterStopped,
    DeliveryFailed,
    Gone,
    OutcomeUnknown,
    Rejected,
    StoreError,
    Throttled,
)
from bot.ports import Adapter, Delivery, Receipt
from bot.replies import Urgency
from bot.runtime.clock import Clock
from bot.runtime.logs import log, problem

if TYPE_CHECKING:
    from bot.store.outbox import Outgoing

WITHIN = 60.0
"""Seconds one attempt may take. A call that hangs must not hold a place for ever."""

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
"""Seconds before the second attempt, and at most between two; each pause doubles the last."""

REMINDER_LIFE = 3 * 3600.0
"""Seconds after which a reminder that could not be delivered is let go (REM-28: later than three
hours it is no longer today's question). Quiet hours may come sooner: `Reply.until`."""

LIVE_LIFE = 24 * 3600.0
"""Seconds after which any other reply is let go: the person sees it again with `/start`."""

PER_UNNOTED = 8
"""Messages on the line for each that arrived and is not written down yet, where the next may go."""

STORE_PAUSE = 30.0
"""Seconds at most between two tries to write down what became of a message."""


class Outbox(Protocol):
    """What delivering needs of the store."""

    async def sending(self, sent: Outgoing) -> bool:
        """Note that an attempt begins; False if the row is gone."""

    async def delivered(self, sent: Outgoing, receipt: Receipt) -> None:
        """Take the row off and keep where the message is."""

    async def postponed(self, sent: Outgoing, until: datetime) -> None:
        """Count the attempt."""

    async def dropped(self, sent: Outgoing, reason: str) -> None:
        """Take the row off and count why."""

    async def unreachable(self, person: int) -> None:
        """Take off every row of this person."""


@dataclass(frozen=True, slots=True)
class Done:
    """The row is off the outbox; the next one may go."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Every row of this person is off the outbox."""


@dataclass(frozen=True, slots=True)
class Later:
    """The row stays. `told` says that the platform asked for the pause (for `everyone`, or for
    this chat); else it is our own."""

    after: float
    told: bool = False
    everyone: bool = False


Next = Done | Ended | Later


class Delivering:
    """Makes attempts. Nothing but `AdapterStopped` and cancellation escapes it.

    A message comes twice if the program is killed while it is on the line, or after it arrived and
    before that is written down. The second is held down: while anything is unnoted, the next goes
    only if many more are on the line. Help in danger waits for nothing, and a reminder never comes
    twice.
    """

    def __init__(self, store: Outbox, clock: Clock, rng: random.Random) -> None:
        self._store = store
        self._clock = clock
        self._rng = rng
        self._on_the_line = self._unnoted = 0
        self._noted = asyncio.Event()

    async def attempt(self, adapter: Adapter, sent: Outgoing) -> Next:
        """Send one reply and write down what became of it.

        A reminder would rather be lost than come twice (REM-27), so its attempt is announced in the
        database first; any other reply would rather come twice than be lost. Raises
        `AdapterStopped` when the platform refuses us altogether; the row then stays.
        """
        if self._outlived(sent, 0):
            return await self._drop(sent, "expired")
        once = sent.delivery.reply.urgency is Urgency.REMINDER
        if once and sent.in_flight:
            return await self._drop(sent, "outcome-unknown")
        if once and not await self._store.sending(sent):
            return Done()
        try:
            receipt = await self._send(adapter, sent.delivery, may_double=not once)
        except AdapterStopped:
            if once:
                await self._postpone(sent, 0)
            raise
        except Throttled as told:
            await self._postpone(sent, told.after)
            return Later(told.after, told=True, everyone=told.everyone)
        except Gone:
            await self._insist(lambda: self._store.unreachable(sent.person))
            log().info("unreachable", platform=adapter.platform)
            return Ended()
        except Rejected as error:
            return await self._drop(sent, "rejected", error)
        except (OutcomeUnknown, TimeoutError) as error:
            if once:
                return await self._drop(sent, "outcome-unknown", error)
            return await self._retry(sent, error)
        except Exception as error:  # noqa: BLE001 - the one catch of a send: a fault here is one row's
            return await self._retry(sent, error)
        await self._note(sent, receipt, may_double=not once)
        return Done()

    async def _send(self, adapter: Adapter, delivery: Delivery, *, may_double: bool) -> Receipt:
        if delivery.reply.urgency is Urgency.LIVE:
            while self._unnoted and self._on_the_line < self._unnoted * PER_UNNOTED:
                self._noted.clear()
                await self._noted.wait()
        self._on_the_line += may_double
        try:
            async with asyncio.timeout(WITHIN):
                return await adapter.send(delivery)
        finally:
            self._on_the_line -= may_double

    async def _note(self, sent: Outgoing, receipt: Receipt, *, may_double: bool) -> None:
        self._unnoted += may_double
        try:
            await self._insist(lambda: self._store.delivered(sent, receipt))
        finally:
            self._unnoted -= may_double
            self._noted.set()

    async def _retry(self, sent: Outgoing, error: Exception) -> Next:
        if not isinstance(error, DeliveryFailed | TimeoutError):
            log().error("send-broke", platform=sent.delivery.address.platform, **problem(error))
        after = pause(sent.delivery.attempt, self._rng)
        if self._outlived(sent, after):
            return await self._drop(sent, "expired", error)
        await self._postpone(sent, after)
        return Later(after)

    def _outlived(self, sent: Outgoing, after: float) -> bool:
        reply, then = sent.delivery.reply, self._clock.now() + timedelta(seconds=after)
        life = REMINDER_LIFE if reply.urgency is Urgency.REMINDER else LIVE_LIFE
        over = 0 < reply.until <= then.timestamp()
        return over or (then - sent.made).total_seconds() > life

    async def _drop(self, sent: Outgoing, reason: str, error: Exception | None = None) -> Next:
        await self._insist(lambda: self._store.dropped(sent, reason))
        why = problem(error) if error else {}
        log().warning("dropped", platform=sent.delivery.address.platform, reason=reason, **why)
        return Done()

    async def _postpone(self, sent: Outgoing, after: float) -> None:
        until = self._clock.now() + timedelta(seconds=after)
        await self._insist(lambda: self._store.postponed(sent, until))

    async def _insist(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write it down, however often it takes: without it the message would go out again."""
        attempt = 1
        while True:
            try:
                return await write()
            except StoreError as error:
                log().error("store-refused", attempt=attempt, **problem(error))
            await self._clock.sleep(min(STORE_PAUSE, pause(attempt, self._rng)))
            attempt += 1


def pause(attempt: int, rng: random.Random) -> float:
    """Give the seconds to wait after this attempt (from 1): doubling, capped, spread by a fifth
    so that many who failed together do not come back together."""
    steady = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempt - 1, 20))
    return steady * rng.uniform(0.8, 1.2)
