"""One turn, exactly once: the transaction from an event to its committed replies.

Owns the order of things inside that transaction. Plain synchronous functions on a `Transaction`;
knows nothing of threads, commits or platforms.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.engine import unseen
from bot.engine.conversation import Conversation
from bot.engine.effects import (
    CancelTimers,
    Count,
    EraseEverything,
    Forget,
    Keep,
    Look,
    Row,
    SetTimer,
    Turn,
    Withdraw,
)
from bot.engine.notebook import answer
from bot.engine.turn import begin, take_own_turn
from bot.events import Chose, Due, Event, Incoming, Left, Returned
from bot.flows.library import MASTER, Library
from bot.ports import Outcome, Verdict
from bot.replies import Reply, Span
from bot.store import (
    counters,
    erase,
    export,
    filed,
    notebook,
    outbox,
    people,
    references,
    timers,
)
from bot.store.connection import Transaction
from bot.store.people import Person
from bot.store.vault import Vault

TakeTurn = Callable[[Library, Conversation, Event, datetime, random.Random], Turn]
Begin = Callable[[str, str, Library, datetime, random.Random], Conversation]
Copy = Mapping[str, Any]
Answer = Callable[[Library, Turn, Look, Sequence[Row], datetime, Copy | None], Turn]


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine's three ways in, as values, so that a test may hand in its own. `take_turn` gets a
    conversation that was just loaded, and may change it in place."""

    take_turn: TakeTurn
    begin: Begin
    answer: Answer


ENGINE = Engine(take_own_turn, begin, answer)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an event. `person` is the lane to wake when `sends`; `tombstone` is set when
    the turn erased the person. `rows` are the replies, where they are the lane's first."""

    outcome: Outcome
    person: int | None = None
    sends: bool = False
    tombstone: bytes | None = None
    rows: tuple[outbox.Outgoing, ...] = field(default=(), repr=False)


class TurnFailed(Exception):
    """The engine raised: our mistake. `language` is the person's, for the apology."""

    def __init__(self, language: str) -> None:
        super().__init__("The engine could not take this turn.")
        self.language = language


@dataclass(frozen=True, slots=True)
class Desk:
    """What every turn needs at hand."""

    vault: Vault
    engine: Engine


def take(
    tx: Transaction,
    desk: Desk,
    library: Library,
    incoming: Incoming,
    now: datetime,
    rng: random.Random,
) -> Taken:
    """Take the turn of an event: file it as seen, load, think, save.

    Raises `TurnFailed` when the engine does; the caller then undoes everything and calls `fail`.
    """
    event_id = event_hash(desk.vault, incoming)
    if not filed.first_time(tx, event_id, now):
        return Taken(Outcome(Verdict.REPEATED))
    person = people.find(tx, desk.vault, incoming.address)
    if person is None:
        match incoming.event:
            case Chose():
                words = library.house(_language(incoming)).phrase("moved-on")
                return Taken(Outcome(Verdict.UNKNOWN, words))
            case Left() | Returned():
                return Taken(Outcome(Verdict.HANDLED))
        person = _stranger(desk, library, incoming, now, rng)
    else:
        catch_up(tx, desk, library, person, now, rng)
    turn = think(tx, desk, library, person, incoming.event, now, rng)
    left = isinstance(incoming.event, Left)
    if person.id:
        people.reach(tx, person, reachable=not left)
        chat = incoming.address.chat
        if chat and chat != person.address.chat:
            people.learn_chat(tx, desk.vault, person, chat)
    contact = None if left else people.hour_of(now)
    return save(tx, desk, person, turn, event_id, now, contact)


def _stranger(
    desk: Desk, library: Library, incoming: Incoming, now: datetime, rng: random.Random
) -> Person:
    try:
        conversation = desk.engine.begin(
            incoming.address.platform, incoming.locale, library, now, rng
        )
    except Exception as problem:
        raise TurnFailed(_language(incoming)) from problem
    return people.stranger(incoming.address, conversation)


def catch_up(
    tx: Transaction,
    desk: Desk,
    library: Library,
    person: Person,
    now: datetime,
    rng: random.Random,
) -> None:
    """Before a turn, let the engine hear of a reminder that never reached this person. Where
    nothing could be sent for a while, the end of its day would else be found first, and a silence
    counted that was ours."""
    if not unseen.awaits(person.conversation):
        return
    if late := outbox.let_go(tx, person.id, now):
        counters.add(tx, "dropped.expired", late, now)
    if timers.take_undelivered(tx, desk.vault, person) or late:
        turn = think(tx, desk, library, person, Due(unseen.UNDELIVERED), now, rng)
        save(tx, desk, person, turn, b"", now, None)


def think(
    tx: Transaction,
    desk: Desk,
    library: Library,
    person: Person,
    event: Event,
    now: datetime,
    rng: random.Random,
) -> Turn:
    """Let the engine take the turn, with the notebook opened where it asks for it."""
    language = person.conversation.language
    try:
        turn = desk.engine.take_turn(library, person.conversation, event, now, rng)
        look = next((effect for effect in turn.effects if isinstance(effect, Look)), None)
        if look is not None:
            rows = notebook.load(tx, desk.vault, person)
            whole = export.everything(tx, desk.vault, person.id) if look.what == "export" else None
            turn = desk.engine.answer(library, turn, look, rows, now, whole)
    except Exception as problem:
        raise TurnFailed(language) from problem
    return turn


def save(
    tx: Transaction,
    desk: Desk,
    person: Person,
    turn: Turn,
    event_id: bytes,
    now: datetime,
    contact: int | None,
) -> Taken:
    """Carry out what a turn asks for. Somebody out of reach is sent nothing."""
    outcome = Outcome(turn.verdict, turn.notice)
    for effect in turn.effects:
        if isinstance(effect, Count):
            counters.add(tx, effect.name, 1, now)
    erasing = next((each for each in turn.effects if isinstance(each, EraseEverything)), None)
    if erasing is not None:
        return _erased(tx, desk, person, turn, erasing, event_id, now)
    people.keep(tx, desk.vault, person, turn.conversation, contact=contact)
    for effect in turn.effects:
        match effect:
            case Keep():
                notebook.keep(tx, desk.vault, person, effect)
            case Withdraw():
                notebook.withdraw(tx, desk.vault, person, effect)
            case Forget():
                notebook.forget(tx, desk.vault, person, effect.what)
            case SetTimer():
                timers.put(tx, desk.vault, person, effect)
            case CancelTimers():
                timers.cancel(tx, desk.vault, person, effect)
    replies = turn.replies if person.reachable else ()
    rows = {}
    if replies:
        rows = outbox.put(tx, desk.vault, [outbox.Parcel(person, event_id, replies)], now)
    return Taken(outcome, person.id, bool(replies), rows=rows.get(person.id, ()))


def _erased(
    tx: Transaction,
    desk: Desk,
    person: Person,
    turn: Turn,
    erasing: EraseEverything,
    event_id: bytes,
    now: datetime,
) -> Taken:
    """Erase the person; their last replies, and what is to be deleted there, stand on their own."""
    vault, mark = desk.vault, None
    portions: list[tuple[str, ...]] = []
    if person.id:
        if erasing.messages:
            portions = references.newest(tx, vault, person.id, person.tag, now)
        mark = erase.erase(tx, vault, person.id, person.tag, now)
    replies = (*turn.replies, *(Reply((), deletes=messages) for messages in portions))
    lane = outbox.put_alone(tx, vault, person.id, person.address, event_id, replies, now)
    return Taken(Outcome(turn.verdict, turn.notice), lane, bool(replies), mark)


def fail(
    tx: Transaction,
    desk: Desk,
    library: Library,
    incoming: Incoming,
    now: datetime,
    error: str,
    language: str,
) -> Taken:
    """File an event whose turn could not be taken, and tell the person that their place is kept.

    `error` is the name of the exception's class: nothing else of it is kept.
    """
    event_id = event_hash(desk.vault, incoming)
    if not filed.first_time(tx, event_id, now):
        return Taken(Outcome(Verdict.REPEATED))
    filed.failure(tx, event_id, now, error)
    language = language or _language(incoming)
    words = library.house(language).phrase("kept-safe")
    apology = [Reply((Span(words),), language=language)]
    row = tx.one("SELECT id FROM people WHERE look = ?", people.look(desk.vault, incoming.address))
    lane = outbox.put_alone(
        tx, desk.vault, row[0] if row else 0, incoming.address, event_id, apology, now
    )
    return Taken(Outcome(Verdict.FAILED), lane, sends=True)


def event_hash(vault: Vault, incoming: Incoming) -> bytes:
    """Give the hash an event is filed under."""
    return vault.event("event", incoming.address.platform, incoming.event_id)


def _language(incoming: Incoming) -> str:
    return incoming.locale.lower().replace("_", "-").partition("-")[0] or MASTER


def mistake(problem: Exception) -> tuple[str, str]:
    """Give the class of our mistake, and the person's language where it is known."""
    if isinstance(problem, TurnFailed):
        return type(problem.__cause__ or problem).__name__, problem.language
    return type(problem).__name__, ""
