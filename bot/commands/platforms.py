"""Which platforms are configured, and their adapters.

The only place that names an adapter. A platform's library is imported only where its token is set.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.ports import Adapter
from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.telegram.webhook import Webhook


def adapters(settings: Settings) -> list[Adapter]:
    """Give an adapter for every platform whose token is set. Call it in the running loop."""
    made: list[Adapter] = []
    if settings.telegram_token:
        from adapters.telegram.adapter import TelegramAdapter

        made.append(
            TelegramAdapter(
                settings.telegram_token.get_secret_value(),
                api_url=settings.telegram_api_url,
                webhook=_webhook(settings),
                pictures=settings.content_dir,
            )
        )
    if settings.discord_token:
        from adapters.discord.adapter import DiscordAdapter
        from adapters.discord.client import API_URL

        made.append(
            DiscordAdapter(
                settings.discord_token.get_secret_value(),
                api_url=settings.discord_api_url or API_URL,
                gateway_url=settings.discord_gateway_url,
                pictures=settings.content_dir,
            )
        )
    return made


def configured(settings: Settings) -> bool:
    """Whether any platform's token is set."""
    return bool(settings.telegram_token or settings.discord_token)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found out about one platform: what is wrong, and what else is worth knowing."""

    platform: str
    wrong: list[str]
    known: list[str]


async def diagnose(settings: Settings) -> AsyncIterator[Diagnosis]:
    """Find out, for each configured platform, what stands between it and this machine."""
    if settings.telegram_token:
        from adapters.telegram import doctor as telegram

        wrong = await telegram.diagnose(
            settings.telegram_token.get_secret_value(),
            settings.telegram_api_url,
            webhook=_webhook(settings),
        )
        yield Diagnosis("Telegram", wrong, [] if wrong else ["Telegram accepts the token."])
    if settings.discord_token:
        from adapters.discord import doctor as discord

        lines = await discord.diagnose(
            settings.discord_token.get_secret_value(),
            settings.discord_api_url,
            settings.discord_gateway_url,
        )
        mark = discord.PROBLEM
        wrong = [line.removeprefix(mark) for line in lines if line.startswith(mark)]
        yield Diagnosis("Discord", wrong, [line for line in lines if not line.startswith(mark)])


def terminal(name: str) -> Adapter:
    """Give the adapter for this terminal, or for the pipe it is fed by."""
    import os
    import sys

    from adapters.terminal import TerminalAdapter

    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    if sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        from adapters.terminal_screen import TerminalScreen

        return TerminalAdapter(name, locale, TerminalScreen())
    return TerminalAdapter(name, locale)


def _webhook(settings: Settings) -> Webhook | None:
    from adapters.telegram.webhook import Webhook

    if not settings.telegram_webhook_url or not settings.telegram_webhook_secret:
        return None
    secret = settings.telegram_webhook_secret.get_secret_value()
    return Webhook(settings.telegram_webhook_url, secret, settings.http_port)
