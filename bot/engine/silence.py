"""What sending, answering and silence change in a person's memory of reminders.

Owns the back-off: who does not answer is asked less and less, and finally left in peace. Returning
to the chosen rhythm happens only after asking. Knows nothing of clocks beyond the dates it is told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.engine.local_time import closing, day_of
from bot.engine.schedule import RECURRING, Item, Kind, Memory, Offer, Schedule, Sent, key

RARER_AFTER = 3
"""Unanswered in a row: from here every second day."""

WEEKLY_AFTER = 7
"""Unanswered in a row: from here once a week."""

LAST_AFTER = WEEKLY_AFTER + 4
"""After four weekly ones without a reply comes one closing note."""

CLOSED = LAST_AFTER + 1
"""The closing note was sent: nothing until the person writes and says so."""

DONE_KEPT = 14
"""Dates of check-ins kept to tell a frequent guest from a rare one."""

TURNS_KEPT = 8
"""Check-ins whose buttons are still known by their date."""

CHECK_INS = "check-ins"
"""The count of days with a check-in: it only grows."""

FREQUENT = 7
"""Check-ins within `DONE_KEPT` days that make a frequent guest."""

ASTRAY = timedelta(days=35)
"""A sending further in the future than this was made while the clock was wrong. A smaller step back
is waited out, since nothing may be sent twice."""


class Stage(StrEnum):
    """How often silence lets us ask."""

    CHOSEN = "chosen"
    RARER = "rarer"
    WEEKLY = "weekly"
    LAST = "last"
    CLOSED = "closed"


_STAGES = (
    (CLOSED, Stage.CLOSED),
    (LAST_AFTER, Stage.LAST),
    (WEEKLY_AFTER, Stage.WEEKLY),
    (RARER_AFTER, Stage.RARER),
)


def stage(memory: Memory) -> Stage:
    """Say where the back-off stands."""
    if memory.unanswered < RARER_AFTER:
        return Stage.CHOSEN
    return next(at for least, at in _STAGES if memory.unanswered >= least)


def spacing(memory: Memory) -> int:
    """Give the least number of days from one reminder's date to the next one's."""
    if memory.unanswered < RARER_AFTER:
        return 1
    return 2 if memory.unanswered < WEEKLY_AFTER else 7


def leading(schedule: Schedule) -> Kind | None:
    """Give the one kind that goes on while silence thins reminders out."""
    return next((kind for kind in RECURRING if schedule.rhythm(kind)), None)


def settle(schedule: Schedule, memory: Memory, now: datetime) -> Memory:
    """Count a date that closed without any reply. Also mends a memory of the future, left by a
    clock that was wrong: today counts as asked, and what follows is planned from tomorrow."""
    memory = _mend(schedule, memory, now)
    where = schedule.zone_on(memory.asked) if memory.asked else None
    if memory.asked is None or where is None or now < closing(where, memory.asked):
        return memory
    unanswered = min(memory.unanswered + 1, CLOSED)
    return replace(memory, asked=None, unanswered=unanswered, offer=Offer.NONE)


def sent(schedule: Schedule, memory: Memory, item: Item, now: datetime, turn: int = 0) -> Memory:
    """Remember that a reminder goes out now; `turn` is the one in which a check-in is asked. After
    the closing note, nothing more will."""
    where = schedule.zone_at(now)
    last = {**memory.last, item.kind: Sent(item, now, where.key if where else "")}
    closing_note = item.kind in RECURRING and stage(memory) is Stage.LAST
    doing, turns = memory.doing, memory.turns
    if turn:
        doing = item.day
        turns = dict(sorted({**turns, turn: item.day}.items())[-TURNS_KEPT:])
    return replace(
        memory,
        last=last,
        planned=_others(memory, key(item.kind, item.subject)),
        asked=None if closing_note else item.day,
        unanswered=CLOSED if closing_note else memory.unanswered,
        soft=False,
        doing=doing,
        turns=turns,
    )


def without(memory: Memory, name: str) -> Memory:
    """Forget that this was planned (by its `key`)."""
    return replace(memory, planned=_others(memory, name))


def contact(memory: Memory) -> Memory:
    """Remember that the person wrote or tapped: nothing is unanswered, and whoever was being asked
    less often is to be asked whether to return to the chosen rhythm."""
    floor = {Stage.CHOSEN: 0, Stage.RARER: RARER_AFTER, Stage.CLOSED: CLOSED}.get(
        stage(memory), WEEKLY_AFTER
    )
    offer = memory.offer
    if floor and offer is Offer.NONE:
        offer = Offer.DUE
    return replace(memory, asked=None, unanswered=floor, offer=offer, unreachable=False)


def restored(memory: Memory, *, yes: bool) -> Memory:
    """Follow the answer: back to the chosen rhythm, or on as rarely as now."""
    if yes:
        return replace(memory, unanswered=0, offer=Offer.NONE)
    return replace(memory, offer=Offer.DECLINED)


def checked_in(
    schedule: Schedule, memory: Memory, now: datetime, day: date | None = None
) -> Memory:
    """Remember a check-in for a day: the one the person means by today, or an earlier one. A date
    counts once."""
    today = day_of_person(schedule, now)
    day = day or today
    counts = memory.counts
    if day not in memory.done:
        counts = {**counts, CHECK_INS: counts.get(CHECK_INS, 0) + 1}
    let_be = memory.let_be
    if day >= today:
        let_be = {**let_be, Kind.CHECK_IN: max(day, let_be.get(Kind.CHECK_IN, day))}
    return replace(
        contact(memory),
        let_be=let_be,
        done=tuple(sorted({*memory.done, day}))[-DONE_KEPT:],
        counts=counts,
    )


def not_today(schedule: Schedule, memory: Memory, kind: Kind, now: datetime) -> Memory:
    """Remember a no for today: a full answer."""
    day = day_of_person(schedule, now)
    let_be = {**memory.let_be, kind: max(day, memory.let_be.get(kind, day))}
    return replace(contact(memory), let_be=let_be)


def low(memory: Memory, now: datetime) -> Memory:
    """Remember a hard answer: no nudge for a day, and the next reminder worded gently."""
    return replace(memory, low=now, soft=True)


def lost(memory: Memory) -> Memory:
    """Remember that the person cannot be reached: that is no silence of theirs."""
    return replace(memory, unreachable=True, asked=None)


def frequent(schedule: Schedule, memory: Memory, now: datetime) -> bool:
    """Whether somebody checks in often: they get questions that look deeper; who comes rarely gets
    a suggestion."""
    since = day_of_person(schedule, now) - timedelta(days=DONE_KEPT)
    return sum(day > since for day in memory.done) >= FREQUENT


def day_of_person(schedule: Schedule, now: datetime) -> date:
    """Give the date a person means by today, which goes on until 03:00."""
    where = schedule.zone_at(now)
    return day_of(where, now) if where else now.date()


def _others(memory: Memory, gone: str) -> dict[str, Item]:
    return {name: planned for name, planned in memory.planned.items() if name != gone}


def _mend(schedule: Schedule, memory: Memory, now: datetime) -> Memory:
    if memory.low is not None and memory.low - now > ASTRAY:
        memory = replace(memory, low=now)
    astray = {kind: s for kind, s in memory.last.items() if s.at - now > ASTRAY}
    if not astray:
        return memory
    today = day_of_person(schedule, now)
    mended = {
        kind: Sent(replace(s.item, due=now, day=today, slot=99), now, s.zone)
        for kind, s in astray.items()
    }
    let_be = {kind: min(day, today) for kind, day in memory.let_be.items()}
    return replace(memory, last={**memory.last, **mended}, let_be=let_be, asked=None)
