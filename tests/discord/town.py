"""A town of people who answer Ajar on the fake Discord, by buttons, selects, modals and typing.

Owns what they do and what came of it. Somebody whose press Discord shows as failed, because Ajar
went away before acknowledging it, presses again and may choose something else.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.discord import custom_ids
from adapters.discord.answering import DEFER_AFTER, Answer
from bot.engine import tokens

from .fake_discord import FakeDiscord, Session
from .people import Person
from .world import DM, SERVER, Used

STEPS = {
    "Hello.": "hello",
    "What may": "consent",
    "Which colour": "colour",
    "How large": "size",
    "Which of": "fits",
    "What did": "note",
    "You noted": "again",
}
"""How each question of `tests/small` begins, and its step."""

ONLY = {"hello": "begin", "consent": "words", "again": "again"}
"""What everybody answers where another answer would lead elsewhere."""

COLOURS = ("red", "green", "blue")
FITS = ("round", "soft", "old")

START = "start"
"""The step before the first question: the command that brings it."""


@dataclass
class Try:
    """One attempt to answer: the value, and the interaction it went by (none where it was typed),
    in which session of the gateway."""

    value: object
    used: Used | None
    session: Session | None

    @property
    def acknowledged(self) -> bool:
        """Whether Discord shows that it was taken. What the clock puts off counts for nothing: it
        is answered so that Discord does not call it failed, before it is durable."""
        if self.used is None:
            return True  # it stands in the DM, where it is read back
        return bool(self.used.answers) and not self.put_off

    @property
    def put_off(self) -> bool:
        """Whether the clock was first to answer."""
        if self.used is None or not self.used.answers:
            return False
        later = self.used.answers[0]["type"] in {Answer.MESSAGE_LATER, Answer.UPDATE_LATER}
        return later and self.used.answered - self.used.made >= DEFER_AFTER - 0.1

    @property
    def closed(self) -> bool:
        """Whether its acknowledgement was the closing of the question itself."""
        return (
            self.used is not None
            and self.used.answers[:1] != []
            and (self.used.answers[0]["type"] == Answer.UPDATE)
        )


@dataclass
class Answered:
    """One question that somebody answered, and all their attempts at it."""

    step: str
    turn: int
    message: dict[str, Any] | None = None
    tries: list[Try] = field(default_factory=list)
    writing: Used | None = None  # the press that opens a modal, until that is sent off

    @property
    def possible(self) -> list[object]:
        """Give the values that may have been kept: where one was seen to be taken, only that."""
        closed = [one.value for one in self.tries if one.closed]
        taken = [one.value for one in self.tries if one.acknowledged and not _refused(one)]
        return closed[:1] or taken[:1] or [one.value for one in self.tries]


@dataclass
class Citizen:
    """Somebody who answers every question once."""

    person: Person
    rng: random.Random
    home: str = DM
    answers: list[Answered] = field(default_factory=list)
    asked: int = -1
    tired: bool = False
    again: int = 0
    _heard: int = 0

    async def look(self, fake: FakeDiscord) -> None:
        """Look at the screen: answer a new question, or press again what has failed."""
        session = fake.session
        if not self.answers:
            self.answers.append(Answered(START, -1))
            await self._begin(session)
        messages = self.person.dm.messages
        while self._heard < len(messages):
            self._heard += 1
            await self._hear(messages[self._heard - 1], session)
        latest = self.answers[-1]
        if latest.turn < self.asked:
            return  # tired: the question stays open
        if latest.writing is not None and latest.writing.answers:
            opened, latest.writing = latest.writing, None
            await self._fill_in(latest, opened, session)
        elif session is not None and self._failed(latest, session):
            self.again += 1
            await self._answer(latest, session)

    def _failed(self, latest: Answered, session: Session) -> bool:
        """Whether nothing came of the latest attempt while the gateway has another session, and
        there is still something to press."""
        attempt = latest.tries[-1]
        open_still = latest.message is None or names(latest.message) != []
        return attempt.session is not session and not attempt.acknowledged and open_still

    async def _begin(self, session: Session | None) -> None:
        used = await self.person.commands("start", self.home)
        self.answers[0].tries.append(Try(None, used, session))

    async def _hear(self, message: dict[str, Any], session: Session | None) -> None:
        found = token_of(message)
        if found is None or found.turn <= self.asked:
            return
        step = next(s for words, s in STEPS.items() if message["content"].startswith(words))
        self.asked = found.turn
        if not self.tired:
            self.answers.append(Answered(step, found.turn, message))
            await self._answer(self.answers[-1], session)

    async def _answer(self, question: Answered, session: Session | None) -> None:
        message = question.message
        if message is None:
            await self._begin(session)
        elif question.step == "fits":
            values = sorted(self.rng.sample(FITS, 2), key=FITS.index)
            used = await self.person.chooses(message, [f"+{value}" for value in values])
            question.tries.append(Try(values, used, session))
        elif question.step == "note":
            await self._write(question, message, session)
        else:
            await self._choose(question, message, session)

    async def _choose(
        self, question: Answered, message: dict[str, Any], session: Session | None
    ) -> None:
        value: object = ONLY.get(question.step) or self.rng.choice(COLOURS)
        if question.step == "size":
            value = self.rng.randint(1, 5)
        if question.step in {"size", "colour"} and self._types(question):
            await self.person.types(str(value))
            question.tries.append(Try(value, None, session))
            return
        name = next(name for name in names(message) if name.endswith(f".{value}"))
        used = await self.person.presses_id(name, message)
        question.tries.append(Try(value, used, session))
        if self.rng.random() < 0.3:
            await self.person.presses_id(name, message)

    def _types(self, question: Answered) -> bool:
        """Whether they answer by typing. Not after a press that failed: if that was kept all the
        same, the words would be about the next question, which they have not seen yet."""
        return not question.tries and self.rng.random() < 0.5

    async def _write(
        self, question: Answered, message: dict[str, Any], session: Session | None
    ) -> None:
        words = f"quiet words {question.turn} of {self.person.who.name}"
        if self._types(question):
            await self.person.types(words)
            question.tries.append(Try(words, None, session))
            return
        name = next(name for name in names(message) if name.startswith(custom_ids.WRITE))
        question.writing = await self.person.presses_id(name, message)
        question.tries.append(Try(None, question.writing, session))

    async def _fill_in(self, question: Answered, opened: Used, session: Session | None) -> None:
        """Send off what was written in a modal; the press that opened it is no attempt any more."""
        words = f"quiet words {question.turn}.{len(question.tries)} of {self.person.who.name}"
        used = await self.person.fills_in(opened, words)
        question.tries[-1] = Try(words, used, session)

    @property
    def settled(self) -> bool:
        """Whether the answer to their last answer has come."""
        return self.asked > self.answers[-1].turn


def _refused(attempt: Try) -> bool:
    """Whether it was told that the question had moved on: an earlier attempt was taken."""
    used = attempt.used
    return used is not None and bool(used.answers) and used.answers[0]["type"] == Answer.MESSAGE


def names(message: dict[str, Any]) -> list[str]:
    """Give the names of everything on a message that can be used."""
    return [
        part["custom_id"]
        for row in message["components"]
        for part in row["components"]
        if "custom_id" in part
    ]


def token_of(message: dict[str, Any]) -> tokens.Token | None:
    """Give a token of the question that this message asks."""
    for name in names(message):
        bare = name.removeprefix(custom_ids.PICK)
        if bare.startswith(custom_ids.WRITE):
            bare, _ = custom_ids.read_write(bare)
        found = tokens.read(bare)
        if found is not None:
            return found
    return None


def made(fake: FakeDiscord, count: int, seed: int, in_server: int) -> list[Citizen]:
    """Make a town, some of whom find the bot in a server."""
    return [
        Citizen(
            # Of one length, so that nobody's words are the beginning of somebody else's.
            Person(fake, f"Sam {number:03}"),
            random.Random(seed * 1000 + number),
            SERVER if number < in_server else DM,
        )
        for number in range(count)
    ]


async def live(fake: FakeDiscord, town: Sequence[Citizen]) -> None:
    """Let everyone begin, then answer whatever comes, until cancelled."""
    while True:
        before = fake.changes
        for citizen in town:
            await citizen.look(fake)
        await fake.until(lambda seen=before: fake.changes > seen, within=60)


def doubles(fake: FakeDiscord) -> int:
    """Count the messages that came to somebody more than once, by what they offer."""
    shown = Counter(
        (post.message["channel_id"], str(names(post.message)))
        for post in fake.world.posts
        if post.new and names(post.message)
    )
    return sum(count - 1 for count in shown.values())
