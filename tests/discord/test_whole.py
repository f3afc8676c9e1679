"""Whole conversations: the real core and database, the real library, our own Discord."""

from __future__ import annotations

import asyncio
from pathlib import Path

from .fake_discord import FakeDiscord
from .people import Person
from .whole import ajar
from .world import DM, SERVER

PLAYED = [
    "What would you like to look at?",
    "Which kind of tea?\n**Black, with milk**",
    "What goes into it?\n**Sugar, Lemon**",
    "How warm should it be?\n**4**",
    "Who would you drink it with?",
    "Where would that be?\n**Somewhere else**",
    "Black, with milk for somebody. **Enjoy it.**",
]
"""What stands in the DM at the end: every question with what was chosen."""


async def open_tea(fake: FakeDiscord, sam: Person, where: str) -> None:
    """Begin the flow from the menu, which a command brings into the DM."""
    await sam.commands("menu", where)
    await fake.until(lambda: "A cup of tea" in sam.shown())
    await sam.presses("A cup of tea")
    await fake.until(lambda: "Black, with milk" in sam.shown())


async def by_hand(fake: FakeDiscord, sam: Person) -> None:
    """Answer with buttons, selects and a modal."""
    await sam.presses("Black, with milk")
    await fake.until(lambda: "Sugar" in sam.shown())
    await sam.selects("Lemon", "Sugar")
    await fake.until(lambda: "4" in sam.shown())
    await sam.presses("4")
    await fake.until(lambda: "Write here" in sam.shown())
    opened = await sam.presses("Write here")
    await fake.until(lambda: opened.answers)
    await sam.fills_in(opened, "Anna *x*")
    await fake.until(lambda: "Somewhere else" in sam.shown())
    await sam.selects("Somewhere else")


async def by_typing(fake: FakeDiscord, sam: Person) -> None:
    """Answer with words."""
    for words, then in [
        ("black", "Sugar"),
        ("sugar and lemon", "4"),
        ("about 4", "Write here"),
        ("Anna *x*", "Somewhere else"),
        ("somewhere else", ""),
    ]:
        await sam.types(words)
        await fake.until(lambda wanted=then: not wanted or wanted in sam.shown())


async def played(fake: FakeDiscord, sam: Person) -> list[str]:
    """Wait for the end of the flow, and give what stands in the DM."""
    await fake.until(lambda: sam.sees("Enjoy it.") and "**Somewhere else**" in str(sam.messages))
    return [message["content"] for message in sam.messages][: len(PLAYED)]


async def test_a_flow_by_hand_begun_in_a_server(fake: FakeDiscord, tmp_path: Path) -> None:
    """A command in a server leads into the DM, where buttons, selects and a modal play a whole
    flow."""
    sam = Person(fake)
    async with ajar(fake, tmp_path):
        await open_tea(fake, sam, SERVER)
        await by_hand(fake, sam)
        stands = await played(fake, sam)

    assert PLAYED == stands
    assert [sam.id] == fake.world.opened
    assert all(len(used.answers) == 1 for used in fake.world.used.values())


async def test_a_flow_by_typing_begun_in_the_dm(fake: FakeDiscord, tmp_path: Path) -> None:
    """The same flow by words alone leaves the same behind."""
    sam = Person(fake)
    async with ajar(fake, tmp_path):
        await open_tea(fake, sam, DM)
        await by_typing(fake, sam)
        stands = await played(fake, sam)

    assert PLAYED == stands


async def test_buttons_outlive_three_restarts(fake: FakeDiscord, tmp_path: Path) -> None:
    """A question asked before three restarts is answered by its own buttons; an older one's are
    told kindly that it has moved on."""
    sam = Person(fake)
    async with ajar(fake, tmp_path):
        await open_tea(fake, sam, DM)
    old = sam.last
    token = old["components"][0]["components"][0]["custom_id"]
    for _ in range(2):
        async with ajar(fake, tmp_path):
            pass
    async with ajar(fake, tmp_path):
        await sam.presses("Black, with milk")
        await fake.until(lambda: "Sugar" in sam.shown())
        stale = await sam.presses_id(token, old)
        await fake.until(lambda: stale.answers)
        await sam.selects("Sugar")
        await fake.until(lambda: "4" in sam.shown())

    assert stale.ephemeral
    assert "That question has moved on." == stale.answers[0]["data"]["content"]
    assert "What goes into it?\n**Sugar**" in [message["content"] for message in sam.messages]


async def test_words_typed_while_away_are_answered(fake: FakeDiscord, tmp_path: Path) -> None:
    """Whoever answers an open question while Ajar is not running is answered when it is."""
    sam = Person(fake)
    async with ajar(fake, tmp_path):
        await open_tea(fake, sam, DM)
    await sam.types("green", heard=False)
    await sam.types("lemon", heard=False)
    async with ajar(fake, tmp_path):
        await fake.until(lambda: "4" in sam.shown())

    contents = [message["content"] for message in sam.messages]
    assert "Which kind of tea?\n**Green**" in contents
    assert "What goes into it?\n**Lemon**" in contents


async def test_a_lost_session_loses_no_words(fake: FakeDiscord, tmp_path: Path) -> None:
    """When the gateway has forgotten the session a new one begins by itself; words of the time
    between are read back, and a press that Discord had shown as failed works when it is tried
    again."""
    sam, kim = Person(fake), Person(fake, "kim")
    async with ajar(fake, tmp_path):
        await open_tea(fake, sam, DM)
        await open_tea(fake, kim, DM)
        await fake.hang_up(forget=True)
        await sam.types("green", heard=False)
        failed = await kim.presses("Green")
        await fake.listening()
        await fake.until(lambda: "Sugar" in sam.shown())
        await kim.presses("Green")
        await fake.until(lambda: "Sugar" in kim.shown())

    assert [] == failed.answers
    assert 2 == len(fake.identified)
    for person in (sam, kim):
        asked = [m["content"].split("\n")[0] for m in person.messages]
        assert 1 == asked.count("What goes into it?")


async def test_whoever_writes_again_is_reached_again(fake: FakeDiscord, tmp_path: Path) -> None:
    """A closed DM ends the sending at once, without a second call; the person's next message opens
    the way again, and their place is as they left it."""
    sam = Person(fake)
    async with ajar(fake, tmp_path) as service:
        await open_tea(fake, sam, DM)
        sam.who.open = False
        await sam.types("green")
        async with asyncio.timeout(8):
            while await service._store.waiting("discord", 1):
                pass  # until it is written down that they cannot be reached
        sam.who.open = True
        await sam.types("/start")
        await fake.until(lambda: "Carry on where I was" in sam.shown())
        await sam.presses("Carry on where I was")
        await fake.until(lambda: "Sugar" in sam.shown())

    assert 1 == len([call for call in fake.calls if call.status == 403])


async def test_an_erase_takes_our_messages_along(fake: FakeDiscord, tmp_path: Path) -> None:
    """PRV-7: erased with its messages, the DM holds the confirmation and nothing else of ours. A
    button from before, on a screen that has not noticed, is answered politely."""
    sam = Person(fake)
    async with ajar(fake, tmp_path):
        await open_tea(fake, sam, DM)
        asked = sam.last
        token = asked["components"][0]["components"][0]["custom_id"]
        await sam.types("green")
        await fake.until(lambda: "Sugar" in sam.shown())
        await sam.types("/erase")
        await fake.until(lambda: "Delete everything" in sam.shown())
        await sam.presses("Delete everything")
        await fake.until(lambda: "Erase it, and your messages too" in sam.shown())
        await sam.presses("Erase it, and your messages too")
        ours = fake.world.bot["id"]
        await fake.until(lambda: 1 == sum(m["author"]["id"] == ours for m in sam.messages))

        old = await sam.presses_id(token, asked)
        await fake.until(lambda: old.answers)

    (last,) = [m for m in sam.messages if m["author"]["id"] == ours]
    assert "That question has moved on." == old.answers[0]["data"]["content"]
    assert "are being deleted now" in last["content"]
    assert "Discord keeps the messages" in last["content"]


def everything(folder: Path) -> bytes:
    """Read the database with all that lies beside it."""
    return b"".join(path.read_bytes() for path in folder.glob("ajar.*"))


async def test_the_database_holds_nothing_readable(fake: FakeDiscord, tmp_path: Path) -> None:
    """While it is in use, neither the database nor its log of writes holds an id or a word of the
    person."""
    sam = Person(fake)
    async with ajar(fake, tmp_path):
        await open_tea(fake, sam, DM)
        await by_hand(fake, sam)
        await played(fake, sam)
        kept = await asyncio.to_thread(everything, tmp_path)

    for private in (sam.id, sam.dm.id, "Anna", "Black, with milk"):
        assert private.encode() not in kept
