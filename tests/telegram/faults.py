"""What can go wrong between a bot and the Bot API, to be switched on in the fake server."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from enum import Enum, auto

from aiohttp import web


class Kind(Enum):
    """How a request is answered instead of well."""

    ANSWER = auto()  # an error in Telegram's own form
    PAGE = auto()  # an HTML page from something in between
    DROP_BEFORE = auto()  # the socket closes and nothing was done
    DROP_AFTER = auto()  # it was done, and then the socket closes
    HALF = auto()  # it was done, and half of the answer comes
    SLOW = auto()  # it is done, late


@dataclass(frozen=True)
class Fault:
    """One fault. `done` says whether the call takes effect all the same."""

    kind: Kind
    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int = 0
    seconds: float = 0

    @property
    def done(self) -> bool:
        """Whether the call takes effect all the same."""
        return self.kind in (Kind.DROP_AFTER, Kind.HALF, Kind.SLOW)

    @property
    def unknown(self) -> bool:
        """Whether the caller cannot know if it took effect."""
        return self.kind in (Kind.DROP_AFTER, Kind.DROP_BEFORE, Kind.HALF, Kind.PAGE)


def throttled(seconds: int) -> Fault:
    """Too many requests: wait."""
    words = f"Too Many Requests: retry after {seconds}"
    return Fault(Kind.ANSWER, 429, words, retry_after=seconds)


def refused(status: int, description: str) -> Fault:
    """A refusal in Telegram's own words."""
    return Fault(Kind.ANSWER, status, description)


BLOCKED = refused(403, "Forbidden: bot was blocked by the user")
DEACTIVATED = refused(403, "Forbidden: user is deactivated")
CHAT_NOT_FOUND = refused(400, "Bad Request: chat not found")
BROKEN = refused(500, "Internal Server Error")
BAD_GATEWAY = Fault(Kind.PAGE, 502)
DROP_BEFORE = Fault(Kind.DROP_BEFORE)
DROP_AFTER = Fault(Kind.DROP_AFTER)
HALF_ANSWER = Fault(Kind.HALF)


def slow(seconds: float) -> Fault:
    """It works, late."""
    return Fault(Kind.SLOW, seconds=seconds)


PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


async def answer(
    request: web.Request, fault: Fault, result: dict[str, object]
) -> web.StreamResponse:
    """Answer with the fault; `result` is what would have been answered."""
    match fault.kind:
        case Kind.SLOW:
            await asyncio.sleep(fault.seconds)
            return web.json_response(result)
        case Kind.PAGE:
            return web.Response(status=fault.status, text=PAGE, content_type="text/html")
        case Kind.ANSWER:
            refusal: dict[str, object] = {
                "ok": False,
                "error_code": fault.status,
                "description": fault.description,
            }
            if fault.retry_after:
                refusal["parameters"] = {"retry_after": fault.retry_after}
            return web.json_response(refusal, status=fault.status)
    if fault.kind is Kind.HALF:
        body = json.dumps(result).encode()
        response = web.StreamResponse(
            headers={"Content-Length": str(len(body)), "Content-Type": "application/json"}
        )
        await response.prepare(request)
        await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
