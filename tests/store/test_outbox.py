"""Replies that are committed and not yet delivered."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

from bot.ports import Receipt
from bot.replies import Choice, File, Form, Manner, Picture, Reply, Span, Urgency
from bot.store import written
from bot.store.store import Lane
from tests.store.sketch import LIBRARY, START, open_store, said


async def test_rows_survive_a_restart(play, tmp_path, clock):
    """What was committed is still there, in order and under the same keys, after a new start."""
    taken = await play.take(said("hello", "1"))
    await play.take(said("again", "2"))
    before = await play.store.outgoing(taken.person)
    await play.store.close()

    play.store = await open_store(tmp_path, clock)
    assert [Lane(taken.person, "telegram", Urgency.LIVE)] == await play.store.lanes()
    assert before == await play.store.outgoing(taken.person)


async def test_keys_are_short_ascii_and_never_the_same(play):
    """A key fits a nonce of 25 ASCII characters, and differs for every reply."""
    taken = await play.take(said("hello", "a very long event id " * 20))
    await play.take(said("again", "2"))
    keys = [one.delivery.key for one in await play.deliver(taken.person)]

    assert 3 == len(set(keys))
    assert all(len(key) <= 25 and key.isascii() for key in keys)
    assert ["0", "0", "1"] == [key.rpartition(".")[2] for key in keys]


async def test_a_closing_names_the_message_that_asked(play):
    """An edit carries the platform's reference of the question it closes."""
    taken = await play.take(said("hello", "1"))
    (question,) = await play.store.outgoing(taken.person)
    await play.store.delivered(question, Receipt("message 7"))
    await play.take(said("again", "2"))
    closing, asked = await play.store.outgoing(taken.person)

    assert ("message 7", None) == (closing.delivery.edits, asked.delivery.edits)


async def test_a_closing_waits_until_its_question_is_delivered(play):
    """A list of replies ends before an edit of a question that is still in it."""
    taken = await play.take(said("hello", "1"))
    await play.take(said("again", "2"))

    assert 1 == len(await play.store.outgoing(taken.person))
    sent = await play.deliver(taken.person)
    assert [None, "m1", None] == [one.delivery.edits for one in sent]


async def test_a_closed_question_is_forgotten(play):
    """Once closed, nothing is kept of where a question stood."""
    taken = await play.take(said("hello", "1"))
    await play.take(said("again", "2"))
    await play.deliver(taken.person)
    rows = await play.store._writer.do(lambda tx: tx.all("SELECT turn FROM messages"))

    assert [(2,)] == rows


async def test_a_postponed_reply_keeps_its_place_and_counts_its_attempts(play):
    """A later attempt has the same key, and says when it may go."""
    taken = await play.take(said("hello", "1"))
    (first,) = await play.store.outgoing(taken.person)
    until = START + timedelta(seconds=30)
    await play.store.postponed(first, until)
    (second,) = await play.store.outgoing(taken.person)

    assert first.delivery.key == second.delivery.key
    assert (1, 2) == (first.delivery.attempt, second.delivery.attempt)
    assert until == second.not_before
    assert [Lane(taken.person, "telegram", Urgency.LIVE, until)] == await play.store.lanes()


async def test_a_dropped_reply_is_counted_once(play):
    """Dropping takes the row out; dropping it again changes nothing."""
    taken = await play.take(said("hello", "1"))
    (sent,) = await play.store.outgoing(taken.person)
    await play.store.dropped(sent, "rejected")
    await play.store.dropped(sent, "rejected")

    assert [] == await play.store.outgoing(taken.person)
    assert {"dropped.rejected": 1} == await play.store.counters()


async def test_a_chat_learnt_by_sending_is_used_from_then_on(play):
    """A receipt may name the chat a message went to."""
    taken = await play.take(said("hello", "1"))
    (sent,) = await play.store.outgoing(taken.person)
    await play.store.delivered(sent, Receipt("m1", chat="dm-42"))
    await play.store.turn(said("again", "2"), LIBRARY, play.rng)
    waiting = await play.store.outgoing(taken.person)

    assert {"ada"} == {one.delivery.address.chat for one in waiting}  # they wrote from there since
    assert {"ada"} == {one.delivery.address.account for one in waiting}


async def test_a_row_id_that_comes_back_is_not_taken_for_the_old_row(play):
    """An acknowledgement of a reply that is gone never takes out a newer one."""
    taken = await play.take(said("hello", "1"))
    (old,) = await play.store.outgoing(taken.person)
    await play.store.unreachable(taken.person)
    again = await play.take(said("again", "2"))
    (new, *_) = await play.store.outgoing(again.person)
    await play.store.delivered(old, Receipt("m1"))

    assert old.id == new.id
    assert new in await play.store.outgoing(again.person)


def test_a_reply_is_written_down_whole():
    """Every field of a reply comes back as it was."""
    choice = Choice("abcd.1.x", "Löwe 🦁", chosen=True)
    whole = Reply(
        text=(Span("a"), Span("b", Manner.OWN), Span("8 pm", Manner.TIME, 1234)),
        turn=7,
        form=Form.PICK,
        choices=(choice, Choice("abcd.1.y", "Y")),
        ways=(Choice("abcd.1.skip", "Skip"),),
        ends=("shut", "open"),
        done=Choice("abcd.1.done", "Done"),
        at_least=1,
        at_most=3,
        limit=500,
        edits=0,
        answer="what was chosen",
        picture=Picture("door.png", "A door"),
        file=File("notes.txt", "body", "text/html"),
        urgency=Urgency.CRISIS,
        language="es",
        deletes=("41", "42m"),
        until=1_772_661_600,
    )
    usual = Reply(())

    assert all(getattr(whole, f.name) != getattr(usual, f.name) for f in fields(Reply))
    for reply in (whole, usual, Reply((), urgency=Urgency.REMINDER)):
        assert reply == written.reply_in(written.reply_out(reply))
