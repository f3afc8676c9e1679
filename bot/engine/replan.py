"""What is planned after something changed: a choice, a zone, an answer, a snooze.

Owns which planned items stay, move or go, so that the next time shown is the next time sent. Knows
nothing of timers: the caller sets one for each planned item at its `wake`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.engine.decide import LATEST
from bot.engine.due import (
    LOW_REST,
    awake,
    date_of,
    is_low,
    minutes,
    next_due,
    placed,
    wall_clock,
)
from bot.engine.local_time import local_date, local_minute
from bot.engine.schedule import RECURRING, Item, Kind, Memory, Schedule, key

MOST_SNOOZES = 3
"""How often one reminder can be put off."""

EVENING = 20 * 60
"""The minute that `this evening` means."""


class Snooze(StrEnum):
    """How long to put a reminder off."""

    HALF_HOUR = "30m"
    TWO_HOURS = "2h"
    EVENING = "evening"
    TOMORROW = "tomorrow"


def replanned(
    schedule: Schedule, memory: Memory, now: datetime, before: Schedule | None = None
) -> Memory:
    """Plan every kind anew from `now`.

    What the person put off, what is held back for a moment and what is due this very minute stays.
    Follow-ups keep their time on the wall, wherever the person is and whatever the rules there.
    `before` is the schedule that all this was planned under.
    """
    planned: dict[str, Item] = {}
    for kind in RECURRING:
        old = memory.planned.get(key(kind))
        if old is not None and old.snoozes:
            old = _put_off_here(schedule, old)
        if old is not None and _stays(schedule, memory, old, now, before or schedule):
            planned[key(kind)] = old
            continue
        found = next_due(schedule, memory, kind, now)
        if found is not None:
            planned[key(kind)] = found
    for name, item in memory.planned.items():
        if item.kind is Kind.FOLLOW_UP:
            planned[name] = carried(schedule, item, now, before)
    return replace(memory, planned=planned)


def snoozed(
    schedule: Schedule, memory: Memory, kind: Kind, how: Snooze, now: datetime
) -> Item | None:
    """Put off the reminder of this kind that was sent last; None where it cannot be put off again.

    Past the quiet hours it becomes the next morning's, and takes the place of that date's own. A
    nudge waits for the end of its rest after a hard answer.
    """
    last = memory.last.get(kind)
    where = schedule.zone_at(now)
    if last is None or where is None or last.item.snoozes >= MOST_SNOOZES:
        return None
    item = replace(last.item, snoozes=last.item.snoozes + 1, held=None)
    today = date_of(schedule, now)
    if how is Snooze.TOMORROW:
        tomorrow = today + timedelta(days=1)
        of_day = minutes(schedule, kind, tomorrow)
        at = wall_clock(schedule, tomorrow, of_day[0] if of_day else local_minute(where, last.at))
    elif how is Snooze.EVENING:
        at = max(wall_clock(schedule, today, EVENING), now + timedelta(minutes=30))
    else:
        at = now + timedelta(minutes=30 if how is Snooze.HALF_HOUR else 120)
    if memory.low is not None and is_low(memory, kind, at):
        at = memory.low + LOW_REST
    at = awake(schedule, at)
    found = placed(schedule, item, at)
    return replace(found, slot=item.slot if found.day == item.day else 0)


def carried(schedule: Schedule, item: Item, now: datetime, before: Schedule | None = None) -> Item:
    """Give a follow-up the instant at which clocks show its time where the person is now; where
    that is over there, the one of the next date."""
    new, old = schedule.zone_at(item.due), (before or schedule).zone_at(item.due)
    if new is None or old is None:
        return item
    minute = local_minute(old, item.due) if item.minute is None else item.minute
    if (local_date(new, item.due), local_minute(new, item.due)) == (item.day, minute):
        return replace(item, minute=minute)
    at, today = now, date_of(schedule, now)
    for day in (item.day, *(today + timedelta(days=n) for n in range(3))):
        at = awake(schedule, wall_clock(schedule, day, minute))
        if at > now:
            break
    return placed(schedule, item, at)


def put_off(memory: Memory, item: Item) -> Memory:
    """Plan a snoozed item in place of whatever was planned for its kind."""
    return replace(memory, planned={**memory.planned, key(item.kind, item.subject): item})


def upcoming(memory: Memory) -> Item | None:
    """Give the next item of all, or None."""
    return min(memory.planned.values(), key=lambda item: item.wake, default=None)


def _stays(schedule: Schedule, memory: Memory, item: Item, now: datetime, before: Schedule) -> bool:
    rhythm = schedule.rhythm(item.kind)
    let_be, last = memory.let_be.get(item.kind), memory.last.get(item.kind)
    if rhythm is None or (let_be is not None and item.day <= let_be):
        return False
    if last is not None and item.order <= last.item.order:
        return False
    if is_low(memory, item.kind, max(item.wake, now)):
        return False
    if item.snoozes:
        return not schedule.paused(item.day)
    same_place = before.zone_at(now) is schedule.zone_at(now)
    same_choice = before.kinds.get(item.kind) == rhythm and not schedule.paused(item.day)
    return same_place and same_choice and item.due <= now <= item.due + LATEST


def _put_off_here(schedule: Schedule, item: Item) -> Item:
    """Give what was put off the date it has where the person is now, outside the quiet hours
    there."""
    at = awake(schedule, item.due)
    day = date_of(schedule, at)
    if (at, day) == (item.due, item.day):
        return item
    return replace(item, due=at, day=day, slot=item.slot if day == item.day else 0)
