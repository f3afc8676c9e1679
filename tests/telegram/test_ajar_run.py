"""The real command on Telegram: `ajar run` as an operator starts it, and `ajar doctor`."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from . import faults
from .fake_bot_api import TOKEN, FakeBotApi
from .people import Person

SMALL = Path(__file__).parent.parent / "small"


@asynccontextmanager
async def command(
    name: str, api: FakeBotApi, folder: Path, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start an `ajar` command with these settings; it is killed if it outlives the context."""
    environment = {name: value for name, value in os.environ.items() if name != "DISCORD_TOKEN"} | {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api.url,
        "DATABASE_URL": f"sqlite:///{folder}/ajar.db",
        "CONTENT_DIR": str(SMALL),
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        name,
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    """Wait for the end; give the exit code and everything that was printed."""
    async with asyncio.timeout(20):
        out, err = await process.communicate()
    return process.returncode, (out + err).decode()


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_person_is_served_and_the_program_ends_well(
    api: FakeBotApi, tmp_path: Path, mode: str
) -> None:
    """Started as an operator does, in either mode, Ajar answers, and ends at once when told."""
    settings = {}
    if mode == "webhook":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        api.pushing.to = f"http://127.0.0.1:{port}/push"
        settings = {
            "TELEGRAM_WEBHOOK_URL": "https://ajar.example/push",
            "TELEGRAM_WEBHOOK_SECRET": "a-secret-of-the-tests",
            "HTTP_PORT": str(port),
        }
    sam = Person(api, 4_100_000)
    async with command("run", api, tmp_path, LOG_LEVEL="DEBUG", **settings) as process:
        await sam.say("/start")
        await api.until(lambda: bool(sam.reads) and "Hello." in sam.reads[-1], 20)
        await sam.tap("Begin")
        await sam.until_reads("What may I keep?")
        await api.until(lambda: not api.pending)
        process.send_signal(signal.SIGTERM)
        code, printed = await ended(process)
    assert 0 == code
    for private in (TOKEN, "a-secret-of-the-tests", "4100000", "What may I keep?"):
        assert private not in printed


async def test_a_token_revoked_while_running_ends_with_one_sentence(
    api: FakeBotApi, tmp_path: Path
) -> None:
    """When the only platform's token is revoked, the program ends with code 2 and says why."""
    async with command("run", api, tmp_path) as process:
        await api.until(lambda: bool(api.of("getUpdates")), 20)
        api.fault = lambda _call: faults.refused(401, "Unauthorized")
        await Person(api, 41).say("/start")
        code, printed = await ended(process)
    assert 2 == code
    assert "Telegram refuses the token: ask BotFather" in printed.splitlines()[-1]


async def test_the_doctor_says_what_is_wrong(api: FakeBotApi, tmp_path: Path) -> None:
    """`ajar doctor` is content with a good token, and names a webhook that is set elsewhere."""
    async with command("doctor", api, tmp_path) as process:
        code, printed = await ended(process)
    assert (0, True) == (code, "Telegram accepts the token." in printed)
    api.webhook = {"url": "https://other.example/x"}
    async with command("doctor", api, tmp_path) as process:
        code, printed = await ended(process)
    assert 1 == code
    assert "Telegram: PROBLEM: A webhook at other.example takes this bot's updates now" in printed
