"""Letting go of what nobody came back for, and holding off what no hand could type.

Owns the notice before a long silence ends in an erase, and the limit on how fast one person's
events are taken. When to look for long silences is the runtime's.
"""

from __future__ import annotations

from datetime import timedelta

from bot.engine.effects import CancelTimers, Count, EraseEverything
from bot.engine.scene import Scene

KIND = "retention"
"""The kind of timer that asks whether it is time to let go."""

AFTER_NOTICE = timedelta(days=30)
"""Between the one notice and the erase."""

BURST, PER_SECOND = 200, 10.0
"""Events one person may send at once, and each second after that: more than any hand can, so only a
script or a stuck key ever meets the limit."""

CALM = 50
"""How much of the burst has to be free again before the kind answer may be given once more."""


def heard(scene: Scene) -> None:
    """Somebody is back: nothing is let go of."""
    scene.talk.settings.pop(KIND, None)


def due(scene: Scene) -> None:
    """After a long silence: one notice, and thirty days later everything goes."""
    noticed = scene.talk.settings.get(KIND)
    if noticed is None:
        scene.talk.settings[KIND] = scene.stamp
        scene.effects.append(Count("retention.noticed"))
        scene.tell("retention-notice")
    elif scene.stamp - int(noticed) >= AFTER_NOTICE.total_seconds():
        scene.effects += [Count("retention.erased"), CancelTimers(), EraseEverything()]


def too_fast(scene: Scene) -> bool:
    """Whether this event comes faster than anybody can write. Said kindly once; nothing is lost,
    because nothing of it is taken."""
    now = scene.now.timestamp()
    free, at, told = scene.talk.settings.get("speed", [BURST, now, 0])
    free = min(BURST, free + max(0.0, now - at) * PER_SECOND)
    if free >= 1:
        told = told if free < CALM else 0
        scene.talk.settings["speed"] = [round(free - 1, 2), round(now, 2), told]
        return False
    scene.effects.append(Count("too-fast"))
    if not told:
        scene.tell("too-fast")
    scene.talk.settings["speed"] = [round(free, 2), round(now, 2), 1]
    return True
