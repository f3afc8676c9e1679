"""The token stays where it is: in no log, no error, no printed form."""

from __future__ import annotations

import logging

import pytest
from telegram.error import TelegramError

from adapters.telegram.adapter import TelegramAdapter, make_bot
from adapters.telegram.webhook import Webhook
from adapters.telegram.wire import Wire
from tests.eavesdropping import Eavesdropper

from . import faults
from .conftest import Core, running
from .fake_bot_api import TOKEN, FakeBotApi
from .people import Person

EVERY_WAY = [
    faults.refused(401, "Unauthorized"),
    faults.refused(400, "Bad Request: message is too long"),
    faults.BAD_GATEWAY,
    faults.DROP_BEFORE,
    faults.HALF_ANSWER,
]


@pytest.mark.parametrize("fault", EVERY_WAY)
async def test_no_failure_carries_the_token(api: FakeBotApi, fault: faults.Fault) -> None:
    """PRV-9: however a request fails, no error, cause or context names the token."""
    wire = Wire(1)
    bot = make_bot(TOKEN, api.url, wire, wire)
    api.fault = lambda _call: fault
    with pytest.raises(TelegramError) as failed:
        await bot.send_message(41, "private words")
    await wire.shutdown()
    error: BaseException | None = failed.value
    while error is not None:
        for private in (TOKEN, "private words", api.url):
            assert private not in f"{error!r} {error}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


async def test_libraries_stay_silent_even_where_logging_is_left_alone(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core
) -> None:
    """With every logger at its loudest, the adapter's own libraries write no line with a token."""
    listening = Eavesdropper()
    logging.getLogger().addHandler(listening)
    async with running(adapter, core):
        await Person(api, 41).say("private words")
        await core.until(lambda: len(core.heard) == 1)
    logging.getLogger().removeHandler(listening)
    loud = [line for line in listening.lines if line.startswith(("telegram", "httpx", "httpcore"))]
    assert [] == loud


def test_printed_forms_hold_no_secret() -> None:
    """A webhook or adapter that is printed by mistake shows neither secret nor token."""
    assert "a-secret" not in repr(Webhook("https://ajar.example/x", "a-secret", 8443))
    assert TOKEN not in repr(TelegramAdapter(TOKEN))
