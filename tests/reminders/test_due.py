"""When the next reminder is due: against a second reckoning that looks at the clock each minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.due import follow_up, minutes, next_due
from bot.engine.local_time import instant, local_date, local_minute, zone, zone_names
from bot.engine.schedule import (
    Item,
    Kind,
    Memory,
    Pause,
    Quiet,
    Rhythm,
    Schedule,
    Sent,
    Slot,
    Travel,
)
from bot.engine.silence import sent

MINUTE = timedelta(minutes=1)
LISBON = "Europe/Lisbon"
MORNING = datetime(2026, 3, 2, 7, tzinfo=UTC)  # a Monday, 07:00 in Lisbon


def at(hour: int, minute: int = 0, *, until: int | None = None) -> Slot:
    """Make a slot at this time, or a window of `until` minutes from it."""
    opens = hour * 60 + minute
    return Slot(opens, opens + (until or 0))


def chosen(*slots: Slot, zone: str = LISBON, **rhythm: object) -> Schedule:
    """Make a schedule of one check-in with these slots, switched on long ago."""
    since = datetime(2020, 1, 1, tzinfo=UTC)
    made = Rhythm(slots or (at(9),), since, **rhythm)  # type: ignore[arg-type] # fields by name
    return Schedule(seed="5eed", zone=zone, kinds={Kind.CHECK_IN: made})


def read_on(schedule: Schedule, after: datetime, days: int = 9) -> list[tuple[datetime, date, int]]:
    """List what is due by looking at the clock each minute, with nothing sent before."""
    rhythm, where = schedule.rhythm(Kind.CHECK_IN), schedule.zone_on(date.max)
    assert rhythm is not None
    assert where is not None
    found: list[tuple[datetime, date, int]] = []
    met: set[tuple[date, int]] = set()
    start = datetime(after.year, after.month, after.day, tzinfo=UTC) - timedelta(days=2)
    for n in range((days + 2) * 24 * 60):
        now = start + n * MINUTE
        day, minute = local_date(where, now), local_minute(where, now)
        if not rhythm.includes(day) or schedule.paused(day):
            continue
        for slot, wanted in enumerate(minutes(schedule, Kind.CHECK_IN, day)):
            if minute >= wanted and (day, slot) not in met:
                met.add((day, slot))
                if now > max(after, rhythm.since):
                    found.append((now, day, slot))
    return found


def chain(schedule: Schedule, after: datetime, until: datetime) -> list[Item]:
    """List what is due in turn, each one sent at its time and replied to."""
    memory, found = Memory(), []
    while (item := next_due(schedule, memory, Kind.CHECK_IN, after)) and item.due < until:
        found.append(item)
        memory = replace(sent(schedule, memory, item, item.due), asked=None)
        after = item.due
    return found


START = datetime(2024, 1, 1, tzinfo=UTC)
moments = st.integers(0, 7 * 365 * 24 * 60).map(lambda n: START + n * MINUTE)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Draw any zone, any days, one to three times, exact or in a window."""
    slots, opens = [], 8 * 60
    for _ in range(draw(st.integers(1, 3))):
        opens = draw(st.integers(opens, min(opens + 150, 20 * 60)))
        closes = draw(st.integers(opens, min(opens + 90, 22 * 60 - 1)))
        slots.append(Slot(opens, closes))
        opens = closes + 30
        if opens > 21 * 60:
            break
    every = draw(st.sampled_from([1, 1, 2, 3]))
    rhythm = Rhythm(
        tuple(slots),
        draw(moments),
        tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1)))),
        every,
        date(2024, 1, 1) if every > 1 else None,
        gap=30,
    )
    return Schedule(
        draw(st.text(max_size=4)),
        draw(st.sampled_from(zone_names())),
        kinds={Kind.CHECK_IN: rhythm},
    )


@given(schedules(), moments)
@settings(max_examples=40, deadline=None)
def test_next_due_agrees_with_looking_at_the_clock(schedule: Schedule, after: datetime) -> None:
    """REM-2 and REM-8: in any zone, on any days, at any times, what comes in turn is what somebody
    finds who looks at the clock every minute."""
    rhythm = schedule.rhythm(Kind.CHECK_IN)
    assert rhythm is not None
    after = max(after, rhythm.since)
    until = after + timedelta(days=6)
    expected = [found for found in read_on(schedule, after) if found[0] < until]
    found = chain(schedule, after, until)
    assert expected == [(item.due, item.day, item.slot) for item in found]


def test_nine_stays_nine_over_every_day_of_seven_years_in_the_zones_that_change_most() -> None:
    """REM-2: 09:00 comes once on every date of 2024 to 2030, as a clock on the wall shows it."""
    for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"):
        where = zone(name)
        start, until = datetime(2024, 1, 1, tzinfo=UTC), datetime(2030, 12, 31, tzinfo=UTC)
        found = chain(chosen(zone=name), start, until)
        days = [local_date(where, item.due) for item in found]
        assert {9 * 60} == {local_minute(where, item.due) for item in found}
        assert [days[0] + timedelta(days=n) for n in range(len(days))] == days
        assert len(days) > 2550


def test_a_skipped_date_loses_its_reminder_and_no_other() -> None:
    """REM-3: Apia's missing 30 December 2011 has none; the 29th and the 31st have theirs."""
    schedule = replace(
        chosen(zone="Pacific/Apia"),
        kinds={Kind.CHECK_IN: Rhythm((at(9),), datetime(2011, 1, 1, tzinfo=UTC))},
    )
    start = datetime(2011, 12, 28, 12, tzinfo=UTC)
    days = [item.day.day for item in chain(schedule, start, start + timedelta(days=4))]
    assert days == [28, 29, 31, 1]


def test_nothing_is_due_before_a_zone_is_confirmed_or_a_kind_is_switched_on() -> None:
    """REM-1 and REM-8: no zone, no kind, or a kind that is off: nothing will ever come."""
    rhythm = chosen().kinds[Kind.CHECK_IN]
    for silent in (
        replace(chosen(), zone=""),
        replace(chosen(), zone="Nowhere/City"),
        replace(chosen(), kinds={}),
        replace(chosen(), kinds={Kind.CHECK_IN: replace(rhythm, on=False)}),
    ):
        assert next_due(silent, Memory(), Kind.CHECK_IN, MORNING) is None


def test_nothing_is_due_before_it_was_chosen() -> None:
    """REM-8: switched on at 09:00 sharp, the first one comes the day after."""
    since = datetime(2026, 3, 2, 9, tzinfo=UTC)
    schedule = replace(chosen(), kinds={Kind.CHECK_IN: Rhythm((at(9),), since)})
    found = next_due(schedule, Memory(), Kind.CHECK_IN, MORNING)
    assert found is not None
    assert datetime(2026, 3, 3, 9, tzinfo=UTC) == found.due


def test_each_kind_is_switched_by_itself() -> None:
    """REM-9: a weekly look-back comes on Sundays while the daily check-in is off."""
    rhythm = chosen().kinds[Kind.CHECK_IN]
    kinds = {
        Kind.CHECK_IN: replace(rhythm, on=False),
        Kind.LOOK_BACK: replace(rhythm, weekdays=(6,)),
    }
    schedule = replace(chosen(), kinds=kinds)
    assert next_due(schedule, Memory(), Kind.CHECK_IN, MORNING) is None
    found = next_due(schedule, Memory(), Kind.LOOK_BACK, MORNING)
    assert found is not None
    assert date(2026, 3, 8) == found.day


def test_every_third_day_is_counted_from_its_first() -> None:
    """REM-8: every n days goes by dates, whatever the weekday and the clocks do."""
    schedule = chosen(every=3, anchor=date(2026, 3, 28), weekdays=(0,))
    start = datetime(2026, 3, 27, tzinfo=UTC)
    days = [item.day for item in chain(schedule, start, start + timedelta(days=11))]
    assert [date(2026, 3, 28), date(2026, 3, 31), date(2026, 4, 3), date(2026, 4, 6)] == days


@given(st.text(max_size=8), st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_draws_keep_their_windows_and_their_gap(seed: str, day: date) -> None:
    """REM-8: three overlapping windows give three times in order, an hour apart, each within its
    own window, and asking again gives the same ones."""
    windows = (at(9, until=300), at(10, until=300), at(11, until=300))
    schedule = replace(chosen(*windows, gap=60), seed=seed)
    drawn = minutes(schedule, Kind.CHECK_IN, day)
    assert all(slot.opens <= m <= slot.closes for slot, m in zip(windows, drawn, strict=True))
    assert all(later - one >= 60 for one, later in pairwise(drawn))
    assert drawn == minutes(schedule, Kind.CHECK_IN, day)


def test_draws_of_different_days_and_people_differ() -> None:
    """REM-8: a window is really drawn from: all over it, and not the same for everybody."""
    schedule = chosen(at(9, until=240))
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(200)]
    mine = [minutes(schedule, Kind.CHECK_IN, day)[0] for day in days]
    others = [minutes(replace(schedule, seed="other"), Kind.CHECK_IN, day)[0] for day in days]
    assert min(mine) < 9 * 60 + 15
    assert max(mine) > 13 * 60 - 15
    assert len(set(mine)) > 60
    assert mine != others


@pytest.mark.parametrize(
    ("slots", "gap"),
    [((at(9), at(9, 30)), 60), ((at(9), at(10), at(11), at(12)), 30), ((at(10), at(9)), 0)],
)
def test_times_without_room_between_them_are_refused(slots: tuple[Slot, ...], gap: int) -> None:
    """REM-8: too close, out of order or more than three a day is refused when it is chosen."""
    with pytest.raises(ValueError, match=r"times (a|of a) day"):
        Rhythm(slots, MORNING, gap=gap)


def test_quiet_hours_can_be_longer_and_never_shorter() -> None:
    """REM-10: 21:00 to 09:30 may be chosen; 23:00 or 07:00 is refused in a sentence."""
    assert Quiet(21 * 60, 9 * 60 + 30).covers(9 * 60 + 29)
    for start, end in ((23 * 60, 8 * 60), (22 * 60, 7 * 60)):
        with pytest.raises(ValueError, match="Quiet hours hold at least from 22:00 to 08:00"):
            Quiet(start, end)
    with pytest.raises(ValueError, match="less than an hour"):
        Quiet(12 * 60, 11 * 60 + 30)


def test_longer_quiet_hours_move_an_early_time_and_leave_out_a_late_one() -> None:
    """REM-10: with quiet until 10:00, the 09:00 one comes at 10:00; from 20:00 on, none comes."""
    early = replace(chosen(), quiet=Quiet(22 * 60, 10 * 60))
    found = next_due(early, Memory(), Kind.CHECK_IN, MORNING)
    assert found is not None
    assert datetime(2026, 3, 2, 10, tzinfo=UTC) == found.due
    late = replace(chosen(at(21)), quiet=Quiet(20 * 60, 8 * 60))
    assert next_due(late, Memory(), Kind.CHECK_IN, MORNING) is None


def test_a_pause_ends_on_its_date() -> None:
    """REM-23: nothing before the date named, the chosen time on that date; or nothing at all."""
    until = replace(chosen(), pause=Pause(date(2026, 4, 10)))
    found = next_due(until, Memory(), Kind.CHECK_IN, MORNING)
    assert found is not None
    assert datetime(2026, 4, 10, 8, tzinfo=UTC) == found.due  # 09:00 in Lisbon's summer
    endless = replace(chosen(), pause=Pause(None))
    assert next_due(endless, Memory(), Kind.CHECK_IN, MORNING) is None


def test_travel_ends_by_itself() -> None:
    """REM-5: 09:00 means Tokyo's until the date named, and Lisbon's from the next day on."""
    schedule = replace(chosen(), travel=Travel("Asia/Tokyo", date(2026, 3, 4)))
    found = chain(schedule, MORNING, MORNING + timedelta(days=5))
    shown = [str(item.due.astimezone(schedule.zone_at(item.due)))[:16] for item in found]
    zones = [str(schedule.zone_at(item.due)) for item in found]
    assert [f"2026-03-0{n} 09:00" for n in range(3, 7)] == shown
    assert zones == ["Asia/Tokyo"] * 2 + [LISBON] * 2


def send_and_move(home: str, away: str, hour: int) -> tuple[Sent, Item]:
    """Send at `hour` at home, move away an hour later, and give what comes next."""
    before = chosen(at(hour), zone=home)
    first = next_due(before, Memory(), Kind.CHECK_IN, MORNING)
    assert first is not None
    memory = replace(sent(before, Memory(), first, first.due), asked=None)
    after = replace(before, zone=away)
    found = next_due(after, memory, Kind.CHECK_IN, first.due + timedelta(hours=1))
    assert found is not None
    return memory.last[Kind.CHECK_IN], found


@pytest.mark.parametrize(
    ("home", "away", "hour"),
    [
        ("Pacific/Auckland", "Pacific/Honolulu", 20),
        ("Pacific/Honolulu", "Pacific/Kiritimati", 9),
        ("America/Los_Angeles", "Pacific/Auckland", 20),
        ("Europe/Berlin", "America/New_York", 9),
        ("America/New_York", "Asia/Tokyo", 20),
    ],
)
def test_a_journey_neither_doubles_a_date_nor_crowds_two(home: str, away: str, hour: int) -> None:
    """REM-4: after a change of zone the next one has a later date, eight hours or more after the
    last, and at most one day is lost."""
    last, found = send_and_move(home, away, hour)
    assert found.day > last.item.day
    assert timedelta(hours=8) <= found.due - last.at <= timedelta(hours=48 + 4)
    assert hour * 60 == local_minute(zone(away), found.due)


@given(st.sampled_from(zone_names()), st.sampled_from(zone_names()), st.integers(8, 21))
@settings(max_examples=150, deadline=None)
def test_any_journey_between_any_two_zones_keeps_both_rules(
    home: str, away: str, hour: int
) -> None:
    """REM-4: the same holds between every two zones of the world."""
    last, found = send_and_move(home, away, hour)
    if home == away:
        return
    assert found.day > last.item.day
    assert timedelta(hours=8) <= found.due - last.at <= timedelta(hours=52)
    assert instant(zone(away), found.day, hour * 60) == found.due


def test_a_follow_up_keeps_the_time_of_day_over_a_clock_change() -> None:
    """REM-2 and REM-9: two days after Saturday 19:00 is Monday 19:00, though the clocks changed."""
    schedule = chosen(zone="Europe/Berlin")
    saturday = datetime(2026, 3, 28, 18, tzinfo=UTC)  # 19:00 in Berlin's winter
    found = follow_up(schedule, "plan/ask", saturday, days=2)
    assert found is not None
    assert datetime(2026, 3, 30, 17, tzinfo=UTC) == found.due
    assert date(2026, 3, 30) == found.day


def test_a_follow_up_in_the_night_waits_for_the_morning() -> None:
    """REM-10: two hours from 21:00 is in the quiet hours, so it comes at 08:00."""
    evening = datetime(2026, 3, 2, 21, tzinfo=UTC)
    found = follow_up(chosen(), "plan/ask", evening, hours=2)
    assert found is not None
    assert (datetime(2026, 3, 3, 8, tzinfo=UTC), date(2026, 3, 3)) == (found.due, found.day)
    assert follow_up(replace(chosen(), zone=""), "plan/ask", evening, days=2) is None
