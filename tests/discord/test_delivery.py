"""How replies get through, and what becomes of Discord's refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import AdapterStopped, Gone, Rejected, Throttled, Transient
from bot.events import Address
from bot.ports import Delivery, Receipt
from bot.replies import Choice, File, Form, Picture, Reply, Span, Urgency

from .conftest import Core, make_adapter, running
from .fake_discord import FakeDiscord
from .people import Person
from .world import SERVER

HELLO = Reply((Span("Hello."),))
MESSAGES = "/channels/[0-9]+/messages"


async def test_the_key_is_an_enforced_nonce(fake: FakeDiscord, core: Core) -> None:
    """The same delivery again, as after a crash, shows one message and gives its reference."""
    sam = Person(fake)
    async with running(core, fake):
        first = await core.send(sam.id, HELLO, key="1234567890123456789#0")
        again = await core.send(sam.id, HELLO, key="1234567890123456789#0")

    assert 1 == len(sam.messages)
    assert first.message == again.message
    assert [True, True] == [call.body["enforce_nonce"] for call in fake.called("POST", MESSAGES)]


async def test_an_answer_that_never_arrives_is_sent_again_without_doubling(
    fake: FakeDiscord, core: Core
) -> None:
    """A connection cut after Discord took the message is `Transient`; trying again doubles
    nothing."""
    sam = Person(fake)
    fake.drop("POST", MESSAGES, after=True)
    async with running(core, fake):
        with pytest.raises(Transient):
            await core.send(sam.id, HELLO, key="k#0")
        await core.send(sam.id, HELLO, key="k#0")

    assert 1 == len(sam.messages)


async def test_a_known_channel_is_used_and_a_new_one_told(fake: FakeDiscord, core: Core) -> None:
    """A DM is opened once for a person; with a known channel never."""
    sam = Person(fake)
    async with running(core, fake):
        first = await core.send(sam.id, HELLO)
        second = await core.send(sam.id, HELLO)
        third = await core.send(sam.id, HELLO, chat=sam.dm.id)

    assert [sam.dm.id, "", ""] == [first.chat, second.chat, third.chat]
    assert [sam.id] == fake.world.opened


async def test_a_channel_that_is_gone_is_asked_for_once(fake: FakeDiscord, core: Core) -> None:
    """An unknown channel is replaced by the person's present one, and the core learns it."""
    sam = Person(fake)
    async with running(core, fake):
        receipt = await core.send(sam.id, HELLO, chat="1")

    assert sam.dm.id == receipt.chat
    assert sam.sees("Hello.")


async def test_a_channel_that_is_gone_twice_is_gone(fake: FakeDiscord, core: Core) -> None:
    """Where the channel that Discord itself has just named is unknown as well, nobody is there."""
    sam = Person(fake)
    fake.refuse("POST", MESSAGES, 404, 10003, times=2)
    async with running(core, fake):
        with pytest.raises(Gone):
            await core.send(sam.id, HELLO, chat=sam.dm.id)

    assert [404, 404] == [call.status for call in fake.called("POST", MESSAGES)]


@pytest.mark.parametrize(
    ("status", "code"), [(403, 50007), (400, 50007), (403, 50278), (404, 10013)]
)
async def test_people_out_of_reach_are_gone_at_once(
    fake: FakeDiscord, core: Core, status: int, code: int
) -> None:
    """Whoever cannot be written to is `Gone` after one call: refusals count towards a ban."""
    sam = Person(fake)
    sam.who.open = False
    sam.who.refused_with = (status, code)
    async with running(core, fake):
        with pytest.raises(Gone):
            await core.send(sam.id, HELLO, chat=sam.dm.id)

    assert 1 == len(fake.called("POST", MESSAGES))


async def test_missing_access_comes_and_goes(fake: FakeDiscord, core: Core) -> None:
    """50001 in a DM is known to pass: the channel is asked for anew, then it is tried later."""
    sam = Person(fake)
    fake.refuse("POST", MESSAGES, 403, 50001, times=2)
    async with running(core, fake):
        with pytest.raises(Transient):
            await core.send(sam.id, HELLO, chat=sam.dm.id)
        await core.send(sam.id, HELLO, chat=sam.dm.id)

    assert sam.sees("Hello.")


async def test_access_that_stays_missing_is_gone(fake: FakeDiscord, core: Core) -> None:
    """The fourth attempt that meets 50001 is the last."""
    sam = Person(fake)
    fake.refuse("POST", MESSAGES, 403, 50001, times=2)
    address = Address("discord", sam.id, sam.dm.id)
    async with running(core, fake):
        with pytest.raises(Gone):
            await core.adapter.send(Delivery("k#0", address, HELLO, attempt=4))


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [(400, 50035, Rejected), (503, 0, Transient), (401, 0, AdapterStopped)],
)
async def test_other_refusals_by_name(
    fake: FakeDiscord, core: Core, status: int, code: int, expected: type[Exception]
) -> None:
    """A refused payload is `Rejected`, trouble of Discord's own `Transient`, a token
    `AdapterStopped`."""
    sam = Person(fake)
    fake.refuse("POST", MESSAGES, status, code)
    async with running(core, fake):
        with pytest.raises(expected) as raised:
            await core.send(sam.id, HELLO, chat=sam.dm.id)

    assert sam.dm.id not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


async def test_a_limit_is_waited_out_by_the_chat_alone(fake: FakeDiscord, core: Core) -> None:
    """A chat that is limited waits; nothing is lost, and another chat is not held up."""
    sam, kim = Person(fake), Person(fake, "kim")
    fake.channel_limit = (2, 0.3)
    async with running(core, fake):
        for _ in range(3):
            await core.send(sam.id, HELLO)
        await core.send(kim.id, HELLO)

    assert (3, 1) == (len(sam.messages), len(kim.messages))


async def test_a_long_limit_comes_back_with_its_time(fake: FakeDiscord, core: Core) -> None:
    """A limit longer than a sender may wait is given back with the seconds to wait."""
    sam = Person(fake)
    headers = {"Via": "1.1 fake"}
    fake.refuse("POST", MESSAGES, 429, headers=headers, retry_after=300.0, **{"global": False})
    async with running(core, fake):
        with pytest.raises(Throttled) as raised:
            await core.send(sam.id, HELLO, chat=sam.dm.id)

    assert (300.0, False) == (raised.value.after, raised.value.everyone)


async def test_a_limit_without_a_name_is_everybodys(fake: FakeDiscord, core: Core) -> None:
    """A 429 that does not come from Discord itself (no Via header) stops everyone for a while."""
    sam = Person(fake)
    fake.refuse("POST", MESSAGES, 429, headers={"Retry-After": "7"})
    async with running(core, fake):
        with pytest.raises(Throttled) as raised:
            await core.send(sam.id, HELLO, chat=sam.dm.id)

    assert (7.0, True) == (raised.value.after, raised.value.everyone)


async def test_opening_dms_is_limited(fake: FakeDiscord, core: Core) -> None:
    """Many first contacts at once open ten DMs; the others wait for their turn."""
    people = [Person(fake, f"person{number}") for number in range(11)]
    async with running(core, fake):
        for person in people[:10]:
            await core.send(person.id, HELLO)
        with pytest.raises(Throttled):
            await core.send(people[10].id, HELLO)

    assert 10 == len(fake.world.opened)


async def test_crisis_help_does_not_wait_behind_a_closed_door(
    fake: FakeDiscord, core: Core
) -> None:
    """With closed DMs, crisis help is shown in private where the command was used."""
    sam = Person(fake)
    sam.who.open = False
    async with running(core, fake):
        used = await sam.commands("crisis", SERVER)
        await fake.until(lambda: used.answers)
        help_now = Reply((Span("Call 112."),), urgency=Urgency.CRISIS)
        with pytest.raises(Gone):
            await core.send(sam.id, help_now)

    assert used.ephemeral
    assert "Call 112.\n\nYour DMs are closed." == (used.original or {})["content"]


async def test_a_long_text_comes_in_parts(fake: FakeDiscord, core: Core) -> None:
    """A text longer than Discord takes comes in parts; the last holds the buttons."""
    sam = Person(fake)
    text = "\n\n".join(f"Paragraph {number}. " + "words " * 60 for number in range(10))
    long = Reply((Span(text),), form=Form.LIST, choices=(Choice("abcd.1.a", "Yes"),))
    async with running(core, fake):
        receipt = await core.send(sam.id, long, key="1234567890123456789#10")
        again = await core.send(sam.id, long, key="1234567890123456789#10")

    assert len(sam.messages) > 1
    assert all(len(message["content"]) <= 2000 for message in sam.messages)
    assert [[]] * (len(sam.messages) - 1) == [m["components"] for m in sam.messages[:-1]]
    assert receipt.message == again.message == sam.last["id"]


async def test_pictures_and_files(fake: FakeDiscord, core: Core, tmp_path: Path) -> None:
    """A picture travels with its words for those who do not see it, a file with its name."""
    sam = Person(fake)
    door = tmp_path / "door.png"
    door.write_bytes(b"not really a picture")
    async with running(core, fake):
        await core.send(sam.id, Reply((Span("Look."),), picture=Picture(str(door), "A door")))
        await core.send(sam.id, Reply((Span("Yours."),), file=File("notes.txt", "päper")))

    shown, given = sam.messages[0]["attachments"][0], sam.messages[1]["attachments"][0]
    assert ("door.png", "A door") == (shown["filename"], shown["description"])
    assert "notes.txt" == given["filename"]
    posted = fake.called("POST", MESSAGES)
    assert b"not really a picture" == posted[0].files["files[0]"]
    assert "päper".encode() == posted[1].files["files[0]"]


async def test_a_missing_picture_does_not_hold_the_words_back(
    fake: FakeDiscord, core: Core, tmp_path: Path
) -> None:
    """The words carry the meaning: without its file the message goes out without a picture."""
    sam = Person(fake)
    async with running(core, fake):
        gone = Picture(str(tmp_path / "none.png"), "A door")
        await core.send(sam.id, Reply((Span("Look."),), picture=gone))

    assert sam.sees("Look.")


async def test_edits_of_lost_messages(fake: FakeDiscord, core: Core) -> None:
    """Where the earlier message is gone, a closing is left out and a redrawing is sent anew."""
    sam = Person(fake)
    closing = Reply((Span("Which?"),), edits=3, answer="Numb")
    redrawn = Reply((Span("Which?"),), edits=3, form=Form.LIST, choices=(Choice("a.1.b", "B"),))
    async with running(core, fake):
        left_out = await core.send(sam.id, closing, edits="1")
        unknown = await core.send(sam.id, closing)
        assert [] == sam.messages
        anew = await core.send(sam.id, redrawn, edits="1")

    assert [Receipt(chat=left_out.chat), Receipt()] == [left_out, unknown]
    assert sam.last["id"] == anew.message


async def test_a_closing_without_words_takes_the_buttons_off(fake: FakeDiscord, core: Core) -> None:
    """An old question that is only put away keeps its words and loses its buttons."""
    sam = Person(fake)
    asked = Reply((Span("Which?"),), form=Form.LIST, choices=(Choice("a.1.b", "B"),))
    async with running(core, fake):
        receipt = await core.send(sam.id, asked)
        await core.send(sam.id, Reply((), edits=1), edits=receipt.message)

    assert "Which?" == sam.last["content"]
    assert [] == sam.last["components"]


async def test_our_messages_are_deleted(fake: FakeDiscord, core: Core) -> None:
    """PRV-7: one by one, and what is gone already is as good as deleted."""
    sam = Person(fake)
    text = "\n\n".join(f"Paragraph {number}. " + "words " * 60 for number in range(10))
    async with running(core, fake):
        long = await core.send(sam.id, Reply((Span(text),)))
        stays = await core.send(sam.id, HELLO)
        going = (*long.also, "1", long.message)
        assert len(going) > 2
        assert Receipt() == await core.send(sam.id, Reply((), deletes=going))

    assert [stays.message] == [message["id"] for message in sam.messages]


async def test_a_deletion_that_is_refused_is_not_tried_on(fake: FakeDiscord, core: Core) -> None:
    """PRV-7: refusals count towards a ban, so the first one ends it."""
    sam = Person(fake)
    async with running(core, fake):
        sent = [await core.send(sam.id, HELLO, key=f"k{number}") for number in range(3)]
        fake.refuse("DELETE", MESSAGES + "/[0-9]+", 403, 50003)
        with pytest.raises(Rejected):
            await core.send(sam.id, Reply((), deletes=tuple(one.message for one in sent)))

    assert 3 == len(sam.messages)


async def test_sending_before_the_connection_is_tried_later(fake: FakeDiscord) -> None:
    """A reply left over from the last run waits until the house words are there."""
    adapter = make_adapter(fake)
    core = Core(adapter)
    with pytest.raises(Transient):
        await core.send("1", HELLO)
    await adapter.close()
