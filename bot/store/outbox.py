"""The outbox: replies that are committed and not yet delivered, and where questions stand.

Owns the tables `outbox` and `messages`. Knows nothing of who sends, when, or how often.
"""

from __future__ import annotations

import itertools
import os
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.engine.compact import pack, unpack
from bot.events import Address
from bot.ports import Delivery, Receipt
from bot.replies import Form, Reply, Urgency
from bot.store import people, references, written
from bot.store.connection import Cell, Transaction
from bot.store.people import Person
from bot.store.vault import Vault

REPLY = b"reply"
MESSAGE = b"message"

QUESTIONS_KEPT = 64
"""Turns after which the message of an older question is forgotten: it is far up in the chat."""

REMINDER_OVER = timedelta(hours=4)
"""A reminder is handed over within three hours or not at all: one still here an hour later never
was. Quiet hours see to it that a day goes on for longer than this after its last reminder."""

TIDY_EVERY = 16
"""Turns between two looks for such messages."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One person's waiting replies: the most urgent of them, and the instant before which the first
    is not to be sent, if any."""

    person: int
    platform: str
    urgency: int
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One reply to be sent. `person` is its lane, which outlives the person after an erase; `made`
    is when it was committed. `in_flight` says that an attempt was announced by `sending` and never
    came to an end that we know of. `tag` is the person's own, empty where nobody is kept."""

    id: int
    person: int
    delivery: Delivery
    made: datetime
    not_before: datetime | None = None
    in_flight: bool = False
    tag: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Parcel:
    """Replies for a person who is kept. `event` is the hash of what brought them about."""

    person: Person
    event: bytes
    replies: Sequence[Reply]


def put(
    tx: Transaction, vault: Vault, parcels: Sequence[Parcel], now: datetime
) -> dict[int, tuple[Outgoing, ...]]:
    """Add replies, each person's in one parcel.

    Where nothing was waiting for a person before, theirs are given back as `outgoing` would give
    them, which spares a sender that follows at once the reading and opening.
    """
    busy = _busy(tx, [one.person.id for one in parcels])
    made = written.micros(now)
    replies, values = [], list[Cell]()
    for one in parcels:
        person = one.person
        for key, reply in zip(_keys(one.event), one.replies, strict=False):
            replies.append((person, key, reply))
            box = vault.seal(written.reply_out(reply), person.tag, REPLY)
            values += (person.id, person.address.platform, key, int(reply.urgency), made, box)
    if not replies:
        return {}
    marks = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(replies))
    sql = (
        "INSERT INTO outbox (person, platform, key, urgency, made, sealed)"  # noqa: S608 - marks
        f" VALUES {marks} RETURNING key, id"
    )
    ids: dict[str, int] = dict(tx.all(sql, *values))
    found: dict[int, list[Outgoing]] = {}
    for person, key, reply in replies:
        if person.id not in busy:
            edits = _edits(tx, vault, person.id, person.tag, reply)
            delivery = Delivery(key, person.address, reply, edits)
            row = Outgoing(ids[key], person.id, delivery, now, tag=person.tag)
            found.setdefault(person.id, []).append(row)
    return {person: tuple(_settled(rows)) for person, rows in found.items()}


def _busy(tx: Transaction, people: Sequence[int]) -> set[int]:
    """Give those of these people for whom something waits."""
    marks = ", ".join("?" * len(people))
    sql = f"SELECT DISTINCT person FROM outbox WHERE person IN ({marks})"  # noqa: S608 - marks
    return {person for (person,) in tx.all(sql, *people)}


def put_alone(
    tx: Transaction,
    vault: Vault,
    lane: int,
    address: Address,
    event: bytes,
    replies: Sequence[Reply],
    now: datetime,
) -> int:
    """Add replies that no kept person stands behind; they carry their own sealed address. Give the
    lane: the one given, or for 0 a new one below zero, where no person's id ever is."""
    lane = lane or -int.from_bytes(os.urandom(7), "big") - 1
    tag = os.urandom(people.TAG_BYTES)
    for key, reply in zip(_keys(event), replies, strict=False):
        tx.run(
            "INSERT INTO outbox (person, platform, key, urgency, made, tag, address, sealed)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            lane,
            address.platform,
            key,
            int(reply.urgency),
            written.micros(now),
            tag,
            vault.seal(written.address_out(address), tag, people.ADDRESS),
            vault.seal(written.reply_out(reply), tag, REPLY),
        )
    return lane


def _keys(event: bytes) -> Iterator[str]:
    """Give the stable keys of an event's replies: 20 characters for the event, then a number."""
    stem = urlsafe_b64encode(event).decode()
    return (f"{stem}.{n}" for n in itertools.count())


def lanes(tx: Transaction) -> list[Lane]:
    """Give everyone who has replies waiting."""
    rows = tx.all(
        "SELECT o.person, o.platform, g.urgency, o.not_before FROM outbox o JOIN"
        " (SELECT person, MIN(id) AS first, MIN(urgency) AS urgency FROM outbox GROUP BY person) g"
        " ON o.id = g.first ORDER BY o.id"
    )
    return [Lane(person, platform, urgency, _when(at)) for person, platform, urgency, at in rows]


def outgoing(tx: Transaction, vault: Vault, person: int, limit: int) -> list[Outgoing]:
    """Give the first replies of a lane, in order.

    The list ends before a reply that edits a question still waiting in it: where that question
    stands is known only after its delivery.
    """
    rows = tx.all(
        "SELECT o.id, o.key, o.attempt, o.made, o.not_before, o.in_flight, o.sealed,"
        " o.tag, COALESCE(o.address, p.address), p.tag"
        " FROM outbox o LEFT JOIN people p ON p.id = o.person"
        " WHERE o.person = ? ORDER BY o.id LIMIT ?",
        person,
        limit,
    )
    return list(_settled(_opened(tx, vault, person, row) for row in rows))


def _opened(tx: Transaction, vault: Vault, person: int, row: tuple[Any, ...]) -> Outgoing:
    number, key, attempt, made, not_before, in_flight, box, own, address, kept = row
    tag = own or kept
    reply = written.reply_in(vault.open(box, tag, REPLY))
    where = written.address_in(vault.open(address, tag, people.ADDRESS))
    edits = _edits(tx, vault, person, tag, reply)
    return Outgoing(
        number,
        person,
        Delivery(key, where, reply, edits, attempt),
        written.instant(made),
        _when(not_before),
        bool(in_flight),
        b"" if own else kept,
    )


def _settled(rows: Iterable[Outgoing]) -> Iterator[Outgoing]:
    """Give rows up to one that edits a question still among them."""
    asked: set[int] = set()
    for row in rows:
        reply = row.delivery.reply
        if reply.edits in asked:
            return
        if _has_buttons(reply):
            asked.add(reply.turn)
        yield row


def _edits(tx: Transaction, vault: Vault, person: int, tag: bytes, reply: Reply) -> str | None:
    return None if reply.edits is None else message(tx, vault, person, tag, reply.edits)


def message(tx: Transaction, vault: Vault, person: int, tag: bytes, turn: int) -> str | None:
    """Give the platform's reference of the message that asked in this turn, or None."""
    row = tx.one("SELECT sealed FROM messages WHERE person = ? AND turn = ?", person, turn)
    if row is None:
        return None
    found: str = unpack(vault.open(row[0], tag, MESSAGE))
    return found


def delivered(
    tx: Transaction, vault: Vault, sent: Outgoing, receipt: Receipt, now: datetime
) -> None:
    """Take a delivered reply out, and keep what was learnt by delivering it."""
    if not _take(tx, sent):
        return  # erased, or dropped, while it was on its way
    reply = sent.delivery.reply
    if reply.closes:
        tx.run("DELETE FROM messages WHERE person = ? AND turn = ?", sent.person, reply.edits)
    reference = receipt.message or sent.delivery.edits or ""
    new_chat = receipt.chat and receipt.chat != sent.delivery.address.chat
    if not sent.tag:
        return  # nobody is kept to learn it for
    if not reply.closes:
        new = [m for m in (*receipt.also, receipt.message) if m and m != sent.delivery.edits]
        platform = sent.delivery.address.platform
        references.keep(tx, vault, sent.person, sent.tag, platform, new, now)
    if reference and _has_buttons(reply):
        _keep_message(tx, vault, sent, reference)
    if new_chat:
        old = sent.delivery.address
        address = Address(old.platform, old.account, receipt.chat)
        box = vault.seal(written.address_out(address), sent.tag, people.ADDRESS)
        tx.run("UPDATE people SET address = ? WHERE id = ?", box, sent.person)


def _keep_message(tx: Transaction, vault: Vault, sent: Outgoing, reference: str) -> None:
    """Keep where a question stands. A turn asks once, and may offer ways in other messages
    besides: the question wins."""
    reply = sent.delivery.reply
    conflict = "NOTHING" if reply.form is Form.NONE else "UPDATE SET sealed = excluded.sealed"
    tx.run(
        "INSERT INTO messages (person, turn, sealed) VALUES (?, ?, ?)"  # noqa: S608 - our own words
        f" ON CONFLICT (person, turn) DO {conflict}",
        sent.person,
        reply.turn,
        vault.seal(pack(reference), sent.tag, MESSAGE),
    )
    if reply.turn % TIDY_EVERY == 0:
        tx.run(
            "DELETE FROM messages WHERE person = ? AND turn < ?",
            sent.person,
            reply.turn - QUESTIONS_KEPT,
        )


def _has_buttons(reply: Reply) -> bool:
    return not reply.closes and (reply.form is not Form.NONE or bool(reply.ways))


def sending(tx: Transaction, sent: Outgoing) -> bool:
    """Note that an attempt begins, for a reply that must rather be lost than come twice. False if
    it is not there any more, or another process was quicker."""
    changed = tx.run(
        "UPDATE outbox SET in_flight = 1 WHERE id = ? AND key = ? AND in_flight = 0",
        sent.id,
        sent.delivery.key,
    )
    return changed == 1


def postponed(tx: Transaction, sent: Outgoing, until: datetime) -> None:
    """Keep a reply that did not arrive for another attempt, not before `until`."""
    tx.run(
        "UPDATE outbox SET attempt = attempt + 1, in_flight = 0, not_before = ?"
        " WHERE id = ? AND key = ?",
        written.micros(until),
        sent.id,
        sent.delivery.key,
    )


def dropped(tx: Transaction, sent: Outgoing) -> bool:
    """Take out a reply that will never be delivered; say whether it was still there."""
    return _take(tx, sent)


def let_go(tx: Transaction, person: int, now: datetime) -> int:
    """Take out the reminders of a person that have had their time and are not on their way any
    more; give how many messages that were."""
    return tx.run(
        "DELETE FROM outbox WHERE person = ? AND urgency = ? AND made < ?",
        person,
        int(Urgency.REMINDER),
        written.micros(now - REMINDER_OVER),
    )


def reminds(sent: Outgoing) -> bool:
    """Whether this is a reminder, and not a change to an earlier message that goes with one."""
    reply = sent.delivery.reply
    return reply.urgency is Urgency.REMINDER and not reply.closes


def drop_all(tx: Transaction, person: int) -> int:
    """Take out everything that waits in a lane; give how many."""
    return tx.run("DELETE FROM outbox WHERE person = ?", person)


def _take(tx: Transaction, sent: Outgoing) -> bool:
    """Delete by id and key: an id may come back once the last row is gone."""
    return tx.run("DELETE FROM outbox WHERE id = ? AND key = ?", sent.id, sent.delivery.key) == 1


def _when(micros: int | None) -> datetime | None:
    return None if micros is None else written.instant(micros)
