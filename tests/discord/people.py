"""Somebody with Discord open in front of them.

Owns what a person can do there and what they see. Every deed goes out as the event Discord sends.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from .fake_discord import FakeDiscord
from .world import DM, GROUP, SERVER, Channel, Used

_TOKENS = itertools.count(1)
_CONTEXT = {SERVER: 0, DM: 1, GROUP: 2}


class Person:
    """One person's Discord."""

    def __init__(self, fake: FakeDiscord, name: str = "sam", locale: str = "en-GB") -> None:
        self._fake = fake
        self.who = fake.world.person(name, locale)
        self.id = self.who.id

    @property
    def dm(self) -> Channel:
        """Their DM with the bot."""
        return self._fake.world.dm(self.id)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What the bot's messages in the DM look like now."""
        bot = self._fake.world.bot["id"]
        return [m for m in self.dm.messages if m["author"]["id"] == bot]

    @property
    def last(self) -> dict[str, Any]:
        """The bot's latest message."""
        return self.messages[-1]

    def sees(self, words: str) -> bool:
        """Whether some message of the bot holds these words."""
        return any(words in message["content"] for message in self.messages)

    # --- deeds

    async def types(self, words: str, *, heard: bool = True, **more: Any) -> str:
        """Write into the DM. Without `heard` the bot is not told (it was away)."""
        world = self._fake.world
        world.written.append((self.id, words))
        made = world.message(self.dm, world.user(self.id), {"content": words, **more})
        made.update({k: v for k, v in more.items() if k != "attachments"})
        self.dm.messages.append(made)
        if heard:
            await self._fake.dispatch("MESSAGE_CREATE", {**made, "channel_type": 1})
        return str(made["id"])

    async def corrects(self, number: str, words: str) -> None:
        """Change an own message."""
        self._fake.world.written.append((self.id, words))
        for message in self.dm.messages:
            if message["id"] == number:
                message.update(content=words, edited_timestamp="2026-01-02T03:04:05.678000+00:00")
                await self._fake.dispatch("MESSAGE_UPDATE", dict(message))

    async def commands(self, name: str, where: str = DM) -> Used:
        """Use a slash command."""
        data = {"id": self._fake.world.snowflake(), "name": name, "type": 1}
        return await self._use(2, data, self._place(where))

    async def presses(self, label: str, message: dict[str, Any] | None = None) -> Used:
        """Press a button by its words, on the latest message that has it."""
        found, part = self._find(message, lambda part: part.get("label") == label)
        return await self.presses_id(part["custom_id"], found)

    async def presses_id(self, custom: str, message: dict[str, Any]) -> Used:
        """Press a button by its name, even one that is no longer shown."""
        data = {"custom_id": custom, "component_type": 2}
        return await self._use(3, data, self.dm, message=message)

    async def selects(self, *labels: str) -> Used:
        """Choose from the latest select by the words of its options."""
        found, part = self._find(None, lambda part: part["type"] == 3)
        values = {option["label"]: option["value"] for option in part["options"]}
        return await self._select(found, part, [values[label] for label in labels])

    async def chooses(self, message: dict[str, Any], keys: Sequence[str]) -> Used:
        """Choose from a message's select by how the values of its options end."""
        found, part = self._find(message, lambda part: part["type"] == 3)
        values = [option["value"] for option in part["options"]]
        return await self._select(
            found, part, [value for key in keys for value in values if value.endswith(f".{key}")]
        )

    async def _select(self, message: dict[str, Any], part: Any, values: Sequence[str]) -> Used:
        data = {"custom_id": part["custom_id"], "component_type": 3, "values": [*values]}
        return await self._use(3, data, self.dm, message=message)

    async def fills_in(self, opened: Used, words: str) -> Used:
        """Send off the modal that an interaction opened."""
        self._fake.world.written.append((self.id, words))
        modal = opened.answers[0]["data"]
        field = modal["components"][0]["component"]
        inside = {"type": 4, "id": 2, "custom_id": field["custom_id"], "value": words}
        data = {
            "custom_id": modal["custom_id"],
            "components": [{"type": 18, "id": 1, "component": inside}],
        }
        return await self._use(5, data, self.dm, message=opened.message)

    def shown(self) -> set[str]:
        """Give the labels of everything that can be pressed or selected now."""
        parts = [
            part
            for message in self.messages
            for row in message["components"]
            for part in row["components"]
        ]
        labels = {part["label"] for part in parts if part["type"] == 2}
        return labels | {option["label"] for part in parts for option in part.get("options", ())}

    def buttons(self, message: dict[str, Any] | None = None) -> list[str]:
        """Give the labels of a message's buttons."""
        rows = (message or self.last)["components"]
        return [part["label"] for row in rows for part in row["components"] if part["type"] == 2]

    # --- how it goes out

    def _place(self, where: str) -> Channel:
        world = self._fake.world
        return {DM: self.dm, SERVER: world.lobby, GROUP: world.group}[where]

    def _find(self, message: dict[str, Any] | None, fits: Any) -> tuple[dict[str, Any], Any]:
        for found in reversed(self.messages) if message is None else [message]:
            for row in found["components"]:
                for part in row["components"]:
                    if fits(part):
                        return found, part
        raise AssertionError(f"nothing to press in {[m['content'] for m in self.messages]}")

    async def _use(
        self,
        kind: int,
        data: dict[str, Any],
        channel: Channel,
        message: dict[str, Any] | None = None,
    ) -> Used:
        world = self._fake.world
        used = Used(
            id=world.snowflake(),
            token=f"interaction-token-{next(_TOKENS)}",
            kind=kind,
            person=self.id,
            channel=channel,
            made=world.now(),
            message=message,
        )
        world.used[used.id] = used
        user = world.user(self.id)
        in_server = channel.kind == SERVER
        raw: dict[str, Any] = {
            "id": used.id,
            "application_id": world.application,
            "type": kind,
            "data": data,
            "channel_id": channel.id,
            "channel": _channel(channel, user),
            "token": used.token,
            "version": 1,
            "locale": self.who.locale,
            "app_permissions": "0",
            "attachment_size_limit": 10 * 1024 * 1024,
            "authorizing_integration_owners": {"0": world.guild if in_server else "0"},
            "context": _CONTEXT[channel.kind],
            "entitlements": [],
        }
        if in_server:
            raw["guild_id"] = world.guild
            raw["guild"] = {"id": world.guild, "features": [], "locale": "en-US"}
            raw["guild_locale"] = "en-US"
            raw["member"] = _member(user)
        else:
            raw["user"] = user
        if message is not None:
            raw["message"] = {k: v for k, v in message.items() if k != "nonce"}
        await self._fake.dispatch("INTERACTION_CREATE", raw)
        return used


def _channel(channel: Channel, user: dict[str, Any]) -> dict[str, Any]:
    if channel.kind == SERVER:
        return {
            "id": channel.id,
            "type": 0,
            "name": "lobby",
            "permissions": "0",
            "position": 0,
            "guild_id": "0",
        }
    if channel.kind == GROUP:
        return {"id": channel.id, "type": 3, "name": None, "recipients": [user], "owner_id": "1"}
    return {"id": channel.id, "type": 1, "name": None, "recipients": [user]}


def _member(user: dict[str, Any]) -> dict[str, Any]:
    return {
        "user": user,
        "roles": [],
        "joined_at": "2025-01-01T00:00:00.000000+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": "0",
        "nick": None,
        "avatar": None,
        "pending": False,
        "premium_since": None,
        "communication_disabled_until": None,
    }
