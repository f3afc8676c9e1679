"""What a Telegram update means: their plain dict in, our event or a local answer out.

Owns the reading of updates, as pure functions. Must not know the library, the network or what the
core makes of an event. Updates are read as plain values, so that a field invented tomorrow, or one
that is missing, costs one update and not the batch it came in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.events import (
    TEXT_LIMIT,
    Address,
    Chose,
    Commanded,
    Event,
    Incoming,
    Left,
    Returned,
    Said,
    Sent,
    Thing,
)

PLATFORM = "telegram"

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update we ask for. Edits are among them because somebody who corrects an answer has
to hear that the correction does not count by itself."""

Update = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """An event for the core. `query` is the id of the button press that has to be answered, or
    empty; `album` names the group of pictures it belongs to, or is empty."""

    incoming: Incoming
    query: str = ""
    album: str = ""


@dataclass(frozen=True, slots=True)
class Dismiss:
    """A button press that means nothing to us: answer it, so that the button stops spinning."""

    query: str


@dataclass(frozen=True, slots=True)
class PointToPrivate:
    """A command given in a group: show the way into the private chat."""

    chat: int
    language: str


Meant = Heard | Dismiss | PointToPrivate | None

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?\s*", re.DOTALL)

_THINGS = (
    ("animation", Thing.VIDEO),  # comes with a `document` of the same file
    ("live_photo", Thing.PHOTO),
    ("photo", Thing.PHOTO),
    ("voice", Thing.VOICE),
    ("audio", Thing.VOICE),
    ("video_note", Thing.VIDEO),
    ("video", Thing.VIDEO),
    ("sticker", Thing.STICKER),
    ("document", Thing.FILE),
    ("contact", Thing.CONTACT),
    ("venue", Thing.LOCATION),
    ("location", Thing.LOCATION),
    ("poll", Thing.OTHER),
    ("dice", Thing.OTHER),
    ("game", Thing.OTHER),
    ("story", Thing.OTHER),
    ("checklist", Thing.OTHER),
    ("paid_media", Thing.OTHER),
    ("rich_message", Thing.OTHER),
    ("gift", Thing.OTHER),
)
"""Fields of a message that a person sends. A message with none of them tells of something else
(a pinned message, a changed background) and gets no answer."""


_MEMBERSHIP: Mapping[str, Event] = {"kicked": Left(), "left": Left(), "member": Returned()}


def read(update: Update, username: str, commands: frozenset[str], now: datetime) -> Meant:
    """Say what an update means to the bot called `username`, whose commands are `commands`.

    `now` stands in as the time of a button press, which Telegram does not tell.
    Raises `KeyError`, `TypeError`, `ValueError` or `AttributeError` for what is no update.
    """
    if query := update.get("callback_query"):
        return _press(update, query, now)
    if message := update.get("message"):
        if message["chat"]["type"] == "private":
            return _message(update, message)
        return _elsewhere(message, username, commands)
    if edited := update.get("edited_message"):
        return _edit(update, edited)
    if member := update.get("my_chat_member"):
        return _member(update, member)
    return None


def _press(update: Update, query: Update, now: datetime) -> Meant:
    message = query.get("message")
    if not message or message["chat"]["type"] != "private" or not query.get("data"):
        return Dismiss(query["id"])
    incoming = _incoming(
        update,
        query["from"],
        message["chat"],
        Chose(query["data"]),
        now,
        reference(message["message_id"], media="photo" in message or "document" in message),
    )
    return Heard(incoming, query["id"])


def _message(update: Update, message: Update) -> Meant:
    event = _event(message)
    if event is None:
        return None
    incoming = _incoming(update, message["from"], message["chat"], event, _date(message))
    return Heard(incoming, album=str(message.get("media_group_id", "")))


def _event(message: Update) -> Event | None:
    text = message.get("text")
    if text is not None:
        text = _whole(text)
        if _somebody_elses(message):
            return Sent(Thing.OTHER, text)
        if command := _COMMAND.fullmatch(text):
            return Commanded(command[1].lower(), (command[3] or "").strip())
        return Said(text)
    for field, thing in _THINGS:
        if field in message:
            return Sent(thing, _whole(message.get("caption", "")))
    return None


def _somebody_elses(message: Update) -> bool:
    """Whether these words were forwarded from anybody but the person: then they are no answer."""
    origin = message.get("forward_origin")
    if not origin:
        return False
    sender = origin.get("sender_user") or {}
    return bool(sender.get("id") != message["from"]["id"])


def _edit(update: Update, edited: Update) -> Meant:
    words = edited.get("text", edited.get("caption"))
    if edited["chat"]["type"] != "private" or words is None:
        return None  # a live location moves by edits, too
    event = Sent(Thing.EDIT, _whole(words))
    sent_at = datetime.fromtimestamp(edited.get("edit_date", edited["date"]), UTC)
    return Heard(_incoming(update, edited["from"], edited["chat"], event, sent_at))


def _member(update: Update, member: Update) -> Meant:
    if member["chat"]["type"] != "private":
        return None
    status = member["new_chat_member"]["status"]
    if status not in _MEMBERSHIP:
        return None
    event = _MEMBERSHIP[status]
    return Heard(_incoming(update, member["from"], member["chat"], event, _date(member)))


def _elsewhere(message: Update, username: str, commands: frozenset[str]) -> Meant:
    """Read what was written in a group: only a command meant for us is answered."""
    sender = message.get("from")
    command = _COMMAND.fullmatch(message.get("text") or "")
    if command is None or not sender or sender.get("is_bot"):
        return None
    name, addressed = command[1].lower(), (command[2] or "").lower()
    if addressed != username.lower() if addressed else name not in commands:
        return None
    return PointToPrivate(message["chat"]["id"], sender.get("language_code", ""))


def _incoming(
    update: Update, person: Update, chat: Update, event: Event, at: datetime, message: str = ""
) -> Incoming:
    return Incoming(
        event_id=str(int(update["update_id"])),
        address=Address(PLATFORM, str(int(person["id"])), str(int(chat["id"]))),
        event=event,
        sent_at=at,
        locale=str(person.get("language_code", "")),
        message=message,
    )


def _date(message: Update) -> datetime:
    return datetime.fromtimestamp(message["date"], UTC)


def _whole(text: str) -> str:
    """Cut a text to the length that is looked at; half of a surrogate pair becomes a mark."""
    return text[:TEXT_LIMIT].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def reference(message_id: int, *, media: bool) -> str:
    """Write down which message this is: its number, with `m` where the words are a caption."""
    return f"{message_id}m" if media else str(message_id)


def referred(message: str) -> tuple[int, bool]:
    """Read a reference back: the message's number, and whether its words are a caption."""
    return int(message.removesuffix("m")), message.endswith("m")
