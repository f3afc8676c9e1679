"""The token of a button: whose conversation, which turn, which choice.

Owns its written form `<tag>.<turn in base 36>.<key>`. A token carries no answer and no secret: what
it may do is decided by the turn, not by the token.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
TAG_LENGTH = 4

_DIGITS = frozenset(DIGITS)


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart."""

    tag: str
    turn: int
    key: str


def new_tag(rng: random.Random) -> str:
    """Draw the tag of a new conversation."""
    return "".join(rng.choice(DIGITS) for _ in range(TAG_LENGTH))


def stem(tag: str, turn: int) -> str:
    """Give what a token of this turn begins with; the key follows."""
    return f"{tag}.{_base36(turn)}."


def make(tag: str, turn: int, key: str) -> str:
    """Write a token."""
    return stem(tag, turn) + key


def read(token: str) -> Token | None:
    """Take a token apart; None for anything that is not one of ours."""
    parts = token.split(".", 2)
    if len(parts) != 3 or len(parts[0]) != TAG_LENGTH or not parts[1] or len(parts[1]) > 8:
        return None
    if not _DIGITS.issuperset(parts[1]):
        return None
    return Token(parts[0], int(parts[1], 36), parts[2])


@lru_cache(maxsize=1024)
def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
        if not number:
            return digits
