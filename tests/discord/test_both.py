"""Both platforms in one process: each goes on when the other does not."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.telegram.fake_bot_api import TOKEN as TELEGRAM_TOKEN
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.people import Person as TelegramPerson

from .fake_discord import FakeDiscord
from .people import Person
from .process import Process
from .whole import write_content


def settings(api: FakeBotApi) -> dict[str, str]:
    """Give what `ajar run` needs to serve Telegram as well."""
    return {"TELEGRAM_TOKEN": TELEGRAM_TOKEN, "TELEGRAM_API_URL": api.url}


async def test_both_are_served_and_stopped_together(fake: FakeDiscord, tmp_path: Path) -> None:
    """People on both platforms are answered by one process, which ends within five seconds; each
    has their own place."""
    write_content(tmp_path / "content")
    async with FakeBotApi() as api:
        process = Process(fake, tmp_path, **settings(api))
        try:
            await process.start()
            sam, kim = Person(fake), TelegramPerson(api, 4_200_042)
            await sam.commands("menu")
            await kim.say("/menu")
            await fake.until(lambda: "A cup of tea" in sam.shown())
            await kim.until(lambda: "A cup of tea" in kim.can_tap)
            await sam.presses("A cup of tea")
            await fake.until(lambda: "Green" in sam.shown())
            began = asyncio.get_running_loop().time()
            code = await process.terminate()
            took = asyncio.get_running_loop().time() - began
        finally:
            await process.end()

    assert 0 == code
    assert took < 5.0
    assert ["A cup of tea"] == kim.can_tap


async def test_a_refused_discord_token_leaves_telegram_alone(
    fake: FakeDiscord, tmp_path: Path
) -> None:
    """Discord stops with one sentence; Telegram is served as if nothing had been."""
    write_content(tmp_path / "content")
    async with FakeBotApi() as api:
        process = Process(fake, tmp_path, **settings(api), DISCORD_TOKEN="wrong.token.here")
        try:
            await process.launch()
            await fake.until(lambda: fake.called("GET", "/users/@me"), within=20)
            kim = TelegramPerson(api, 4_200_042)
            await kim.say("/menu")
            await api.until(lambda: "A cup of tea" in kim.can_tap, 20)
            code = await process.terminate()
        finally:
            await process.end()

    log = process.log.read_text(encoding="utf-8")
    assert 0 == code
    assert 1 == log.count("DISCORD_TOKEN")
    assert [] == fake.identified
    assert 1 == len(fake.called("GET", "/users/@me"))
