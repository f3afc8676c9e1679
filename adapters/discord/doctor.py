"""What stands between this machine and Discord, in sentences.

Owns the checks behind `ajar doctor` and the address under which people install the bot. Changes
nothing on Discord's side and opens no session, so it costs nothing of the daily ration.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.http import Route

from adapters.discord import client as clients
from adapters.discord import failures, sessions
from bot.errors import AjarError

GUILD_INSTALL = app_commands.AppInstallationType.GUILD
USER_INSTALL = app_commands.AppInstallationType.USER

PROBLEM = "Problem: "
"""Begins every line that the operator has to do something about."""

FEW_SESSIONS = 100
"""New sessions left for the day below which it is worth a word."""

HELLO = 10
"""The gateway's first word."""

HELLO_TIME = 10.0
"""Seconds to wait for it."""

_AUTHORISE = yarl.URL("https://discord.com/oauth2/authorize")


async def diagnose(token: str, api_url: str = "", gateway_url: str = "") -> list[str]:
    """Give one sentence for each thing found, and the addresses for installing the bot. Lines that
    begin with `PROBLEM` need the operator."""
    clients.quieten()
    client = discord.Client(**clients.options())
    clients.aim_rest(client, api_url or clients.API_URL)
    try:
        with failures.translated():
            await client.login(token)
            about = await client.http.request(Route("GET", "/applications/@me"))
            limit = await sessions.ask(client)
        reached = await _gateway(gateway_url or limit.url)
    except AjarError as problem:
        return [f"{PROBLEM}{problem}"]
    finally:
        await clients.close(client)
    return ["Discord accepts the token.", reached, *_rationed(limit), *_portal(about)]


def install_links(application: int) -> list[str]:
    """Give the sentences that say where the bot is installed, with exactly the rights it needs:
    in servers its commands and being there, so that it may open DMs; on accounts its commands."""
    server = _AUTHORISE.with_query(
        client_id=application,
        scope="bot applications.commands",
        permissions=0,
        integration_type=GUILD_INSTALL,
    )
    account = _AUTHORISE.with_query(
        client_id=application, scope="applications.commands", integration_type=USER_INSTALL
    )
    return [f"To add it to a server: {server}", f"To add it to your own account: {account}"]


async def _gateway(url: str) -> str:
    try:
        async with (
            asyncio.timeout(HELLO_TIME),
            aiohttp.ClientSession() as session,
            session.ws_connect(yarl.URL(url).with_query(v=10, encoding="json")) as socket,
        ):
            first = await socket.receive_json()
    except (aiohttp.ClientError, OSError, TimeoutError, TypeError, ValueError) as problem:
        return (
            f"{PROBLEM}Discord's gateway does not answer ({type(problem).__name__}): check the "
            "network, the proxy and DISCORD_GATEWAY_URL."
        )
    if not isinstance(first, dict) or first.get("op") != HELLO:
        return f"{PROBLEM}DISCORD_GATEWAY_URL leads to something that is not Discord's gateway."
    return "The gateway answers."


def _rationed(limit: sessions.Limit) -> list[str]:
    if limit.remaining >= FEW_SESSIONS:
        return []
    left = f"{limit.remaining} of {limit.total}"
    return [f"{PROBLEM}only {left} new sessions are left for today: let nothing restart in a loop."]


def _portal(about: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    if about.get("interactions_endpoint_url"):
        found.append(
            f"{PROBLEM}the developer portal names an Interactions Endpoint URL, so that buttons "
            "and commands never arrive here: empty that field (General Information)."
        )
    kinds = about.get("integration_types_config") or {}
    if str(USER_INSTALL) not in kinds or str(GUILD_INSTALL) not in kinds:
        found.append(
            f"{PROBLEM}allow both User Install and Guild Install in the developer portal "
            "(Installation, Installation Contexts)."
        )
    return [*found, *install_links(int(about["id"]))]
