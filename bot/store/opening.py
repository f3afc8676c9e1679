"""Opening the database: every reason to refuse is found before anything is changed.

Owns the migrations, the first creation, and the sentences of a refusal. Knows nothing of what is
kept in the tables.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from bot.errors import StoreError
from bot.store import keys, vault
from bot.store.connection import connect, sentence
from bot.store.vault import Vault, WrongKey

SCHEME = "sqlite:///"
PATIENCE = 5.0
"""Seconds to wait for another program's lock."""

APPLICATION = int.from_bytes(b"ajar", "big")
"""SQLite's mark for whose database a file is."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A database that is ready, and its vault."""

    connection: sqlite3.Connection
    vault: Vault


def place(url: str) -> Path:
    """Give the file that a `DATABASE_URL` names."""
    path = url.removeprefix(SCHEME)
    if not url.startswith(SCHEME) or not path or path.startswith(":memory:"):
        raise StoreError(
            "DATABASE_URL does not name a database file: write sqlite:///data/ajar.db for a file "
            "in the folder Ajar runs in, or sqlite:////var/lib/ajar/ajar.db for an absolute path."
        )
    return Path(path)


def prepare(
    path: Path, key_text: str | None, notice: Callable[[str], None], timeout: float | None = None
) -> Opened:
    """Open the database, or make a new one where there is none. Raises `StoreError`."""
    timeout = PATIENCE if timeout is None else timeout
    given = keys.read(key_text, "AJAR_KEY") if key_text and key_text.strip() else None
    try:
        if _is_there(path):
            return _open(path, given, timeout)
        return _create(path, given, notice, timeout)
    except sqlite3.Error as problem:
        raise sentence(problem) from problem


def existing(path: Path, key_text: str | None) -> Opened:
    """Open a database that must be there already. Raises `StoreError`."""
    if not _is_there(path):
        raise StoreError(f"There is no database {path}: check DATABASE_URL.")
    return prepare(path, key_text, lambda _: None)


def key_for(path: Path, key_text: str | None) -> bytes:
    """Give the key of a database: the given one, or that of the file beside it."""
    given = keys.read(key_text, "AJAR_KEY") if key_text and key_text.strip() else None
    return _key_of(path, given)


def migrations() -> list[str]:
    """Give the SQL of every migration, in order: the n-th leads to version n."""
    folder = files("bot.store") / "migrations"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [f.read_text("utf-8") for f in found]


def migrate(connection: sqlite3.Connection, steps: list[str]) -> None:
    """Apply what is lacking, each step in one transaction: a step that fails leaves nothing."""
    for number, script in enumerate(steps, 1):
        if _version(connection) >= number:
            continue
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _version(connection) >= number:  # another process was quicker
                connection.execute("ROLLBACK")
                continue
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _statements(script: str) -> list[str]:
    """Split a script where statements really end (a `;` inside a trigger does not)."""
    found, rest = [], ""
    for line in script.splitlines(keepends=True):
        rest += line
        if sqlite3.complete_statement(rest):
            found.append(rest)
            rest = ""
    return found


def _is_there(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False
    except OSError as problem:
        raise _no_way(path) from problem


def _no_way(path: Path) -> StoreError:
    return StoreError(
        f"The folder {path.parent} may not be written: give the user that runs Ajar the right to "
        "write there, or let DATABASE_URL name a file in another folder."
    )


def _must_be_writable(database: Path, *places: Path) -> None:
    if not all(os.access(place, os.W_OK) for place in places):
        raise _no_way(database)


def _open(path: Path, given: bytes | None, timeout: float) -> Opened:
    _must_be_writable(path, path.parent, path)
    try:
        key = _key_of(path, given)
    except StoreError:
        _examine(path, timeout)  # that the file is not ours is the truer reason to refuse it
        raise
    _roll_back(path, timeout)
    box = _examine(path, timeout)
    if box is None:  # a first start that was killed before its first commit
        return _fill(path, key, timeout)
    sealer = _vault(path, key, given, box)
    connection = connect(path, timeout)
    try:
        connection.execute(
            "BEGIN IMMEDIATE"
        )  # proves that we may write, before anybody relies on it
        connection.execute("ROLLBACK")
        migrate(connection, migrations())
    except BaseException:
        connection.close()
        raise
    return Opened(connection, sealer)


def _key_of(path: Path, given: bytes | None) -> bytes:
    key = given or keys.from_file(keys.key_file(path))
    if key is None:
        raise StoreError(
            f"The database {path} is there but its key is not: set AJAR_KEY, or put the backup of "
            f"{keys.NAME} beside it; without the key nothing in it can be read."
        )
    return key


def _vault(path: Path, key: bytes, given: bytes | None, box: bytes) -> Vault:
    """Open the pepper, which proves the key.

    Where a key rotation was cut off just after its commit, the new key still lies beside the old
    one; then it is put in its place.
    """
    try:
        return Vault(key, vault.open_pepper(key, box))
    except WrongKey as problem:
        new = None if given else keys.from_file(path.parent / keys.NEXT)
        if new is not None and vault.fits(new, box):
            keys.finish(path)
            return Vault(new, vault.open_pepper(new, box))
        source = "AJAR_KEY" if given else f"The key file {keys.key_file(path)}"
        raise StoreError(
            f"{source} is not the key of the database {path}: put the right key there; nothing was "
            "changed."
        ) from problem


def _roll_back(path: Path, timeout: float) -> None:
    """Undo what a killed change of key left half done: SQLite does it at the first reading."""
    journal = path.with_name(f"{path.name}-journal")
    if not journal.exists() or not journal.stat().st_size:
        return
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=timeout)
    try:
        connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    finally:
        connection.close()


def _examine(path: Path, timeout: float) -> bytes | None:
    """Look at a database without touching it; give its sealed pepper, or None if it is empty.

    Where no write-ahead log lies beside the file, nobody has it open and it can be read as it
    stands (`immutable`), without the side files that SQLite makes otherwise.
    """
    side = path.with_name(f"{path.name}-wal")
    mode = "mode=ro" if side.exists() else "mode=ro&immutable=1"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=timeout, isolation_level=None
    )
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if (application, version, tables) == (0, 0, 0):
            return None
        if application != APPLICATION:
            raise StoreError(
                f"The file {path} is a database of another program: let DATABASE_URL name another "
                "file."
            )
        if version > len(migrations()):
            raise StoreError(
                f"The database {path} was written by a newer Ajar (form {version}, this one knows "
                f"{len(migrations())}): install that version, or restore an older backup."
            )
        row = connection.execute("SELECT value FROM facts WHERE name = 'pepper'").fetchone()
    finally:
        connection.close()
    return bytes(row[0]) if row else b""


def _create(
    path: Path, given: bytes | None, notice: Callable[[str], None], timeout: float
) -> Opened:
    """Make a new database, and its key where none was given. A failure leaves nothing behind."""
    made: list[Path] = []
    beside = keys.key_file(path)
    try:
        _make_folder(path.parent, made)
        _must_be_writable(path, path.parent)
        key = given or keys.from_file(beside)
        if key is None:
            key = keys.make(beside)
            made.append(beside)
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            made.append(path)
        opened = _fill(path, key, timeout)
    except BaseException as problem:
        _unmake(made)
        if isinstance(problem, OSError):
            raise _no_way(path) from problem
        raise
    keys.settle(path.parent)
    if beside in made:
        notice(
            f"A new key was made: back up {beside} apart from the database; without it nothing in "
            "the database can ever be read."
        )
    return opened


def _unmake(made: list[Path]) -> None:
    for name in reversed(made):
        if name.is_dir():
            name.rmdir()
        else:
            for file in (name, Path(f"{name}-wal"), Path(f"{name}-shm")):
                file.unlink(missing_ok=True)


def _make_folder(folder: Path, made: list[Path]) -> None:
    if not folder.exists():
        _make_folder(folder.parent, made)
        folder.mkdir(0o700)
        made.append(folder)


def _fill(path: Path, key: bytes, timeout: float) -> Opened:
    """Give an empty file its tables and its pepper, in one transaction with the first migration."""
    connection = connect(path, timeout)
    pepper = vault.fresh_pepper()
    try:
        first, *later = migrations()
        connection.execute("BEGIN IMMEDIATE")
        row = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if row[0]:  # another process was quicker
            connection.execute("ROLLBACK")
            box = connection.execute("SELECT value FROM facts WHERE name = 'pepper'").fetchone()
            migrate(connection, [first, *later])
            return Opened(connection, Vault(key, vault.open_pepper(key, box[0])))
        for statement in _statements(first):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("PRAGMA user_version = 1")
        connection.execute(
            "INSERT INTO facts (name, value) VALUES ('pepper', ?)",
            (vault.seal_pepper(key, pepper),),
        )
        connection.execute("COMMIT")
        migrate(connection, [first, *later])
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()
        raise
    return Opened(connection, Vault(key, pepper))
