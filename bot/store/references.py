"""Where our own messages stand, so that an erase can have them deleted at the platform.

Owns the table `sent`. Knows nothing of what a message said; a reference is the platform's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.engine.compact import pack, unpack
from bot.ports import DELETABLE
from bot.store import written
from bot.store.connection import Transaction
from bot.store.vault import Vault

SENT = b"sent"

HOUR = 3600

AT_MOST = 500
"""Of one person's messages the newest so many are deleted: some platforms take them one by one."""

AT_ONCE = 50
"""Messages of one request to delete: within a platform's limits, and within one attempt's time."""


def keep(
    tx: Transaction,
    vault: Vault,
    person: int,
    tag: bytes,
    platform: str,
    messages: Sequence[str],
    now: datetime,
) -> None:
    """Keep where a delivered reply stands, for as long as the platform lets us delete it."""
    span = DELETABLE.get(platform)
    if span is None or not messages:
        return
    tx.run(
        "INSERT INTO sent (person, expires, sealed) VALUES (?, ?, ?)",
        person,
        written.seconds(now + span) // HOUR,
        vault.seal(pack(messages), tag, SENT),
    )


def newest(
    tx: Transaction, vault: Vault, person: int, tag: bytes, now: datetime
) -> list[tuple[str, ...]]:
    """Give the messages that can still be deleted, the newest first, in portions of one request."""
    rows = tx.all(
        "SELECT sealed FROM sent WHERE person = ? AND expires > ? ORDER BY id DESC LIMIT ?",
        person,
        written.seconds(now) // HOUR,
        AT_MOST,
    )
    found = [one for (box,) in rows for one in unpack(vault.open(box, tag, SENT))]
    found = found[:AT_MOST]
    return [tuple(found[at : at + AT_ONCE]) for at in range(0, len(found), AT_ONCE)]


def prune(tx: Transaction, now: datetime) -> int:
    """Forget messages that cannot be deleted any more."""
    return tx.run("DELETE FROM sent WHERE expires <= ?", written.seconds(now) // HOUR)
