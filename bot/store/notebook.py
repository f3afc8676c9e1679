"""The notebook: what people asked to be kept, row by row.

Owns the table `notebook`. Knows nothing of what is shown of it.
"""

from __future__ import annotations

from datetime import datetime

from bot.engine.effects import Keep, Row, Withdraw
from bot.store import written
from bot.store.connection import Transaction
from bot.store.people import Person
from bot.store.vault import Vault

ROW = b"row"

ID_BYTES = 8
"""Bytes of a row's id within one person's notebook: short enough for a button's token in hex."""

DRAFT = "draft"
DRAFT_SECONDS = 30 * 86_400
"""A draft is kept for 30 days."""


def keep(tx: Transaction, vault: Vault, person: Person, what: Keep) -> None:
    """Keep an answer, in the place of an earlier one to the same flow, step and turn."""
    tx.run(
        "INSERT INTO notebook (person, look, expires, sealed) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (person, look) DO UPDATE SET expires = excluded.expires,"
        " sealed = excluded.sealed",
        person.id,
        look(vault, person.tag, what.flow, what.step, what.turn),
        what.at + DRAFT_SECONDS if what.kind == DRAFT else None,
        vault.seal(written.row_out(as_row(what)), person.tag, ROW),
    )


def as_row(what: Keep) -> Row:
    """Give a row, without its id, of what is to be kept."""
    return Row("", what.kind, what.flow, what.step, what.turn, what.at, what.value, what.shown)


def withdraw(tx: Transaction, vault: Vault, person: Person, what: Withdraw) -> None:
    """Take an answer out again."""
    row = look(vault, person.tag, what.flow, what.step, what.turn)
    tx.run("DELETE FROM notebook WHERE person = ? AND look = ?", person.id, row)


def load(tx: Transaction, vault: Vault, person: Person) -> list[Row]:
    """Give every row, the oldest first."""
    found = [
        written.row_in(row.hex(), vault.open(box, person.tag, ROW))
        for row, box in tx.all("SELECT look, sealed FROM notebook WHERE person = ?", person.id)
    ]
    found.sort(key=lambda row: (row.at, row.turn, row.id))
    return found


def forget(tx: Transaction, vault: Vault, person: Person, what: str) -> int:
    """Delete `all` rows, all free `words` (everything but taps), or the row with this id."""
    if what == "all":
        return tx.run("DELETE FROM notebook WHERE person = ?", person.id)
    if what == "words":
        wordy = [row.id for row in load(tx, vault, person) if row.kind != "tap"]
        return sum(_forget_row(tx, person, row) for row in wordy)
    return _forget_row(tx, person, what)


def _forget_row(tx: Transaction, person: Person, row: str) -> int:
    try:
        found = bytes.fromhex(row)
    except ValueError:  # not an id of ours: nothing has it
        return 0
    return tx.run("DELETE FROM notebook WHERE person = ? AND look = ?", person.id, found)


def prune(tx: Transaction, now: datetime) -> int:
    """Delete drafts past their time."""
    return tx.run("DELETE FROM notebook WHERE expires < ?", written.seconds(now))


def look(vault: Vault, tag: bytes, flow: str, step: str, turn: int) -> bytes:
    """Give what a row is looked up by within one person."""
    return vault.look("row", tag, flow, step, str(turn))[:ID_BYTES]
