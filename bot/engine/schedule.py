"""What a person chose about reminders, and what is remembered of those that were sent.

Owns the two values `Schedule` (the choice) and `Memory` (what happened), with their rules. Neither
ever changes in place. Knows nothing of when something is due (`due`), of how silence is met
(`silence`) or of how the values are written down (`schedule_codec`).

Minutes count from local midnight; dates are local dates; instants are aware.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.engine.local_time import DAY, find_zone, local_date, local_minute

MOST_SLOTS = 3
"""Times a day that a person can choose for one kind."""

MOST_DAYS = 31
"""The longest `every n days`."""


_WEEK = frozenset(range(7))


class Kind(StrEnum):
    """What a reminder is about. Each can be switched by itself."""

    CHECK_IN = "checkin"
    NUDGE = "nudge"
    FOLLOW_UP = "follow-up"
    LOOK_BACK = "look-back"


RECURRING = (Kind.CHECK_IN, Kind.NUDGE, Kind.LOOK_BACK)
"""The kinds with times of their own, the most important first. A follow-up brings its own."""


class Wording(StrEnum):
    """What may stand on a lock screen."""

    DISCREET = "discreet"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing is sent: from `start` in the evening to `end` in the morning.

    22:00 to 08:00 is the least. It protects sleep, so it can be made longer and never shorter.
    """

    start: int = 22 * 60
    end: int = 8 * 60

    LATEST_START = 22 * 60
    EARLIEST_END = 8 * 60

    def __post_init__(self) -> None:
        if self.start > self.LATEST_START or self.end < self.EARLIEST_END:
            raise ValueError("Quiet hours hold at least from 22:00 to 08:00; choose longer ones.")
        if self.start - self.end < 60:
            raise ValueError("Quiet hours leave less than an hour of the day; choose shorter ones.")

    def covers(self, minute: int) -> bool:
        """Whether this minute of the day is quiet."""
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True)
class Slot:
    """One time of the day: exactly `opens`, or somewhere from it to `closes`, both included."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens <= self.closes < DAY:
            raise ValueError(
                f"A slot lies within one day and does not end before it begins: {self}"
            )

    @property
    def exact(self) -> bool:
        """Whether nothing is drawn."""
        return self.opens == self.closes


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When one kind comes: its slots in order, at least `gap` minutes apart, on which days.

    Days are `weekdays` (0 is Monday), or with `every` above 1 every so many days counted from
    `anchor`. `since` is when the person switched it on; nothing is ever due before.
    """

    slots: tuple[Slot, ...]
    since: datetime
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    every: int = 1
    anchor: date | None = None
    gap: int = 60
    on: bool = True

    def __post_init__(self) -> None:
        if len(self.slots) > MOST_SLOTS:
            raise ValueError(f"A kind has at most {MOST_SLOTS} times a day.")
        if not self.weekdays or not _WEEK.issuperset(self.weekdays):
            raise ValueError("Choose at least one weekday, from 0 (Monday) to 6.")
        if not 1 <= self.every <= MOST_DAYS or (self.every > 1 and self.anchor is None):
            raise ValueError(f"Every n days means 1 to {MOST_DAYS}, counted from a date.")
        for one, following in zip(self.slots, self.slots[1:], strict=False):
            if one.opens > following.opens or one.closes + self.gap > following.closes:
                raise ValueError(f"Two times of a day need {self.gap} minutes between them.")

    def includes(self, day: date) -> bool:
        """Whether this is one of the chosen days."""
        if self.every > 1 and self.anchor is not None:
            return (day - self.anchor).days % self.every == 0
        return day.weekday() in self.weekdays


@dataclass(frozen=True, slots=True)
class Travel:
    """Away in another zone up to and including the date `until`, then home by itself."""

    zone: str
    until: date


@dataclass(frozen=True, slots=True)
class Pause:
    """No reminders before the date `until`; None is until the person resumes."""

    until: date | None


def _nothing() -> Mapping[Kind, Rhythm]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Schedule:
    """One person's whole choice. Without a confirmed `zone` nothing is ever due.

    `seed` is drawn once and fixes every draw within a window, so that no restart draws anew.
    `again` is the one gentle second ask of an unanswered day.
    """

    seed: str
    zone: str = ""
    travel: Travel | None = None
    quiet: Quiet = field(default_factory=Quiet)
    kinds: Mapping[Kind, Rhythm] = field(default_factory=_nothing)
    wording: Wording = Wording.DISCREET
    again: bool = False
    pause: Pause | None = None

    def rhythm(self, kind: Kind) -> Rhythm | None:
        """Give a kind's rhythm if it is switched on."""
        found = self.kinds.get(kind)
        return found if found is not None and found.on else None

    def zone_on(self, day: date) -> ZoneInfo | None:
        """Give the zone that holds on a local date, or None before one was confirmed."""
        if self.travel is not None and day <= self.travel.until:
            return find_zone(self.travel.zone) or find_zone(self.zone)
        return find_zone(self.zone)

    def zone_at(self, at: datetime) -> ZoneInfo | None:
        """Give the zone that holds at an instant."""
        if self.travel is not None:
            away = find_zone(self.travel.zone)
            if away is not None and local_date(away, at) <= self.travel.until:
                return away
        return find_zone(self.zone)

    def paused(self, day: date) -> bool:
        """Whether reminders rest on this date."""
        return self.pause is not None and (self.pause.until is None or day < self.pause.until)

    def is_quiet(self, at: datetime) -> bool:
        """Whether it is quiet where the person is (also while that is unknown)."""
        where = self.zone_at(at)
        return where is None or self.quiet.covers(local_minute(where, at))


@dataclass(frozen=True, slots=True)
class Item:
    """One reminder that is to come: shown as the next one, and sent as it was shown.

    `subject` tells follow-ups apart. `day` and `slot` name it among all of its kind. `snoozes`
    counts how often the person put it off; `held` is until when we keep it back for a moment.
    `minute` is what a follow-up's clock on the wall shows at `due`, so that it can be kept when the
    zone or its rules change; every other kind has it in its slot.
    """

    kind: Kind
    due: datetime
    day: date
    slot: int = 0
    subject: str = ""
    snoozes: int = 0
    held: datetime | None = None
    minute: int | None = None

    @property
    def wake(self) -> datetime:
        """When to look at it again."""
        return self.held or self.due

    @property
    def order(self) -> tuple[date, int, int]:
        """Its place among all of its kind; what was sent never comes at or before it again."""
        return (self.day, self.slot, self.snoozes)


@dataclass(frozen=True, slots=True)
class Sent:
    """The last reminder of a kind that was sent, when, and the zone it was sent in."""

    item: Item
    at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A follow-up somebody asked for while their zone was not known: it waits for the zone.

    `minute` is the minute of the day, or -1 for the time of `since`.
    """

    since: datetime
    days: int
    hours: int
    minute: int


class Offer(StrEnum):
    """Whether to ask about returning to the chosen rhythm after asking less often."""

    NONE = ""
    DUE = "due"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered between two reminders.

    `asked` is the local date of a reminder that has no reply yet. `unanswered` counts such dates in
    a row and is never shown to anybody. `let_be` holds by kind the latest date that needs no more
    asking (done, or not today). `done` are the latest dates of check-ins, `counts` numbers that
    only grow. `low` is when the person last told of a hard time; `soft` asks for the next reminder
    to be worded gently.
    """

    planned: Mapping[str, Item] = field(default_factory=lambda: MappingProxyType({}))
    last: Mapping[Kind, Sent] = field(default_factory=lambda: MappingProxyType({}))
    let_be: Mapping[Kind, date] = field(default_factory=lambda: MappingProxyType({}))
    asked: date | None = None
    unanswered: int = 0
    offer: Offer = Offer.NONE
    low: datetime | None = None
    soft: bool = False
    unreachable: bool = False
    done: tuple[date, ...] = ()
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    doing: date | None = None
    turns: Mapping[int, date] = field(default_factory=lambda: MappingProxyType({}))
    wanted: Mapping[str, Wanted] = field(default_factory=lambda: MappingProxyType({}))


def key(kind: Kind, subject: str = "") -> str:
    """Name an item among those planned: one a kind, and one a subject for follow-ups."""
    return f"{kind}/{subject}" if subject else str(kind)
