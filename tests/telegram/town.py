"""A town of people who answer Ajar on the fake server."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .fake_bot_api import FakeBotApi
from .people import Person, buttons

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


@dataclass
class Townsman:
    """Somebody who answers every question once, by tap or by typing, and at times taps twice."""

    person: Person
    rng: random.Random
    asked: int = -1
    answered: int = -1
    heard: int = 0
    answers: list[tuple[str, object]] = field(default_factory=list)
    tired: bool = False

    async def listen(self) -> None:
        """Look at every message that is new."""
        sent = self.person.api.chats.sent[self.person.number]
        while self.heard < len(sent):
            self.heard += 1
            await self._hear(sent[self.heard - 1])

    async def _hear(self, message: dict[str, Any]) -> None:
        tokens = [token for _, token in buttons(message)]
        step = next((s for words, s in STEPS.items() if message["text"].startswith(words)), None)
        if not tokens or step is None:
            return
        asked = int(tokens[0].split(".")[1], 36)
        if asked <= self.asked:
            return  # doubled
        self.asked = asked
        if not self.tired:
            self.answered = asked
            await self._answer(step, message, tokens)

    async def _answer(self, step: str, message: dict[str, Any], tokens: list[str]) -> None:
        value: object
        match step:
            case "note":
                value = f"quiet words {self.person.number} {self.asked}"
                await self.person.say(str(value))
            case "size":
                value = self.rng.randint(1, 5)
                if self.rng.random() < 0.5:
                    await self.person.say(str(value))
                else:
                    await self.person.press(tokens[int(value) - 1], message)
            case "fits":
                value = ["round", "old"]
                done = next(token for token in tokens if token.endswith("done"))
                for token in (tokens[0], tokens[2], done):
                    await self.person.press(token, message)
            case _:
                token = tokens[0 if step in ("hello", "consent", "again") else 2]
                value = token.split(".")[2]
                await self.person.press(token, message)
                if self.rng.random() < 0.3:
                    await self.person.press(token, message)
        self.answers.append((step, value))

    @property
    def settled(self) -> bool:
        """Whether the answer to their last answer has come."""
        return self.asked > self.answered


def made(api: FakeBotApi, count: int, seed: int) -> list[Townsman]:
    """Make a town."""
    return [
        Townsman(Person(api, 1_000_000 + n), random.Random(seed * 1000 + n)) for n in range(count)
    ]


async def live(api: FakeBotApi, town: Sequence[Townsman]) -> None:
    """Let everyone write for the first time, then answer whatever comes, until cancelled."""
    for man in town:
        await man.person.say("/start")
    seen = 0
    by_number = {man.person.number: man for man in town}
    while True:
        while api.chats.unheard:
            await by_number[api.chats.unheard.popleft()].listen()
        await api.look_again()
        seen = await api.change(seen)


def doubles(api: FakeBotApi, man: Townsman) -> int:
    """Count the messages that came to somebody more than once."""
    sent = Counter(str(buttons(m)) for m in api.chats.sent[man.person.number] if buttons(m))
    return sum(count - 1 for count in sent.values())
