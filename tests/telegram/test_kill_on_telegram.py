"""`ajar run` on Telegram, killed at any instant while a town answers it."""

from __future__ import annotations

import asyncio
import random
import signal
from pathlib import Path

import pytest

from tests.notebooks import WELCOME, kept
from tests.runs import PATIENCE, SMALL, runs

from .fake_bot_api import TOKEN, FakeBotApi
from .town import Townsman, doubles, live, made

PACE = 60
"""Messages a second: more than twice what Telegram bears, so that every kill meets somebody, and so
few that one message at a time is in flight."""


async def killed_often(folder: Path, kills: int, seed: int) -> tuple[list[Townsman], int]:
    """Let fifty people answer while Ajar is killed over and over; check everything, and give the
    people and how many messages came twice."""
    rng = random.Random(seed)
    settings = {"TELEGRAM_TOKEN": TOKEN, "CONTENT_DIR": str(SMALL)}
    async with (
        FakeBotApi(checked=False) as api,
        runs(
            folder,
            {**settings, "TELEGRAM_API_URL": api.url},
            "adapters.telegram.adapter",
            str(PACE),
        ) as running,
    ):
        town = made(api, 50, seed)
        living = asyncio.create_task(live(api, town))
        for kill in range(kills):
            await running.start()
            # The instant is the subject of the test: anywhere from the first steps of the start,
            # or just when one of the next messages has arrived.
            await asyncio.sleep(rng.choice([0.1, 0.5, 1.0]) * rng.random())
            if kill % 2:
                enough = len(api.of("sendMessage")) + rng.randint(1, 25)
                await api.until(
                    lambda enough=enough: len(api.of("sendMessage")) >= enough, PATIENCE
                )
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
    found = await kept(folder, "telegram", [str(man.person.number) for man in town])
    for man in town:
        asked, answers = found[str(man.person.number)]
        given = [answer for answer in man.answers if answer[0] not in WELCOME]
        assert given == answers
        assert asked == man.asked, "a question never reached its person"
    return town, doubled


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
    assert answers > 75
    assert doubled <= 25
    nothing_private_in(tmp_path / "ajar.log", town)


@pytest.mark.long
async def test_three_hundred_kills_lose_nothing_and_double_little(tmp_path: Path) -> None:
    """The same over 300 kills."""
    town, doubled = await killed_often(tmp_path, 300, seed=2)
    print(f"300 kills, {sum(len(m.answers) for m in town)} answers, {doubled} came twice")
    assert doubled <= 300
    nothing_private_in(tmp_path / "ajar.log", town)
