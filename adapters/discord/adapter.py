"""Discord, as the core sees it.

Owns the life of the connection: logging in, publishing the commands, listening, letting go. What
comes in belongs to `intake`, what goes out to `sending`.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import discord

from adapters.discord import client as clients
from adapters.discord import commands, failures, incoming, sessions
from adapters.discord.answering import Answering
from adapters.discord.gateway import Gateway
from adapters.discord.house import House
from adapters.discord.incoming import Raw
from adapters.discord.intake import Intake
from adapters.discord.rest import Rest
from adapters.discord.rooms import Rooms
from adapters.discord.sending import Sending
from bot.errors import AdapterStopped, Gone, Transient
from bot.ports import Delivery, Pace, Receipt, Services

log = logging.getLogger(__name__)

COMMANDS_NOTE = "discord-commands"
"""Under this name the fingerprint of the published commands is kept."""


class DiscordAdapter:
    """Discord's translator: `bot.ports.Adapter`."""

    def __init__(
        self,
        token: str,
        *,
        api_url: str = "",
        gateway_url: str = "",
        pictures: Path | None = None,
        sessions_apart: float = sessions.APART,
    ) -> None:
        """`api_url` is the REST address with its version (empty: the public one); an empty
        `gateway_url` means wherever Discord says. `pictures` is the folder that `Picture.path` is
        relative to; `sessions_apart` are the seconds between two sessions."""
        clients.quieten()
        self._token = token
        self._api_url = api_url
        self._gateway_url = gateway_url
        self._rest = Rest(token, self._api_url)
        self._answering = Answering(self._rest)
        self._rooms = Rooms(self._open_channel)
        self._sending = Sending(self._rest, self._answering, self._rooms, pictures or Path())
        self._sessions = sessions.Sessions(sessions_apart)
        self._house: House | None = None

    @property
    def platform(self) -> str:
        """The platform's name."""
        return incoming.PLATFORM

    @property
    def pace(self) -> Pace:
        """Discord allows 50 calls a second in all. What a single chat allows it tells with every
        answer, and the library keeps to it; answers to interactions do not count at all."""
        return Pace(per_second=40)

    async def run(self, services: Services) -> None:
        """Connect and pass events in until cancelled (see `bot.ports.Adapter`)."""
        self._house = House(services.phrases)
        intake = Intake(services, self._house, self._answering, self._rooms, self._history)
        gateway = Gateway(self._api_url, intake.hear)
        try:
            limit = await self._log_in(gateway, services)
            await self._sessions.may_begin(limit)
            await gateway.listen(limit.url, self._gateway_url)
        finally:
            await asyncio.gather(clients.close(gateway), intake.drain())

    async def send(self, delivery: Delivery) -> Receipt:
        """Deliver one reply (see `bot.ports.Adapter`)."""
        if self._house is None:
            raise Transient("Discord is not connected yet.")
        try:
            with failures.translated(delivery.attempt):
                return await self._sending.send(delivery, self._house)
        except Gone:
            await self._sending.say_closed(delivery, self._house)
            raise

    async def close(self) -> None:
        """Let go of connections."""
        try:
            async with asyncio.timeout(clients.CLOSING_TIME):
                await self._answering.close()
        except TimeoutError:
            log.info("Some interactions were left unanswered at the end.")
        finally:
            await self._rest.close()

    async def _log_in(self, gateway: Gateway, services: Services) -> sessions.Limit:
        """Log in, publish the commands if they have changed, and ask what sessions are left."""
        with failures.translated():
            try:
                await gateway.login(self._token)
            except discord.NotFound:
                raise AdapterStopped(
                    "DISCORD_API_URL does not lead to Discord: it should end in /api/v10."
                ) from None
            # Ready before the first interaction, which has no time to wait for a login.
            await self._rest.log_in()
            await self._publish(gateway, services)
            return await sessions.ask(gateway)

    async def _publish(self, gateway: Gateway, services: Services) -> None:
        application = gateway.application_id or 0
        payload = await commands.Commands(gateway, services.phrases).payload()
        fingerprint = commands.fingerprint(payload, application)
        if not payload:
            return  # the content cannot be read just now: what is published stays
        if await services.notes.get(COMMANDS_NOTE) == fingerprint:
            return
        try:
            await gateway.http.bulk_upsert_global_commands(application, payload)
        except discord.HTTPException as refused:
            if failures.is_fatal(refused):
                raise
            # Buttons and typed words work without commands: better to serve than to stop.
            log.warning(
                "Discord did not take the list of commands (HTTP %s); the old one stays until the "
                "next connection.",
                refused.status,
            )
            return
        await services.notes.put(COMMANDS_NOTE, fingerprint)

    async def _open_channel(self, account: str) -> str:
        made = await self._rest.call("POST", "/users/@me/channels", {"recipient_id": account})
        return str(made["id"])

    async def _history(self, channel: str, after: str, limit: int) -> list[Raw]:
        query = {"after": after, "limit": str(limit)}
        found: list[Raw] = await self._rest.call(
            "GET", "/channels/{channel_id}/messages", query=query, channel_id=channel
        )
        return found
