"""What nobody types by accident: refused without effect, through the engine and the database."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.conversation import Conversation
from bot.engine.tokens import read
from bot.events import TEXT_LIMIT, Address, Chose, Commanded, Event, Incoming, Said
from bot.flows.library import Library
from bot.ports import Verdict
from bot.replies import Reply
from bot.store.store import Store, Taken
from bot.testing import buttons
from tests.store.sketch import START, Clock

ZALGO = "h" + "\u0301\u0302\u0303\u0304" * 10 + "ello"
NASTY = {
    "null bytes": "a\x00b\x00",
    "control characters": "a\x07\x1b[31mb\x08",
    "direction overrides": "\u202egnirts\u202c \u2066x\u2069 \u061c",
    "zalgo": ZALGO,
    "half a surrogate pair": "a\ud800b",
    "private use": "a\ue000b\U000f0000",
}


class Talk:
    """People talking to the real engine on a real database."""

    def __init__(self, store: Store, clock: Clock, library: Library) -> None:
        self.store, self.clock, self.library = store, clock, library
        self.rng = random.Random(4)
        self.seen: dict[str, list[Reply]] = {}
        self._events = 0

    async def happens(self, account: str, event: Event) -> Taken:
        self._events += 1
        self.clock.now += timedelta(minutes=1)
        where = Address("telegram", account, account)
        incoming = Incoming(f"e{self._events}", where, event, START)
        taken = await self.store.turn(incoming, self.library, self.rng)
        seen = self.seen.setdefault(account, [])
        while taken.person and (rows := await self.store.outgoing(taken.person)):
            for row in rows:
                seen.append(row.delivery.reply)
                await self.store.dropped(row, "read")
        return taken

    async def opens_tea(self, account: str) -> None:
        """Meet Ajar with everything kept, and come to the question for free words."""
        await self.happens(account, Commanded("start"))
        await self.happens(account, Commanded("privacy"))
        await self.happens(account, Said("Keep my words"))
        for event in (Commanded("start", "tea"), Said("green"), Said("4")):
            await self.happens(account, event)

    def token(self, account: str, key: str) -> str:
        """Give the newest token with this key that the person was shown."""
        for reply in reversed(self.seen[account]):
            for choice in buttons(reply):
                if choice.token.split(".", 2)[2].startswith(key):
                    return choice.token
        raise AssertionError(f"{account} was shown no {key}")

    async def kept(self, account: str) -> dict[str, list[dict[str, object]]]:
        person = await self.store.find(Address("telegram", account))
        assert person is not None
        return await self.store.export(person)

    async def holds(self, account: str) -> tuple[object, ...]:
        """Give what of a person must not change: notebook, answers, the open question."""
        rows = await self.kept(account)
        talk = rows["people"][0]["conversation"]
        assert isinstance(talk, dict)
        place = [frame[:2] for frame in talk["stack"]]
        return rows["notebook"], talk["answers"], place, talk["consent"]


@pytest.fixture
async def talk(tmp_path, clock, small):
    store = await Store.open(f"sqlite:///{tmp_path / 'ajar.db'}", key=None, now=clock)
    yield Talk(store, clock, small)
    await store.close()


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
async def test_what_cannot_be_seen_is_not_kept(talk, nasty):
    """Of a text full of tricks only the words are kept, and what is said back is free of them."""
    await talk.opens_tea("ada")
    await talk.happens("ada", Said(f"x{nasty}y"))
    kept = json.dumps(await talk.kept("ada"), ensure_ascii=False)
    said = "".join(span.text for reply in talk.seen["ada"] for span in reply.text)
    for trick in ("\x00", "\x07", "\x1b", "\u202e", "\u2066", "\u061c", "\ud800", "\ue000"):
        assert trick not in kept
        assert json.dumps(trick)[1:-1] not in json.dumps(said)
    assert "\u0304\u0301" not in kept
    kept.encode()
    (words,) = [r["sealed"] for r in (await talk.kept("ada"))["notebook"] if "words" in r["sealed"]]
    assert words[5].startswith("x")
    assert words[5].endswith("y")


@pytest.mark.parametrize("account", ["\x00", "\u202eada", "a" * 10_000, "'; DROP TABLE people; --"])
async def test_an_account_is_only_ever_a_name(talk, account):
    """Whatever a platform calls somebody is hashed and sealed, and never part of a statement."""
    await talk.opens_tea(account)
    assert (await talk.holds(account))[2]
    assert await talk.store.find(Address("telegram", "somebody else")) is None


async def test_a_text_beyond_all_measure_is_refused_and_leaves_nothing(talk, tmp_path):
    """A million characters are answered kindly, not kept, and do not swell the database."""
    await talk.opens_tea("ada")
    before, size = await talk.holds("ada"), (tmp_path / "ajar.db-wal").stat().st_size
    await talk.happens("ada", Said("w" * 1_000_000))
    assert before == await talk.holds("ada")
    assert "longer than I can keep" in str(talk.seen["ada"][-1].text)
    assert (tmp_path / "ajar.db-wal").stat().st_size - size < 20 * TEXT_LIMIT


@pytest.mark.parametrize(
    "forge",
    [
        "",
        "green",
        "{tag}.{turn}",
        "{tag}..green",
        "{tag}.{turn}.no-such-choice",
        "{tag}.-1.green",
        "{tag}.zzzzzzzz.green",
        "{tag}.{turn}.!no-such-way",
        "{tag}.{turn}.!erase-really",
        "{tag}.{turn}.erase-really",
        "{tag}.{turn}.keep-place",
        "{tag}.{turn}.\x00",
        "0000.{turn}.green",
        "a." * 10_000,
    ],
)
async def test_a_forged_token_does_nothing(talk, forge):
    """PRV-13: a token that was never given out is stale: no answer, no row, no consent changes."""
    await talk.opens_tea("ada")
    await talk.happens("ada", Said("my sister"))
    own = read(talk.token("ada", "yes"))
    assert own is not None
    before = await talk.holds("ada")
    turn = talk.token("ada", "yes").split(".")[1]
    taken = await talk.happens("ada", Chose(forge.format(tag=own.tag, turn=turn)))
    assert Verdict.STALE is taken.outcome.verdict
    assert before == await talk.holds("ada")


async def test_the_token_of_somebody_else_does_nothing(talk):
    """PRV-13: a button of Ada's, pressed by Bob, changes neither of them; a stranger who presses it
    is not even kept."""
    for account in ("ada", "bob"):
        await talk.opens_tea(account)
        await talk.happens(account, Said(f"the words of {account}"))
    before = await talk.holds("ada"), await talk.holds("bob")
    for key in ("yes", "not-now", "!skip", "!back", "!menu"):
        taken = await talk.happens("bob", Chose(talk.token("ada", key)))
        assert Verdict.STALE is taken.outcome.verdict, key
    assert before == (await talk.holds("ada"), await talk.holds("bob"))
    taken = await talk.happens("eve", Chose(talk.token("ada", "yes")))
    assert (Verdict.UNKNOWN, None) == (taken.outcome.verdict, taken.person)
    assert await talk.store.find(Address("telegram", "eve")) is None


async def test_a_row_of_somebody_else_cannot_be_named(talk):
    """PRV-13: with Ada's row id in a token of his own, Bob neither reads nor deletes it."""
    for account in ("ada", "bob"):
        await talk.opens_tea(account)
        await talk.happens(account, Said(f"the words of {account}"))
    rows = [row["look"] for row in (await talk.kept("ada"))["notebook"]]
    await talk.happens("bob", Commanded("notes"))
    before = await talk.holds("ada"), await talk.holds("bob")
    tag, turn, _ = talk.token("bob", "row-").split(".", 2)
    talk.seen["bob"].clear()
    for row in rows:
        for key in (f"row-{row}", f"+{row}", "delete-note"):
            await talk.happens("bob", Chose(f"{tag}.{turn}.{key}"))
    assert before == (await talk.holds("ada"), await talk.holds("bob"))
    assert "the words of ada" not in str(talk.seen["bob"])


async def test_an_export_holds_nothing_of_others(talk):
    """PRV-13: what a person takes along is theirs alone, and so is what they read. The other's name
    is one that no hexadecimal digits spell by chance."""
    for account in ("yoko", "bob"):
        await talk.opens_tea(account)
        await talk.happens(account, Said(f"the words of {account}"))
    talk.seen["bob"].clear()
    for command in ("export", "notes"):
        await talk.happens("bob", Commanded(command))
    told = str(talk.seen["bob"])
    assert "the words of bob" in told
    assert "yoko" not in told


async def test_a_tag_guessed_right_still_answers_only_for_oneself(talk):
    """PRV-13: were two people to share a tag, a token would still reach only whoever presses it."""
    for account in ("ada", "bob"):
        await talk.opens_tea(account)
    before = await talk.holds("ada")
    await _share_tag(talk, "ada", "bob")
    await talk.happens("bob", Said("the words of bob"))
    await talk.happens("bob", Chose(talk.token("bob", "yes")))
    assert before == await talk.holds("ada")


async def _share_tag(talk: Talk, one: str, other: str) -> None:
    tags = {}
    for account in (one, other):
        rows = await talk.kept(account)
        conversation = rows["people"][0]["conversation"]
        assert isinstance(conversation, dict)
        tags[account] = str(conversation["tag"])
    assert tags[one] != tags[other]
    engine = talk.store._desk.engine

    def take(library, conversation: Conversation, event, now, rng):
        return engine.take_turn(library, replace(conversation, tag=tags[one]), event, now, rng)

    talk.store._desk = replace(talk.store._desk, engine=replace(engine, take_turn=take))
