"""`ajar backup`, `ajar restore` and `ajar rekey`: looking after the database and its key.

Owns only what is said. How it is done, and done safely, is the store's.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.commands import opening
from bot.errors import SettingsError
from bot.settings import FEWEST, Settings
from bot.store import backup as copies
from bot.store.opening import place
from bot.store.rekey import rekey as rekey_


def backup(settings: Settings, target: Path) -> str:
    """Copy the database to a new file, while Ajar runs or not. Raises `StoreError`."""
    must_be_there(settings)

    async def copy() -> int:
        async with opening.store(settings) as store:
            return await store.backup(target)

    people = asyncio.run(copy())
    return (
        f"{target} holds {_people(people)}, checked. Keep it apart from the key, and no longer "
        "than 30 days."
    )


def restore(settings: Settings, source: Path) -> str:
    """Put a backup in the place of the database; Ajar must not run. Raises `StoreError`."""
    people = copies.restore(source, settings.database_url, settings.key)
    database = place(settings.database_url)
    before = database.with_name(f"{database.name}.before-restore")
    kept = (
        f" What was there lies beside it as {before.name}: delete that once all is well, within 30 "
        "days."
        if before.exists()
        else ""
    )
    return f"The database is that of the backup, with {_people(people)}.{kept}"


def rekey(settings: Settings) -> str:
    """Seal everything with a new key; Ajar must not run. Raises `StoreError`."""
    must_be_there(settings)
    new = settings.ajar_new_key.get_secret_value() if settings.ajar_new_key else None
    done = rekey_(settings.database_url, settings.key, new)
    then = (
        "Put the new key in AJAR_KEY now, and take AJAR_NEW_KEY away."
        if new
        else "The key file is a new one: back it up."
    )
    return f"{_people(done.people)} sealed with the key {done.fingerprint}. {then}"


def must_be_there(settings: Settings) -> None:
    """Raise `SettingsError` where there is no database yet: none is made by looking after it."""
    database = place(settings.database_url)
    if not database.exists():
        raise SettingsError(
            f"There is no database {database} yet; `ajar run` makes one, or set DATABASE_URL."
        )


def _people(count: int) -> str:
    return f"{count} people" if count >= FEWEST else f"fewer than {FEWEST} people"
