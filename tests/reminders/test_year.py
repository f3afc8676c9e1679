"""Months of life through the real store: downtime, kills, two processes, storms, blocked chats."""

from __future__ import annotations

import asyncio
import random
import types
from collections import Counter
from collections.abc import Coroutine, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.engine.local_time import local_date, zone
from bot.errors import Gone, OutcomeUnknown, Throttled, Transient
from bot.events import Address, Chose, Commanded, Incoming, Said
from bot.flows.library import Library
from bot.ports import Delivery, Pace, Receipt, Services
from bot.replies import Urgency, plain
from bot.runtime.delivering import Delivering
from bot.store.outbox import Outgoing
from bot.store.store import Store

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = "11" * 32
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Killed(BaseException):
    """The process was ended at an await."""


@types.coroutine
def killed_at(work: Coroutine[Any, Any, Any], awaits: int) -> Generator[Any, Any, Any]:
    """Run some work and end it at its n-th await, as a kill would."""
    value = None
    for _ in range(awaits):
        try:
            waiting = work.send(value)
        except StopIteration as done:
            return done.value
        value = yield waiting
    work.close()
    raise Killed


@dataclass
class Chat:
    """A platform that keeps what reached it, and fails as it is told."""

    clock: World
    arrived: list[tuple[str, datetime, Delivery]] = field(default_factory=list)
    storm: bool = False
    blocked: set[str] = field(default_factory=set)

    platform = "telegram"
    pace = Pace()

    async def run(self, services: Services) -> None:
        """Pass nothing in: the test does."""

    async def close(self) -> None:
        """Let nothing go."""

    async def send(self, delivery: Delivery) -> Receipt:
        """Take a message, or fail in one of the ways platforms do."""
        await asyncio.sleep(0)
        if delivery.address.account in self.blocked:
            raise Gone("blocked")
        if self.storm:
            how = self.clock.rng.random()
            if how < 0.4:
                raise Throttled(20)
            if how < 0.6:
                raise Transient("try again")
            if how < 0.7:
                raise OutcomeUnknown("who knows")
        self.arrived.append((delivery.address.account, self.clock.at, delivery))
        await asyncio.sleep(0)
        return Receipt(message="1")

    def reminders(self) -> list[tuple[str, datetime, Delivery]]:
        """List what came by itself."""
        return [
            one
            for one in self.arrived
            if one[2].reply.urgency is Urgency.REMINDER and not one[2].reply.closes
        ]


class World:
    """A few people, one database, and a clock that the test moves."""

    def __init__(self, folder: Path, library: Library, seed: int) -> None:
        self.url = f"sqlite:///{folder / 'ajar.db'}"
        self.library = library
        self.rng = random.Random(seed)
        self.at = START
        self.chat = Chat(self)
        self.events = 0
        self.crowd = False

    def now(self) -> datetime:
        """Give the time of day."""
        return self.at

    def monotonic(self) -> float:
        """Give the seconds since the start."""
        return (self.at - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Wait no time at all; the test moves the clock."""
        assert seconds >= 0
        await asyncio.sleep(0)

    async def open(self) -> Store:
        """Open the database as one more process."""
        return await Store.open(self.url, key=KEY, now=lambda: self.at)

    async def happens(
        self, store: Store, account: str, event: Said | Commanded | Chose, chat: str = ""
    ) -> None:
        """Let somebody do something (in a chat of another id, if one is given), and deliver the
        answer."""
        self.events += 1
        where = Address("telegram", account, chat or account)
        incoming = Incoming(f"e{self.events}", where, event, self.at)
        taken = await store.turn(incoming, self.library, self.rng)
        if taken.person:
            await self.deliver(store, [taken.person])

    async def settle_in(self, store: Store, account: str, city: str, at: str) -> None:
        """Choose a time and a city."""
        await self.happens(store, account, Commanded("start"))
        await self.happens(store, account, Commanded("reminders", at))
        await self.happens(store, account, Commanded("timezone", city))
        await self.press(store, account, "zone-yes")

    async def press(self, store: Store, account: str, what: str) -> None:
        """Press the newest button of this kind that the person sees."""
        for to, _, delivery in reversed(self.chat.arrived):
            for choice in (*delivery.reply.choices, *delivery.reply.ways):
                if to == account and choice.token.split(".", 2)[2] == what:
                    await self.happens(store, account, Chose(choice.token))
                    return
        raise AssertionError(f"{account} sees no button {what}")

    async def deliver(self, store: Store, people: list[int]) -> None:
        """Hand over what waits, until it is gone or has to wait; to many people at once where the
        world is a crowd (then nothing is killed in the middle)."""
        delivering = Delivering(store, self, self.rng)
        if self.crowd:
            await asyncio.gather(*(self._lane(store, delivering, person) for person in people))
            return
        for person in people:
            await self._lane(store, delivering, person)

    async def _lane(self, store: Store, delivering: Delivering, person: int) -> None:
        while rows := await store.outgoing(person):
            if not await self._all(delivering, rows):
                break

    async def _all(self, delivering: Delivering, rows: list[Outgoing]) -> bool:
        for row in rows:
            outcome = await delivering.attempt(self.chat, row)
            if type(outcome).__name__ == "Later":
                return False
            if type(outcome).__name__ == "Ended":
                return True
        return True

    async def tick(self, store: Store) -> None:
        """Do what a running program does: claim what is due and send it."""
        people = await store.claim(self.library, self.rng)
        waiting = [lane.person for lane in await store.lanes()]
        await self.deliver(store, list(dict.fromkeys([*people, *waiting])))


@pytest.fixture
def world(tmp_path: Path, shipped: Library) -> World:
    return World(tmp_path, shipped, seed=5)


async def test_a_kill_at_every_await_never_sends_a_reminder_twice(
    tmp_path: Path, shipped: Library
) -> None:
    """REM-27: ended at any await between claiming and having sent, and started again, the reminder
    arrives once or, where its fate was unknown, not at all; and the next day's comes as ever."""
    outcomes: Counter[int] = Counter()
    for awaits in range(1, 40):
        folder = tmp_path / str(awaits)
        folder.mkdir()
        world = World(folder, shipped, seed=awaits)
        store = await world.open()
        await world.settle_in(store, "7", "Lisbon", "18:00")
        world.at = START + 6 * HOUR
        ended = False
        try:
            await killed_at(world.tick(store), awaits)
        except Killed:
            ended = True
        await store.close()
        store = await world.open()
        await world.tick(store)
        came = len(world.chat.reminders())
        assert came <= 1, awaits
        outcomes[came] += 1
        world.at += DAY
        await world.tick(store)
        assert came + 1 == len(world.chat.reminders()), awaits
        await store.close()
        if not ended:
            break
    assert outcomes[1] > outcomes[0]


async def test_two_processes_on_one_database_send_each_reminder_once(world: World) -> None:
    """REM-29: both claim at the same moment, every minute of a day; nobody hears anything twice."""
    one, other = await world.open(), await world.open()
    for n in range(12):
        await world.settle_in(one, str(n), "Lisbon", "18:00")
    world.at = START + 6 * HOUR
    for _ in range(5):
        await asyncio.gather(world.tick(one), world.tick(other))
        world.at += MINUTE
    assert {str(n): 1 for n in range(12)} == Counter(to for to, _, _ in world.chat.reminders())
    await one.close()
    await other.close()


async def test_what_was_held_up_by_a_storm_comes_once_or_not_at_all(world: World) -> None:
    """REM-30 and REM-32: through an hour of refusals each reminder arrives at most once, and none
    later than three hours."""
    store = await world.open()
    for n in range(12):
        await world.settle_in(store, str(n), "Lisbon", "18:00")
    world.at = START + 6 * HOUR
    world.chat.storm = True
    for minute in range(240):
        world.chat.storm = minute < 60
        await world.tick(store)
        world.at += MINUTE
    came = world.chat.reminders()
    assert len(came) == len({to for to, _, _ in came})
    assert len(came) >= 6
    assert all(at - START - 6 * HOUR <= 3 * HOUR for _, at, _ in came)
    await store.close()


async def test_a_blocked_chat_is_left_alone_and_found_again(world: World) -> None:
    """REM-31: one refusal ends the sending; the day after they write, it comes again; and nothing
    goes anywhere but to their private chat."""
    store = await world.open()
    await world.settle_in(store, "7", "Lisbon", "18:00")
    world.chat.blocked.add("7")
    for _ in range(5 * 24):
        world.at += HOUR
        await world.tick(store)
    assert [] == world.chat.reminders()
    world.chat.blocked.clear()
    await world.happens(store, "7", Commanded("menu"))
    for _ in range(24):
        world.at += HOUR
        await world.tick(store)
    assert ["7"] == [to for to, _, _ in world.chat.reminders()]
    assert {("7", "7")} == {(d.address.account, d.address.chat) for _, _, d in world.chat.arrived}
    await store.close()


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
Span = tuple[datetime, datetime]


def hour_of(account: str) -> int:
    """Give the hour somebody chose."""
    return 8 + int(account) * 7 % 13


async def trouble(world: World, store: Store, down: list[Span]) -> Store:
    """Now and then the service is down for a while, or is killed at some await."""
    chance = world.rng.random()
    if chance < 0.01:
        back = world.at + world.rng.choice([5 * MINUTE, 2 * HOUR, 5 * HOUR, 30 * HOUR])
        down.append((world.at - MINUTE, back + 2 * HOUR))
        world.at = back
    elif chance < 0.03 and not world.crowd:
        down.append((world.at - MINUTE, world.at + MINUTE))
        try:
            await killed_at(world.tick(store), world.rng.randrange(1, 30))
        except Killed:
            await store.close()
            return await world.open()
    return store


async def test_reminders_follow_a_person_to_the_chat_they_write_from(world: World) -> None:
    """REM-33 and REM-34: when the id of the private chat changes, the next reminder goes to the new
    one and nothing to the old; there is no other place it could go to."""
    store = await world.open()
    await world.settle_in(store, "7", "Lisbon", "18:00")
    await world.happens(store, "7", Commanded("menu"), chat="moved-7")
    world.at = START + 6 * HOUR
    await world.tick(store)
    assert ["moved-7"] == [d.address.chat for _, _, d in world.chat.reminders()]
    await store.close()


async def test_nothing_is_sent_to_somebody_who_erased_everything(world: World) -> None:
    """REM-33: after an erase no timer is left that could come due for nobody."""
    store = await world.open()
    await world.settle_in(store, "7", "Lisbon", "18:00")
    person = await store.find(Address("telegram", "7", "7"))
    assert person
    assert await store.erase(person)
    world.at = START + 6 * HOUR
    await world.tick(store)
    assert [] == world.chat.reminders()
    assert await store.next_due() is None
    await store.close()


async def live(world: World, people: int, days: int) -> None:
    """Let people live for some days: those with an even number answer each day, the others when
    they like; the service has its troubles."""
    store = await world.open()
    homes = {str(n): CITIES[n % len(CITIES)] for n in range(people)}
    for account, city in homes.items():
        await world.settle_in(store, account, city, f"{hour_of(account):02}:00")
    down: list[Span] = []
    end = START + days * DAY
    came: dict[str, list[datetime]] = {account: [] for account in homes}
    while world.at < end:
        due = await store.next_due()
        world.at = max(world.at, min(due or end, end))
        store = await trouble(world, store, down)
        await world.tick(store)
        new, world.chat.arrived = world.chat.arrived, []
        answers = [
            (account, Chose(choice.token))
            for account, _, delivery in new
            if delivery.reply.urgency is Urgency.REMINDER
            and (int(account) % 2 == 0 or world.rng.random() < 0.3)
            for choice in delivery.reply.choices
            if choice.label == "4"
        ]
        for to, at, delivery in new:
            if delivery.reply.urgency is Urgency.REMINDER and not delivery.reply.closes:
                came[to].append(at)
        if world.crowd:
            await asyncio.gather(*(world.happens(store, *answer) for answer in answers))
        else:
            for answer in answers:
                await world.happens(store, *answer)
    await store.close()
    for account, city in homes.items():
        kept(account, came[account], zone(ZONES[city]), days, down)


def kept(account: str, came: list[datetime], where: ZoneInfo, days: int, down: list[Span]) -> None:
    """Check one life: never twice on a date; and for whoever answers, every date on time."""
    dates = [local_date(where, at) for at in came]
    assert sorted(set(dates)) == dates, account
    if int(account) % 2:
        return
    for n in range(1, days - 1):
        day = local_date(where, START) + n * DAY
        at = datetime(day.year, day.month, day.day, hour_of(account), tzinfo=where).astimezone(UTC)
        if not any(began <= at <= over for began, over in down):
            on_time = [one for one in came if timedelta(0) <= one - at <= MINUTE]
            assert 1 == len(on_time), (account, day)


async def test_a_month_of_life_keeps_every_promise(world: World) -> None:
    """REM-27, REM-28, REM-29 and REM-36: over five weeks with a clock change, downtime and kills,
    nobody hears twice on a date, and whoever answers hears every day the service was up."""
    await live(world, people=24, days=35)


@pytest.mark.long
async def test_a_year_of_life_of_a_thousand_people(world: World) -> None:
    """REM-27, REM-28, REM-29, REM-36: a thousand people, a whole year (some ten minutes)."""
    world.crowd = True
    await live(world, people=1000, days=365)


async def test_no_reminder_carries_anything_of_the_diary(world: World) -> None:
    """REM-11: what somebody wrote yesterday never stands in what comes today."""
    store = await world.open()
    await world.settle_in(store, "7", "Lisbon", "18:00")
    await world.happens(store, "7", Commanded("checkin"))
    await world.happens(store, "7", Said("4"))
    await world.happens(store, "7", Said("the blue umbrella"))
    for _ in range(30):
        world.at += HOUR
        await world.tick(store)
    came = world.chat.reminders()
    assert 1 == len(came)
    assert "umbrella" not in plain(came[0][2].reply.text)
    await store.close()
