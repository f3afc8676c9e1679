"""A Bot API server of our own, on loopback.

Long polling with offset and redelivery, 409 for a second poller, webhook pushes with secret and
retry, messages, edits, files and pressed buttons, Telegram's own words for its refusals, and faults
on demand. Every call is recorded and checked (`described`); closing the server fails if a call
broke the rules.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from .chats import BOT, Chats, Refusal
from .described import faults_of, fits_type
from .faults import Fault, answer
from .pushing import Pushing
from .recorded import Call, read

TOKEN = "5550001:fake-token-of-the-tests-AAAA"
SECOND_POLLER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is "
    "running"
)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete "
    "the webhook first"
)
NOTHING_TO_DO = (
    "sendChatAction",
    "deleteMyCommands",
    "setMyDescription",
    "setMyShortDescription",
    "setChatMenuButton",
)


class FakeBotApi:
    """The server. `fault` is asked about each call and may give a fault for it."""

    def __init__(self, *, token: str = TOKEN, checked: bool = True) -> None:
        self.token = token
        self.checked = checked
        self.calls: list[Call] = []
        self.broken_rules: list[str] = []
        self.chats = Chats()
        self.fault: Callable[[Call], Fault | None] = lambda _call: None
        self.webhook: dict[str, Any] = {}
        self.pending: dict[int, dict[str, Any]] = {}
        self.pushing = Pushing(self.pending, lambda: self.webhook, self._confirm)
        self.confirmed: list[int] = []
        self.clock_ahead = 0.0
        self._update_ids = itertools.count(700_001)
        self._presses: set[str] = set()
        self._poller: asyncio.Future[None] | None = None
        self._changed = asyncio.Condition()
        self._changes = 0
        self._runner: web.AppRunner | None = None
        self.port = 0

    # Life

    async def start(self, port: int = 0) -> None:
        """Serve on a free port, or on this one."""
        app = web.Application(client_max_size=60 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port or self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Go away; what was sent and what waits is kept, and `start` brings it back."""
        await self.pushing.stop()
        if self._poller and not self._poller.done():
            self._poller.cancel()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        """Serve."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        """Stop, and fail if a call broke the rules."""
        await self.stop()
        if kind is None:
            assert [] == self.broken_rules

    @property
    def url(self) -> str:
        """What goes into TELEGRAM_API_URL."""
        return f"http://127.0.0.1:{self.port}"

    # What tests look at

    def of(self, method: str, chat: int | None = None) -> list[Call]:
        """Give the recorded calls of a method, of one chat if named."""
        return [c for c in self.calls if c.method == method and chat in (None, c.chat)]

    def messages(self, chat: int) -> list[dict[str, Any]]:
        """Give the messages of a chat as they stand now, oldest first."""
        return list(self.chats.messages[chat].values())

    async def until(self, true: Callable[[], bool], seconds: float = 8) -> None:
        """Wait until something is so; it is looked at after every change on this server."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(true)

    async def change(self, seen: int) -> int:
        """Wait until more than `seen` changes have happened on this server; give how many have."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._changes > seen)
        return self._changes

    async def look_again(self) -> None:
        """Let everyone in `until` look again, without a change here."""
        async with self._changed:
            self._changed.notify_all()

    async def never(self, true: Callable[[], bool], seconds: float = 0.1) -> bool:
        """Watch for a moment; True if it was never so."""
        try:
            await self.until(true, seconds)
        except TimeoutError:
            return True
        return False

    # Updates

    async def update(self, **content: Any) -> int:
        """Queue an update; give its id."""
        number = next(self._update_ids)
        update = {"update_id": number, **content}
        if self.checked and not fits_type(update, "Update"):
            self.broken_rules.append(f"the fake made an update that is none: {list(content)}")
        self.pending[number] = update
        await self._notify()
        self.pushing.push()
        return number

    def press_id(self) -> str:
        """Make the id of a button press that can be answered once."""
        number = f"press-{next(self._update_ids)}"
        self._presses.add(number)
        return number

    async def _confirm(self, number: int) -> None:
        self.confirmed.append(number)
        self.pending.pop(number, None)
        await self._notify()

    async def _notify(self) -> None:
        self._changes += 1
        await self.look_again()

    # Serving

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return self._no(401, "Unauthorized")
        params, files = await read(request)
        method = request.match_info["method"]
        call = Call(method, params, time.monotonic(), files)
        self.calls.append(call)
        if self.checked:
            self.broken_rules += faults_of(method, params, set(files))
        fault = self.fault(call)
        result: dict[str, object] = {"ok": True, "result": True}
        if fault is None or fault.done:
            try:
                result["result"] = await self._do(call)
            except Refusal as refusal:
                await self._notify()
                return self._no(refusal.status, refusal.description)
        await self._notify()
        if fault is not None:
            return await answer(request, fault, result)
        return web.json_response(result, headers=self._headers())

    async def _do(self, call: Call) -> object:
        if call.method in NOTHING_TO_DO:
            return True
        handler = getattr(self, re.sub("([A-Z])", r"_\1", f"_{call.method}").lower(), None)
        if handler is None:
            raise Refusal(404, "Not Found")
        done = handler(call)
        result = await done if asyncio.iscoroutine(done) else done
        if self.checked and "message_id" in call.params and not fits_type(result, "Message"):
            self.broken_rules.append("the fake made a message that is none")
        return result

    def _no(self, status: int, description: str) -> web.Response:
        body = {"ok": False, "error_code": status, "description": description}
        return web.json_response(body, status=status, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        if not self.clock_ahead:
            return {}
        moment = time.gmtime(time.time() + self.clock_ahead)
        return {"Date": time.strftime("%a, %d %b %Y %H:%M:%S GMT", moment)}

    def _get_me(self, _call: Call) -> object:
        return BOT

    async def _get_updates(self, call: Call) -> object:
        if self.webhook.get("url"):
            raise Refusal(409, WEBHOOK_ACTIVE)
        if self._poller and not self._poller.done():
            self._poller.set_exception(Refusal(409, SECOND_POLLER))
        mine = self._poller = asyncio.get_running_loop().create_future()
        offset = call.params.get("offset") or 0
        for number in [number for number in self.pending if number < offset]:
            self.confirmed.append(number)
            del self.pending[number]
        await self._notify()
        waiting = asyncio.ensure_future(self._anything(call.params.get("timeout") or 0))
        try:
            await asyncio.wait({waiting, mine}, return_when=asyncio.FIRST_COMPLETED)
            if mine.done() and not mine.cancelled():
                mine.result()
        finally:
            waiting.cancel()
            mine.cancel()
        return list(self.pending.values())[: call.params.get("limit", 100)]

    async def _anything(self, seconds: float) -> None:
        async with self._changed:
            try:
                async with asyncio.timeout(seconds):
                    await self._changed.wait_for(lambda: bool(self.pending))
            except TimeoutError:
                return

    def _set_my_commands(self, call: Call) -> object:
        for command in call.params["commands"]:
            if not re.fullmatch("[a-z0-9_]{1,32}", command["command"]):
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise Refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        return True

    def _set_webhook(self, call: Call) -> object:
        if not str(call.params["url"]).startswith("https://"):
            raise Refusal(
                400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
            )
        self.webhook = dict(call.params)
        self.pushing.push()
        return True

    def _delete_webhook(self, _call: Call) -> object:
        self.webhook = {}
        return True

    def _get_webhook_info(self, _call: Call) -> object:
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }

    def _answer_callback_query(self, call: Call) -> object:
        number = call.params["callback_query_id"]
        if number not in self._presses:
            raise Refusal(
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
            )
        self._presses.discard(number)
        return True

    def _send_message(self, call: Call) -> object:
        return self.chats.send(call.params, text=call.params["text"])

    def _send_photo(self, call: Call) -> object:
        size = {"file_id": "f", "file_unique_id": "u", "width": 90, "height": 90}
        return self.chats.send(call.params, photo=[size], caption=call.params.get("caption", ""))

    def _send_document(self, call: Call) -> object:
        document = {"file_id": "f", "file_unique_id": "u"}
        return self.chats.send(
            call.params, document=document, caption=call.params.get("caption", "")
        )

    def _edit_message_text(self, call: Call) -> object:
        return self.chats.edit(call.params, text=call.params["text"])

    def _edit_message_caption(self, call: Call) -> object:
        return self.chats.edit(call.params, caption=call.params.get("caption", ""))

    def _delete_messages(self, call: Call) -> object:
        return self.chats.delete(call.params)

    def _edit_message_reply_markup(self, call: Call) -> object:
        return self.chats.edit(call.params)
