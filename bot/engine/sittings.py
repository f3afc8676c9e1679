"""Enough for one day: after a long sitting, or the third one, the end of a flow suggests a break.

Owns what a sitting is and when one has been long. Nothing is counted aloud, and nothing is closed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.reminder_book import ZONE
from bot.engine.scene import Scene
from bot.replies import Urgency

SETTING = "sitting"
"""The setting with the day, its number of sittings, when the present one began, and the day on
which a break was last suggested."""

SILENCE = timedelta(minutes=20)
"""Without a word for so long, the next word begins another sitting."""

LONG = timedelta(minutes=30)
MANY = 3
"""A sitting of this length, or this many in a day, is enough (SAF-15)."""


def heard(scene: Scene) -> None:
    """Note that the person is here."""
    day, count, began, told = _kept(scene)
    today = _today(scene)
    if not count or scene.away_for() >= SILENCE:
        count, began = (count if day == today else 0) + 1, scene.stamp
    elif day != today:
        count = 1
    scene.talk.settings[SETTING] = [today, count, began, told]


def suggest(scene: Scene) -> None:
    """At the end of a flow, suggest a break: in one line, once a day, never beside help."""
    day, count, began, told = _kept(scene)
    enough = count >= MANY or scene.stamp - began >= LONG.total_seconds()
    if enough and told != day and scene.urgency is Urgency.LIVE:
        scene.talk.settings[SETTING] = [day, count, began, day]
        scene.tell("enough-for-today")


def _kept(scene: Scene) -> tuple[str, int, int, str]:
    day, count, began, told = scene.talk.settings.get(SETTING, ("", 0, scene.stamp, ""))
    return str(day), int(count), int(began), str(told)


def _today(scene: Scene) -> str:
    zone = ZoneInfo(str(scene.talk.settings.get(ZONE) or "UTC"))
    return datetime.fromtimestamp(scene.stamp, zone).date().isoformat()
