"""A stolen file tells nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import signal
import string
import sys
from pathlib import Path

import pytest

from bot.events import Address, Chose, Incoming
from bot.ports import Receipt, Verdict
from bot.store.vault import STEP, Vault, WrongKey
from tests.store.sketch import START, Play, gave, open_store, said

CHILD = Path(__file__).with_name("child.py")


def marker(rng: random.Random) -> str:
    return "".join(rng.choices(string.ascii_letters, k=24))


def everything_on_disk(folder) -> bytes:
    """Give the bytes of every file, the key's aside."""
    return b"\n".join(
        file.read_bytes() for file in sorted(folder.rglob("*")) if file.name != "ajar.key"
    )


async def test_nothing_readable_is_in_any_file_or_log(tmp_path, clock, caplog):
    """PRV-9: markers as ids, words, choices, commands, zones and notes: none of it is found."""
    caplog.set_level(logging.DEBUG)
    rng = random.Random(5)
    store = await open_store(tmp_path, clock)
    play = Play(store, clock)
    markers = [marker(rng) for _ in range(10)]
    event, account, chat, word, token, kind, subject, note, value, message = markers
    where = Address("telegram", account, chat)
    try:
        for n in range(40):
            await play.take(Incoming(f"{event}{n}", where, said(word, "").event, START))
        await play.take(Incoming(f"{event}c", where, Chose(token), START))
        timer = gave("remind", "", f"{kind} {subject} 5").event
        taken = await play.take(Incoming(f"{event}t", where, timer, START))
        await store.put_note(note, value)
        (first, *_) = await store.outgoing(taken.person, 100)
        await store.delivered(first, Receipt(message, chat=f"{chat}{message}"))
        words_of_the_program = ["signs", "how-often", "Next question", "You said"]

        for moment in ("open, with a log", "after a checkpoint"):
            found = everything_on_disk(tmp_path)
            for one in (*markers, *words_of_the_program):
                for form in (one, one.lower(), one[::-1]):
                    assert form.encode() not in found, (moment, one)
                    assert form.encode("utf-16-le") not in found
                assert one not in caplog.text
            await store.checkpoint()
        assert (tmp_path / "ajar.db").stat().st_size > 10_000
    finally:
        await store.close()


async def test_equal_words_make_different_bytes_and_equal_lengths(play):
    """Neither equality nor length tells which word was kept."""
    for n, (name, word) in enumerate((("ada", "yes"), ("bob", "yes"), ("cyd", "never at all"))):
        await play.take(said(word, str(n), name))
    boxes = await play.store._writer.do(lambda tx: tx.all("SELECT sealed FROM notebook"))

    assert 3 == len({box for (box,) in boxes})
    assert {28 + STEP} == {len(box) for (box,) in boxes}  # nonce 12, tag 16, padded text


async def test_a_box_opens_only_in_its_own_row_and_column(play):
    """Another person's box, or one from another column, stays shut: it is filed as our failure."""
    await play.take(said("hello", "1", "ada"))
    await play.take(said("hello", "2", "bob"))
    swap = (
        "UPDATE people SET conversation ="
        " (SELECT conversation FROM people WHERE id = 1) WHERE id = 2"
    )
    await play.store._writer.do(lambda tx: tx.run(swap))
    failed = await play.take(said("hello", "3", "bob"))
    filed = await play.store._writer.do(lambda tx: tx.all("SELECT error FROM failed"))

    assert Verdict.FAILED == failed.outcome.verdict
    assert [("WrongKey",)] == filed
    assert Verdict.HANDLED == (await play.take(said("hello", "4", "ada"))).outcome.verdict


def test_a_vault_opens_what_it_sealed_whatever_the_length():
    """Every length comes back whole, padded to the step."""
    vault = Vault(b"k" * 32, b"p" * 32)
    for length in range(200):
        data = bytes(range(256))[:length] + b"\0" * (length % 3)
        box = vault.seal(data, b"tag", b"what")
        assert data == vault.open(box, b"tag", b"what")
        assert 28 == len(box) % STEP
    for tag, what in ((b"other", b"what"), (b"tag", b"other")):
        with pytest.raises(WrongKey):
            vault.open(box, tag, what)
    for broken in (b"", box[:20], box[:-1], box + b"x"):
        with pytest.raises(WrongKey):
            vault.open(broken, b"tag", b"what")


def test_hashes_tell_parts_apart_and_need_the_key():
    """Joined parts never collide, and another key gives other hashes."""
    vault, other = Vault(b"k" * 32, b"p" * 32), Vault(b"x" * 32, b"p" * 32)
    assert vault.look("ab", "c") != vault.look("a", "bc")
    assert vault.look("a") != other.look("a")
    assert vault.event("a") == other.event("a")
    assert vault.tombstone(b"t") == other.tombstone(b"t")
    assert vault.event("a") != Vault(b"k" * 32, b"q" * 32).event("a")


async def test_the_notebook_gives_back_what_was_kept(play):
    """Rows come back opened, by search; withdrawn and forgotten ones do not."""
    await play.say("first words")
    await play.say("tap: rarely")
    await play.say("plan: if it rains then I call")
    person = (await play.say("last words")).person
    await play.deliver(person)

    async def notes(search: str = "") -> list[str]:
        await play.command("notes", search)
        return (await play.texts(person))[0].split(" | ")

    assert ["words first words", "words last words"] == await notes("words")
    assert 4 == len(await notes())
    await play.command("withdraw", "1")
    await play.deliver(person)
    assert 3 == len(await notes())
    await play.command("forget", "words")
    await play.deliver(person)
    assert ["tap rarely"] == await notes()
    await play.command("forget", "all")
    await play.deliver(person)
    assert [""] == await notes()


async def test_one_row_is_forgotten_by_its_id_and_only_by_its_owner(play):
    """The id of somebody else's row deletes nothing; nor does nonsense."""
    ada = await play.say("of ada", "ada")
    await play.say("of bob", "bob")
    (row,) = (await play.store.export(ada.person))["notebook"]
    for wrong in (row["look"], "zz", "00", ""):
        await play.command("forget", wrong, account="bob")
    rows = await play.store._writer.do(lambda tx: tx.all("SELECT look FROM notebook"))
    assert 2 == len(rows)
    await play.command("forget", row["look"], account="ada")
    assert [] == (await play.store.export(ada.person))["notebook"]


async def test_drafts_live_thirty_days(play):
    """PRV-8: a draft goes after 30 days, other words stay."""
    person = (await play.say("draft: half a thought")).person
    await play.say("a whole thought")
    play.clock.forward(days=29)
    await play.store.prune()
    assert 2 == len((await play.store.export(person))["notebook"])
    play.clock.forward(days=2)
    await play.store.prune()
    assert 1 == len((await play.store.export(person))["notebook"])


async def test_an_export_holds_every_column_of_every_table_with_people(play):
    """PRV-3: whatever column is added to such a table, it is in the export, opened."""
    taken = await play.command("remind", "daily signs 5")
    await play.deliver(taken.person)
    await play.say("my own words")
    copy = await play.store.export(taken.person)

    def tables(tx) -> dict[str, set[str]]:
        names = tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        columns = {name: {c[1] for c in tx.all(f"PRAGMA table_info({name})")} for (name,) in names}
        return {name: c for name, c in columns.items() if "person" in c or {"tag", "look"} <= c}

    expected = await play.store._writer.do(tables)
    assert expected == {name: set(rows[0]) for name, rows in copy.items()}
    text = json.dumps(copy, ensure_ascii=False)
    for words in ("my own words", "how-often", "daily", "signs", "ada", "m1"):
        assert words in text
    assert "my own words" in copy["notebook"][0]["sealed"]


async def test_an_export_through_a_turn_sees_the_same(play):
    """The engine is handed the complete copy when it asks for an export."""
    person = (await play.say("hello")).person
    await play.deliver(person)
    await play.command("export")
    (told,) = await play.texts(person)

    assert {"people", "notebook", "timers", "messages", "sent", "outbox"} == set(json.loads(told))
    assert {table: [] for table in json.loads(told)} == await play.store.export(9999)


async def killed(seed: int, *what: str) -> None:
    """Start a child and kill it at a random instant of its work."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, CHILD, *what, stdout=asyncio.subprocess.PIPE
    )
    assert b"begin\n" == await child.stdout.readline()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(child.wait(), random.Random(seed).uniform(0, 0.2))
    child.kill()
    assert -signal.SIGKILL == await child.wait()


@pytest.mark.parametrize("seed", range(3))
async def test_killed_in_the_middle_nothing_readable_is_left(tmp_path, seed):
    """What a kill leaves behind, log and all, holds not one word either."""
    rng = random.Random(seed)
    words = [marker(rng) for _ in range(20)]
    await killed(seed, "talk", str(tmp_path), *words)

    found = everything_on_disk(tmp_path)
    assert [] == [word for word in words if word.encode() in found]
    await (await open_store(tmp_path)).close()


@pytest.mark.parametrize("seed", range(2))
async def test_an_export_killed_in_the_middle_leaves_nothing(tmp_path, clock, seed):
    """An export is made in memory alone: a kill leaves no file and changes no row."""
    play = Play(await open_store(tmp_path, clock), clock)
    persons = [(await play.say("my words", f"person {n}")).person for n in range(30)]
    before = [await play.store.export(person) for person in persons]
    await play.store.close()
    await killed(seed, "export", str(tmp_path))

    data = {"ajar.db", "ajar.db-shm", "ajar.db-wal", "ajar.key"}
    assert {file.name for file in tmp_path.iterdir()} <= data
    store = await open_store(tmp_path, clock)
    assert before == [await store.export(person) for person in persons]
    await store.close()
