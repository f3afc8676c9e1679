"""What becomes of a reminder that came due: it is sent, held back a moment, or left out.

Owns the rules that protect the person's day, in their order: quiet hours beat every other. Knows
nothing of wording or of timers; `due` says when the next one comes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.engine.due import (
    awake,
    date_of,
    is_low,
    is_open,
    placed,
    rests,
    too_often,
    too_soon,
    wall_clock,
)
from bot.engine.local_time import local_minute
from bot.engine.schedule import RECURRING, Item, Kind, Memory, Schedule
from bot.engine.silence import Stage, stage

LATEST = timedelta(hours=3)
"""A reminder later than this is left out: by then it would be an alarm about the past."""

BUSY = timedelta(minutes=10)
"""Who wrote within this time is in the middle of something."""

LATE = timedelta(minutes=5)
"""Later than this means that Ajar itself was away."""

SPREAD = 600
"""Seconds over which reminders are spread after Ajar was away."""

CALM = timedelta(hours=1)
"""After Ajar was away, one person gets at most one reminder in this time."""


class Reason(StrEnum):
    """Why a reminder was left out: the operator's counter."""

    OFF = "off"
    UNREACHABLE = "unreachable"
    PAUSED = "paused"
    BACKED_OFF = "backed-off"
    REPEATED = "repeated"
    DONE = "done"
    LATE = "late"
    QUIET = "quiet"
    LOW = "low-mood"
    TOO_SOON = "too-soon"


@dataclass(frozen=True, slots=True)
class Send:
    """Send it now. `soft`: worded gently after a hard answer. `last`: the one closing note, after
    which nothing follows until the person writes. `again`: the one second ask of its day."""

    soft: bool = False
    last: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """Look at `item` again at its `wake`."""

    item: Item


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave it out. What was never sent never counts as a silence."""

    reason: Reason


Decision = Send | Hold | Skip


def decide(
    schedule: Schedule,
    memory: Memory,
    item: Item,
    now: datetime,
    last_contact: datetime | None = None,
) -> Decision:
    """Say what becomes of a reminder whose timer came due.

    `memory` has been settled for `now` (`silence.settle`). `last_contact` is when the person last
    wrote or tapped. Quiet hours beat every other rule that would send.
    """
    if now < item.wake:
        return Hold(item)
    reason = _refusal(schedule, memory, item, now)
    if reason is not None:
        return Skip(reason)
    if item.kind is Kind.FOLLOW_UP:
        moved = _moved_follow_up(schedule, memory, item, now)
        if moved is not None:
            return Hold(moved)
    if schedule.is_quiet(now):
        return _after_quiet(schedule, item, now)
    if last_contact is not None and timedelta(0) <= now - last_contact < BUSY:
        return Hold(replace(item, held=last_contact + BUSY))
    if now - item.due > LATE:
        later = _calm(schedule, memory, item, now)
        if later > now:
            return Hold(replace(item, held=later))
    second = item.kind is Kind.CHECK_IN and _is_again(schedule, item)
    last = item.kind in RECURRING and stage(memory) is Stage.LAST
    return Send(soft=memory.soft, last=last, again=second)


def _refusal(schedule: Schedule, memory: Memory, item: Item, now: datetime) -> Reason | None:
    rhythm = schedule.kinds.get(item.kind)
    if rhythm is None or not rhythm.on or now < rhythm.since or schedule.zone_at(now) is None:
        return Reason.OFF
    if memory.unreachable:
        return Reason.UNREACHABLE
    if schedule.pause is not None and schedule.pause.until is None:
        return Reason.PAUSED
    if stage(memory) is Stage.CLOSED:
        return Reason.BACKED_OFF
    if item.kind is Kind.FOLLOW_UP:
        return None
    return _recurring_refusal(schedule, memory, item, now)


def _recurring_refusal(
    schedule: Schedule, memory: Memory, item: Item, now: datetime
) -> Reason | None:
    last = memory.last.get(item.kind)
    let_be = memory.let_be.get(item.kind)
    checks = (
        (Reason.PAUSED, schedule.pause is not None and schedule.paused(date_of(schedule, now))),
        (Reason.BACKED_OFF, rests(schedule, memory, item.kind)),
        (Reason.REPEATED, last is not None and item.order <= last.item.order),
        (Reason.DONE, let_be is not None and item.day <= let_be),
        (Reason.DONE, item.snoozes == 0 and _stale_again(schedule, memory, item)),
        (Reason.LATE, now - item.due > LATEST or not is_open(schedule, item.day, now)),
        (Reason.BACKED_OFF, item.snoozes == 0 and too_often(memory, item.kind, item.day)),
        (Reason.LOW, is_low(memory, item.kind, now)),
        (Reason.TOO_SOON, item.snoozes == 0 and too_soon(schedule, memory, item, now)),
    )
    return next((reason for reason, applies in checks if applies), None)


def _moved_follow_up(schedule: Schedule, memory: Memory, item: Item, now: datetime) -> Item | None:
    """Give a follow-up its next date where this one is paused, long past or already has one."""
    today = date_of(schedule, now)
    where = schedule.zone_at(item.due)
    last = memory.last.get(Kind.FOLLOW_UP)
    day = today
    if schedule.pause is not None and schedule.pause.until is not None:
        day = max(day, schedule.pause.until)
    if last is not None and last.item.day >= day:
        day = last.item.day + timedelta(days=1)
    if where is None or (day == today and now - item.due <= LATEST):
        return None
    at = awake(schedule, wall_clock(schedule, day, local_minute(where, item.due)))
    if at <= now:
        at = awake(
            schedule, wall_clock(schedule, day + timedelta(days=1), local_minute(where, item.due))
        )
    return placed(schedule, item, at)


def _after_quiet(schedule: Schedule, item: Item, now: datetime) -> Decision:
    at = awake(schedule, now)
    if item.kind is Kind.FOLLOW_UP:
        return Hold(placed(schedule, item, at))
    if date_of(schedule, at) != item.day or at - item.due > LATEST:
        return Skip(Reason.QUIET)
    return Hold(replace(item, held=at))


def _calm(schedule: Schedule, memory: Memory, item: Item, now: datetime) -> datetime:
    """Say when a late reminder may go: spread over some minutes, an hour after any other."""
    later = now
    if item.held is None:
        drawn = sha256(f"{schedule.seed} away {int(item.due.timestamp())}".encode()).digest()
        later += timedelta(seconds=int.from_bytes(drawn[:8]) % SPREAD)
    for sent in memory.last.values():
        if timedelta(0) <= now - sent.at < CALM:
            later = max(later, sent.at + CALM)
    return later


def _is_again(schedule: Schedule, item: Item) -> bool:
    rhythm = schedule.rhythm(item.kind)
    return rhythm is not None and len(rhythm.slots) == 1 and item.slot == 1 and schedule.again


def _stale_again(schedule: Schedule, memory: Memory, item: Item) -> bool:
    """Whether this second ask has lost its reason: something came back, or it was switched off."""
    rhythm = schedule.rhythm(item.kind)
    if rhythm is None or item.kind is not Kind.CHECK_IN or item.slot < len(rhythm.slots):
        return False
    return not schedule.again or memory.asked != item.day
