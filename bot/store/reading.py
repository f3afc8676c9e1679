"""Reading everybody's conversation, for one look from outside while nobody is disturbed.

Owns that look. Writes nothing, and knows nothing of what is looked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bot.engine import conversation as talk
from bot.engine.conversation import Conversation
from bot.store import opening
from bot.store.connection import sentence
from bot.store.people import CONVERSATION


def conversations(path: Path, key_text: str | None) -> Iterator[Conversation]:
    """Give every conversation of a database that is there already. Raises `StoreError`."""
    opened = opening.existing(path, key_text)
    try:
        opened.connection.execute("PRAGMA query_only = ON")
        for tag, box in opened.connection.execute("SELECT tag, conversation FROM people"):
            yield talk.load(opened.vault.open(box, tag, CONVERSATION))
    except sqlite3.Error as problem:
        raise sentence(problem) from problem
    finally:
        opened.connection.close()
