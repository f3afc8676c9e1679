"""`ajar run` killed at one certain instant, and stopped politely."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.runs import SMALL

from .fake_discord import FakeDiscord
from .people import Person
from .process import Process
from .whole import write_content
from .world import DM, SERVER

Make = Callable[..., Process]

MESSAGES = "/channels/[0-9]+/messages"


@pytest.fixture
async def make(fake: FakeDiscord, tmp_path: Path) -> AsyncIterator[Make]:
    """Make processes that end with their test."""
    made: list[Process] = []

    def build(**more: str) -> Process:
        made.append(Process(fake, tmp_path, **more))
        return made[-1]

    yield build
    for process in made:
        await process.end()


def asking(sam: Person, words: str) -> list[str]:
    """Give the ids of all messages that ask this, answered or not."""
    return [m["id"] for m in sam.messages if m["content"].split("\n")[0] == words]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("calls", ["/interactions/.*", MESSAGES])
async def test_killed_while_a_command_is_answered(
    fake: FakeDiscord, tmp_path: Path, make: Make, calls: str, *, after: bool
) -> None:
    """Killed at any call that answers a command in the DM, the reply is there once."""
    write_content(tmp_path / "content")
    sam = Person(fake)
    process = make()
    await process.start()
    held = fake.hold("POST", calls, after=after)
    await sam.commands("menu")
    await fake.until(lambda: fake.holding)
    await process.kill()
    held.set()
    await process.start()
    await fake.until(lambda: "A cup of tea" in sam.shown())
    await sam.presses("A cup of tea")
    await fake.until(lambda: "Black, with milk" in sam.shown())
    code = await process.terminate()

    assert 1 == len(asking(sam, "What would you like to look at?"))
    assert 0 == code


@pytest.mark.parametrize("after", [False, True])
async def test_killed_while_a_call_is_under_way(
    fake: FakeDiscord, tmp_path: Path, make: Make, *, after: bool
) -> None:
    """Killed before or after Discord took the next question, the question is there once."""
    write_content(tmp_path / "content")
    sam = Person(fake)
    process = make()
    await process.start()
    await sam.commands("menu")
    await fake.until(lambda: "A cup of tea" in sam.shown())
    held = fake.hold("POST", MESSAGES, after=after)
    await sam.presses("A cup of tea")
    await fake.until(lambda: fake.holding)
    await process.kill()
    held.set()
    await process.start()
    await fake.until(lambda: "Black, with milk" in sam.shown())
    code = await process.terminate()

    assert 1 == len(asking(sam, "Which kind of tea?"))
    assert 0 == code


@pytest.mark.parametrize("where", [DM, SERVER])
async def test_an_answer_to_a_question_that_was_not_noted(
    fake: FakeDiscord, make: Make, where: str
) -> None:
    """Killed after Discord took the very first question and before that was noted: what somebody
    types before the restart is the answer to it, in a DM that they opened as well as in one that
    was opened for them."""
    sam = Person(fake)
    process = make(CONTENT_DIR=str(SMALL))
    await process.start()
    taken = fake.hold("POST", MESSAGES, after=True)
    await sam.commands("start", where)
    await fake.until(lambda: sam.messages)
    await process.kill()
    taken.set()
    await sam.types("begin", heard=False)
    again = fake.hold("POST", MESSAGES)
    await process.start()
    await fake.until(lambda: fake.holding and fake.called("GET", MESSAGES))
    again.set()
    await fake.until(lambda: sam.sees("What may I keep?"))
    code = await process.terminate()

    assert 1 == len(asking(sam, "Hello. Shall we begin?"))
    assert 0 == code


async def test_a_polite_stop_is_quick(fake: FakeDiscord, tmp_path: Path, make: Make) -> None:
    """SIGTERM ends everything within five seconds, even with a call that hangs; the other platform
    out of reach changes nothing for this one."""
    write_content(tmp_path / "content")
    sam = Person(fake)
    elsewhere = {"TELEGRAM_TOKEN": "1:abcdefghij", "TELEGRAM_API_URL": "http://127.0.0.1:9"}
    process = make(**elsewhere)
    await process.start()
    await sam.commands("menu")
    await fake.until(lambda: "A cup of tea" in sam.shown())
    fake.hold("POST", MESSAGES)
    await sam.presses("A cup of tea")
    await fake.until(lambda: fake.holding)
    began = asyncio.get_running_loop().time()
    code = await process.terminate()

    assert 0 == code
    assert asyncio.get_running_loop().time() - began < 5.0
