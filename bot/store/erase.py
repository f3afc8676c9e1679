"""Erasing a person, and making sure that they stay erased.

Owns the table `erased` and the file `ajar.erased`. A tombstone is a keyed hash of a random tag: it
says nothing about who was erased, but a restored backup that still has the person has the tag too.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bot.store import outbox, written
from bot.store.connection import Transaction
from bot.store.vault import Vault

NAME = "ajar.erased"


def erase(tx: Transaction, vault: Vault, person: int, tag: bytes, now: datetime) -> bytes:
    """Delete every row of a person, put a tombstone in their place, and give it."""
    outbox.drop_all(tx, person)
    for table in ("messages", "sent", "timers", "notebook"):
        tx.run(f"DELETE FROM {table} WHERE person = ?", person)  # noqa: S608 - names of ours
    tx.run("DELETE FROM people WHERE id = ?", person)
    mark = vault.tombstone(tag)
    _bury(tx, mark, now)
    return mark


def _bury(tx: Transaction, mark: bytes, now: datetime) -> None:
    tx.run(
        "INSERT INTO erased (look, at) VALUES (?, ?) ON CONFLICT (look) DO NOTHING",
        mark,
        written.seconds(now),
    )


def again(tx: Transaction, vault: Vault, folder: Path, now: datetime) -> int:
    """Erase whoever a restored backup brought back: tombstones that the file beside the database
    has and the database lacks. Give how many people that were."""
    known = {row[0] for row in tx.all("SELECT look FROM erased")}
    lacking = marks(folder) - known
    if not lacking:
        return 0
    returned = [
        (person, tag)
        for person, tag in tx.all("SELECT id, tag FROM people")
        if vault.tombstone(tag) in lacking
    ]
    for person, tag in returned:
        erase(tx, vault, person, tag, now)
    for mark in lacking:
        _bury(tx, mark, now)
    return len(returned)


def unfiled(tx: Transaction, folder: Path) -> list[bytes]:
    """Give the database's tombstones that the file lacks (a crash came between)."""
    filed = marks(folder)
    return [row[0] for row in tx.all("SELECT look FROM erased") if row[0] not in filed]


def marks(folder: Path) -> set[bytes]:
    """Read the tombstones of the file; a line torn by a crash is left out."""
    try:
        lines = (folder / NAME).read_text("ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return set()
    return {bytes.fromhex(line) for line in lines if len(line) == 32 and _is_hex(line)}


def _is_hex(line: str) -> bool:
    return set(line) <= set("0123456789abcdef")


def file(folder: Path, new: Iterable[bytes]) -> None:
    """Append tombstones to the file, durably."""
    lines = "".join(f"{mark.hex()}\n" for mark in new)
    if not lines:
        return
    handle = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        end = os.lseek(handle, 0, os.SEEK_END)
        torn = end > 0 and os.pread(handle, 1, end - 1) != b"\n"
        os.write(handle, (("\n" if torn else "") + lines).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def wipe(connection: sqlite3.Connection) -> bool:
    """Move everything from the write-ahead log into the database and cut the log to nothing.

    False while another reader still looks at the log: its old bytes are still there, try again. It
    is not waited for here, where every turn would wait too.
    """
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute("PRAGMA busy_timeout = 0").fetchall()
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}").fetchall()
    return bool(busy == 0)
