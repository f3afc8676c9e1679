"""How the fake Bot API server pushes updates to a webhook.

One update at a time in each queue (a chat's messages, a person's presses), each until it is taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp


class Pushing:
    """Pushes what is in `pending` to the address `to`, which stands for the public one."""

    def __init__(
        self,
        pending: dict[int, dict[str, Any]],
        webhook: Callable[[], dict[str, Any]],
        taken: Callable[[int], Awaitable[None]],
    ) -> None:
        self.to = ""
        self.pause = 0.01
        self.statuses: list[int] = []
        self._pending = pending
        self._webhook = webhook
        self._taken = taken
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None

    def push(self) -> None:
        """Push what waits, if a webhook is set."""
        if not self._webhook().get("url"):
            return
        for update in list(self._pending.values()):
            queue = queue_of(update)
            task = self._tasks.get(queue)
            if task is None or task.done():
                self._tasks[queue] = asyncio.ensure_future(self._push(queue))

    async def stop(self) -> None:
        """Stop; what waits goes on waiting."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()
        if self._session:
            await self._session.close()
            self._session = None

    async def _push(self, queue: str) -> None:
        while waiting := [u for u in self._pending.values() if queue_of(u) == queue]:
            if not self._webhook().get("url"):
                return
            if await self._is_taken(waiting[0]):
                await self._taken(waiting[0]["update_id"])
            else:
                await asyncio.sleep(self.pause)

    async def _is_taken(self, update: dict[str, Any]) -> bool:
        self._session = self._session or aiohttp.ClientSession()
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._webhook().get("secret_token", "")}
        try:
            async with self._session.post(self.to, json=update, headers=headers) as response:
                self.statuses.append(response.status)
                return response.status < 300
        except (aiohttp.ClientError, OSError):
            return False


def queue_of(update: dict[str, Any]) -> str:
    """Name the queue an update waits in."""
    for kind, content in update.items():
        if kind == "callback_query":
            return f"presses of {content['from']['id']}"
        if isinstance(content, dict):
            return f"messages of {content['chat']['id']}"
    return ""
