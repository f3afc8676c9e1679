"""A Discord of our own on loopback: REST v10 and gateway v10, over real HTTP and WebSocket.

Owns the protocol, the faults a test asks for, and what was called. The unmodified library runs
against it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.eavesdropping import keep_secret

from .described import event_problem, request_problem
from .world import BOT_TOKEN, SERVER, Refusal, Used, World

INTENT_DMS = 1 << 12


@dataclass(frozen=True)
class Call:
    """One request, as it came."""

    method: str
    path: str
    body: Any
    files: dict[str, bytes]
    status: int


@dataclass
class Fault:
    """What is to go wrong with the next calls that fit."""

    method: str
    pattern: str
    times: int
    refusal: Refusal | None = None
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    after: bool = False  # only once the call has had its effect
    hold: asyncio.Event | None = None


class Line:
    """One gateway connection, compressed where that was asked for."""

    def __init__(self, socket: web.WebSocketResponse, compress: str) -> None:
        self.socket = socket
        self._stream = zlib.compressobj() if compress == "zlib-stream" else None

    async def send(self, frame: dict[str, Any] | str) -> None:
        """Send one frame; to somebody who has just gone it is lost."""
        text = frame if isinstance(frame, str) else json.dumps(frame)
        with contextlib.suppress(ConnectionResetError):
            if self._stream is None:
                await self.socket.send_str(text)
            else:
                packed = self._stream.compress(text.encode())
                packed += self._stream.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)


@dataclass
class Session:
    """A gateway session: what it was told, and its line while it has one."""

    id: str
    events: list[dict[str, Any]] = field(default_factory=list)
    line: Line | None = None
    over: bool = False


class FakeDiscord:
    """The server. Without `checked` it does not look requests and events up in Discord's own
    descriptions, which takes most of its time."""

    def __init__(self, *, checked: bool = True) -> None:
        self.world = World()
        self._checked = checked
        self.calls: list[Call] = []
        self.problems: list[str] = []
        self.faults: list[Fault] = []
        self.sessions: list[Session] = []
        self.identified: list[dict[str, Any]] = []
        self.resumed: list[dict[str, Any]] = []
        self.connects = 0
        self.heartbeat_every = 41.25
        self.heartbeats = 0
        self.opcodes: set[int] = set()
        self.holding = 0
        self.commands: list[dict[str, Any]] = []
        self.session_limit = {
            "total": 1000,
            "remaining": 1000,
            "reset_after": 14_400_000,
            "max_concurrency": 1,
        }
        self.about: dict[str, Any] = {"integration_types_config": {"0": {}, "1": {}}}
        self.refuse_gateway = 0
        self.close_on_identify = 0
        self.invalidate_always = False
        self.channel_limit: tuple[int, float] | None = None
        self._spent: dict[str, list[float]] = {}
        self.url = ""
        self.changes = 0
        self._changed = asyncio.Condition()
        self._sockets: set[web.WebSocketResponse] = set()

    @property
    def api_url(self) -> str:
        """The REST address."""
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """The gateway's address."""
        return f"{self.url.replace('http', 'ws', 1)}/gateway"

    # --- for tests

    async def until(self, holds: Callable[[], Any], within: float = 8.0) -> Any:
        """Wait until something is so; looks again after every call and event."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(holds)
        return holds()

    async def changed(self) -> None:
        """Let everybody who waits look again."""
        self.changes += 1
        async with self._changed:
            self._changed.notify_all()

    def called(self, method: str, pattern: str) -> list[Call]:
        """Give the calls that fit."""
        return [c for c in self.calls if c.method == method and re.fullmatch(pattern, c.path)]

    def refuse(
        self,
        method: str,
        pattern: str,
        status: int,
        code: int = 0,
        *,
        times: int = 1,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        """Answer the next calls that fit with an error."""
        refusal = Refusal(status, code, "made up for a test", **more)
        self.faults.append(Fault(method, pattern, times, refusal, headers or {}))

    def drop(self, method: str, pattern: str, *, times: int = 1, after: bool = False) -> None:
        """Cut the connection of the next calls that fit, before or after their effect."""
        self.faults.append(Fault(method, pattern, times, drop=True, after=after))

    def hold(
        self, method: str, pattern: str, *, times: int = 1, after: bool = False
    ) -> asyncio.Event:
        """Keep the next calls that fit waiting until the event is set, before or after they have
        had their effect."""
        event = asyncio.Event()
        self.faults.append(Fault(method, pattern, times, hold=event, after=after))
        return event

    @property
    def session(self) -> Session | None:
        """The session that is listening now."""
        live = [s for s in self.sessions if s.line is not None and not s.over]
        return live[-1] if live else None

    async def listening(self) -> Session:
        """Wait for a session."""
        await self.until(lambda: self.session is not None)
        assert self.session is not None
        return self.session

    async def dispatch(self, name: str, data: dict[str, Any]) -> None:
        """Send an event to the session that listens; without one it is lost, unless the last one
        can still be resumed."""
        if self._checked and (problem := event_problem(name, data)):
            self.problems.append(f"{name} {problem}")
        live = [session for session in self.sessions if not session.over]
        if not live:
            return
        session = live[-1]
        frame = {"op": 0, "t": name, "s": len(session.events) + 1, "d": data}
        session.events.append(frame)
        if session.line is not None:
            await session.line.send(frame)
        await self.changed()

    async def say(self, frame: dict[str, Any] | str) -> None:
        """Send a bare frame."""
        session = await self.listening()
        assert session.line is not None
        await session.line.send(frame)

    async def hang_up(self, code: int = 1006, *, forget: bool = False) -> None:
        """Close the gateway connection; with `forget` the session cannot be resumed."""
        session = await self.listening()
        session.over = forget
        line, session.line = session.line, None
        assert line is not None
        socket = line.socket
        if code == 1006:
            transport = socket._req.transport  # a broken socket has no close frame
            transport.abort()
        else:
            await socket.close(code=code)
        await self.changed()

    # --- REST

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a REST call."""
        path = request.path.removeprefix("/api/v10")
        body, files = await _body(request)
        fault = self._fault(request.method, path)
        if fault is not None and fault.hold is not None and not fault.after:
            await self._held(fault.hold)
            if request.transport is None or request.transport.is_closing():
                return web.Response()  # whoever asked has gone: a dead process sends nothing
            fault = None
        if fault is not None and not fault.after:
            return await self._fail(request, fault, Call(request.method, path, body, files, 0))
        try:
            self._authorise(request, path)
            self._check(request.method, path, body)
            headers = self._limited(request.method, path)
            answer = self._act(request, path, body, files)
            status = 204 if answer is None else 200
        except Refusal as refusal:
            answer, status, headers = refusal.body, refusal.status, {}
            if status == 429:
                headers = {"Via": "1.1 fake", "Retry-After": str(answer["retry_after"])}
        self.calls.append(Call(request.method, path, body, files, status))
        await self.changed()
        if fault is not None and fault.hold is not None:
            await self._held(fault.hold)
        if fault is not None and fault.drop and request.transport:
            request.transport.abort()
        return _json(answer, status, headers)

    async def _held(self, until: asyncio.Event) -> None:
        self.holding += 1
        await self.changed()
        await until.wait()
        self.holding -= 1

    async def _fail(self, request: web.Request, fault: Fault, call: Call) -> web.Response:
        status = fault.refusal.status if fault.refusal else 0
        self.calls.append(Call(call.method, call.path, call.body, call.files, status))
        await self.changed()
        if fault.drop and request.transport:
            request.transport.abort()
        if fault.refusal is None:
            return web.Response()
        return _json(fault.refusal.body, status, fault.headers)

    def _fault(self, method: str, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.times and fault.method == method and re.fullmatch(fault.pattern, path):
                fault.times -= 1
                return fault
        return None

    def _authorise(self, request: web.Request, path: str) -> None:
        by_token = path.startswith(("/interactions/", "/webhooks/"))
        if not by_token and request.headers.get("Authorization") != f"Bot {BOT_TOKEN}":
            raise Refusal(401, 0, "401: Unauthorized")

    def _check(self, method: str, path: str, body: Any) -> None:
        if self._checked and (problem := request_problem(method, path, body)):
            self.problems.append(f"{method} {problem}")
            raise Refusal(400, 50035, f"Invalid Form Body: {problem}")

    def _limited(self, method: str, path: str) -> dict[str, str]:
        if self.channel_limit is None or method != "POST" or not path.startswith("/channels/"):
            return {}
        count, window = self.channel_limit
        now = self.world.now()
        spent = [at for at in self._spent.get(path, []) if now - at < window]
        if len(spent) >= count:
            wait = window - (now - spent[0])
            raise Refusal(
                429, 0, "You are being rate limited.", retry_after=wait, **{"global": False}
            )
        self._spent[path] = [*spent, now]
        return {
            "X-RateLimit-Limit": str(count),
            "X-RateLimit-Remaining": str(count - len(spent) - 1),
            "X-RateLimit-Reset-After": f"{window - (now - (spent or [now])[0]):.3f}",
            "X-RateLimit-Bucket": "messages",
        }

    def _act(  # noqa: C901 - one line a route reads best in one place
        self, request: web.Request, path: str, body: Any, files: dict[str, bytes]
    ) -> Any:
        world = self.world
        match request.method, *path.strip("/").split("/"):
            case "GET", "users", "@me":
                return world.bot
            case "GET", "oauth2", "applications", "@me":
                return self._about()
            case "GET", "applications", "@me":
                return self._about()
            case "GET", "gateway", "bot":
                limit = dict(self.session_limit)
                return {"url": self.gateway_url, "shards": 1, "session_start_limit": limit}
            case "PUT", "applications", _, "commands":
                self.commands = body
                return [{**one, "id": world.snowflake()} for one in body]
            case "POST", "users", "@me", "channels":
                channel = world.open_dm(body["recipient_id"])
                return {"id": channel.id, "type": 1, "recipients": [world.user(channel.person)]}
            case "POST", "channels", channel, "messages":
                _match_files(body, files)
                return world.create(world.reachable(channel), body)
            case "PATCH", "channels", channel, "messages", message:
                return world.edit(world.find(channel, message), body)
            case "DELETE", "channels", channel, "messages", message:
                return world.delete(channel, message)
            case "GET", "channels", channel, "messages":
                after, limit = int(request.query["after"]), int(request.query["limit"])
                found = [m for m in world.reachable(channel).messages if int(m["id"]) > after]
                return list(reversed(found[:limit]))
            case "POST", "interactions", number, token, "callback":
                _match_files((body or {}).get("data") or {}, files)
                made = world.answer(number, token, body)
                told: dict[str, Any] = {"interaction": {"id": number, "type": 2}}
                if made is not None:
                    told["resource"] = {"type": 4, "message": made}
                return told if request.query.get("with_response") == "true" else None
            case "PATCH", "webhooks", _, token, "messages", "@original":
                return world.fill_in(world.with_token(token), body)
            case "DELETE", "webhooks", _, token, "messages", "@original":
                return world.take_back(world.with_token(token))
        raise Refusal(404, 0, "404: Not Found")

    def _about(self) -> dict[str, Any]:
        return {
            "id": self.world.application,
            "name": "Ajar",
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": 0,
            "owner": self.world.bot,
            **self.about,
        }

    # --- gateway

    async def gateway(self, request: web.Request) -> web.StreamResponse:
        """Hold one gateway connection."""
        self.connects += 1
        if self.refuse_gateway:
            self.refuse_gateway -= 1
            await self.changed()
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        session: Session | None = None
        line = Line(socket, request.query.get("compress", ""))
        try:
            interval = int(self.heartbeat_every * 1000)
            await line.send({"op": 10, "d": {"heartbeat_interval": interval}})
            async for message in socket:
                frame = json.loads(message.data)
                self.opcodes.add(frame["op"])
                if frame["op"] == 1:
                    self.heartbeats += 1
                    await line.send({"op": 11})
                    await self.changed()
                elif frame["op"] == 2:
                    session = await self._identify(line, frame["d"])
                elif frame["op"] == 6:
                    session = await self._resume(line, frame["d"])
        finally:
            self._sockets.discard(socket)
            if session is not None and session.line is line:
                session.line = None
                # A goodbye of the client's own ends the session for good.
                session.over = session.over or socket.close_code in {1000, 1001}
            await self.changed()
        return socket

    async def _identify(self, line: Line, asked: dict[str, Any]) -> Session | None:
        self.identified.append(asked)
        self.session_limit["remaining"] -= 1
        refused = self.close_on_identify or (4004 if asked["token"] != BOT_TOKEN else 0)
        if asked["intents"] != INTENT_DMS:
            refused = 4014
        if refused:
            await line.socket.close(code=refused)
        elif self.invalidate_always:
            await line.send({"op": 9, "d": False})
        else:
            session = Session(self.world.snowflake(), line=line)
            self.sessions.append(session)
            await self.dispatch(
                "READY",
                {
                    "v": 10,
                    "user": {
                        **self.world.bot,
                        "verified": True,
                        "mfa_enabled": True,
                        "email": None,
                    },
                    "guilds": [],
                    "session_id": session.id,
                    "resume_gateway_url": self.gateway_url.replace("/gateway", "/resume"),
                    "application": {"id": self.world.application, "flags": 0, "flags_new": "0"},
                    "shard": [0, 1],
                },
            )
            return session
        await self.changed()
        return None

    async def _resume(self, line: Line, asked: dict[str, Any]) -> Session | None:
        self.resumed.append(asked)
        for session in self.sessions:
            if session.id == asked["session_id"] and not session.over:
                session.line = line
                for frame in session.events[asked["seq"] :]:
                    await line.send(frame)
                frame = {"op": 0, "t": "RESUMED", "s": len(session.events) + 1, "d": {}}
                session.events.append(frame)
                await line.send(frame)
                await self.changed()
                return session
        await line.send({"op": 9, "d": False})
        return None

    async def close(self) -> None:
        """Hang up on everybody."""
        for fault in self.faults:
            if fault.hold is not None:
                fault.hold.set()
        for socket in tuple(self._sockets):
            await socket.close(code=1001)

    def used(self, token: str) -> Used:
        """Give an interaction by its token."""
        return self.world.with_token(token)


def _json(answer: Any, status: int, headers: dict[str, str]) -> web.Response:
    if answer is None:
        return web.Response(status=status, headers=headers)
    # Exactly this type: the library takes one with a charset for plain text.
    headers = {**headers, "Content-Type": "application/json"}
    return web.Response(body=json.dumps(answer).encode(), status=status, headers=headers)


async def _body(request: web.Request) -> tuple[Any, dict[str, bytes]]:
    if request.content_type != "multipart/form-data":
        raw = await request.read()
        return (json.loads(raw) if raw else None), {}
    body: Any = None
    files: dict[str, bytes] = {}
    async for part in await request.multipart():
        assert not isinstance(part, list)
        raw = await part.read()  # type: ignore[union-attr]  # never nested in what Discord takes
        if part.name == "payload_json":  # type: ignore[union-attr]
            body = json.loads(raw)
        else:
            files[str(part.name)] = bytes(raw)  # type: ignore[union-attr]
    return body, files


def _match_files(body: dict[str, Any], files: dict[str, bytes]) -> None:
    wanted = {f"files[{one['id']}]" for one in body.get("attachments") or ()}
    if wanted != set(files):
        raise Refusal(400, 50035, "Invalid Form Body: attachments")


@contextlib.asynccontextmanager
async def serving(*, checked: bool = True) -> AsyncIterator[FakeDiscord]:
    """Serve on a free port of loopback until the block ends. Then every request and event has to
    have been as Discord describes them, and nothing may have been shown to anybody else."""
    fake = FakeDiscord(checked=checked)
    keep_secret(fake.world.secrets)
    app = web.Application(client_max_size=30 * 1024 * 1024)
    app.router.add_get("/gateway", fake.gateway)
    app.router.add_get("/resume", fake.gateway)
    app.router.add_route("*", "/api/v10/{rest:.*}", fake.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.5, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    fake.url = f"http://{host}:{port}"
    try:
        yield fake
    finally:
        await fake.close()
        await runner.cleanup()
    assert [] == fake.problems, f"not as Discord describes it: {fake.problems}"
    leaks = fake.world.leaks()
    assert [] == leaks, f"seen by others: {leaks}"


__all__ = ["BOT_TOKEN", "SERVER", "Call", "FakeDiscord", "serving"]
