"""What a person does with reminders as they come: later, not today, stop, fewer.

Owns the answers to those. Each is a full answer and none needs a reason; pressed twice, each is
once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.engine import silence
from bot.engine.check_ins import put_away
from bot.engine.conversation import Panel
from bot.engine.effects import CancelTimers, Count
from bot.engine.reminder_book import Book, has_book, keep_book, open_book
from bot.engine.replan import EVENING, Snooze, put_off, snoozed
from bot.engine.scene import Scene
from bot.engine.schedule import Kind, Offer
from bot.engine.when import moment
from bot.replies import Choice

TEST = "test"
"""The kind of the timer behind a test message."""


def later_for(kind: Kind) -> Callable[[Scene, str], None]:
    """Give the command behind the button `later` of a kind."""
    return lambda scene, _argument: later(scene, kind)


def not_today_for(kind: Kind) -> Callable[[Scene, str], None]:
    """Give the command behind the button `not today` of a kind."""
    return lambda scene, _argument: not_today(scene, kind)


def later(scene: Scene, kind: Kind) -> None:
    """Offer how long to put a reminder off."""
    book = open_book(scene)
    last = book.memory.last.get(kind)
    where = book.schedule.zone_at(scene.now)
    if last is None or where is None:
        scene.tell("reminder-gone")
        return
    if snoozed(book.schedule, book.memory, kind, Snooze.HALF_HOUR, scene.now) is None:
        scene.tell("snooze-enough")
        return
    keys = [f"snooze-{how}" for how in Snooze]
    wall = scene.now.astimezone(where)
    if wall.hour * 60 + wall.minute >= EVENING:
        keys.remove(f"snooze-{Snooze.EVENING}")
    scene.panel("snooze", scene.phrase("snooze"), scene.options(*keys), data={"kind": str(kind)})


def snooze_chosen(scene: Scene, panel: Panel, which: str) -> None:
    """Put the reminder off as chosen, and say until when."""
    kind, how = Kind(panel.data["kind"]), Snooze(which.removeprefix("snooze-"))
    scene.fold_panel(answer=scene.house.phrase(f"choice-{which}"))
    book = open_book(scene)
    item = snoozed(book.schedule, book.memory, kind, how, scene.now)
    where = book.schedule.zone_at(item.due) if item else None
    if item is None or where is None:
        scene.tell("snooze-enough")
        return
    keep_book(scene, book.remembering(put_off(silence.contact(book.memory), item)))
    scene.effects.append(Count("reminders.snoozed"))
    scene.tell("snoozed", {"when": moment(scene.house, where, item.due)})
    _leave_open(scene, kind)


def not_today(scene: Scene, kind: Kind) -> None:
    """Take a no for today, in one short line."""
    book = open_book(scene)
    memory = silence.not_today(book.schedule, book.memory, kind, scene.now)
    if memory.let_be == book.memory.let_be:
        scene.notice = scene.house.phrase("not-today-known")
        return
    keep_book(scene, book.remembering(memory))
    scene.tell("not-today")
    _leave_open(scene, kind)


def stop(scene: Scene, _argument: str = "") -> None:
    """`/stop` and every stop word: all reminders off at once, with one confirmation."""
    scene.fold_panel()
    if has_book(scene):
        book = open_book(scene)
        kinds = {kind: replace(one, on=False) for kind, one in book.schedule.kinds.items()}
        schedule = replace(book.schedule, kinds=kinds, pause=None)
        memory = replace(silence.contact(book.memory), planned={}, wanted={}, offer=Offer.NONE)
        keep_book(scene, Book(schedule, memory))
    scene.effects += [CancelTimers(name) for name in (*Kind, TEST)]
    scene.say(scene.phrase("stopped"), ways=_carry_on(scene))


def restore_chosen(scene: Scene, _panel: Panel, which: str) -> None:
    """Return to the chosen rhythm, or stay with fewer."""
    scene.fold_panel(answer=scene.house.phrase(f"choice-{which}"))
    book = open_book(scene)
    memory = silence.restored(book.memory, yes=which == "restore-yes")
    keep_book(scene, book.remembering(memory))
    scene.tell("restored" if which == "restore-yes" else "not-restored")


def _leave_open(scene: Scene, kind: Kind) -> None:
    """After a no or a putting off: the question of the check-in is put away with its buttons."""
    if kind is Kind.CHECK_IN:
        put_away(scene)
        if has_book(scene):
            book = open_book(scene)
            forgotten = replace(book.memory, doing=None)
            keep_book(scene, book.remembering(forgotten), plan=False)


def _carry_on(scene: Scene) -> list[Choice]:
    return [scene.way("carry-on")] if scene.talk.waiting else []
