"""The checks over all tests of this folder, that nothing is shown to others and nothing private
logged, can fail."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

from adapters.discord import answering, outgoing
from tests.eavesdropping import nothing_private_logged, read_too

from .conftest import Core, make_adapter, running
from .fake_discord import BOT_TOKEN, FakeDiscord, serving
from .people import Person
from .world import GROUP, SERVER

WORDS = "my sister has gone quiet"


@pytest.fixture(autouse=True)
def nothing_private_is_logged() -> None:
    """Here that check is tried out itself."""


def a_message(fake: FakeDiscord, _sam: Person) -> None:
    fake.world.create(fake.world.lobby, {"content": "Hello."})


def a_message_in_a_group(fake: FakeDiscord, _sam: Person) -> None:
    fake.world.create(fake.world.group, {"content": "Hello."})


def a_change(fake: FakeDiscord, _sam: Person) -> None:
    made = fake.world.message(fake.world.lobby, fake.world.bot, {"content": ""})
    fake.world.edit(made, {"content": "Hello."})


def words_for_another(fake: FakeDiscord, sam: Person) -> None:
    fake.world.written.append((sam.id, WORDS))
    fake.world.create(Person(fake, "kim").dm, {"content": f"You noted: {WORDS}."})


@pytest.mark.parametrize("shown", [a_message, a_message_in_a_group, a_change, words_for_another])
async def test_what_others_can_read_is_seen(shown: Callable[[FakeDiscord, Person], None]) -> None:
    """A message or a change in a channel, and somebody's words in another one's DM, fail the test
    in which they happen."""

    async def scene() -> None:
        async with serving() as fake:
            shown(fake, Person(fake))

    with pytest.raises(AssertionError, match="seen by others"):
        await scene()


@pytest.mark.parametrize("where", [SERVER, GROUP])
@pytest.mark.parametrize("answer", [{"type": 4, "data": {"content": "Hello."}}, {"type": 5}])
async def test_an_open_answer_is_seen(where: str, answer: dict[str, Any]) -> None:
    """So does an answer that everybody there sees, even one that only says to wait."""

    async def scene() -> None:
        async with serving() as fake:
            used = await Person(fake).commands("menu", where)
            fake.world.answer(used.id, used.token, answer)

    with pytest.raises(AssertionError, match="seen by others"):
        await scene()


async def test_what_is_private_passes() -> None:
    """Somebody's own words in their own DM, and what only they see elsewhere, pass."""
    async with serving() as fake:
        sam = Person(fake)
        await sam.types(WORDS)
        fake.world.create(sam.dm, {"content": f"You noted: {WORDS}."})
        used = await sam.commands("menu", SERVER)
        hidden = {"content": "In our DM.", "flags": outgoing.EPHEMERAL}
        fake.world.answer(used.id, used.token, {"type": 4, "data": hidden})


async def test_an_adapter_that_answers_openly_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the one flag left out, the real adapter would fail its tests."""
    for module in (answering, outgoing):
        monkeypatch.setattr(module, "EPHEMERAL", 0)

    async def scene() -> None:
        async with serving() as fake:
            adapter = make_adapter(fake)
            core, sam = Core(adapter), Person(fake)
            async with running(core, fake):
                used = await sam.commands("menu", SERVER)
                await fake.until(lambda: used.answers)
            await adapter.close()

    with pytest.raises(AssertionError, match="server: Over there"):
        await scene()


def by_a_library(line: str, _folder: Path) -> None:
    logging.getLogger("some.library").debug("sending %s", line)


def in_a_traceback(line: str, _folder: Path) -> None:
    try:
        {}[line]
    except KeyError:
        logging.getLogger("some.library").exception("it broke")


def by_ourselves(line: str, _folder: Path) -> None:
    structlog.stdlib.get_logger("ajar").info("sent", to=line)


def by_a_child(line: str, folder: Path) -> None:
    read_too(folder / "log.txt")
    (folder / "log.txt").write_text(f"sent to={line}\n", encoding="utf-8")


LOGS = [by_a_library, in_a_traceback, by_ourselves, by_a_child]

PRIVATE: dict[str, Callable[[Person, Any], str]] = {
    "token": lambda _sam, _used: BOT_TOKEN,
    "part of the token": lambda _sam, _used: BOT_TOKEN.rpartition(".")[2],
    "interaction": lambda _sam, used: used.token,
    "words": lambda _sam, _used: WORDS,
    "our words": lambda _sam, _used: "Have you told anybody?",
    "account": lambda sam, _used: sam.id,
    "channel": lambda sam, _used: sam.dm.id,
    "message": lambda sam, _used: sam.last["id"],
}


@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize("private", PRIVATE)
async def test_what_is_private_is_found_in_any_log(
    private: str, log: Callable[[str, Path], None], tmp_path: Path
) -> None:
    """Whatever is private fails the test in whose logs it stands, whoever wrote it there."""

    async def scene() -> None:
        with nothing_private_logged(BOT_TOKEN):
            async with serving() as fake:
                sam = Person(fake)
                await sam.types(WORDS)
                fake.world.create(sam.dm, {"content": "Have you told anybody?"})
                used = await sam.commands("menu")
                log(PRIVATE[private](sam, used), tmp_path)

    with pytest.raises(AssertionError, match="in a log"):
        await scene()


@pytest.mark.parametrize("log", LOGS)
async def test_other_lines_pass(log: Callable[[str, Path], None], tmp_path: Path) -> None:
    """A line that holds nothing of anybody passes."""
    with nothing_private_logged(BOT_TOKEN):
        async with serving() as fake:
            await Person(fake).types(WORDS)
            log("an answer", tmp_path)
