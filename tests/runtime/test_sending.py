"""Who is sent to next, how fast, and what becomes of a message that does not arrive."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.errors import (
    AdapterStopped,
    DeliveryFailed,
    Gone,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Transient,
)
from bot.ports import Delivery, Pace
from bot.replies import Urgency
from bot.runtime import sending as sending_module
from bot.runtime.delivering import PER_UNNOTED, Delivering
from bot.runtime.sending import LOOK_EVERY, Sending
from tests.runtime.fakes import FakePlatform, HandClock, MemoryOutbox, idle


class Post:
    """A whole post office: outbox, platforms, sending, on a clock moved by hand."""

    def __init__(self, *paces: Pace) -> None:
        self.clock = HandClock()
        self.outbox = MemoryOutbox(self.clock)
        names = ("here", "there")
        self.platforms = [
            FakePlatform(self.clock, pace, name)
            for pace, name in zip(paces or (Pace(),), names, strict=False)
        ]
        self.stopped: list[str] = []
        self.sending = Sending(
            self.outbox,
            self.platforms,
            Delivering(self.outbox, self.clock, random.Random(1)),
            self.clock,
            lambda platform, _: self.stopped.append(platform),
        )

    @property
    def here(self) -> FakePlatform:
        return self.platforms[0]

    @property
    def there(self) -> FakePlatform:
        return self.platforms[1]

    async def post(self, person: int, *texts: str, urgency: Urgency = Urgency.LIVE) -> None:
        """Commit replies for a person and wake their lane."""
        self.outbox.put(person, *texts, urgency=urgency)
        self.sending.wake(person)
        await idle()


Open = Callable[..., Post]


@pytest.fixture
async def office() -> AsyncIterator[Open]:
    opened: list[Post] = []

    def make(*paces: Pace) -> Post:
        opened.append(Post(*paces))
        return opened[-1]

    yield make
    for post in opened:
        for event in (e for p in post.platforms for e in p.stalled.values()):
            event.set()
        await post.sending.drain(0)


def failing(*errors: DeliveryFailed | AdapterStopped) -> Callable[[Delivery], None]:
    """Make a platform that raises these, one after the other, then works."""
    left = list(errors)

    def answer(_: Delivery) -> None:
        if left:
            raise left.pop(0)

    return answer


async def test_a_persons_replies_arrive_in_order(office: Open) -> None:
    """Everything committed for one person arrives in the order it was committed."""
    post = office()
    await post.post(1, *(f"n{n}" for n in range(50)))
    assert [f"n{n}" for n in range(50)] == post.here.texts
    assert [] == post.outbox.rows


async def test_one_reply_of_a_person_is_in_flight(office: Open) -> None:
    """The second reply waits until the first has arrived."""
    post = office()
    post.here.stalled["p1"] = asyncio.Event()
    await post.post(1, "first", "second")
    assert post.here.tried == 1
    post.here.stalled.pop("p1").set()
    await idle()
    assert ["first", "second"] == post.here.texts


async def test_a_stalled_person_delays_nobody(office: Open) -> None:
    """While one send hangs, everyone else is served."""
    post = office()
    post.here.stalled["p1"] = asyncio.Event()
    for person in range(1, 30):
        await post.post(person, f"for {person}")
    assert [f"for {person}" for person in range(2, 30)] == post.here.texts


async def test_no_more_than_the_platform_allows_are_in_flight(office: Open) -> None:
    """With `at_once` 3, the fourth person waits."""
    post = office(Pace(at_once=3))
    for person in range(1, 5):
        post.here.stalled[f"p{person}"] = asyncio.Event()
        await post.post(person, "hello")
    assert post.here.tried == 3


async def test_messages_keep_the_platforms_distance(office: Open) -> None:
    """At 25 a second two messages are never nearer than 40 ms, whoever they go to."""
    post = office(Pace(per_second=25))
    for person in range(1, 6):
        await post.post(person, "a", "b")
    await post.clock.advance(1)
    times = [at for at, _, _ in post.here.sent]
    assert len(times) == 10
    assert pytest.approx([0.04 * n for n in range(10)]) == times


async def test_a_chat_gets_a_short_burst_then_one_a_second(office: Open) -> None:
    """With a burst of 3, the fourth message to one chat waits for its second; others do not."""
    post = office(Pace(chat_interval=1, chat_burst=3))
    await post.post(1, "a", "b", "c", "d", "e")
    await post.post(2, "other")
    await post.clock.advance(5)
    mine = [at for at, account, _ in post.here.sent if account == "p1"]
    assert [0, 0, 0, 1, 2] == mine
    assert [0] == [at for at, account, _ in post.here.sent if account == "p2"]


async def test_help_comes_before_answers_and_answers_before_reminders(office: Open) -> None:
    """Of what waits, crisis replies go first, then live ones, then reminders."""
    post = office(Pace(per_second=1))
    await post.post(1, "starts the clock")
    await post.post(2, "reminder", urgency=Urgency.REMINDER)
    await post.post(3, "answer")
    await post.post(4, "help", urgency=Urgency.CRISIS)
    await post.clock.advance(10)
    assert ["starts the clock", "help", "answer", "reminder"] == post.here.texts


async def test_a_reminder_becomes_urgent_when_its_person_writes(office: Open) -> None:
    """Somebody whose reminder waits in the queue and who writes is served as somebody live."""
    post = office(Pace(per_second=1))
    await post.post(9, "starts the clock")
    await post.post(1, "reminder of 1", urgency=Urgency.REMINDER)
    await post.post(2, "reminder of 2", urgency=Urgency.REMINDER)
    await post.post(2, "answer of 2")
    await post.clock.advance(10)
    assert ["starts the clock", "reminder of 2", "answer of 2", "reminder of 1"] == post.here.texts


async def test_slow_reminders_leave_room_for_answers(office: Open) -> None:
    """However many reminders hang, a quarter of the places stays free of them."""
    post = office(Pace(at_once=8))
    for person in range(1, 20):
        post.here.stalled[f"p{person}"] = asyncio.Event()
        await post.post(person, "reminder", urgency=Urgency.REMINDER)
    assert post.here.tried == 6
    await post.post(50, "answer")
    assert ["answer"] == post.here.texts


async def test_a_throttled_chat_waits_alone(office: Open) -> None:
    """What a platform asks of one chat holds up that chat and no other."""
    post = office()
    post.here.answer = failing(Throttled(7))
    await post.post(1, "waits")
    await post.post(2, "goes")
    assert ["goes"] == post.here.texts
    await post.clock.advance(6.9)
    assert ["goes"] == post.here.texts
    await post.clock.advance(0.2)
    assert ["goes", "waits"] == post.here.texts


async def test_a_throttled_chat_waits_even_if_its_person_writes(office: Open) -> None:
    """A pause the platform asked for is kept, whatever the person does."""
    post = office()
    post.here.answer = failing(Throttled(7))
    await post.post(1, "first")
    await post.post(1, "second")
    assert post.here.tried == 1
    await post.clock.advance(8)
    assert ["first", "second"] == post.here.texts


async def test_a_throttle_for_everyone_holds_everyone_on_that_platform(office: Open) -> None:
    """A pause for all stops one platform and leaves the other alone."""
    post = office(Pace(), Pace())
    post.here.answer = failing(Throttled(5, everyone=True))
    await post.post(1, "first")
    await post.post(2, "second")
    post.outbox.put(3, "elsewhere", platform="there")
    post.sending.wake(3)
    await idle()
    assert ([], ["elsewhere"]) == (post.here.texts, post.there.texts)
    await post.clock.advance(5.1)
    assert {"first", "second"} == set(post.here.texts)


async def test_what_did_not_arrive_is_tried_again_ever_more_slowly(office: Open) -> None:
    """The pauses double, with some spread, up to five minutes."""
    post = office()
    post.here.answer = failing(*(Transient("The line is down.") for _ in range(12)))
    await post.post(1, "at last")
    waits = []
    while not post.here.sent:
        before, tried = post.clock.monotonic(), post.here.tried
        while post.here.tried == tried:
            await post.clock.advance(0.5)
        waits.append(post.clock.monotonic() - before)
    assert len(waits) == 12
    for attempt, wait in enumerate(waits):
        assert 0.8 * min(300, 2**attempt) <= wait <= 1.2 * min(300, 2**attempt) + 0.5


async def test_a_pause_of_our_own_ends_when_the_person_writes(office: Open) -> None:
    """Somebody who writes can plainly be reached: what waited for them goes at once, in order."""
    post = office()
    post.here.answer = failing(*(Transient("The line is down.") for _ in range(6)))
    await post.post(1, "first")
    await post.clock.advance(40)
    assert post.here.tried == 6
    await post.post(1, "second")
    assert ["first", "second"] == post.here.texts


async def test_a_new_connection_ends_the_pauses(office: Open) -> None:
    """When the platform is back, nobody waits out a pause that was ours."""
    post = office()
    post.here.answer = failing(Transient("The line is down."))
    await post.post(1, "hello")
    post.sending.revive("here")
    await idle()
    assert ["hello"] == post.here.texts


async def test_an_answer_whose_arrival_is_unknown_is_sent_again(office: Open) -> None:
    """Rather twice than never, for what the person asked for."""
    post = office()
    post.here.answer = failing(OutcomeUnknown("The line broke."))
    await post.post(1, "answer")
    await post.clock.advance(2)
    assert ["answer"] == post.here.texts


async def test_a_reminder_whose_arrival_is_unknown_is_let_go(office: Open) -> None:
    """Rather never than twice, for a reminder (REM-27)."""
    post = office()
    post.here.answer = failing(OutcomeUnknown("The line broke."))
    await post.post(1, "reminder", urgency=Urgency.REMINDER)
    await post.clock.advance(600)
    assert ([], [(1, "outcome-unknown")]) == (post.here.texts, post.outbox.dropped_for)


async def test_a_reminder_caught_by_a_kill_is_let_go(office: Open) -> None:
    """One that was in flight when the program ended is not sent at the next start (REM-27)."""
    post = office()
    post.outbox.put(1, "reminder", urgency=Urgency.REMINDER)
    await post.outbox.sending(post.outbox.rows[0])
    await post.sending.start()
    await idle()
    assert ([], [(1, "outcome-unknown")]) == (post.here.texts, post.outbox.dropped_for)


async def test_a_reminder_is_tried_within_its_own_life_only(office: Open) -> None:
    """After three hours without a connection a reminder is let go (REM-32); an answer is not."""
    post = office()
    down = Transient("The line is down.")
    post.here.answer = failing(*(down for _ in range(200)))
    await post.post(1, "reminder", urgency=Urgency.REMINDER)
    await post.post(2, "answer")
    await post.clock.advance(3 * 3600 + 1)
    assert [(1, "expired")] == post.outbox.dropped_for
    assert [2] == [row.person for row in post.outbox.rows]


async def test_a_reminder_left_over_from_long_ago_is_not_sent(office: Open) -> None:
    """What waited for more than three hours while the program was down is let go (REM-28)."""
    post = office()
    post.outbox.put(1, "reminder", urgency=Urgency.REMINDER)
    post.outbox.put(2, "answer")
    post.clock.leap(timedelta(hours=4))
    await post.sending.start()
    await idle()
    assert (["answer"], [(1, "expired")]) == (post.here.texts, post.outbox.dropped_for)


async def test_somebody_gone_is_sent_nothing_more(office: Open) -> None:
    """After "gone" there is no second attempt, and what waited is dropped (REM-31)."""
    post = office()
    post.here.answer = failing(Gone("The person has blocked us."))
    await post.post(1, "a", "b", "c")
    await post.clock.advance(3600)
    assert (1, [], [1]) == (post.here.tried, post.outbox.rows, post.outbox.gone)


async def test_a_refused_message_is_dropped_and_the_next_one_goes(office: Open) -> None:
    """A message the platform refuses for what it is does not hold up those behind it."""
    post = office()
    post.here.answer = failing(Rejected("The platform refuses this message."))
    await post.post(1, "refused", "next")
    assert (["next"], [(1, "rejected")]) == (post.here.texts, post.outbox.dropped_for)


async def test_a_stopped_platform_keeps_its_rows_and_the_other_goes_on(office: Open) -> None:
    """When one token is refused, the rest waits in the outbox and the other platform works."""
    post = office(Pace(), Pace())
    post.here.answer = failing(AdapterStopped("The token was refused: put in a new one."))
    await post.post(1, "a", "b")
    await post.post(2, "c")
    post.outbox.put(3, "elsewhere", platform="there")
    post.sending.wake(3)
    await idle()
    assert ["here"] == post.stopped
    assert ["elsewhere"] == post.there.texts
    assert [1, 1, 2] == [row.person for row in post.outbox.rows]


async def test_a_fault_of_ours_in_one_send_is_one_rows_trouble(
    office: Open, logbook: io.StringIO
) -> None:
    """An unexpected exception is retried like a lost line, and the log names only its class."""
    post = office()

    def break_once(_: Delivery) -> None:
        post.here.answer = lambda _: None
        raise KeyError("a private sentence")

    post.here.answer = break_once
    await post.post(1, "hello")
    await post.post(2, "other")
    await post.clock.advance(2)
    assert ["other", "hello"] == post.here.texts
    assert "KeyError" in logbook.getvalue()
    assert "private" not in logbook.getvalue()


async def test_a_delivered_message_is_not_sent_again_while_the_disk_is_full(office: Open) -> None:
    """If the delivery cannot be written down, the writing is tried again, never the sending."""
    post = office()
    post.outbox.refuse_writes = 4
    await post.post(1, "once", "then this")
    await post.clock.advance(120)
    assert ["once", "then this"] == post.here.texts
    assert [] == post.outbox.rows


async def test_nothing_goes_out_while_what_arrived_is_not_written_down(office: Open) -> None:
    """A kill would double what arrived and is unnoted: so there is one such message at a time. Help
    in danger goes out all the same, and reminders neither wait nor are waited for."""
    post = office()
    post.outbox.noting = asyncio.Event()
    await post.post(1, "reminder", urgency=Urgency.REMINDER)
    for person in (2, 3, 4):
        await post.post(person, f"to {person}")
    await post.post(5, "help", urgency=Urgency.CRISIS)
    await post.post(6, "another reminder", urgency=Urgency.REMINDER)
    await idle()
    assert ["reminder", "to 2", "help", "another reminder"] == post.here.texts
    post.outbox.noting.set()
    await idle()
    assert ["to 3", "to 4"] == post.here.texts[4:]
    assert [] == post.outbox.rows


async def test_where_many_are_on_the_line_a_note_holds_up_nobody(office: Open) -> None:
    """One message more or less does not matter then, and the platform is kept busy."""
    post = office()
    post.outbox.noting = asyncio.Event()
    slow = [post.here.stalled.setdefault(f"p{n}", asyncio.Event()) for n in range(PER_UNNOTED)]
    for person in range(PER_UNNOTED):
        await post.post(person, f"slow {person}")
    for person in (100, 101):
        await post.post(person, f"to {person}")
        await idle()
    assert ["to 100", "to 101"] == post.here.texts
    await post.post(102, "to 102")
    await idle()
    assert ["to 100", "to 101"] == post.here.texts, (
        "two are unnoted, and not many enough on the line"
    )
    post.outbox.noting.set()
    for event in slow:
        event.set()
    await idle()
    assert [] == post.outbox.rows


async def test_a_person_who_writes_in_the_middle_of_a_send_is_not_forgotten(office: Open) -> None:
    """Rows committed while an earlier one is in flight follow it."""
    post = office()
    post.here.stalled["p1"] = asyncio.Event()
    await post.post(1, "first")
    await post.post(1, "second")
    post.here.stalled.pop("p1").set()
    await idle()
    assert ["first", "second"] == post.here.texts


async def test_the_next_start_takes_up_what_was_left(office: Open) -> None:
    """Rows of an earlier run are sent, the most urgent people first."""
    post = office(Pace(per_second=1))
    post.outbox.put(1, "reminder", urgency=Urgency.REMINDER)
    post.outbox.put(2, "answer")
    await post.sending.start()
    await post.clock.advance(5)
    assert ["answer", "reminder"] == post.here.texts


async def test_what_another_program_committed_is_found(office: Open) -> None:
    """Rows that nobody woke us for are sent after two looks, not after the first."""
    post = office()
    sweeping = asyncio.create_task(post.sending.sweep())
    await idle()
    post.outbox.put(1, "from elsewhere")
    await post.clock.advance(LOOK_EVERY)
    assert [] == post.here.texts
    await post.clock.advance(LOOK_EVERY)
    assert ["from elsewhere"] == post.here.texts
    sweeping.cancel()
    await asyncio.gather(sweeping, return_exceptions=True)


async def test_two_programs_on_one_outbox_send_a_reminder_once(office: Open) -> None:
    """Of two senders that take up the same reminder, one sends it (REM-29)."""
    post, other = office(), office()
    other.outbox = other.sending._store = post.outbox
    other.sending._delivering._store = post.outbox
    for person in range(20):
        post.outbox.put(person, f"for {person}", urgency=Urgency.REMINDER)
    await asyncio.gather(post.sending.start(), other.sending.start())
    await idle()
    assert sorted(f"for {person}" for person in range(20)) == sorted(
        post.here.texts + other.here.texts
    )


async def test_nothing_is_remembered_of_people_without_rows(office: Open) -> None:
    """Once everything is sent, no lane and no task is left."""
    post = office(Pace(chat_interval=1, chat_burst=2))
    for person in range(500):
        await post.post(person, "hello")
    assert ({}, set()) == (post.sending._lanes, post.sending._tasks)


async def test_a_crowd_makes_the_timers_wait(office: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """While too many wait their turn there is no room; when they have gone there is."""
    monkeypatch.setattr(sending_module, "CROWD", 10)
    post = office(Pace(per_second=1))
    for person in range(12):
        await post.post(person, "reminder", urgency=Urgency.REMINDER)
    room = asyncio.create_task(post.sending.room())
    await idle()
    assert not room.done()
    await post.clock.advance(5)
    assert room.done()


async def test_quiet_comes_when_everything_is_delivered(office: Open) -> None:
    """`quiet` waits for the last delivery."""
    post = office()
    post.here.stalled["p1"] = asyncio.Event()
    await post.post(1, "hello")
    quiet = asyncio.create_task(post.sending.quiet())
    await idle()
    assert not quiet.done()
    post.here.stalled.pop("p1").set()
    await idle()
    assert quiet.done()


async def test_draining_sends_what_can_go_and_leaves_the_rest(office: Open) -> None:
    """At the stop, what can be sent is sent; a hanging send is given up and its row stays."""
    post = office()
    post.here.stalled["p1"] = asyncio.Event()
    await post.post(1, "hangs")
    post.outbox.put(2, "goes")
    post.sending.wake(2)
    await post.sending.drain(0.05)
    assert ["goes"] == post.here.texts
    assert [1] == [row.person for row in post.outbox.rows]
