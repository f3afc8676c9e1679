"""Timers: claimed once, in time, and never lost."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from bot.events import Address
from bot.store.ringing import TOGETHER, Ringer, ring
from tests.store.sketch import LIBRARY, START, Play, open_store

CHILD = Path(__file__).with_name("child.py")


async def test_a_timer_is_claimed_when_due_and_not_before(play):
    """Nothing is claimed early, and a due timer's turn fills its lane."""
    taken = await play.command("remind", "checkin signs/later 60")
    await play.deliver(taken.person)
    assert START + timedelta(minutes=60) == await play.store.next_due()

    play.clock.forward(minutes=59, seconds=59)
    assert [] == await play.claim()
    play.clock.forward(seconds=1)
    assert [taken.person] == await play.claim()
    assert "It is time: checkin signs/later 1" == (await play.texts(taken.person))[-1]
    assert [] == await play.claim()
    assert await play.store.next_due() is None


async def test_a_timer_may_set_itself_again(play):
    """A claimed timer that the engine sets anew comes due the next day."""
    taken = await play.command("remind", "daily evening 0")
    assert [taken.person] == await play.claim()
    assert START + timedelta(days=1) == await play.store.next_due()


async def test_a_later_timer_replaces_an_earlier_one(play):
    """One timer a person, kind and subject."""
    await play.command("remind", "checkin a 10")
    await play.command("remind", "checkin a 20")
    await play.command("remind", "checkin b 30")
    play.clock.forward(hours=1)

    assert 1 == len(await play.claim(1))
    assert 1 == len(await play.claim(1))
    assert [] == await play.claim(1)


async def test_timers_are_cancelled_one_by_kind_or_all(play):
    """Cancelling takes out what it names, of that person only."""
    other = await play.command("remind", "daily a 1", account="bob")
    for kind in ("daily a", "daily b", "plan a", "plan b"):
        await play.command("remind", f"{kind} 1")
    rows = lambda: play.store._writer.do(lambda tx: tx.all("SELECT person FROM timers"))  # noqa: E731

    await play.command("cancel", "plan a")
    assert 4 == len(await rows())
    await play.command("cancel", "daily")
    assert 2 == len(await rows())
    await play.command("cancel", "")
    assert [(other.person,)] == await rows()


async def test_the_timer_of_somebody_gone_waits_to_the_same_time_of_day(play):
    """Out of reach nothing is sent and no turn is taken; the timer moves on by whole days."""
    taken = await play.command("remind", "checkin signs 10")
    await play.store.unreachable(taken.person)
    play.clock.forward(days=3)

    assert [] == await play.claim()
    assert START + timedelta(days=3, minutes=10) == await play.store.next_due()
    back = await play.say("back")
    await play.deliver(back.person)
    play.clock.forward(minutes=10)
    assert [taken.person] == await play.claim()


async def test_a_timer_that_meets_our_mistake_is_tried_again_and_says_nothing(play):
    """The pause doubles from an hour on; others are claimed all the same; at last it is let go."""
    taken = await play.command("remind", "broken a 0")
    other = await play.command("remind", "daily a 0", account="bob")
    await play.deliver(taken.person)

    assert [other.person] == await play.claim()
    assert [] == await play.texts(taken.person)
    assert START + timedelta(hours=1) == await play.store.next_due()
    filed = await play.store._writer.do(lambda tx: tx.all("SELECT error FROM failed"))
    assert [("ZeroDivisionError",)] == filed

    await play.command("cancel", "daily", account="bob")
    for _ in range(7):
        play.clock.now = await play.store.next_due()
        await play.claim()
    assert await play.store.next_due() is None


async def test_a_mistake_among_many_timers_is_undone_alone(play):
    """Of many that share a job, one fails: everybody else is reminded once, and only it is filed
    and put off."""
    people = [
        await play.command("remind", f"{'broken' if n == 7 else 'daily'} a 0", account=f"{n}")
        for n in range(2 * TOGETHER)
    ]
    broken = people[7].person
    claimed = await play.claim()

    assert [p.person for p in people if p.person != broken] == sorted(claimed)
    for one in people:
        told = [text for text in await play.texts(one.person) if text.startswith("It is time")]
        assert int(one.person != broken) == len(told)
    filed = await play.store._writer.do(lambda tx: tx.all("SELECT error FROM failed"))
    assert [("ZeroDivisionError",)] == filed
    assert START + timedelta(hours=1) == await play.store.next_due()


async def test_a_person_whose_row_does_not_open_holds_up_nobody(play):
    """A row that was changed by another program is one person's trouble, not everybody's."""
    torn = await play.command("remind", "daily a 0", account="ada")
    other = await play.command("remind", "daily a 0", account="bob")
    await play.store._writer.do(
        lambda tx: tx.run("UPDATE people SET conversation = x'00' WHERE id = ?", torn.person)
    )

    assert [other.person] == await play.claim()
    filed = await play.store._writer.do(lambda tx: tx.all("SELECT error FROM failed"))
    assert [("WrongKey",)] == filed


async def test_a_row_the_database_refuses_holds_up_nobody(play):
    """Where writing together fails, each timer is written by itself."""
    refused = await play.command("remind", "daily a 0", account="ada")
    others = [await play.command("remind", "daily a 0", account=f"{n}") for n in range(5)]
    await play.deliver(refused.person)
    await play.store._writer.do(
        lambda tx: tx.run(
            "CREATE TRIGGER refuse BEFORE INSERT ON outbox"
            f" WHEN NEW.person = {refused.person} BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    )

    assert [other.person for other in others] == sorted(await play.claim())
    filed = await play.store._writer.do(lambda tx: tx.all("SELECT error FROM failed"))
    assert [("IntegrityError",)] == filed


async def test_a_turn_may_cancel_what_is_due_beside_it(play):
    """Of two timers of one person that are due together, the second has its turn only if the first
    one's left it."""
    taken = await play.command("remind", "last a 1")
    await play.command("remind", "checkin b 2")
    await play.deliver(taken.person)
    play.clock.forward(hours=1)

    assert [taken.person] == await play.claim()
    assert ["Closed", "It is time: last a 1"] == await play.texts(taken.person)
    assert await play.store.next_due() is None


async def test_two_timers_of_one_person_are_both_rung(play):
    """Nothing is lost when several of one person's timers are due in one claim."""
    taken = await play.command("remind", "daily a 1")
    await play.command("remind", "daily b 2")
    await play.deliver(taken.person)
    play.clock.forward(hours=1)

    assert [taken.person] == await play.claim()
    told = [text for text in await play.texts(taken.person) if text != "Closed"]
    assert ["It is time: daily a 1", "It is time: daily b 2"] == told


async def test_a_claim_ends_early_when_somebody_writes(play):
    """A job of timers goes on only while nobody waits who cannot; then it takes one handful."""
    for n in range(3 * TOGETHER):
        await play.command("remind", "daily a 0", account=f"person {n}")
    ringer = Ringer(play.store._desk, LIBRARY, play.clock(), play.rng)
    rung = lambda hurried: play.store._writer.do(  # noqa: E731
        lambda tx: ring(tx, ringer, 1000, lambda: hurried)
    )

    assert TOGETHER == len(await rung(hurried=True))
    assert 2 * TOGETHER == len(await rung(hurried=False))


async def test_turns_are_taken_between_the_timers_of_a_burst(play):
    """Whoever writes during a burst is answered before the whole burst is done."""
    for n in range(300):
        await play.command("remind", "checkin signs 0", account=f"person {n}")
    order: list[str] = []

    async def burst() -> None:
        while await play.claim(50):
            pass
        order.append("burst")

    async def live() -> None:
        await play.say("hello")
        order.append("live")

    await asyncio.gather(burst(), live())
    assert ["live", "burst"] == order


async def test_two_processes_claim_each_timer_once(tmp_path, clock):
    """Two processes on one database, claiming at once, send each timer once between them."""
    store = await open_store(tmp_path, clock)
    play = Play(store, clock)
    try:
        for n in range(200):
            await play.command("remind", "checkin signs 0", account=f"person {n}")
        both = [
            await asyncio.create_subprocess_exec(
                sys.executable, CHILD, "claim", str(tmp_path), stdout=asyncio.subprocess.PIPE
            )
            for _ in range(2)
        ]
        claimed = [int((await child.communicate())[0]) for child in both]

        assert 200 == sum(claimed)
        assert await store.next_due() is None
        person = await store.find(Address("telegram", "person 7"))
        told = [text for text in await play.texts(person) if text.startswith("It is time")]
        assert 1 == len(told)
    finally:
        await store.close()
