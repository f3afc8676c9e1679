"""Whole weeks of life, drawn at random: whatever happens, the promises about reminders hold."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.decide import Hold, Send, decide
from bot.engine.due import follow_up
from bot.engine.local_time import local_date, local_minute, zone_names
from bot.engine.replan import Snooze, put_off, replanned, snoozed, upcoming
from bot.engine.schedule import (
    Item,
    Kind,
    Memory,
    Pause,
    Rhythm,
    Schedule,
    Slot,
    Travel,
    key,
)
from bot.engine.schedule_codec import read, write
from bot.engine.silence import checked_in, contact, not_today, restored, sent, settle

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Post:
    """One reminder as it went out."""

    item: Item
    at: datetime
    day: date
    minute: int
    zone: str
    shown: datetime


@dataclass
class Life:
    """One person with reminders, under a clock that the test moves."""

    schedule: Schedule
    now: datetime = START
    memory: Memory = field(default_factory=Memory)
    last_contact: datetime | None = None
    posts: list[Post] = field(default_factory=list)
    latest: datetime = START

    def replan(self, before: Schedule | None = None) -> None:
        """Plan anew, and restart: everything goes through its written form."""
        planned = replanned(self.schedule, self.memory, self.now, before)
        self.schedule, self.memory = read(write(self.schedule, planned))
        assert not any(self.schedule.is_quiet(item.due) for item in planned.planned.values())

    def wake(self, item: Item) -> None:
        """Let one timer come due now."""
        memory = settle(self.schedule, self.memory, self.now)
        decision = decide(self.schedule, memory, item, self.now, self.last_contact)
        name = key(item.kind, item.subject)
        if isinstance(decision, Hold):
            self.memory = replace(memory, planned={**memory.planned, name: decision.item})
            return
        if isinstance(decision, Send):
            where = self.schedule.zone_at(self.now)
            assert where is not None
            day, minute = local_date(where, self.now), local_minute(where, self.now)
            self.posts.append(Post(item, self.now, day, minute, where.key, item.due))
            memory = sent(self.schedule, memory, item, self.now)
        self.memory = replace(
            memory, planned={n: i for n, i in memory.planned.items() if n != name}
        )
        self.replan()

    def run(self, until: datetime, *, down: bool = False) -> None:
        """Let time pass; while `down`, no timer is looked at before the end."""
        while not down and (item := upcoming(self.memory)) and item.wake <= until:
            self.now = max(self.now, item.wake)
            self.wake(item)
        self.now = until
        while (item := upcoming(self.memory)) and item.wake <= self.now:
            self.wake(item)

    def reply(self) -> None:
        """Let the person write something."""
        self.memory, self.last_contact = contact(self.memory), self.now


FAR = (
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Pacific/Auckland",
    "America/New_York",
    "Asia/Tokyo",
)
ZONES = st.one_of(st.sampled_from(FAR), st.sampled_from(FAR), st.sampled_from(zone_names()))
EVENTS = st.one_of(
    st.tuples(st.just("next"), st.none()),
    st.tuples(st.just("next"), st.none()),
    st.tuples(st.just("wait"), st.integers(1, 80)),
    st.tuples(st.just("down"), st.integers(1, 60)),
    st.tuples(st.just("back"), st.integers(1, 60)),
    st.tuples(st.just("reply"), st.none()),
    st.tuples(st.just("check in"), st.none()),
    st.tuples(st.just("not today"), st.none()),
    st.tuples(st.just("snooze"), st.sampled_from(list(Snooze))),
    st.tuples(st.just("move"), ZONES),
    st.tuples(st.just("travel"), ZONES),
    st.tuples(st.just("pause"), st.integers(1, 9)),
    st.tuples(st.just("hour"), st.integers(8, 21)),
    st.tuples(st.just("restore"), st.booleans()),
)


def pass_time(life: Life, what: str, hours: int) -> None:
    """Let time pass: to the next reminder, with the service up or down, or backwards."""
    if what == "next":
        coming = upcoming(life.memory)
        life.run(coming.wake if coming else life.now + HOUR)
    elif what == "back":
        life.now -= hours * HOUR
    else:
        life.run(life.now + hours * HOUR, down=what == "down")


def happen(life: Life, what: str, value: object) -> None:
    """Let one thing happen to a life."""
    before, today = life.schedule, date.min
    where = life.schedule.zone_at(life.now)
    if where is not None:
        today = local_date(where, life.now)
    if what in ("next", "wait", "down", "back"):
        pass_time(life, what, value if isinstance(value, int) else 0)
    elif what == "hour":
        assert isinstance(value, int)
        rhythm = replace(before.kinds[Kind.CHECK_IN], slots=(Slot(value * 60, value * 60),))
        life.schedule = replace(before, kinds={**before.kinds, Kind.CHECK_IN: rhythm})
    elif what == "move":
        life.schedule = replace(before, zone=str(value), travel=None)
    elif what == "travel":
        life.schedule = replace(before, travel=Travel(str(value), today + timedelta(days=3)))
    elif what == "pause":
        assert isinstance(value, int)
        life.schedule = replace(before, pause=Pause(today + timedelta(days=value)))
    elif what == "snooze":
        item = snoozed(life.schedule, life.memory, Kind.CHECK_IN, Snooze(str(value)), life.now)
        life.reply()
        life.memory = put_off(life.memory, item) if item else life.memory
    else:
        life.reply()
        if what == "check in":
            life.memory = checked_in(life.schedule, life.memory, life.now)
        elif what == "not today":
            life.memory = not_today(life.schedule, life.memory, Kind.CHECK_IN, life.now)
        elif what == "restore":
            life.memory = restored(life.memory, yes=bool(value))
    life.replan(before)


@given(ZONES, st.lists(EVENTS, min_size=5, max_size=30))
@settings(max_examples=300, deadline=None)
def test_whatever_happens_the_promises_hold(zone: str, events: list[tuple[str, object]]) -> None:
    """REM-4, REM-6, REM-7, REM-8, REM-10, REM-18 and REM-28: through waiting, downtime, clocks set
    back, moves, travel, pauses, edits, snoozes and restarts, no kind comes twice on a local date,
    none in quiet hours or before it was chosen, none within eight hours because of a move, none to
    somebody who is busy, none more than three hours after the time that was shown."""
    since = START + 2 * HOUR
    life = Life(
        Schedule(
            "seed",
            zone,
            kinds={
                Kind.CHECK_IN: Rhythm((Slot(9 * 60, 9 * 60),), since),
                Kind.NUDGE: Rhythm((Slot(13 * 60, 16 * 60),), since),
            },
        )
    )
    life.replan()
    for what, value in events:
        happen(life, what, value)
    for kind in (Kind.CHECK_IN, Kind.NUDGE):
        posts = [post for post in life.posts if post.item.kind is kind]
        days = [post.day for post in posts]
        assert sorted(days) == days
        for post in posts:
            assert 8 * 60 <= post.minute < 22 * 60
            assert post.item.day == post.day
            assert since <= post.at
            assert timedelta(0) <= post.at - post.shown <= 3 * HOUR
        for one, later in pairwise(posts):
            if later.day == one.day:
                assert later.item.snoozes == one.item.snoozes + 1
            if one.zone != later.zone and not later.item.snoozes:
                assert later.at - one.at >= 8 * HOUR


@given(ZONES, st.lists(st.tuples(ZONES, st.integers(0, 30)), max_size=4), st.integers(8, 21))
@settings(max_examples=150, deadline=None)
def test_a_follow_up_keeps_its_time_on_the_wall_through_every_move(
    zone: str, moves: list[tuple[str, int]], hour: int
) -> None:
    """REM-2, REM-4 and REM-7: planned for an hour in three days, it is shown at that hour wherever
    the person goes, still to come, and at most a date later than was promised."""
    life = Life(Schedule("seed", zone, kinds={Kind.FOLLOW_UP: Rhythm((), START)}))
    one = follow_up(life.schedule, "a", START, days=3, minute=hour * 60)
    assert one is not None
    life.memory = put_off(life.memory, one)
    for where, hours in moves:
        life.now += hours * HOUR
        before = life.schedule
        if life.now >= one.due - 26 * HOUR:
            break
        life.schedule = replace(before, zone=where)
        life.replan(before)
        planned = upcoming(life.memory)
        new = life.schedule.zone_at(life.now)
        assert planned is not None
        assert new is not None
        assert hour * 60 == local_minute(new, planned.due)
        assert life.now < planned.due
        assert planned.day == local_date(new, planned.due)
        assert timedelta(0) <= planned.day - one.day <= timedelta(days=1)


@given(ZONES, st.integers(1, 20))
@settings(max_examples=60, deadline=None)
def test_while_the_service_is_up_every_day_has_its_reminder_at_the_time_shown(
    zone: str, days: int
) -> None:
    """REM-7 and REM-27: with a reply each day, each date has exactly one, at exactly the time that
    was shown as the next."""
    life = Life(Schedule("seed", zone, kinds={Kind.CHECK_IN: Rhythm((Slot(600, 700),), START)}))
    life.replan()
    for _ in range(days):
        shown = upcoming(life.memory)
        assert shown is not None
        life.run(shown.due)
        life.run(life.now + HOUR)
        life.reply()
        life.replan()
        assert shown.due == life.posts[-1].at
    sent_on = [post.day for post in life.posts]
    assert [sent_on[0] + timedelta(days=n) for n in range(days)] == sent_on
