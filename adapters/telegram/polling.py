"""Intake by long polling.

Owns the loop that fetches updates and confirms them. A batch is confirmed by the next request, and
that is made only when every update of the batch is committed. Must not know what updates mean.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import structlog
from telegram import Bot

from adapters.telegram.incoming import ALLOWED, Update
from adapters.telegram.line import Line, Patience
from adapters.telegram.wire import READ_SECONDS

BATCH = 100
"""Updates in one answer (Bot API, getUpdates: at most 100)."""

log = structlog.get_logger(__name__)


class PollingBot(Bot):
    """The library's `Bot`, with updates as plain values.

    `Bot.get_updates` reads a batch as a whole: one update that it cannot read would fail every
    update beside it, for ever, and be written to the log with the person's words.
    """

    async def raw_updates(self, offset: int | None, seconds: int) -> list[Update]:
        """Give the updates from `offset` on, waiting up to `seconds` for the first one."""
        wanted: dict[str, Any] = {
            "offset": offset,
            "limit": BATCH,
            "timeout": seconds,
            "allowed_updates": ALLOWED,
        }
        answer = await self._post("getUpdates", wanted, read_timeout=READ_SECONDS + seconds)
        return cast("list[Update]", answer)


async def poll(
    bot: PollingBot,
    line: Line,
    take: Callable[[Update], Awaitable[None]],
    *,
    seconds: int,
    patience: Patience,
) -> None:
    """Fetch, file, confirm, for ever."""
    offset: int | None = None
    pause = patience.first
    while True:
        start = offset
        updates = await line.ask(lambda: bot.raw_updates(start, seconds))  # noqa: B023
        failed = await _file(updates, take)
        ids = [update["update_id"] for update in updates if "update_id" in update]
        if failed:
            log.error("telegram-batch-not-filed", failed=failed, of=len(updates))
            await asyncio.sleep(pause)
            pause = min(patience.longest, pause * 2)
            continue
        pause = patience.first
        if ids:
            offset = max(ids) + 1


async def _file(updates: list[Update], take: Callable[[Update], Awaitable[None]]) -> int:
    """File a batch in order; give how many could not be filed. They stay unconfirmed and come
    again, and the ones that were filed are known by their ids."""
    results = await asyncio.gather(*map(take, updates), return_exceptions=True)
    return sum(isinstance(result, BaseException) for result in results)
