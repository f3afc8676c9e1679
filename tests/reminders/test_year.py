"""A town living with reminders: weeks of it every time, a year of a thousand people when asked."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.engine.local_time import local_date, local_minute, zone
from bot.events import Chose, Commanded
from bot.flows.library import Library
from bot.replies import Urgency
from bot.store.store import Store
from tests.reminders.world import DAY, HOUR, MINUTE, START, Killed, World, killed_at

ZONES = {
    "New York": "America/New_York",
    "Lisbon": "Europe/Lisbon",
    "Kathmandu": "Asia/Kathmandu",
    "Auckland": "Pacific/Auckland",
    "Lord Howe": "Australia/Lord_Howe",
    "Casablanca": "Africa/Casablanca",
    "Sao Paulo": "America/Sao_Paulo",
}
CITIES = tuple(ZONES)
HOURS = (9, 13, 19)
Span = tuple[datetime, datetime]


@dataclass
class Life:
    """One person of the town: whoever is `steady` answers every second time, the others when they
    like. `away` are the times in which nothing could reach them."""

    number: int
    came: list[datetime] = field(default_factory=list)
    away: list[Span] = field(default_factory=list)
    back: datetime | None = None

    @property
    def account(self) -> str:
        return str(self.number)

    @property
    def city(self) -> str:
        return CITIES[self.number % len(CITIES)]

    @property
    def hour(self) -> int:
        return HOURS[self.number % len(HOURS)]

    @property
    def steady(self) -> bool:
        return self.number % 2 == 0

    def due_on(self, day: date) -> datetime:
        """Give the instant this person chose, by a reckoning of the test's own."""
        where = zone(ZONES[self.city])
        return datetime(day.year, day.month, day.day, self.hour, tzinfo=where).astimezone(UTC)


class Town:
    """Everybody, and what goes wrong meanwhile."""

    def __init__(self, world: World, people: int, days: int) -> None:
        self.world = world
        self.lives = {str(n): Life(n) for n in range(people)}
        self.days = days
        self.end = START + days * DAY
        self.down: list[Span] = []
        self.happened: defaultdict[str, int] = defaultdict(int)
        self.stores: list[Store] = []
        self.storm_until = START

    async def live(self) -> None:
        """Live until the end."""
        world = self.world
        self.stores = [await world.open(), await world.open()]
        for life in self.lives.values():
            await world.settle_in(self.stores[0], life.account, life.city, f"{life.hour:02}:00")
        world.chat.arrived.clear()
        pruned = world.at
        while world.at < self.end:
            await self._wait()
            await self._trouble()
            await self._tick()
            await self._answer()
            if world.at - pruned > 30 * DAY:
                pruned = world.at
                await self.stores[0].prune()
        for store in self.stores:
            await store.close()

    async def _wait(self) -> None:
        """Let time pass until something is due; by minutes while messages wait."""
        world = self.world
        due = await self.stores[0].next_due() or self.end
        if await self.stores[0].lanes():
            due = min(due, world.at + MINUTE)
        world.at = max(world.at, min(due, self.end))

    async def _trouble(self) -> None:
        """Now and then the service is away, the platform refuses, or somebody blocks the chat."""
        world, rng = self.world, self.world.rng
        world.chat.storm = world.at < self.storm_until
        for life in self.lives.values():
            if life.back is not None and life.back <= world.at:
                life.back = None
                world.chat.blocked.discard(life.account)
                await world.happens(self.stores[0], life.account, Commanded("menu"))
                life.away[-1] = (life.away[-1][0], world.at + 11 * MINUTE)
        chance = rng.random()
        if chance < 0.01:
            self.happened["times down"] += 1
            back = world.at + rng.choice([5 * MINUTE, 2 * HOUR, 5 * HOUR, 30 * HOUR])
            self.down.append((world.at - MINUTE, back + 2 * HOUR))
            world.at = back
        elif chance < 0.02:
            self.happened["storms"] += 1
            self.storm_until = world.at + rng.choice([5 * MINUTE, HOUR])
            self.down.append((world.at, self.storm_until))
            world.chat.storm = True
        elif chance < 0.08:
            life = rng.choice(list(self.lives.values()))
            if life.back is None:
                self.happened["chats blocked"] += 1
                life.back = world.at + rng.choice([5 * HOUR, 3 * DAY, 9 * DAY])
                life.away.append((world.at, self.end))
                world.chat.blocked.add(life.account)

    async def _tick(self) -> None:
        """Work through what is due: mostly one process, at times two at once, at times one that is
        killed on the way and begun again."""
        world, chance = self.world, self.world.rng.random()
        if chance < 0.2:
            self.happened["ticks of two processes"] += 1
            await asyncio.gather(*(world.tick(store) for store in self.stores))
        elif chance < 0.24:
            self.down.append((world.at - MINUTE, world.at + MINUTE))
            try:
                await killed_at(world.tick(self.stores[0]), world.rng.randrange(1, 60))
            except Killed:
                self.happened["kills"] += 1
                await self.stores[0].close()
                self.stores[0] = await world.open()
        await world.tick(self.stores[0], together=True)

    async def _answer(self) -> None:
        """Note what came, and let people answer."""
        world = self.world
        new, world.chat.arrived = world.chat.arrived, []
        answers = []
        for account, at, delivery in new:
            reply, life = delivery.reply, self.lives[account]
            if reply.urgency is not Urgency.REMINDER or reply.closes:
                continue
            life.came.append(at)
            answer = len(life.came) % 2 == 0 if life.steady else world.rng.random() < 0.3
            answers += [
                world.happens(self.stores[0], account, Chose(choice.token))
                for choice in reply.choices
                if choice.label == "4" and answer
            ]
        await asyncio.gather(*answers)

    def check(self) -> str:
        """Check every life; give the figures."""
        due = sum(self._kept(life) for life in self.lives.values())
        came = sum(len(life.came) for life in self.lives.values())
        trouble = ", ".join(f"{count} {what}" for what, count in sorted(self.happened.items()))
        return (
            f"{len(self.lives)} people, {self.days} days, {trouble}: {came} reminders came, none "
            f"twice; all {due} that were due to steady people while they could be reached came "
            "once and within a minute"
        )

    def _kept(self, life: Life) -> int:
        """Check one life: never twice on a date, never in the night; and for whoever is steady,
        every date on time. Give how many those were."""
        where = zone(ZONES[life.city])
        dates = [local_date(where, at) for at in life.came]
        assert sorted(set(dates)) == dates, life.account
        assert all(8 * 60 <= local_minute(where, at) < 22 * 60 for at in life.came), life.account
        if not life.steady:
            return 0
        expected = 0
        for n in range(1, self.days - 1):
            at = life.due_on(local_date(where, START) + n * DAY)
            if not any(began <= at <= over for began, over in (*self.down, *life.away)):
                on_time = [one for one in life.came if timedelta(0) <= one - at <= MINUTE]
                near = [str(one) for one in life.came if abs(one - at) < 5 * DAY]
                assert 1 == len(on_time), (life.account, str(at), near, life.away)
                expected += 1
        return expected


@pytest.mark.proof
@pytest.mark.parametrize(
    ("people", "days"), [(100, 30), pytest.param(1000, 365, marks=pytest.mark.long)]
)
async def test_a_town_keeps_every_promise(
    tmp_path: Path, shipped: Library, people: int, days: int
) -> None:
    """REM-27, REM-28, REM-29, REM-30, REM-31 and REM-36: through a clock change, downtime, kills,
    two processes on one database, refusals and blocked chats, nobody hears twice on a date or in
    the night, and whoever answers hears every day that the service was up, within a minute."""
    town = Town(World(tmp_path, shipped, seed=5), people, days)
    await town.live()
    print(town.check())
    assert all(town.happened[what] for what in ("kills", "times down", "storms", "chats blocked"))
