"""A database full of people, built fast, to measure the store on.

Owns how the crowd is made. Everybody stands at the same question of the first flow, reached by
playing the real content; their rows are as large and as sealed as real ones.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.engine import conversation as talk
from bot.engine.conversation import Consent
from bot.engine.effects import Keep
from bot.events import Address, Chose, Event
from bot.flows.library import Library
from bot.flows.loading import load
from bot.store import notebook, opening, people, timers, written
from bot.store.vault import Vault
from bot.testing import START, Player

CONTENT = Path(__file__).parents[1] / "content"
KEY = "00" * 32
NOW = START
TAG = b"\0" * people.TAG_BYTES
"""The crowd shares one tag: each box is then sealed once and not a million times; opening one costs
the same."""


@dataclass(frozen=True, slots=True)
class Template:
    """A person in the middle of the first flow: their conversation, the tap that comes next, and
    the follow-up that some flow sets."""

    library: Library
    conversation: talk.Conversation
    tap: Event
    subject: str


def template() -> Template:
    """Play the real content up to the second question of the first flow."""
    library = load(CONTENT)
    player = Player(library).open_flow("signs")
    player.talk.consent = Consent("words", "1", int(START.timestamp()))
    for _ in range(2):
        asked = next(reply for reply in reversed(player.seen) if reply.choices)
        tap = Chose(asked.choices[0].token)
        before = player.talk
        player.happens(tap)
    subject = next(
        f"{flow.id}/{step.check_in.step}"
        for flow in library.flows.values()
        for step in flow.steps.values()
        if step.check_in
    )
    return Template(library, before, tap, subject)


def account(number: int) -> str:
    """Give the account of the n-th of the crowd: as long as a real one."""
    return str(5_000_000_000 + number)


def address(number: int) -> Address:
    """Give where the n-th of the crowd is reached."""
    return Address("telegram", account(number), account(number))


def build(path: Path, persons: int, answers: int, due: int) -> None:
    """Make a database with so many persons, answers and timers in all.

    The timers are spread over a day from `NOW` on, one a person, the first `due` persons' being
    spread over the others: persons and instants have nothing to do with each other.
    """
    opened = opening.prepare(path, KEY, lambda _: None)
    connection, vault = opened.connection, opened.vault
    connection.execute("PRAGMA synchronous = OFF")  # a crowd that is lost is built again
    connection.execute("PRAGMA cache_size = -200000")
    made = template()
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO people (look, tag, platform, address, conversation, contact, waiting)"
        " VALUES (?, ?, 'telegram', ?, ?, ?, 1)",
        _people(vault, made, persons),
    )
    connection.executemany(
        "INSERT INTO notebook (person, look, expires, sealed) VALUES (?, ?, NULL, ?)",
        _answers(vault, persons, answers),
    )
    connection.executemany(
        "INSERT INTO timers (person, look, due, guard, sealed) VALUES (?, ?, ?, 0, ?)",
        _timers(vault, made, persons, due),
    )
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _close(connection)


def _close(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    connection.close()


def _people(vault: Vault, made: Template, persons: int) -> Iterator[tuple[object, ...]]:
    box = vault.seal(talk.save(made.conversation), TAG, people.CONVERSATION)
    hour = people.hour_of(NOW)
    for number in range(persons):
        where = vault.seal(written.address_out(address(number)), TAG, people.ADDRESS)
        yield people.look(vault, address(number)), TAG, where, box, hour


def _answers(vault: Vault, persons: int, answers: int) -> Iterator[tuple[object, ...]]:
    kept = Keep("words", "signs", "noticed", 1, 0, "We spoke for a while, and I did not leave.")
    row = written.row_out(notebook.as_row(kept))
    box = vault.seal(row, TAG, notebook.ROW)
    each = answers // persons if persons else 0
    for person in range(1, persons + 1):
        for n in range(each):
            yield person, vault.look("row", TAG, str(n))[: notebook.ID_BYTES], box


def _timers(vault: Vault, made: Template, persons: int, due: int) -> Iterator[tuple[object, ...]]:
    box = vault.seal(written.pack(["follow-up", made.subject]), TAG, timers.TIMER)
    look = vault.look("timer", TAG, "follow-up", made.subject)
    start, day = written.micros(NOW), timedelta(days=1) // timedelta(microseconds=1)
    step = 7919  # a prime: neighbours in time are far apart as rows
    for n in range(due):
        person = n * step % persons + 1
        yield person, look, start + n * day // max(due, 1), box
