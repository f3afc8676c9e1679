"""Every interaction is answered once and in time, whatever happens meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import Gone
from bot.events import Incoming
from bot.replies import Choice, Form, Reply, Span

from .conftest import Core, running
from .fake_discord import FakeDiscord
from .people import Person
from .world import SERVER

ASKED = Reply((Span("Which?"),), turn=1, form=Form.LIST, choices=(Choice("abcd.1.b", "B"),))
CLOSED = Reply((Span("Which?"),), turn=2, edits=1, answer="B")
CALLBACK = "/interactions/.*"
ORIGINAL = "/webhooks/.*/messages/@original"


async def test_a_slow_commit_defers_a_press(fake: FakeDiscord, core: Core) -> None:
    """While the commit takes long the press is put off within three seconds; nothing is answered
    before it is durable, and the closing then changes the message itself."""
    sam = Person(fake)
    async with running(core, fake):
        await core.send(sam.id, ASKED)
        core.gate = asyncio.Event()

        async def close(incoming: Incoming) -> None:
            await core.send(sam.id, CLOSED, edits=incoming.message)

        core.answers = close
        used = await sam.presses("B")
        await fake.until(lambda: used.answers)
        assert [] == core.heard
        core.gate.set()
        await fake.until(lambda: "**B**" in sam.last["content"])

    assert [6] == [answer["type"] for answer in used.answers]
    assert 1 == len(fake.called("PATCH", "/channels/.*"))


async def test_a_press_is_not_answered_by_what_was_under_way_before_it(
    fake: FakeDiscord, core: Core
) -> None:
    """An edit of the message that an earlier event brought about does not answer a press which is
    not durable yet: that answer would promise what a crash could still undo."""
    sam = Person(fake)
    async with running(core, fake):
        receipt = await core.send(sam.id, ASKED)
        core.gate = asyncio.Event()
        used = await sam.presses("B")
        await core.until(lambda: core.arrived)
        earlier = asyncio.create_task(core.send(sam.id, CLOSED, edits=receipt.message))
        await fake.until(lambda: used.answers)
        await earlier
        assert [] == core.heard
        core.gate.set()
        await core.until(lambda: core.heard)

    assert [6] == [answer["type"] for answer in used.answers]
    assert "**B**" in sam.last["content"]


async def test_a_slow_commit_defers_a_command_in_the_dm(fake: FakeDiscord, core: Core) -> None:
    """A command whose commit takes long shows a sign of waiting, which goes when it is durable."""
    sam = Person(fake)
    async with running(core, fake):
        core.gate = asyncio.Event()

        async def ask(_incoming: Incoming) -> None:
            await core.send(sam.id, ASKED)

        core.answers = ask
        used = await sam.commands("menu")
        await fake.until(lambda: used.answers)
        core.gate.set()
        await fake.until(lambda: sam.messages and not used.waiting)

    assert [5] == [answer["type"] for answer in used.answers]
    assert used.ephemeral
    assert used.original is None


async def test_a_slow_commit_defers_a_command_in_a_server(fake: FakeDiscord, core: Core) -> None:
    """In a server the sign of waiting is private as well, and becomes the signpost."""
    sam = Person(fake)
    async with running(core, fake):
        core.gate = asyncio.Event()
        used = await sam.commands("menu", SERVER)
        await fake.until(lambda: used.answers)
        core.gate.set()
        await fake.until(lambda: used.original)

    assert used.ephemeral
    assert "Over there." == (used.original or {})["content"]


async def test_an_expired_interaction_falls_back_to_the_dm(fake: FakeDiscord, core: Core) -> None:
    """An interaction that Discord no longer knows is made up for in the DM."""
    sam = Person(fake)
    async with running(core, fake):

        async def ask(_incoming: Incoming) -> None:
            await core.send(sam.id, ASKED)

        fake.refuse("POST", CALLBACK, 404, 10062)
        core.answers = ask
        await sam.commands("menu")
        await fake.until(lambda: sam.messages)

    assert ["Which?"] == [message["content"] for message in sam.messages]


@pytest.mark.parametrize(("status", "code"), [(400, 40060), (404, 10062)])
async def test_a_press_that_can_no_longer_be_answered_falls_back_to_an_edit(
    fake: FakeDiscord, core: Core, status: int, code: int
) -> None:
    """Where Discord says that a press is answered already, or too long ago, the message is changed
    all the same."""
    sam = Person(fake)
    async with running(core, fake):
        await core.send(sam.id, ASKED)

        async def close(incoming: Incoming) -> None:
            await core.send(sam.id, CLOSED, edits=incoming.message)

        fake.refuse("POST", CALLBACK, status, code)
        core.answers = close
        await sam.presses("B")
        await fake.until(lambda: "**B**" in sam.last["content"])

    assert 1 == len(fake.called("POST", CALLBACK))


async def test_a_press_that_cannot_be_kept_is_not_taken(fake: FakeDiscord, core: Core) -> None:
    """When nothing can be written down, the person is told in private and the question stays."""
    sam = Person(fake)
    async with running(core, fake):
        await core.send(sam.id, ASKED)
        core.broken = True
        used = await sam.presses("B")
        await fake.until(lambda: used.answers)

    assert used.ephemeral
    assert "Not now." == used.answers[0]["data"]["content"]
    assert ["B"] == sam.buttons()


async def test_a_command_elsewhere_that_cannot_be_kept_is_told_in_private(
    fake: FakeDiscord, core: Core
) -> None:
    """Errors are nobody else's business either: in a server they too are for this person alone."""
    sam = Person(fake)
    async with running(core, fake):
        core.broken = True
        used = await sam.commands("menu", SERVER)
        await fake.until(lambda: used.answers)

    assert used.ephemeral
    assert "Not now." == used.answers[0]["data"]["content"]


async def test_a_token_of_an_hour_ago_is_of_no_use(fake: FakeDiscord, core: Core) -> None:
    """A DM found closed long after the command that led there: the old interaction can no longer
    say so, and nothing breaks over it."""
    sam = Person(fake)
    async with running(core, fake):
        used = await sam.commands("start", SERVER)
        await fake.until(lambda: used.answers)
        sam.who.open = False
        fake.world.late = 3600.0
        with pytest.raises(Gone):
            await core.send(sam.id, ASKED)
        sam.who.open = True
        await core.send(sam.id, ASKED)

    assert [401] == [call.status for call in fake.called("PATCH", ORIGINAL)]
    assert "Over there." == used.answers[0]["data"]["content"]
    assert ["B"] == sam.buttons()


async def test_stopping_leaves_no_press_unanswered(fake: FakeDiscord, core: Core) -> None:
    """Closing the adapter acknowledges whatever still waits for a reply."""
    sam = Person(fake)
    async with running(core, fake):
        await core.send(sam.id, ASKED)
        used = await sam.presses("B")
        await core.until(lambda: core.heard)
    await core.adapter.close()

    assert [6] == [answer["type"] for answer in used.answers]
