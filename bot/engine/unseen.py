"""What changes in a person's book of reminders without their noticing.

Owns the timers that no message follows: a reminder that never arrived, and a plan that has to be
made anew because the rules of a zone or the clock were put right. Such a turn is no step of the
conversation: it is not counted, and no question moves on by it.
"""

from __future__ import annotations

from dataclasses import replace

from bot.engine import silence
from bot.engine.conversation import Conversation
from bot.engine.effects import Count
from bot.engine.reminder_book import SETTING, has_book, keep_book, open_book
from bot.engine.scene import Scene
from bot.events import Due

UNDELIVERED = "undelivered"
"""The kind of timer set when a reminder was let go on its way out."""

REPLAN = "replan"
"""The kind of timer set when what is planned may be wrong."""

KINDS = (UNDELIVERED, REPLAN)


def awaits(conversation: Conversation) -> bool:
    """Whether a reminder of this person has no reply yet, so that it matters whether it arrived."""
    book = conversation.settings.get(SETTING)
    return book is not None and book["memory"]["asked"] is not None


def due(scene: Scene, event: Due) -> None:
    """Put the book right."""
    if not has_book(scene):
        return
    if event.kind == UNDELIVERED:
        _not_asked(scene)
    else:
        _replanned(scene)


def _not_asked(scene: Scene) -> None:
    """What never arrived was skipped, and cannot be left unanswered, nor be asked about again."""
    book = open_book(scene)
    if book.memory.asked is None:
        return
    scene.effects.append(Count("reminders.skipped.undelivered"))
    memory = replace(book.memory, asked=None)
    keep_book(scene, book.remembering(memory), plan=book.schedule.again)


def _replanned(scene: Scene) -> None:
    book = open_book(scene)
    memory = silence.settle(book.schedule, book.memory, scene.now)
    keep_book(scene, book.remembering(memory))
