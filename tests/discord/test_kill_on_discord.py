"""`ajar run` on Discord, killed at any instant while a town answers it."""

from __future__ import annotations

import asyncio
import random
import signal
from pathlib import Path

import pytest

from tests.notebooks import WELCOME, kept
from tests.runs import PATIENCE, SMALL, Runs, runs

from .fake_discord import BOT_TOKEN, FakeDiscord, serving
from .town import START, Citizen, doubles, live, made

ANSWERING = "/interactions/.*/callback|/channels/[0-9]+/messages"
"""The calls that show people something."""


async def meet(fake: FakeDiscord, kill: int, rng: random.Random) -> asyncio.Event | None:
    """Wait for the instant to kill at, which is the subject of the test: anywhere from the first
    steps of the start; just when one of the next answers has arrived; or while such a call hangs,
    before Discord acted on it or after. Gives what lets that call go on."""
    if kill % 3 == 0:
        await asyncio.sleep(rng.choice([0.1, 0.5, 1.0]) * rng.random())
        return None
    enough = len(fake.called("POST", ANSWERING)) + rng.randint(1, 60)
    await fake.until(lambda: len(fake.called("POST", ANSWERING)) >= enough, PATIENCE)
    if kill % 3 == 1:
        return None
    before = fake.holding
    held = fake.hold("POST", ANSWERING, after=rng.random() < 0.7)
    await fake.until(lambda: fake.holding > before, PATIENCE)
    return held


async def end(running: Runs, fake: FakeDiscord, held: asyncio.Event | None) -> None:
    """Kill the run; a call of the dead goes on only when its connection is known to be gone."""
    assert -signal.SIGKILL == await running.end(signal.SIGKILL)
    await fake.until(lambda: fake.session is None)
    if held is not None:
        held.set()


async def killed_often(folder: Path, kills: int, seed: int) -> tuple[list[Citizen], int]:
    """Let fifty people answer while Ajar is killed over and over; check everything, and give the
    people and how many messages came twice."""
    rng = random.Random(seed)
    settings = {"DISCORD_TOKEN": BOT_TOKEN, "CONTENT_DIR": str(SMALL)}
    async with (
        serving(checked=False) as fake,
        runs(
            folder, {**settings, "DISCORD_API_URL": fake.api_url}, "adapters.discord.adapter"
        ) as running,
        asyncio.TaskGroup() as group,
    ):
        town = made(fake, 50, seed, in_server=6)
        living = group.create_task(live(fake, town))
        for kill in range(kills):
            await running.start()
            await end(running, fake, await meet(fake, kill, rng))
        await running.start()
        for citizen in town:
            citizen.tired = True
        await fake.until(lambda: all(citizen.settled for citizen in town), PATIENCE)
        assert 0 == await running.end(signal.SIGTERM)
        living.cancel()
        assert 1 == len(fake.called("PUT", "/applications/.*")), "commands are published once"
        doubled = doubles(fake)
    found = await kept(folder, "discord", [citizen.person.id for citizen in town])
    for citizen in town:
        asked, answers = found[citizen.person.id]
        given = [one for one in citizen.answers if one.step not in (START, *WELCOME)]
        assert [one.step for one in given] == [step for step, _ in answers]
        for one, (_, value) in zip(given, answers, strict=True):
            assert value in one.possible
        assert asked == citizen.asked, "a question never reached its person"
    return town, doubled


def told(town: list[Citizen], kills: int, doubled: int) -> None:
    """Say how it went."""
    answers = [one for citizen in town for one in citizen.answers]
    tries = [attempt for one in answers for attempt in one.tries]
    print(
        f"{kills} kills, {len(answers)} answers, {sum(c.again for c in town)} given again, "
        f"{sum(attempt.put_off for attempt in tries)} put off, {doubled} messages came twice"
    )


async def test_twenty_five_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    """Killed 25 times while fifty people answer: every answer that was acknowledged or typed is
    there once, in order, under its question; every question was seen; and none came twice."""
    town, doubled = await killed_often(tmp_path, 25, seed=1)
    told(town, 25, doubled)
    assert sum(len(citizen.answers) for citizen in town) > 150
    assert 0 == doubled


@pytest.mark.long
async def test_three_hundred_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    """The same over 300 kills."""
    town, doubled = await killed_often(tmp_path, 300, seed=2)
    told(town, 300, doubled)
    assert 0 == doubled
