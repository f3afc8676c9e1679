"""Wall-clock arithmetic: a local date and a minute of the day become one instant, and back.

Owns gaps, folds and skipped dates. Zone rules come from the pinned tzdata package and never from
the machine, so that every host reckons alike. Knows nothing of reminders or of people.

A minute is a whole number from 0 (00:00) to 1439 (23:59). Instants are aware and in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.resources import files
from zoneinfo import ZoneInfo

DAY = 24 * 60
"""Minutes of an ordinary day."""

CLOSING_HOUR = 3
"""A day of a person's life goes on until 03:00 of the next date: who answers at one in the morning
means the evening before."""


@cache
def zone_names() -> tuple[str, ...]:
    """Give every zone name of the pinned tz database, links included."""
    return tuple((files("tzdata") / "zones").read_text(encoding="ascii").split())


@cache
def rules_version() -> str:
    """Give the version of the pinned tz database, such as 2026a."""
    return version("tzdata")


@cache
def find_zone(name: str) -> ZoneInfo | None:
    """Give the zone of this IANA name (exact spelling), or None where there is none."""
    if name not in zone_names():
        return None
    with files("tzdata.zoneinfo").joinpath(*name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def zone(name: str) -> ZoneInfo:
    """Give the zone of a name that is known to be there.

    Raises `KeyError` where the tz database has no such zone.
    """
    found = find_zone(name)
    if found is None:
        raise KeyError(f"The tz database has no zone {name!r}; choose the zone again.")
    return found


@lru_cache(maxsize=4096)
def instant(where: ZoneInfo, day: date, minute: int) -> datetime | None:
    """Give the instant at which clocks there first show this minute of this date.

    In a fold that is the first of the two; in a gap it is the first valid minute after it. None
    where the whole date was skipped (Pacific/Apia has no 30 December 2011).
    """
    wanted = datetime.combine(day, time(minute // 60, minute % 60))
    found = _exact(where, wanted)
    if found is not None:
        return found
    found = _after_gap(where, wanted)
    if found.astimezone(where).date() != day:
        midnight = datetime.combine(day, time())
        if _exact(where, midnight) is None and (
            _after_gap(where, midnight).astimezone(where).date() != day
        ):
            return None
    return found


def local_date(where: ZoneInfo, at: datetime) -> date:
    """Give the date that a calendar on the wall shows."""
    return at.astimezone(where).date()


def local_minute(where: ZoneInfo, at: datetime) -> int:
    """Give the minute that a clock on the wall shows."""
    wall = at.astimezone(where)
    return wall.hour * 60 + wall.minute


def day_of(where: ZoneInfo, at: datetime) -> date:
    """Give the date a person means by today: until 03:00 it is still the day before."""
    wall = at.astimezone(where)
    return wall.date() - timedelta(days=1) if wall.hour < CLOSING_HOUR else wall.date()


@lru_cache(maxsize=1024)
def closing(where: ZoneInfo, day: date) -> datetime:
    """Give the instant at which a date is over for answering: 03:00 on the next one that exists."""
    for later in (1, 2):
        found = instant(where, day + timedelta(days=later), CLOSING_HOUR * 60)
        if found is not None:
            return found
    raise ValueError(f"No zone skips two dates in a row, but {where.key} does after {day}.")


def _exact(where: ZoneInfo, wall: datetime) -> datetime | None:
    found = wall.replace(tzinfo=where, fold=0).astimezone(UTC)
    return found if found.astimezone(where).replace(tzinfo=None) == wall else None


def _after_gap(where: ZoneInfo, wall: datetime) -> datetime:
    by_old_rule = wall.replace(tzinfo=where, fold=0).astimezone(UTC)
    by_new_rule = wall.replace(tzinfo=where, fold=1).astimezone(UTC)
    return _end_of_gap(where, by_new_rule, by_old_rule)


def _end_of_gap(where: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Find the moment the clocks jumped, between an instant before and one after the jump."""
    old = before.astimezone(where).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        same = datetime.fromtimestamp(middle, UTC).astimezone(where).utcoffset() == old
        low, high = (middle, high) if same else (low, middle)
    return datetime.fromtimestamp(high, UTC)
