"""The whole program, from its start to its stop, on a real database and small content."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import AdapterStopped, ContentError
from bot.events import Address, Incoming, Said
from bot.flows.loading import load, load_bare
from bot.ports import Services
from bot.runtime.shelf import Shelf
from bot.runtime.wiring import Service
from bot.store.store import Store
from tests.runtime.conftest import Book
from tests.runtime.fakes import FakePlatform, HandClock

SMALL = Path(__file__).parent.parent / "small"
WITHIN = 10.0


class House:
    """A database in a folder, and the program on it as often as it is started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.content = folder / "content"
        shutil.copytree(SMALL, self.content)
        self.platform = FakePlatform(HandClock())
        self.count = 0

    async def start(self, *platforms: FakePlatform, reminders: bool = True) -> Service:
        store = await Store.open(
            f"sqlite:////{str(self.folder / 'ajar.db').lstrip('/')}",
            key=None,
            now=lambda: datetime.now(UTC),
        )
        shelf = Shelf(lambda: load(self.content))
        return Service(store, shelf, platforms or [self.platform], reminders=reminders)

    async def says(self, text: str, person: str = "p1", *, to: FakePlatform | None = None) -> None:
        platform = to or self.platform
        await asyncio.wait_for(platform.running.wait(), WITHIN)
        self.count += 1
        assert isinstance(platform.services, Services)
        await platform.services.receive(
            Incoming(
                f"e{self.count}",
                Address(platform.platform, person, person),
                Said(text),
                datetime.now(UTC),
                "en",
            )
        )


@pytest.fixture
async def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def eventually(thing: FakePlatform | Book, holds: Callable[[], bool]) -> None:
    """Wait until something holds that the platform or the log will show."""
    async with asyncio.timeout(WITHIN):
        while not holds():
            thing.changed.clear()
            await thing.changed.wait()


async def stopped(serving: Awaitable[None]) -> float:
    """Send the signal an operator would, and give the seconds until the program has ended."""
    began = time.monotonic()
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(serving, WITHIN)
    return time.monotonic() - began


async def test_a_word_in_a_word_out(house: House) -> None:
    """What a person writes is answered through the outbox, and SIGTERM ends the program."""
    serving = asyncio.create_task((await house.start()).serve())
    await house.says("hello")
    await eventually(house.platform, lambda: bool(house.platform.sent))
    assert ["Hello. Shall we begin?"] == house.platform.texts
    assert await stopped(serving) < 5
    assert house.platform.closed


async def test_a_hanging_platform_does_not_hold_up_the_stop(house: House) -> None:
    """With a send that never ends the stop takes less than five seconds, and the reply goes out
    at the next start."""
    house.platform.stalled["p1"] = asyncio.Event()
    serving = asyncio.create_task((await house.start()).serve())
    await house.says("hello")
    await eventually(house.platform, lambda: house.platform.tried == 1)
    assert await stopped(serving) < 5
    assert [] == house.platform.sent

    house.platform = FakePlatform(HandClock())
    serving = asyncio.create_task((await house.start()).serve())
    await eventually(house.platform, lambda: bool(house.platform.sent))
    assert ["Hello. Shall we begin?"] == house.platform.texts
    await stopped(serving)


async def test_a_signal_during_the_start_ends_it_cleanly(house: House) -> None:
    """A stop that comes before the platforms are connected is a clean stop as well."""
    service = await house.start()
    serving = asyncio.create_task(service.serve())
    service.end()
    await asyncio.wait_for(serving, WITHIN)
    assert house.platform.closed


async def test_one_platform_stops_and_the_other_goes_on(house: House, logbook: Book) -> None:
    """A refused token ends its own platform with one clear line; the others notice nothing."""
    refused = FakePlatform(HandClock(), platform="refused")
    refused.stop_with = AdapterStopped("The token was refused: put in a new one.")
    serving = asyncio.create_task((await house.start(refused, house.platform)).serve())
    await house.says("hello")
    await eventually(house.platform, lambda: bool(house.platform.sent))
    await stopped(serving)
    assert logbook.getvalue().count("The token was refused: put in a new one.") == 1


async def test_the_program_ends_when_no_platform_is_left(house: House) -> None:
    """When every platform needs the operator, the program ends with all their sentences."""
    one, two = FakePlatform(HandClock(), platform="one"), FakePlatform(HandClock(), platform="two")
    one.stop_with = AdapterStopped("One was refused.")
    two.stop_with = AdapterStopped("Two was refused.")
    serving = (await house.start(one, two)).serve()
    with pytest.raises(AdapterStopped, match=r"One was refused\.\nTwo was refused\."):
        await asyncio.wait_for(serving, WITHIN)


async def test_a_token_refused_while_sending_stops_the_intake_too(house: House) -> None:
    """A platform that refuses a message for its token is given up altogether."""

    def refuse(_: object) -> None:
        raise AdapterStopped("The token was refused: put in a new one.")

    house.platform.answer = refuse
    serving = asyncio.create_task((await house.start()).serve())
    await house.says("hello")
    with pytest.raises(AdapterStopped, match="refused"):
        await asyncio.wait_for(serving, WITHIN)


async def test_new_content_is_taken_up_on_sighup(house: House, logbook: Book) -> None:
    """After SIGHUP the next question comes from the content as it is now."""
    serving = asyncio.create_task((await house.start()).serve())
    await house.says("hello")
    path = house.content / "en" / "welcome.yaml"
    path.write_text(path.read_text().replace("What may I keep?", "May I keep it?"))
    os.kill(os.getpid(), signal.SIGHUP)
    await eventually(logbook, lambda: "content-reloaded" in logbook.getvalue())
    await house.says("1")
    await eventually(house.platform, lambda: "May I keep it?" in house.platform.texts)
    await stopped(serving)


async def test_broken_content_keeps_the_old_and_says_why(house: House, logbook: Book) -> None:
    """A reload with an error changes nothing for anybody, and the log names the error."""
    serving = asyncio.create_task((await house.start()).serve())
    await house.says("hello")
    path = house.content / "en" / "welcome.yaml"
    path.write_text(path.read_text().replace("go: consent", "go: nowhere-at-all"))
    path.write_text(path.read_text().replace("- consent\n", "- nowhere-at-all\n"))
    os.kill(os.getpid(), signal.SIGHUP)
    await eventually(logbook, lambda: "content-kept" in logbook.getvalue())
    assert "nowhere-at-all" in logbook.getvalue()
    await house.says("1")
    await eventually(house.platform, lambda: "What may I keep?" in house.platform.texts)
    await stopped(serving)


async def test_content_that_cannot_be_read_stops_the_start(house: House) -> None:
    """With broken content and nothing to stand in there is no start, but a sentence."""
    (house.content / "en" / "welcome.yaml").write_text("flow: [")
    with pytest.raises(ContentError):
        Shelf(lambda: load(house.content))


async def test_a_spare_stands_in_until_broken_content_is_mended(house: House) -> None:
    """With broken content only help in danger works; a reload finds it mended."""
    path = house.content / "en" / "welcome.yaml"
    whole = path.read_text()
    path.write_text("flow: [")
    shelf = Shelf(lambda: load(house.content), lambda: load_bare(house.content))
    assert "welcome.yaml" in shelf.broken
    assert {} == shelf.library().flows
    path.write_text(whole)
    await shelf.reload()
    assert "" == shelf.broken
    assert "welcome" in shelf.library().flows


async def test_phrases_follow_a_reload(house: House) -> None:
    """Adapters that hold on to the phrases get the new words."""
    shelf = Shelf(lambda: load(house.content))
    phrases = shelf.phrases
    assert phrases.word("en", "moved-on") == "That question has moved on."
    assert phrases.word("de-AT", "moved-on") == "That question has moved on."
    path = house.content / "en" / "house" / "core.yaml"
    path.write_text(path.read_text().replace("has moved on.", "is past."))
    await shelf.reload()
    assert phrases.word("en", "moved-on") == "That question is past."
    assert ("menu", "Everything there is") in phrases.commands["en"]


async def test_with_reminders_off_no_timer_is_claimed(house: House, logbook: Book) -> None:
    """The operator's stop switch leaves every timer where it is, and says so."""
    serving = asyncio.create_task((await house.start(reminders=False)).serve())
    await house.says("hello")
    await eventually(house.platform, lambda: bool(house.platform.sent))
    await stopped(serving)
    assert "reminders-off" in logbook.getvalue()
