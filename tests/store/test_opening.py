"""Refusals to start: one clear sentence each, and nothing changed on disk."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store import keys, opening
from tests.store.sketch import Clock, Play, open_store

CHILD = Path(__file__).with_name("child.py")


def snapshot(folder: Path) -> dict[str, bytes]:
    """Give every file's bytes, but for SQLite's side files without data: the shared memory of its
    locks, and an empty log."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        and not file.name.endswith("-shm")
        and not (file.name.endswith("-wal") and not file.stat().st_size)
    }


async def make(folder: Path, key: str | None = None) -> None:
    """Make a database with one person in it."""
    play = Play(await open_store(folder, key=key), Clock())
    await play.say("hello")
    await play.store.close()


def left_by_a_kill(folder: Path) -> None:
    """Make a database whose last turns stand only in the write-ahead log."""
    ended = subprocess.run([sys.executable, CHILD, "talk_and_die", str(folder)], check=False)
    assert -signal.SIGKILL == ended.returncode
    assert (folder / "ajar.db-wal").stat().st_size > 0


async def refused(folder: Path, **more) -> str:
    """Give the sentence of the refusal, and check that nothing was changed."""
    before = snapshot(folder)
    with pytest.raises(StoreError) as caught:
        await open_store(folder, **more)
    assert before == snapshot(folder)
    sentence = str(caught.value)
    assert sentence[0].isupper()
    return sentence


@pytest.fixture(params=["closed", "killed"])
async def folder(request, tmp_path):
    """A folder with a database: closed in order, or left by a kill with a log beside it."""
    if request.param == "closed":
        await make(tmp_path)
    else:
        left_by_a_kill(tmp_path)
    return tmp_path


async def test_a_wrong_key_is_refused(folder):
    """The wrong `AJAR_KEY`, and the wrong key file."""
    other = keys.write(b"x" * 32)
    assert "AJAR_KEY is not the key" in await refused(folder, key=other)
    keys.key_file(folder / "ajar.db").write_text(other)
    assert "ajar.key is not the key" in await refused(folder)


async def test_a_missing_key_is_refused(folder):
    """A database without its key is never taken for a new one."""
    (folder / "ajar.key").unlink()
    assert "its key is not" in await refused(folder)


async def test_a_broken_key_is_refused(folder):
    """Something that is no key is named with its place."""
    assert "AJAR_KEY does not hold a key" in await refused(folder, key="hello")
    (folder / "ajar.key").write_text("half a ke")
    assert "ajar.key does not hold a key" in await refused(folder)


async def test_a_newer_database_is_refused(folder):
    """A database written by a later version is left alone."""
    connection = sqlite3.connect(folder / "ajar.db")
    connection.execute("PRAGMA user_version = 999")
    connection.commit()
    connection.close()
    assert "written by a newer Ajar (form 999" in await refused(folder)


async def test_a_locked_database_is_refused(folder, monkeypatch):
    """Another program that holds the lock is named, after a patience of some seconds."""
    other = sqlite3.connect(folder / "ajar.db", isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("UPDATE facts SET value = value")
    monkeypatch.setattr(opening, "PATIENCE", 0.1)
    try:
        assert "locked by another program" in await refused(folder)
    finally:
        other.close()


@pytest.mark.parametrize("damage", ["not a database", "torn", "scribbled"])
async def test_a_corrupt_file_is_refused(tmp_path, damage):
    """A file that is no database, one cut short, one overwritten in its middle."""
    await make(tmp_path)
    path = tmp_path / "ajar.db"
    whole = path.read_bytes()
    if damage == "not a database":
        path.write_bytes(b"Dear diary, " * 1000)
    elif damage == "torn":
        path.write_bytes(whole[: len(whole) // 2])
    else:
        path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    sentence = await refused(tmp_path)
    assert "damaged" in sentence
    assert "backup" in sentence


async def test_a_database_of_another_program_is_refused(tmp_path):
    """A good SQLite file that is not ours is not touched."""
    await make(tmp_path)
    connection = sqlite3.connect(tmp_path / "ajar.db")
    connection.execute("PRAGMA application_id = 42")
    connection.commit()
    connection.close()
    assert "another program" in await refused(tmp_path)


async def test_a_file_that_is_no_database_is_not_asked_for_its_key(tmp_path):
    """A DATABASE_URL with a slip names some other file: that is said, not that a key is missing."""
    (tmp_path / "ajar.db").write_text("my shopping list, which is long enough\n" * 40)
    assert "not a database of Ajar" in await refused(tmp_path)
    assert not (tmp_path / "ajar.key").exists()


@pytest.mark.parametrize("url", ["postgres://x", "sqlite://x", "sqlite:///", "sqlite:///:memory:"])
async def test_a_url_that_names_no_file_is_refused(url):
    """The sentence shows how to write it."""
    with pytest.raises(StoreError, match=r"DATABASE_URL .* sqlite:///data/ajar.db"):
        opening.place(url)


def child(*what: str) -> str:
    """Run a child and give what it prints."""
    return subprocess.run(
        [sys.executable, CHILD, *what], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def shared():
    """A folder that other users may reach."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        Path(folder).chmod(0o755)


async def test_a_read_only_folder_is_refused(shared):
    """With a database in it or without: the sentence says who needs which right."""
    shared.chmod(0o555)
    assert "may not be written" in child("try_to_open_as_nobody", str(shared))
    assert {} == snapshot(shared)
    shared.chmod(0o755)
    await make(shared)
    for file in shared.iterdir():
        file.chmod(0o444)
    shared.chmod(0o555)
    before = snapshot(shared)
    assert "may not be written" in child("try_to_open_as_nobody", str(shared))
    assert before == snapshot(shared)
    assert {"ajar.db", "ajar.key"} == {file.name for file in shared.iterdir()}


@pytest.mark.parametrize("room", [0, 20, 5000, 50_000])
def test_a_full_disk_is_refused_and_nothing_is_left(tmp_path, room):
    """However far a first start comes, it takes its files with it."""
    told = child("try_to_open_with_room", str(tmp_path / "new"), str(room))
    assert "disk" in told or "space" in told
    assert [] == list(tmp_path.iterdir())


async def test_a_full_disk_is_refused_for_an_existing_database(tmp_path):
    """The database and its key stay as they are."""
    await make(tmp_path)
    before = snapshot(tmp_path)
    told = child("try_to_open_with_room", str(tmp_path), "0")
    assert "disk" in told or "space" in told
    assert before == snapshot(tmp_path)


async def test_a_first_start_makes_a_private_key_and_says_so(tmp_path):
    """The key file is its owner's alone; the notice comes once and names it; no key is printed."""
    notices: list[str] = []
    folder = tmp_path / "deep" / "data"
    for _ in range(2):
        store = await open_store(folder, notice=notices.append)
        await store.close()

    key = (folder / "ajar.key").read_text().strip()
    assert 1 == len(notices)
    assert "back up" in notices[0]
    assert str(folder / "ajar.key") in notices[0]
    assert key not in notices[0]
    assert 32 == len(keys.read(key, "it"))
    assert 0o600 == stat.S_IMODE((folder / "ajar.key").stat().st_mode)
    assert 0o600 == stat.S_IMODE((folder / "ajar.db").stat().st_mode)


async def test_a_given_key_makes_no_file(tmp_path):
    """With `AJAR_KEY` no key is written to disk; base64 and hex are the same key."""
    await make(tmp_path, keys.write(b"k" * 32))
    store = await open_store(tmp_path, key=(b"k" * 32).hex())
    await store.close()
    assert not (tmp_path / "ajar.key").exists()


async def test_a_start_killed_at_any_write_starts_again(tmp_path):
    """An empty key file, an empty database, a header alone: the next start goes on from there."""
    (tmp_path / "ajar.key").touch()
    (tmp_path / "ajar.db").touch()
    await make(tmp_path)
    (tmp_path / "ajar.db").unlink()
    connection = sqlite3.connect(tmp_path / "ajar.db")
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.close()
    await make(tmp_path)


async def test_two_first_starts_at_once_share_one_key(tmp_path):
    """Whoever is second takes the other's key and database."""
    children = [
        await asyncio.create_subprocess_exec(
            sys.executable, CHILD, "try_to_open", str(tmp_path), stdout=asyncio.subprocess.PIPE
        )
        for _ in range(3)
    ]
    told = [(await child.communicate())[0] for child in children]

    assert [b"opened\n"] * 3 == told
    store = await open_store(tmp_path)
    await store.close()


async def test_a_database_of_the_first_form_is_taken_over_by_all_at_once(tmp_path):
    """Opened by several programs at the same time, an older database is brought up once, whole."""
    store = await open_store(tmp_path)
    await store.put_note("offset", "17")
    await store.close()
    connection = sqlite3.connect(tmp_path / "ajar.db", isolation_level=None)
    connection.execute("DROP TABLE sent")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    await test_two_first_starts_at_once_share_one_key(tmp_path)
    store = await open_store(tmp_path)
    assert "17" == await store.note("offset")
    assert [] == await store._writer.do(lambda tx: tx.all("SELECT id FROM sent"))
    await store.close()


def test_a_migration_that_fails_leaves_nothing(tmp_path):
    """Each step is one transaction: the version and the tables stay as they were."""
    connection = sqlite3.connect(tmp_path / "m.db", isolation_level=None)
    good = (
        "CREATE TABLE a (x INTEGER);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n  SELECT 1;\nEND;"
    )
    opening.migrate(connection, [good])
    with pytest.raises(sqlite3.Error):
        opening.migrate(connection, [good, "CREATE TABLE b (x INTEGER);\nCREATE TABLE a (x);"])
    found = connection.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()
    assert [("a",), ("t",)] == found
    assert (1,) == connection.execute("PRAGMA user_version").fetchone()
    opening.migrate(connection, [good, "CREATE TABLE b (x INTEGER);"])
    assert (2,) == connection.execute("PRAGMA user_version").fetchone()
    connection.close()


async def test_the_database_is_durable_and_strict(tmp_path):
    """The settings that the promises rest on."""
    store = await open_store(tmp_path)
    expected = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    found = {
        name: await store._writer.outside(lambda c, n=name: c.execute(f"PRAGMA {n}").fetchone()[0])
        for name in expected
    }
    tables = await store._writer.do(
        lambda tx: tx.all("SELECT sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL")
    )
    await store.close()
    assert expected == found
    assert all("STRICT" in sql for (sql,) in tables if "sqlite_sequence" not in sql)
