"""A database full of people, built fast, to measure the store on.

Owns how the crowd is made. Everybody stands at the same question of the first flow, reached by
playing the real content; their rows are as large and as sealed as real ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.engine import conversation as talk
from bot.engine.conversation import Consent
from bot.engine.effects import Keep, SetTimer
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
    """What everybody of a crowd is like: their conversation, the tap that comes next, and the
    reminder they have set, if any."""

    library: Library
    conversation: talk.Conversation
    tap: Event | None = None
    timer: SetTimer | None = None


def answering() -> Template:
    """Play the real content up to the second question of the first flow."""
    player = Player(load(CONTENT)).open_flow("signs")
    player.talk.consent = Consent("words", "1", int(START.timestamp()))
    player.happens(_first_choice(player))
    return Template(player.library, player.talk, _first_choice(player))


def reminded() -> Template:
    """Play setting up a daily check-in."""
    player = Player(load(CONTENT)).open_flow("signs")
    player.send("/reminders").tap("In the morning (09:00)").send("Lisbon").tap("Yes, that's right")
    (timer,) = player.timers.values()
    return Template(player.library, player.talk, timer=timer)


def _first_choice(player: Player) -> Event:
    asked = next(reply for reply in reversed(player.seen) if reply.choices)
    return Chose(asked.choices[0].token)


def account(number: int) -> str:
    """Give the account of the n-th of the crowd: as long as a real one."""
    return str(5_000_000_000 + number)


def address(number: int) -> Address:
    """Give where the n-th of the crowd is reached."""
    return Address("telegram", account(number), account(number))


def build(path: Path, made: Template, persons: int, answers: int = 0) -> None:
    """Make a database with so many persons and, in all, so many answers.

    With a reminder in the template each person has a timer. What would be due in a minute, were
    they spread over a day, comes due in a second each: the engine would let very late ones go.
    Persons and instants have nothing to do with each other.
    """
    opened = opening.prepare(path, KEY, print)
    connection, vault = opened.connection, opened.vault
    connection.execute("PRAGMA synchronous = OFF")  # a crowd that is lost is built again
    connection.execute("PRAGMA cache_size = -200000")
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
    if made.timer:
        connection.executemany(
            "INSERT INTO timers (person, look, due, guard, sealed) VALUES (?, ?, ?, 0, ?)",
            _timers(vault, made.timer, persons),
        )
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    settle(path)


def settle(path: Path) -> None:
    """Wait until a file is on the disk: what is measured next must not wait for it."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


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


def _timers(vault: Vault, timer: SetTimer, persons: int) -> Iterator[tuple[object, ...]]:
    box = vault.seal(written.pack([timer.kind, timer.subject]), TAG, timers.TIMER)
    look = timers.look(vault, TAG, timer.kind, timer.subject)
    start, day = written.micros(timer.due), timedelta(days=1) // timedelta(minutes=1)
    step = 7919  # a prime: neighbours in time are far apart as rows
    for n in range(persons):
        yield n * step % persons + 1, look, start + n * day * 1_000_000 // persons, box
