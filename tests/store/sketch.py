"""A tiny engine and content to test the store with, and a clock that stands still."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.engine.conversation import Answer, Conversation, Frame
from bot.engine.effects import (
    CancelTimers,
    Count,
    Effect,
    EraseEverything,
    Forget,
    Keep,
    Look,
    Row,
    SetTimer,
    Turn,
    Withdraw,
)
from bot.events import Address, Chose, Commanded, Due, Event, Incoming, Said
from bot.flows.house import House
from bot.flows.library import Library
from bot.ports import Receipt, Verdict
from bot.replies import Choice, Form, Reply, Span, plain
from bot.store.store import Outgoing, Store
from bot.store.turns import Engine

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LIBRARY = Library(flows={}, wordings={}, houses={"en": House("en", "English")})


class Clock:
    """A clock that moves only when told."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def begin(
    platform: str, locale: str, _library: Library, now: datetime, _rng: random.Random
) -> Conversation:
    return Conversation("abcd", language=locale or "en", platform=platform, started=stamp(now))


def take_turn(
    _library: Library,
    conversation: Conversation,
    event: Event,
    now: datetime,
    _rng: random.Random,
) -> Turn:
    """Keep what was said, ask again; each command is one effect."""
    after = copy.deepcopy(conversation)
    after.turn += 1
    asked = conversation.frame.asked if conversation.frame else 0
    after.stack = [Frame("signs", "how-often", asked=after.turn)]
    after.last_contact = stamp(now)
    effects: list[Effect] = []
    words = "Next question"
    match event:
        case Said("raise") | Due("broken"):
            raise ZeroDivisionError("words of a person")
        case Said(text):
            kind, _, text = text.rpartition(": ")
            kept = Keep(kind or "words", "signs", "how-often", after.turn, stamp(now), text, text)
            effects.append(kept)
            after.answers["signs/how-often"] = Answer(text, after.turn, stamp(now))
            words = f"You said {text}"
        case Chose(token):
            effects.append(Keep("tap", "signs", "tap", after.turn, stamp(now), token))
        case Due(kind, subject, guard):
            words = f"It is time: {kind} {subject} {guard}"
            if kind == "daily":
                effects.append(SetTimer(kind, subject, now + timedelta(days=1)))
            elif kind == "last":
                effects.append(CancelTimers(""))
        case Commanded("erase", argument):
            erasing = EraseEverything(messages=argument == "messages")
            return Turn(after, (Reply((Span("All gone"),)),), (erasing,))
        case Commanded("export"):
            return Turn(after, (Reply((Span("?"),)),), (Look("export"),))
        case Commanded("notes", argument):
            return Turn(after, (Reply((Span("?"),)),), (Look("notes", argument),))
        case Commanded(name, argument):
            effects.extend(_commanded(name, argument, after.turn, now))
    question = Reply(
        (Span(words),),
        turn=after.turn,
        form=Form.LIST,
        choices=(Choice(f"abcd.{after.turn}.rarely", "Rarely"),),
    )
    replies = (Reply((Span("Closed"),), edits=asked, turn=after.turn),) if asked else ()
    return Turn(after, (*replies, question), tuple(effects))


def _commanded(name: str, argument: str, turn: int, now: datetime) -> list[Effect]:
    first, *rest = argument.split() or [""]
    match name:
        case "remind":
            due = now + timedelta(minutes=int(rest[1]))
            return [SetTimer(first, rest[0], due, turn)]
        case "cancel":
            return [CancelTimers(first, rest[0] if rest else None)]
        case "forget":
            return [Forget(argument)]
        case "withdraw":
            return [Withdraw("signs", "how-often", int(argument))]
        case "count":
            return [Count(argument)]
    return []


def answer(
    _library: Library,
    turn: Turn,
    look: Look,
    rows: Sequence[Row],
    _now: datetime,
    everything: Mapping[str, Any] | None = None,
) -> Turn:
    if look.what == "export":
        return Turn(turn.conversation, (Reply((Span(json.dumps(everything)),)),))
    found = " | ".join(f"{row.kind} {row.value}" for row in rows if look.argument in row.shown)
    return Turn(turn.conversation, (Reply((Span(found),)),))


def stamp(moment: datetime) -> int:
    return int(moment.timestamp())


ENGINE = Engine(take_turn, begin, answer)


def said(text: str, event: str, account: str = "ada", **more: str) -> Incoming:
    """Make an event of typed words."""
    return Incoming(event, Address("telegram", account, account), Said(text), START, **more)


def gave(name: str, event: str, argument: str = "", account: str = "ada") -> Incoming:
    """Make an event of a command."""
    address = Address("telegram", account, account)
    return Incoming(event, address, Commanded(name, argument), START)


class Play:
    """A store with the sketched engine, for conversations in a test."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock, self.rng = store, clock, random.Random(1)
        self._events = self._messages = 0

    async def take(self, incoming: Incoming):
        return await self.store.turn(incoming, LIBRARY, self.rng)

    async def say(self, text: str, account: str = "ada"):
        self._events += 1
        return await self.take(said(text, f"say-{account}-{self._events}", account))

    async def command(self, name: str, argument: str = "", account: str = "ada"):
        self._events += 1
        return await self.take(gave(name, f"give-{account}-{self._events}", argument, account))

    async def claim(self, limit: int = 500) -> list[int]:
        return await self.store.claim(LIBRARY, self.rng, limit)

    async def deliver(self, person: int) -> list[Outgoing]:
        """Deliver everything that waits for a person; the n-th message has the reference `m<n>`."""
        sent: list[Outgoing] = []
        while waiting := await self.store.outgoing(person):
            for one in waiting:
                self._messages += 1
                await self.store.delivered(one, Receipt(f"m{self._messages}"))
                sent.append(one)
        return sent

    async def texts(self, person: int) -> list[str]:
        """Deliver everything that waits for a person, and give its words."""
        return [plain(one.delivery.reply.text) for one in await self.deliver(person)]


async def open_store(folder, clock: Clock | None = None, **more) -> Store:
    """Open (or make) the database of a folder."""
    return await Store.open(
        f"sqlite:///{folder / 'ajar.db'}",
        key=more.pop("key", None),
        now=clock or Clock(),
        engine=more.pop("engine", ENGINE),
        **more,
    )


HANDLED, REPEATED = Verdict.HANDLED, Verdict.REPEATED
