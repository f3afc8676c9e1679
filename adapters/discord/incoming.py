"""What Discord tells us, as our own events.

Owns the reading of raw interactions and messages (plain JSON objects, from the gateway or, one day,
from an HTTP endpoint). Pure: no clock, no network, no state. A payload that makes no sense is None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

from adapters.discord import custom_ids
from bot.events import (
    TEXT_LIMIT,
    Address,
    Chose,
    Commanded,
    Event,
    Incoming,
    Said,
    Sent,
    Thing,
)

PLATFORM = "discord"
EPOCH = 1_420_070_400_000
"""Unix milliseconds of Discord's first moment; a snowflake counts from it in its upper bits."""

Raw = Mapping[str, Any]
_T = TypeVar("_T")


class Kind(Enum):
    """What was used: a slash command, a button or select, or a modal that was filled in."""

    COMMAND = 2
    COMPONENT = 3
    MODAL = 5


BOT_DM = 1
"""The interaction context of a DM with the bot itself (0 is a server, 2 any other DM)."""

_MESSAGE, _REPLY = 0, 19
"""Message types that people write; all others are Discord's own notices."""

_VOICE = 1 << 13
"""Message flag of a voice message."""

_DM_CHANNEL = 1


@dataclass(frozen=True, slots=True)
class Interaction:
    """What is needed to answer an interaction: its id and secret token, the application, what was
    used, whether this is our private DM, the message it hangs on, and whose it is."""

    id: str
    token: str
    application: str
    kind: Kind
    private: bool
    account: str
    channel: str
    locale: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """An interaction that is an event for the core."""

    interaction: Interaction
    incoming: Incoming


@dataclass(frozen=True, slots=True)
class WantsToWrite:
    """The button that opens a modal: answered here, at once, without the core."""

    interaction: Interaction
    token: str
    limit: int


@dataclass(frozen=True, slots=True)
class Astray:
    """A button or modal used outside of our DM, where we never send any: only pointed home."""

    interaction: Interaction


def moment(number: str) -> datetime:
    """Give the instant at which Discord made this id."""
    return datetime.fromtimestamp(((int(number) >> 22) + EPOCH) / 1000, UTC)


def snowflake(at: datetime) -> str:
    """Give the smallest id that Discord makes at this instant."""
    return str(max(0, int(at.timestamp() * 1000) - EPOCH) << 22)


def interaction(raw: Raw) -> Asked | WantsToWrite | Astray | None:
    """Read an INTERACTION_CREATE."""
    return _sensible(_interaction, raw)


def message(raw: Raw) -> Incoming | None:
    """Read a MESSAGE_CREATE or a message of a channel's history; None unless a person wrote it
    to us in private."""
    return _sensible(_message, raw)


def edited(raw: Raw) -> Incoming | None:
    """Read a MESSAGE_UPDATE; None unless a person changed the words of a private message."""
    return _sensible(_edited, raw)


def _sensible(read: Callable[[Raw], _T], raw: Raw) -> _T | None:
    try:
        return read(raw)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def _interaction(raw: Raw) -> Asked | WantsToWrite | Astray | None:
    if raw["type"] not in {kind.value for kind in Kind}:
        return None
    person = raw.get("user") or raw["member"]["user"]
    found = Interaction(
        id=str(int(raw["id"])),
        token=str(raw["token"]),
        application=str(int(raw["application_id"])),
        kind=Kind(raw["type"]),
        private=raw.get("context") == BOT_DM,
        account=str(int(person["id"])),
        channel=str(raw.get("channel_id") or ""),
        locale=str(raw.get("locale") or ""),
        message=str((raw.get("message") or {}).get("id") or ""),
    )
    data = raw["data"]
    if found.kind is Kind.COMMAND:
        return Asked(found, _event(found, Commanded(str(data["name"]), _argument(data))))
    if not found.private:
        return Astray(found)
    if found.kind is Kind.MODAL:
        words = Said(_written(data["components"])[:TEXT_LIMIT], str(data["custom_id"]))
        return Asked(found, _event(found, words))
    custom = str(data["custom_id"])
    if custom.startswith(custom_ids.WRITE):
        token, limit = custom_ids.read_write(custom)
        return WantsToWrite(found, token, limit)
    values = tuple(str(value) for value in data.get("values") or ())
    return Asked(found, _event(found, _chosen(custom, values)))


def _chosen(custom: str, values: tuple[str, ...]) -> Chose:
    if custom.startswith(custom_ids.PICK):
        return Chose(custom.removeprefix(custom_ids.PICK), values)
    if custom.startswith(custom_ids.LIST):
        return Chose(values[0])
    return Chose(custom)


def _argument(data: Raw) -> str:
    options: Sequence[Raw] = data.get("options") or ()
    return str(options[0].get("value", "")) if options else ""


def _written(components: Sequence[Raw]) -> str:
    """Find the one text field of a modal, in a label or (as older clients send it) in a row."""
    for component in components:
        inner = [component["component"]] if "component" in component else component["components"]
        for field in inner:
            if "value" in field:
                return str(field["value"])
    return ""


def _event(found: Interaction, event: Event) -> Incoming:
    return Incoming(
        event_id=found.id,
        address=Address(PLATFORM, found.account, found.channel if found.private else ""),
        event=event,
        sent_at=moment(found.id),
        locale=found.locale,
        message=found.message,
    )


def _message(raw: Raw) -> Incoming | None:
    if not _from_a_person(raw) or raw.get("type", _MESSAGE) not in {_MESSAGE, _REPLY}:
        return None
    number = str(int(raw["id"]))
    return _private(raw, number, _content(raw), moment(number))


def _edited(raw: Raw) -> Incoming | None:
    # Discord also announces an update when it unfolds a link; only a changed text has this time.
    changed = raw.get("edited_timestamp")
    if not changed or not _from_a_person(raw):
        return None
    at = datetime.fromisoformat(str(changed)).astimezone(UTC)
    caption = str(raw.get("content") or "")[:TEXT_LIMIT]
    number = f"{int(raw['id'])}:{int(at.timestamp() * 1000)}"
    return _private(raw, number, Sent(Thing.EDIT, caption), at)


def _from_a_person(raw: Raw) -> bool:
    author = raw["author"]
    private = not raw.get("guild_id") and raw.get("channel_type", _DM_CHANNEL) == _DM_CHANNEL
    return private and not (author.get("bot") or author.get("system") or raw.get("webhook_id"))


def _private(raw: Raw, number: str, event: Event, at: datetime) -> Incoming:
    address = Address(PLATFORM, str(int(raw["author"]["id"])), str(int(raw["channel_id"])))
    return Incoming(number, address, event, at)


def _content(raw: Raw) -> Event:
    words = str(raw.get("content") or "")[:TEXT_LIMIT]
    attachments: Sequence[Raw] = raw.get("attachments") or ()
    if attachments:
        return Sent(_thing(attachments[0], int(raw.get("flags") or 0)), words)
    if raw.get("sticker_items"):
        return Sent(Thing.STICKER, words)
    return Said(words) if words else Sent(Thing.OTHER)


def _thing(attachment: Raw, flags: int) -> Thing:
    if flags & _VOICE:
        return Thing.VOICE
    family = str(attachment.get("content_type") or "").partition("/")[0]
    return {"image": Thing.PHOTO, "audio": Thing.VOICE, "video": Thing.VIDEO}.get(
        family, Thing.FILE
    )
