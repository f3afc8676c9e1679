"""The chats of the fake Bot API server: messages, edits, and Telegram's words for a no."""

from __future__ import annotations

import itertools
import time
from collections import defaultdict, deque
from typing import Any

BOT = {
    "id": 5550001,
    "is_bot": True,
    "first_name": "Ajar",
    "username": "AjarTestBot",
}
MESSAGE_UNITS = 4096
CAPTION_UNITS = 1024

EMPTY = "Bad Request: message text is empty"
TOO_LONG = "Bad Request: message is too long"
CAPTION_TOO_LONG = "Bad Request: message caption is too long"
NO_TEXT = "Bad Request: there is no text in the message to edit"
NOT_FOUND = "Bad Request: message to edit not found"
BAD_BUTTON = "Bad Request: BUTTON_DATA_INVALID"
UNDELETABLE = "Bad Request: message can't be deleted"
DELETABLE_SECONDS = 48 * 3600
SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)


class Refusal(Exception):
    """Telegram's no."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


class Chats:
    """Every chat as it stands. `gone` holds Telegram's words for people who cannot be reached;
    `sent` every message as it was first sent, in order; `unheard` the chats they went to, for
    whoever takes them from there."""

    def __init__(self) -> None:
        self.messages: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
        self.sent: dict[int, list[dict[str, Any]]] = defaultdict(list)
        self.unheard: deque[int] = deque()
        self.gone: dict[int, str] = {}
        self._numbers = itertools.count(1)

    def next_number(self) -> int:
        """Give a message number; one sequence for both sides of all chats."""
        return next(self._numbers)

    def send(self, params: dict[str, Any], **content: Any) -> dict[str, Any]:
        """Add a message of the bot's."""
        chat = int(params["chat_id"])
        self._reachable(chat)
        if "text" in content:
            content["text"] = content["text"].strip()
            if not content["text"]:
                raise Refusal(400, EMPTY)
        private, group = {"type": "private", "first_name": "P"}, {"type": "group", "title": "G"}
        message = {
            "message_id": self.next_number(),
            "date": int(time.time()),
            "from": BOT,
            "chat": {"id": chat, **(private if chat > 0 else group)},
            **_words(params, content),
            **_markup(params),
        }
        self.messages[chat][message["message_id"]] = message
        self.sent[chat].append(dict(message))
        self.unheard.append(chat)
        return message

    def edit(self, params: dict[str, Any], **content: Any) -> dict[str, Any]:
        """Change a message of the bot's; without new buttons it loses the ones it had."""
        self._reachable(int(params["chat_id"]))
        message = self.messages[int(params["chat_id"])].get(params["message_id"])
        if message is None:
            raise Refusal(400, NOT_FOUND)
        if "text" in content and "text" not in message:
            raise Refusal(400, NO_TEXT)
        dropped = {"reply_markup"} | ({"entities"} if "text" in content else set())
        changed = {name: value for name, value in message.items() if name not in dropped}
        changed |= _words(params, content) | _markup(params)
        if changed == message:
            raise Refusal(400, SAME)
        message.clear()
        message.update(changed)
        return message

    def delete(self, params: dict[str, Any]) -> bool:
        """Delete messages of the bot's, all or none: those that are gone are skipped, one that is
        too old forbids the whole request."""
        chat, numbers = int(params["chat_id"]), params["message_ids"]
        self._reachable(chat)
        if not 1 <= len(numbers) <= 100:
            raise Refusal(400, "Bad Request: too many message identifiers specified")
        found = [self.messages[chat][number] for number in numbers if number in self.messages[chat]]
        if any(time.time() - message["date"] >= DELETABLE_SECONDS for message in found):
            raise Refusal(400, UNDELETABLE)
        for message in found:
            del self.messages[chat][message["message_id"]]
        return True

    def _reachable(self, chat: int) -> None:
        if chat in self.gone:
            raise Refusal(403, self.gone[chat])


def _words(params: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    if _units(content.get("text", "")) > MESSAGE_UNITS:
        raise Refusal(400, TOO_LONG)
    if _units(content.get("caption", "")) > CAPTION_UNITS:
        raise Refusal(400, CAPTION_TOO_LONG)
    if "text" in content:
        content["entities"] = params.get("entities")
    return {name: value for name, value in content.items() if value}


def _markup(params: dict[str, Any]) -> dict[str, Any]:
    markup = params.get("reply_markup")
    if not markup:
        return {}
    for button in itertools.chain(*markup["inline_keyboard"]):
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Refusal(400, BAD_BUTTON)
    return {"reply_markup": markup}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
