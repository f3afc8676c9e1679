"""Erased means gone: from every file, for good, at any instant."""

from __future__ import annotations

import asyncio
import random
import shutil
import signal
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.events import Address, Chose, Incoming
from bot.ports import Receipt, Verdict
from bot.store.references import AT_MOST, AT_ONCE
from tests.store.sketch import START, Clock, Play, gave, open_store, said

CHILD = Path(__file__).with_name("child.py")
SELECT = "SELECT {} FROM {}"
PERSON_TABLES = ("people", "notebook", "timers", "messages", "sent", "outbox")


def bytes_of(folder: Path) -> bytes:
    return b"\n".join(f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file())


async def sealed_bytes(play: Play, person: int) -> list[bytes]:
    """Give every hash, tag and box that is kept for a person: what must be found nowhere later."""

    def work(tx) -> list[bytes]:
        found = []
        for table in PERSON_TABLES:
            by = "id" if table == "people" else "person"
            for row in tx.all(SELECT.format("*", table) + f" WHERE {by} = ?", person):
                found += [value for value in row if isinstance(value, bytes)]
        return found

    return await play.store._writer.do(work)


async def lived(play: Play, account: str = "ada") -> int:
    """Let a person leave a row in every table; give their id."""
    await play.say("my words", account)
    taken = await play.command("remind", "daily signs 5", account)
    await play.deliver(taken.person)
    await play.say("more words", account)
    return taken.person


async def counts(play: Play) -> dict[str, int]:
    def work(tx) -> dict[str, int]:
        return {t: tx.one(SELECT.format("COUNT(*)", t))[0] for t in PERSON_TABLES}

    return await play.store._writer.do(work)


async def test_an_erase_leaves_not_one_byte(play, tmp_path):
    """PRV-4: rows, timers and waiting replies are gone, and so is every box from every file."""
    person = await lived(play)
    boxes = await sealed_bytes(play, person)
    assert len(boxes) > 10
    await play.store.checkpoint()
    await play.say("even more")
    boxes += await sealed_bytes(play, person)
    erased = await play.command("erase")
    await play.store.wiped()

    assert ["All gone"] == await play.texts(erased.person)
    assert dict.fromkeys(PERSON_TABLES, 0) == await counts(play)
    await play.store.wiped()
    await play.store.checkpoint()
    found = bytes_of(tmp_path)
    assert [] == [box for box in boxes if box in found]
    assert 0 == (tmp_path / "ajar.db-wal").stat().st_size


async def test_the_last_word_goes_out_without_a_person(play):
    """The confirmation is delivered by its own sealed address, then vanishes too."""
    person = await lived(play)
    erased = await play.command("erase")

    assert erased.sends
    assert person == erased.person
    assert await play.store.find(Address("telegram", "ada")) is None
    (sent,) = await play.store.outgoing(erased.person)
    assert Address("telegram", "ada", "ada") == sent.delivery.address
    await play.store.delivered(sent, Receipt("m9", chat="elsewhere"))
    assert dict.fromkeys(PERSON_TABLES, 0) == await counts(play)


async def test_what_we_wrote_is_handed_over_to_be_deleted(play):
    """PRV-7: erased with its messages, a person's last rows hold where they stand, the newest
    first; nothing of it stays in the database."""
    person = await lived(play)
    play.clock.forward(hours=30)
    await play.deliver((await play.say("a day later")).person)
    erased = await play.command("erase", "messages")
    rows = await play.store.outgoing(erased.person)

    assert [(), ("m7", "m5", "m3", "m1")] == [row.delivery.reply.deletes for row in rows]
    assert {Address("telegram", "ada", "ada")} == {row.delivery.address for row in rows}
    for row in rows:
        await play.store.delivered(row, Receipt())
    assert dict.fromkeys(PERSON_TABLES, 0) == await counts(play)
    assert person == erased.person


async def test_every_part_of_a_long_reply_is_handed_over_and_an_edited_one_once(play):
    """PRV-7: a reply in three messages is three to delete; a redrawn one is not another."""
    taken = await play.say("long")
    (first, *_) = await play.store.outgoing(taken.person)
    await play.store.delivered(first, Receipt("c", also=("a", "b")))
    for row in await play.store.outgoing((await play.say("more")).person):
        again = replace(row, delivery=replace(row.delivery, edits="c"))
        await play.store.delivered(again, Receipt("c"))
    erased = await play.command("erase", "messages")

    assert [(), ("a", "b", "c")] == [
        row.delivery.reply.deletes for row in await play.store.outgoing(erased.person)
    ]


async def test_messages_too_old_to_be_deleted_are_forgotten(play):
    """PRV-7: what Telegram will not delete any more is neither kept nor tried."""
    person = await lived(play)
    play.clock.forward(hours=48)
    await play.deliver((await play.say("two days later")).person)
    await play.store.prune()
    assert 2 == len((await play.store.export(person))["sent"])
    erased = await play.command("erase", "messages")

    last = (await play.store.outgoing(erased.person))[-1].delivery.reply
    assert ("m7", "m5") == last.deletes


async def test_very_many_messages_go_in_portions(play):
    """PRV-7: portions that a platform takes at once, and an end to them."""
    person = await lived(play)
    for _ in range(AT_MOST):
        await play.deliver((await play.say("hello")).person)
    erased = await play.command("erase", "messages")
    rows = await play.store.outgoing(erased.person, 100)

    assert AT_MOST // AT_ONCE == len(rows) - 1
    assert {AT_ONCE} == {len(row.delivery.reply.deletes) for row in rows[1:]}
    assert person == erased.person


async def test_afterwards_the_person_is_new_and_old_buttons_do_nothing(play):
    """PRV-5: a redelivered erase does nothing again, an old button creates nothing."""
    person = await lived(play)
    await play.take(gave("erase", "the-erase"))
    again = await play.take(gave("erase", "the-erase"))
    old = Incoming("9", Address("telegram", "ada", "ada"), Chose("abcd.1.rarely"), START)

    assert Verdict.REPEATED == again.outcome.verdict
    assert Verdict.UNKNOWN == (await play.take(old)).outcome.verdict
    assert await play.store.find(old.address) is None
    new = await play.take(said("hello again", "10"))
    assert new.person != person
    assert 1 == (await play.store.outgoing(new.person))[0].delivery.reply.turn


async def test_others_are_untouched(play):
    """Erasing one person changes nothing of another."""
    bob = await lived(play, "bob")
    before = await play.store.export(bob)
    await lived(play, "ada")
    await play.command("erase", account="ada")

    assert before == await play.store.export(bob)


async def test_an_erase_at_first_contact_keeps_nothing(play):
    """Somebody whose first word is to erase is answered and never kept."""
    erased = await play.command("erase", account="eve")
    assert ["All gone"] == await play.texts(erased.person)
    assert dict.fromkeys(PERSON_TABLES, 0) == await counts(play)


async def test_the_operator_may_erase_too_and_twice_does_nothing(play):
    """From outside a turn: once it is done, then there is nobody."""
    person = await lived(play)
    assert await play.store.erase(person)
    assert not await play.store.erase(person)
    assert dict.fromkeys(PERSON_TABLES, 0) == await counts(play)


async def test_with_an_open_reader_the_erase_is_retried_and_reported(tmp_path, clock):
    """PRV-4: a reader keeps old bytes alive; the operator is told, and it ends with the reader."""
    told = asyncio.Event()
    store = await open_store(tmp_path, clock, notice=lambda _: told.set())
    told.clear()
    play = Play(store, clock)
    try:
        person = await lived(play)
        boxes = await sealed_bytes(play, person)
        reader = sqlite3.connect(tmp_path / "ajar.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM people").fetchone()
        await play.command("erase")
        await asyncio.wait_for(told.wait(), 10)
        assert any(box in bytes_of(tmp_path) for box in boxes)
        reader.close()
        await store.wiped()
        found = bytes_of(tmp_path)
        assert [] == [box for box in boxes if box in found]
    finally:
        await store.close()


async def test_a_restored_backup_erases_again(tmp_path, clock):
    """PRV-6: whoever erased after the backup is erased from it at the next start; nobody else."""
    play = Play(await open_store(tmp_path, clock), clock)
    await lived(play, "ada")
    bob = await lived(play, "bob")
    await play.store.close()
    shutil.copy(tmp_path / "ajar.db", tmp_path / "backup.db")

    play = Play(await open_store(tmp_path, clock), clock)
    await play.command("erase", account="ada")
    await play.store.wiped()
    await play.say("I am new", "ada")
    await play.store.close()

    (tmp_path / "ajar.db").unlink()
    shutil.move(tmp_path / "backup.db", tmp_path / "ajar.db")
    notices: list[str] = []
    play = Play(await open_store(tmp_path, clock, notice=notices.append), clock)
    try:
        assert await play.store.find(Address("telegram", "ada")) is None
        assert bob == await play.store.find(Address("telegram", "bob"))
        assert "1 erased before" in notices[0]
    finally:
        await play.store.close()
    notices.clear()
    await (await open_store(tmp_path, clock, notice=notices.append)).close()
    assert [] == notices


async def test_who_came_back_after_an_erase_is_not_erased_again(tmp_path, clock):
    """A tombstone is for the erased time with us, not for the person for ever."""
    play = Play(await open_store(tmp_path, clock), clock)
    await lived(play)
    await play.command("erase")
    new = await play.say("hello again")
    await play.store.close()

    store = await open_store(tmp_path, clock)
    try:
        assert new.person == await store.find(Address("telegram", "ada"))
    finally:
        await store.close()


async def test_tombstones_lost_from_the_file_are_filed_again(tmp_path, clock):
    """The file and the database make each other whole; a torn line is left out."""
    play = Play(await open_store(tmp_path, clock), clock)
    await lived(play)
    await play.command("erase")
    await play.store.wiped()
    await play.store.close()
    file = tmp_path / "ajar.erased"
    whole = file.read_text()
    file.write_text(whole[:10])

    await (await open_store(tmp_path, clock)).close()
    assert whole.strip() in file.read_text().splitlines()


@pytest.mark.parametrize("seed", range(6))
async def test_killed_in_the_middle_an_erase_is_whole_or_not_begun(tmp_path, seed):
    """SIGKILL at a random instant: each person is there with every row, or gone without a trace."""
    rng = random.Random(seed)
    play = Play(await open_store(tmp_path), Clock())
    persons = [await lived(play, f"person {n}") for n in range(30)]
    boxes = {person: await sealed_bytes(play, person) for person in persons}
    await play.store.close()

    child = await asyncio.create_subprocess_exec(
        sys.executable, CHILD, "erase_all", str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    told = 0
    for _ in range(rng.randrange(1, 25)):
        told = int(await child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    told = max([told, *(int(n) for n in (await child.stdout.read()).split() if n)])
    await child.wait()

    play = Play(await open_store(tmp_path), Clock())
    try:
        await play.store.wiped()
        found = bytes_of(tmp_path)
        left = 0
        for person in persons:
            rows = await play.store.export(person)
            if rows["people"]:
                left += 1
                assert all(rows.values())
            else:
                assert not any(rows[table] for table in PERSON_TABLES if table != "outbox")
                assert [] == [box for box in boxes[person] if box in found]
        assert left <= 30 - told
    finally:
        await play.store.close()
