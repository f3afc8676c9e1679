"""The small facts that adapters keep across restarts.

Owns the table `notes`. Knows nothing of what they mean.
"""

from __future__ import annotations

from bot.engine.compact import pack, unpack
from bot.store.connection import Transaction
from bot.store.vault import Vault

NOTE = b"note"


def get(tx: Transaction, vault: Vault, name: str) -> str | None:
    """Give the value kept under this name, or None."""
    look = vault.look("note", name)
    row = tx.one("SELECT sealed FROM notes WHERE look = ?", look)
    if row is None:
        return None
    value: str = unpack(vault.open(row[0], look, NOTE))[1]
    return value


def put(tx: Transaction, vault: Vault, name: str, value: str) -> None:
    """Keep a value under this name."""
    look = vault.look("note", name)
    tx.run(
        "INSERT INTO notes (look, sealed) VALUES (?, ?)"
        " ON CONFLICT (look) DO UPDATE SET sealed = excluded.sealed",
        look,
        vault.seal(pack([name, value]), look, NOTE),
    )
