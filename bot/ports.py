"""The seams between the core and the platforms.

Owns the promises both sides make. An adapter imports this, `events`, `replies` and `errors`, and
nothing else of `bot`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.events import Address, Incoming
from bot.replies import Reply


class Verdict(StrEnum):
    """What became of an incoming event, once it is durable."""

    HANDLED = "handled"
    REPEATED = "repeated"  # seen before: nothing was done
    STALE = "stale"  # a button of a question that has moved on; the current one was shown again
    FAILED = "failed"  # our bug: filed as failed, the person told that their place is kept
    UNKNOWN = "unknown"  # a button from somebody we do not know: nothing was done or kept


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `Receive` gives back after the commit.

    `notice` is a few words to show in passing (a Telegram toast, at most 200 characters; a Discord
    ephemeral line), or empty. The replies themselves come through `Adapter.send`.
    """

    verdict: Verdict
    notice: str = ""


Receive = Callable[[Incoming], Awaitable[Outcome]]
"""Files one event durably. Returns only after the commit: acknowledge after it, never before.
Calls made in order are committed in order. Raises nothing but `StoreError`."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One reply on its way out.

    `key` is stable across retries and restarts, at most 25 ASCII characters (Discord's nonce).
    `edits` is the platform's own reference, as `send` returned it, of the message to replace; it is
    None where that message is not known. `attempt` counts from 1.
    """

    key: str
    address: Address
    reply: Reply
    edits: str | None = None
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is known after a delivery: the platform's reference of the message that holds the
    question's buttons (for later edits), the chat it went to if that was newly learnt, and `also`
    the references of the other messages that the same reply needed."""

    message: str = ""
    chat: str = ""
    also: tuple[str, ...] = ()


DELETABLE: Mapping[str, timedelta] = {
    "telegram": timedelta(hours=47),  # the Bot API deletes what is younger than 48 hours
    "discord": timedelta(days=30),  # Discord sets no limit; this one is ours
}
"""The platforms that let us delete our own messages in a private chat, and for how long after
sending their references are kept for that. One hour less than Telegram's limit: an erase that waits
in the outbox for a moment still finds them young enough."""


class Notes(Protocol):
    """A few small facts an adapter keeps across restarts (hashes, offsets). Never personal."""

    async def get(self, name: str) -> str | None:
        """Give the value kept under this name."""

    async def put(self, name: str, value: str) -> None:
        """Keep a value under this name."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody with an open question: where, the message that asked it (empty while that is not
    known: it may stand there all the same, if the program ended as it was sent), and when they
    were heard of last."""

    address: Address
    message: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Phrases:
    """The house words that an adapter itself needs, by language and then by key.

    `commands` gives for each language the command names with their descriptions, in the order to
    show them. Missing languages fall back to `en`.
    """

    words: Mapping[str, Mapping[str, str]]
    commands: Mapping[str, Sequence[tuple[str, str]]]

    def word(self, language: str, key: str) -> str:
        """Give one house word in this language (an IETF tag will do), else in English."""
        own = self.words.get(language) or self.words.get(language.split("-")[0]) or {}
        return own.get(key) or self.words["en"][key]


@dataclass(frozen=True, slots=True)
class Services:
    """What the core hands to an adapter when it runs."""

    receive: Receive
    notes: Notes
    phrases: Phrases
    waiting: Callable[[str, int], Awaitable[Sequence[Waiting]]]
    """`await waiting(platform, at_most)`: people with an open question, latest contact first."""
    ready: Callable[[], None] = field(default=lambda: None)
    """Called each time the platform is connected and listening."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform lets us send: messages a second overall, seconds between two messages
    of one chat, and how many may go at once before that spacing begins. 0 means unbounded."""

    per_second: float = 0
    chat_interval: float = 0
    chat_burst: int = 1
    at_once: int = 64


class Adapter(Protocol):
    """A platform's translator."""

    @property
    def platform(self) -> str:
        """The platform's name, as in `Address.platform`."""

    @property
    def pace(self) -> Pace:
        """How fast the platform lets us send."""

    async def run(self, services: Services) -> None:
        """Connect and pass events in until cancelled.

        Cancelling stops the intake first and leaves `send` usable until `close`. Raises
        `AdapterStopped` when only the operator can help; anything else that escapes is a lost
        connection, and `run` is called again after a growing pause.
        """

    async def send(self, delivery: Delivery) -> Receipt:
        """Deliver one reply. Raises a `DeliveryFailed`, or `AdapterStopped` when the token is
        refused."""

    async def close(self) -> None:
        """Let go of connections."""
