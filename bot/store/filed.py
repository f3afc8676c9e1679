"""Which events were handled already, and which met a mistake of ours.

Owns the tables `seen` and `failed`: a set of hashes, never a high-water mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.store import written
from bot.store.connection import Transaction

KEPT = timedelta(days=31)
"""No platform delivers an event again after so long (Telegram keeps updates for a day)."""

SLICES = 64
"""Parts in which the set is pruned, so that no part keeps the writer from live turns for long."""


def first_time(tx: Transaction, event: bytes, now: datetime) -> bool:
    """File an event as handled; False where it already was."""
    return (
        tx.run(
            "INSERT INTO seen (look, at) VALUES (?, ?) ON CONFLICT (look) DO NOTHING",
            event,
            written.seconds(now),
        )
        == 1
    )


def failure(tx: Transaction, event: bytes, now: datetime, error: str) -> None:
    """File an event as failed: its hash, when, and the class of the exception."""
    tx.run(
        "INSERT INTO failed (look, at, error) VALUES (?, ?, ?)"
        " ON CONFLICT (look) DO UPDATE SET at = excluded.at, error = excluded.error",
        event,
        written.seconds(now),
        error,
    )


def slices() -> Iterator[tuple[bytes, bytes]]:
    """Give the bounds of every part of the set, by the first byte of the hash."""
    width = 256 // SLICES
    for first in range(0, 256, width):
        above = first + width
        yield bytes([first]), b"\xff" * 16 if above > 255 else bytes([above])


def prune(tx: Transaction, now: datetime, bounds: tuple[bytes, bytes]) -> int:
    """Delete what is old in one part of the set."""
    low, high = bounds
    oldest = written.seconds(now - KEPT)
    tx.run("DELETE FROM failed WHERE look >= ? AND look < ? AND at < ?", low, high, oldest)
    return tx.run("DELETE FROM seen WHERE look >= ? AND look < ? AND at < ?", low, high, oldest)
