"""When a `check in:` comes due, in the person's own time.

Owns the arithmetic of local days for check-ins written in a flow. Knows nothing of reminders' own
rules (quiet hours, pauses): those decide again when the moment comes.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.flows.model import CheckIn

PARTS = {"morning": time(9, 0), "midday": time(12, 30), "evening": time(19, 0)}
"""The hour meant by a part of the day, on the person's own clock."""


def due(check_in: CheckIn, now: datetime, zone: str) -> datetime:
    """Give the instant of a check-in. Days are local dates, so a clock change moves nothing."""
    if not check_in.days and check_in.hours:
        return now + timedelta(hours=check_in.hours)
    local = now.astimezone(ZoneInfo(zone))
    at = PARTS.get(check_in.part, local.time())
    day = local.date() + timedelta(days=check_in.days)
    moment = datetime.combine(day, at.replace(tzinfo=None), ZoneInfo(zone)).astimezone(UTC)
    return moment if moment > now else moment + timedelta(days=1)
