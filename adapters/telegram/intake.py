"""One update on its way in: read, filed by the core, and only then answered.

Owns what happens between Telegram's update and its acknowledgement, in both intake modes. Must not
know how updates arrive.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import structlog
from telegram import Bot, LinkPreviewOptions
from telegram.constants import ChatAction
from telegram.error import TelegramError

from adapters.telegram import failures
from adapters.telegram.incoming import Dismiss, Heard, PointToPrivate, Update, read
from bot.events import Sent
from bot.ports import Outcome, Services

POINTER = "group-pointer"
"""The house phrase that shows the way from a group into the private chat; it names {link}."""

TOAST_LIMIT = 200
"""Characters of a toast (Bot API, answerCallbackQuery)."""

SLOW_SECONDS = 1.0
"""Work that takes longer shows that we are writing."""

ALBUMS_REMEMBERED = 64
"""Albums of which only the first picture is answered; they arrive within seconds."""

log = structlog.get_logger(__name__)


class Intake:
    """Takes updates in for one bot."""

    def __init__(self, bot: Bot, username: str, services: Services) -> None:
        self._bot = bot
        self._username = username
        self._services = services
        self._albums: OrderedDict[str, str] = OrderedDict()
        self._asides: set[asyncio.Task[None]] = set()

    async def take(self, update: Update) -> None:
        """File one update; return once it may be acknowledged. Raises what `receive` raises."""
        try:
            meant = read(update, self._username, self._commands(), datetime.now(UTC))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            log.warning("telegram-update-unreadable", error=type(error).__name__)
            return
        match meant:
            case Heard():
                if not self._repeats_album(meant):
                    await self._file(meant)
            case Dismiss(query):
                self._aside(self._answer(query, ""))
            case PointToPrivate():
                self._aside(self._point(meant))

    async def settle(self) -> None:
        """Wait until everything said in passing is said."""
        while self._asides:
            await asyncio.gather(*self._asides, return_exceptions=True)

    async def _file(self, heard: Heard) -> None:
        chat = int(heard.incoming.address.chat)
        slow = asyncio.get_running_loop().call_later(
            SLOW_SECONDS, lambda: self._aside(self._show_writing(chat))
        )
        try:
            outcome: Outcome = await self._services.receive(heard.incoming)
        finally:
            slow.cancel()
        if heard.query:
            self._aside(self._answer(heard.query, outcome.notice))

    def _commands(self) -> frozenset[str]:
        """Give the names of our commands as they are now: content may be exchanged meanwhile."""
        return frozenset(name for name, _ in self._services.phrases.commands.get("en", ()))

    def _repeats_album(self, heard: Heard) -> bool:
        """Whether this is one more wordless picture of an album that has been heard already. The
        first one, when it comes again because it could not be filed, is no repetition."""
        if not heard.album:
            return False
        first = self._albums.setdefault(heard.album, heard.incoming.event_id)
        if len(self._albums) > ALBUMS_REMEMBERED:
            self._albums.popitem(last=False)
        wordless = isinstance(heard.incoming.event, Sent) and not heard.incoming.event.caption
        return wordless and first != heard.incoming.event_id

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Say something in passing, without holding up the updates that follow."""
        task = asyncio.get_running_loop().create_task(work)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def _answer(self, query: str, notice: str) -> None:
        await self._quietly(
            "telegram-press-unanswered",
            lambda: self._bot.answer_callback_query(query, text=notice[:TOAST_LIMIT] or None),
        )

    async def _point(self, meant: PointToPrivate) -> None:
        link = f"https://t.me/{self._username}"
        phrases = self._services.phrases
        words = "{link}"  # a content folder may go without the phrase
        if POINTER in phrases.words["en"]:
            words = phrases.word(meant.language, POINTER)
        await self._quietly(
            "telegram-group-unanswered",
            lambda: self._bot.send_message(
                meant.chat,
                words.replace("{link}", link),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
        )

    async def _show_writing(self, chat: int) -> None:
        await self._quietly(
            "telegram-writing-not-shown",
            lambda: self._bot.send_chat_action(chat, ChatAction.TYPING),
        )

    async def _quietly(self, name: str, call: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Try once. Nothing here is worth a second try, and a late press cannot be answered."""
        try:
            await call()
        except TelegramError as error:
            log.debug(name, meaning=failures.meaning(error))
