"""Counters of the operator, by day: numbers without any person in them.

Owns the table `counters`.
"""

from __future__ import annotations

from datetime import datetime

from bot.store import written
from bot.store.connection import Transaction

DAYS_KEPT = 366
DAY_SECONDS = 86_400


def add(tx: Transaction, name: str, by: int, now: datetime) -> None:
    """Add to today's count."""
    tx.run(
        "INSERT INTO counters (name, day, value) VALUES (?, ?, ?)"
        " ON CONFLICT (name, day) DO UPDATE SET value = counters.value + excluded.value",
        name,
        written.seconds(now) // DAY_SECONDS,
        by,
    )


def totals(tx: Transaction) -> dict[str, int]:
    """Give every counter's sum over the days kept."""
    return dict(tx.all("SELECT name, SUM(value) FROM counters GROUP BY name ORDER BY name"))


def prune(tx: Transaction, now: datetime) -> int:
    """Delete counts older than a year."""
    oldest = written.seconds(now) // DAY_SECONDS - DAYS_KEPT
    return tx.run("DELETE FROM counters WHERE day < ?", oldest)
