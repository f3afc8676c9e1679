"""Due timers become turns: many of them in one job, and each by itself where that fails.

Owns how timers share a job's reading and writing. Plain synchronous functions on a `Transaction`;
knows nothing of threads or of when timers are looked for.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from bot.engine.effects import Count, SetTimer, Turn
from bot.events import Due
from bot.flows.library import Library
from bot.ports import Outcome
from bot.store import counters, filed, outbox, people, timers, written
from bot.store.connection import Transaction, of_the_file
from bot.store.people import Person
from bot.store.turns import Desk, Taken, catch_up, mistake, save, think

TOGETHER = 16
"""Timers read and written together. Who is in a hurry waits for no more than these: some 3 ms."""

PLAIN = (Count, SetTimer)
"""What turns want that is written table by table."""

Rung = list[Taken | None]
"""What became of each timer; None where there was nothing to do."""


@dataclass(frozen=True, slots=True)
class Ringer:
    """What every timer of a job needs at hand."""

    desk: Desk
    library: Library
    now: datetime
    rng: random.Random


class _Found(NamedTuple):
    """A due timer and its person's row, as they stand in the database."""

    timer: timers.Ripe
    guard: int
    sealed: bytes
    person: tuple[Any, ...]


class _Thought(NamedTuple):
    """A turn that was taken for a timer, `due` as an event, and is to be written."""

    timer: timers.Ripe
    due: Due
    person: Person
    turn: Turn
    event: bytes


def ring(tx: Transaction, ringer: Ringer, limit: int, hurried: Callable[[], bool]) -> Rung:
    """Claim up to `limit` due timers, the longest due first, and take their turns. Takes some, and
    leaves the rest, where somebody is in a hurry (`hurried`).

    A turn that fails is undone alone, filed, and its timer put off: the person is told nothing,
    since they did not ask just now.
    """
    rung: Rung = []
    while len(rung) < limit:
        found = _find(tx, ringer.now, min(TOGETHER, limit - len(rung)))
        if not found:
            break
        try:
            with _undone_if_it_fails(tx):
                rung += _together(tx, ringer, found)
        except Exception as problem:
            if of_the_file(problem):
                raise
            rung += [_apart(tx, ringer, one) for one in found]
        if hurried():
            break
    return rung


def _find(tx: Transaction, now: datetime, limit: int) -> list[_Found]:
    """Give due timers, one a person: the turn of the first may change their others."""
    found: dict[int, _Found] = {}
    for look, due, guard, sealed, *person in tx.all(_FIND, written.micros(now), limit):
        ripe = timers.Ripe(person[0], look, due)
        found.setdefault(ripe.person, _Found(ripe, guard, sealed, tuple(person)))
    return list(found.values())


_FIND = (
    f"SELECT t.look, t.due, t.guard, t.sealed, {people.columns('p')}"  # noqa: S608 - our own words
    " FROM timers t JOIN people p ON p.id = t.person WHERE t.due <= ? ORDER BY t.due LIMIT ?"
)


def _apart(tx: Transaction, ringer: Ringer, found: _Found) -> Taken | None:
    """Take one timer's turn by itself; file it and put it off where it fails."""
    try:
        with _undone_if_it_fails(tx):
            return _together(tx, ringer, [found])[0]
    except Exception as problem:
        if of_the_file(problem):
            raise
        timer, (error, _) = found.timer, mistake(problem)
        event = ringer.desk.vault.event("timer", timer.look, str(timer.due))
        filed.failure(tx, event, ringer.now, error)
        timers.failed(tx, timer, ringer.now)
        return None


@contextmanager
def _undone_if_it_fails(tx: Transaction) -> Iterator[None]:
    tx.run("SAVEPOINT ringing")
    try:
        yield
    except Exception:
        tx.run("ROLLBACK TO ringing")
        tx.run("RELEASE ringing")
        raise
    tx.run("RELEASE ringing")


def _together(tx: Transaction, ringer: Ringer, found: list[_Found]) -> Rung:
    """Take the turns of these timers. No other process can: the transaction that read them is the
    one that writes."""
    desk, now = ringer.desk, ringer.now
    rung: Rung = []
    thoughts = []
    for one in found:
        timer, person = one.timer, people.opened(desk.vault, *one.person)
        if not person.reachable and not timers.is_undelivered(desk.vault, person, timer):
            timers.rest(tx, timer, now)
            rung.append(None)
            continue
        catch_up(tx, desk, ringer.library, person, now, ringer.rng)
        due = timers.opened(desk.vault, person, one.guard, one.sealed)
        event = desk.vault.event("timer", person.tag, timer.look, str(timer.due))
        turn = think(tx, desk, ringer.library, person, due, now, ringer.rng)
        if all(isinstance(effect, PLAIN) for effect in turn.effects):
            thoughts.append(_Thought(timer, due, person, turn, event))
        else:
            timers.take_out(tx, [timer])
            rung.append(save(tx, desk, person, turn, event, now, None))
    _write(tx, desk, thoughts, now)
    rung += _sent(tx, desk, thoughts, now)
    return rung


def _write(tx: Transaction, desk: Desk, thoughts: list[_Thought], now: datetime) -> None:
    """Write turns that only count and set timers, table by table. It comes to the same as one after
    the other, since each is another person's."""
    counts: Counter[str] = Counter()
    again, over = [], []
    for one in thoughts:
        itself = None
        for effect in one.turn.effects:
            if isinstance(effect, Count):
                counts[effect.name] += 1
            elif isinstance(effect, SetTimer):
                if (effect.kind, effect.subject) == (one.due.kind, one.due.subject):
                    itself = effect
                else:
                    timers.put(tx, desk.vault, one.person, effect)
        if itself:
            again.append((one.timer, itself))
        else:
            over.append(one.timer)
    timers.set_again(tx, again)
    timers.take_out(tx, over)
    for name, number in counts.items():
        counters.add(tx, name, number, now)
    people.keep_all(tx, desk.vault, [(one.person, one.turn.conversation) for one in thoughts])


def _sent(tx: Transaction, desk: Desk, thoughts: list[_Thought], now: datetime) -> Rung:
    """Put the replies into the outbox, but for people out of reach, and say what became of each."""
    parcels = {
        one.person.id: outbox.Parcel(one.person, one.event, one.turn.replies)
        for one in thoughts
        if one.person.reachable and one.turn.replies
    }
    rows = outbox.put(tx, desk.vault, list(parcels.values()), now) if parcels else {}
    return [
        Taken(
            Outcome(one.turn.verdict, one.turn.notice),
            one.person.id,
            one.person.id in parcels,
            rows=rows.get(one.person.id, ()),
        )
        for one in thoughts
    ]
