"""`ajar chat`: talk in this terminal, or through a pipe, with the same content and database."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.commands import opening, platforms
from bot.settings import Settings

SOMEBODY = "me"
"""Who talks where no name is given."""


def chat(settings: Settings, name: str) -> None:
    """Talk until the input ends or a signal comes. Raises an `AjarError` where it cannot."""
    asyncio.run(_chat(settings, name))


async def _chat(settings: Settings, name: str) -> None:
    from bot.runtime.wiring import Service

    shelf = opening.shelf(settings)
    store = await opening.open_store(settings)
    terminal = platforms.terminal(name)
    service = Service(
        store,
        shelf,
        [terminal],
        reminders=settings.reminders == "on",
        retention=timedelta(days=settings.retention_days),
    )
    await service.converse(terminal)
