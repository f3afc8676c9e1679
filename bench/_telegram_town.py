"""The other side of the Telegram benchmark, in a process of its own: a Bot API server and people.

    python -m bench._telegram_town talk|echo PEOPLE SECONDS      counts what arrives
    python -m bench._telegram_town neighbour MESSAGES STALLED    times one person's answers

Prints its port, then one line of JSON with what it measured, then ends.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time
import types
from pathlib import Path
from typing import Any

SEND_SECONDS = 0.05
"""How long the server takes over one message or edit, as over a real network."""

WARM_UP_SECONDS = 1.5
MESSAGES_EACH = 20
"""How often one neighbour writes: far from what would count as a flood."""

SENDS = ("sendMessage", "editMessageText", "editMessageReplyMarkup")


def fakes(name: str) -> Any:
    """Give a module of the tests' fake server."""
    if "telegram_fakes" not in sys.modules:
        package = types.ModuleType("telegram_fakes")
        package.__path__ = [str(Path(__file__).parent.parent / "tests" / "telegram")]
        sys.modules["telegram_fakes"] = package
    return importlib.import_module(f"telegram_fakes.{name}")


def tell(**figures: float) -> None:
    """Print one line for the process that started us."""
    sys.stdout.write(f"{json.dumps(figures)}\n")
    sys.stdout.flush()


def slow_sends(call: Any) -> Any:
    """Let every message take its time."""
    return fakes("faults").slow(SEND_SECONDS) if call.method in SENDS else None


async def count(api: Any, seconds: float) -> None:
    """Wait for the warm-up, then count what arrives."""
    await api.until(lambda: bool(api.of("sendMessage")), 60)
    await asyncio.sleep(WARM_UP_SECONDS)
    first = len(api.calls)
    began = time.monotonic()
    await asyncio.sleep(seconds)
    taken = time.monotonic() - began
    calls = [call.method for call in api.calls[first:]]
    tell(
        replies=sum(method in SENDS for method in calls) / taken,
        messages=calls.count("sendMessage") / taken,
    )


async def talk(people: int, seconds: float) -> None:
    """Let people go through the flow of `tests/small`, each answering at once."""
    async with fakes("fake_bot_api").FakeBotApi(checked=False) as api:
        api.fault = slow_sends
        tell(port=api.port)
        town = fakes("town").made(api, people, 1)
        living = asyncio.create_task(fakes("town").live(api, town))
        await count(api, seconds)
        living.cancel()


async def echo(people: int, seconds: float) -> None:
    """Let people say something again as soon as they get it back."""
    async with fakes("fake_bot_api").FakeBotApi(checked=False) as api:
        api.fault = slow_sends
        tell(port=api.port)
        town = [fakes("people").Person(api, 1_000_000 + n) for n in range(people)]

        async def live() -> None:
            by_number = {person.number: person for person in town}
            for person in town:
                await person.say("hello")
            seen = 0
            while True:
                while api.chats.unheard:
                    await by_number[api.chats.unheard.popleft()].say("hello")
                seen = await api.change(seen)

        living = asyncio.create_task(live())
        await count(api, seconds)
        living.cancel()


async def neighbour(messages: int, stalled: bool) -> None:
    """Time the answers of people, while another one's chat hangs for good or not."""
    async with fakes("fake_bot_api").FakeBotApi(checked=False) as api:
        other = fakes("people").Person(api, 999_999)
        if stalled:
            hang = fakes("faults").slow(600)
            api.fault = lambda call: hang if call.chat == other.number else None
        tell(port=api.port)
        await api.until(lambda: bool(api.of("getUpdates")), 60)
        times = []
        for index in range(messages):
            person = fakes("people").Person(api, 1_000_000 + index // MESSAGES_EACH)
            if index % MESSAGES_EACH == 0:
                await other.say("/menu")
            before = len(person.sees)
            began = time.perf_counter()
            await person.say("/menu")
            await person.until(lambda p=person, before=before: len(p.sees) > before)
            times.append(time.perf_counter() - began)
        tell(p50=sorted(times)[len(times) // 2], p99=sorted(times)[int(len(times) * 0.99)])


if __name__ == "__main__":
    kind, first, second = sys.argv[1:]
    match kind:
        case "talk":
            asyncio.run(talk(int(first), float(second)))
        case "echo":
            asyncio.run(echo(int(first), float(second)))
        case _:
            asyncio.run(neighbour(int(first), second == "1"))
