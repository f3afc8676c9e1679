"""One turn, exactly once."""

from __future__ import annotations

from datetime import timedelta

from bot.events import Address, Chose, Incoming, Left, Returned, Said
from bot.ports import Outcome, Receipt, Verdict, Waiting
from tests.store.sketch import LIBRARY, START, said


async def test_first_contact_makes_a_person_and_replies(play):
    """A first message is kept and answered, and names the lane to wake."""
    taken = await play.take(said("hello", "1"))

    assert Outcome(Verdict.HANDLED) == taken.outcome
    assert taken.sends
    assert ["You said hello"] == await play.texts(taken.person)


async def test_an_event_is_handled_once(play):
    """The same event again does nothing, whatever came between."""
    first = await play.take(said("hello", "1"))
    await play.take(said("there", "2"))
    again = await play.take(said("hello", "1"))

    assert Outcome(Verdict.REPEATED) == again.outcome
    assert not again.sends
    assert ["You said hello", "Closed", "You said there"] == await play.texts(first.person)


async def test_the_same_event_id_on_another_platform_is_another_event(play):
    """Event ids are unique within one platform only."""
    await play.take(said("hello", "1"))
    other = Incoming("1", Address("discord", "ada", "dm"), Said("hello"), START)

    assert Verdict.HANDLED == (await play.take(other)).outcome.verdict


async def test_a_conversation_goes_on_where_it_was(play):
    """The next turn starts from what the last one saved."""
    taken = await play.take(said("one", "1"))
    for n in range(2, 5):
        await play.take(said("more", str(n)))
    sent = await play.deliver(taken.person)
    assert [1, 2, 2, 3, 3, 4, 4] == [one.delivery.reply.turn for one in sent]


async def test_people_are_apart(play):
    """Two accounts have two conversations."""
    ada = await play.take(said("ada here", "1", "ada"))
    bob = await play.take(said("bob here", "2", "bob"))

    assert ada.person != bob.person
    assert ["You said bob here"] == await play.texts(bob.person)


async def test_a_button_from_a_stranger_creates_nothing(play):
    """Somebody unknown who presses a button is told so, and not kept."""
    pressed = Incoming("1", Address("telegram", "eve", "eve"), Chose("abcd.1.rarely"), START)
    taken = await play.take(pressed)

    assert Outcome(Verdict.UNKNOWN, "That question has moved on.") == taken.outcome
    assert not taken.sends
    assert await play.store.find(pressed.address) is None


async def test_a_stranger_who_leaves_or_returns_is_not_kept(play):
    """Blocking a bot one never wrote to leaves no trace."""
    where = Address("telegram", "eve", "eve")
    for event_id, event in (("1", Left()), ("2", Returned())):
        taken = await play.take(Incoming(event_id, where, event, START))
        assert Verdict.HANDLED == taken.outcome.verdict

    assert await play.store.find(where) is None


async def test_a_mistake_of_ours_is_filed_and_told_and_blocks_nobody(play):
    """A turn that raises is undone, filed by its class, and answered in one fixed sentence."""
    before = await play.take(said("hello", "1"))
    failed = await play.take(said("raise", "2"))
    again = await play.take(said("raise", "2"))
    after = await play.take(said("there", "3"))

    assert Outcome(Verdict.FAILED) == failed.outcome
    assert Outcome(Verdict.REPEATED) == again.outcome
    assert before.person == failed.person == after.person
    assert [
        "You said hello",
        LIBRARY.house("en").phrase("kept-safe"),
        "Closed",
        "You said there",
    ] == await play.texts(before.person)
    filed = await play.store._writer.do(lambda tx: tx.all("SELECT error FROM failed"))
    assert [("ZeroDivisionError",)] == filed


async def test_a_mistake_at_first_contact_is_answered_too(play):
    """The apology reaches somebody of whom nothing was kept, and then nothing is left."""
    failed = await play.take(said("raise", "1"))

    assert Outcome(Verdict.FAILED) == failed.outcome
    assert await play.store.find(Address("telegram", "ada")) is None
    (sent,) = await play.store.outgoing(failed.person)
    assert Address("telegram", "ada", "ada") == sent.delivery.address
    await play.store.delivered(sent, Receipt("m1"))
    assert [] == await play.store.lanes()


async def test_somebody_gone_is_sent_nothing_until_they_return(play):
    """Blocking drops what waits; the next message revives."""
    taken = await play.take(said("hello", "1"))
    where = Address("telegram", "ada", "ada")
    await play.store.unreachable(taken.person)
    assert [] == await play.texts(taken.person)

    left = await play.take(Incoming("2", where, Left(), START))
    assert not left.sends
    back = await play.take(said("back", "3"))
    assert back.sends
    assert ["Closed", "You said back"] == await play.texts(back.person)


async def test_a_new_chat_is_learnt_from_an_event(play):
    """Replies go to the chat the person wrote from last."""
    taken = await play.take(said("hello", "1"))
    moved = Incoming("2", Address("telegram", "ada", "elsewhere"), Said("hi"), START)
    await play.take(moved)

    waiting = await play.store.outgoing(taken.person)
    assert {"elsewhere"} == {one.delivery.address.chat for one in waiting}


async def test_people_with_an_open_question_are_found_latest_first(play):
    """`waiting` names the address, the message that asked, and the last contact."""
    for n, name in enumerate(("ada", "bob", "cyd")):
        play.clock.forward(minutes=1)
        taken = await play.take(said("hello", str(n), name))
        (sent,) = await play.store.outgoing(taken.person)
        await play.store.delivered(sent, Receipt(f"message of {name}"))

    now = play.clock()
    assert [
        Waiting(Address("telegram", "cyd", "cyd"), "message of cyd", now),
        Waiting(Address("telegram", "bob", "bob"), "message of bob", now - timedelta(minutes=1)),
    ] == await play.store.waiting("telegram", 2)
    assert [] == await play.store.waiting("discord", 2)


async def test_old_events_are_pruned_and_young_ones_stay(play):
    """The set of seen events forgets after 31 days, not before."""
    await play.take(said("hello", "old"))
    play.clock.forward(days=30)
    await play.take(said("hello", "young"))
    play.clock.forward(days=2)
    await play.store.prune()

    assert Verdict.HANDLED == (await play.take(said("hello", "old"))).outcome.verdict
    assert Verdict.REPEATED == (await play.take(said("hello", "young"))).outcome.verdict


async def test_counters_add_up_and_old_days_are_forgotten(play):
    """A counter sums its days; days older than a year go."""
    await play.command("count", "check-ins")
    await play.store.count("check-ins", 2)
    assert {"check-ins": 3} == await play.store.counters()

    play.clock.now += timedelta(days=400)
    await play.store.count("check-ins")
    await play.store.prune()
    assert {"check-ins": 1} == await play.store.counters()


async def test_notes_of_adapters_last(play):
    """A note is found again by its name, and replaced."""
    assert await play.store.note("offset") is None
    await play.store.put_note("offset", "1")
    await play.store.put_note("offset", "2")
    assert "2" == await play.store.note("offset")


async def test_the_silent_are_found(play):
    """People not heard of since an instant are given, the longest silent first."""
    old = await play.take(said("hello", "1", "ada"))
    play.clock.forward(days=100)
    mid = await play.take(said("hello", "2", "bob"))
    play.clock.forward(days=300)
    await play.take(said("hello", "3", "cyd"))

    assert [old.person, mid.person] == await play.store.inactive(
        play.clock.now - timedelta(days=200)
    )
