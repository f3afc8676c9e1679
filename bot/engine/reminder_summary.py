"""What is chosen about reminders, at a glance, with the next time.

Owns the summary behind `/reminders`. The time shown is the planned one, which is the one that will
be sent.
"""

from __future__ import annotations

from bot.engine import when
from bot.engine.reminder_book import Book, open_book
from bot.engine.replan import upcoming
from bot.engine.scene import Scene, words_of
from bot.engine.schedule import RECURRING, Kind, Schedule
from bot.engine.silence import Stage, stage
from bot.engine.words import fold


def summary(scene: Scene) -> None:
    """Show what is chosen and when the next one comes, with everything that can be changed."""
    book = open_book(scene)
    options = [(f"kind-{kind}", kind_line(scene, book.schedule, kind)) for kind in Kind]
    if stage(book.memory) is not Stage.CHOSEN:
        options.insert(0, ("restore", scene.house.phrase("choice-restore-yes")))
    options += scene.options("lock-screen", "reminder-test", "earlier-day", "all-off")
    text = words_of(scene.phrase("reminders"), *_state(scene, book))
    scene.panel("reminders", text, options, ways=ways(scene))


def kind_line(scene: Scene, schedule: Schedule, kind: Kind) -> str:
    """Say what is chosen for one kind."""
    name = scene.house.phrase(f"kind-{kind}")
    rhythm = schedule.rhythm(kind)
    if rhythm is None:
        return scene.house.phrase("kind-is-off", kind=name)
    if kind not in RECURRING:
        return scene.house.phrase("kind-is-on", kind=name)
    days, times = when.days(scene.house, rhythm), when.slots(scene.house, rhythm.slots)
    return scene.house.phrase("kind-is", kind=name, days=days, times=times)


def is_command(scene: Scene, text: str) -> bool:
    """Whether typed words are the words of a command: then no panel here takes them for its own."""
    typed = fold(text)
    named = scene.house.commands.values()
    return any(typed in map(fold, (command.name, *command.words)) for command in named)


def ways(scene: Scene) -> list[str]:
    """Give the way out of a panel about reminders."""
    return ["carry-on"] if scene.talk.waiting else ["menu"]


def _state(scene: Scene, book: Book) -> list[str]:
    """Say when the next one comes, or why none does."""
    house, schedule = scene.house, book.schedule
    where = schedule.zone_at(scene.now)
    if not any(schedule.rhythm(kind) for kind in Kind):
        return [house.phrase("reminders-none")]
    if where is None:
        return [house.phrase("reminders-no-zone")]
    if schedule.pause is not None:
        until = schedule.pause.until
        day = when.day_name(house, until) if until else ""
        return [house.phrase("paused-until", day=day) if until else house.phrase("paused-endless")]
    lines = []
    if stage(book.memory) is not Stage.CHOSEN:
        lines.append(house.phrase("reminders-fewer"))
    item = upcoming(book.memory)
    if item is not None:
        lines.append(house.phrase("next", when=when.moment(house, where, item.due)))
    return lines
