"""A person with a phone, on the fake Bot API server."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .chats import BOT
from .fake_bot_api import FakeBotApi


@dataclass
class Person:
    """Somebody who writes to the bot and sees its messages."""

    api: FakeBotApi
    number: int
    language: str = "en"

    @property
    def account(self) -> dict[str, Any]:
        """The person as Telegram tells of them."""
        return {
            "id": self.number,
            "is_bot": False,
            "first_name": "Sam",
            "language_code": self.language,
        }

    @property
    def chat(self) -> dict[str, Any]:
        """Their private chat."""
        return {"id": self.number, "type": "private", "first_name": "Sam"}

    def message(self, **content: Any) -> dict[str, Any]:
        """Make a message of theirs."""
        return {
            "message_id": self.api.chats.next_number(),
            "date": int(time.time()),
            "chat": self.chat,
            "from": self.account,
            **content,
        }

    async def say(self, text: str, **more: Any) -> int:
        """Type a text."""
        entities = {}
        if text.startswith("/"):
            length = len(text.split()[0])
            entities = {"entities": [{"type": "bot_command", "offset": 0, "length": length}]}
        return await self.api.update(message=self.message(text=text, **entities, **more))

    async def send(self, **content: Any) -> int:
        """Send something that is no text."""
        return await self.api.update(message=self.message(**content))

    async def edit(self, text: str) -> int:
        """Edit an earlier message."""
        edited = self.message(text=text, edit_date=int(time.time()))
        return await self.api.update(edited_message=edited)

    async def press(self, token: str, message: dict[str, Any] | None = None) -> int:
        """Press the button with this token."""
        return await self.api.update(
            callback_query={
                "id": self.api.press_id(),
                "from": self.account,
                "chat_instance": "1",
                "data": token,
                "message": message or self.sees[-1],
            }
        )

    async def tap(self, label: str) -> int:
        """Press the newest button that says this."""
        for message in reversed(self.sees):
            for words, token in buttons(message):
                if words == label:
                    return await self.press(token, message)
        shown = [words for message in self.sees for words, _ in buttons(message)]
        raise AssertionError(f"No button says {label!r}; there are {shown}.")

    async def member(self, status: str) -> int:
        """Block (`kicked`) or unblock (`member`) the bot."""
        old = {"status": "member", "user": BOT}
        new: dict[str, Any] = {"status": status, "user": BOT}
        if status == "kicked":
            new["until_date"] = 0
            self.api.chats.gone[self.number] = "Forbidden: bot was blocked by the user"
        else:
            self.api.chats.gone.pop(self.number, None)
        return await self.api.update(
            my_chat_member={
                "chat": self.chat,
                "from": self.account,
                "date": int(time.time()),
                "old_chat_member": old,
                "new_chat_member": new,
            }
        )

    @property
    def sees(self) -> list[dict[str, Any]]:
        """The bot's messages on their screen, oldest first."""
        return self.api.messages(self.number)

    @property
    def reads(self) -> list[str]:
        """The words of these messages."""
        return [message.get("text", message.get("caption", "")) for message in self.sees]

    @property
    def can_tap(self) -> list[str]:
        """What the buttons of the newest message say."""
        return [words for words, _ in buttons(self.sees[-1])] if self.sees else []

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so on their screen."""
        await self.api.until(true)

    async def until_reads(self, words: str) -> None:
        """Wait until the newest message holds these words."""
        await self.api.until(lambda: bool(self.reads) and words in self.reads[-1])


def buttons(message: dict[str, Any]) -> list[tuple[str, str]]:
    """Give the words and tokens of a message's buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [(button["text"], button["callback_data"]) for row in rows for button in row]
