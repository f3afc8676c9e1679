"""The way in: raw events of Discord, filed durably and then acknowledged.

Owns what is done for each event and what is said in passing. The conversation lives in the DM
alone; what is used anywhere else is answered so that only that person sees it, and points there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any

from adapters.discord import components, failures, incoming, outgoing
from adapters.discord.answering import Answering, Live
from adapters.discord.catchup import CatchUp, History
from adapters.discord.house import House
from adapters.discord.incoming import Asked, Astray, Kind, WantsToWrite
from adapters.discord.rooms import Rooms
from bot.errors import AjarError, StoreError
from bot.events import Address, Incoming
from bot.ports import Outcome, Services, Verdict
from bot.replies import Span

log = logging.getLogger(__name__)

DM_LINK = "https://discord.com/channels/@me/{channel}"
"""Where Discord's own clients open a private conversation."""

LINK_TIME = 1.0
"""Seconds to find out which DM a signpost leads to, before it leads to all of them."""

DRAIN_TIME = 0.8
"""Seconds for what has arrived to become durable once the intake has stopped."""


class Intake:
    """What is done with each raw event of one connection."""

    def __init__(
        self,
        services: Services,
        house: House,
        answering: Answering,
        rooms: Rooms,
        history: History,
    ) -> None:
        self._services = services
        self._house = house
        self._answering = answering
        self._rooms = rooms
        self._catch_up = CatchUp(services, history, rooms.find)
        self._handling: set[asyncio.Task[None]] = set()

    def hear(self, name: str, data: Mapping[str, Any]) -> None:
        """Begin to handle one raw event. Events are heard in order and nothing is awaited before
        they are handed to the core, so they are filed in that order."""
        if name == "READY":
            self._catch_up.begin()
            self._begin(self._catch_up.run())
            self._services.ready()
        elif name == "RESUMED":
            self._services.ready()
        elif name == "INTERACTION_CREATE":
            self._begin_interaction(data)
        else:
            read = incoming.message if name == "MESSAGE_CREATE" else incoming.edited
            event = read(data)
            if event is not None:
                self._begin(self._take_message(event))

    async def drain(self) -> None:
        """Let what has arrived become durable."""
        if self._handling:
            _, late = await asyncio.wait(tuple(self._handling), timeout=DRAIN_TIME)
            for task in late:
                task.cancel()

    def _begin_interaction(self, data: Mapping[str, Any]) -> None:
        match incoming.interaction(data):
            case Asked(interaction, event):
                self._begin(self._take_interaction(event, self._answering.open(interaction)))
            case WantsToWrite(interaction, token, limit):
                self._begin(self._ask_for_words(token, limit, self._answering.open(interaction)))
            case Astray(interaction):
                address = Address(incoming.PLATFORM, interaction.account)
                self._begin(self._point(self._answering.open(interaction), address))
            case None:
                log.warning("Discord sent an interaction that makes no sense; it was left aside.")

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._guard(work))
        self._handling.add(task)
        task.add_done_callback(self._handling.discard)

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work; the one place where its failure ends, said by name and never by content."""
        try:
            await work
        except AjarError as failure:
            log.error("A Discord event was not handled: %s", failure)  # noqa: TRY400 - no traceback
        except Exception as failure:  # noqa: BLE001 - one bad event must not end the others
            name = type(failure).__name__
            log.error("A Discord event was not handled (%s).", name)  # noqa: TRY400 - the same

    async def _take_message(self, event: Incoming) -> None:
        self._rooms.learn(event.address)
        await self._catch_up.behind(event.address.account)
        await self._services.receive(event)

    async def _take_interaction(self, event: Incoming, live: Live) -> None:
        self._rooms.learn(event.address)
        if not live.interaction.private:
            self._answering.point(live)
        try:
            outcome = await self._services.receive(event)
        except StoreError:
            words = self._house.word(event.locale, "discord-not-now")
            await self._answering.tell(live, outgoing.private_note((Span(words),)))
            raise
        live.file()
        if not live.interaction.private:
            await self._point(live, event.address)
        else:
            await self._settle(live, outcome)

    async def _settle(self, live: Live, outcome: Outcome) -> None:
        """Answer what was used in our DM; a press that was taken is left to the closing of its
        question, which is on its way."""
        if outcome.notice:
            await self._answering.tell(live, outgoing.private_note((Span(outcome.notice),)))
        elif outcome.verdict is not Verdict.HANDLED or live.interaction.kind is Kind.COMMAND:
            await self._answering.acknowledge(live)

    async def _ask_for_words(self, token: str, limit: int, live: Live) -> None:
        locale = live.interaction.locale
        title = self._house.word(locale, "discord-write-title")
        label = self._house.word(locale, "discord-write")
        await self._answering.modal(live, components.modal(token, limit, title, label))

    async def _point(self, live: Live, address: Address) -> None:
        """Show the way into the DM, to this person alone."""
        channel = ""
        try:
            with failures.translated():
                async with asyncio.timeout(LINK_TIME):
                    channel = await self._rooms.find(address)
        except AjarError as failure:
            log.info("A signpost leads to all DMs: %s", failure)
        locale = live.interaction.locale
        button = (self._house.word(locale, "discord-open"), DM_LINK.format(channel=channel))
        words = (Span(self._house.word(locale, "discord-over-here")),)
        await self._answering.tell(live, outgoing.private_note(words, button))
