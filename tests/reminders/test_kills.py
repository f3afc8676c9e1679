"""Reminders through the real store: kills, two processes, storms, blocked chats."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from pathlib import Path

import pytest

from bot.events import Address, Commanded, Said
from bot.flows.library import Library
from bot.replies import plain
from tests.reminders.world import DAY, HOUR, MINUTE, START, Killed, World, killed_at

THREE = ("7", "8", "9")


@pytest.fixture
def world(tmp_path: Path, shipped: Library) -> World:
    return World(tmp_path, shipped, seed=5)


async def settled(folder: Path, library: Library) -> Path:
    """Give a database in which three people chose 18:00 in Lisbon."""
    world = World(folder, library, seed=3)
    store = await world.open()
    for account in THREE:
        await world.settle_in(store, account, "Lisbon", "18:00")
    await store.close()
    return folder


async def test_a_kill_at_every_await_never_sends_a_reminder_twice(
    tmp_path: Path, shipped: Library
) -> None:
    """REM-27: ended at any await between claiming and having sent to three people, and started
    again, each reminder arrives once or, where its fate was unknown, not at all; and the next day's
    comes to everybody as ever."""
    outcomes: Counter[int] = Counter()
    begun = await settled(tmp_path / "begun", shipped)
    awaits, ended = 0, True
    while ended:
        awaits, ended = awaits + 1, False
        folder = tmp_path / str(awaits)
        shutil.copytree(begun, folder)
        world = World(folder, shipped, seed=awaits)
        world.at = START + 6 * HOUR
        store = await world.open()
        try:
            await killed_at(world.tick(store), awaits)
        except Killed:
            ended = True
        await store.close()
        store = await world.open()
        await world.tick(store)
        came = Counter(to for to, _, _ in world.chat.reminders())
        assert max(came.values()) <= 1, awaits
        outcomes.update(came[account] for account in THREE)
        world.at += DAY
        await world.tick(store)
        then = Counter(to for to, _, _ in world.chat.reminders())
        assert {account: came[account] + 1 for account in THREE} == then, awaits
        await store.close()
    assert awaits > 15
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
