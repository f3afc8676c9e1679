"""A copy of the running database, and putting one back.

Owns how a copy is made whole and proved. Knows nothing of when copies are made or how long they are
kept.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from bot.errors import StoreError
from bot.store import keys, opening, vault
from bot.store.connection import sentence

Proves = Callable[[bytes], bool]
"""Says whether the key at hand opens a sealed pepper."""


def copy(database: Path, target: Path, proves: Proves) -> int:
    """Copy a database that may be in use to `target`, prove the copy, and give its people's number.

    It is copied in one step on a connection of its own: in WAL that is one moment of the database,
    and writers go on meanwhile. A kill leaves at most a `.part` file beside the target.
    """
    if target.exists():
        raise StoreError(f"{target} is there already: name another file, or move it away.")
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        _copy_pages(database, part)
        people = prove(part, proves)
        _settle_file(part)
        os.link(part, target)  # never over a file that came meanwhile
        keys.settle(target.parent)
    except sqlite3.Error as problem:
        raise sentence(problem) from problem
    except OSError as problem:
        raise StoreError(
            f"The backup {target} cannot be written: check that its folder exists, may be written "
            "and has room."
        ) from problem
    finally:
        part.unlink(missing_ok=True)
    return people


def _copy_pages(database: Path, part: Path) -> None:
    source = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    try:
        goal = sqlite3.connect(part)
        try:
            source.backup(goal, pages=-1)
            goal.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file, nothing beside it
        finally:
            goal.close()
    finally:
        source.close()


def prove(file: Path, proves: Proves) -> int:
    """Open a copy, check every page of it and its key, and give its people's number."""
    if not file.exists():
        raise StoreError(f"There is no file {file}: name the backup.")
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != opening.APPLICATION or version > len(opening.migrations()):
            raise StoreError(f"{file} is not a database of this Ajar: name another file.")
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise StoreError(f"{file} is damaged: take another backup, and look after the disk.")
        (box,) = connection.execute("SELECT value FROM facts WHERE name = 'pepper'").fetchone()
        if not proves(box):
            raise StoreError(
                f"{file} opens with another key: name the key it was made with, or another backup."
            )
        (people,) = connection.execute("SELECT COUNT(*) FROM people").fetchone()
    except sqlite3.Error as problem:
        raise sentence(problem) from problem
    finally:
        connection.close()
    return int(people)


def restore(backup: Path, url: str, key_text: str | None) -> int:
    """Put a proved backup in the place of the database, which must not be in use.

    What was there is kept as `<name>.before-restore`. Whoever erased since the backup is erased
    again at the next start: the tombstones lie in their own file. Gives the backup's people.
    """
    database = opening.place(url)
    key = opening.key_for(database, key_text)
    people = prove(backup, lambda box: vault.fits(key, box))
    part = database.with_name(f"{database.name}.part")
    shutil.copyfile(backup, part)
    part.chmod(0o600)
    _settle_file(part)
    if database.exists():
        _must_be_idle(database)
        kept = database.with_name(f"{database.name}.before-restore")
        kept.unlink(missing_ok=True)
        os.link(database, kept)
    for side in ("-wal", "-journal", "-shm"):  # of the old database: never to be read into the new
        log = database.with_name(f"{database.name}{side}")
        if log.exists():
            log.replace(database.with_name(f"{database.name}.before-restore{side}"))
    part.replace(database)
    keys.settle(database.parent)
    return people


def _settle_file(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _must_be_idle(database: Path) -> None:
    """Make sure that no program has the database open; its log is then written back, too."""
    connection = sqlite3.connect(database, timeout=0, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()  # needs everybody else gone
    except sqlite3.OperationalError as problem:
        raise StoreError(
            f"The database {database} is in use: stop Ajar, then restore."
        ) from problem
    except sqlite3.DatabaseError:
        return  # damaged: that is why another takes its place
    finally:
        connection.close()
