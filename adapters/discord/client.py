"""Clients of the Discord library, quiet and aimed where the operator says.

Owns how a `discord.Client` is made: intents, no caches, no mentions, addresses, silence. Knows
nothing of conversations.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

API_URL = Route.BASE
"""The public REST address, as the library knows it."""

RATE_LIMIT_PATIENCE = 30.0
"""Seconds the library may wait out a rate limit by itself (its smallest allowed value); longer
ones come back to us, so that one chat's limit never holds a sender for long."""

CLOSING_TIME = 0.5
"""Seconds given to a connection to say goodbye."""

Connecting = Callable[[], Awaitable[None]]


def options() -> dict[str, Any]:
    """Give the options of every client: nothing cached, nobody mentioned."""
    return {
        # Private messages only: none of the privileged intents is needed to read them.
        "intents": discord.Intents(dm_messages=True),
        "allowed_mentions": discord.AllowedMentions.none(),
        "max_messages": None,
        "chunk_guilds_at_startup": False,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "max_ratelimit_timeout": RATE_LIMIT_PATIENCE,
    }


def quieten() -> None:
    """Silence the library's own log: at every level its lines quote addresses with ids and
    tokens, or what people wrote. What matters of them we say ourselves, without any of that."""
    logger = logging.getLogger("discord")
    logger.handlers = [logging.NullHandler()]
    logger.propagate = False
    logger.setLevel(logging.CRITICAL + 1)


def aim_rest(client: discord.Client, api_url: str) -> None:
    """Send this client's REST calls to another address; other clients are not touched."""
    original = client.http.request

    async def request(route: Route, **arguments: Any) -> Any:
        route.url = api_url.rstrip("/") + route.url.removeprefix(Route.BASE)
        return await original(route, **arguments)

    client.http.request = request  # type: ignore[method-assign]  # one instance, not the library


def aim_gateway(client: discord.Client, first: str, always: str, connecting: Connecting) -> None:
    """Open this client's gateway connections where they belong, and await `connecting` before each.

    With an operator's own address (`always`) every connection goes there. Else a new session begins
    at `first`, and a resumed one where Discord said when it began.
    """
    original = client.http.ws_connect

    async def ws_connect(url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        await connecting()
        asked = yarl.URL(url)
        begins = asked.host == DiscordWebSocket.DEFAULT_GATEWAY.host
        instead = always or (first if begins else "")
        if instead:
            asked = yarl.URL(instead).with_query(asked.query)
        return await original(str(asked), compress=compress)

    client.http.ws_connect = ws_connect  # type: ignore[method-assign]  # as above


async def close(client: discord.Client) -> None:
    """Close a client for good, even where the other side no longer answers."""
    try:
        async with asyncio.timeout(CLOSING_TIME):
            await client.close()
    except TimeoutError:
        await client.http.close()
