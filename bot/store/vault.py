"""Sealing: what stands in the database can be read only with the key.

Owns the cipher, the keyed hashes and the padding. Knows nothing of where the key comes from or of
what is sealed.
"""

from __future__ import annotations

import os
from hashlib import blake2b, sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import StoreError

KEY_BYTES = 32
NONCE_BYTES = 12
STEP = 128
"""Sealed lengths are rounded up to this many bytes: a length must not tell which word was kept."""

_NOBODY = b"ajar"
_PEPPER = b"pepper"


class WrongKey(StoreError):
    """A seal does not open with this key."""


class Vault:
    """Seals bytes for a person, and makes keyed hashes to find things by.

    From the master `key` come the key of the cipher and the key of the look-up hashes. The
    `pepper` is random, made with the database and kept in it under seal: it keys the hashes that
    must outlast a change of the master key, because what they were made from is nowhere kept.
    """

    def __init__(self, key: bytes, pepper: bytes) -> None:
        self._cipher = _cipher(key)
        self._look = _keyed(_derived(key, b"ajar look"))
        self.pepper = pepper
        self._lasting = _keyed(pepper)

    def seal(self, data: bytes, tag: bytes, what: bytes) -> bytes:
        """Seal `data`. It opens only with the same `tag` (a person's own) and `what` (its place):
        a box put into another row or column stays shut."""
        return _seal(self._cipher, data, tag, what)

    def open(self, box: bytes, tag: bytes, what: bytes) -> bytes:
        """Open what `seal` gave. Raises `WrongKey`."""
        return _open(self._cipher, box, tag, what)

    def look(self, *parts: str | bytes) -> bytes:
        """Give 16 bytes to look something up by. Telling apart is sure: parts are counted off."""
        return _hash(self._look, parts)

    def event(self, *parts: str | bytes) -> bytes:
        """Give 15 bytes for an event; they stay the same when the key changes."""
        return _hash(self._lasting, parts)[:15]

    def proves(self, box: bytes) -> bool:
        """Say whether this is the vault of the database with this sealed pepper."""
        try:
            self.open(box, _NOBODY, _PEPPER)
        except WrongKey:
            return False
        return True

    def tombstone(self, tag: bytes) -> bytes:
        """Give the mark of an erased person; it stays the same when the key changes."""
        return _hash(self._lasting, (b"tombstone", tag))


def fresh_pepper() -> bytes:
    """Draw a pepper for a new database."""
    return os.urandom(KEY_BYTES)


def seal_pepper(key: bytes, pepper: bytes) -> bytes:
    """Seal the pepper; what comes out also proves the key later."""
    return _seal(_cipher(key), pepper, _NOBODY, _PEPPER)


def open_pepper(key: bytes, box: bytes) -> bytes:
    """Open the pepper. Raises `WrongKey` when this is not the database's key."""
    return _open(_cipher(key), box, _NOBODY, _PEPPER)


def fits(key: bytes, box: bytes) -> bool:
    """Say whether this is the database's key."""
    try:
        open_pepper(key, box)
    except WrongKey:
        return False
    return True


def fingerprint(key: bytes) -> str:
    """Give eight characters that name a key without telling anything of it."""
    return sha256(_derived(key, b"ajar fingerprint")).hexdigest()[:8]


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(key)


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(_derived(key, b"ajar seal"))


def _seal(cipher: AESGCM, data: bytes, tag: bytes, what: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    padded = data + b"\x80" + b"\0" * (-(len(data) + 1) % STEP)  # ISO/IEC 7816-4
    return nonce + cipher.encrypt(nonce, padded, tag + what)


def _open(cipher: AESGCM, box: bytes, tag: bytes, what: bytes) -> bytes:
    try:
        padded = cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], tag + what)
    except (InvalidTag, ValueError) as problem:  # ValueError: too short to be a box
        raise WrongKey(
            "Something sealed in the database does not open: another key was used, or the file "
            "was changed by another program; restore the latest backup."
        ) from problem
    return padded.rstrip(b"\0")[:-1]


def _keyed(key: bytes) -> blake2b:
    """Give a hash that has taken in the key, to go on from."""
    return blake2b(key=key, digest_size=16)


def _hash(keyed: blake2b, parts: tuple[str | bytes, ...]) -> bytes:
    found = keyed.copy()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(len(data).to_bytes(4, "big") + data)
    return found.digest()
