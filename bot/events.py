"""What can happen to a conversation, as plain values.

Owns the words that adapters and timers speak to the core. Knows nothing of how an event
arrived, and nothing of what will be made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

TEXT_LIMIT = 4096
"""Characters of one incoming text that are looked at (Telegram's own limit for a message)."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is reached.

    `account` names the person on `platform` and never changes; `chat` is where replies go
    (a Telegram chat id, a Discord DM channel id) and may be empty until it is known.
    """

    platform: str
    account: str
    chat: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The person typed words.

    `token` is set where the platform ties the words to one question (a Discord modal): then they
    answer that question or none.
    """

    text: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Chose:
    """The person pressed a button, or sent a native multiple selection (`values`: more tokens)."""

    token: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commanded:
    """The person gave a command by the platform's own means, without the slash."""

    name: str
    argument: str = ""


class Thing(StrEnum):
    """What was sent instead of words."""

    PHOTO = "photo"
    VOICE = "voice"
    STICKER = "sticker"
    VIDEO = "video"
    FILE = "file"
    CONTACT = "contact"
    LOCATION = "location"
    EDIT = "edit"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sent:
    """The person sent something that is not plain words; `caption` holds any words with it."""

    thing: Thing
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A timer came due. `guard` is the turn it was made for; 0 guards nothing."""

    kind: str
    subject: str = ""
    guard: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """The platform says that the person can no longer be reached (blocked, account gone)."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The platform says that the person can be reached again."""


Event = Said | Chose | Commanded | Sent | Due | Left | Returned


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event on its way in, with what the receiving loop needs to file it once.

    `event_id` is unique within the platform and stable across redelivery. `sent_at` is the
    platform's own time of sending (aware, UTC). `locale` is the platform's hint at the person's
    language as an IETF tag, or empty. `message` is the platform's reference of the message whose
    button was pressed, or empty.
    """

    event_id: str
    address: Address
    event: Event
    sent_at: datetime
    locale: str = ""
    message: str = ""
