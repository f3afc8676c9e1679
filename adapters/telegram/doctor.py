"""What is wrong between this machine and Telegram, in sentences.

Owns the checks behind `ajar doctor`. Changes nothing on Telegram's side.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from telegram import WebhookInfo
from telegram.error import TelegramError

from adapters.telegram import failures
from adapters.telegram.adapter import API_URL, check, clock_warning, make_bot
from adapters.telegram.failures import Meaning
from adapters.telegram.line import NO_BOT_API, sentence
from adapters.telegram.webhook import Webhook
from adapters.telegram.wire import Wire
from bot.errors import AdapterStopped

BACKLOG = 100
"""Updates waiting at Telegram from which it is worth a word."""


async def diagnose(
    token: str, api_url: str = API_URL, *, webhook: Webhook | None = None
) -> list[str]:
    """Give one sentence for each thing that is wrong; none means that all is well."""
    try:
        check(token, api_url)
        if webhook:
            webhook.check()
    except AdapterStopped as problem:
        return [str(problem)]
    wire = Wire(1)
    bot = make_bot(token, api_url, wire, wire)
    try:
        await bot.get_me()
        info = await bot.get_webhook_info()
    except TelegramError as problem:
        return [_why(problem)]
    finally:
        await wire.shutdown()
    found = [clock_warning(wire.clock.ahead), _elsewhere(info, webhook), _failing(info)]
    return [line for line in found if line]


def _why(problem: TelegramError) -> str:
    match failures.meaning(problem):
        case Meaning.UNAUTHORISED:
            return failures.REFUSED
        case Meaning.THROTTLED:
            return f"Telegram asks to wait {failures.pause(problem):g} seconds; try again then."
        case Meaning.TRANSIENT | Meaning.UNKNOWN:
            return sentence(problem).replace("; Ajar keeps trying", "")
        case _:
            return NO_BOT_API.replace("; Ajar keeps trying", "")


def _elsewhere(info: WebhookInfo, webhook: Webhook | None) -> str:
    if not info.url or (webhook and info.url == webhook.url):
        return ""
    host = urlsplit(info.url).hostname or "another place"
    return (
        f"A webhook at {host} takes this bot's updates now; `ajar run` will take them over, so "
        "stop whatever runs there."
    )


def _failing(info: WebhookInfo) -> str:
    if not info.url or info.pending_update_count < BACKLOG:
        return ""
    return (
        f"{info.pending_update_count} updates wait at Telegram because the webhook does not take "
        "them: check that its address leads through your proxy to HTTP_PORT."
    )
