"""One session with Discord's gateway.

Owns connecting, the pace of reconnecting, and handing raw events over in their order. A session
lives for one call of `listen`; whoever supervises it makes a new one. Knows nothing of what the
events mean.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import discord

from adapters.discord import client as clients
from adapters.discord import failures
from bot.errors import AdapterStopped, Transient

log = logging.getLogger(__name__)

Heard = Callable[[str, Mapping[str, Any]], None]

PASSED_ON = {"READY", "RESUMED", "INTERACTION_CREATE", "MESSAGE_CREATE", "MESSAGE_UPDATE"}

CALM = 60.0
"""Seconds after which a reconnection no longer counts towards the pause before the next."""

FREE_CONNECTS = 2
LONGEST_PAUSE = 30.0
"""Seconds; the library gives each connection 60 in all."""

CLOSED_FOR_GOOD = {
    4004: failures.REFUSED_AT_LOGIN,
    4010: "Discord refuses the shard: nothing but a new version of Ajar can help.",
    4011: "The bot is in too many servers for one connection: leave servers it is not used in.",
    4012: "Discord no longer serves this version of its gateway: update discord.py and Ajar.",
    4013: "Discord refuses the intents: update discord.py and Ajar.",
    4014: "Discord refuses the intents: update discord.py and Ajar.",
}
"""Close codes of the gateway after which connecting again cannot help."""

_PRIVILEGED = 4014


class SessionLost(Exception):
    """The gateway has forgotten our session: a new one begins with a new client.

    Not an OSError, which the library would take for a broken socket and answer by itself.
    """


class Gateway(discord.Client):
    """A client that passes raw events on instead of objects."""

    def __init__(self, api_url: str, heard: Heard) -> None:
        super().__init__(**clients.options(), enable_debug_events=True)
        self._heard = heard
        self._connects: deque[float] = deque()
        clients.aim_rest(self, api_url)

    async def listen(self, first: str, always: str) -> None:
        """Connect and pass events on until cancelled or the session is lost. `first` is where
        Discord wants a new session to begin; `always` is the operator's own address, or empty.
        Raises `AdapterStopped` where only the operator can help."""
        clients.aim_gateway(self, first, always, self._before_connecting)
        try:
            await self.connect()
        except discord.PrivilegedIntentsRequired:
            raise AdapterStopped(CLOSED_FOR_GOOD[_PRIVILEGED]) from None
        except discord.ConnectionClosed as closed:
            if closed.code in CLOSED_FOR_GOOD:
                raise AdapterStopped(CLOSED_FOR_GOOD[closed.code]) from None
            raise Transient(f"Discord closed the connection (code {closed.code}).") from None
        except SessionLost:
            raise Transient("Discord has ended the session; a new one is needed.") from None
        except Exception as problem:  # noqa: BLE001 - a message of the library may quote an event
            # The library also trips over itself when the very first connection is refused.
            never = "has never answered" if self.ws is None else "sent what cannot be read"
            raise Transient(f"Discord's gateway {never} ({type(problem).__name__}).") from None

    async def on_socket_raw_receive(self, message: str) -> None:
        """Pass an event on as it came. The library starts these calls in the order of arrival."""
        try:
            frame = json.loads(message)
            name, data = frame.get("t"), frame.get("d")
        except (ValueError, AttributeError):
            log.warning("Discord sent something that is no event; it was left aside.")
            return
        if name in PASSED_ON and isinstance(data, dict):
            self._heard(name, data)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """Say that a handler failed, never with what."""
        problem = sys.exc_info()[0]
        name = problem.__name__ if problem else "unknown"
        log.error("Handling the Discord event %s failed (%s).", event_method, name)

    async def _before_connecting(self) -> None:
        """Slow a gateway down that keeps dropping us, and never identify twice in one session:
        identifying is rationed by the day, so it goes through the supervisor and the budget."""
        if self.ws is not None and self.ws.session_id is None:
            raise SessionLost("Discord's gateway has ended the session.")
        now = self.loop.time()
        while self._connects and now - self._connects[0] > CALM:
            self._connects.popleft()
        recent = len(self._connects)
        self._connects.append(now)
        if recent >= FREE_CONNECTS:
            await asyncio.sleep(min(LONGEST_PAUSE, 2.0 ** (recent - FREE_CONNECTS)))
