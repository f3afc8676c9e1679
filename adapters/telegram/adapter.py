"""Ajar on Telegram: the adapter itself.

Owns connecting, the choice of intake, and sending. What updates mean is in `incoming`, what replies
become in `outgoing`, what failures mean in `failures`. Must not know conversations.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from telegram.error import TelegramError

from adapters.telegram import failures
from adapters.telegram.calling import Caller
from adapters.telegram.failures import Meaning
from adapters.telegram.incoming import PLATFORM, referred
from adapters.telegram.intake import Intake
from adapters.telegram.line import Line, Patience
from adapters.telegram.outgoing import calls
from adapters.telegram.polling import PollingBot, poll
from adapters.telegram.presence import present
from adapters.telegram.webhook import Webhook, listen, serving
from adapters.telegram.wire import Wire
from bot.errors import AdapterStopped
from bot.ports import Delivery, Pace, Receipt, Services

API_URL = "https://api.telegram.org"

PACE = Pace(per_second=25, chat_interval=1.0, chat_burst=3, at_once=64)
"""Telegram bears about 30 messages a second from a bot, and about one a second in a chat with short
bursts (its FAQ for bots); a little less leaves room for edits and answered buttons."""

SPARE_CONNECTIONS = 36
"""Beside the sends: answered buttons and commands in groups."""

POLL_SECONDS = 30
"""How long one request waits for updates. Telegram allows 50; many routers cut a silent connection
sooner."""

CLOCK_TOLERANCE = timedelta(seconds=60)

CLOSING_SECONDS = 0.5
"""What may still be said in passing once the adapter is closed."""

HALF_SENT_LIMIT = 1000
"""Half-sent replies remembered, so that a retry goes on with the part that failed."""

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{3,}")

log = structlog.get_logger(__name__)


class TelegramAdapter:
    """Telegram, for one bot. `pictures` is the folder that `Picture.path` is relative to."""

    def __init__(
        self,
        token: str,
        *,
        api_url: str = API_URL,
        webhook: Webhook | None = None,
        pace: Pace | None = None,
        pictures: Path | None = None,
        poll_seconds: int = POLL_SECONDS,
        patience: Patience | None = None,
    ) -> None:
        self._token = token
        self._api_url = api_url
        self._webhook = webhook
        self._pace = pace or PACE
        self._poll_seconds = poll_seconds
        self._patience = patience or Patience()
        self._wire = Wire(self._pace.at_once + SPARE_CONNECTIONS)
        self._polls = Wire(1)
        self._bot = make_bot(token, api_url, self._wire, self._polls)
        self._caller = Caller(self._bot, pictures or Path())
        self._intake: Intake | None = None
        self._half_sent: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    @property
    def platform(self) -> str:
        """The platform's name, as in `Address.platform`."""
        return PLATFORM

    @property
    def pace(self) -> Pace:
        """How fast Telegram lets us send."""
        return self._pace

    async def run(self, services: Services) -> None:
        """Connect and pass updates in until cancelled (see `ports.Adapter`)."""
        check(self._token, self._api_url)
        if self._webhook:
            self._webhook.check()
        line = Line(self._patience, services.ready)
        me = await line.ask(self._bot.get_me)
        self._warn_of_a_wrong_clock()
        intake = self._intake = Intake(self._bot, me.username or "", services)
        async with contextlib.AsyncExitStack() as stack:
            if self._webhook:
                await stack.enter_async_context(serving(self._webhook, intake.take))
            presenting = asyncio.create_task(
                present(self._bot, services.notes, services.phrases), name="telegram-presence"
            )
            stack.push_async_callback(_end, presenting)
            if self._webhook:
                await listen(self._bot, line, self._webhook, services.ready)
            else:
                await line.ask(self._bot.delete_webhook)
                services.ready()
                await poll(
                    self._bot,
                    line,
                    intake.take,
                    seconds=self._poll_seconds,
                    patience=self._patience,
                )

    async def send(self, delivery: Delivery) -> Receipt:
        """Deliver one reply (see `ports.Adapter`).

        A reply that needs several messages goes on, when it is tried again, with the message that
        failed.
        """
        chat = int(delivery.address.chat or delivery.address.account)
        if delivery.reply.deletes:
            return await self._delete(chat, delivery.reply.deletes)
        sent = self._half_sent.get(delivery.key, ())
        for call in calls(delivery.reply, delivery.edits)[len(sent) :]:
            try:
                message = await self._caller.make(chat, call)
            except TelegramError as problem:
                if call.edits and failures.meaning(problem) is Meaning.UNEDITABLE:
                    # The message is gone: a closing is left out, a redrawing is sent as new.
                    return await self.send(replace(delivery, edits=None))
                raise failures.failure(problem) from None
            sent = (*sent, message)
            self._remember(delivery.key, sent)
        self._half_sent.pop(delivery.key, None)
        return Receipt(sent[-1], also=sent[:-1]) if sent else Receipt()

    async def close(self) -> None:
        """Say what is still to be said in passing, and let go of connections."""
        if self._intake:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await self._intake.settle()
        await self._polls.shutdown()
        await self._wire.shutdown()

    async def _delete(self, chat: int, references: Sequence[str]) -> Receipt:
        try:
            await self._caller.delete(chat, [referred(one)[0] for one in references])
        except TelegramError as problem:
            raise failures.failure(problem) from None
        return Receipt()

    def _remember(self, key: str, sent: tuple[str, ...]) -> None:
        self._half_sent[key] = sent
        if len(self._half_sent) > HALF_SENT_LIMIT:
            self._half_sent.popitem(last=False)

    def _warn_of_a_wrong_clock(self) -> None:
        if warning := clock_warning(self._wire.clock.ahead):
            log.warning("telegram-clock", says=warning)


def make_bot(token: str, api_url: str, wire: Wire, polls: Wire) -> PollingBot:
    """Make the library's bot, silent: it and HTTP clients log addresses with the token in them, and
    what people write. An empty token makes a bot too; `check` refuses it with a sentence."""
    for name in ("telegram", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return PollingBot(
        token or "empty",
        base_url=f"{api_url.rstrip('/')}/bot",
        base_file_url=f"{api_url.rstrip('/')}/file/bot",
        request=wire,
        get_updates_request=polls,
    )


def check(token: str, api_url: str) -> None:
    """Raise `AdapterStopped` with one sentence for a token or address that cannot be right."""
    if not token:
        raise AdapterStopped("TELEGRAM_TOKEN is empty: paste the token that BotFather gave you.")
    if not _TOKEN.fullmatch(token):
        raise AdapterStopped(
            "TELEGRAM_TOKEN does not look like a token: it is digits, a colon, then letters and "
            "digits; copy it whole from BotFather, without quotes or spaces."
        )
    parts = urlsplit(api_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AdapterStopped(
            "TELEGRAM_API_URL has to be a whole address that begins with https:// or http://."
        )


def clock_warning(ahead: timedelta) -> str:
    """Give one sentence if this machine's clock is off, else nothing."""
    if abs(ahead) <= CLOCK_TOLERANCE:
        return ""
    seconds = int(abs(ahead).total_seconds())
    side = "ahead of" if ahead > timedelta() else "behind"
    return (
        f"This machine's clock is {seconds} seconds {side} Telegram's, so reminders would "
        "come at the wrong time: switch on time synchronisation."
    )


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
