"""What people wrote in their DMs while nobody listened.

Owns reading it back after a new session begins, in order and within bounds. Whatever is read twice
is known to the core by its id, so that too much is never wrong. Presses missed
meanwhile cannot be read back; the buttons are still there to be pressed again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from adapters.discord import failures, incoming
from adapters.discord.incoming import Raw
from bot.errors import AjarError
from bot.events import Address, Incoming
from bot.ports import Services, Waiting

log = logging.getLogger(__name__)

PEOPLE = 200
"""People whose DM is looked at, the latest contacts first: four seconds of Discord's 50 calls."""

MESSAGES = 100
"""Messages looked at in each DM: the most that one call gives."""

AT_ONCE = 4

SLACK = timedelta(minutes=5)
"""Our clock may be ahead of Discord's by so much without a message being overlooked."""

History = Callable[[str, str, int], Awaitable[list[Raw]]]
"""`await history(channel, after, limit)` gives raw messages in any order."""

FindChannel = Callable[[Address], Awaitable[str]]
"""`await find_channel(address)` gives a person's DM, opening it if it is not known."""


class CatchUp:
    """Reading back, and keeping what arrives meanwhile behind it."""

    def __init__(self, services: Services, history: History, find_channel: FindChannel) -> None:
        self._services = services
        self._history = history
        self._find_channel = find_channel
        self._listed = asyncio.Event()
        self._listed.set()
        self._held: dict[str, asyncio.Event] = {}

    async def behind(self, account: str) -> None:
        """Wait until nothing older of this person is still to be read back."""
        await self._listed.wait()
        held = self._held.get(account)
        if held is not None:
            await held.wait()

    def begin(self) -> None:
        """Hold back whatever arrives from now on until `run` knows whom it concerns."""
        self._listed.clear()

    async def run(self) -> None:
        """Read back the DM of everybody with an open question."""
        try:
            people = await self._services.waiting(incoming.PLATFORM, PEOPLE)
            self._held = {who.address.account: asyncio.Event() for who in people}
        finally:
            self._listed.set()
        at_once = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for who in people:
                group.create_task(self._read_back(who, at_once))

    async def _read_back(self, who: Waiting, at_once: asyncio.Semaphore) -> None:
        try:
            async with at_once:
                for event in await self._missed(who):
                    await self._services.receive(event)
        except AjarError as failure:
            log.warning("Messages missed in a DM could not be read back: %s", failure)
        finally:
            held = self._held.pop(who.address.account, None)
            if held is not None:
                held.set()

    async def _missed(self, who: Waiting) -> list[Incoming]:
        with failures.translated():
            channel = await self._find_channel(who.address)
            after = who.message or incoming.snowflake(who.since - SLACK)
            raw = await self._history(channel, after, MESSAGES)
        found = [incoming.message(one) for one in raw]
        mine = [one for one in found if one and one.address.account == who.address.account]
        return sorted(mine, key=lambda one: int(one.event_id))
