"""How python-telegram-bot's `Bot` reaches a Bot API server.

Owns the HTTP connections, through the library's own seam for them (`BaseRequest`), and says of
every failure whether the request can have arrived. Must not know what is asked or answered. Errors
raised here hold neither the address (the token stands in it) nor the body of an answer.

The library's stock client writes each address, token and all, to the log, and spends eight
milliseconds of processor time on a request where this one spends less than half of one
(`docs/decisions/0010-telegram-over-aiohttp.md`).
"""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from telegram import error, request

READ_SECONDS = 20.0
"""How long an answer may take. Long, because giving up leaves it open whether a message arrived."""

CONNECT_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 15.0
"""Idle connections are let go before any server does it, so that none breaks under a message."""


class Refused(error.TelegramError):
    """The Bot API answered, and the answer is no."""

    def __init__(self, status: int, description: str, after: float = 0) -> None:
        super().__init__(f"The Bot API answered {status}.")
        self.status = status
        self.description = description.lower()
        self.after = after


class Unsent(error.NetworkError):
    """No connection came about: the request surely did not arrive."""

    def __init__(self, *, certificate: bool = False) -> None:
        super().__init__("The Bot API server cannot be reached.")
        self.certificate = certificate


class Unanswered(error.NetworkError):
    """The connection ended before the answer: the request may have arrived."""

    def __init__(self) -> None:
        super().__init__("The Bot API server did not answer.")


class Foreign(error.NetworkError):
    """Somebody answered who is no Bot API: a gateway's error page, a wrong address."""

    def __init__(self, status: int) -> None:
        super().__init__(f"What answered with {status} is no Bot API.")
        self.status = status


@dataclass(slots=True)
class Clock:
    """How far this machine's clock is ahead of the server's, by its last `Date` header."""

    ahead: timedelta = timedelta()

    def heard(self, header: str | None, now: datetime) -> None:
        """Take in one `Date` header."""
        if header:
            try:
                self.ahead = now - parsedate_to_datetime(header)
            except (TypeError, ValueError):
                return


class Wire(request.BaseRequest):
    """A pool of at most `connections` connections."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self.clock = Clock()

    @property
    def read_timeout(self) -> float:
        """Seconds an answer may take; a long poll adds its own."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Nothing to do: the first request opens the pool."""

    async def shutdown(self) -> None:
        """Let go of every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: request.RequestData | None = None,
        read_timeout: Any = request.BaseRequest.DEFAULT_NONE,
        write_timeout: Any = request.BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        connect_timeout: Any = request.BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = request.BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Make one request; give its status and body, which are a Bot API's `ok`.

        Raises `Refused`, `Unsent`, `Unanswered` or `Foreign`, never with the original error
        attached: that one may name the address.
        """
        seconds = read_timeout if isinstance(read_timeout, int | float) else READ_SECONDS
        try:
            async with self._open().request(
                method,
                url,
                data=_form(request_data),
                allow_redirects=False,  # a wrong address should show itself
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=CONNECT_SECONDS, sock_read=seconds
                ),
            ) as response:
                status, body = response.status, await response.read()
                self.clock.heard(response.headers.get("Date"), datetime.now(UTC))
        except (
            aiohttp.ClientConnectorError,
            aiohttp.ConnectionTimeoutError,
            aiohttp.ClientProxyConnectionError,
            aiohttp.InvalidURL,
        ) as problem:
            raise Unsent(certificate=_is_about_certificate(problem)) from None
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise Unanswered from None
        return status, _checked(status, body)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, keepalive_timeout=KEEP_ALIVE_SECONDS
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=True,  # operators behind a proxy
            )
        return self._session


def _form(data: request.RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if data is None:
        return None
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=media_type)
    return form


def _checked(status: int, body: bytes) -> bytes:
    """Give the body if it is a Bot API's yes."""
    try:
        answer = json.loads(body)
        if status < 300 and answer["ok"] is True:
            return body
        description = str(answer["description"])
        after = float((answer.get("parameters") or {}).get("retry_after") or 0)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Foreign(status) from None
    raise Refused(status, description, after)


def _is_about_certificate(problem: BaseException) -> bool:
    cause = getattr(problem, "os_error", None) or problem.__cause__
    return isinstance(problem, aiohttp.ClientConnectorCertificateError) or isinstance(
        cause, ssl.SSLCertVerificationError
    )
