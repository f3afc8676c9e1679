"""What a person's reminders will be in the next hours, as far as can be known today.

Owns the look ahead for the operator: kinds and instants, nothing of what will be said. It takes
every reminder as answered; silence, pauses to come and edits can only make them fewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.engine import schedule_codec, silence
from bot.engine.due import next_due
from bot.engine.reminder_book import SETTING
from bot.engine.schedule import RECURRING, Item, Kind, Memory, Schedule, key


def coming(
    settings: Mapping[str, Any], now: datetime, until: datetime
) -> Iterator[tuple[Kind, datetime]]:
    """Give the kind and the instant of every reminder planned from `now` to before `until`.

    `settings` are those of one conversation.
    """
    if SETTING not in settings:
        return
    schedule, memory = schedule_codec.read(settings[SETTING])
    memory = silence.settle(schedule, memory, now)
    if memory.unreachable:
        return
    for item in memory.planned.values():
        if item.kind is Kind.FOLLOW_UP and now <= item.wake < until:
            yield item.kind, item.wake
    for kind in RECURRING:
        for item in _chain(schedule, memory, kind, now, until):
            yield kind, item.wake


def _chain(
    schedule: Schedule, memory: Memory, kind: Kind, now: datetime, until: datetime
) -> Iterator[Item]:
    item = memory.planned.get(key(kind))
    while item is not None and item.wake < until:
        if item.wake >= now and not schedule.paused(item.day):
            yield item
        after = max(now, item.wake)
        memory = replace(silence.sent(schedule, memory, item, after), asked=None)
        item = next_due(schedule, memory, kind, after)
