"""The week, looked back on: a person's own words, and counts that only grow.

Owns what is shown of the week. There is no score, no comparison with anybody, and nothing about
days without a check-in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.engine import walk, when
from bot.engine.effects import Look, Row
from bot.engine.reminder_book import has_book, open_book, zone_now
from bot.engine.scene import Scene, words_of
from bot.engine.silence import CHECK_INS
from bot.replies import Manner, Span, Text

FLOW = "look-back"
WEEK = timedelta(days=7)

MOST = 8
"""Entries shown, the latest ones: more would not be read on a phone."""

NEAR = ("near", "both")
"""Answers to the check-in's `moment` that tell of letting somebody in."""


def show(scene: Scene, _look: Look, rows: Sequence[Row], _everything: Mapping[str, Any]) -> None:
    """Show the last seven days of a person's own words (`rows`, newest first), then open the flow
    of the look-back."""
    since = (scene.now - WEEK).timestamp()
    week = [row for row in rows if row.kind == "words" and row.at >= since][:MOST]
    parts: list[Text | str] = [scene.phrase("look-back" if week else "look-back-empty")]
    parts += [_entry(scene, row) for row in reversed(week)]
    scene.say(words_of(*parts, *_counts(scene, rows)))
    if FLOW in scene.library.flows:
        walk.open_flow(scene, FLOW)


def _counts(scene: Scene, rows: Sequence[Row]) -> list[str]:
    days = open_book(scene).memory.counts.get(CHECK_INS, 0) if has_book(scene) else 0
    near = sum((row.flow, row.step) == ("checkin", "moment") and row.value in NEAR for row in rows)
    told = (("look-back-count", days), ("look-back-near", near))
    return [scene.house.phrase(key, count=str(count)) for key, count in told if count]


def _entry(scene: Scene, row: Row) -> Text:
    day = datetime.fromtimestamp(row.at, zone_now(scene) or UTC).date()
    own = row.shown or str(row.value)
    heading = Span(when.day_name(scene.house, day), Manner.STRONG)
    return (heading, Span("\n"), Span(own, Manner.OWN))
