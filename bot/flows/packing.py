"""A map from words to small numbers that takes a few bytes an entry.

Owns how such a map is packed: the CRC-32 of each word, sorted, beside its number. Two words meet in
one of four thousand million places; for the tens of thousands of words kept here, a strange word
that passes for one of them is rarer than one in a hundred thousand.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from zlib import crc32


def mark(word: str) -> int:
    """Give the number a word is known by."""
    return crc32(word.encode())


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Numbers by word; `codes` are sorted, `numbers` stand at the same places."""

    codes: array[int] = field(default_factory=lambda: array("I"))
    numbers: array[int] = field(default_factory=lambda: array("h"))

    def get(self, code: int) -> int | None:
        """Give the number of a word by its `mark`; None where the word is not kept."""
        at = bisect_left(self.codes, code)
        return self.numbers[at] if at < len(self.codes) and self.codes[at] == code else None


def pack(numbers: Mapping[str, int]) -> Table:
    """Pack numbers from -32,768 to 32,767 by word."""
    pairs = sorted((mark(word), number) for word, number in numbers.items())
    return Table(array("I", [code for code, _ in pairs]), array("h", [n for _, n in pairs]))
