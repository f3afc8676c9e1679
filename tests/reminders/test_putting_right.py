"""What is put right without a word of the person's: lost reminders, new rules, a wrong clock."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.engine import reminder_book, schedule
from bot.engine.effects import SetTimer
from bot.engine.local_time import find_zone
from bot.engine.unseen import REPLAN
from bot.errors import OutcomeUnknown, Rejected, Throttled, Transient
from bot.events import Address, Commanded, Said
from bot.flows.library import Library
from bot.replies import plain
from bot.runtime.putting_right import RULES, after_a_step_back, at_the_start
from bot.store.store import Store
from tests.reminders.world import DAY, HOUR, MINUTE, START, World

DUE = START + 6 * HOUR
"""18:00 in Lisbon on the first day."""


@pytest.fixture
def world(tmp_path: Path, shipped: Library) -> World:
    return World(tmp_path, shipped, seed=5)


def arrived(world: World) -> list[float]:
    """Give how many hours after the first due time each reminder came."""
    return [(at - DUE) / HOUR for _, at, _ in world.chat.reminders()]


@pytest.mark.parametrize(
    "refusal",
    [OutcomeUnknown("who knows"), Rejected("no"), Throttled(1800)],
    ids=["unknown", "rejected", "late"],
)
async def test_what_never_arrived_is_not_left_unanswered(world: World, refusal: Exception) -> None:
    """REM-21 and REM-32: after five days whose reminders were lost on the way, or had outlived
    their day, the sixth comes as ever: none of them counts as a silence."""
    store = await world.open()
    await world.settle_in(store, "7", "Lisbon", "18:00")
    world.chat.refuses = refusal
    await world.pass_hours(store, 6 + 4 * 24 + 4)
    assert [] == arrived(world)
    world.chat.refuses = None
    await world.pass_hours(store, 2 * 24)
    assert [5 * 24, 6 * 24] == arrived(world)
    await store.close()


async def third_evening_unsent(world: World, store: Store) -> None:
    """Leave two evenings unanswered; what is due on the third waits in the outbox."""
    await world.settle_in(store, "7", "Lisbon", "18:00")
    await world.pass_hours(store, 2 * 24)
    world.at = DUE + 2 * DAY
    assert await store.claim(world.library, world.rng)
    assert [0, 24] == arrived(world)


@pytest.mark.parametrize("how", ["timer first", "outbox first", "new rules first"])
async def test_what_waited_past_the_end_of_its_day_is_not_left_unanswered(
    world: World, how: str
) -> None:
    """REM-15, REM-21 and REM-28: nothing can be sent from the third evening to the fourth. Whatever
    is done first then, the third is let go as skipped, and the fourth comes as chosen: a third day
    of silence would have made it every second day."""
    store = await world.open()
    await third_evening_unsent(world, store)
    world.at += DAY
    if how == "outbox first":
        await world.deliver(store, [lane.person for lane in await store.lanes()])
    elif how == "new rules first":
        person = (await store.lanes())[0].person
        await store.set_timer(person, SetTimer(REPLAN, "", world.at - MINUTE))
    await world.tick(store)
    await world.pass_hours(store, 1)
    assert 3 == len(arrived(world))
    assert 3 * 24 == int(arrived(world)[-1])
    counters = await store.counters()
    assert 1 == counters["reminders.skipped.undelivered"]
    assert 2 == counters["dropped.expired"]  # the reminder, and closing the question before it
    await store.close()


@pytest.mark.parametrize("let_go", [False, True])
async def test_who_writes_before_a_lost_reminder_is_let_go_has_missed_nothing(
    world: World, *, let_go: bool
) -> None:
    """REM-21: the same night; the first thing in the morning is a word of theirs, before or just
    after the outbox let the reminder go. Nobody is asked whether to come back from a silence."""
    store = await world.open()
    await third_evening_unsent(world, store)
    world.at += 15 * HOUR
    if let_go:
        await world.deliver(store, [lane.person for lane in await store.lanes()])
    await world.happens(store, "7", Commanded("menu"))
    await world.pass_hours(store, 10)
    said = "".join(plain(delivery.reply.text) for _, _, delivery in world.chat.arrived)
    assert "Shall I go back" not in said
    assert [0, 24, 72] == arrived(world)
    await store.close()


@pytest.mark.parametrize("refusal", [None, Transient("try again")])
async def test_what_waits_until_the_quiet_hours_is_let_go(
    world: World, refusal: Exception | None
) -> None:
    """REM-10: the reminder of 21:30 cannot be sent before 22:00, by our fault or the platform's: it
    does not come in the night, and the next evening's does."""
    store = await world.open()
    await world.settle_in(store, "7", "Lisbon", "21:30")
    world.at = START.replace(hour=21, minute=30)
    assert await store.claim(world.library, world.rng)
    world.chat.refuses = refusal
    if refusal:
        await world.tick(store)
    world.chat.refuses = None
    world.at += HOUR / 2
    await world.tick(store)
    await world.pass_hours(store, 23)
    assert [] == arrived(world)
    world.at += HOUR / 2
    await world.tick(store)
    assert [27.5] == arrived(world)
    await store.close()


async def test_what_waits_less_than_that_comes(world: World) -> None:
    """REM-10 and REM-32: at 21:59 the same one still goes out."""
    store = await world.open()
    await world.settle_in(store, "7", "Lisbon", "21:30")
    world.at = START.replace(hour=21, minute=30)
    assert await store.claim(world.library, world.rng)
    world.at += 29 * MINUTE
    await world.tick(store)
    assert 1 == len(arrived(world))
    await store.close()


async def test_what_came_late_counts_like_any_other(world: World) -> None:
    """REM-21: the third evening's, two hours in the outbox and then delivered, is the third without
    a word: the fourth evening rests, the fifth has its reminder."""
    store = await world.open()
    await third_evening_unsent(world, store)
    world.at += 2 * HOUR
    await world.pass_hours(store, 2 * 24)
    assert [0, 24, 51, 96] == arrived(world)
    await store.close()


async def test_a_blocked_chat_is_no_silence(world: World) -> None:
    """REM-21 and REM-31: two reminders unanswered, the third not delivered because the chat was
    blocked: whoever is back finds their own rhythm, without a question about it."""
    store = await world.open()
    await world.settle_in(store, "7", "Lisbon", "18:00")
    await world.pass_hours(store, 2 * 24)
    world.chat.blocked.add("7")
    await world.pass_hours(store, 4 * 24)
    world.chat.blocked.clear()
    await world.happens(store, "7", Commanded("menu"))
    await world.pass_hours(store, 2 * 24)
    assert [0, 24, 6 * 24, 7 * 24] == arrived(world)
    said = "".join(plain(delivery.reply.text) for _, _, delivery in world.chat.arrived)
    assert "Shall I go back" not in said
    await store.close()


@cache
def other_rules(name: str) -> ZoneInfo | None:
    """Find a zone in a tz database in which Lisbon is an hour further west."""
    if name != "Europe/Lisbon":
        return find_zone(name)
    with (files("tzdata.zoneinfo") / "Atlantic" / "Azores").open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


async def test_new_rules_of_a_zone_reach_the_silent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """REM-4: planned under older rules for an hour later, it comes at the hour on the wall after a
    start with a new tz database, though the person has said nothing since; the next start leaves
    everybody alone."""
    store = await world.open()
    with monkeypatch.context() as patched:
        patched.setattr(schedule, "find_zone", other_rules)
        await world.settle_in(store, "7", "Lisbon", "18:00")
    await store.put_note(RULES, "older")
    assert DUE + HOUR == await store.next_due()
    await at_the_start(store, world)
    await world.pass_hours(store, 2)
    assert DUE == await store.next_due()
    await world.pass_hours(store, 2 * 24)
    assert [0, 24] == arrived(world)
    due = await store.next_due()
    await at_the_start(store, world)
    assert due == await store.next_due()
    await store.close()


async def plan_a_follow_up(world: World, store: Store) -> None:
    """Live in Lisbon, and make a plan that is asked about at 19:00 in two days."""
    await world.happens(store, "7", Commanded("start"))
    for words in ("Begin", "Keep my words"):
        await world.happens(store, "7", Said(words))
    await world.happens(store, "7", Commanded("timezone", "Lisbon"))
    await world.press(store, "7", "zone-yes")
    await world.happens(store, "7", Commanded("start", "plan"))
    for words in ("plan", "if they ask", "I answer", "In two days"):
        await world.happens(store, "7", Said(words))


@pytest.mark.parametrize("silent", [False, True])
async def test_new_rules_of_a_zone_move_a_follow_up(
    world: World, monkeypatch: pytest.MonkeyPatch, *, silent: bool
) -> None:
    """REM-2 and REM-4: what somebody asked to be asked in two days at 19:00 comes at 19:00 on the
    wall, under whatever rules the zone has by then, with or without a word in between."""
    store = await world.open()
    with monkeypatch.context() as patched:
        patched.setattr(schedule, "find_zone", other_rules)
        await plan_a_follow_up(world, store)
    evening = START + 2 * DAY + 7 * HOUR
    assert evening + HOUR == await store.next_due()
    if silent:
        await store.put_note(RULES, "older")
        await at_the_start(store, world)
    else:
        monkeypatch.setattr(reminder_book, "rules_version", lambda: "newer")
        await world.happens(store, "7", Commanded("menu"))
    await world.pass_hours(store, 2)
    assert evening == await store.next_due()
    await world.pass_hours(store, 2 * 24 + 5)
    assert [evening] == [at for _, at, _ in world.chat.reminders()]
    await store.close()


async def test_a_follow_up_found_due_under_new_rules_waits_for_its_hour(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """REM-4: where the first thing after a start is its timer, an hour early by the new rules, it
    still comes at its hour."""
    store = await world.open()
    await plan_a_follow_up(world, store)
    evening = START + 2 * DAY + 7 * HOUR
    monkeypatch.setattr(schedule, "find_zone", other_rules)
    await world.pass_hours(store, 2 * 24 + 9)
    assert [evening + HOUR] == [at for _, at, _ in world.chat.reminders()]
    await store.close()


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_clock_that_was_a_year_ahead(world: World, *, restarted: bool) -> None:
    """REM-6: while the clock is a year ahead one reminder goes out; once it is put back, with the
    program running or not, the next one comes the day after and not in a year."""
    store = await world.open()
    await at_the_start(store, world)
    await world.settle_in(store, "7", "Lisbon", "18:00")
    world.at += 366 * DAY
    await world.pass_hours(store, 7)
    world.at = START + DAY
    before = len(arrived(world))
    if restarted:
        await store.close()
        store = await world.open()
        await at_the_start(store, world)
    else:
        await after_a_step_back(store, world)
    await world.pass_hours(store, 3 * 24)
    assert before <= 1
    assert [2 * 24, 3 * 24] == arrived(world)[before:]
    await store.close()


async def test_everybody_is_woken_once_and_the_earliest_first(world: World) -> None:
    """REM-4: however many share one instant, each is woken, a few hundred a second."""
    store = await world.open()
    for n in range(520):
        await world.happens(store, str(n), Commanded("start"))
        person = await store.find(Address("telegram", str(n), str(n)))
        assert person
        await store.set_timer(person, SetTimer("checkin", "", START + (DAY if n else HOUR)))
    assert 520 == await store.wake_all(REPLAN, START)
    assert 519 == await store.wake_all(REPLAN, START + DAY - HOUR)
    first = await store.next_due()
    assert first
    assert 0 < (first - START).total_seconds() < 1
    await store.close()


async def test_waking_comes_to_an_end_where_many_are_due_at_once(world: World) -> None:
    """REM-4: the timers it sets itself, among those that are due in the very next seconds, wake
    nobody again."""
    store = await world.open()
    for n in range(3):
        await world.happens(store, str(n), Commanded("start"))
        person = await store.find(Address("telegram", str(n), str(n)))
        assert person
        soon = START + (n + 1) * timedelta(milliseconds=1)
        await store.set_timer(person, SetTimer("checkin", "", soon))
    async with asyncio.timeout(10):
        assert 3 == await store.wake_all(REPLAN, START)
    await store.close()


async def test_a_new_database_has_nothing_to_put_right(world: World) -> None:
    """REM-4: the first start notes the rules and wakes nobody."""
    store = await world.open()
    await at_the_start(store, world)
    assert await store.note(RULES)
    assert await store.next_due() is None
    await store.close()
