"""What becomes of a reminder that came due, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from bot.engine.decide import Hold, Reason, Send, Skip, decide
from bot.engine.due import follow_up, is_open, next_due
from bot.engine.replan import Snooze, put_off, replanned, snoozed, upcoming
from bot.engine.schedule import (
    Item,
    Kind,
    Memory,
    Offer,
    Pause,
    Quiet,
    Rhythm,
    Schedule,
    Slot,
    Travel,
    Wording,
    key,
)
from bot.engine.schedule_codec import read, write
from bot.engine.silence import (
    CLOSED,
    Stage,
    checked_in,
    contact,
    frequent,
    lost,
    low,
    not_today,
    restored,
    sent,
    settle,
    stage,
)

LISBON = "Europe/Lisbon"  # UTC in winter
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)  # a Monday
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def slot(hour: int, minute: int = 0) -> Slot:
    """Make an exact slot."""
    return Slot(hour * 60 + minute, hour * 60 + minute)


def daily(*slots: Slot, kind: Kind = Kind.CHECK_IN) -> Schedule:
    """Make a daily schedule in Lisbon."""
    kinds = {
        kind: Rhythm(slots or (slot(9),), LONG_AGO),
        Kind.FOLLOW_UP: Rhythm((), LONG_AGO),
    }
    return Schedule("seed", LISBON, kinds=kinds)


def item(at: datetime = NINE, kind: Kind = Kind.CHECK_IN, **more: int) -> Item:
    """Make the item due at this instant in Lisbon's winter."""
    return Item(kind, at, at.date(), **more)


def refused(schedule: Schedule, memory: Memory, one: Item, now: datetime) -> Reason | None:
    """Give the reason for leaving it out, or None."""
    found = decide(schedule, memory, one, now)
    return found.reason if isinstance(found, Skip) else None


def silent(schedule: Schedule, until: datetime) -> list[tuple[date, bool]]:
    """Live without ever answering; give the date of each sending and whether it was the last."""
    memory, now, found = replanned(schedule, Memory(), NINE - HOUR), NINE - HOUR, []
    while (one := upcoming(memory)) and one.wake < until:
        now = one.wake
        memory = settle(schedule, memory, now)
        decision = decide(schedule, memory, one, now)
        if isinstance(decision, Send):
            found.append((one.day, decision.last))
            memory = sent(schedule, memory, one, now)
        memory = replanned(schedule, replace(memory, planned={}), now)
    return found


def test_an_ordinary_reminder_is_sent_when_it_is_due() -> None:
    """REM-7: what was planned for 09:00 goes out at 09:00."""
    assert Send() == decide(daily(), Memory(), item(), NINE)


def test_a_timer_that_fires_early_waits() -> None:
    """REM-6: when the clock went back after planning, nothing goes out before its time."""
    assert Hold(item()) == decide(daily(), Memory(), item(), NINE - HOUR)


def test_what_was_sent_is_never_sent_again() -> None:
    """REM-6 and REM-27: the same kind, slot and date a second time is left out, whatever the clock
    says by then."""
    memory = sent(daily(), Memory(), item(), NINE)
    for now in (NINE, NINE + MINUTE, NINE + 2 * HOUR):
        assert refused(daily(), memory, item(), now) is Reason.REPEATED
    back = next_due(daily(), memory, Kind.CHECK_IN, NINE - 3 * DAY)
    assert back is not None
    assert back.due == NINE + DAY


def test_a_clock_that_was_years_ahead_costs_one_day_and_never_silences() -> None:
    """REM-6: a sending remembered from a wrong future gives way as soon as the clock is right."""
    memory = sent(daily(), Memory(), item(NINE + 3000 * DAY), NINE + 3000 * DAY)
    memory = replanned(daily(), settle(daily(), memory, NINE), NINE)
    assert memory.planned[key(Kind.CHECK_IN)].due == NINE + DAY


def test_nothing_is_sent_that_is_switched_off_or_before_it_was_chosen() -> None:
    """REM-8: off, without a zone, or not chosen yet: left out."""
    off = replace(daily(), kinds={})
    later = replace(daily(), kinds={Kind.CHECK_IN: Rhythm((slot(9),), NINE + HOUR)})
    for schedule in (off, replace(daily(), zone=""), later):
        assert refused(schedule, Memory(), item(), NINE) is Reason.OFF


def test_up_to_three_hours_late_is_sent_and_later_is_not() -> None:
    """REM-28: late by three hours goes out, a minute more is left out."""
    held = replace(item(), held=NINE + HOUR)
    assert Send() == decide(daily(), Memory(), held, NINE + 3 * HOUR)
    assert refused(daily(), Memory(), held, NINE + 3 * HOUR + MINUTE) is Reason.LATE


def test_after_being_away_reminders_are_spread_over_ten_minutes() -> None:
    """REM-28: late ones do not all go in one moment, and each is held only once for that."""
    waits = set()
    for n in range(60):
        schedule = replace(daily(), seed=str(n))
        found = decide(schedule, Memory(), item(), NINE + HOUR)
        later = found.item if isinstance(found, Hold) else item()
        waits.add((later.wake - NINE - HOUR) // MINUTE)
        assert later.wake - NINE - HOUR <= 10 * MINUTE
        assert Send() == decide(schedule, Memory(), later, max(later.wake, NINE + HOUR))
    assert len(waits) > 6


def test_after_being_away_a_person_gets_one_message_in_the_first_hour() -> None:
    """REM-28: of two late kinds, the second waits until an hour after the first."""
    schedule = replace(daily(), kinds={**daily().kinds, **daily(kind=Kind.NUDGE).kinds})
    memory = sent(schedule, Memory(), item(), NINE + HOUR)
    late = replace(item(kind=Kind.NUDGE), held=NINE + HOUR + MINUTE)
    found = decide(schedule, memory, late, NINE + HOUR + MINUTE)
    assert Hold(replace(late, held=NINE + 2 * HOUR)) == found


def test_quiet_hours_beat_catching_up() -> None:
    """REM-10: due at 21:30, the service back at 22:30: nothing in the night, nor about yesterday in
    the morning."""
    evening = NINE.replace(hour=21, minute=30)
    one = item(evening)
    assert refused(daily(slot(21, 30)), Memory(), one, evening + HOUR) is Reason.QUIET


def test_quiet_hours_made_longer_hold_the_morning_back() -> None:
    """REM-10: planned for 09:00 before quiet until 10:00 was chosen, it comes at 10:00."""
    schedule = replace(daily(), quiet=Quiet(22 * 60, 10 * 60))
    assert Hold(replace(item(), held=NINE + HOUR)) == decide(schedule, Memory(), item(), NINE)


def test_somebody_in_the_middle_of_something_is_not_interrupted() -> None:
    """REM-18: within ten minutes of their last word it waits, then it comes."""
    last = NINE - 4 * MINUTE
    found = decide(daily(), Memory(), item(), NINE, last)
    assert Hold(replace(item(), held=last + 10 * MINUTE)) == found
    waited = replace(item(), held=last + 10 * MINUTE)
    assert Send() == decide(daily(), Memory(), waited, last + 10 * MINUTE, last)


def test_a_last_contact_in_the_future_holds_nothing() -> None:
    """REM-6: after a step back of the clock, an old contact is not taken for a busy person."""
    assert Send() == decide(daily(), Memory(), item(), NINE, NINE + HOUR)


def test_a_check_in_already_done_today_needs_no_reminder() -> None:
    """REM-17: done at breakfast, not asked at nine; and the next one shown is tomorrow's."""
    memory = checked_in(daily(), Memory(), NINE - HOUR)
    assert refused(daily(), memory, item(), NINE) is Reason.DONE
    found = next_due(daily(), memory, Kind.CHECK_IN, NINE - HOUR)
    assert found is not None
    assert found.due == NINE + DAY


def test_not_today_is_a_full_answer() -> None:
    """REM-13: it ends the day's asking, counts as contact, and nothing is held against anybody."""
    schedule = daily(slot(9), slot(14), slot(20))
    memory = sent(schedule, Memory(unanswered=2), item(), NINE)
    memory = not_today(schedule, memory, Kind.CHECK_IN, NINE + MINUTE)
    assert refused(schedule, memory, item(NINE + 5 * HOUR, slot=1), NINE + 5 * HOUR) is Reason.DONE
    assert (memory.asked, memory.unanswered) == (None, 0)


def test_a_check_in_after_midnight_belongs_to_the_evening_before() -> None:
    """REM-15: answered at 01:00, Monday's is done and Tuesday's still comes."""
    memory = checked_in(daily(), Memory(), NINE + 16 * HOUR)
    found = next_due(daily(), memory, Kind.CHECK_IN, NINE + 16 * HOUR)
    assert (NINE.date(),) == memory.done
    assert found is not None
    assert found.due == NINE + DAY


def test_a_date_closes_at_three_in_the_morning() -> None:
    """REM-15: at 02:59 it can be answered, at 03:00 it has closed."""
    three = NINE + 18 * HOUR
    assert is_open(daily(), NINE.date(), three - MINUTE)
    assert not is_open(daily(), NINE.date(), three)


def test_three_times_a_day_are_three_chances_until_one_is_taken() -> None:
    """REM-8: with three times, an unanswered one is followed by the next, each once."""
    schedule, memory, now, found = daily(slot(9), slot(14), slot(20)), Memory(), NINE - HOUR, []
    while (one := next_due(schedule, memory, Kind.CHECK_IN, now)) and one.due < NINE + DAY - HOUR:
        now = one.due
        assert isinstance(decide(schedule, memory, one, now), Send)
        memory = sent(schedule, memory, one, now)
        found.append((one.day.day, one.slot, now.hour))
    assert found == [(5, 0, 9), (5, 1, 14), (5, 2, 20)]


def test_one_gentle_second_ask_only_where_chosen_and_only_in_silence() -> None:
    """REM-16: three hours later, once, if it was chosen and nothing came back; else never."""
    schedule = replace(daily(), again=True)
    memory = sent(schedule, Memory(), item(), NINE)
    second = next_due(schedule, memory, Kind.CHECK_IN, NINE)
    assert second is not None
    assert second.due == NINE + 3 * HOUR
    assert Send(again=True) == decide(schedule, memory, second, second.due)
    assert refused(schedule, contact(memory), second, second.due) is Reason.DONE
    third = next_due(
        schedule, sent(schedule, memory, second, second.due), Kind.CHECK_IN, second.due
    )
    unchosen = next_due(daily(), memory, Kind.CHECK_IN, NINE)
    assert third is not None
    assert unchosen is not None
    assert [third.due, unchosen.due] == [NINE + DAY, NINE + DAY]


def test_no_second_ask_in_the_evening_quiet() -> None:
    """REM-16 and REM-10: a 20:00 check-in has no second ask at 23:00."""
    schedule = replace(daily(slot(20)), again=True)
    evening = NINE.replace(hour=20)
    memory = sent(schedule, Memory(), item(evening), evening)
    found = next_due(schedule, memory, Kind.CHECK_IN, evening)
    assert found is not None
    assert evening + DAY == found.due


def test_who_never_answers_is_asked_less_and_less_and_then_left_in_peace() -> None:
    """REM-21: three daily, four every second day, four weekly, one closing note, nothing more."""
    found = silent(daily(), NINE + 400 * DAY)
    gaps = [(later[0] - one[0]).days for one, later in pairwise(found)]
    assert gaps == [1, 1, 2, 2, 2, 2, 7, 7, 7, 7, 7]
    assert [last for _, last in found] == [False] * 11 + [True]


def test_three_times_a_day_in_silence_count_as_one_day() -> None:
    """REM-21: the back-off counts days without a reply, and then asks once on a day."""
    found = silent(daily(slot(9), slot(14), slot(20)), NINE + 400 * DAY)
    per_day = [sum(day == one for one, _ in found) for day in sorted({day for day, _ in found})]
    assert per_day == [3, 3, 3] + [1] * 9


def test_only_the_leading_kind_goes_on_while_silence_lasts() -> None:
    """REM-21: nudges and look-backs rest for somebody who does not answer check-ins."""
    kinds = {**daily().kinds, Kind.NUDGE: Rhythm((slot(15),), LONG_AGO)}
    schedule, memory = replace(daily(), kinds=kinds), Memory(unanswered=3)
    assert next_due(schedule, memory, Kind.NUDGE, NINE) is None
    assert next_due(schedule, memory, Kind.CHECK_IN, NINE) is not None
    assert refused(schedule, memory, item(kind=Kind.NUDGE), NINE) is Reason.BACKED_OFF


@pytest.mark.parametrize("unanswered", [3, 7, 11, CLOSED])
def test_any_contact_asks_before_the_chosen_rhythm_returns(unanswered: int) -> None:
    """REM-21: coming back changes nothing by itself; a yes restores everything, a no keeps it."""
    memory = contact(Memory(unanswered=unanswered))
    assert (memory.offer, stage(memory) is Stage.CHOSEN) == (Offer.DUE, False)
    assert stage(restored(memory, yes=True)) is Stage.CHOSEN
    declined = restored(memory, yes=False)
    assert stage(memory) is stage(declined)
    assert Offer.DECLINED is contact(declined).offer


def test_a_reply_starts_the_count_anew() -> None:
    """REM-21: two unanswered, then a word: nothing is held in memory."""
    assert contact(Memory(unanswered=2)).unanswered == 0
    assert Offer.NONE is contact(Memory(unanswered=2)).offer


def test_what_was_never_sent_is_never_counted_as_silence() -> None:
    """REM-28 and REM-31: skipped for lateness, or not reachable: the count stays."""
    memory = settle(daily(), Memory(), NINE + 10 * DAY)
    gone = settle(daily(), lost(sent(daily(), Memory(), item(), NINE)), NINE + 10 * DAY)
    assert [memory.unanswered, gone.unanswered] == [0, 0]
    assert refused(daily(), gone, item(NINE + DAY), NINE + DAY) is Reason.UNREACHABLE
    assert not contact(gone).unreachable


def test_a_date_without_reply_counts_once_it_has_closed() -> None:
    """REM-21: at 02:59 it may still be answered, at 03:00 it counts."""
    memory = sent(daily(), Memory(), item(), NINE)
    assert settle(daily(), memory, NINE + 18 * HOUR - MINUTE).unanswered == 0
    assert settle(daily(), memory, NINE + 18 * HOUR).unanswered == 1


def test_pause_leaves_out_and_ends_on_its_date() -> None:
    """REM-23: while paused nothing goes out; on the date named it does; without a date, never."""
    until = replace(daily(), pause=Pause(NINE.date() + DAY))
    assert refused(until, Memory(), item(), NINE) is Reason.PAUSED
    assert Send() == decide(until, Memory(), item(NINE + DAY), NINE + DAY)
    endless = replace(daily(), pause=Pause(None))
    assert refused(endless, Memory(), item(NINE + DAY), NINE + DAY) is Reason.PAUSED


def test_after_a_hard_answer_no_nudge_for_a_day_and_a_gentle_next_reminder() -> None:
    """REM-26: the nudge is left out for 24 hours; the check-in comes, worded gently, once."""
    schedule = replace(daily(), kinds={**daily().kinds, **daily(kind=Kind.NUDGE).kinds})
    memory = low(Memory(), NINE - 23 * HOUR)
    assert refused(schedule, memory, item(kind=Kind.NUDGE), NINE) is Reason.LOW
    assert Send(soft=True) == decide(schedule, memory, item(), NINE)
    assert not sent(schedule, memory, item(), NINE).soft
    later = item(NINE + HOUR, kind=Kind.NUDGE)
    assert Send(soft=True) == decide(schedule, memory, later, NINE + HOUR)


def test_a_hard_answer_moves_what_is_shown_as_the_next_nudge() -> None:
    """REM-7 and REM-26: whichever nudge is planned after a hard answer, put off or held back
    before it as well, is one that will be sent."""
    schedule = daily(kind=Kind.NUDGE)
    put = item(NINE + HOUR, kind=Kind.NUDGE, snoozes=1)
    waiting = replace(item(kind=Kind.NUDGE), held=NINE + 10 * MINUTE)
    for one in (None, put, waiting):
        memory = put_off(Memory(), one) if one else Memory()
        memory = replanned(schedule, low(memory, NINE + MINUTE), NINE + MINUTE)
        planned = upcoming(memory)
        assert planned is not None
        assert NINE + 2 * DAY == planned.due
        assert Send(soft=True) == decide(schedule, memory, planned, planned.due)


def test_a_nudge_put_off_after_a_hard_answer_waits_for_the_end_of_its_rest() -> None:
    """REM-14 and REM-26: half an hour later becomes the day after, and that is what is told."""
    schedule = daily(kind=Kind.NUDGE)
    memory = low(sent(schedule, Memory(), item(kind=Kind.NUDGE), NINE), NINE + MINUTE)
    found = snoozed(schedule, memory, Kind.NUDGE, Snooze.HALF_HOUR, NINE + 2 * MINUTE)
    assert found is not None
    assert NINE + MINUTE + DAY == found.due
    assert Send(soft=True) == decide(schedule, put_off(memory, found), found, found.due)


def test_a_hard_answer_of_a_wrong_future_rests_one_day() -> None:
    """REM-6 and REM-26: told while the clock was years ahead, it keeps nudges back for a day."""
    schedule = daily(kind=Kind.NUDGE)
    memory = settle(schedule, low(Memory(), NINE + 3000 * DAY), NINE)
    planned = upcoming(replanned(schedule, memory, NINE))
    assert planned is not None
    assert NINE + DAY == planned.due


@pytest.mark.parametrize(
    ("how", "hour", "expected"),
    [
        (Snooze.HALF_HOUR, 9, NINE + 30 * MINUTE),
        (Snooze.TWO_HOURS, 9, NINE + 2 * HOUR),
        (Snooze.EVENING, 9, NINE.replace(hour=20)),
        (Snooze.TOMORROW, 9, NINE + DAY),
        (Snooze.TWO_HOURS, 21, (NINE + DAY).replace(hour=8)),
        (Snooze.EVENING, 21, NINE.replace(hour=21, minute=30)),
    ],
)
def test_putting_off(how: Snooze, hour: int, expected: datetime) -> None:
    """REM-14: half an hour, two hours, this evening, tomorrow; past the quiet hours, next morning;
    and each is sent when it comes due."""
    now = NINE.replace(hour=hour)
    memory = contact(sent(daily(slot(hour)), Memory(), item(now), now))
    found = snoozed(daily(slot(hour)), memory, Kind.CHECK_IN, how, now)
    assert found is not None
    if how is Snooze.TOMORROW:
        expected = now + DAY
    assert expected == found.due
    memory = read(write(daily(), put_off(memory, found)))[1]
    kept = replanned(daily(slot(hour)), memory, now + MINUTE).planned[key(Kind.CHECK_IN)]
    assert found == kept
    assert Send() == decide(daily(slot(hour)), memory, found, found.due)


def test_a_reminder_can_be_put_off_three_times() -> None:
    """REM-14: the fourth time there is no more putting off."""
    memory, now = sent(daily(), Memory(), item(), NINE), NINE
    for _ in range(3):
        found = snoozed(daily(), memory, Kind.CHECK_IN, Snooze.HALF_HOUR, now)
        assert found is not None
        now = found.due
        assert Send() == decide(daily(), memory, found, now)
        memory = sent(daily(), put_off(memory, found), found, now)
    assert snoozed(daily(), memory, Kind.CHECK_IN, Snooze.HALF_HOUR, now) is None


def test_putting_off_to_the_next_morning_takes_the_place_of_that_date() -> None:
    """REM-4 and REM-14: after the morning's, there is no second one on that local date."""
    schedule, evening = daily(slot(21)), NINE.replace(hour=21)
    memory = contact(sent(schedule, Memory(), item(evening), evening))
    found = snoozed(schedule, memory, Kind.CHECK_IN, Snooze.TWO_HOURS, evening)
    assert found is not None
    memory = sent(schedule, put_off(memory, found), found, found.due)
    following = next_due(schedule, memory, Kind.CHECK_IN, found.due)
    assert following is not None
    assert evening + 2 * DAY == following.due


def test_a_follow_up_waits_for_the_end_of_a_pause_and_is_not_lost() -> None:
    """REM-23 and REM-28: paused or long late, what somebody asked to be asked comes another day."""
    one = Item(Kind.FOLLOW_UP, NINE, NINE.date(), subject="plan/ask", minute=9 * 60)
    paused = replace(daily(), pause=Pause(NINE.date() + 4 * DAY))
    found = decide(paused, Memory(), one, NINE)
    assert Hold(replace(one, due=NINE + 4 * DAY, day=NINE.date() + 4 * DAY)) == found
    found = decide(daily(), Memory(), one, NINE + 5 * HOUR)
    assert Hold(replace(one, due=NINE + DAY, day=NINE.date() + DAY)) == found


def test_two_follow_ups_come_on_two_dates() -> None:
    """REM-4: the second of a date waits for the same time on the next."""
    first = Item(Kind.FOLLOW_UP, NINE, NINE.date(), subject="a")
    second = Item(Kind.FOLLOW_UP, NINE + HOUR, NINE.date(), subject="b", minute=10 * 60)
    memory = sent(daily(), Memory(), first, NINE)
    moved = replace(second, due=NINE + HOUR + DAY, day=NINE.date() + DAY)
    assert Hold(moved) == decide(daily(), memory, second, NINE + HOUR)


def test_a_change_of_zone_moves_what_is_planned_at_once() -> None:
    """REM-4: a follow-up and the check-in keep their time on the wall in the new zone."""
    one = Item(Kind.FOLLOW_UP, NINE + DAY, NINE.date() + DAY, subject="a")
    memory = replanned(daily(), Memory(planned={key(one.kind, "a"): one}), NINE)
    moved = replace(daily(), zone="America/New_York")
    planned = replanned(moved, memory, NINE, daily()).planned
    times = [found.due.astimezone(moved.zone_at(NINE)).hour for found in planned.values()]
    assert times == [9, 9]


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("America/New_York", NINE, NINE + DAY + 5 * HOUR),
        ("Asia/Tokyo", NINE, NINE + DAY - 9 * HOUR),
        ("Asia/Tokyo", NINE + 16 * HOUR, NINE + 2 * DAY - 9 * HOUR),
        ("Pacific/Auckland", NINE + DAY - HOUR, NINE + 2 * DAY - 13 * HOUR),
    ],
)
def test_a_follow_up_that_moves_is_still_to_come(
    zone: str, now: datetime, expected: datetime
) -> None:
    """REM-4 and REM-7: at 09:00 on the wall of the new zone; where that is over there, on the next
    date; and after moving back it is as it was planned."""
    one = follow_up(daily(), "a", NINE, days=1)
    assert one is not None
    moved = replace(daily(), zone=zone)
    memory = replanned(moved, put_off(Memory(), one), now, daily())
    planned = upcoming(replace(memory, planned={"a": memory.planned[key(one.kind, "a")]}))
    assert planned is not None
    assert expected == planned.due
    assert isinstance(decide(moved, Memory(), planned, planned.due), Send)
    back = replanned(daily(), memory, now, moved).planned[key(one.kind, "a")]
    assert 9 == back.due.hour


def test_a_follow_up_written_down_by_an_older_program_is_read() -> None:
    """REM-4: without its time on the wall, it has the one that its zone gives it now."""
    one = follow_up(daily(), "a", NINE, days=1)
    assert one is not None
    written = write(daily(), put_off(Memory(), one))
    items = written["memory"]["planned"]
    items[key(one.kind, "a")] = items[key(one.kind, "a")][:7]
    schedule, memory = read(written)
    assert one == replanned(schedule, memory, NINE).planned[key(one.kind, "a")]


def test_what_was_put_off_stays_out_of_the_night_of_a_new_zone() -> None:
    """REM-4, REM-7 and REM-10: two hours later in Lisbon is deep night in Tokyo; it is shown, and
    comes, in the morning there."""
    evening = NINE.replace(hour=19)
    memory = sent(daily(slot(19)), Memory(), item(evening), evening)
    found = snoozed(daily(slot(19)), memory, Kind.CHECK_IN, Snooze.TWO_HOURS, evening)
    assert found is not None
    moved = replace(daily(slot(19)), zone="Asia/Tokyo")
    memory = replanned(moved, put_off(memory, found), evening, daily(slot(19)))
    planned = memory.planned[key(Kind.CHECK_IN)]
    assert datetime(2026, 1, 5, 23, tzinfo=UTC) == planned.due  # 08:00 on the 6th in Tokyo
    assert date(2026, 1, 6) == planned.day


def test_what_is_due_this_very_minute_survives_a_tap_in_between() -> None:
    """REM-27: planning anew at 09:00:05, before the timer was looked at, loses nothing."""
    memory = replanned(daily(), Memory(), NINE - HOUR)
    again = replanned(daily(), contact(memory), NINE + timedelta(seconds=5))
    assert again.planned[key(Kind.CHECK_IN)].due == NINE


def test_often_and_rarely_are_told_apart_by_days_of_check_in() -> None:
    """REM-12: seven of the last fourteen days make a frequent guest; long ago counts no more."""
    memory = Memory()
    for n in range(7):
        assert not frequent(daily(), memory, NINE + n * DAY)
        memory = checked_in(daily(), memory, NINE + n * DAY)
    assert frequent(daily(), memory, NINE + 7 * DAY)
    assert not frequent(daily(), memory, NINE + 60 * DAY)


def test_the_count_of_check_ins_only_grows() -> None:
    """REM-22: what is counted is what was there, and silence takes nothing away."""
    memory = checked_in(daily(), checked_in(daily(), Memory(), NINE), NINE + DAY)
    memory = settle(
        daily(), sent(daily(), memory, item(NINE + 2 * DAY), NINE + 2 * DAY), NINE + 9 * DAY
    )
    assert memory.counts == {"check-ins": 2}


def test_everything_survives_being_written_down() -> None:
    """REM-27: a restart finds the schedule and its memory exactly as they were."""
    rhythm = Rhythm((Slot(540, 600),), NINE, (0, 2), 3, NINE.date(), 45, on=False)
    schedule = Schedule(
        "s",
        LISBON,
        Travel("Asia/Tokyo", NINE.date()),
        Quiet(20 * 60, 9 * 60),
        {Kind.NUDGE: rhythm, Kind.FOLLOW_UP: Rhythm((), NINE)},
        Wording.PLAIN,
        again=True,
        pause=Pause(None),
    )
    one = replace(item(), held=NINE + HOUR, snoozes=2)
    memory = low(checked_in(schedule, sent(schedule, Memory(), one, NINE), NINE), NINE)
    memory = put_off(lost(memory), replace(one, kind=Kind.FOLLOW_UP, subject="a/b"))
    assert (schedule, memory) == read(write(schedule, memory))
    assert (replace(schedule, pause=None), Memory()) == read(
        write(replace(schedule, pause=None), Memory())
    )


def test_reminders_of_a_newer_program_are_refused() -> None:
    """REM-36: a form this program does not know is named, not guessed at."""
    with pytest.raises(ValueError, match="have form 99"):
        read({**write(daily(), Memory()), "version": 99})
