"""People: who they are to us, where they are reached, and their sealed conversation.

Owns the table `people`. Knows nothing of what a turn makes of a conversation.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine import conversation as talk
from bot.engine.conversation import Conversation
from bot.events import Address
from bot.store import written
from bot.store.connection import Transaction
from bot.store.vault import Vault

ADDRESS = b"address"
CONVERSATION = b"conversation"
TAG_BYTES = 16


@dataclass(slots=True)
class Person:
    """One row, opened. `id` is 0 until it is kept. `contact` counts hours since 1970."""

    id: int
    tag: bytes
    address: Address
    conversation: Conversation
    contact: int = 0
    waiting: bool = False
    reachable: bool = True


def look(vault: Vault, address: Address) -> bytes:
    """Give what an address is looked up by."""
    return vault.look("person", address.platform, address.account)


def stranger(address: Address, conversation: Conversation) -> Person:
    """Give a person who is not kept yet."""
    return Person(0, os.urandom(TAG_BYTES), address, conversation)


def columns(of: str) -> str:
    """Give the columns `opened` takes, of a table called so."""
    names = ("id", "tag", "address", "conversation", "contact", "waiting", "reachable")
    return ", ".join(f"{of}.{name}" for name in names)


_COLUMNS = columns("people")


def find(tx: Transaction, vault: Vault, address: Address) -> Person | None:
    """Give the person at this address, or None."""
    sql = f"SELECT {_COLUMNS} FROM people WHERE look = ?"  # noqa: S608 - only our own words
    row = tx.one(sql, look(vault, address))
    return opened(vault, *row) if row else None


def load(tx: Transaction, vault: Vault, person: int) -> Person | None:
    """Give a person by id, or None."""
    sql = f"SELECT {_COLUMNS} FROM people WHERE id = ?"  # noqa: S608 - only our own words
    row = tx.one(sql, person)
    return opened(vault, *row) if row else None


def opened(
    vault: Vault,
    person: int,
    tag: bytes,
    address: bytes,
    conversation: bytes,
    contact: int,
    waiting: int,
    reachable: int,
) -> Person:
    """Open a row. Raises `WrongKey` where it does not open."""
    return Person(
        person,
        tag,
        written.address_in(vault.open(address, tag, ADDRESS)),
        talk.load(vault.open(conversation, tag, CONVERSATION)),
        contact,
        bool(waiting),
        bool(reachable),
    )


def keep(
    tx: Transaction, vault: Vault, person: Person, after: Conversation, *, contact: int | None
) -> None:
    """Save the conversation as it is after a turn. `contact` is the hour in which the person was
    heard of, or None where the turn came from a timer. A stranger gets an id."""
    box = vault.seal(talk.save(after), person.tag, CONVERSATION)
    hour = person.contact if contact is None else contact
    if person.id == 0:
        row = tx.one(
            "INSERT INTO people (look, tag, platform, address, conversation, contact, waiting)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            look(vault, person.address),
            person.tag,
            person.address.platform,
            vault.seal(written.address_out(person.address), person.tag, ADDRESS),
            box,
            hour,
            int(after.waiting),
        )
        person.id = row[0] if row else 0
    elif (hour, after.waiting) == (person.contact, person.waiting):  # spare both indexes
        tx.run("UPDATE people SET conversation = ? WHERE id = ?", box, person.id)
    else:
        tx.run(
            "UPDATE people SET conversation = ?, contact = ?, waiting = ? WHERE id = ?",
            box,
            hour,
            int(after.waiting),
            person.id,
        )
    person.conversation, person.contact, person.waiting = after, hour, after.waiting


def keep_all(tx: Transaction, vault: Vault, after: Sequence[tuple[Person, Conversation]]) -> None:
    """Save conversations after turns that came from timers, of people who are kept already."""
    same, changed = [], []
    for person, talked in after:
        box = vault.seal(talk.save(talked), person.tag, CONVERSATION)
        if talked.waiting == person.waiting:  # spare the index
            same.append((box, person.id))
        else:
            changed.append((box, int(talked.waiting), person.id))
        person.conversation, person.waiting = talked, talked.waiting
    tx.many("UPDATE people SET conversation = ? WHERE id = ?", same)
    tx.many("UPDATE people SET conversation = ?, waiting = ? WHERE id = ?", changed)


def learn_chat(tx: Transaction, vault: Vault, person: Person, chat: str) -> None:
    """Keep where replies go from now on."""
    person.address = Address(person.address.platform, person.address.account, chat)
    tx.run(
        "UPDATE people SET address = ? WHERE id = ?",
        vault.seal(written.address_out(person.address), person.tag, ADDRESS),
        person.id,
    )


def reach(tx: Transaction, person: Person, *, reachable: bool) -> None:
    """Keep whether the person can be reached."""
    if person.reachable != reachable:
        person.reachable = reachable
        tx.run("UPDATE people SET reachable = ? WHERE id = ?", int(reachable), person.id)


def hour_of(moment: datetime) -> int:
    """Give the hours since 1970: as finely as a contact is written down."""
    return written.seconds(moment) // 3600


def inactive(tx: Transaction, before: datetime, limit: int) -> list[int]:
    """Give people not heard of since, the longest silent first."""
    rows = tx.all(
        "SELECT id FROM people WHERE contact < ? ORDER BY contact LIMIT ?", hour_of(before), limit
    )
    return [row[0] for row in rows]


def waiting(tx: Transaction, vault: Vault, platform: str, at_most: int) -> list[tuple[Person, int]]:
    """Give people with an open question and the turn it was asked in, latest contact first."""
    sql = (
        f"SELECT {_COLUMNS} FROM people"  # noqa: S608 - only our own words
        " WHERE platform = ? AND waiting = 1 AND reachable = 1 ORDER BY contact DESC LIMIT ?"
    )
    found = [opened(vault, *row) for row in tx.all(sql, platform, at_most)]
    found.sort(key=lambda person: person.conversation.last_contact, reverse=True)
    return [(person, person.conversation.stack[-1].asked) for person in found]
