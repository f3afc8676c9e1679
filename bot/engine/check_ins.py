"""The check-in and the day it belongs to.

Owns which local date a check-in answers, past days added later, and what it leaves in memory: the
day is done, a hard one asks for gentleness. The questions themselves are the flow `checkin`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.engine import silence, walk
from bot.engine.conversation import Frame, Panel
from bot.engine.day_words import day_ago
from bot.engine.due import is_open
from bot.engine.effects import Keep
from bot.engine.reminder_book import Book, has_book, keep_book, open_book
from bot.engine.scene import Scene
from bot.engine.when import day_name

CHECK_IN = "checkin"
WITHIN = f"{CHECK_IN}/"
"""How the name of each of its steps begins."""

DOOR = f"{WITHIN}door"
"""The question of the check-in that tells how close or distant a day was, from 1 (distant)."""

LOW = 2
"""An answer to it up to this is a hard day."""

CARE = ("crisis", "gentle", "countries")
"""Panels of somebody in danger: nothing may push in for a while, and nothing cheerful follows."""

PAST_DAYS = 6
"""Days back that a check-in can still be added to."""


def check_in(scene: Scene, argument: str = "") -> None:
    """`/checkin`: today's; with `yesterday` or the name of a day, an earlier one."""
    scene.fold_panel()
    begin_check_in(scene, _earlier(scene, argument))


def begin_check_in(scene: Scene, day: date | None = None, how: str = "command") -> None:
    """Open the check-in for a day (None: today). One left open for another day makes room."""
    if CHECK_IN not in scene.library.flows:
        return
    book = open_book(scene)
    day = day or silence.day_of_person(book.schedule, scene.now)
    if book.memory.doing not in (None, day):
        put_away(scene)
    if book.memory.doing != day:
        keep_book(scene, book.remembering(replace(book.memory, doing=day)), plan=False)
    walk.open_flow(scene, CHECK_IN, how=how)


def earlier(scene: Scene, _argument: str = "") -> None:
    """Offer the last days that have no check-in yet."""
    book = open_book(scene)
    today = silence.day_of_person(book.schedule, scene.now)
    open_days = [today - timedelta(days=n) for n in range(1, PAST_DAYS + 1)]
    options = [
        (day.isoformat(), day_name(scene.house, day))
        for day in open_days
        if day not in book.memory.done
    ]
    scene.panel("earlier", scene.phrase("earlier-day"), options, ways=["menu"])


def earlier_chosen(scene: Scene, _panel: Panel, which: str) -> None:
    """Open the check-in for the chosen day."""
    day = date.fromisoformat(which)
    scene.fold_panel(answer=day_name(scene.house, day))
    begin_check_in(scene, day)


def closed(scene: Scene, turn: int, pressed: str) -> bool:
    """Answer a button of a check-in whose day is over: offer to add it as a past day. False where
    the day is still open or the turn asked no check-in."""
    if not has_book(scene):
        return False
    book = open_book(scene)
    day = book.memory.turns.get(turn)
    if day is None or is_open(book.schedule, day, scene.now) or day in book.memory.done:
        return False
    values = {"day": day_name(scene.house, day)}
    options = scene.options("past-day-yes", "past-day-today", "past-day-no")
    data: dict[str, object] = {"day": day.isoformat(), "pressed": pressed}
    scene.panel("past-day", scene.phrase("reminder-closed", values), options, data=data)
    return True


def past_day_chosen(scene: Scene, panel: Panel, which: str) -> None:
    """Add a check-in to an earlier day, or make today's, or leave it."""
    scene.fold_panel(answer=scene.house.phrase(f"choice-{which}"))
    if which == "past-day-no":
        scene.tell("reminder-left")
        return
    day = date.fromisoformat(panel.data["day"]) if which == "past-day-yes" else None
    begin_check_in(scene, day)
    pressed = str(panel.data.get("pressed", ""))
    frame = scene.talk.frame
    if day is not None and frame and frame.flow == CHECK_IN and pressed.isdecimal():
        walk.accept(scene, int(pressed))


def after(scene: Scene) -> None:
    """At the end of a turn: note what a check-in or a hard moment leaves in memory, and ask what
    was waiting to be asked once nothing else is open."""
    doing = any(frame.flow == CHECK_IN for frame in scene.talk.stack)
    answered = any(name.startswith(WITHIN) for name in scene.fresh)
    hard = _hard(scene)
    if not (has_book(scene) or doing or answered or hard):
        return
    book = open_book(scene)
    memory = book.memory
    today = silence.day_of_person(book.schedule, scene.now)
    if answered:
        day = memory.doing or today
        _date_back(scene, book, day, today)
        memory = silence.checked_in(book.schedule, memory, scene.now, day)
    if hard:
        memory = silence.low(memory, scene.now)
    belongs = (memory.doing or today) if doing else None
    if belongs != memory.doing:
        memory = replace(memory, doing=belongs)
    if memory != book.memory:
        keep_book(scene, book.remembering(memory))


def put_away(scene: Scene) -> None:
    """Take an open check-in off the stack, with its buttons."""
    for frame in _check_ins(scene):
        scene.retire(frame.asked)
        scene.talk.stack.remove(frame)


def _check_ins(scene: Scene) -> list[Frame]:
    return [frame for frame in scene.talk.stack if frame.flow == CHECK_IN]


def _hard(scene: Scene) -> bool:
    panel = scene.talk.panel
    in_care = panel is not None and panel.name in CARE and panel.asked == scene.talk.turn
    door = scene.fresh.get(DOOR)
    return in_care or (isinstance(door, int) and door <= LOW)


def _date_back(scene: Scene, book: Book, day: date, today: date) -> None:
    """File what was just kept under the earlier day it belongs to."""
    where = book.schedule.zone_on(day)
    if day >= today:
        return
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=where or UTC)
    scene.effects[:] = [
        replace(effect, at=int(noon.timestamp()))
        if isinstance(effect, Keep) and effect.flow == CHECK_IN
        else effect
        for effect in scene.effects
    ]


def _earlier(scene: Scene, argument: str) -> date | None:
    """Read `yesterday` or the name of one of the last six days."""
    if not argument.strip():
        return None
    book = open_book(scene)
    today = silence.day_of_person(book.schedule, scene.now)
    return day_ago(argument, scene.talk.language, today)
