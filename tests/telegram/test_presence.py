"""How the bot presents itself, and what `ajar doctor` finds."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs
from telegram import Bot

from adapters.telegram.adapter import make_bot
from adapters.telegram.doctor import diagnose
from adapters.telegram.failures import REFUSED
from adapters.telegram.presence import (
    COMMAND_LIMIT,
    DESCRIPTION_LIMIT,
    NOTE,
    SHORT_LIMIT,
    menu,
    present,
)
from adapters.telegram.webhook import Webhook
from adapters.telegram.wire import Wire
from bot.flows.library import Library
from bot.runtime.shelf import Shelf

from . import faults
from .conftest import PHRASES, Core
from .fake_bot_api import TOKEN, FakeBotApi


@pytest.fixture
async def bot(api: FakeBotApi) -> AsyncIterator[Bot]:
    wire = Wire(1)
    yield make_bot(TOKEN, api.url, wire, wire)
    await wire.shutdown()


async def test_every_language_gets_its_commands_and_descriptions(
    api: FakeBotApi, bot: Bot, core: Core
) -> None:
    """Commands with private scope, descriptions and the menu button are set in each language."""
    await present(bot, core, PHRASES)
    menus = {
        call.params.get("language_code"): call.params["commands"]
        for call in api.of("setMyCommands")
    }
    assert {None, "es"} == set(menus)
    assert {"command": "menu", "description": "Ver todo lo que hay"} == menus["es"][1]
    scopes = {call.params["scope"]["type"] for call in api.of("setMyCommands")}
    assert {"all_private_chats"} == scopes
    described = {
        call.params.get("language_code"): call.params["description"]
        for call in api.of("setMyDescription")
    }
    assert {None: "A quiet place.", "es": "Un lugar tranquilo."} == described
    assert 2 == len(api.of("setMyShortDescription"))
    assert "commands" == api.of("setChatMenuButton")[0].params["menu_button"]["type"]


def test_the_shipped_words_fit(shipped: Library) -> None:
    """In every language the bot's own words are there and have the length Telegram takes."""
    phrases = Shelf(lambda: shipped).phrases
    for language in shipped.languages:
        assert "{link}" in phrases.word(language, "group-pointer")
        assert 0 < len(phrases.word(language, "bot-description")) <= DESCRIPTION_LIMIT
        assert 0 < len(phrases.word(language, "bot-short-description")) <= SHORT_LIMIT
        shown = menu(phrases, language)
        assert [name for name, _ in menu(phrases, "en")] == [name for name, _ in shown]
        for name, describe in shown:
            assert re.fullmatch("[a-z0-9_]{1,32}", name)
            assert 0 < len(describe) <= COMMAND_LIMIT


async def test_what_is_only_a_typed_word_stays_out_of_the_menu(
    api: FakeBotApi, bot: Bot, core: Core
) -> None:
    """A command without a description or with a name Telegram refuses is not in the menu, and one
    that a language lacks stands there in English."""
    english = (("start", "Begin"), ("carry-on", "Carry on"), ("bye", ""), ("menu", "Everything"))
    commands = {"en": english, "es": (("start", "Empezar"),)}
    await present(bot, core, replace(PHRASES, commands=commands))
    assert NOTE in core.notes_kept
    menus = [call.params["commands"] for call in api.of("setMyCommands")]
    assert [["start", "menu"]] * 2 == [[c["command"] for c in shown] for shown in menus]
    assert ["Empezar", "Everything"] == [c["description"] for c in menus[1]]


async def test_nothing_is_said_twice(api: FakeBotApi, bot: Bot, core: Core) -> None:
    """A second start with the same words makes no call; changed words make them again."""
    await present(bot, core, PHRASES)
    said = len(api.calls)
    await present(bot, core, PHRASES)
    assert said == len(api.calls)
    changed = {**PHRASES.commands, "en": (("start", "Begin here"),)}
    await present(bot, core, replace(PHRASES, commands=changed))
    assert said < len(api.calls)


async def test_a_language_that_is_gone_is_taken_back(api: FakeBotApi, bot: Bot, core: Core) -> None:
    """When a language is taken out of the content, its menu is deleted."""
    await present(bot, core, PHRASES)
    english = replace(
        PHRASES,
        words={"en": PHRASES.words["en"]},
        commands={"en": PHRASES.commands["en"]},
    )
    await present(bot, core, english)
    assert ["es"] == [call.params["language_code"] for call in api.of("deleteMyCommands")]


async def test_a_refusal_is_one_line_and_another_try_next_time(
    api: FakeBotApi, bot: Bot, core: Core
) -> None:
    """A menu that cannot be set is one line in the log, and is tried again at the next start."""
    api.fault = lambda call: faults.throttled(60) if call.method == "setMyDescription" else None
    with capture_logs() as logs:
        await present(bot, core, PHRASES)
    assert ["telegram-presence-not-set"] == [line["event"] for line in logs]
    assert NOTE not in core.notes_kept
    api.fault = lambda _call: None
    await present(bot, core, PHRASES)
    assert NOTE in core.notes_kept
    assert TOKEN.partition(":")[2] not in str(core.notes_kept)


async def test_the_doctor_finds_nothing_wrong_where_nothing_is(api: FakeBotApi) -> None:
    """A good token and a good server give no complaint."""
    assert [] == await diagnose(TOKEN, api.url)


async def test_the_doctor_names_a_bad_token(api: FakeBotApi) -> None:
    """A malformed token and a refused one each get their sentence."""
    assert [REFUSED] == await diagnose("123456:another-token-altogether", api.url)
    (line,) = await diagnose("not a token", api.url)
    assert "does not look like a token" in line


async def test_the_doctor_names_a_wrong_address(api: FakeBotApi) -> None:
    """Nobody there, somebody else there, and no address at all are told apart."""
    api.fault = lambda _call: faults.BAD_GATEWAY
    (line,) = await diagnose(TOKEN, api.url)
    assert "What answers at TELEGRAM_API_URL is no Bot API server, or it is failing." == line
    await api.stop()
    (line,) = await diagnose(TOKEN, api.url)
    assert line.startswith("Telegram cannot be reached.")
    (line,) = await diagnose(TOKEN, "not-an-address")
    assert "TELEGRAM_API_URL has to be a whole address" in line


async def test_the_doctor_names_a_webhook_elsewhere(api: FakeBotApi) -> None:
    """A webhook set by something else is named by its host; our own is no complaint."""
    api.webhook = {"url": "https://other.example/secret-path"}
    (line,) = await diagnose(TOKEN, api.url)
    assert "A webhook at other.example takes this bot's updates now" in line
    assert "secret-path" not in line
    ours = Webhook("https://other.example/secret-path", "a-secret", 8443)
    assert [] == await diagnose(TOKEN, api.url, webhook=ours)


async def test_the_doctor_names_a_webhook_that_does_not_get_through(api: FakeBotApi) -> None:
    """Updates piling up at Telegram say that the webhook's address leads nowhere."""
    ours = Webhook("https://ajar.example/push", "a-secret", 8443)
    api.pending.update({number: {} for number in range(150)})
    api.webhook = {"url": ours.url}
    (line,) = await diagnose(TOKEN, api.url, webhook=ours)
    assert line.startswith("150 updates wait at Telegram")


async def test_the_doctor_names_a_wrong_clock(api: FakeBotApi) -> None:
    """A clock that is off says by how much and what to do."""
    api.clock_ahead = -300
    (line,) = await diagnose(TOKEN, api.url)
    assert "seconds ahead of Telegram's" in line
    assert "switch on time synchronisation" in line
