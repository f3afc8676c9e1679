"""When the next reminder is due.

Owns slots, draws, chosen days and changes of zone. Everything is reckoned by local date, never by
adding 24 hours. Knows nothing of whether a due reminder is then sent (`decide`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from bot.engine.local_time import closing, instant, local_date, local_minute
from bot.engine.schedule import (
    MOST_DAYS,
    Item,
    Kind,
    Memory,
    Rhythm,
    Schedule,
    Sent,
)
from bot.engine.silence import Stage, leading, spacing, stage

APART = timedelta(hours=8)
"""A change of zone never brings two of a kind closer than this."""

LOW_REST = timedelta(hours=24)
"""After a hard answer, no cheerful nudge for this long."""

AGAIN_AFTER = timedelta(hours=3)
"""How long after an unanswered ask the one second ask comes, where it was chosen."""

HORIZON = 2 * MOST_DAYS + 8
"""Dates to look ahead from the first possible one; any rhythm has an occurrence within."""


def minutes(schedule: Schedule, kind: Kind, day: date) -> tuple[int, ...]:
    """Give the minutes of a date's slots, drawn where a slot is a window.

    The draw depends on the seed, the kind, the date and the slot alone: it stands before it is
    needed and a restart cannot change it.
    """
    rhythm = schedule.rhythm(kind)
    chosen: list[int] = []
    for number, slot in enumerate(rhythm.slots if rhythm else ()):
        if slot.exact:
            chosen.append(slot.opens)
            continue
        opens = max(slot.opens, chosen[-1] + rhythm.gap) if chosen and rhythm else slot.opens
        drawn = sha256(f"{schedule.seed} {kind} {day} {number}".encode()).digest()
        chosen.append(opens + int.from_bytes(drawn[:8]) % (slot.closes - opens + 1))
    return tuple(chosen)


def next_due(schedule: Schedule, memory: Memory, kind: Kind, after: datetime) -> Item | None:
    """Give the next reminder of a recurring kind due later than `after`, or None if none will be.

    That is: switched on, on a chosen date and slot, not while paused, as rarely as silence asks
    for, never at or before the last one sent, never twice on a local date because the zone or the
    rhythm changed, never within eight hours of the last because the zone changed, and no nudge
    within a day of a hard answer.
    """
    rhythm = schedule.rhythm(kind)
    if rhythm is None or schedule.zone_at(after) is None or rests(schedule, memory, kind):
        return None
    if schedule.pause is not None and schedule.pause.until is None:
        return None
    last = memory.last.get(kind)
    after = max(after, rhythm.since, last.at if last else after)
    for day in _days(schedule, memory, kind, rhythm, after):
        for found in _on(schedule, memory, kind, day):
            crowded = too_soon(schedule, memory, found, found.due)
            if found.due > after and not crowded and not is_low(memory, kind, found.due):
                return found
    return None


def follow_up(
    schedule: Schedule,
    subject: str,
    now: datetime,
    *,
    days: int = 0,
    hours: int = 0,
    minute: int = -1,
) -> Item | None:
    """Plan a follow-up `days` whole local dates ahead (at `minute`, or at this time of day) or
    `hours` from now, moved out of quiet hours. None while no zone is confirmed."""
    where = schedule.zone_at(now)
    if where is None:
        return None
    if hours:
        at = _whole_minute(now + timedelta(hours=hours))
    else:
        day = local_date(where, now) + timedelta(days=days)
        at = wall_clock(schedule, day, local_minute(where, now) if minute < 0 else minute)
    at = awake(schedule, at)
    return placed(schedule, Item(Kind.FOLLOW_UP, at, date_of(schedule, at), subject=subject), at)


def placed(schedule: Schedule, item: Item, at: datetime) -> Item:
    """Give an item at another instant, with what calendar and clock on the wall show then."""
    where = schedule.zone_at(at)
    minute = local_minute(where, at) if where and item.kind is Kind.FOLLOW_UP else None
    return replace(item, due=at, day=date_of(schedule, at), held=None, minute=minute)


def awake(schedule: Schedule, at: datetime) -> datetime:
    """Give this instant, or the end of the quiet hours it falls into."""
    where = schedule.zone_at(at)
    if where is None or not schedule.quiet.covers(local_minute(where, at)):
        return at
    day = local_date(where, at)
    if local_minute(where, at) >= schedule.quiet.start:
        day += timedelta(days=1)
    return wall_clock(schedule, day, schedule.quiet.end)


def bedtime(schedule: Schedule, at: datetime) -> datetime:
    """Give the instant at which the quiet hours of a date begin: nothing goes out after it."""
    return wall_clock(schedule, date_of(schedule, at), schedule.quiet.start)


def is_open(schedule: Schedule, day: date, now: datetime) -> bool:
    """Whether a check-in of this local date can still be answered: until 03:00 of the next."""
    where = schedule.zone_on(day)
    return where is not None and now < closing(where, day)


def rests(schedule: Schedule, memory: Memory, kind: Kind) -> bool:
    """Whether silence keeps this kind back altogether: while it thins out, only the leading one
    goes on."""
    now_at = stage(memory)
    return now_at is Stage.CLOSED or (now_at is not Stage.CHOSEN and leading(schedule) is not kind)


def is_low(memory: Memory, kind: Kind, at: datetime) -> bool:
    """Whether a hard answer keeps this kind back at an instant."""
    return kind is Kind.NUDGE and memory.low is not None and at - memory.low < LOW_REST


def _days(
    schedule: Schedule, memory: Memory, kind: Kind, rhythm: Rhythm, after: datetime
) -> Iterator[date]:
    """Give the chosen dates from the first possible one on, as rarely as silence asks for."""
    zones = {schedule.zone_at(after), schedule.zone_on(date.max)}
    first = min([local_date(where, after) for where in zones if where]) - timedelta(days=1)
    if schedule.pause is not None and schedule.pause.until is not None:
        first = max(first, schedule.pause.until)
    let_be, last = memory.let_be.get(kind), memory.last.get(kind)
    if let_be is not None:
        first = max(first, let_be + timedelta(days=1))
    if last is not None:
        first = max(first, last.item.day)
    candidates = (first + timedelta(days=n) for n in range(HORIZON))
    return (day for day in candidates if rhythm.includes(day) and not too_often(memory, kind, day))


def too_often(memory: Memory, kind: Kind, day: date) -> bool:
    """Whether silence asks for a longer rest before this date, or for no second ask on it."""
    last = memory.last.get(kind)
    if last is None:
        return False
    if day == last.item.day:
        return stage(memory) is not Stage.CHOSEN
    return (day - last.item.day).days < spacing(memory)


def _on(schedule: Schedule, memory: Memory, kind: Kind, day: date) -> list[Item]:
    """Give what may still come of a kind on one date, in order."""
    where = schedule.zone_on(day)
    if where is None:
        return []
    found = []
    for slot, minute in _slots_to_come(schedule, memory.last.get(kind), kind, day):
        at = instant(where, day, max(minute, schedule.quiet.end))
        if at is None or schedule.is_quiet(at) or schedule.zone_at(at) is not where:
            continue
        found.append(Item(kind, at, day, slot))
    again = _second_ask(schedule, memory, kind, day)
    return [*found, again] if again else found


def _slots_to_come(
    schedule: Schedule, last: Sent | None, kind: Kind, day: date
) -> Sequence[tuple[int, int]]:
    """Give the slots of a date after the last one sent, with their minutes. Where none is left,
    nothing is drawn."""
    rhythm, sent = schedule.rhythm(kind), 0
    if rhythm is None or (last is not None and day < last.item.day):
        return ()
    if last is not None and day == last.item.day:
        sent = last.item.slot + 1
    return tuple(enumerate(minutes(schedule, kind, day)))[sent:] if sent < len(rhythm.slots) else ()


def _second_ask(schedule: Schedule, memory: Memory, kind: Kind, day: date) -> Item | None:
    """Give the one gentle second ask, where it was chosen and nothing came back that day."""
    rhythm, last = schedule.rhythm(kind), memory.last.get(kind)
    if kind is not Kind.CHECK_IN or not schedule.again or rhythm is None or last is None:
        return None
    if len(rhythm.slots) != 1 or last.item.order[:2] != (day, 0) or memory.asked != day:
        return None
    at = _whole_minute(last.at + AGAIN_AFTER)
    if schedule.is_quiet(at) or date_of(schedule, at) != day:
        return None
    return Item(kind, at, day, slot=1)


def too_soon(schedule: Schedule, memory: Memory, item: Item, at: datetime) -> bool:
    """Whether a change of zone would bring two of a kind onto one date or within eight hours."""
    last, where = memory.last.get(item.kind), schedule.zone_on(item.day)
    if last is None or where is None or last.zone == where.key:
        return False
    return item.day <= last.item.day or at - last.at < APART


def date_of(schedule: Schedule, at: datetime) -> date:
    """Give the date where the person is (in UTC while that is unknown)."""
    where = schedule.zone_at(at)
    return local_date(where, at) if where else at.astimezone(UTC).date()


def wall_clock(schedule: Schedule, day: date, minute: int) -> datetime:
    """Give the instant of a wall-clock time; a skipped date gives way to the next."""
    for ahead in (day, day + timedelta(days=1)):
        where = schedule.zone_on(ahead)
        found = instant(where, ahead, minute) if where else None
        if found is not None:
            return found
    raise ValueError("No zone is confirmed, so no wall-clock time can be planned.")


def _whole_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
