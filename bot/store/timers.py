"""Timers: rows found by their instant, one a person, kind and subject.

Owns the table `timers`. Knows nothing of what a timer is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine import unseen
from bot.engine.compact import pack, unpack
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
    """A timer found due. `due` is Unix microseconds."""

    person: int
    look: bytes
    due: int


WOKEN = 500
"""Timers looked at in one step of waking many people."""

WOKEN_PER_SECOND = 200
"""People woken in a second when many are: a fraction of what is worked off, so that reminders that
come due meanwhile are not held up."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far the waking of many has come: the last timer seen, and how many people were woken."""

    due: int
    person: int = 0
    woken: int = 0


def put(tx: Transaction, vault: Vault, person: Person, timer: SetTimer) -> None:
    """Set a timer, in the place of an earlier one of the same kind and subject."""
    put_for(tx, vault, person.id, person.tag, timer)


def put_for(tx: Transaction, vault: Vault, person: int, tag: bytes, timer: SetTimer) -> None:
    """Set a timer for a person who is known by id and tag."""
    tx.run(
        "INSERT INTO timers (person, look, due, guard, sealed) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (person, look) DO UPDATE SET due = excluded.due, guard = excluded.guard,"
        " failures = 0, sealed = excluded.sealed",
        person,
        look(vault, tag, timer.kind, timer.subject),
        written.micros(timer.due),
        timer.guard,
        vault.seal(pack([timer.kind, timer.subject]), tag, TIMER),
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
            if unpack(vault.open(box, person.tag, TIMER))[0] == which.kind:
                tx.run("DELETE FROM timers WHERE person = ? AND look = ?", person.id, one)


def opened(vault: Vault, person: Person, guard: int, box: bytes) -> Due:
    """Open a due timer: give the event it stands for."""
    kind, subject = unpack(vault.open(box, person.tag, TIMER))
    return Due(kind, subject, guard)


def take_out(tx: Transaction, found: Sequence[Ripe]) -> None:
    """Take due timers out."""
    rows = [(one.person, one.look) for one in found]
    tx.many("DELETE FROM timers WHERE person = ? AND look = ?", rows)


def set_again(tx: Transaction, found: Sequence[tuple[Ripe, SetTimer]]) -> None:
    """Set due timers anew, each of the kind and subject it had."""
    rows = [(written.micros(to.due), to.guard, one.person, one.look) for one, to in found]
    tx.many(
        "UPDATE timers SET due = ?, guard = ?, failures = 0 WHERE person = ? AND look = ?", rows
    )


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


def undelivered(tx: Transaction, vault: Vault, person: int, tag: bytes, now: datetime) -> None:
    """Let the engine know that a reminder to this person was let go on its way."""
    put_for(tx, vault, person, tag, SetTimer(unseen.UNDELIVERED, "", now))


def take_undelivered(tx: Transaction, vault: Vault, person: Person) -> bool:
    """Take out the timer that `undelivered` set, if it is there; say whether it was."""
    one = look(vault, person.tag, unseen.UNDELIVERED, "")
    return tx.run("DELETE FROM timers WHERE person = ? AND look = ?", person.id, one) > 0


def is_undelivered(vault: Vault, person: Person, found: Ripe) -> bool:
    """Whether this is the timer that `undelivered` sets: it is for our book, not for the person, so
    that it comes due for somebody out of reach as well."""
    return found.look == look(vault, person.tag, unseen.UNDELIVERED, "")


def wake(
    tx: Transaction, vault: Vault, kind: str, place: Place, now: datetime, limit: int = WOKEN
) -> Place | None:
    """Set a timer of this kind for the next people who have another one later than `place`, the
    earliest first; give the place to go on from, or None at the end."""
    rows = tx.all(
        "SELECT t.due, t.person, p.tag, t.look FROM timers t JOIN people p ON p.id = t.person"
        " WHERE (t.due, t.person) > (?, ?) ORDER BY t.due, t.person LIMIT ?",
        place.due,
        place.person,
        limit,
    )
    people = dict.fromkeys(
        (person, tag) for _, person, tag, one in rows if one != look(vault, tag, kind, "")
    )
    for n, (person, tag) in enumerate(people, place.woken + 1):
        at = now + timedelta(seconds=n / WOKEN_PER_SECOND)
        put_for(tx, vault, person, tag, SetTimer(kind, "", at))
    if not rows:
        return None
    return Place(rows[-1][0], rows[-1][1], place.woken + len(people))


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
