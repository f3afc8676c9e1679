"""Changing the key: everything sealed is opened with the old one and sealed with the new.

Owns the order in which key files and database change, so that a kill at any instant leaves a
database that opens. All rows change in one transaction: there is never a mixture of keys.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from bot.engine.compact import unpack
from bot.engine.effects import Row
from bot.errors import StoreError
from bot.store import (
    keys,
    notebook,
    notes,
    opening,
    outbox,
    people,
    references,
    timers,
    vault,
    written,
)
from bot.store.connection import Transaction, sentence
from bot.store.vault import Vault

Progress = Callable[[int, int], None]
"""Called with people done and people in all."""


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """What a change of key did. `fingerprint` names the new key without telling it."""

    people: int
    fingerprint: str


def _quietly(_done: int, _all: int) -> None:
    return


def rekey(
    url: str, old_text: str | None, new_text: str | None, progress: Progress = _quietly
) -> Rekeyed:
    """Give a database that is not in use a new key. Raises `StoreError`.

    With the key in a file (`old_text` None), a new one is drawn into `ajar.key.next` first and
    takes the place of `ajar.key` after the commit; opening the database finishes that where a kill
    came between. With the old key in `AJAR_KEY`, `new_text` is the new one. After a kill, call
    again: what was not committed is undone, what was is found done by the new key's opening it.
    """
    path = opening.place(url)
    if bool(old_text) != bool(new_text):
        raise StoreError(
            "A key in AJAR_KEY is changed by naming the new one too (`openssl rand -base64 32` "
            "makes one), a key in a file without naming any."
        )
    opened = opening.existing(path, old_text)
    coming = path.parent / keys.NEXT
    try:
        if new_text:
            new = keys.read(new_text, "The new key")
        else:
            new = keys.from_file(coming) or keys.make(coming)
        count = _in_one_transaction(opened.connection, opened.vault, new, progress)
    except sqlite3.Error as problem:
        raise sentence(problem) from problem
    finally:
        opened.connection.close()
    if not new_text:
        keys.finish(path)
    return Rekeyed(count, vault.fingerprint(new))


def _in_one_transaction(
    connection: sqlite3.Connection, old: Vault, key: bytes, progress: Progress
) -> int:
    """Leaving WAL needs everybody else gone, and the lock is then kept: a running Ajar would go on
    sealing with the old key."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
    connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    connection.execute("BEGIN EXCLUSIVE")
    try:
        new, tx = Vault(key, old.pepper), Transaction(connection)
        everybody = tx.all("SELECT id, tag FROM people ORDER BY id")
        for done, (person, tag) in enumerate(everybody, 1):
            _person(tx, old, new, person, tag)
            progress(done, len(everybody))
        _nobody(tx, old, new)
        tx.run(
            "UPDATE facts SET value = ? WHERE name = 'pepper'", vault.seal_pepper(key, old.pepper)
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return len(everybody)


def _person(tx: Transaction, old: Vault, new: Vault, person: int, tag: bytes) -> None:
    def again(box: bytes, what: bytes) -> bytes:
        return new.seal(old.open(box, tag, what), tag, what)

    row = tx.one("SELECT address, conversation FROM people WHERE id = ?", person)
    if row is None:
        return
    where = written.address_in(old.open(row[0], tag, people.ADDRESS))
    tx.run(
        "UPDATE people SET look = ?, address = ?, conversation = ? WHERE id = ?",
        people.look(new, where),
        again(row[0], people.ADDRESS),
        again(row[1], people.CONVERSATION),
        person,
    )
    for look, box in tx.all("SELECT look, sealed FROM notebook WHERE person = ?", person):
        kept: Row = written.row_in("", old.open(box, tag, notebook.ROW))
        tx.run(
            "UPDATE notebook SET look = ?, sealed = ? WHERE person = ? AND look = ?",
            notebook.look(new, tag, kept.flow, kept.step, kept.turn),
            again(box, notebook.ROW),
            person,
            look,
        )
    for look, box in tx.all("SELECT look, sealed FROM timers WHERE person = ?", person):
        kind, subject = unpack(old.open(box, tag, timers.TIMER))
        tx.run(
            "UPDATE timers SET look = ?, sealed = ? WHERE person = ? AND look = ?",
            timers.look(new, tag, kind, subject),
            again(box, timers.TIMER),
            person,
            look,
        )
    for turn, box in tx.all("SELECT turn, sealed FROM messages WHERE person = ?", person):
        tx.run(
            "UPDATE messages SET sealed = ? WHERE person = ? AND turn = ?",
            again(box, outbox.MESSAGE),
            person,
            turn,
        )
    for number, box in tx.all("SELECT id, sealed FROM sent WHERE person = ?", person):
        tx.run("UPDATE sent SET sealed = ? WHERE id = ?", again(box, references.SENT), number)
    for number, box in tx.all(
        "SELECT id, sealed FROM outbox WHERE person = ? AND tag IS NULL", person
    ):
        tx.run("UPDATE outbox SET sealed = ? WHERE id = ?", again(box, outbox.REPLY), number)


def _nobody(tx: Transaction, old: Vault, new: Vault) -> None:
    """Seal anew what no kept person stands behind: last words, and the notes of adapters."""
    for number, tag, address, box in tx.all(
        "SELECT id, tag, address, sealed FROM outbox WHERE tag IS NOT NULL"
    ):
        tx.run(
            "UPDATE outbox SET address = ?, sealed = ? WHERE id = ?",
            new.seal(old.open(address, tag, people.ADDRESS), tag, people.ADDRESS),
            new.seal(old.open(box, tag, outbox.REPLY), tag, outbox.REPLY),
            number,
        )
    for look, box in tx.all("SELECT look, sealed FROM notes"):
        name, value = unpack(old.open(box, look, notes.NOTE))
        tx.run("DELETE FROM notes WHERE look = ?", look)
        notes.put(tx, new, name, value)
