"""The way out: one reply as Discord messages, edits and answers to interactions.

Owns which of Discord's calls carries a reply. Raises what the library raises; the adapter gives it
our names.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import discord

from adapters.discord import failures, outgoing
from adapters.discord.answering import Answering
from adapters.discord.failures import Code
from adapters.discord.house import House
from adapters.discord.outgoing import Page, Words
from adapters.discord.rest import Rest
from adapters.discord.rooms import Rooms
from bot.events import Address
from bot.ports import Delivery, Receipt
from bot.replies import Reply, Span, Text, Urgency

log = logging.getLogger(__name__)

REOPENED = {Code.UNKNOWN_CHANNEL, Code.MISSING_ACCESS}
"""The channel we know is refused: Discord is asked for the person's channel once more."""


class Sending:
    """How replies reach a person. `pictures` is the folder that `Picture.path` is relative to."""

    def __init__(self, rest: Rest, answering: Answering, rooms: Rooms, pictures: Path) -> None:
        self._rest = rest
        self._answering = answering
        self._rooms = rooms
        self._pictures = pictures

    async def send(self, delivery: Delivery, house: House) -> Receipt:
        """Deliver one reply: in place of an earlier message or as new messages."""
        reply = delivery.reply
        if reply.deletes:
            return await self._delete(delivery)
        words = Words(
            house.word(reply.language, "discord-write"),
            house.word(reply.language, "discord-choose"),
        )
        receipt = None
        if reply.edits is not None:
            receipt = await self._edit(delivery, words)
        return receipt or await self._post(delivery, words)

    async def say_closed(self, delivery: Delivery, house: House) -> None:
        """Tell somebody who used a command elsewhere that their DM is closed, there and for them
        alone; crisis help is shown right away instead of waiting behind a closed door."""
        reply = delivery.reply
        text: Text = (Span(house.word(reply.language, "discord-closed")),)
        if reply.urgency is Urgency.CRISIS:
            text = (*reply.text, Span("\n\n"), *text)
        note = outgoing.private_note(text)
        await self._answering.correct_pointer(delivery.address.account, note)

    async def _edit(self, delivery: Delivery, words: Words) -> Receipt | None:
        """Change the earlier message. None where a new one has to be sent instead."""
        reply, message = delivery.reply, delivery.edits
        if message is None:
            return Receipt() if reply.closes else None
        payload = outgoing.redraw(reply, words)
        receipt = Receipt() if reply.closes else Receipt(message)
        if await self._answering.update(message, payload):
            return receipt
        try:
            await self._rest.call(
                "PATCH",
                "/channels/{channel_id}/messages/{message_id}",
                payload,
                channel_id=await self._rooms.find(delivery.address),
                message_id=message,
            )
        except discord.HTTPException as refused:
            if refused.code in failures.LOST_MESSAGE:
                return Receipt() if reply.closes else None
            raise
        return receipt

    async def _post(self, delivery: Delivery, words: Words) -> Receipt:
        reply, address = delivery.reply, delivery.address
        self._answering.release(address.account)
        pages = outgoing.draw(reply, words, await self._picture(reply))
        names = outgoing.nonces(delivery.key, len(pages))
        sent: list[str] = []
        channel = await self._rooms.find(address)
        for page, nonce in zip(pages, names, strict=True):
            channel, message = await self._post_page(address, channel, page, nonce)
            sent.append(message)
        return Receipt(sent[-1], channel if channel != address.chat else "", tuple(sent[:-1]))

    async def _delete(self, delivery: Delivery) -> Receipt:
        """Delete messages of ours; one that is gone already is as good as deleted."""
        channel = await self._rooms.find(delivery.address)
        for message in delivery.reply.deletes:
            try:
                await self._rest.call(
                    "DELETE",
                    "/channels/{channel_id}/messages/{message_id}",
                    channel_id=channel,
                    message_id=message,
                )
            except discord.HTTPException as refused:
                if refused.code != Code.UNKNOWN_MESSAGE:
                    raise
        return Receipt()

    async def _post_page(
        self, address: Address, channel: str, page: Page, nonce: str
    ) -> tuple[str, str]:
        try:
            return channel, await self._create(channel, page, nonce)
        except discord.HTTPException as refused:
            if refused.code not in REOPENED:
                raise
        channel = await self._rooms.find_again(address)
        return channel, await self._create(channel, page, nonce)

    async def _create(self, channel: str, page: Page, nonce: str) -> str:
        made = await self._rest.call(
            "POST",
            "/channels/{channel_id}/messages",
            {**page.payload, "nonce": nonce, "enforce_nonce": True},
            uploads=page.uploads,
            channel_id=channel,
        )
        return str(made["id"])

    async def _picture(self, reply: Reply) -> bytes | None:
        """Read a reply's image. Its words carry the meaning, so a missing file is no failure."""
        if reply.picture is None:
            return None
        try:
            return await asyncio.to_thread((self._pictures / reply.picture.path).read_bytes)
        except OSError as missing:
            log.warning("A picture of the content could not be read (%s).", type(missing).__name__)
            return None
