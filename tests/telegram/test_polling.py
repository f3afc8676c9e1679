"""Intake by long polling, over real HTTP, with the real library."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from adapters.telegram.adapter import TelegramAdapter
from bot.errors import StoreError
from bot.events import Address, Chose, Commanded, Incoming, Said, Sent, Thing
from bot.ports import Outcome, Verdict

from .conftest import QUICK, Core, running
from .fake_bot_api import TOKEN, FakeBotApi
from .people import Person


async def test_what_a_person_types_reaches_the_core(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core
) -> None:
    """What a person types reaches the core with their address, language and the update's id."""
    sam = Person(api, 41, "es")
    async with running(adapter, core):
        number = await sam.say("Not really")
        await core.until(lambda: len(core.heard) == 1)

    heard = core.heard[0]
    assert Said("Not really") == heard.event
    assert Address("telegram", "41", "41") == heard.address
    assert (str(number), "es") == (heard.event_id, heard.locale)
    assert 1 == core.ready


async def test_we_ask_for_the_updates_we_read_and_drop_none(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core
) -> None:
    """Messages, edits, presses and blockings are asked for; nothing that waits is thrown away."""
    await Person(api, 41).say("from before the start")
    async with running(adapter, core):
        await core.until(lambda: len(core.heard) == 1)
    wanted = ["message", "edited_message", "callback_query", "my_chat_member"]
    assert wanted == api.of("getUpdates")[0].params["allowed_updates"]
    assert "drop_pending_updates" not in api.of("deleteWebhook")[0].params


async def test_a_batch_is_confirmed_only_once_every_update_of_it_is_committed(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core
) -> None:
    """While one update of a batch is not committed, Telegram keeps the whole batch."""
    core.hold = asyncio.Event()
    people = [Person(api, number) for number in range(1, 6)]
    for person in people:
        await person.say("hello")
    async with running(adapter, core):
        await api.until(lambda: len(api.of("getUpdates")) == 1)
        assert await api.never(lambda: bool(api.confirmed))
        core.hold.set()
        await api.until(lambda: len(api.confirmed) == 5)
    assert [str(n) for n in api.confirmed] == [incoming.event_id for incoming in core.heard]


async def test_what_was_not_committed_comes_again_after_a_restart(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core
) -> None:
    """An adapter that ends before the commit loses nothing: the next one hears it."""
    await Person(api, 41).say("hello")
    deaf = Core(hold=asyncio.Event())
    async with running(adapter, deaf):
        await api.until(lambda: len(api.of("getUpdates")) == 1)
    assert [] == deaf.heard
    second = TelegramAdapter(TOKEN, api_url=api.url, poll_seconds=5, patience=QUICK)
    async with running(second, core):
        await core.until(lambda: len(core.heard) == 1)


async def test_a_store_that_fails_leaves_the_batch_with_telegram(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core
) -> None:
    """Events that could not be filed stay unconfirmed and come again, and each is filed once."""
    refusals = iter([StoreError("The disk is full."), StoreError("The disk is full.")])

    def outcome(incoming: Incoming) -> Outcome:
        if incoming.event == Said("two") and (refusal := next(refusals, None)):
            raise refusal
        return Outcome(Verdict.HANDLED)

    core.outcome = outcome
    for words in ("one", "two", "three"):
        await Person(api, 41).say(words)
    with capture_logs() as logs:
        async with running(adapter, core):
            await api.until(lambda: len(api.confirmed) == 3)
    assert {"one", "two", "three"} == {
        incoming.event.text for incoming in core.heard if isinstance(incoming.event, Said)
    }
    failed = [line for line in logs if line["event"] == "telegram-batch-not-filed"]
    assert [(1, 3), (1, 3)] == [(line["failed"], line["of"]) for line in failed]


async def test_a_press_is_answered_once_with_the_notice_after_the_commit(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core
) -> None:
    """A pressed button is answered once, after the commit, with the words of the outcome."""
    core.outcome = lambda _incoming: Outcome(Verdict.STALE, "That question has moved on.")
    core.hold = asyncio.Event()
    sam = Person(api, 41)
    async with running(adapter, core):
        await sam.press("abcd.1.often", sam.message(text="?"))
        await api.until(lambda: len(api.of("getUpdates")) == 1)
        assert [] == api.of("answerCallbackQuery")
        core.hold.set()
        await api.until(lambda: len(api.of("answerCallbackQuery")) == 1)
        await api.until(lambda: len(api.confirmed) == 1)
    assert Chose("abcd.1.often") == core.heard[0].event
    assert "That question has moved on." == api.of("answerCallbackQuery")[0].params["text"]
    assert 1 == len(api.of("answerCallbackQuery"))


async def test_a_press_too_old_to_answer_hurts_nobody(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core
) -> None:
    """A press that Telegram has forgotten is still taken, and the next one too."""
    sam = Person(api, 41)
    async with running(adapter, core):
        for _ in range(2):
            await sam.press("abcd.1.often", sam.message(text="?"))
            api._presses.clear()
        await core.until(lambda: len(core.heard) == 2)


async def test_groups_get_one_link_and_are_never_heard(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core
) -> None:
    """A command in a group gets the way into the private chat; nothing reaches the core."""
    sam = Person(api, 41, "es-MX")
    group = {"id": -900, "type": "group", "title": "Friends"}
    async with running(adapter, core):
        await sam.say("/menu@AjarTestBot", chat=group)
        await sam.say("I never told anyone this", chat=group)
        await api.until(lambda: len(api.confirmed) == 2)
        await api.until(lambda: len(api.of("sendMessage")) == 1)
    assert [] == core.heard
    words = api.of("sendMessage", -900)[0].params["text"]
    assert "Solo hablo en privado: https://t.me/AjarTestBot" == words


async def test_an_album_is_heard_once_and_its_words_always(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core
) -> None:
    """Of an album only the first picture is heard, but every picture with words is."""
    sam = Person(api, 41)
    size = {"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}
    async with running(adapter, core):
        for caption in ({}, {}, {"caption": "look"}, {}):
            await sam.send(photo=[size], media_group_id="55", **caption)
        await sam.say("done")
        await core.until(lambda: bool(core.heard) and core.heard[-1].event == Said("done"))
    events = [incoming.event for incoming in core.heard]
    assert [Sent(Thing.PHOTO), Sent(Thing.PHOTO, "look"), Said("done")] == events


async def test_an_album_that_could_not_be_filed_is_heard_when_it_comes_again(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core
) -> None:
    """The first picture of an album is not taken for a repetition when its filing failed."""
    refusals = iter([StoreError("The disk is full.")])

    def outcome(_incoming: Incoming) -> Outcome:
        if refusal := next(refusals, None):
            raise refusal
        return Outcome(Verdict.HANDLED)

    core.outcome = outcome
    size = {"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}
    await Person(api, 41).send(photo=[size], media_group_id="55")
    async with running(adapter, core):
        await api.until(lambda: len(api.confirmed) == 1)
    assert [Sent(Thing.PHOTO)] == [incoming.event for incoming in core.heard]


async def test_an_unreadable_update_blocks_nothing_and_is_never_quoted(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core
) -> None:
    """An update that cannot be read is noted without its words, confirmed, and passed over."""
    api.checked = False
    await api.update(message={"text": "a secret thing", "chat": {"type": "private"}})
    await Person(api, 41).say("/menu")
    with capture_logs() as logs:
        async with running(adapter, core):
            await api.until(lambda: len(api.confirmed) == 2)
    assert [Commanded("menu")] == [incoming.event for incoming in core.heard]
    noted = [line for line in logs if line["event"] == "telegram-update-unreadable"]
    assert ["KeyError"] == [line["error"] for line in noted]
    assert "secret" not in str(logs)


async def test_slow_work_shows_that_we_are_writing(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the core takes long over an event, the person sees that something is coming."""
    monkeypatch.setattr("adapters.telegram.intake.SLOW_SECONDS", 0.01)
    core.hold = asyncio.Event()
    async with running(adapter, core):
        await Person(api, 41).say("/export")
        await api.until(lambda: len(api.of("sendChatAction")) == 1)
        core.hold.set()
        await core.until(lambda: len(core.heard) == 1)
    shown = api.of("sendChatAction")[0]
    assert ("typing", 41) == (shown.params["action"], shown.chat)
