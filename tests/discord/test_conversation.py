"""What a person does and sees in the DM and elsewhere, over real HTTP and WebSocket."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord import answering
from adapters.discord.answering import DEFER_AFTER
from bot.errors import Gone
from bot.events import Address, Chose, Commanded, Incoming, Said, Sent, Thing
from bot.ports import Outcome, Verdict
from bot.replies import Choice, Form, Reply, Span

from .conftest import Core, running
from .fake_discord import FakeDiscord
from .people import Person
from .world import GROUP, SERVER

QUESTION = Reply(
    (Span("How was it?"),),
    turn=3,
    form=Form.LIST,
    choices=(Choice("abcd.3.fine", "Fine"), Choice("abcd.3.hard", "Hard")),
    ways=(Choice("abcd.3.!skip", "Skip"),),
)
CLOSED = Reply((Span("How was it?"),), turn=4, edits=3, answer="Fine")


async def test_typed_words_reach_the_core(fake: FakeDiscord, core: Core) -> None:
    """What a person types in the DM reaches the core once, with address, id and time."""
    sam = Person(fake)
    async with running(core, fake):
        number = await sam.types("Not really")
        await core.until(lambda: core.heard)

    assert Said("Not really") == core.heard[0].event
    assert Address("discord", sam.id, sam.dm.id) == core.heard[0].address
    assert number == core.heard[0].event_id


async def test_things_that_are_no_words(fake: FakeDiscord, core: Core) -> None:
    """A picture, a sticker and a corrected message come as what they are."""
    sam = Person(fake)
    photo = {"filename": "a.png", "content_type": "image/png"}
    async with running(core, fake):
        await sam.types("look", attachments=[photo])
        await sam.types("", sticker_items=[{"id": "1", "name": "wave", "format_type": 1}])
        number = await sam.types("helo")
        await sam.corrects(number, "hello")
        await core.until(lambda: len(core.heard) == 4)

    assert [
        Sent(Thing.PHOTO, "look"),
        Sent(Thing.STICKER),
        Said("helo"),
        Sent(Thing.EDIT, "hello"),
    ] == [incoming.event for incoming in core.heard]


async def test_a_press_closes_its_question_in_the_same_answer(
    fake: FakeDiscord, core: Core
) -> None:
    """A pressed button reaches the core; the closed question is the answer to the press itself."""
    sam = Person(fake)
    async with running(core, fake):
        receipt = await core.send(sam.id, QUESTION)

        async def close(incoming: Incoming) -> None:
            await core.send(sam.id, CLOSED, edits=incoming.message)

        core.answers = close
        used = await sam.presses("Fine")
        await fake.until(lambda: used.answers)

    assert Chose("abcd.3.fine") == core.heard[0].event
    assert receipt.message == core.heard[0].message
    assert [7] == [answer["type"] for answer in used.answers]
    assert "How was it?\n**Fine**" == sam.last["content"]
    assert [] == sam.buttons()
    assert [] == fake.called("PATCH", ".*")


async def test_a_double_press_answers_each_interaction_once(fake: FakeDiscord, core: Core) -> None:
    """Two presses of one button are two events, and each is answered exactly once."""
    sam = Person(fake)
    async with running(core, fake):
        await core.send(sam.id, QUESTION)
        question = sam.last

        async def close(incoming: Incoming) -> None:
            if len(core.heard) == 1:
                await core.send(sam.id, CLOSED, edits=incoming.message)

        core.answers = close
        first = await sam.presses("Fine", question)
        second = await sam.presses_id("abcd.3.fine", question)
        await fake.until(lambda: first.answers and second.answers)

    assert 2 == len(core.heard)
    assert [1, 1] == [len(first.answers), len(second.answers)]
    assert {204} == {call.status for call in fake.called("POST", "/interactions/.*")}


async def test_a_stale_press_is_told_so_in_passing(fake: FakeDiscord, core: Core) -> None:
    """The notice of a stale button is a line only the person sees."""
    sam = Person(fake)
    core.outcome = Outcome(Verdict.STALE, "That question has moved on.")
    async with running(core, fake):
        await core.send(sam.id, QUESTION)
        used = await sam.presses("Hard")
        await fake.until(lambda: used.answers)

    assert used.ephemeral
    assert "That question has moved on." == used.answers[0]["data"]["content"]


async def test_a_press_without_a_closing_is_acknowledged(fake: FakeDiscord, core: Core) -> None:
    """A way such as the menu changes no message: its press is acknowledged as soon as the reply
    is on its way, and the reply is new."""
    sam = Person(fake)
    async with running(core, fake):
        await core.send(sam.id, QUESTION)

        async def show(_incoming: Incoming) -> None:
            await core.send(sam.id, Reply((Span("Menu"),)))

        core.answers = show
        began = asyncio.get_running_loop().time()
        used = await sam.presses("Skip")
        await fake.until(lambda: used.answers and sam.sees("Menu"))
        took = asyncio.get_running_loop().time() - began

    assert [6] == [answer["type"] for answer in used.answers]
    assert took < DEFER_AFTER


async def test_a_command_in_the_dm_is_answered_by_a_message(fake: FakeDiscord, core: Core) -> None:
    """The reply to a slash command in the DM is an ordinary message with its key as nonce, so that
    it can never come twice; the command is acknowledged at once and leaves nothing behind."""
    sam = Person(fake)
    async with running(core, fake):

        async def ask(_incoming: Incoming) -> None:
            await core.send(sam.id, QUESTION, key="1#0")

        core.answers = ask
        used = await sam.commands("menu")
        await fake.until(lambda: used.taken_back and sam.messages)
        await core.done()

    assert Commanded("menu") == core.heard[0].event
    assert "en-GB" == core.heard[0].locale
    assert [5] == [answer["type"] for answer in used.answers]
    assert used.ephemeral
    assert ["How was it?"] == [message["content"] for message in sam.messages]
    assert core.asked_at[sam.id] == sam.last["id"]
    assert ["1#0"] == [call.body["nonce"] for call in fake.called("POST", "/channels/.*")]


async def test_a_command_that_changes_nothing_is_answered_too(
    fake: FakeDiscord, core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that brings no reply is acknowledged once it is durable, not by the clock."""
    monkeypatch.setattr(answering, "DEFER_AFTER", 3600.0)
    sam = Person(fake)
    async with running(core, fake):
        used = await sam.commands("menu")
        await fake.until(lambda: used.taken_back)

    assert used.original is None
    assert [] == sam.messages


async def test_a_command_in_a_server_goes_on_in_the_dm(fake: FakeDiscord, core: Core) -> None:
    """PRV-12: a command in a server is answered for this person alone, with the way into the DM."""
    sam = Person(fake, locale="es-ES")
    async with running(core, fake):

        async def ask(_incoming: Incoming) -> None:
            await core.send(sam.id, QUESTION)

        core.answers = ask
        used = await sam.commands("start", SERVER)
        await fake.until(lambda: used.answers and sam.messages)

    answer = used.answers[0]["data"]
    assert used.ephemeral
    assert "Por allí." == answer["content"]
    link = answer["components"][0]["components"][0]
    assert ("Abrir", f"https://discord.com/channels/@me/{sam.dm.id}") == (
        link["label"],
        link["url"],
    )
    assert Address("discord", sam.id) == core.heard[0].address
    assert [sam.id] == fake.world.opened
    assert sam.dm.id == core.chats[sam.id]
    assert ["Fine", "Hard", "Skip"] == sam.buttons()


async def test_a_command_in_a_group_dm_is_private_too(fake: FakeDiscord, core: Core) -> None:
    """Other people's DMs count as public places."""
    sam = Person(fake)
    async with running(core, fake):
        used = await sam.commands("now", GROUP)
        await fake.until(lambda: used.answers)

    assert used.ephemeral
    assert 0 == len(fake.world.group.messages)


async def test_a_closed_dm_is_told_where_the_command_was_used(
    fake: FakeDiscord, core: Core
) -> None:
    """Whoever takes no DMs learns in private how to open them."""
    sam = Person(fake)
    sam.who.open = False
    failed: list[str] = []
    async with running(core, fake):

        async def ask(_incoming: Incoming) -> None:
            try:
                await core.send(sam.id, QUESTION)
            except Exception as error:  # noqa: BLE001 - the name is what is looked at
                failed.append(type(error).__name__)

        core.answers = ask
        used = await sam.commands("start", SERVER)
        await fake.until(lambda: used.original and "closed" in used.original["content"])

    assert ["Gone"] == failed
    assert used.ephemeral
    assert "Your DMs are closed." == (used.original or {})["content"]
    assert 1 == len(fake.called("POST", "/channels/.*"))


async def test_a_dm_closed_since_is_told_before_anything_else(
    fake: FakeDiscord, core: Core
) -> None:
    """Where the DM is known to the core and closed by now, the first thing said is how to open
    it, even while the signpost is still being made."""
    sam = Person(fake)
    sam.who.open = False
    core.chats[sam.id] = sam.dm.id
    held = fake.hold("POST", "/users/@me/channels")
    async with running(core, fake):

        async def ask(_incoming: Incoming) -> None:
            with pytest.raises(Gone):
                await core.send(sam.id, QUESTION)

        core.answers = ask
        used = await sam.commands("start", SERVER)
        await fake.until(lambda: used.answers)
        await core.done()
        held.set()

    assert used.ephemeral
    assert ["Your DMs are closed."] == [answer["data"]["content"] for answer in used.answers]


async def test_words_by_a_modal(fake: FakeDiscord, core: Core) -> None:
    """A free question opens a writing field at once; what is written names its question."""
    sam = Person(fake)
    wide = Reply(
        (Span("What did you notice?"),),
        turn=3,
        form=Form.WRITE,
        limit=500,
        ways=(Choice("abcd.3.!skip", "Skip"),),
    )
    async with running(core, fake):
        await core.send(sam.id, wide)

        async def close(incoming: Incoming) -> None:
            await core.send(sam.id, CLOSED, edits=incoming.message)

        core.answers = close
        opened = await sam.presses("Write here")
        await fake.until(lambda: opened.answers)
        assert [] == core.heard
        sent = await sam.fills_in(opened, "I went quiet.")
        await fake.until(lambda: sent.answers)

    field = opened.answers[0]["data"]["components"][0]["component"]
    assert 500 == field["max_length"]
    assert Said("I went quiet.", "abcd.3.!skip") == core.heard[0].event
    assert [7] == [answer["type"] for answer in sent.answers]


async def test_several_by_a_select(fake: FakeDiscord, core: Core) -> None:
    """A question with several answers is one select; its values come as tokens."""
    sam = Person(fake)
    asked = Reply(
        (Span("Which fit?"),),
        turn=3,
        form=Form.PICK,
        choices=(Choice("abcd.3.+numb", "Numb"), Choice("abcd.3.+sad", "Sad")),
        done=Choice("abcd.3.!done", "Done"),
        at_least=1,
        at_most=2,
    )
    async with running(core, fake):
        await core.send(sam.id, asked)
        await sam.selects("Sad", "Numb")
        await core.until(lambda: core.heard)

    expected = Chose("abcd.3.!done", ("abcd.3.+sad", "abcd.3.+numb"))
    assert expected == core.heard[0].event
    assert [] == sam.buttons()


async def test_one_of_long_choices_by_a_select(fake: FakeDiscord, core: Core) -> None:
    """Choices too long for a button become a select, and the chosen token comes as if pressed."""
    sam = Person(fake)
    long = "A choice whose words would be cut off on the screen of a phone"
    asked = Reply(
        (Span("Which?"),),
        turn=3,
        form=Form.LIST,
        choices=(Choice("abcd.3.a", long), Choice("abcd.3.b", "Short")),
    )
    async with running(core, fake):
        await core.send(sam.id, asked)
        await sam.selects(long)
        await core.until(lambda: core.heard)

    assert Chose("abcd.3.a") == core.heard[0].event
