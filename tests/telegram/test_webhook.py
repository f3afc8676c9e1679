"""Intake by webhook: the port that Telegram pushes to."""

from __future__ import annotations

import asyncio
import io
import socket

import aiohttp
import pytest
from structlog.testing import capture_logs

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.webhook import BODY_LIMIT, SECRET_HEADER, Webhook
from bot.errors import AdapterStopped, StoreError
from bot.events import Incoming, Said
from bot.ports import Outcome, Verdict

from .conftest import QUICK, Core, running
from .fake_bot_api import TOKEN, FakeBotApi
from .people import Person

SECRET = "a-secret-of-the-tests"


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def webhook(port: int) -> Webhook:
    return Webhook("https://ajar.example/telegram/push", SECRET, port, host="127.0.0.1")


@pytest.fixture
def hooked(api: FakeBotApi, webhook: Webhook) -> TelegramAdapter:
    api.pushing.to = f"http://127.0.0.1:{webhook.port}{webhook.path}"
    return TelegramAdapter(TOKEN, api_url=api.url, webhook=webhook, patience=QUICK)


async def push(webhook: Webhook, body: bytes, secret: str = SECRET, path: str = "") -> int:
    """Push a body as somebody would; give the answer's status."""
    url = f"http://127.0.0.1:{webhook.port}{path or webhook.path}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=io.BytesIO(body), headers={SECRET_HEADER: secret}) as response,
    ):
        return response.status


async def test_pushed_updates_reach_the_core(
    api: FakeBotApi, hooked: TelegramAdapter, core: Core
) -> None:
    """Telegram is told where to push, with the secret, and what it pushes is heard."""
    async with running(hooked, core):
        await api.until(lambda: bool(api.webhook))
        await Person(api, 41).say("hello")
        await api.until(lambda: len(api.confirmed) == 1)
    assert [Said("hello")] == [incoming.event for incoming in core.heard]
    told = api.of("setWebhook")[0].params
    assert ("https://ajar.example/telegram/push", SECRET) == (told["url"], told["secret_token"])
    assert "drop_pending_updates" not in told
    assert 1 == core.ready


async def test_200_comes_only_after_the_commit(
    api: FakeBotApi, hooked: TelegramAdapter, core: Core
) -> None:
    """While an update is not committed, its push is not answered."""
    core.hold = asyncio.Event()
    async with running(hooked, core):
        await api.until(lambda: bool(api.webhook))
        await Person(api, 41).say("hello")
        assert await api.never(lambda: bool(api.pushing.statuses))
        core.hold.set()
        await api.until(lambda: len(api.confirmed) == 1)
    assert [200] == api.pushing.statuses


async def test_what_cannot_be_filed_is_pushed_again(
    api: FakeBotApi, hooked: TelegramAdapter, core: Core
) -> None:
    """A store that fails answers 503, Telegram repeats the push, and the event is filed once."""
    refusals = iter([StoreError("The disk is full.")])

    def outcome(_incoming: Incoming) -> Outcome:
        if refusal := next(refusals, None):
            raise refusal
        return Outcome(Verdict.HANDLED)

    core.outcome = outcome
    async with running(hooked, core):
        await api.until(lambda: bool(api.webhook))
        await Person(api, 41).say("hello")
        await api.until(lambda: len(api.confirmed) == 1)
    assert [503, 200] == api.pushing.statuses
    assert 1 == len(core.heard)


async def test_a_failed_turn_is_taken_all_the_same(
    api: FakeBotApi, hooked: TelegramAdapter, core: Core
) -> None:
    """An event that was filed as failed is answered with 200: it must not come for ever."""
    core.outcome = lambda _incoming: Outcome(Verdict.FAILED)
    async with running(hooked, core):
        await api.until(lambda: bool(api.webhook))
        await Person(api, 41).say("poison")
        await api.until(lambda: len(api.confirmed) == 1)
    assert [200] == api.pushing.statuses


async def test_strangers_and_nonsense_are_refused(
    api: FakeBotApi, hooked: TelegramAdapter, core: Core, webhook: Webhook
) -> None:
    """Wrong secrets, other paths, oversized bodies and bodies that are no update are refused."""
    async with running(hooked, core):
        await api.until(lambda: bool(api.webhook))
        assert 403 == await push(webhook, b"{}", secret="wrong")
        assert 403 == await push(webhook, b"{}", secret="")
        assert 404 == await push(webhook, b"{}", path="/other")
        assert 413 == await push(webhook, b"x" * (BODY_LIMIT + 1))
        assert 400 == await push(webhook, b"not json")
        assert 400 == await push(webhook, b"[1]")
        assert 400 == await push(webhook, b"\xff\xfe")
        assert 200 == await push(webhook, b'{"update_id": 1, "message": {"text": "x"}}')
    assert [] == core.heard


async def test_switching_modes_needs_no_manual_step(
    api: FakeBotApi, hooked: TelegramAdapter, adapter: TelegramAdapter, core: Core
) -> None:
    """From polling to webhook and back, with people writing in between, nobody is lost."""
    sam = Person(api, 41)
    async with running(adapter, core):
        await sam.say("one")
        await core.until(lambda: len(core.heard) == 1)
    await sam.say("two")
    async with running(hooked, core):
        await core.until(lambda: len(core.heard) == 2)
    await sam.say("three")
    again = TelegramAdapter(TOKEN, api_url=api.url, poll_seconds=5, patience=QUICK)
    async with running(again, core):
        await core.until(lambda: len(core.heard) == 3)
    words = [incoming.event for incoming in core.heard]
    assert [Said("one"), Said("two"), Said("three")] == words


async def test_a_webhook_taken_away_is_taken_back(
    api: FakeBotApi, webhook: Webhook, core: Core
) -> None:
    """Somebody who removes the webhook is reported in one line, and it is set again."""
    watchful = Webhook(webhook.url, SECRET, webhook.port, webhook.host, check_seconds=0.01)
    adapter = TelegramAdapter(TOKEN, api_url=api.url, webhook=watchful, patience=QUICK)
    with capture_logs() as logs:
        async with running(adapter, core):
            await api.until(lambda: bool(api.webhook))
            api.webhook = {}
            await api.until(lambda: bool(api.webhook))
    assert 1 == [line["event"] for line in logs].count("telegram-webhook-moved")


async def test_a_port_in_use_is_one_sentence(
    api: FakeBotApi, hooked: TelegramAdapter, core: Core, port: int
) -> None:
    """A port that another program holds stops the adapter with a sentence that names it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        async with running(hooked, core) as task:
            with pytest.raises(AdapterStopped, match=f"Port {port} cannot be opened"):
                await task
    assert [] == api.of("setWebhook")


@pytest.mark.parametrize(
    ("url", "secret", "words"),
    [
        ("http://ajar.example/push", SECRET, "has to be a whole address that begins with https"),
        ("ajar.example", SECRET, "has to be a whole address that begins with https"),
        ("https://ajar.example/push", "", "TELEGRAM_WEBHOOK_SECRET has to be"),
        ("https://ajar.example/push", "no spaces please", "TELEGRAM_WEBHOOK_SECRET has to be"),
    ],
)
async def test_a_webhook_telegram_would_refuse_is_one_sentence(
    core: Core, url: str, secret: str, words: str
) -> None:
    """A webhook without https or with a bad secret is refused before any request."""
    adapter = TelegramAdapter(TOKEN, webhook=Webhook(url, secret, 8443))
    with pytest.raises(AdapterStopped, match=words) as refused:
        await adapter.run(core.services)
    assert not secret or secret not in str(refused.value)
    await adapter.close()
