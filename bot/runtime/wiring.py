"""Puts the parts together and owns their order: how the program starts and how it stops.

Start: content, database, sending what was left over, timers, platforms. Stop: the intake first,
then what has been taken in, then what is being sent, the platforms' connections, the database last.
The one owner of signals. Must not know any platform or any setting's name.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.errors import AdapterStopped
from bot.events import Incoming
from bot.ports import Adapter, Outcome, Services
from bot.runtime import collecting, putting_right
from bot.runtime.chores import chores
from bot.runtime.clock import Clock, SystemClock
from bot.runtime.delivering import Delivering
from bot.runtime.logs import handle_loop_errors, log
from bot.runtime.receiving import Receiving
from bot.runtime.sending import Sending
from bot.runtime.shelf import Shelf
from bot.runtime.supervising import supervise
from bot.runtime.timers import Timers

if TYPE_CHECKING:
    from bot.store.store import Store

INTAKE_WITHIN = 2.0
SENDING_WITHIN = 0.8
CLOSING_WITHIN = 0.8
"""Seconds for each part of the stop: the intake and what it has taken in; what can be sent and,
as long again, what is in flight; the connections. With the database they stay below five."""

RETENTION = timedelta(days=365)
"""How long somebody may be silent before what is kept of them is let go, after a notice."""

STOP = (signal.SIGTERM, signal.SIGINT)


class Service:
    """The running program: one store, one shelf of content, any number of platforms."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        adapters: Sequence[Adapter],
        *,
        reminders: bool = True,
        retention: timedelta = RETENTION,
        clock: Clock | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._adapters = {adapter.platform: adapter for adapter in adapters}
        self._clock = clock or SystemClock()
        self._rng = rng or random.SystemRandom()
        self._sending = Sending(
            store,
            adapters,
            Delivering(store, self._clock, self._rng),
            self._clock,
            self._give_up,
        )
        self._receiving = Receiving(store, shelf.library, self._rng, self._sending.wake)
        self._timers = Timers(
            store,
            shelf.library,
            self._rng,
            self._clock,
            wake=self._sending.wake,
            room=self._sending.room,
            set_back=lambda: putting_right.after_a_step_back(store, self._clock),
        )
        self._reminders = reminders
        self._retention = retention
        self._loops: dict[str, asyncio.Task[None]] = {}
        self._given_up: dict[str, AdapterStopped] = {}
        self._over = asyncio.Event()

    async def serve(self) -> None:
        """Serve every platform until a signal comes.

        Raises `AdapterStopped`, with a sentence for each, when no platform is left to serve.
        """
        for platform, adapter in self._adapters.items():
            self._start_platform(platform, adapter)
        await self._until_over(self._reload)
        if len(self._given_up) == len(self._adapters):
            raise AdapterStopped("\n".join(str(error) for error in self._given_up.values()))

    async def converse(self, adapter: Adapter) -> None:
        """Serve this one adapter until it comes to its own end, or a signal comes.

        Its `receive` gives back only once the replies have been delivered.
        """
        services = self._services(adapter.platform, self._receive_and_answer)

        async def talk() -> None:
            try:
                await adapter.run(services)
            finally:
                self._over.set()

        self._loops[adapter.platform] = talking = asyncio.create_task(talk())
        await self._until_over(self.end)
        if talking.done() and not talking.cancelled() and (error := talking.exception()):
            raise error
        for stopped in self._given_up.values():
            raise stopped

    def end(self) -> None:
        """Ask for the stop, as a signal would."""
        self._over.set()

    # Start and stop

    async def _until_over(self, on_hang_up: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(handle_loop_errors())
        with _signals(loop, dict.fromkeys(STOP, self.end) | {signal.SIGHUP: on_hang_up}):
            try:
                await self._sending.start()
                if self._reminders:
                    await putting_right.at_the_start(self._store, self._clock)
                    self._start_loop("timers", self._timers.run)
                else:
                    log().warning("reminders-off")
                self._start_loop("sweep", self._sending.sweep)
                self._start_loop("chores", self._chores)
                await self._over.wait()
            finally:
                await self._stop()

    async def _stop(self) -> None:
        began = self._clock.monotonic()
        for loop in self._loops.values():
            loop.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(INTAKE_WITHIN):
                if self._loops:
                    await asyncio.wait(self._loops.values())
                await self._receiving.drain()
        await self._sending.drain(SENDING_WITHIN)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_WITHIN):
                closing = (adapter.close() for adapter in self._adapters.values())
                await asyncio.gather(*closing, return_exceptions=True)
        await self._store.close()
        log().info("stopped", seconds=round(self._clock.monotonic() - began, 2))

    def _reload(self) -> None:
        async def reload() -> None:
            await self._shelf.reload()
            collecting.set_aside()

        self._loops["reload"] = asyncio.create_task(reload())

    async def _chores(self) -> None:
        await chores(self._store, self._clock, self._shelf.library, self._retention)

    # Platforms and loops

    def _start_platform(self, platform: str, adapter: Adapter) -> None:
        services = self._services(platform, self._receiving)

        async def run() -> None:
            await adapter.run(services)

        async def keep() -> None:
            try:
                await supervise(platform, run, self._clock, self._rng)
            except AdapterStopped as error:
                self._give_up(platform, error)

        self._loops[platform] = asyncio.create_task(keep())

    def _start_loop(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        self._loops[name] = asyncio.create_task(supervise(name, run, self._clock, self._rng))

    def _give_up(self, platform: str, error: AdapterStopped) -> None:
        """Let one platform go and the others go on; the last one ends the program."""
        if platform in self._given_up:
            return
        self._given_up[platform] = error
        log().error("platform-stopped", platform=platform, says=str(error))
        self._sending.stop(platform)
        if platform in self._loops:
            self._loops[platform].cancel()
        if len(self._given_up) == len(self._adapters):
            self._over.set()

    def _services(
        self, platform: str, receive: Callable[[Incoming], Awaitable[Outcome]]
    ) -> Services:
        def ready() -> None:
            log().info("connected", platform=platform)
            self._sending.revive(platform)

        return Services(
            receive, _Notes(self._store), self._shelf.phrases, self._store.waiting, ready
        )

    async def _receive_and_answer(self, incoming: Incoming) -> Outcome:
        outcome = await self._receiving(incoming)
        await self._sending.quiet()
        return outcome


@contextlib.contextmanager
def _signals(
    loop: asyncio.AbstractEventLoop, handled: Mapping[signal.Signals, Callable[[], None]]
) -> Iterator[None]:
    for number, act in handled.items():
        loop.add_signal_handler(number, act)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)


class _Notes:
    """The store's notes in the adapters' words."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, name: str) -> str | None:
        """Give the value kept under this name."""
        return await self._store.note(name)

    async def put(self, name: str, value: str) -> None:
        """Keep a value under this name."""
        await self._store.put_note(name, value)
