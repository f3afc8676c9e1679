"""Everything kept about one person, opened, as plain values.

Owns the completeness of that copy: every column of every table that holds people. Knows nothing of
how it is shown or sent.
"""

from __future__ import annotations

import json
from typing import Any

from bot.store import notebook, outbox, people, references, timers, written
from bot.store.connection import Transaction
from bot.store.vault import Vault

TABLES = {
    "people": ("id", {"address": people.ADDRESS, "conversation": people.CONVERSATION}),
    "notebook": ("person", {"sealed": notebook.ROW}),
    "timers": ("person", {"sealed": timers.TIMER}),
    "messages": ("person", {"sealed": outbox.MESSAGE}),
    "sent": ("person", {"sealed": references.SENT}),
    "outbox": ("person", {"sealed": outbox.REPLY, "address": people.ADDRESS}),
}
"""Every table with people in it: the column that names the person, and what is sealed in which."""

COLUMNS = {
    "people": "id, look, tag, platform, address, conversation, contact, waiting, reachable",
    "notebook": "person, look, expires, sealed",
    "timers": "person, look, due, guard, failures, sealed",
    "messages": "person, turn, sealed",
    "sent": "id, person, expires, sealed",
    "outbox": "id, person, platform, key, urgency, attempt, made, not_before, in_flight, tag,"
    " address, sealed",
}


def everything(tx: Transaction, vault: Vault, person: int) -> dict[str, list[dict[str, Any]]]:
    """Give each table's rows of a person, sealed columns opened, keyed hashes and tags in hex.

    `contact` and `expires` of `sent` count hours since 1970; `due`, `made` and `not_before` Unix
    microseconds, with the instant in words beside them.
    """
    row = tx.one("SELECT tag FROM people WHERE id = ?", person)
    if row is None:
        return {table: [] for table in TABLES}
    return {table: _rows(tx, vault, table, person, row[0]) for table in TABLES}


def _rows(
    tx: Transaction, vault: Vault, table: str, person: int, tag: bytes
) -> list[dict[str, Any]]:
    by, sealed = TABLES[table]
    names = COLUMNS[table].split(", ")
    sql = f"SELECT {COLUMNS[table]} FROM {table} WHERE {by} = ?"  # noqa: S608 - names of ours
    found = []
    for values in tx.all(sql, person):
        row = dict(zip(names, values, strict=True))
        own = row.get("tag") or tag
        found.append({name: _plain(vault, own, name, row[name], sealed) for name in names})
    return found


def _plain(vault: Vault, tag: bytes, name: str, value: Any, sealed: dict[str, bytes]) -> Any:
    if value is None:
        return None
    if name in sealed:
        return json.loads(vault.open(value, tag, sealed[name]))
    if isinstance(value, bytes):
        return value.hex()
    if name in {"due", "made", "not_before"}:
        return [value, written.instant(value).isoformat()]
    return value
