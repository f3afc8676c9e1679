"""Discord's errors as ours.

Owns the one table of what each refusal means. Whatever is raised holds neither ids nor tokens nor
words. Discord's error codes are documented under "Opcodes and Status Codes"; the meaning of each
line here says what we make of it.

A message sent twice under one nonce within minutes is delivered once, so that a broken connection
is `Transient` here: trying again does not double it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import aiohttp
import discord

from bot.errors import (
    AdapterStopped,
    AjarError,
    DeliveryFailed,
    Gone,
    Rejected,
    Throttled,
    Transient,
)


class Code(IntEnum):
    """Discord's JSON error codes that mean something to us."""

    UNKNOWN_CHANNEL = 10003
    UNKNOWN_MESSAGE = 10008
    UNKNOWN_USER = 10013
    UNKNOWN_INTERACTION = 10062
    OPENING_TOO_FAST = 40003
    ALREADY_ANSWERED = 40060
    MISSING_ACCESS = 50001
    CANNOT_EDIT = 50005
    CANNOT_SEND = 50007
    INVALID_TOKEN = 50027
    INVALID_RECIPIENT = 50033
    OLD_EDITS = 30046
    NO_MUTUAL_SERVER = 50278


PATIENCE = 3
"""Attempts before missing access (50001), known to come and go in DMs, counts as unreachable."""

OPENING_PAUSE = 60.0
"""Seconds to wait when Discord says that DMs are opened too fast and not how long."""

GLOBAL_PAUSE = 30.0
"""Seconds to wait for everyone when a limit comes without a time (Cloudflare's own page)."""

GONE = {
    Code.CANNOT_SEND,
    Code.NO_MUTUAL_SERVER,
    Code.UNKNOWN_USER,
    Code.INVALID_RECIPIENT,
    Code.UNKNOWN_CHANNEL,
}
"""Nobody to reach: no retry, because refused requests count towards a ban."""

LOST_MESSAGE = {Code.UNKNOWN_MESSAGE, Code.CANNOT_EDIT, Code.OLD_EDITS, Code.UNKNOWN_CHANNEL}
"""The message to edit is not there, not ours, or too often edited."""

REFUSED_AT_LOGIN = (
    "Discord refuses the token: set DISCORD_TOKEN to the bot token from the developer portal "
    "(Bot, Reset Token) and start again."
)


def translate(error: Exception, attempt: int = 1) -> AjarError:
    """Say what a failed call means, for the given attempt at it (from 1)."""
    if isinstance(error, AjarError):
        return error
    if isinstance(error, discord.LoginFailure):
        return AdapterStopped(REFUSED_AT_LOGIN)
    if isinstance(error, discord.RateLimited):
        return Throttled(error.retry_after)
    if isinstance(error, discord.HTTPException):
        return _refused(error, attempt)
    if isinstance(error, (aiohttp.ClientError, OSError, TimeoutError)):
        return Transient(f"Discord could not be reached ({type(error).__name__}).")
    return Transient(f"A call to Discord failed ({type(error).__name__}).")


def is_fatal(error: discord.HTTPException) -> bool:
    """Tell whether only the operator can help."""
    return error.status == 401


def _refused(error: discord.HTTPException, attempt: int) -> AjarError:
    answer: DeliveryFailed | AdapterStopped
    if is_fatal(error):
        answer = AdapterStopped(REFUSED_AT_LOGIN)
    elif error.code == Code.OPENING_TOO_FAST:
        answer = Throttled(_wait(error, OPENING_PAUSE))
    elif error.status == 429:
        answer = Throttled(_wait(error, GLOBAL_PAUSE), everyone=True)
    elif error.code in GONE:
        answer = Gone("Discord cannot reach this person.")
    elif error.code == Code.MISSING_ACCESS:
        answer = (
            Transient("Discord denies access to a DM for the moment.")
            if attempt <= PATIENCE
            else Gone("Discord denies access to this DM.")
        )
    elif error.status >= 500:
        answer = Transient(f"Discord has trouble of its own (HTTP {error.status}).")
    else:
        answer = Rejected(f"Discord refuses this call (HTTP {error.status}, code {error.code}).")
    return answer


def _wait(error: discord.HTTPException, otherwise: float) -> float:
    try:
        return max(0.0, float(error.response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return otherwise


@contextmanager
def translated(attempt: int = 1) -> Iterator[None]:
    """Raise whatever goes wrong inside as one of our failures, without what it was made from:
    a library's error may quote the address, and with it ids and tokens."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - every failure of a call gets one of our names here
        failure = translate(error, attempt)
    else:
        return
    raise failure from None
