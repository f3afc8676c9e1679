"""`ajar run` killed at any instant, and stopped politely."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from .fake_discord import BOT_TOKEN, FakeDiscord
from .people import Person
from .process import Process
from .whole import write_content
from .world import DM, SERVER

Make = Callable[..., Process]

SMALL = Path(__file__).resolve().parent.parent / "small"
MESSAGES = "/channels/[0-9]+/messages"

KILLS = 5
QUESTIONS = 24


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


def long_flow() -> str:
    """Write a flow of many questions whose end tells every answer back."""
    steps = "\n".join(
        f"  q{number}:\n    say: Question {number}?\n    choose:\n      a: Ay\n      b: Bee\n"
        f"    go: {f'q{number + 1}' if number < QUESTIONS else 'told'}"
        for number in range(1, QUESTIONS + 1)
    )
    told = " ".join(f"{{q{number} or None}}" for number in range(1, QUESTIONS + 1))
    end = f'  told:\n    say: "Told: {told}"\n    go: end\n'
    return f"flow: tea\ntitle: A cup of tea\nabout: Many.\nstart: q1\nsteps:\n{steps}\n{end}"


def asking(sam: Person, words: str) -> list[str]:
    """Give the ids of all messages that ask this, answered or not."""
    return [m["id"] for m in sam.messages if m["content"].split("\n")[0] == words]


async def answer(fake: FakeDiscord, sam: Person, number: int, label: str) -> None:
    """Answer a question as somebody would: press, and press again if Discord says that it failed
    or nothing has come of it once Ajar is back."""
    asked, then = f"Question {number}?", f"Question {number + 1}?"
    if number == QUESTIONS:
        then = "Told: "

    def moved_on() -> bool:
        return any(message["content"].startswith(then) for message in sam.messages)

    while not moved_on():
        session = await fake.listening()
        message = next(m for m in reversed(sam.messages) if m["content"].startswith(asked))
        if not message["components"]:
            await fake.until(moved_on, within=20)
            return
        await sam.presses(label, message)
        await fake.until(
            lambda was=session: moved_on() or fake.session not in (None, was), within=20
        )


async def test_nothing_is_lost_or_doubled_by_kills(
    fake: FakeDiscord, tmp_path: Path, make: Make
) -> None:
    """Somebody answers 24 questions while the process is killed five times at random calls: every
    answer is kept as it was given, and at most one message comes twice for each kill."""
    write_content(tmp_path / "content")
    (tmp_path / "content" / "en" / "tea.yaml").write_text(long_flow(), encoding="utf-8")
    rng = random.Random(11)
    sam = Person(fake)
    process = make()
    await process.start()
    kills = 0

    over = False

    async def killer() -> None:
        nonlocal kills
        for _ in range(KILLS):
            target = len(fake.calls) + rng.randint(8, 14)
            await fake.until(lambda at=target: over or len(fake.calls) >= at, within=60)
            if over:
                return
            await process.kill()
            kills += 1
            await process.start()

    killing = asyncio.create_task(killer())
    await sam.commands("menu")
    await fake.until(lambda: "A cup of tea" in sam.shown())
    await sam.presses("A cup of tea")
    await fake.until(lambda: asking(sam, "Question 1?"), within=20)
    given = [rng.choice(["Ay", "Bee"]) for _ in range(QUESTIONS)]
    for number, label in enumerate(given, start=1):
        await answer(fake, sam, number, label)
    over = True
    await fake.changed()
    await killing
    code = await process.terminate()

    told = next(m["content"] for m in sam.messages if m["content"].startswith("Told: "))
    doubled = Counter(message["content"].split("\n")[0] for message in sam.messages)
    extra = sum(doubled[f"Question {number}?"] - 1 for number in range(1, QUESTIONS + 1))
    assert "Told: " + " ".join(given) == told
    assert extra <= kills
    assert kills >= 2
    assert 0 == code
    log = process.log.read_text(encoding="utf-8")
    for private in (BOT_TOKEN, sam.id, sam.dm.id, "interaction-token", "Question", "Bee"):
        assert private not in log


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
