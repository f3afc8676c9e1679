"""An hour of everything that can go wrong between Ajar and Telegram, at many times the speed."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.flows.loading import load
from tests.notebooks import WELCOME, kept

from . import faults
from .fake_bot_api import FakeBotApi
from .faults import Fault, Kind
from .household import at_home
from .people import buttons
from .recorded import Call
from .town import live, made

SPEED = 400
"""How many seconds of Ajar's clock pass in one of ours: an hour takes nine seconds."""

HOUR = 3600.0
SENDS = ("sendMessage", "editMessageText", "editMessageReplyMarkup", "answerCallbackQuery")

EVERY_KIND = (
    faults.throttled(3),
    faults.throttled(40),
    faults.BROKEN,
    faults.refused(503, "Service Unavailable"),
    faults.BAD_GATEWAY,
    Fault(Kind.PAGE, 504),
    faults.DROP_BEFORE,
    faults.DROP_AFTER,
    faults.HALF_ANSWER,
    faults.slow(0.05),
)


class FastClock:
    """A clock that runs `SPEED` times as fast as the machine's."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._start = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """Give the time of day."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Give seconds since the beginning."""
        return (time.monotonic() - self._began) * SPEED

    async def sleep(self, seconds: float) -> None:
        """Wait so long, by this clock."""
        await asyncio.sleep(seconds / SPEED)


class Weather:
    """Faults at random, with a memory of what each can have caused."""

    def __init__(self, seed: int) -> None:
        self.bad = True
        self.had: Counter[Fault] = Counter()
        self.unknown: dict[tuple[int, str], int] = defaultdict(int)
        self.told_to_wait: dict[int, tuple[float, int]] = {}
        self.impatient: list[float] = []
        self._rng = random.Random(seed)

    def __call__(self, call: Call) -> Fault | None:
        """Give a fault for a call, or none."""
        if call.method == "getUpdates" and self.bad and self._rng.random() < 0.1:
            return self._rng.choice([f for f in EVERY_KIND if not f.retry_after])
        if call.method not in SENDS:
            return None
        if call.chat in self.told_to_wait:
            began, seconds = self.told_to_wait.pop(call.chat)
            if (call.at - began) * SPEED < seconds:
                self.impatient.append((call.at - began) * SPEED)
        if not self.bad or self._rng.random() > 0.15:
            return None
        fault = self._rng.choice(EVERY_KIND)
        self.had[fault] += 1
        if fault.unknown:
            self.unknown[call.chat, str(call.params.get("reply_markup"))] += 1
        if fault.retry_after and call.chat:
            self.told_to_wait[call.chat] = (call.at, fault.retry_after)
        return fault


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
async def test_an_hour_of_chaos_loses_nothing(seed: int, tmp_path: Path) -> None:
    """Through an hour of throttling, server errors, error pages, dropped sockets, delays and
    half-sent answers every reply arrives once or, after an unknown outcome, at most once more for
    each; each person reads them in order; told pauses are kept; and every answer is filed once."""
    clock, weather = FastClock(), Weather(seed)
    small = load(Path(__file__).parent.parent / "small")
    async with FakeBotApi() as api:
        api.fault = weather
        town = made(api, 20, seed)
        async with at_home(api, tmp_path / "ajar.db", small, clock=clock):
            living = asyncio.create_task(live(api, town))
            await api.until(lambda: clock.monotonic() > HOUR, 60)
            weather.bad = False
            for man in town:
                man.tired = True
            await api.until(lambda: all(man.settled for man in town), 30)
            await api.until(lambda: not api.pending, 30)
            living.cancel()
    assert {*EVERY_KIND} == {*weather.had}
    assert [] == weather.impatient
    for man in town:
        chat = man.person.number
        questions = [message for message in api.chats.sent[chat] if buttons(message)]
        turns = [int(buttons(message)[0][1].split(".")[1], 36) for message in questions]
        assert sorted(turns) == turns, "somebody read an older question after a newer one"
        for markup, count in Counter(str(m["reply_markup"]) for m in questions).items():
            assert count <= 1 + weather.unknown[chat, markup]
    found = await kept(tmp_path, "telegram", [str(man.person.number) for man in town])
    for man in town:
        asked, answers = found[str(man.person.number)]
        assert [a for a in man.answers if a[0] not in WELCOME] == answers
        assert asked == man.asked
    print(f"{sum(weather.had.values())} faults, {sum(len(m.answers) for m in town)} answers")


async def test_a_stalled_chat_holds_up_nobody(tmp_path: Path) -> None:
    """While one person's messages hang for good, everybody else's conversation goes on."""
    small = load(Path(__file__).parent.parent / "small")
    async with FakeBotApi() as api:
        town = made(api, 20, 3)
        stalled = town[0].person.number
        api.fault = lambda call: faults.slow(60) if call.chat == stalled else None
        async with at_home(api, tmp_path / "ajar.db", small):
            living = asyncio.create_task(live(api, town))
            await api.until(lambda: all(len(man.answers) >= 8 for man in town[1:]), 30)
            living.cancel()
        assert 1 == len(town[0].answers), "what they were sent stood there before it hung"
