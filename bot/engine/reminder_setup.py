"""`/reminders`: choosing what comes, when, on which days and in which words.

Owns the panels of that choice. Off until chosen; every change is shown with the
next time it leads to. Zones are `zone_setup`'s, pauses `pausing`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.engine import check_ins, clock_words, day_words, putting_off, when, zone_setup
from bot.engine import reminders as due_reminders
from bot.engine.conversation import Panel
from bot.engine.local_time import local_date
from bot.engine.reminder_book import Book, has_book, keep_book, open_book
from bot.engine.reminder_summary import is_command, kind_line, summary, ways
from bot.engine.scene import Scene, words_of
from bot.engine.schedule import (
    MOST_SLOTS,
    Kind,
    Offer,
    Rhythm,
    Slot,
    Wording,
)
from bot.engine.silence import restored

DEFAULT_TIMES: Mapping[Kind, tuple[int, ...]] = {
    Kind.CHECK_IN: (9 * 60, 12 * 60 + 30, 19 * 60),
    Kind.NUDGE: (8 * 60 + 30, 13 * 60, 17 * 60),
    Kind.LOOK_BACK: (10 * 60, 14 * 60, 18 * 60),
}
"""Morning, midday and evening for each kind, apart so that no two come in one minute."""

WINDOWS = ((9 * 60, 12 * 60), (12 * 60, 16 * 60), (17 * 60, 21 * 60))
"""Windows to offer for `somewhere in the morning, the afternoon, the evening`."""

PARTS = ("morning", "midday", "evening")
SUNDAY = (6,)
GAP = 60
"""Minutes between two times of one day, at least."""


def reminders(scene: Scene, argument: str = "") -> None:
    """`/reminders`: the summary, or for a beginner the one question that matters."""
    if argument.strip() and _typed(scene, Kind.CHECK_IN, argument):
        return
    if not has_book(scene) or not open_book(scene).schedule.kinds:
        ask_time(scene, Kind.CHECK_IN, "reminders-start")
        return
    summary(scene)


def chosen(scene: Scene, _panel: Panel, which: str) -> None:
    """Go where the summary leads."""
    if which.startswith("kind-"):
        _kind(scene, Kind(which.removeprefix("kind-")))
        return
    doors: Mapping[str, Callable[[Scene], None]] = {
        "lock-screen": _lock_screen,
        "reminder-test": due_reminders.try_out,
        "earlier-day": check_ins.earlier,
        "all-off": putting_off.stop,
        "restore": _restore,
    }
    scene.fold_panel()
    doors[which](scene)


def said(scene: Scene, panel: Panel, text: str) -> bool:
    """Understand a time, a window or days typed on any of these panels."""
    return _typed(scene, Kind(panel.data.get("kind", Kind.CHECK_IN)), text)


def time_said(scene: Scene, panel: Panel, text: str) -> bool:
    """Take typed words as the time that was asked for; what is none is asked for again."""
    if is_command(scene, text):
        return False
    kind = Kind(panel.data["kind"])
    if not _typed(scene, kind, text):
        ask_time(scene, kind, "reminder-not-a-time", str(panel.data["how"]))
    return True


def ask_time(scene: Scene, kind: Kind, phrase: str = "reminder-time", how: str = "only") -> None:
    """Ask for a time of day. `how` says what becomes of it: `only` one, or one to `add`."""
    options = [
        (f"at-{minute}", f"{scene.house.phrase(f'choice-{part}')} ({when.clock(minute)})")
        for part, minute in zip(PARTS, DEFAULT_TIMES[kind], strict=True)
    ]
    options += scene.options("time-window", "time-other")
    data: dict[str, object] = {"kind": str(kind), "how": how}
    scene.panel("reminder-time", scene.phrase(phrase), options, data=data, ways=ways(scene))


def time_chosen(scene: Scene, panel: Panel, which: str) -> None:
    """Take a time, or ask further for another one or a window."""
    kind, how = Kind(panel.data["kind"]), str(panel.data["how"])
    name, _, rest = which.partition("-")
    if name == "at":
        minute = int(rest)
        _take(scene, kind, Slot(minute, minute), how)
    elif name == "within":
        opens, _, closes = rest.partition("-")
        _take(scene, kind, Slot(int(opens), int(closes)), how)
    else:
        options = []
        if which == "time-window":
            options = [
                (f"within-{opens}-{closes}", when.slots(scene.house, [Slot(opens, closes)]))
                for opens, closes in WINDOWS
            ]
        data: dict[str, object] = {"kind": str(kind), "how": how}
        phrase = "reminder-window" if which == "time-window" else "reminder-other-time"
        scene.panel("reminder-time", scene.phrase(phrase), options, data=data, ways=ways(scene))


def kind_chosen(scene: Scene, panel: Panel, which: str) -> None:
    """Change one kind as asked."""
    kind = Kind(panel.data["kind"])
    if which == "kind-time":
        ask_time(scene, kind)
    elif which == "kind-add":
        ask_time(scene, kind, how="add")
    elif which == "kind-days":
        _ask_days(scene, kind)
    elif which.startswith("kind-again"):
        book = open_book(scene)
        schedule = replace(book.schedule, again=which == "kind-again-on")
        keep_book(scene, book.chosen(schedule))
        summary(scene)
    else:
        _switch(scene, kind, on=False)


def days_chosen(scene: Scene, panel: Panel, which: str) -> None:
    """Take the days."""
    kind = Kind(panel.data["kind"])
    if which.startswith("day-"):
        _set_days(scene, kind, day_words.Days((int(which.removeprefix("day-")),)))
    else:
        _set_days(scene, kind, _DAYS[which])


def lock_screen_chosen(scene: Scene, _panel: Panel, which: str) -> None:
    """Choose what may stand on a lock screen."""
    book = open_book(scene)
    wording = Wording.PLAIN if which == "wording-plain" else Wording.DISCREET
    scene.fold_panel(answer=scene.house.phrase(f"choice-{which}"))
    keep_book(scene, book.chosen(replace(book.schedule, wording=wording)))
    summary(scene)


def ask_what_waits(scene: Scene) -> None:
    """Once nothing else is open: ask for the zone that a promised follow-up needs, or whether to
    return to the chosen rhythm after a silence."""
    if scene.talk.panel is not None or scene.talk.stack or not has_book(scene):
        return
    book = open_book(scene)
    if book.memory.wanted and book.schedule.zone_at(scene.now) is None:
        zone_setup.ask(scene, "zone-for-follow-up")
    elif book.memory.wanted and not book.schedule.rhythm(Kind.FOLLOW_UP):
        options = scene.options("follow-up-on", "follow-up-off")
        scene.panel("follow-up-offer", scene.phrase("follow-up-offer"), options)
    elif book.memory.offer is Offer.DUE:
        memory = restored(book.memory, yes=False)
        keep_book(scene, book.remembering(memory))
        options = scene.options("restore-yes", "restore-no")
        scene.panel("restore", scene.phrase("restore"), options)


def follow_up_offer_chosen(scene: Scene, _panel: Panel, which: str) -> None:
    """Switch follow-ups on for what was just promised, or let the promise go."""
    scene.fold_panel(answer=scene.house.phrase(f"choice-{which}"))
    if which == "follow-up-on":
        _switch(scene, Kind.FOLLOW_UP, on=True)
        return
    book = open_book(scene)
    keep_book(scene, book.remembering(replace(book.memory, wanted={})))
    scene.tell("follow-up-let-go")


_DAYS: Mapping[str, day_words.Days] = {
    "days-every": day_words.Days(),
    "days-work": day_words.Days(when.WORKDAYS),
    "days-weekend": day_words.Days((5, 6)),
    "days-second": day_words.Days(every=2),
    "days-third": day_words.Days(every=3),
}


def _kind(scene: Scene, kind: Kind) -> None:
    book = open_book(scene)
    rhythm = book.schedule.rhythm(kind)
    if kind is Kind.FOLLOW_UP:
        _switch(scene, kind, on=rhythm is None)
        return
    if rhythm is None:
        ask_time(scene, kind, f"reminder-time-{kind}")
        return
    keys = ["kind-time", "kind-days"]
    if len(rhythm.slots) < MOST_SLOTS and kind is not Kind.LOOK_BACK:
        keys.insert(1, "kind-add")
    if kind is Kind.CHECK_IN and len(rhythm.slots) == 1:
        keys.append("kind-again-off" if book.schedule.again else "kind-again-on")
    text = words_of(kind_line(scene, book.schedule, kind))
    scene.panel(
        "reminder-kind",
        text,
        scene.options(*keys, "kind-off"),
        data={"kind": str(kind)},
        ways=ways(scene),
    )


def _ask_days(scene: Scene, kind: Kind) -> None:
    if kind is Kind.LOOK_BACK:
        options = [(f"day-{n}", scene.house.phrase(f"weekday-{n}")) for n in range(7)]
    else:
        options = scene.options(*_DAYS)
    text = scene.phrase("reminder-days")
    scene.panel("reminder-days", text, options, data={"kind": str(kind)}, ways=ways(scene))


def _lock_screen(scene: Scene) -> None:
    options = scene.options("wording-discreet", "wording-plain")
    scene.panel("lock-screen", scene.phrase("lock-screen"), options, ways=ways(scene))


def _restore(scene: Scene) -> None:
    book = open_book(scene)
    keep_book(scene, book.remembering(restored(book.memory, yes=True)))
    summary(scene)


def _typed(scene: Scene, kind: Kind, text: str) -> bool:
    """Take typed words as a time, a window or days; False if they are none of these."""
    language = scene.talk.language
    quiet = open_book(scene).schedule.quiet
    how = str(scene.talk.panel.data.get("how", "only")) if scene.talk.panel else "only"
    days = day_words.days(text, language)
    if days is not None and open_book(scene).schedule.rhythm(kind) is not None:
        _set_days(scene, kind, days)
        return True
    within = clock_words.window(text, language, quiet.end, quiet.start - 1)
    if within is not None:
        _take(scene, kind, Slot(*within), how)
        return True
    meant = clock_words.times(text, language)
    awake = [minute for minute in meant if not quiet.covers(minute)]
    if len(awake) == 1:
        _take(scene, kind, Slot(awake[0], awake[0]), how)
    elif awake:
        options = [(f"at-{minute}", when.clock(minute)) for minute in awake]
        data: dict[str, object] = {"kind": str(kind), "how": how}
        scene.panel("reminder-time", scene.phrase("reminder-which"), options, data=data)
    elif meant:
        values = {"start": when.clock(quiet.start), "end": when.clock(quiet.end)}
        scene.tell("reminder-quiet", values)
        ask_time(scene, kind, how=how)
    return bool(meant)


def _take(scene: Scene, kind: Kind, slot: Slot, how: str) -> None:
    """Choose a time for a kind; without a zone, that is asked next."""
    book = open_book(scene)
    old = book.schedule.kinds.get(kind)
    slots: tuple[Slot, ...] = (slot,)
    if how == "add" and old is not None:
        slots = tuple(sorted((*old.slots, slot), key=lambda one: (one.opens, one.closes)))
    try:
        rhythm = _rhythm(kind, old, slots, scene.now)
    except ValueError:
        scene.tell("reminder-too-close", {"minutes": str(GAP)})
        ask_time(scene, kind, how=how)
        return
    scene.fold_panel(answer=when.slots(scene.house, [slot]))
    _choose(scene, book, kind, rhythm)


def _rhythm(kind: Kind, old: Rhythm | None, slots: tuple[Slot, ...], now: datetime) -> Rhythm:
    if old is None:
        weekdays = SUNDAY if kind is Kind.LOOK_BACK else when.EVERY_DAY
        return Rhythm(slots, now, weekdays, gap=GAP)
    since = old.since if old.on else now
    return replace(old, slots=slots, since=since, on=True, gap=GAP)


def _set_days(scene: Scene, kind: Kind, days: day_words.Days) -> None:
    book = open_book(scene)
    old = book.schedule.kinds[kind]
    where = book.schedule.zone_at(scene.now)
    anchor = local_date(where, scene.now) if where and days.every > 1 else None
    every = days.every if anchor else 1
    rhythm = replace(old, weekdays=days.weekdays, every=every, anchor=anchor)
    scene.fold_panel(answer=when.days(scene.house, rhythm))
    _choose(scene, book, kind, rhythm)


def _switch(scene: Scene, kind: Kind, *, on: bool) -> None:
    book = open_book(scene)
    old = book.schedule.kinds.get(kind) or Rhythm((), scene.now)
    since = scene.now if on and not old.on else old.since
    scene.fold_panel()
    _choose(scene, book, kind, replace(old, on=on, since=since))


def _choose(scene: Scene, book: Book, kind: Kind, rhythm: Rhythm) -> None:
    """Keep a choice, then show it, or ask for the zone it needs."""
    schedule = replace(book.schedule, kinds={**book.schedule.kinds, kind: rhythm})
    book = zone_setup.kept(scene, book.chosen(schedule))
    if rhythm.on and book.schedule.zone_at(scene.now) is None:
        zone_setup.ask(scene, "zone-first")
    else:
        summary(scene)
