"""What a database holds of people once Ajar has ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.events import Address
from bot.store import notebook, people
from bot.store.connection import Transaction
from bot.store.store import Store

WELCOME = ("hello", "consent")
"""The steps of `tests/small` before the first question that counts."""


async def kept(
    folder: Path, platform: str, accounts: Sequence[str]
) -> dict[str, tuple[int, list[tuple[str, Any]]]]:
    """Give, for everyone, the turn of their open question, and step and value of their answers
    after the welcome in their order. Nothing may wait to be sent."""
    store = await Store.open(f"sqlite:///{folder}/ajar.db", key=None, now=lambda: datetime.now(UTC))

    def one(tx: Transaction, account: str) -> tuple[int, list[tuple[str, Any]]]:
        person = people.find(tx, store._desk.vault, Address(platform, account))
        assert person is not None
        assert person.conversation.frame is not None
        rows = sorted(notebook.load(tx, store._desk.vault, person), key=lambda row: row.turn)
        answers = [
            (row.step, [*row.value] if isinstance(row.value, tuple) else row.value)
            for row in rows
            if row.step not in WELCOME
        ]
        return person.conversation.frame.asked, answers

    try:
        assert [] == await store.lanes()
        return await store._writer.do(
            lambda tx: {account: one(tx, account) for account in accounts}
        )
    finally:
        await store.close()
