"""What the intake does when Telegram cannot be reached, refuses, or serves somebody else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.line import NO_BOT_API, SECOND_POLLER, UNREACHABLE
from bot.errors import AdapterStopped
from bot.events import Said

from .conftest import QUICK, Core, running
from .fake_bot_api import TOKEN, FakeBotApi
from .faults import BAD_GATEWAY, BROKEN, DROP_AFTER, HALF_ANSWER, Fault, throttled
from .people import Person
from .recorded import Call


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (BROKEN, UNREACHABLE),
        (BAD_GATEWAY, NO_BOT_API),
        (DROP_AFTER, UNREACHABLE),
        (HALF_ANSWER, UNREACHABLE),
        (throttled(0), "Telegram asks to slow down; Ajar waits as told."),
    ],
)
async def test_an_outage_is_reported_once_and_survived(
    api: FakeBotApi,
    adapter: TelegramAdapter,
    core: Core,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    says: str,
) -> None:
    """While Telegram fails in any way, one line says so; then everything that waited is heard."""
    monkeypatch.setattr("adapters.telegram.failures.PAUSE_SECONDS", 0.01)
    failing = {"left": 0}

    def faulty(call: Call) -> Fault | None:
        if call.method == "getUpdates" and failing["left"]:
            failing["left"] -= 1
            return fault
        return None

    api.fault = faulty
    with capture_logs() as logs:
        async with running(adapter, core):
            await api.until(lambda: len(api.of("getUpdates")) == 1)
            failing["left"] = 4
            await Person(api, 41).say("one")
            await core.until(lambda: len(core.heard) == 1)
            await Person(api, 41).say("two")
            await core.until(lambda: len(core.heard) == 2)
            await api.until(lambda: failing["left"] == 0)
    assert [says] == [line["says"] for line in logs if line["log_level"] == "warning"]
    assert [Said("one"), Said("two")] == [incoming.event for incoming in core.heard]
    assert 2 == core.ready


async def until_logged(logs: list[Any]) -> None:
    """Wait for the first line of the log; nothing else happens while no server is there."""
    async with asyncio.timeout(20):
        while not logs:  # noqa: ASYNC110 - the capture has no event to wait for
            await asyncio.sleep(0.01)


async def test_a_server_that_is_not_there_at_the_start_is_waited_for(core: Core) -> None:
    """An unreachable server at the start gets one line, and the adapter connects when it comes."""
    api = FakeBotApi()
    await api.start()
    await api.stop()
    adapter = TelegramAdapter(TOKEN, api_url=api.url, poll_seconds=5, patience=QUICK)
    with capture_logs() as logs:
        async with running(adapter, core):
            await until_logged(logs)
            await api.start()
            await Person(api, 41).say("hello")
            await core.until(lambda: len(core.heard) == 1)
            await api.stop()
    assert [UNREACHABLE] == [line["says"] for line in logs if line["log_level"] == "warning"][:1]


async def test_a_second_poller_is_reported_once_and_does_not_end_us(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core
) -> None:
    """Somebody else polling the same bot gets one clear line; when they stop, we go on."""
    other = TelegramAdapter(TOKEN, api_url=api.url, poll_seconds=5, patience=QUICK)
    with capture_logs() as logs:
        async with running(adapter, core):
            await api.until(lambda: len(api.of("getUpdates")) == 1)
            async with running(other, Core()):
                await api.until(lambda: len(api.of("getUpdates")) >= 6)
            await Person(api, 41).say("hello")
            await core.until(lambda: len(core.heard) == 1)
    said = [line["says"] for line in logs if line["log_level"] == "warning"]
    assert [SECOND_POLLER] * 2 == said, "one line from each of the two"


@pytest.mark.parametrize("method", ["getMe", "getUpdates"])
async def test_a_refused_token_stops_the_adapter_with_one_sentence(
    api: FakeBotApi, adapter: TelegramAdapter, core: Core, method: str
) -> None:
    """A token that is refused, at the start or while running, ends the adapter and says why."""

    def revoked(call: Call) -> Fault | None:
        refusal: Any = Fault(BROKEN.kind, 401, "Unauthorized")
        return refusal if call.method == method else None

    api.fault = revoked
    async with running(adapter, core) as task:
        with pytest.raises(AdapterStopped, match="Telegram refuses the token: ask BotFather"):
            await task


@pytest.mark.parametrize(
    ("token", "url", "words"),
    [
        ("", "https://api.example", "TELEGRAM_TOKEN is empty"),
        ("hello", "https://api.example", "does not look like a token"),
        (f" {TOKEN}", "https://api.example", "does not look like a token"),
        (TOKEN, "api.example", "TELEGRAM_API_URL has to be a whole address"),
    ],
)
async def test_a_token_or_address_that_cannot_be_right_is_refused_before_any_request(
    core: Core, token: str, url: str, words: str
) -> None:
    """An empty or malformed token and a wrong address each get one sentence, without the token."""
    adapter = TelegramAdapter(token, api_url=url)
    with pytest.raises(AdapterStopped, match=words) as refused:
        await adapter.run(core.services)
    assert not token or token not in str(refused.value)
    await adapter.close()


async def test_a_wrong_clock_is_told(api: FakeBotApi, adapter: TelegramAdapter, core: Core) -> None:
    """A clock that is off by minutes gets one line at the start."""
    api.clock_ahead = 600
    with capture_logs() as logs:
        async with running(adapter, core):
            await api.until(lambda: len(api.of("getUpdates")) == 1)
    (line,) = [line for line in logs if line["event"] == "telegram-clock"]
    assert "seconds behind Telegram's" in line["says"]
