"""Reading everybody's conversation, for a look from outside while nobody is disturbed.

Owns that look. Writes nothing, and knows nothing of what is looked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bot.engine.conversation import Conversation, load
from bot.store import opening
from bot.store.connection import sentence
from bot.store.people import CONVERSATION


def conversations(
    path: Path, key: str | None, *, reachable_only: bool = False
) -> Iterator[Conversation]:
    """Give every conversation of a database that is there already, one after the other; with
    `reachable_only`, those of people who can be written to. Raises `StoreError`."""
    opened = opening.existing(path, key)
    try:
        opened.connection.execute("PRAGMA query_only = ON")
        sql = "SELECT tag, conversation FROM people WHERE reachable >= ? ORDER BY id"
        for tag, box in opened.connection.execute(sql, (int(reachable_only),)):
            yield load(opened.vault.open(box, tag, CONVERSATION))
    except sqlite3.Error as problem:
        raise sentence(problem) from problem
    finally:
        opened.connection.close()
