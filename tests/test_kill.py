"""Killed at any instant: no acknowledged answer is lost, none is handled twice, none is filed under
another question, and at most the message in flight comes twice."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.events import Address
from bot.store import notebook, people
from bot.store.connection import Transaction
from bot.store.store import Store

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
"""How each question of `small/` begins, and its step."""

PACE = 250
"""Messages a second: ten times what Telegram allows, so that every kill meets a crowd."""

AT_ONCE = 64
"""Messages in flight at once, as an adapter has it by default."""

PATIENCE = 20
"""Seconds after which something that was promised will not come any more."""


@dataclass
class Person:
    """Somebody who answers every question once, and now and then taps twice, or on an old one."""

    account: str
    rng: random.Random
    asked: int = -1
    answers: list[tuple[str, object]] = field(default_factory=list)
    answering: dict[str, tuple[str, object]] = field(default_factory=dict)
    unacknowledged: dict[str, dict[str, str]] = field(default_factory=dict)
    acknowledged: list[dict[str, str]] = field(default_factory=list)
    old_token: str = ""
    count: int = 0
    tired: bool = False

    def begin(self) -> None:
        """Write for the first time."""
        self._event({"text": "hello there"})

    def hears(self, message: dict[str, Any]) -> list[dict[str, str]]:
        """Answer a message, if it asks something that was not answered yet."""
        tokens = [*message["tokens"], *message["ways"]]
        if not tokens or message["closes"]:
            return []
        asked = int(tokens[0].split(".")[1], 36)
        step = next((s for words, s in STEPS.items() if message["text"].startswith(words)), None)
        if asked <= self.asked or step is None:
            return []
        self.asked = asked
        return [] if self.tired else self._answer(message, step)

    def _answer(self, message: dict[str, Any], step: str) -> list[dict[str, str]]:
        match message["form"]:
            case "write":
                words = f"words {self.account} {self.count}"
                answer, value = {"text": words}, words
            case "scale":
                value = self.rng.randint(1, 5)
                token = message["tokens"][value - 1]
                answer = self.rng.choice([{"text": str(value)}, {"token": token}])
            case "pick":
                answer, value = {"text": "1 and 3"}, ["round", "old"]
            case _:
                token = message["tokens"][0 if step in ("hello", "consent", "again") else -1]
                answer, value = {"token": token}, token.split(".")[2]
        events = [self._event(answer)]
        self.answering[events[0]["id"]] = (step, value)
        if "token" in answer and self.rng.random() < 0.3:
            events.append(self._event(answer))  # a double tap
        if self.old_token and self.rng.random() < 0.2:
            events.append(self._event({"token": self.old_token}))  # a button from long ago
        if self.acknowledged and self.rng.random() < 0.3:
            events.append(self.rng.choice(self.acknowledged))  # delivered again
        self.old_token = answer.get("token", self.old_token)
        return events

    def is_acknowledged(self, event_id: str, verdict: str) -> None:
        """Note that an event was acknowledged: what it answered counts from now on."""
        event = self.unacknowledged.pop(event_id, None)
        if event is None:
            assert verdict == "repeated"
            return
        self.acknowledged.append(event)
        if event_id in self.answering:
            assert verdict in ("handled", "repeated"), "the answer was not taken as one"
            self.answers.append(self.answering.pop(event_id))
        elif self.answers:
            assert verdict in ("stale", "repeated"), "a tap on an old question was consumed"

    def _event(self, what: dict[str, str]) -> dict[str, str]:
        self.count += 1
        event = {"id": f"{self.account}-{self.count}", "account": self.account, **what}
        self.unacknowledged[event["id"]] = event
        return event


class Town:
    """Many persons, the program they talk to, and everything they saw of it."""

    def __init__(self, database: Path, people: int, seed: int) -> None:
        self.database = database
        self.rng = random.Random(seed)
        self.people = {
            str(1000 + n): Person(str(1000 + n), random.Random(seed * 1000 + n))
            for n in range(people)
        }
        self.arrived: Counter[str] = Counter()
        self.owner: dict[str, str] = {}
        self.doubled_by_kill: list[Counter[str]] = []
        self.kills = 0
        self.changed = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None
        self._ready = asyncio.Event()
        self._pid = 0

    async def __aenter__(self) -> Town:
        """Start the program that forks the runs."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        out, journal = os.pipe()
        self._program = await asyncio.create_subprocess_exec(
            sys.executable,
            str(HERE / "kill_child.py"),
            str(self.database),
            str(HERE / "small"),
            str(journal),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=[journal],
        )
        os.close(journal)
        reader = asyncio.StreamReader()
        self._pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(out, "rb")
        )
        self._reading = asyncio.create_task(self._read(reader))
        await self._reply()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
        self._hang_up()
        assert self._program.stdin
        self._program.stdin.close()
        await self._program.wait()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        self._pipe.close()
        self._server.close()
        await self._server.wait_closed()

    async def start(self, per_second: float, at_once: int = AT_ONCE) -> None:
        """Start a run on the same database."""
        self._ready.clear()
        self.doubled_by_kill.append(Counter())
        self._pid = await self._order(f"{self._port} {per_second} {at_once}")

    async def kill(self) -> None:
        """Kill the run without a word."""
        os.kill(self._pid, signal.SIGKILL)
        assert -signal.SIGKILL == await self._order("reap")
        self._pid = 0
        self.kills += 1
        self._hang_up()
        self._look()

    async def stop(self) -> None:
        """Ask the run to stop."""
        os.kill(self._pid, signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            assert await self._order("reap") == 0
        self._pid = 0
        self._hang_up()

    async def settled(self) -> None:
        """Wait until everyone has had every answer acknowledged and every question asked."""
        async with asyncio.timeout(PATIENCE):
            await self._ready.wait()
            while any(person.unacknowledged for person in self.people.values()):
                self.changed.clear()
                await self.changed.wait()
                self._look()

    def _look(self) -> None:
        """Raise what went wrong while reading the journal."""
        if self._reading.done():
            self._reading.result()

    def _hang_up(self) -> None:
        if self._writer:
            self._writer.transport.abort()
        self._writer = None

    async def _order(self, line: str) -> int:
        assert self._program.stdin
        self._program.stdin.write(f"{line}\n".encode())
        return await self._reply()

    async def _reply(self) -> int:
        assert self._program.stdout
        return int(await self._program.stdout.readline())

    async def _connected(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Deliver again whatever was not acknowledged, as a platform does; then what is new."""
        self._writer = writer
        for person in self.people.values():
            if not person.count:
                person.begin()
            self._deliver([*person.unacknowledged.values()])

    def _deliver(self, events: list[dict[str, str]]) -> None:
        if self._writer and not self._writer.transport.is_closing():
            self._writer.writelines(json.dumps(event).encode() + b"\n" for event in events)

    async def _read(self, journal: asyncio.StreamReader) -> None:
        try:
            await self._follow(journal)
        finally:
            self.changed.set()

    async def _follow(self, journal: asyncio.StreamReader) -> None:
        while line := await journal.readline():
            told = json.loads(line)
            if "ack" in told:
                owner = self.people[told["ack"].split("-")[0]]
                owner.is_acknowledged(told["ack"], told["verdict"])
            elif "ready" in told and told["ready"] == self._pid:
                self._ready.set()
            elif "key" in told:
                self._arrives(told)
            self.changed.set()

    def _arrives(self, message: dict[str, Any]) -> None:
        person = self.people[message["account"]]
        self.arrived[message["key"]] += 1
        if self.arrived[message["key"]] > 1:
            self.doubled_by_kill[-1][person.account] += 1
        else:
            self._deliver(person.hears(message))


@dataclass(frozen=True)
class Kept:
    """What the database holds of one person: the turn their open question was asked in, and their
    answers in order."""

    asked: int
    answers: list[tuple[str, object]]


async def kept(database: Path, accounts: list[str]) -> tuple[dict[str, Kept], int]:
    """Give what the database holds of everyone, and how many of them still have replies waiting."""
    url = f"sqlite:////{str(database).lstrip('/')}"
    store = await Store.open(url, key=None, now=lambda: datetime.now(UTC))

    def one(tx: Transaction, account: str) -> Kept:
        vault = store._desk.vault
        person = people.find(tx, vault, Address("pipes", account))
        assert person is not None
        assert person.conversation.frame is not None
        rows = sorted(notebook.load(tx, vault, person), key=lambda row: row.turn)
        return Kept(
            person.conversation.frame.asked,
            [
                (row.step, [*row.value] if isinstance(row.value, tuple) else row.value)
                for row in rows
            ],
        )

    try:
        found = await store._writer.do(lambda tx: {a: one(tx, a) for a in accounts})
        return found, len(await store.lanes())
    finally:
        await store.close()


async def killed_often(
    folder: Path, kills: int, seed: int, per_second: float = PACE, at_once: int = AT_ONCE
) -> Town:
    """Let a town talk while the program is killed over and over; check what is left at the end."""
    database = folder / "ajar.db"
    async with Town(database, people=40, seed=seed) as town:
        for _ in range(kills):
            await town.start(per_second, at_once)
            # The instant is the subject of the test: anywhere from the first steps of the start
            # to the middle of hundreds of messages.
            await asyncio.sleep(town.rng.choice([0.03, 0.2, 0.5]) * town.rng.random())
            await town.kill()
        await town.start(per_second=0)
        for person in town.people.values():
            person.tired = True
        await town.settled()
        await town.stop()
    found, waiting = await kept(database, [*town.people])
    assert waiting == 0
    for account, person in town.people.items():
        given = [answer for answer in person.answers if answer[0] not in ("hello", "consent")]
        assert given == [row for row in found[account].answers if row[0] != "consent"]
        assert person.asked == found[account].asked, "a question never reached its person"
    return town


def report(town: Town) -> str:
    """Say in one line what happened."""
    doubled = [sum(run.values()) for run in town.doubled_by_kill]
    answers = sum(len(person.answers) for person in town.people.values())
    return (
        f"{town.kills} kills, {answers} answers acknowledged, 0 lost, 0 twice, 0 misfiled; "
        f"{sum(town.arrived.values())} messages arrived, {sum(doubled)} of them doubled, "
        f"at most {max(doubled)} after one kill"
    )


def nobody_got_more_than_one_message_twice(town: Town) -> None:
    """For each person at most the message in flight is doubled by a kill."""
    assert max(max(run.values(), default=0) for run in town.doubled_by_kill) <= 1


def at_most_one_a_kill_came_twice(town: Town) -> None:
    """At no time have more messages been doubled than there have been kills (a doubled one may come
    only after the next kill)."""
    nobody_got_more_than_one_message_twice(town)
    doubled = [sum(run.values()) for run in town.doubled_by_kill]
    for kills, so_far in enumerate(itertools.accumulate(doubled)):
        assert so_far <= kills, f"{so_far} messages were doubled by {kills} kills: {doubled}"


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_is_lost_or_done_twice_over_fifty_kills(seed: int, tmp_path: Path) -> None:
    """Fifty kills at random instants lose no acknowledged answer and take none twice."""
    town = await killed_often(tmp_path, 50, seed)
    print(report(town))
    assert sum(len(person.answers) for person in town.people.values()) > 200
    at_most_one_a_kill_came_twice(town)


async def test_nothing_is_lost_or_done_twice_at_full_speed(tmp_path: Path) -> None:
    """With no pace at all, and every person in flight at once, the same holds."""
    town = await killed_often(tmp_path, 15, seed=4, per_second=0)
    print(report(town))
    at_most_one_a_kill_came_twice(town)


async def test_one_message_at_a_time_is_doubled_at_most_once_a_kill(tmp_path: Path) -> None:
    """Where a platform is sent one message at a time, no kill doubles more than one message."""
    town = await killed_often(tmp_path, 25, seed=5, per_second=0, at_once=1)
    print(report(town))
    assert max(sum(run.values()) for run in town.doubled_by_kill) <= 1


@pytest.mark.long
async def test_nothing_is_lost_or_done_twice_over_a_thousand_kills(tmp_path: Path) -> None:
    """A thousand kills at random instants lose no acknowledged answer and take none twice."""
    town = await killed_often(tmp_path, 1000, seed=3)
    print(report(town))
    at_most_one_a_kill_came_twice(town)
