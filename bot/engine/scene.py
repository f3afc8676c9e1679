"""One turn in the making.

Owns what a turn collects: the changed conversation, replies, effects. The rules of what happens
live in the modules that act on it; this one only knows how to speak and how to note down.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.engine import tokens, wording
from bot.engine.conversation import Conversation, Frame, Panel, Value
from bot.engine.effects import Effect, Turn
from bot.flows.house import House
from bot.flows.library import Library
from bot.ports import Verdict
from bot.replies import Choice, Form, Reply, Span, Text, Urgency, plain

WAY = "!"
"""Marks the key of a way (`!menu`): pressable in any turn, never an answer."""

LABEL_LIMIT = 80
"""Characters of a button's label (Discord refuses more; Telegram shows fewer)."""


class Scene:
    """A turn in the making: a private copy of the conversation, and what has been said so far.

    `fresh` holds the answers of this very turn, so that words which are not kept can still be
    echoed once. `memo` is where features leave notes for one another in a turn; nothing of it is
    kept. `ended` names the flow that came to its end in this turn.
    """

    def __init__(
        self,
        library: Library,
        conversation: Conversation,
        now: datetime,
        rng: random.Random,
        *,
        own: bool = False,
    ) -> None:
        """Begin. With `own` the conversation belongs to nobody else and is not copied."""
        self.library = library
        self.talk = conversation if own else conversation.copy()
        self.now = now
        self.stamp = int(now.timestamp())
        """Now, in Unix seconds."""
        self.rng = rng
        self.replies: list[Reply] = []
        self.effects: list[Effect] = []
        self.verdict = Verdict.HANDLED
        self.notice = ""
        self.urgency = Urgency.LIVE
        self.until = 0
        self.fresh: dict[str, Value] = {}
        self.memo: dict[str, Any] = {}
        self.ended = ""
        self.trace: list[tuple[str, str, int]] = []

    @property
    def house(self) -> House:
        """The house words in the person's language."""
        return self.library.house(self.talk.language)

    def finish(self) -> Turn:
        """Give what has become of the turn."""
        return Turn(
            self.talk,
            tuple(self.replies),
            tuple(self.effects),
            self.verdict,
            self.notice,
            tuple(self.trace),
        )

    def choice(self, key: str, label: str, *, asked: int = 0, chosen: bool = False) -> Choice:
        """Make a button of this turn, or of the turn a question was `asked` in."""
        token = tokens.make(self.talk.tag, asked or self.talk.turn, key)
        return Choice(token, wording.shorten(label, LABEL_LIMIT), chosen)

    def choices(self, options: Iterable[tuple[str, str]], *, asked: int = 0) -> tuple[Choice, ...]:
        """Make buttons as `choice` does, from (key, label) pairs."""
        stem = tokens.stem(self.talk.tag, asked or self.talk.turn)
        return tuple(
            [Choice(stem + key, wording.shorten(label, LABEL_LIMIT)) for key, label in options]
        )

    def way(self, name: str) -> Choice:
        """Make one of the small buttons beneath a message; its words are the phrase `way-NAME`."""
        return self.ways(name)[0]

    def ways(self, *names: str, asked: int = 0) -> tuple[Choice, ...]:
        """Make several of them."""
        phrase = self.house.phrase
        return self.choices([(WAY + name, phrase(f"way-{name}")) for name in names], asked=asked)

    def phrase(self, key: str, values: Mapping[str, str] | None = None) -> Text:
        """Word a house phrase; among variants the one heard longest ago."""
        variants = self.house.variants(key)
        name = f"house/{key}"
        index = wording.least_recent(name, len(variants), self.talk.heard)
        if len(variants) > 1:
            self.talk.heard[f"{name}#{index}"] = self.talk.turn
        return wording.plainly(variants[index], values or {})

    def say(self, text: Text, *, ways: Sequence[Choice] = ()) -> None:
        """Add a plain message."""
        if plain(text).strip():
            self.replies.append(self.made(text, ways=tuple(ways)))

    def tell(self, key: str, values: Mapping[str, str] | None = None) -> None:
        """Add a house phrase as a message."""
        self.say(self.phrase(key, values))

    def made(self, text: Text, **parts: Any) -> Reply:
        """Make a message, marked with this turn."""
        return Reply(
            text,
            turn=self.talk.turn,
            urgency=self.urgency,
            language=self.talk.language,
            until=self.until,
            **parts,
        )

    def reply(self, reply: Reply) -> None:
        """Add a message, marked with this turn."""
        turn, urgency, language = self.talk.turn, self.urgency, self.talk.language
        if (reply.turn, reply.urgency, reply.language) != (turn, urgency, language):
            reply = replace(reply, turn=turn, urgency=urgency, language=language, until=self.until)
        self.replies.append(reply)

    def retire(self, asked: int, text: Text = (), answer: str = "") -> None:
        """Take the buttons off an earlier message; with `text`, show it with what was chosen."""
        if asked:
            self.replies.append(self.made(text, edits=asked, answer=answer))

    def panel(
        self,
        name: str,
        text: Text,
        options: Sequence[tuple[str, str]],
        *,
        data: dict[str, object] | None = None,
        ways: Sequence[str] = (),
    ) -> None:
        """Lay a house question over whatever is open. `options` are (key, label) pairs."""
        self.fold_panel()
        self.talk.panel = Panel(
            name,
            self.talk.turn,
            [key for key, _ in options],
            {**(data or {}), "labels": dict(options)},
        )
        self.replies.append(
            self.made(
                text,
                form=Form.LIST if options else Form.NONE,
                choices=self.choices(options),
                ways=self.ways(*ways),
            )
        )

    def fold_panel(self, answer: str = "") -> None:
        """Put the panel away and take its buttons off."""
        if self.talk.panel is not None:
            self.retire(self.talk.panel.asked, answer=answer)
            self.talk.panel = None

    def options(self, *keys: str) -> list[tuple[str, str]]:
        """Pair keys with their labels from the house phrases `choice-KEY`."""
        return [(key, self.house.phrase(f"choice-{key}")) for key in keys]

    def away_for(self) -> timedelta:
        """How long ago the person was last here."""
        return timedelta(seconds=max(0, self.stamp - self.talk.last_contact))


def words_of(*parts: Text | str, between: str = "\n\n") -> Text:
    """Join texts into one message."""
    spans: list[Span] = []
    for part in parts:
        text = (Span(part),) if isinstance(part, str) else part
        if not text or not plain(text):
            continue
        if spans:
            spans.append(Span(between))
        spans.extend(text)
    return tuple(spans)


def name_of(frame: Frame, step: str = "") -> str:
    """Give the full name of a step: `flow/step`."""
    return f"{frame.flow}/{step or frame.step}"
