"""The line to Telegram: keeps asking through outages, and says once what is wrong.

Owns patience and the operator's sentences about the connection. Must not know what is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog
from telegram.error import TelegramError

from adapters.telegram import failures
from adapters.telegram.failures import Meaning
from adapters.telegram.wire import Foreign, Unsent
from bot.errors import AdapterStopped

T = TypeVar("T")

log = structlog.get_logger(__name__)

SECOND_POLLER = (
    "Somebody else takes this bot's updates: another Ajar runs with the same TELEGRAM_TOKEN, or a "
    "webhook was set. Stop the other one; this one keeps trying slowly."
)
UNREACHABLE = (
    "Telegram cannot be reached; Ajar keeps trying. If this lasts, check the network, and "
    "TELEGRAM_API_URL if you set it."
)
BAD_CERTIFICATE = (
    "The certificate of the Bot API server is not accepted; Ajar keeps trying. Check this "
    "machine's clock first, then its root certificates and any proxy."
)
NO_BOT_API = (
    "What answers at TELEGRAM_API_URL is no Bot API server, or it is failing; Ajar keeps trying."
)
SLOWED = "Telegram asks to slow down; Ajar waits as told."
REJECTED = (
    "Telegram refuses a request that should always be fine; check that TELEGRAM_API_URL leads to a "
    "current Bot API server and that TELEGRAM_WEBHOOK_URL, if set, is reachable from outside."
)

CONFLICT_TOLD_SECONDS = 600
"""Two pollers take turns, so each succeeds now and then; the operator hears of it this often."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds between two tries: the first pause, how long it may grow, and the slow pace beside a
    second poller."""

    first: float = 0.5
    longest: float = 30.0
    conflict: float = 30.0


class Line:
    """Asks until there is an answer. `back` is called when an outage is over."""

    def __init__(self, patience: Patience, back: Callable[[], None]) -> None:
        self._patience = patience
        self._back = back
        self._said = ""
        self._pause = patience.first
        self._conflict_told = float("-inf")

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        """Give the answer, however long it takes. Raises `AdapterStopped` for a refused token or
        a request that Telegram will never take."""
        while True:
            try:
                answer = await question()
            except TelegramError as problem:
                await asyncio.sleep(self._wait(problem))
            else:
                self._over()
                return answer

    def _wait(self, problem: TelegramError) -> float:
        meant = failures.meaning(problem)
        self._pause, pause = min(self._patience.longest, self._pause * 2), self._pause
        match meant:
            case Meaning.UNAUTHORISED:
                raise AdapterStopped(failures.REFUSED) from None
            case Meaning.TRANSIENT | Meaning.UNKNOWN:
                self._say("telegram-unreachable", sentence(problem))
                return pause
            case Meaning.CONFLICT:
                self._tell_of_conflict()
                return self._patience.conflict
            case Meaning.THROTTLED:
                self._say("telegram-slowed", SLOWED)
                return failures.pause(problem)
            case _:
                raise AdapterStopped(REJECTED) from None

    def _say(self, name: str, says: str) -> None:
        if self._said != says:
            log.warning(name, says=says)
            self._said = says

    def _tell_of_conflict(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._conflict_told >= CONFLICT_TOLD_SECONDS:
            log.warning("telegram-second-poller", says=SECOND_POLLER)
            self._conflict_told = now

    def _over(self) -> None:
        self._pause = self._patience.first
        if self._said:
            self._said = ""
            log.info("telegram-back", says="Telegram answers again.")
            self._back()


def sentence(problem: TelegramError) -> str:
    """Say in one sentence why there is no answer."""
    if isinstance(problem, Unsent):
        return BAD_CERTIFICATE if problem.certificate else UNREACHABLE
    if isinstance(problem, Foreign):
        return NO_BOT_API
    return UNREACHABLE
