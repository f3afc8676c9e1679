"""`/pause` and `/resume`: no reminders for a while, in any state.

Owns those two commands and their panel. The end of a pause is a local date, and is confirmed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta

from bot.engine import day_words, when
from bot.engine.conversation import Panel
from bot.engine.local_time import local_date
from bot.engine.reminder_book import Book, has_book, keep_book, open_book
from bot.engine.reminder_summary import summary
from bot.engine.scene import Scene
from bot.engine.schedule import Kind, Pause

OFFERED = (3, 7, 14)
"""Days of a pause to tap."""


def pause(scene: Scene, argument: str = "") -> None:
    """`/pause`: with a span or a date behind it at once, else by asking."""
    if not _on(scene):
        scene.tell("pause-nothing")
        return
    if argument.strip() and _typed(scene, argument):
        return
    today = _today(scene, open_book(scene))
    options = [
        ((today + timedelta(days=n)).isoformat(), scene.house.phrase(f"choice-pause-{n}"))
        for n in OFFERED
    ]
    options += scene.options("pause-endless")
    ways = ["carry-on"] if scene.talk.waiting else ["menu"]
    scene.panel("pause", scene.phrase("pause"), options, ways=ways)


def chosen(scene: Scene, _panel: Panel, which: str) -> None:
    """Take the end of the pause from a button."""
    _pause(scene, None if which == "pause-endless" else date.fromisoformat(which))


def said(scene: Scene, _panel: Panel, text: str) -> bool:
    """Take the end of the pause from words."""
    return _typed(scene, text)


def resume(scene: Scene, _argument: str = "") -> None:
    """`/resume`: end the pause now, and show what comes next."""
    scene.fold_panel()
    if not has_book(scene) or not _on(scene):
        scene.tell("resume-nothing")
        return
    book = open_book(scene)
    keep_book(scene, book.chosen(replace(book.schedule, pause=None)))
    scene.tell("resumed")
    summary(scene)


def _typed(scene: Scene, text: str) -> bool:
    if day_words.is_endless(text, scene.talk.language):
        _pause(scene, None)
        return True
    day = day_words.date_ahead(text, scene.talk.language, _today(scene, open_book(scene)))
    if day is not None:
        _pause(scene, day)
    return day is not None


def _pause(scene: Scene, until: date | None) -> None:
    book = open_book(scene)
    keep_book(scene, book.chosen(replace(book.schedule, pause=Pause(until))))
    day = when.day_name(scene.house, until) if until else ""
    scene.fold_panel(answer=day)
    ways = [scene.way("carry-on")] if scene.talk.waiting else []
    phrase = "pause-kept" if until else "pause-kept-endless"
    scene.say(scene.phrase(phrase, {"day": day}), ways=ways)


def _on(scene: Scene) -> bool:
    if not has_book(scene):
        return False
    schedule = open_book(scene).schedule
    return any(schedule.rhythm(kind) for kind in Kind)


def _today(scene: Scene, book: Book) -> date:
    where = book.schedule.zone_at(scene.now)
    return local_date(where, scene.now) if where else scene.now.astimezone(UTC).date()
