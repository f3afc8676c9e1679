"""Looking over everybody's conversation, for figures without names.

Owns the walk through the table `people`, a slice at a time. What is counted is the caller's; no
person, address or word leaves this module but inside the conversation handed to them.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.conversation import Conversation
from bot.store import opening, people
from bot.store.connection import Transaction

SLICE = 500
"""People read at a time."""


def conversations(url: str, key: str | None) -> Iterator[Conversation]:
    """Give the conversation of everyone who can be reached. Raises `StoreError`."""
    opened = opening.existing(opening.place(url), key)
    try:
        tx = Transaction(opened.connection)
        after = 0
        while rows := tx.all(
            "SELECT id FROM people WHERE id > ? AND reachable = 1 ORDER BY id LIMIT ?", after, SLICE
        ):
            for (number,) in rows:
                found = people.load(tx, opened.vault, number)
                if found is not None:
                    yield found.conversation
            after = rows[-1][0]
    finally:
        opened.connection.close()
