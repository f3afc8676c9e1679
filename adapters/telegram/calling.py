"""Carrying a call out with the library.

Owns the step from our plain `Call` to python-telegram-bot's `Bot`. Must not know replies, or what
to do about a failure beyond the two that Telegram has a second way for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    MessageEntity,
)
from telegram.constants import MessageEntityDateTimeFormats
from telegram.error import TelegramError

from adapters.telegram import failures
from adapters.telegram.failures import Meaning
from adapters.telegram.incoming import reference
from adapters.telegram.layout import Rows
from adapters.telegram.outgoing import Act, Call
from adapters.telegram.wording import Words

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
TIME_FORMAT = MessageEntityDateTimeFormats.LOCALIZED_WEEKDAY_LONG_DATE_SHORT_TIME

log = structlog.get_logger(__name__)


class Caller:
    """Makes calls for one bot. `pictures` is the folder that `Picture.path` is relative to."""

    def __init__(self, bot: Bot, pictures: Path) -> None:
        self._bot = bot
        self._pictures = pictures

    async def make(self, chat: int, call: Call) -> str:
        """Make one call; give the reference of the message it made or changed."""
        try:
            message = await self._ask(chat, call)
        except TelegramError as problem:
            match failures.meaning(problem):
                case Meaning.UNCHANGED:
                    return reference(call.message, media=call.media)
                case Meaning.MARKUP if call.words.marks:
                    message = await self._ask(chat, call.without_marks())
                case _:
                    raise
        if not isinstance(message, Message):
            return reference(call.message, media=call.media)
        media = bool(message.photo or message.document)
        return reference(message.message_id, media=media)

    async def delete(self, chat: int, messages: Sequence[int]) -> None:
        """Delete messages of ours. Telegram skips those that are gone, and refuses all of a request
        for one that is too old: then the halves are tried, and only that one stays."""
        try:
            await self._bot.delete_messages(chat, messages)
        except TelegramError as problem:
            if failures.meaning(problem) is not Meaning.UNDELETABLE:
                raise
            if len(messages) > 1:
                half = len(messages) // 2
                await self.delete(chat, messages[:half])
                await self.delete(chat, messages[half:])

    async def _ask(self, chat: int, call: Call) -> Message | bool:
        words, keyboard, entities = call.words.text, _keyboard(call.rows), _entities(call.words)
        match call.act:
            case Act.EDIT:
                return await self._bot.edit_message_text(
                    words,
                    chat,
                    call.message,
                    entities=entities,
                    reply_markup=keyboard,
                    link_preview_options=NO_PREVIEW,
                )
            case Act.CAPTION:
                return await self._bot.edit_message_caption(
                    chat,
                    call.message,
                    caption=words,
                    caption_entities=entities,
                    reply_markup=keyboard,
                )
            case Act.CLEAR:
                return await self._bot.edit_message_reply_markup(chat, call.message)
            case Act.FILE if call.file:
                return await self._bot.send_document(
                    chat,
                    InputFile(call.file.body.encode(), filename=call.file.name),
                    caption=words,
                    caption_entities=entities,
                    reply_markup=keyboard,
                    disable_content_type_detection=True,
                )
            case Act.PICTURE if picture := await self._picture(call):
                return await self._bot.send_photo(
                    chat,
                    picture,
                    caption=words,
                    caption_entities=entities,
                    reply_markup=keyboard,
                )
        return await self._bot.send_message(
            chat,
            words,
            entities=entities,
            reply_markup=keyboard,
            link_preview_options=NO_PREVIEW,
        )

    async def _picture(self, call: Call) -> InputFile | None:
        """Read the picture; without it, its words go out alone."""
        if call.picture is None:
            return None
        path = self._pictures / call.picture.path
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            log.warning(
                "telegram-picture-missing",
                picture=call.picture.path,
                error=type(error).__name__,
                says="A picture cannot be read from the content folder; its words were sent.",
            )
            return None
        return InputFile(content, filename=path.name)


def _keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.token) for b in row] for row in rows]
    )


def _entities(words: Words) -> list[MessageEntity]:
    return [
        MessageEntity(
            mark.kind,
            mark.offset,
            mark.length,
            unix_time=datetime.fromtimestamp(mark.at, UTC) if mark.at else None,
            date_time_format=TIME_FORMAT if mark.at else None,
        )
        for mark in words.marks
    ]
