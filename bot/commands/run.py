"""`ajar run`: serve every platform whose token is set; with none, talk in this terminal."""

from __future__ import annotations

from datetime import timedelta

from bot.commands import chat, opening, platforms
from bot.settings import Settings


def run(settings: Settings) -> None:
    """Run until a signal comes. Raises an `AjarError` where it cannot."""
    if not platforms.configured(settings):
        opening.tell("No token is set, so Ajar talks here, in this terminal.")
        chat.chat(opening.settings(quiet=True), chat.SOMEBODY)
        return
    if not settings.operator_contact.strip():
        opening.tell(opening.NO_CONTACT)
    import asyncio

    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    from bot.runtime.collecting import set_aside
    from bot.runtime.wiring import Service

    shelf = opening.shelf(settings)
    store = await opening.open_store(settings)
    service = Service(
        store,
        shelf,
        platforms.adapters(settings),
        reminders=settings.reminders == "on",
        retention=timedelta(days=settings.retention_days),
    )
    set_aside()
    await service.serve()
