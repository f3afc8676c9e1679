"""What changes in a person's book of reminders without their noticing.

Owns the timers that no message follows: a reminder that never arrived, and a plan that has to be
made anew because the rules of a zone or the clock were put right. Such a turn is no step of the
conversation: it is not counted, and no question moves on by it.
"""

from __future__ import annotations

from dataclasses import replace

from bot.engine import silence
from bot.engine.reminder_book import has_book, keep_book, open_book
from bot.engine.scene import Scene
from bot.events import Due

UNDELIVERED = "undelivered"
"""The kind of timer set when a reminder was let go on its way out."""

REPLAN = "replan"
"""The kind of timer set when what is planned may be wrong."""

KINDS = (UNDELIVERED, REPLAN)


def due(scene: Scene, event: Due) -> None:
    """Put the book right."""
    if not has_book(scene):
        return
    if event.kind == UNDELIVERED:
        _not_asked(scene)
    else:
        _replanned(scene)


def _not_asked(scene: Scene) -> None:
    """What never arrived cannot be left unanswered."""
    book = open_book(scene)
    keep_book(scene, book.remembering(replace(book.memory, asked=None)), plan=False)


def _replanned(scene: Scene) -> None:
    book = open_book(scene)
    memory = silence.settle(book.schedule, book.memory, scene.now)
    keep_book(scene, book.remembering(memory))
