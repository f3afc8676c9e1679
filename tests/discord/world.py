"""What the fake Discord knows: people, channels, messages, interactions.

Owns the state and Discord's own rules about it. Knows nothing of HTTP or sockets.
"""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

EPOCH = 1_420_070_400_000
BOT_TOKEN = "bm90LWEtcmVhbC1ib3Q.Gabcde.made-up-for-the-tests-only"
EPHEMERAL = 64
DM, SERVER, GROUP = "dm", "server", "group"

TELLING = 8
"""Characters from which on a text is looked for where it should not be; shorter ones are in any
text by chance."""

ANSWER_WITHIN = 3.0
TOKEN_LIFE = 15 * 60.0


class Refusal(Exception):
    """An error answer of Discord: HTTP status, JSON code, words."""

    def __init__(self, status: int, code: int, says: str, **more: Any) -> None:
        super().__init__(says)
        self.status = status
        self.body: dict[str, Any] = {"message": says, "code": code, **more}


@dataclass
class Somebody:
    """A person with an account."""

    id: str
    name: str
    locale: str = "en-GB"
    open: bool = True  # takes DMs
    refused_with: tuple[int, int] = (403, 50007)


@dataclass
class Channel:
    """A place for messages, and who looks at it."""

    id: str
    kind: str
    person: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Used:
    """An interaction and what was answered."""

    id: str
    token: str
    kind: int
    person: str
    channel: Channel
    made: float
    message: dict[str, Any] | None = None
    answers: list[dict[str, Any]] = field(default_factory=list)
    answered: float = 0.0
    original: dict[str, Any] | None = None
    ephemeral: bool = False
    waiting: bool = False  # deferred and not yet filled in
    taken_back: bool = False  # the answer was deleted again


@dataclass(frozen=True)
class Post:
    """Something the bot showed, as it was then: where, whether only one person saw it, and whether
    it was a message of its own or a change to one."""

    kind: str
    ephemeral: bool
    message: dict[str, Any]
    new: bool = True


class World:
    """Everything the fake knows."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self.late = 0.0
        self.application = self.snowflake()
        self.bot = self._user(self.application, "Ajar", bot=True)
        self.people: dict[str, Somebody] = {}
        self.channels: dict[str, Channel] = {}
        self.dms: dict[str, Channel] = {}
        self.used: dict[str, Used] = {}
        self.posts: list[Post] = []
        self.opened: list[str] = []
        self.written: list[tuple[str, str]] = []
        self.guild = self.snowflake()
        self.lobby = self._channel(SERVER)
        self.group = self._channel(GROUP)

    # --- small things

    def snowflake(self) -> str:
        """Make an id with the time in it, larger than all before."""
        return str((int(time.time() * 1000) - EPOCH << 22) + next(self._numbers))

    def now(self) -> float:
        """Seconds, moved on by `late`."""
        return time.monotonic() + self.late

    def person(self, name: str, locale: str = "en-GB") -> Somebody:
        """Make somebody."""
        made = Somebody(self.snowflake(), name, locale)
        self.people[made.id] = made
        return made

    def user(self, person: str) -> dict[str, Any]:
        """Give the user object of a person."""
        return self._user(person, self.people[person].name)

    def _user(self, number: str, name: str, *, bot: bool = False) -> dict[str, Any]:
        return {
            "id": number,
            "username": name,
            "discriminator": "0",
            "global_name": None,
            "avatar": None,
            **({"bot": True} if bot else {}),
        }

    def _channel(self, kind: str, person: str = "") -> Channel:
        made = Channel(self.snowflake(), kind, person)
        self.channels[made.id] = made
        return made

    def dm(self, person: str) -> Channel:
        """Give somebody's DM with the bot."""
        if person not in self.dms:
            self.dms[person] = self._channel(DM, person)
        return self.dms[person]

    # --- what is nobody else's business

    def leaks(self) -> list[str]:
        """Tell of everything the bot showed where others could have seen it: out of a DM without
        being ephemeral, or somebody's own words in another person's DM."""
        public = [
            f"{post.kind}: {post.message['content']}"
            for post in self.posts
            if post.kind != DM and not post.ephemeral
        ]
        writers: defaultdict[str, set[str]] = defaultdict(set)
        for who, words in self.written:
            if len(words) >= TELLING:
                writers[words].add(who)
        read = {
            (self.channels[post.message["channel_id"]].person, post.message["content"])
            for post in self.posts
            if post.kind == DM
        }
        return public + [
            f"to somebody else: {content}"
            for reader, content in sorted(read)
            for words, who in writers.items()
            if words in content and reader not in who
        ]

    def secrets(self) -> Iterator[str]:
        """Give what may be in no log: the tokens, every id, and the words of people and of ours."""
        yield from (BOT_TOKEN, BOT_TOKEN.rpartition(".")[2])
        yield from (*self.people, *self.channels, self.guild)
        for used in self.used.values():
            yield from (used.id, used.token)
        for channel in self.channels.values():
            yield from (message["id"] for message in channel.messages)
        yield from (words for _, words in self.written if len(words) >= TELLING)
        for post in self.posts:
            lines = post.message["content"].split("\n")
            yield from (line for line in lines if len(line) >= TELLING)

    # --- what the bot does

    def open_dm(self, person: str) -> Channel:
        """Open a DM for the bot."""
        if person not in self.people:
            raise Refusal(400, 50033, "Invalid Recipient(s)")
        self.opened.append(person)
        return self.dm(person)

    def reachable(self, channel: str) -> Channel:
        """Give a channel the bot may write to, or refuse as Discord does."""
        found = self.channels.get(channel)
        if found is None:
            raise Refusal(404, 10003, "Unknown Channel")
        person = self.people.get(found.person)
        if person is not None and not person.open:
            raise Refusal(*person.refused_with, "Cannot send messages to this user")
        return found

    def create(self, channel: Channel, body: dict[str, Any]) -> dict[str, Any]:
        """Post a message of the bot."""
        nonce = body.get("nonce")
        if nonce is not None and len(str(nonce)) > 25:
            raise Refusal(400, 50035, "Invalid Form Body: nonce")
        if nonce is not None and body.get("enforce_nonce"):
            for message in channel.messages:
                if message.get("nonce") == nonce:
                    return message
        check_message(body)
        made = self.message(channel, self.bot, body)
        channel.messages.append(made)
        self._show(channel.kind, made)
        return made

    def edit(self, message: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        """Change a message of the bot."""
        if message["author"]["id"] != self.bot["id"]:
            raise Refusal(403, 50005, "Cannot edit a message authored by another user")
        changed = {**message, **{k: v for k, v in body.items() if k in {"content", "components"}}}
        check_message(changed)
        message.update(changed, edited_timestamp=_stamp())
        self._show(self.channels[message["channel_id"]].kind, message, new=False)
        return message

    def _show(self, kind: str, message: dict[str, Any], *, new: bool = True) -> None:
        ephemeral = bool(message["flags"] & EPHEMERAL)
        self.posts.append(Post(kind, ephemeral, dict(message), new))

    def delete(self, channel: str, message: str) -> None:
        """Delete a message; in a DM the bot may delete its own only."""
        found = self.find(channel, message)
        if found["author"]["id"] != self.bot["id"]:
            raise Refusal(403, 50003, "Cannot execute action on a DM channel")
        self.channels[channel].messages.remove(found)

    def find(self, channel: str, message: str) -> dict[str, Any]:
        """Give one message of a channel."""
        for found in self.reachable(channel).messages:
            if found["id"] == message:
                return found
        raise Refusal(404, 10008, "Unknown Message")

    def message(
        self, channel: Channel, author: dict[str, Any], body: dict[str, Any]
    ) -> dict[str, Any]:
        """Make a message object."""
        attachments = [
            {
                "id": self.snowflake(),
                "filename": wanted["filename"],
                "size": wanted.get("size", 1),
                "url": "attachment:" + wanted["filename"],
                "proxy_url": "attachment:" + wanted["filename"],
                **{k: wanted[k] for k in ("description", "content_type") if k in wanted},
            }
            for wanted in body.get("attachments") or ()
        ]
        return {
            "id": self.snowflake(),
            "channel_id": channel.id,
            "author": author,
            "content": body.get("content") or "",
            "timestamp": _stamp(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": attachments,
            "embeds": [],
            "pinned": False,
            "type": 0,
            "flags": body.get("flags") or 0,
            "components": body.get("components") or [],
            **({"nonce": body["nonce"]} if body.get("nonce") is not None else {}),
        }

    # --- interactions

    def answer(self, number: str, token: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Take the answer to an interaction; gives the message it made, if it made one."""
        used = self.used.get(number)
        if used is None or used.token != token or self.now() - used.made > ANSWER_WITHIN:
            raise Refusal(404, 10062, "Unknown interaction")
        if used.answers:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        kind, data = body["type"], body.get("data") or {}
        if kind in {6, 7} and used.message is None:
            raise Refusal(400, 50035, "Invalid Form Body: type")
        if kind == 9 and used.kind == 5:
            raise Refusal(400, 50035, "Invalid Form Body: type")
        made = None
        if kind == 4:
            check_message(data)
            made = self._respond(used, data)
        elif kind == 5:
            used.ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
            used.waiting = True
            self._show(used.channel.kind, self.message(used.channel, self.bot, data), new=False)
        elif kind == 6:
            used.original = used.message
        elif kind == 7:
            used.original = self.edit(used.message or {}, data)
        used.answers.append(body)
        used.answered = self.now()
        return made

    def _respond(self, used: Used, data: dict[str, Any]) -> dict[str, Any]:
        made = self.message(used.channel, self.bot, data)
        used.ephemeral = bool(made["flags"] & EPHEMERAL)
        used.original = made
        if not used.ephemeral:
            used.channel.messages.append(made)
        self._show(used.channel.kind, made)
        return made

    def with_token(self, token: str) -> Used:
        """Find an interaction whose token is still good."""
        for used in self.used.values():
            if used.token == token and self.now() - used.made <= TOKEN_LIFE:
                return used
        raise Refusal(401, 50027, "Invalid Webhook Token")

    def fill_in(self, used: Used, body: dict[str, Any]) -> dict[str, Any]:
        """Change, or after a deferral make, the answer of an interaction."""
        if used.original is None:
            if not used.waiting:
                raise Refusal(404, 10008, "Unknown Message")
            check_message(body)
            used.waiting = False
            flags = (body.get("flags") or 0) | (EPHEMERAL if used.ephemeral else 0)
            return self._respond(used, {**body, "flags": flags})
        return self.edit(used.original, body)

    def take_back(self, used: Used) -> None:
        """Delete the answer of an interaction."""
        used.waiting = False
        used.taken_back = True
        if used.original in used.channel.messages:
            used.channel.messages.remove(used.original)
        used.original = None


def _stamp() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000000+00:00"


def check_message(body: dict[str, Any]) -> None:
    """Refuse what Discord's documentation forbids and its description does not say."""
    content = body.get("content") or ""
    if len(content) > 2000:
        raise Refusal(400, 50035, "Invalid Form Body: content")
    rows = body.get("components") or []
    if not content and not body.get("attachments") and not rows:
        raise Refusal(400, 50006, "Cannot send an empty message")
    names: list[str] = []
    wrong = len(rows) > 5
    for row in rows:
        inside = row["components"]
        wrong = wrong or not 1 <= len(inside) <= 5
        for part in inside:
            names += [part["custom_id"]] if "custom_id" in part else []
            if part["type"] == 3:
                values = [option["value"] for option in part["options"]]
                wrong = wrong or len(inside) > 1 or len(set(values)) != len(values)
                wrong = wrong or not part["min_values"] <= part["max_values"] <= len(values)
                wrong = wrong or any(not option["label"] for option in part["options"])
            elif not part.get("label"):
                wrong = True
    if wrong or len(set(names)) != len(names):
        raise Refusal(400, 50035, "Invalid Form Body: components")
