"""Where the key comes from: `AJAR_KEY`, or a file beside the database.

Owns the key's written form and the key file. Knows nothing of what the key opens.
"""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path

from bot.errors import StoreError
from bot.store.vault import KEY_BYTES

NAME = "ajar.key"
NEXT = "ajar.key.next"
"""The new key while a rotation is under way; see `rekey`."""


def key_file(database: Path) -> Path:
    """Give the place of the key file of this database."""
    return database.parent / NAME


def read(text: str, source: str) -> bytes:
    """Read a key: 32 bytes, written in base64 (plain or URL-safe) or as 64 hex digits."""
    words = text.strip()
    try:
        if len(words) == 2 * KEY_BYTES:
            key = bytes.fromhex(words)
        else:
            plain = words.replace("-", "+").replace("_", "/")
            key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise StoreError(
            f"{source} does not hold a key: it must be 32 random bytes written in base64 or hex; "
            "put the right key there (`openssl rand -base64 32` makes one for a new database)."
        )
    return key


def write(key: bytes) -> str:
    """Write a key down as one line of base64."""
    return base64.b64encode(key).decode()


def from_file(path: Path) -> bytes | None:
    """Read the key file, or give None where there is none (or an empty one, left by a crash)."""
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise StoreError(
            f"The key file {path} cannot be read: put its backup there, readable by the user that "
            "runs Ajar."
        ) from problem
    return read(text, f"The key file {path}") if text.strip() else None


def make(path: Path) -> bytes:
    """Make a key file that only its owner may read, durable before anything is sealed with it.

    Where another process was quicker, its key is taken.
    """
    key = os.urandom(KEY_BYTES)
    try:
        if path.exists() and from_file(path) is None:
            path.unlink()  # left empty by a crash before anything was sealed
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return from_file(path) or make(path)
    except OSError as problem:
        raise StoreError(
            f"The key file {path} cannot be made: give the user that runs Ajar the right to write "
            "to that folder, or set AJAR_KEY."
        ) from problem
    try:
        try:
            os.write(handle, f"{write(key)}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as problem:
        path.unlink()
        raise StoreError(
            f"The key file {path} cannot be written: free some space on that disk."
        ) from problem
    settle(path.parent)
    return key


def finish(database: Path) -> None:
    """Put the new key of a rotation in the place of the old one."""
    (database.parent / NEXT).replace(key_file(database))
    settle(database.parent)


def settle(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
