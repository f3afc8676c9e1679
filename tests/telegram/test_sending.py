"""Replies on their way out, over real HTTP, with the real library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.telegram.adapter import PACE, TelegramAdapter
from bot.errors import (
    AdapterStopped,
    AjarError,
    Gone,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Transient,
)
from bot.events import Address
from bot.ports import Delivery, Receipt
from bot.replies import Choice, File, Form, Manner, Picture, Reply, Span

from . import faults
from .conftest import QUICK
from .fake_bot_api import TOKEN, FakeBotApi
from .faults import Fault
from .people import Person, buttons
from .recorded import Call

SAM = Address("telegram", "41", "41")
PNG = bytes.fromhex("89504e470d0a1a0a")


def delivery(reply: Reply, edits: str | None = None, key: str = "k1") -> Delivery:
    """Address a reply to Sam."""
    return Delivery(key, SAM, reply, edits)


def question(*labels: str, chosen: str = "", edits: int | None = None) -> Reply:
    """Make a question with these labels."""
    choices = tuple(
        Choice(f"abcd.1.{label.lower()}", label, chosen=label == chosen) for label in labels
    )
    return Reply((Span("How often?"),), 1, Form.PICK, choices, edits=edits)


def once(fault: Fault, method: str = "sendMessage") -> Callable[[Call], Fault | None]:
    """Fail the next call of a method."""
    left = [fault]

    def faulty(call: Call) -> Fault | None:
        return left.pop() if call.method == method and left else None

    return faulty


@pytest.fixture
async def sender(api: FakeBotApi, tmp_path: Path) -> AsyncIterator[TelegramAdapter]:
    (tmp_path / "door.png").write_bytes(PNG)
    adapter = TelegramAdapter(TOKEN, api_url=api.url, pictures=tmp_path, patience=QUICK)
    yield adapter
    await adapter.close()


async def test_a_question_is_sent_closed_and_redrawn_in_place(
    api: FakeBotApi, sender: TelegramAdapter
) -> None:
    """A question is one message all its life: asked, toggled, and closed with its answer."""
    sam = Person(api, 41)
    receipt = await sender.send(delivery(question("Numb", "Sad")))
    assert ["Numb", "Sad"] == sam.can_tap
    again = await sender.send(
        delivery(question("Numb", "Sad", chosen="Sad", edits=1), receipt.message)
    )
    assert (["Numb", "✓ Sad"], receipt) == (sam.can_tap, again)
    closing = Reply((Span("How often?"),), edits=1, answer="Sad")
    await sender.send(delivery(closing, receipt.message))
    assert (["How often?\n\n→ Sad"], []) == (sam.reads, sam.can_tap)
    assert [("abcd.1.numb"), ("abcd.1.sad")] == [
        button["callback_data"]
        for row in api.of("sendMessage")[0].params["reply_markup"]["inline_keyboard"]
        for button in row
    ]


async def test_redrawing_what_already_looks_so_is_success(
    api: FakeBotApi, sender: TelegramAdapter
) -> None:
    """A redrawing that changes nothing, as after a double tap, is no failure."""
    receipt = await sender.send(delivery(question("Sad")))
    assert receipt == await sender.send(delivery(question("Sad", edits=1), receipt.message))
    assert 1 == len(api.messages(41))


async def test_without_its_message_a_closing_is_left_out_and_a_redrawing_is_new(
    api: FakeBotApi, sender: TelegramAdapter
) -> None:
    """When the person deleted the message, a closing is nothing and a redrawing comes anew."""
    closing = Reply((Span("How often?"),), edits=1, answer="Sad")
    assert Receipt() == await sender.send(delivery(closing, "999"))
    assert [] == api.messages(41)
    await sender.send(delivery(question("Sad", edits=1), "999"))
    assert 1 == len(api.messages(41))


async def test_our_messages_are_deleted_in_one_call(
    api: FakeBotApi, sender: TelegramAdapter
) -> None:
    """PRV-7: what is still there goes; what the person deleted before is skipped."""
    long = Reply((Span("\n\n".join(letter * 3000 for letter in "ab")),))
    receipt = await sender.send(delivery(long))
    other = await sender.send(delivery(question("Sad"), key="k2"))
    stays = await sender.send(delivery(question("Numb"), key="k3"))
    going = (*receipt.also, receipt.message, other.message, "999")
    assert 4 == len(going)
    assert Receipt() == await sender.send(delivery(Reply((), deletes=going), key="k4"))
    assert [stays.message] == [str(message["message_id"]) for message in api.messages(41)]
    assert 1 == len(api.of("deleteMessages"))


async def test_one_message_too_old_keeps_none_of_the_others(
    api: FakeBotApi, sender: TelegramAdapter
) -> None:
    """PRV-7: Telegram refuses a whole request for one old message; the others go all the same."""
    sent = [await sender.send(delivery(question("Sad"), key=f"k{n}")) for n in range(5)]
    api.messages(41)[1]["date"] -= 49 * 3600
    going = tuple(receipt.message for receipt in sent)
    await sender.send(delivery(Reply((), deletes=going), key="d"))
    assert [going[1]] == [str(message["message_id"]) for message in api.messages(41)]


async def test_a_deletion_is_tried_again_after_an_outage(
    api: FakeBotApi, sender: TelegramAdapter
) -> None:
    """PRV-7: trouble of Telegram's own is not taken for an answer."""
    sent = await sender.send(delivery(question("Sad")))
    deletes = delivery(Reply((), deletes=(sent.message,)), key="d")
    api.fault = once(faults.refused(502, "Bad Gateway"), "deleteMessages")
    with pytest.raises(Transient):
        await sender.send(deletes)
    await sender.send(deletes)
    assert [] == api.messages(41)


async def test_nobody_can_inject_markup(api: FakeBotApi, sender: TelegramAdapter) -> None:
    """A person's own words come back letter by letter, whatever markup they look like."""
    nasty = "<b>*bold*</b> _x_ [a](tg://user?id=1) `c` &amp; \\*"
    reply = Reply((Span("You wrote: ", Manner.STRONG), Span(nasty, Manner.OWN)))
    await sender.send(delivery(reply))
    (call,) = api.of("sendMessage")
    assert f"You wrote: {nasty}" == call.params["text"]
    assert "parse_mode" not in call.params
    assert [{"type": "bold", "offset": 0, "length": 11}] == call.params["entities"]
    assert {"is_disabled": True} == call.params["link_preview_options"]


async def test_a_server_that_does_not_know_a_time_gets_bare_words(
    api: FakeBotApi, sender: TelegramAdapter
) -> None:
    """An older Bot API server that refuses the time entity gets the words without it."""
    words = "Bad Request: can't parse MessageEntity: unsupported type specified"
    api.fault = once(faults.refused(400, words))
    await sender.send(delivery(Reply((Span("at "), Span("nine", Manner.TIME, at=1777930000)))))
    first, second = api.of("sendMessage")
    assert "date_time" == first.params["entities"][0]["type"]
    assert not second.params.get("entities")
    assert ["at nine"] == Person(api, 41).reads


async def test_long_texts_come_in_parts_and_a_retry_goes_on_where_it_failed(
    api: FakeBotApi, sender: TelegramAdapter
) -> None:
    """A text in three parts whose second part fails is completed by the retry, nothing twice."""
    reply = Reply((Span("\n\n".join(letter * 3000 for letter in "abc")),))
    sent = 0

    def second_fails(call: Call) -> Fault | None:
        nonlocal sent
        sent += call.method == "sendMessage"
        return faults.BROKEN if sent == 2 else None

    api.fault = second_fails
    with pytest.raises(Transient):
        await sender.send(delivery(reply))
    await sender.send(delivery(reply))
    assert ["a" * 3000, "b" * 3000, "c" * 3000] == Person(api, 41).reads


async def test_pictures_are_uploaded_with_their_words(
    api: FakeBotApi, sender: TelegramAdapter
) -> None:
    """A picture comes with its words as caption, and the caption is what gets closed."""
    picture = Picture("door.png", "A door")
    reply = Reply((Span("Look."),), 1, Form.LIST, (Choice("abcd.1.a", "Yes"),), picture=picture)
    receipt = await sender.send(delivery(reply))
    (call,) = api.of("sendPhoto")
    assert ("door.png", PNG) == next(iter(call.files.values()))
    assert receipt.message.endswith("m")
    await sender.send(delivery(Reply((Span("Look."),), edits=1, answer="Yes"), receipt.message))
    assert ["Look.\n\n→ Yes"] == Person(api, 41).reads


async def test_a_missing_picture_leaves_its_words(api: FakeBotApi, sender: TelegramAdapter) -> None:
    """Without the file the words go out alone, and the operator reads which file is missing."""
    reply = Reply((Span("Look."),), picture=Picture("gone.png", "A door"))
    with capture_logs() as logs:
        receipt = await sender.send(delivery(reply))
    assert (["Look."], False) == (Person(api, 41).reads, receipt.message.endswith("m"))
    assert ["gone.png"] == [line["picture"] for line in logs]


async def test_files_arrive_whole(api: FakeBotApi, sender: TelegramAdapter) -> None:
    """A file arrives with its name, every byte, and its words."""
    file = File("notes.txt", "Grüße\n" * 1000)
    await sender.send(delivery(Reply((Span("Your notes."),), file=file)))
    (call,) = api.of("sendDocument")
    assert ("notes.txt", file.body.encode()) == next(iter(call.files.values()))
    assert ["Your notes."] == Person(api, 41).reads


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (faults.BLOCKED, Gone),
        (faults.DEACTIVATED, Gone),
        (faults.CHAT_NOT_FOUND, Gone),
        (faults.refused(403, "Forbidden: bot can't initiate conversation with a user"), Gone),
        (faults.refused(403, "Forbidden: bot was kicked from the group chat"), Gone),
        (faults.refused(400, "Bad Request: message is too long"), Rejected),
        (faults.refused(400, "Bad Request: BUTTON_DATA_INVALID"), Rejected),
        (faults.refused(400, "Bad Request: words invented tomorrow"), Rejected),
        (faults.refused(413, "Request Entity Too Large"), Rejected),
        (faults.refused(401, "Unauthorized"), AdapterStopped),
        (faults.refused(404, "Not Found"), AdapterStopped),
        (faults.throttled(7), Throttled),
        (faults.BROKEN, Transient),
        (faults.refused(503, "Service Unavailable"), Transient),
        (Fault(faults.Kind.PAGE, 403), Transient),
        (Fault(faults.Kind.PAGE, 302), Transient),
        (faults.BAD_GATEWAY, OutcomeUnknown),
        (Fault(faults.Kind.PAGE, 200), OutcomeUnknown),
        (faults.DROP_BEFORE, OutcomeUnknown),
        (faults.DROP_AFTER, OutcomeUnknown),
        (faults.HALF_ANSWER, OutcomeUnknown),
    ],
)
async def test_every_failure_has_its_meaning(
    api: FakeBotApi, sender: TelegramAdapter, fault: Fault, expected: type[AjarError]
) -> None:
    """Each way in which a send can fail becomes the failure that says what to do next."""
    api.fault = once(fault)
    with pytest.raises(expected) as raised:
        await sender.send(delivery(Reply((Span("private words"),))))
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    for hidden in (TOKEN, "private words", "41", api.url):
        assert hidden not in str(raised.value)


async def test_a_pause_is_passed_on_as_told(api: FakeBotApi, sender: TelegramAdapter) -> None:
    """The seconds Telegram asks for are the seconds the core is told, for that chat alone."""
    api.fault = once(faults.throttled(7))
    with pytest.raises(Throttled) as told:
        await sender.send(delivery(Reply((Span("hi"),))))
    assert (7, False) == (told.value.after, told.value.everyone)


async def test_a_server_that_is_gone_surely_got_nothing(
    api: FakeBotApi, sender: TelegramAdapter
) -> None:
    """Where no connection comes about, the reply surely did not arrive."""
    await api.stop()
    with pytest.raises(Transient):
        await sender.send(delivery(Reply((Span("hi"),))))


async def test_a_slow_answer_is_an_unknown_outcome(
    api: FakeBotApi, sender: TelegramAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Giving up on a slow answer leaves it open whether the message arrived."""
    monkeypatch.setattr("adapters.telegram.wire.READ_SECONDS", 0.02)
    api.fault = once(faults.slow(0.2))
    with pytest.raises(OutcomeUnknown):
        await sender.send(delivery(Reply((Span("hi"),))))


async def test_a_stalled_chat_delays_no_other(api: FakeBotApi, sender: TelegramAdapter) -> None:
    """While one chat's send hangs, others go through."""
    api.fault = lambda call: faults.slow(30) if call.chat == 1 else None
    stalled = asyncio.create_task(
        sender.send(Delivery("k0", Address("telegram", "1", "1"), Reply((Span("hi"),))))
    )
    await api.until(lambda: len(api.of("sendMessage", 1)) == 1)
    async with asyncio.timeout(5):
        await asyncio.gather(
            *(
                sender.send(
                    Delivery(f"k{n}", Address("telegram", str(n), str(n)), Reply((Span("hi"),)))
                )
                for n in range(2, 60)
            )
        )
    assert not stalled.done()
    stalled.cancel()


async def test_the_pace_is_telegrams(sender: TelegramAdapter) -> None:
    """25 messages a second overall and one a second to a chat are what the adapter asks for."""
    assert PACE == sender.pace
    assert (25, 1.0) == (sender.pace.per_second, sender.pace.chat_interval)
    assert "telegram" == sender.platform


async def test_an_unknown_chat_is_reached_by_the_account(
    api: FakeBotApi, sender: TelegramAdapter
) -> None:
    """A private chat has its person's number, so an address without a chat will do."""
    await sender.send(Delivery("k", Address("telegram", "41"), Reply((Span("hi"),))))
    assert ["hi"] == Person(api, 41).reads
    assert [] == buttons(api.messages(41)[0])
