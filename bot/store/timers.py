"""Timers: rows found by their instant, one a person, kind and subject.

Owns the table `timers`. Knows nothing of what a timer is for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.effects import CancelTimers, SetTimer
from bot.events import Due
from bot.store import written
from bot.store.connection import Transaction
from bot.store.people import Person
from bot.store.vault import Vault

TIMER = b"timer"

GIVE_UP = 8
"""Failures after which a timer is let go: with doubling pauses from an hour on, about ten days, in
which a mistake of ours can be mended."""


@dataclass(frozen=True, slots=True)
class Ripe:
    """A timer found due, not claimed yet. `due` is Unix microseconds."""

    person: int
    look: bytes
    due: int


def put(tx: Transaction, vault: Vault, person: Person, timer: SetTimer) -> None:
    """Set a timer, in the place of an earlier one of the same kind and subject."""
    tx.run(
        "INSERT INTO timers (person, look, due, guard, sealed) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (person, look) DO UPDATE SET due = excluded.due, guard = excluded.guard,"
        " failures = 0, sealed = excluded.sealed",
        person.id,
        look(vault, person.tag, timer.kind, timer.subject),
        written.micros(timer.due),
        timer.guard,
        vault.seal(written.pack([timer.kind, timer.subject]), person.tag, TIMER),
    )


def cancel(tx: Transaction, vault: Vault, person: Person, which: CancelTimers) -> None:
    """Forget timers: all, all of a kind, or one."""
    if not which.kind:
        tx.run("DELETE FROM timers WHERE person = ?", person.id)
    elif which.subject is not None:
        one = look(vault, person.tag, which.kind, which.subject)
        tx.run("DELETE FROM timers WHERE person = ? AND look = ?", person.id, one)
    else:
        rows = tx.all("SELECT look, sealed FROM timers WHERE person = ?", person.id)
        for one, box in rows:
            if written.unpack(vault.open(box, person.tag, TIMER))[0] == which.kind:
                tx.run("DELETE FROM timers WHERE person = ? AND look = ?", person.id, one)


def ripe(tx: Transaction, now: datetime, limit: int) -> list[Ripe]:
    """Give timers that are due, the longest due first."""
    rows = tx.all(
        "SELECT person, look, due FROM timers WHERE due <= ? ORDER BY due LIMIT ?",
        written.micros(now),
        limit,
    )
    return [Ripe(*row) for row in rows]


def claim(tx: Transaction, vault: Vault, person: Person, found: Ripe) -> Due | None:
    """Take a due timer out; None where another process or a newer turn was quicker."""
    rows = tx.all(
        "DELETE FROM timers WHERE person = ? AND look = ? AND due = ? RETURNING guard, sealed",
        found.person,
        found.look,
        found.due,
    )
    if not rows:
        return None
    guard, box = rows[0]
    kind, subject = written.unpack(vault.open(box, person.tag, TIMER))
    return Due(kind, subject, guard)


def rest(tx: Transaction, found: Ripe, now: datetime) -> None:
    """Put a timer of somebody out of reach off by whole days, to the same time of day."""
    day = 86_400_000_000
    missed = (written.micros(now) - found.due) // day + 1
    _move(tx, found, found.due + missed * day)


def failed(tx: Transaction, found: Ripe, now: datetime) -> None:
    """Put a timer off whose turn met a mistake of ours: an hour, then twice as long each time."""
    row = tx.one(
        "SELECT failures FROM timers WHERE person = ? AND look = ? AND due = ?",
        found.person,
        found.look,
        found.due,
    )
    if row is None:
        return
    if row[0] + 1 >= GIVE_UP:
        tx.run("DELETE FROM timers WHERE person = ? AND look = ?", found.person, found.look)
        return
    tx.run(
        "UPDATE timers SET failures = failures + 1 WHERE person = ? AND look = ?",
        found.person,
        found.look,
    )
    _move(tx, found, written.micros(now + timedelta(hours=2 ** row[0])))


def next_due(tx: Transaction) -> datetime | None:
    """Give the instant of the earliest timer, or None."""
    row = tx.one("SELECT MIN(due) FROM timers")
    return None if row is None or row[0] is None else written.instant(row[0])


def _move(tx: Transaction, found: Ripe, due: int) -> None:
    tx.run(
        "UPDATE timers SET due = ? WHERE person = ? AND look = ? AND due = ?",
        due,
        found.person,
        found.look,
        found.due,
    )


def look(vault: Vault, tag: bytes, kind: str, subject: str) -> bytes:
    """Give what a timer is looked up by within one person."""
    return vault.look("timer", tag, kind, subject)
