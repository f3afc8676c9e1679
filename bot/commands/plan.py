"""`ajar plan`: what will be sent in the next hours, by kind and hour, as counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.engine.forecast import coming
from bot.engine.schedule import Kind
from bot.settings import FEWEST, Settings
from bot.store.opening import place
from bot.store.reading import conversations

Say = Callable[[str], None]


def plan(settings: Settings, hours: int, now: datetime, say: Say) -> None:
    """Say, hour by hour (UTC), how many reminders of each kind are planned. No person, no words,
    and no figure between nothing and `FEWEST`.

    Raises `StoreError`.
    """
    began = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    until = began + timedelta(hours=hours)
    counts: Counter[tuple[datetime, Kind]] = Counter()
    path = place(settings.database_url)
    for conversation in conversations(path, settings.key, reachable_only=True):
        for kind, at in coming(conversation.settings, now, until):
            hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            counts[(hour, kind)] += 1
    if settings.reminders != "on":
        say("REMINDERS is off: nothing of this goes out until it is on again.")
    say(f"Reminders planned for the next {hours} hours (UTC): {_figure(counts.total())}")
    if counts:
        say("hour              " + "".join(f"{kind:>11}" for kind in Kind))
    for hour in sorted({hour for hour, _ in counts}):
        row = "".join(f"{_figure(counts[(hour, kind)]):>11}" for kind in Kind)
        say(f"{hour:%Y-%m-%d %H:%M}  {row}")


def _figure(count: int) -> str:
    return f"<{FEWEST}" if 0 < count < FEWEST else str(count)
