"""Intake by webhook.

Owns the small HTTP server that Telegram pushes updates to, and the settings it needs. An update is
answered with 200 only once it is committed. Must not know what updates mean.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from telegram import Bot

from adapters.telegram.incoming import ALLOWED, Update
from adapters.telegram.line import Line
from bot.errors import AdapterStopped

BODY_LIMIT = 1024 * 1024
"""Bytes of one update. Telegram's own are a few kilobytes."""

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
CLOSING_SECONDS = 0.5
"""What pushes under way may still take when we stop; Telegram repeats the rest."""

RETRY_AFTER_SECONDS = 5
CONNECTIONS = 40
"""Updates that Telegram may push at once (its own default)."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram is to push updates: the public `url`, the `secret` it must show, and the
    `port` that a reverse proxy passes the URL's path on to. `check_seconds`: how often we look
    whether the webhook is still ours."""

    url: str
    secret: str = field(repr=False)
    port: int
    host: str | None = None  # all interfaces
    check_seconds: float = 300.0

    def check(self) -> None:
        """Raise `AdapterStopped` with one sentence if Telegram would not accept these."""
        parts = urlsplit(self.url)
        if parts.scheme != "https" or not parts.hostname:
            raise AdapterStopped(
                "TELEGRAM_WEBHOOK_URL has to be a whole address that begins with https://: "
                "Telegram pushes updates to no other."
            )
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", self.secret):
            raise AdapterStopped(
                "TELEGRAM_WEBHOOK_SECRET has to be 1 to 256 letters, digits, - or _ "
                "(better 32 or more, drawn at random)."
            )

    @property
    def path(self) -> str:
        """The path that the port serves."""
        return urlsplit(self.url).path or "/"


@asynccontextmanager
async def serving(
    webhook: Webhook, take: Callable[[Update], Awaitable[None]]
) -> AsyncIterator[None]:
    """Serve the webhook's path while the context lasts. Raises `AdapterStopped` if the port is
    taken."""
    expected = webhook.secret.encode()

    async def push(request: web.Request) -> web.Response:
        shown = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(shown, expected):
            return web.Response(status=403)
        update = _parsed(await request.read())
        if update is None:
            return web.Response(status=400)
        await take(update)
        return web.Response()

    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[_answer_failures])
    app.router.add_post(webhook.path, push)
    runner = web.AppRunner(
        app, access_log=None, handle_signals=False, shutdown_timeout=CLOSING_SECONDS
    )
    await runner.setup()
    try:
        await _open_port(runner, webhook)
        yield
    finally:
        await runner.cleanup()


async def _open_port(runner: web.AppRunner, webhook: Webhook) -> None:
    try:
        await web.TCPSite(runner, webhook.host, webhook.port).start()
    except OSError:
        raise AdapterStopped(
            f"Port {webhook.port} cannot be opened for the webhook: another program uses it, or "
            "this user may not; set HTTP_PORT to a free port."
        ) from None


async def listen(bot: Bot, line: Line, webhook: Webhook, ready: Callable[[], None]) -> None:
    """Tell Telegram to push updates to us, and keep it so, until cancelled."""
    await _set(bot, line, webhook)
    ready()
    while True:
        await asyncio.sleep(webhook.check_seconds)
        info = await line.ask(bot.get_webhook_info)
        if info.url != webhook.url:
            log.warning(
                "telegram-webhook-moved",
                says="Somebody took the webhook away: another Ajar runs with the same "
                "TELEGRAM_TOKEN. This one takes it back; stop the other one.",
            )
            await _set(bot, line, webhook)


async def _set(bot: Bot, line: Line, webhook: Webhook) -> None:
    await line.ask(
        lambda: bot.set_webhook(
            webhook.url,
            max_connections=CONNECTIONS,
            allowed_updates=ALLOWED,
            secret_token=webhook.secret,
        )
    )


def _parsed(body: bytes) -> Update | None:
    try:
        update = json.loads(body)
    except ValueError:
        return None
    return update if isinstance(update, dict) else None


@web.middleware
async def _answer_failures(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer what went wrong without a word of it, in a way that Telegram tries again later."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - the one place of this server that catches
        log.warning("telegram-update-not-filed", error=type(error).__name__)
        return web.Response(status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
