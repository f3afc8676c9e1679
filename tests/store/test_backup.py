"""Copies of a running database, and a new key, whole at any instant."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import sqlite3
import sys
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.events import Address
from bot.ports import Verdict
from bot.store import backup, keys, rekey
from tests.store.sketch import Clock, Play, open_store, said

CHILD = Path(__file__).with_name("child.py")
TABLES = ("people", "notebook", "timers", "messages", "sent", "outbox")


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'ajar.db'}"


async def fill(folder: Path, persons: int = 20, key: str | None = None) -> dict[str, object]:
    """Make a database with rows in every table; give everything in it, opened."""
    play = Play(await open_store(folder, key=key), Clock())
    for n in range(persons):
        name = f"person {n}"
        await play.say(f"words {n}", name)
        await play.command("remind", "daily signs 60", name)
        await play.deliver((await play.say("tap: rarely", name)).person)
        await play.say("not delivered", name)
    await play.command("erase", account="person 0")
    await play.store.put_note("offset", "17")
    await play.store.wiped()
    found = await content(play, persons)
    await play.store.close()
    return found


async def content(play: Play, persons: int = 20) -> dict[str, object]:
    """Give everything the store knows, as it is understood: without hashes and boxes."""
    found: dict[str, object] = {"note": await play.store.note("offset")}
    for n in range(persons):
        person = await play.store.find(Address("telegram", f"person {n}"))
        if person is not None:
            rows = await play.store.export(person)
            for row in (row for table in rows.values() for row in table):
                row.pop("look", None)
            found[str(n)] = {table: sorted(rows[table], key=repr) for table in TABLES}
    found["lanes"] = [
        [one.delivery for one in await play.store.outgoing(lane.person)]
        for lane in await play.store.lanes()
    ]
    return found


async def reopened(folder: Path, key: str | None = None) -> dict[str, object]:
    play = Play(await open_store(folder, key=key), Clock())
    try:
        return await content(play)
    finally:
        await play.store.close()


async def test_a_backup_of_a_running_database_can_be_restored(tmp_path):
    """Taken while turns go on, restored elsewhere with the key: one moment of the database."""
    (tmp_path / "here").mkdir()
    before = await fill(tmp_path / "here")
    play = Play(await open_store(tmp_path / "here"), Clock())
    stop = asyncio.Event()

    async def talk() -> None:
        while not stop.is_set():
            await play.say("and on it goes", "somebody else")

    talking = asyncio.create_task(talk())
    copied = await play.store.backup(tmp_path / "ajar.backup")
    stop.set()
    await talking
    await play.store.close()
    assert copied in {19, 20}

    there = tmp_path / "there"
    there.mkdir()
    (there / "ajar.key").write_text((tmp_path / "here" / "ajar.key").read_text())
    assert copied == backup.restore(tmp_path / "ajar.backup", url(there), None)
    after = await reopened(there)
    before.pop("lanes")
    after.pop("lanes")
    assert before == after


async def test_a_restore_keeps_what_was_there_and_its_log_away(tmp_path):
    """The old database stays beside the new one; its write-ahead log never meets the new."""
    before = await fill(tmp_path)
    play = Play(await open_store(tmp_path), Clock())
    await play.store.backup(tmp_path / "ajar.backup")
    with pytest.raises(StoreError, match="in use"):
        backup.restore(tmp_path / "ajar.backup", url(tmp_path), None)
    await play.say("after the backup", "person 1")
    await play.store.close()

    backup.restore(tmp_path / "ajar.backup", url(tmp_path), None)
    assert before == await reopened(tmp_path)
    assert (tmp_path / "ajar.db.before-restore").exists()


async def test_a_damaged_database_is_replaced_by_its_backup(tmp_path):
    """What cannot be opened any more does not stand in the way."""
    before = await fill(tmp_path)
    play = Play(await open_store(tmp_path), Clock())
    await play.store.backup(tmp_path / "ajar.backup")
    await play.store.close()
    (tmp_path / "ajar.db").write_bytes(b"scribble" * 5000)

    backup.restore(tmp_path / "ajar.backup", url(tmp_path), None)
    assert before == await reopened(tmp_path)


async def test_a_bad_backup_is_refused_and_changes_nothing(tmp_path):
    """Another key, a torn copy, no copy at all, a name that is taken."""
    await fill(tmp_path)
    play = Play(await open_store(tmp_path), Clock())
    good = tmp_path / "ajar.backup"
    await play.store.backup(good)
    with pytest.raises(StoreError, match="there already"):
        await play.store.backup(good)
    with pytest.raises(StoreError, match="cannot be written"):
        await play.store.backup(tmp_path / "nowhere" / "ajar.backup")
    await play.store.close()
    database = (tmp_path / "ajar.db").read_bytes()

    with pytest.raises(StoreError, match="another key"):
        backup.restore(good, url(tmp_path), keys.write(b"x" * 32))
    with pytest.raises(StoreError, match="no file"):
        backup.restore(tmp_path / "nothing", url(tmp_path), None)
    good.write_bytes(good.read_bytes()[:9000])
    with pytest.raises(StoreError, match="damaged"):
        backup.restore(good, url(tmp_path), None)
    assert database == (tmp_path / "ajar.db").read_bytes()


async def killed_at(instant: float, *what: str) -> bool:
    """Run a child and kill it so many seconds after it says that it begins; give whether the kill
    came before its end."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, CHILD, *what, stdout=asyncio.subprocess.PIPE
    )
    assert b"begin\n" == await child.stdout.readline()
    try:
        await asyncio.wait_for(child.wait(), instant)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):  # it ended just then
            child.send_signal(signal.SIGKILL)
    return await child.wait() == -signal.SIGKILL


@pytest.mark.parametrize("seed", range(4))
async def test_a_backup_killed_in_the_middle_is_whole_or_not_there(tmp_path, seed):
    """Under the name of the backup there is never half a copy, and a second try works."""
    before = await fill(tmp_path)
    target = tmp_path / "ajar.backup"
    await killed_at(random.Random(seed).uniform(0, 0.03), "back_up", str(tmp_path), str(target))
    if not target.exists():
        play = Play(await open_store(tmp_path), Clock())
        await play.store.backup(target)
        await play.store.close()
    backup.restore(target, url(tmp_path), None)
    assert before == await reopened(tmp_path)


@pytest.mark.parametrize("before", ["_copy_pages", "prove", "_settle_file"])
async def test_a_backup_has_its_name_only_once_it_is_whole(tmp_path, before):
    """Killed before, while or after it is copied, there is no backup; the next try makes one."""
    await fill(tmp_path)
    target = tmp_path / "ajar.backup"
    child = await asyncio.create_subprocess_exec(
        sys.executable, CHILD, "back_up_and_die", str(tmp_path), str(target), before
    )
    assert -signal.SIGKILL == await child.wait()
    assert not target.exists()
    play = Play(await open_store(tmp_path), Clock())
    assert 19 == await play.store.backup(target)
    await play.store.close()
    assert [] == list(tmp_path.glob("*.part"))


async def test_a_new_key_opens_everything_and_the_old_one_nothing(tmp_path):
    """Every row comes back as it was; not one box, hash or page of old stays."""
    before = await fill(tmp_path)
    old_key = (tmp_path / "ajar.key").read_text()
    boxes = boxes_of(tmp_path / "ajar.db")
    done = rekey.rekey(url(tmp_path), None, None)

    assert 19 == done.people
    assert old_key != (tmp_path / "ajar.key").read_text()
    assert before == await reopened(tmp_path)
    with pytest.raises(StoreError, match="is not the key"):
        await open_store(tmp_path, key=old_key)
    found = b"".join(f.read_bytes() for f in tmp_path.iterdir())
    assert [] == [box for box in boxes if box in found]
    assert {"ajar.db", "ajar.key", "ajar.erased"} == {f.name for f in tmp_path.iterdir()}


def boxes_of(database: Path) -> list[bytes]:
    """Give every sealed box and every hash made with the master key."""
    connection = sqlite3.connect(database)
    found = []
    for table, columns in (
        ("people", "look, address, conversation"),
        ("notebook", "look, sealed"),
        ("timers", "look, sealed"),
        ("messages", "sealed"),
        ("sent", "sealed"),
        ("outbox", "sealed"),
        ("notes", "look, sealed"),
        ("facts", "value"),
    ):
        sql = f"SELECT {columns} FROM {table}"  # noqa: S608 - names of ours
        found += [cell for row in connection.execute(sql) for cell in row]
    connection.close()
    assert len(found) > 100
    return found


async def test_seen_events_and_tombstones_outlast_a_new_key(tmp_path):
    """An event handled before is still known after; an old backup still erases again."""
    await fill(tmp_path)
    play = Play(await open_store(tmp_path), Clock())
    await play.take(said("hello", "an event", "person 1"))
    await play.store.close()
    rekey.rekey(url(tmp_path), None, None)

    play = Play(await open_store(tmp_path), Clock())
    try:
        again = await play.take(said("hello", "an event", "person 1"))
        erased = await play.store._writer.do(lambda tx: tx.all("SELECT look FROM erased"))
        assert Verdict.REPEATED == again.outcome.verdict
        assert [erased[0][0].hex()] == (tmp_path / "ajar.erased").read_text().split()
    finally:
        await play.store.close()


async def test_a_given_key_is_changed_for_a_given_key(tmp_path):
    """With `AJAR_KEY` both are named, and no key touches the disk."""
    old, new = keys.write(b"o" * 32), keys.write(b"n" * 32)
    before = await fill(tmp_path, key=old)
    with pytest.raises(StoreError, match="naming the new one too"):
        rekey.rekey(url(tmp_path), old, None)
    rekey.rekey(url(tmp_path), old, new)

    assert before == await reopened(tmp_path, key=new)
    assert [] == list(tmp_path.glob("ajar.key*"))


async def test_the_key_of_a_database_in_use_is_not_changed(tmp_path):
    """A running Ajar would go on sealing with the old key."""
    await fill(tmp_path)
    store = await open_store(tmp_path)
    with pytest.raises(StoreError, match="locked by another program"):
        rekey.rekey(url(tmp_path), None, None)
    await store.close()
    assert 19 == len([n for n in await reopened(tmp_path) if n.isdigit()])


@pytest.mark.parametrize("seed", range(8))
async def test_killed_in_the_middle_a_change_of_key_loses_nothing(tmp_path, seed):
    """SIGKILL at a random instant: the database opens, everything is there, and a second call
    ends with one key file."""
    before = await fill(tmp_path)
    await killed_at(random.Random(seed).uniform(0, 0.06), "change_key", str(tmp_path))

    assert before == await reopened(tmp_path)
    rekey.rekey(url(tmp_path), None, None)
    assert before == await reopened(tmp_path)
    assert ["ajar.key"] == [f.name for f in tmp_path.glob("ajar.key*")]


async def test_a_kill_between_the_commit_and_the_key_file_is_mended(tmp_path):
    """The next start finds the new key beside the old and puts it in its place."""
    before = await fill(tmp_path)
    old = (tmp_path / "ajar.key").read_text()
    rekey.rekey(url(tmp_path), None, None)
    (tmp_path / "ajar.key").rename(tmp_path / "ajar.key.next")
    (tmp_path / "ajar.key").write_text(old)

    assert before == await reopened(tmp_path)
    assert ["ajar.key"] == [f.name for f in tmp_path.glob("ajar.key*")]
