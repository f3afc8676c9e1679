"""Local dates and minutes become instants: checked against clocks read minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from bot.engine.local_time import (
    closing,
    day_of,
    find_zone,
    instant,
    local_date,
    local_minute,
    zone,
    zone_names,
)

MINUTE = timedelta(minutes=1)
FROM, UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)


def read_clock(where: ZoneInfo, day: date, minute: int) -> datetime | None:
    """Find the same instant by looking at the clock each minute: the first one of that date that
    shows this minute or, where it never does, a later one."""
    start = datetime.combine(day, datetime.min.time(), UTC) - timedelta(hours=16)
    for n in range(60 * 56):
        at = start + n * MINUTE
        wall = at.astimezone(where)
        if wall.date() == day and wall.hour * 60 + wall.minute >= minute:
            return at
    return None


@cache
def rule_sets() -> tuple[str, ...]:
    """Give one zone name for every distinct set of changes from 2024 to 2030."""
    found: dict[tuple[object, ...], str] = {}
    for name in zone_names():
        where = zone(name)
        found.setdefault((FROM.astimezone(where).utcoffset(), *changes(where)), name)
    return tuple(found.values())


def changes(where: ZoneInfo) -> tuple[datetime, ...]:
    """Find every change of offset from 2024 to 2030, to the minute."""
    found = []
    day, offset = FROM, FROM.astimezone(where).utcoffset()
    while day < UNTIL:
        following = day + timedelta(days=1)
        new = following.astimezone(where).utcoffset()
        if new != offset:
            low, high = 0, 24 * 60
            while high - low > 1:
                middle = (low + high) // 2
                same = (day + middle * MINUTE).astimezone(where).utcoffset() == offset
                low, high = (middle, high) if same else (low, middle)
            found.append(day + high * MINUTE)
        day, offset = following, new
    return tuple(found)


@pytest.mark.parametrize(
    ("name", "day", "clock", "expected"),
    [
        ("Europe/Berlin", date(2026, 3, 29), (2, 30), "2026-03-29 03:00:00+02:00"),
        ("Europe/Berlin", date(2026, 10, 25), (2, 30), "2026-10-25 02:30:00+02:00"),
        ("America/New_York", date(2026, 3, 8), (2, 30), "2026-03-08 03:00:00-04:00"),
        ("America/New_York", date(2026, 11, 1), (1, 30), "2026-11-01 01:30:00-04:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), (2, 15), "2026-10-04 02:30:00+11:00"),
        ("Australia/Lord_Howe", date(2026, 4, 5), (1, 45), "2026-04-05 01:45:00+11:00"),
        ("Africa/Casablanca", date(2026, 3, 22), (2, 30), "2026-03-22 03:00:00+01:00"),
        ("Africa/Casablanca", date(2026, 2, 15), (2, 30), "2026-02-15 02:30:00+01:00"),
        ("Asia/Kathmandu", date(2026, 3, 29), (2, 30), "2026-03-29 02:30:00+05:45"),
        ("Pacific/Apia", date(2011, 12, 31), (9, 0), "2011-12-31 09:00:00+14:00"),
    ],
)
def test_a_gap_gives_the_first_valid_minute_and_a_fold_the_first_of_two(
    name: str, day: date, clock: tuple[int, int], expected: str
) -> None:
    """REM-3: the six zones that clocks treat most strangely are all met once, at the right time."""
    found = instant(zone(name), day, clock[0] * 60 + clock[1])
    assert found is not None
    assert expected == str(found.astimezone(zone(name)))


def test_a_date_that_a_zone_skipped_has_no_instants() -> None:
    """REM-3: Pacific/Apia went from 29 to 31 December 2011, so nothing can be due on the 30th."""
    times = [instant(zone("Pacific/Apia"), date(2011, 12, 30), hour * 60) for hour in range(24)]
    assert times == [None] * 24


def test_every_clock_change_of_the_tz_database_is_met_as_a_clock_on_the_wall_shows_it() -> None:
    """REM-2 and REM-3: around every change of every zone from 2024 to 2030, each quarter of an hour
    is found where reading the clock minute by minute finds it."""
    seen = 0
    for name in rule_sets():
        where = zone(name)
        for change in changes(where):
            start = change - timedelta(hours=4)
            shown: dict[tuple[date, int], datetime] = {}
            for n in range(7 * 60):
                wall = (start + n * MINUTE).astimezone(where)
                shown.setdefault((wall.date(), wall.hour * 60 + wall.minute), start + n * MINUTE)
            before, after = (change - MINUTE).astimezone(where), change.astimezone(where)
            lost = before.replace(tzinfo=None) + MINUTE
            while lost < after.replace(tzinfo=None):
                key = (lost.date(), lost.hour * 60 + lost.minute)
                assert change == instant(where, *key), (name, key)
                seen += 1
                lost += timedelta(minutes=15)
            for (day, minute), at in shown.items():
                if minute % 15 == 0 and at >= start + timedelta(hours=2):
                    assert at == instant(where, day, minute), (name, day, minute)
                    seen += 1
    assert seen > 5_000


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Asia/Kathmandu",
        "Pacific/Apia",
    ],
)
def test_whole_days_agree_with_reading_the_clock(name: str) -> None:
    """REM-3: on the days around a change and on an ordinary one, every third hour agrees."""
    where = zone(name)
    days = {local_date(where, change) for change in changes(where)[:4]} | {date(2026, 6, 1)}
    for day in days:
        for minute in (0, 2 * 60 + 30, 9 * 60, 21 * 60 + 59):
            assert read_clock(where, day, minute) == instant(where, day, minute)


def test_nine_in_the_morning_stays_nine_through_every_clock_change() -> None:
    """REM-2: 09:00 is 09:00 on the two days before, on and after every change of every zone."""
    for name in rule_sets():
        where = zone(name)
        for change in changes(where):
            for ahead in (-1, 0, 1):
                day = local_date(where, change) + timedelta(days=ahead)
                found = instant(where, day, 9 * 60)
                assert found is not None
                assert (day, 9 * 60) == (local_date(where, found), local_minute(where, found)), name


def test_one_in_the_morning_still_belongs_to_the_evening_before() -> None:
    """REM-15: a day is open until 03:00 of the next date, and not a minute longer."""
    where = zone("Europe/Lisbon")
    night = datetime(2026, 6, 2, 1, 59, tzinfo=UTC)  # 02:59 in Lisbon
    assert date(2026, 6, 1) == day_of(where, night)
    assert date(2026, 6, 2) == day_of(where, night + MINUTE)
    assert night + MINUTE == closing(where, date(2026, 6, 1))


def test_a_day_before_a_skipped_date_closes_on_the_date_after_it() -> None:
    """REM-15: the day before Apia's missing date could be answered until 03:00 two dates later."""
    where = zone("Pacific/Apia")
    expected = datetime(2011, 12, 31, 3, tzinfo=where)
    assert expected == closing(where, date(2011, 12, 29))


def test_an_unknown_zone_is_named_in_the_refusal() -> None:
    """REM-1: only names of the tz database count, in their own spelling."""
    assert find_zone("Europe/Munich") is None
    assert find_zone("../../etc/passwd") is None
    with pytest.raises(KeyError, match="Mars/Olympus"):
        zone("Mars/Olympus")
