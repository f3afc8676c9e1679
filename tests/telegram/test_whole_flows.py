"""Whole conversations on Telegram: a person with a phone, the fake server, and all of Ajar."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.telegram.webhook import Webhook
from bot.flows.library import Library

from . import faults
from .fake_bot_api import FakeBotApi
from .household import answered, at_home, open_questions
from .people import Person, buttons


@pytest.fixture(params=["polling", "webhook"])
async def home(
    request: pytest.FixtureRequest, api: FakeBotApi, small: Library, tmp_path: Path
) -> AsyncIterator[FakeBotApi]:
    webhook = None
    if request.param == "webhook":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        webhook = Webhook("https://ajar.example/push", "a-secret", port, host="127.0.0.1")
        api.pushing.to = f"http://127.0.0.1:{port}/push"
    async with at_home(api, tmp_path / "ajar.db", small, webhook=webhook):
        if webhook:
            await api.until(lambda: bool(api.webhook))
        yield api


async def tea(person: Person) -> None:
    """Meet Ajar, or come back, and begin with the tea."""
    await person.say("/start")
    await person.until(lambda: "A cup of tea" in person.can_tap)
    await person.tap("A cup of tea")
    await person.until_reads("Which kind of tea?")


async def test_a_flow_by_taps(home: FakeBotApi) -> None:
    """A whole flow by taps: each question closes with its answer, and one is open at a time."""
    sam = Person(home, 41)
    await tea(sam)
    await sam.tap("Black, with milk")
    await sam.until_reads("What goes into it?")
    assert "Which kind of tea?\n\n→ Black, with milk" in sam.reads
    await sam.tap("Lemon")
    await sam.until(lambda: "✓ Lemon" in sam.can_tap)
    await sam.tap("Sugar")
    await sam.until(lambda: "✓ Sugar" in sam.can_tap)
    await sam.tap("✓ Sugar")
    await sam.until(lambda: "Sugar" in sam.can_tap)
    assert 1 == sum("What goes into it?" in words for words in sam.reads)
    await sam.tap("That's all of them")
    await sam.until_reads("How warm should it be?")
    assert "What goes into it?\n\n→ Lemon" in sam.reads
    assert sam.reads[-1].endswith("1: cold\n5: hot")
    await sam.tap("5")
    await sam.until_reads("Who would you drink it with?")
    await sam.say("My sister")
    await sam.until_reads("A biscuit with that?")
    await sam.tap("Yes please")
    await sam.until_reads("Enjoy it while it is warm.")
    assert [] == open_questions(sam)
    assert "My sister, then." in sam.reads
    bold = next(m for m in sam.sees if m.get("text", "").startswith("Enjoy"))["entities"]
    assert [{"type": "bold", "offset": 21, "length": 4}] == bold
    presses = home.of("answerCallbackQuery")
    assert 8 == len(presses) == len({call.params["callback_query_id"] for call in presses})


async def test_a_flow_by_typing(home: FakeBotApi) -> None:
    """The same flow without one tap."""
    sam = Person(home, 41)
    await tea(sam)
    for words, expected in (
        ("black", "What goes into it?"),
        ("lemon and sugar", "How warm should it be?"),
        ("5", "Who would you drink it with?"),
        ("<b>Nobody</b> & *you*", "A biscuit with that?"),
        ("not today", "Enjoy it while it is warm."),
    ):
        await sam.say(words)
        await sam.until_reads(expected)
    assert "<b>Nobody</b> & *you*, then." in sam.reads
    assert [] == open_questions(sam)
    assert 1 == len(home.of("answerCallbackQuery")), "only the menu was tapped"


async def test_a_deep_link_opens_its_flow(home: FakeBotApi) -> None:
    """A link with a flow's name leads somebody who knows Ajar straight into it."""
    sam = Person(home, 41)
    await tea(sam)
    await sam.say("/start walk")
    await sam.until_reads("How far today?")


async def test_an_erase_takes_our_messages_along(home: FakeBotApi) -> None:
    """PRV-7: erased with its messages, the chat holds the confirmation and nothing else of ours."""
    sam = Person(home, 41)
    await tea(sam)
    await sam.say("/erase")
    await sam.until_reads("This deletes everything")
    await sam.tap("Delete everything")
    await sam.until_reads("I can delete what I wrote here in the last two days")
    await sam.tap("Erase it, and your messages too")
    await sam.until(lambda: len(home.of("deleteMessages")) == 1 and len(sam.sees) == 1)
    assert "are being deleted now" in sam.reads[0]
    assert "Telegram keeps the messages" in sam.reads[0]
    await sam.say("hello")
    await sam.until_reads("What would you like to look at?")


async def test_stale_and_double_taps_get_a_toast_and_file_nothing(home: FakeBotApi) -> None:
    """A button of a question that has moved on gets a short word, and the open one stays."""
    sam = Person(home, 41)
    await tea(sam)
    asked = dict(sam.sees[-1])
    token = dict(buttons(asked))["Green"]
    await sam.press(token, asked)
    await sam.press(token, asked)
    await home.until(lambda: len(home.of("answerCallbackQuery")) == 3)
    await sam.until_reads("How warm should it be?")
    toasts = {
        call.params["callback_query_id"]: call.params.get("text", "")
        for call in home.of("answerCallbackQuery")
    }
    assert ["", "", "That question has moved on."] == [toasts[press] for press in sorted(toasts)]
    assert "Which kind of tea?\n\n→ Green" in sam.reads


async def test_three_quick_messages_answer_in_order(home: FakeBotApi) -> None:
    """Answers typed faster than the questions come are filed one by one, none under another's."""
    sam = Person(home, 41)
    await tea(sam)
    for words in ("green", "5", "Kim"):
        await sam.say(words)
    await sam.until_reads("A biscuit with that?")
    assert "Kim, then." in sam.reads


async def test_somebody_who_blocks_and_comes_back_finds_their_place(home: FakeBotApi) -> None:
    """Blocking stops every send at once; the next message revives, at the same question."""
    sam = Person(home, 41)
    await tea(sam)
    taken = len(home.confirmed)
    await sam.member("kicked")
    await home.until(lambda: len(home.confirmed) > taken)
    sent = len(home.of("sendMessage"))
    await sam.member("member")
    await sam.say("green")
    await sam.until_reads("How warm should it be?")
    assert sent < len(home.of("sendMessage"))


async def test_a_block_noticed_while_sending_ends_the_retries(home: FakeBotApi) -> None:
    """A send refused because of a block is tried once, and everybody else goes on."""
    sam, kim = Person(home, 41), Person(home, 42)
    home.chats.gone[41] = faults.BLOCKED.description
    await sam.say("/start")
    await home.until(lambda: len(home.of("sendMessage", 41)) == 1)
    await tea(kim)
    assert 1 == len(home.of("sendMessage", 41))
    del home.chats.gone[41]
    await tea(sam)


async def test_a_throttled_chat_waits_as_told_and_alone(home: FakeBotApi) -> None:
    """While one chat has to wait, another is served; then the first gets its message once."""
    sam, kim = Person(home, 41), Person(home, 42)
    told = [faults.throttled(1)]
    home.fault = lambda call: told.pop() if call.chat == 41 and told else None
    await sam.say("/start")
    await home.until(lambda: not told)
    await tea(kim)
    assert [] == sam.sees
    await sam.until(lambda: "A cup of tea" in sam.can_tap)
    first, second, *_ = (call.at for call in home.of("sendMessage", 41))
    assert second - first >= 1


@pytest.mark.parametrize(
    "content",
    [
        {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}},
        {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]},
        {"contact": {"phone_number": "1", "first_name": "K"}},
        {"location": {"latitude": 1.0, "longitude": 2.0}},
        {
            "text": "hi",
            "forward_origin": {"type": "hidden_user", "sender_user_name": "K", "date": 1},
        },
    ],
)
async def test_things_get_a_kind_answer_and_move_nothing(
    api: FakeBotApi, small: Library, tmp_path: Path, content: dict[str, object]
) -> None:
    """Whatever is no text gets words in return, and the open question stays where it was."""
    sam = Person(api, 41)
    async with at_home(api, tmp_path / "ajar.db", small):
        await tea(sam)
        before = len(sam.sees)
        await sam.send(**content)
        await sam.until(lambda: len(sam.sees) > before)
        await sam.say("green")
        await sam.until_reads("How warm should it be?")


async def test_the_first_minutes_of_the_shipped_content(
    api: FakeBotApi, shipped: Library, tmp_path: Path
) -> None:
    """Begin and consent are two taps away from the first question of the first flow."""
    sam = Person(api, 41)
    async with at_home(api, tmp_path / "ajar.db", shipped):
        await sam.say("/start")
        await sam.until(lambda: "Begin" in sam.can_tap)
        await answered(sam, "Begin", tap=True)
        keep = sam.can_tap[0]
        await sam.tap(keep)
        await sam.until(lambda: bool(sam.can_tap) and keep not in sam.can_tap)
        for _ in range(2):
            asked = sam.sees[-1]["message_id"]
            await sam.tap("Skip")
            await sam.until(lambda asked=asked: sam.sees[-1]["message_id"] > asked)
    rows = [
        row
        for call in api.of("sendMessage")
        for row in call.params.get("reply_markup", {}).get("inline_keyboard", [])
    ]
    assert all(len(button["text"]) <= 38 for row in rows for button in row)
