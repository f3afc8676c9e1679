"""A person's schedule and its memory within one turn: opened, changed, written back with timers.

Owns where they are kept (the setting `reminders`) and that every planned item has its timer. Knows
nothing of messages or panels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine import schedule_codec, silence
from bot.engine.decide import LATEST
from bot.engine.due import follow_up
from bot.engine.effects import CancelTimers, SetTimer
from bot.engine.local_time import rules_version
from bot.engine.replan import replanned
from bot.engine.scene import Scene
from bot.engine.schedule import Item, Kind, Memory, Rhythm, Schedule, Wanted, key
from bot.flows.model import CheckIn

SETTING = "reminders"
ZONE = "zone"
"""The setting with the name of the zone that holds now, for whoever only needs the clock."""

PARTS: Mapping[str, int] = {"morning": 9 * 60, "midday": 12 * 60 + 30, "evening": 19 * 60}
"""The minute meant by a part of the day, on the person's own clock."""


RULES = "rules"
"""Beside the book: the version of the tz database it was planned under."""


@dataclass(frozen=True, slots=True)
class Book:
    """What was chosen, and what is remembered."""

    schedule: Schedule
    memory: Memory

    def chosen(self, schedule: Schedule) -> Book:
        """Give the book with another choice."""
        return Book(schedule, self.memory)

    def remembering(self, memory: Memory) -> Book:
        """Give the book with another memory."""
        return Book(self.schedule, memory)


def has_book(scene: Scene) -> bool:
    """Whether anything about reminders was ever kept for this person."""
    return SETTING in scene.talk.settings


def open_book(scene: Scene) -> Book:
    """Open the person's book; a new one gets its seed drawn."""
    known = scene.memo.get(SETTING)
    if isinstance(known, Book):
        return known
    kept = scene.talk.settings.get(SETTING)
    if kept is None:
        book = Book(Schedule(seed=f"{scene.rng.getrandbits(64):016x}"), Memory())
    else:
        book = Book(*schedule_codec.read(kept))
    scene.memo[SETTING] = book
    return book


def keep_book(scene: Scene, book: Book, *, plan: bool = True) -> Book:
    """Write the book back, planned anew (unless `plan` is False), with its timers set to match."""
    old = open_book(scene) if has_book(scene) else None
    if plan:
        before = old.schedule if old else None
        book = book.remembering(replanned(book.schedule, book.memory, scene.now, before))
    _set_timers(scene, old.memory.planned if old else {}, book.memory.planned)
    written = schedule_codec.write(book.schedule, book.memory)
    scene.talk.settings[SETTING] = {**written, RULES: rules_version()}
    scene.memo[SETTING] = book
    where = book.schedule.zone_at(scene.now)
    if where is not None:
        scene.talk.settings[ZONE] = where.key
    return book


def zone_now(scene: Scene) -> ZoneInfo | None:
    """Give the zone the person lives by at this moment, if they confirmed one."""
    return open_book(scene).schedule.zone_at(scene.now) if has_book(scene) else None


def heard(scene: Scene) -> None:
    """Note that the person wrote or tapped: nothing is unanswered any more."""
    if not has_book(scene):
        return
    book = open_book(scene)
    memory = silence.contact(silence.settle(book.schedule, book.memory, scene.now))
    if memory != book.memory or rules_changed(scene) or _overdue(memory, scene.now):
        book = keep_book(scene, book.remembering(memory))
    for item in book.memory.planned.values():
        if item.wake < scene.now:  # its timer may have been put off while nothing could be sent
            scene.effects.append(SetTimer(str(item.kind), item.subject, scene.now))


def rules_changed(scene: Scene) -> bool:
    """Whether the tz database has changed since this person's times were planned."""
    return bool(scene.talk.settings[SETTING].get(RULES) != rules_version())


def out_of_reach(scene: Scene) -> None:
    """Note that the person cannot be reached: that is no silence of theirs."""
    if has_book(scene):
        book = open_book(scene)
        keep_book(scene, book.remembering(silence.lost(book.memory)), plan=False)


def ask_later(scene: Scene, flow: str, wish: CheckIn) -> None:
    """Plan a follow-up that a flow promised. Without a confirmed zone the wish is kept until there
    is one; the turn asks for it when the flow is through."""
    book = open_book(scene)
    minute = PARTS.get(wish.part, -1)
    wanted = Wanted(scene.now, wish.days, wish.hours, minute)
    subject = f"{flow}/{wish.step}"
    rhythm = book.schedule.kinds.get(Kind.FOLLOW_UP)
    schedule = book.schedule
    if rhythm is None:
        kinds = {**schedule.kinds, Kind.FOLLOW_UP: Rhythm((), scene.now)}
        schedule = replace(schedule, kinds=kinds)
    memory = replace(book.memory, wanted={**book.memory.wanted, subject: wanted})
    keep_book(scene, with_wishes(Book(schedule, memory), scene.now))


def with_wishes(book: Book, now: datetime) -> Book:
    """Plan the follow-ups that waited, once a zone is confirmed and follow-ups are on."""
    schedule, memory = book.schedule, book.memory
    if schedule.zone_at(now) is None or schedule.rhythm(Kind.FOLLOW_UP) is None:
        return book
    planned = dict(memory.planned)
    for subject, wish in memory.wanted.items():
        item = follow_up(
            schedule, subject, wish.since, days=wish.days, hours=wish.hours, minute=wish.minute
        )
        if item is not None:
            planned[key(Kind.FOLLOW_UP, subject)] = item
    return book.remembering(replace(memory, planned=planned, wanted={}))


def _overdue(memory: Memory, now: datetime) -> bool:
    """Whether something planned was let pass, because the person could not be reached then."""
    return any(now - item.wake > LATEST for item in memory.planned.values())


def _set_timers(scene: Scene, old: Mapping[str, Item], new: Mapping[str, Item]) -> None:
    for name, item in old.items():
        if name not in new:
            scene.effects.append(CancelTimers(str(item.kind), item.subject))
    for name, item in new.items():
        before = old.get(name)
        if before is None or before.wake != item.wake:
            scene.effects.append(SetTimer(str(item.kind), item.subject, item.wake))
