"""`ajar run` on Telegram, killed at any instant while a town answers it."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.events import Address
from bot.store import notebook, people
from bot.store.connection import Transaction
from bot.store.store import Store

from .fake_bot_api import TOKEN, FakeBotApi
from .people import Person, buttons

HERE = Path(__file__).parent
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

PACE = 100
"""Messages a second: four times Telegram's, so that every kill meets somebody."""

PATIENCE = 30
"""Seconds after which something that was promised will not come any more."""


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


class Runs:
    """Runs of `ajar run`, one after the other."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = 0

    async def start(self) -> None:
        """Start a run."""
        self.pid = await self._order("go")

    async def end(self, number: signal.Signals) -> int:
        """Send a signal to the run; give its exit code."""
        os.kill(self.pid, number)
        code = await self._order("reap")
        self.pid = 0
        return code

    async def _order(self, line: str) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{line}\n".encode())
        async with asyncio.timeout(PATIENCE):
            return int(await self._process.stdout.readline())


@asynccontextmanager
async def runs(api: FakeBotApi, folder: Path) -> AsyncIterator[Runs]:
    """Prepare to run Ajar against this server; the log goes to `ajar.log` in the folder."""
    environment = {
        **os.environ,
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api.url,
        "DATABASE_URL": f"sqlite:///{folder}/ajar.db",
        "CONTENT_DIR": str(HERE.parent / "small"),
        "LOG_LEVEL": "DEBUG",
    }
    with (folder / "ajar.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(HERE / "forked_ajar.py"),
            str(PACE),
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
        running = Runs(process)
        try:
            yield running
        finally:
            if running.pid:
                os.kill(running.pid, signal.SIGKILL)
            assert process.stdin
            process.stdin.close()
            await process.wait()


async def kept(folder: Path, town: list[Townsman]) -> dict[int, tuple[int, list[Any]]]:
    """Give, for everyone, the turn of their open question and their answers as the database has
    them, in order."""
    store = await Store.open(f"sqlite:///{folder}/ajar.db", key=None, now=lambda: datetime.now(UTC))

    def one(tx: Transaction, number: int) -> tuple[int, list[Any]]:
        person = people.find(tx, store._desk.vault, Address("telegram", str(number)))
        assert person is not None
        assert person.conversation.frame is not None
        rows = sorted(notebook.load(tx, store._desk.vault, person), key=lambda row: row.turn)
        answers = [
            (row.step, [*row.value] if isinstance(row.value, tuple) else row.value)
            for row in rows
            if row.step not in ("hello", "consent")
        ]
        return person.conversation.frame.asked, answers

    numbers = [man.person.number for man in town]
    try:
        assert [] == await store.lanes()
        return await store._writer.do(lambda tx: {number: one(tx, number) for number in numbers})
    finally:
        await store.close()


async def killed_often(folder: Path, kills: int, seed: int) -> tuple[list[Townsman], int]:
    """Let fifty people answer while Ajar is killed over and over; check everything, and give the
    people and how many messages came twice."""
    rng = random.Random(seed)
    async with FakeBotApi() as api, runs(api, folder) as running:
        town = [
            Townsman(Person(api, 1_000_000 + n), random.Random(seed * 1000 + n)) for n in range(50)
        ]

        async def live() -> None:
            for man in town:
                await man.person.say("/start")
            seen = 0
            while True:
                for man in town:
                    await man.listen()
                seen = await api.change(seen)

        living = asyncio.create_task(live())
        for kill in range(kills):
            await running.start()
            # The instant is the subject of the test: from the first steps of the start to the
            # middle of the crowd; and every other time just when a message has arrived.
            await asyncio.sleep(rng.choice([0.1, 0.5, 1.5]) * rng.random())
            if kill % 2:
                seen = len(api.of("sendMessage"))
                await api.until(lambda seen=seen: len(api.of("sendMessage")) > seen, PATIENCE)
            assert -signal.SIGKILL == await running.end(signal.SIGKILL)
        await running.start()
        for man in town:
            man.tired = True
        await api.until(lambda: all(man.settled for man in town), PATIENCE)
        await api.until(lambda: not api.pending, PATIENCE)
        assert 0 == await running.end(signal.SIGTERM)
        living.cancel()
        assert 1 == len(api.of("setChatMenuButton")), "presence is told once"
    doubled = sum(doubles(api, man) for man in town)
    found = await kept(folder, town)
    for man in town:
        asked, answers = found[man.person.number]
        given = [answer for answer in man.answers if answer[0] not in ("hello", "consent")]
        assert given == answers
        assert asked == man.asked, "a question never reached its person"
    return town, doubled


def doubles(api: FakeBotApi, man: Townsman) -> int:
    """Count the messages that came to somebody more than once."""
    sent = Counter(str(buttons(m)) for m in api.chats.sent[man.person.number] if buttons(m))
    return sum(count - 1 for count in sent.values())


def nothing_private_in(log: Path, town: list[Townsman]) -> None:
    """Search the whole log, written at DEBUG, for the token, people's words and their numbers."""
    written = log.read_text(encoding="utf-8")
    assert "connected" in written
    for private in (TOKEN, TOKEN.partition(":")[2], "quiet words", "Which colour"):
        assert private not in written
    for man in town:
        assert str(man.person.number) not in written


async def test_twenty_five_kills_lose_nothing_and_double_little(tmp_path: Path) -> None:
    """Killed 25 times while fifty people answer: every answer is there once, in order, under its
    question; every question was seen; at most one message a kill came twice; and the log at DEBUG
    holds neither token nor words nor numbers of people."""
    town, doubled = await killed_often(tmp_path, 25, seed=1)
    answers = sum(len(man.answers) for man in town)
    print(f"25 kills, {answers} answers, {doubled} messages came twice")
    assert answers > 200
    assert doubled <= 25
    nothing_private_in(tmp_path / "ajar.log", town)


@pytest.mark.long
async def test_three_hundred_kills_lose_nothing_and_double_little(tmp_path: Path) -> None:
    """The same over 300 kills."""
    town, doubled = await killed_often(tmp_path, 300, seed=2)
    print(f"300 kills, {sum(len(m.answers) for m in town)} answers, {doubled} came twice")
    assert doubled <= 300
    nothing_private_in(tmp_path / "ajar.log", town)
