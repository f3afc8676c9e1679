"""The DM channels we know, and opening new ones with restraint.

Owns which channel belongs to which account for the life of the process (the core keeps them for
good). Discord wants DMs to be opened rarely and only after somebody acted.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable

from bot.errors import Throttled
from bot.events import Address

KNOWN_LIMIT = 10_000
"""Channels kept in memory; a forgotten one is opened again at no harm."""

OPENINGS = 10
WINDOW = 10.0
"""At most this many DMs are opened in this many seconds. Discord's own limit is not documented;
error 40003 tells of it when it is already too late."""


class Rooms:
    """DM channels by account."""

    def __init__(
        self,
        open_channel: Callable[[str], Awaitable[str]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_channel = open_channel
        self._clock = clock
        self._known: OrderedDict[str, str] = OrderedDict()
        self._opened: deque[float] = deque()
        self._opening = asyncio.Lock()

    def learn(self, address: Address) -> None:
        """Remember a channel that an event came from."""
        if address.chat:
            self._known[address.account] = address.chat
            self._known.move_to_end(address.account)
            if len(self._known) > KNOWN_LIMIT:
                self._known.popitem(last=False)

    def known(self, address: Address) -> str:
        """Give the channel of a person, or nothing."""
        return address.chat or self._known.get(address.account, "")

    async def find(self, address: Address) -> str:
        """Give the channel of a person; open it if need be. Raises `Throttled` when too many have
        been opened just now."""
        return self.known(address) or await self._open(address)

    async def find_again(self, address: Address) -> str:
        """Ask Discord for the channel of a person whose known one is refused."""
        self._known.pop(address.account, None)
        return await self._open(address)

    async def _open(self, address: Address) -> str:
        async with self._opening:
            opened_meanwhile = self._known.get(address.account)
            if opened_meanwhile:
                return opened_meanwhile
            now = self._clock()
            while self._opened and now - self._opened[0] > WINDOW:
                self._opened.popleft()
            if len(self._opened) >= OPENINGS:
                raise Throttled(WINDOW - (now - self._opened[0]))
            self._opened.append(now)
            channel = await self._open_channel(address.account)
            self.learn(Address(address.platform, address.account, channel))
            return channel
