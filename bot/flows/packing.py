"""Maps from words to numbers and phrases that take a few bytes an entry.

Owns how such a map is packed: the CRC-32 of each word, sorted, beside its number. Two words meet in
one of four thousand million places; for the tens of thousands of words kept here, a strange word
that passes for one of them is rarer than one in a hundred thousand. Two kept words that meet share
their lists; of their numbers, the later counts.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from zlib import crc32

_SIZES = "bBhHiI"
"""Kinds of array, from one byte a number to four."""

_CROWD = 4
"""Summands whose codes begin alike: sixteen to thirty-two, as a power of two."""

_SPARE = 4
"""Places kept for each two words that begin a phrase, so that few others meet one of them."""


def smallest(numbers: Sequence[int]) -> array[int]:
    """Give whole numbers in as few bytes each as they allow.

    Raises `OverflowError` where four bytes are too few.
    """
    for size in _SIZES[:-1]:
        try:
            return array(size, numbers)
        except OverflowError:
            continue
    return array(_SIZES[-1], numbers)


def _codes() -> array[int]:
    return array("I")


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A number a word; `codes` are sorted, `numbers` stand at the same places."""

    codes: array[int] = field(default_factory=_codes)
    numbers: array[int] = field(default_factory=_codes)

    def get(self, word: str) -> int | None:
        """Give the number of a word; None where the word is not kept."""
        code = crc32(word.encode())
        at = bisect_left(self.codes, code)
        return self.numbers[at] if at < len(self.codes) and self.codes[at] == code else None


def pack(numbers: Mapping[str, int]) -> Table:
    """Pack one number a word."""
    found = {crc32(word.encode()): number for word, number in numbers.items()}
    codes = sorted(found)
    return Table(array("I", codes), smallest([found[code] for code in codes]))


def _nowhere() -> array[int]:
    return array("I", (0, 0))


@dataclass(frozen=True, slots=True, eq=False)
class Summands:
    """Numbers by word that are only ever added up, three bytes a word.

    A word's code begins with its place in `starts`, where those of the same beginning start and
    end; of what follows, `codes` keeps two bytes, sorted. A strange word passes for a kept one once
    in a few thousand times: too often to know a word by, seldom enough in a sum of many.
    """

    starts: array[int] = field(default_factory=_nowhere)
    codes: array[int] = field(default_factory=lambda: array("H"))
    numbers: array[int] = field(default_factory=lambda: array("b"))

    def total(self, words: Iterable[str]) -> int:
        """Give the sum of the numbers of those words that are kept."""
        starts, codes, numbers = self.starts, self.codes, self.numbers
        bits = (len(starts) - 1).bit_length() - 1
        first, second = 32 - bits, 16 - bits
        found = 0
        for word in words:
            code = crc32(word.encode())
            begin, rest = code >> first, code >> second & 0xFFFF
            end = starts[begin + 1]
            at = bisect_left(codes, rest, starts[begin], end)
            if at < end and codes[at] == rest:
                found += numbers[at]
        return found


def pack_summands(words: Mapping[int, str]) -> Summands:
    """Pack words, given by number (one byte with its sign) with single spaces between them."""
    found = array("Q")
    for number, together in words.items():
        low = number & 0xFF
        found.extend([crc32(word) << 8 | low for word in together.encode().split()])
    bits = min(max(len(found).bit_length() - _CROWD, 0), 16)
    kept = sorted(found)
    starts = [bisect_left(kept, begin << (40 - bits)) for begin in range(1 << bits)]
    return Summands(
        array("I", [*starts, len(kept)]),
        array("H", [one >> (24 - bits) & 0xFFFF for one in kept]),
        array("b", bytes([one & 0xFF for one in kept])),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Phrases:
    """A phrase a word. `text` holds the phrases, each up to the end of a line; `places` where."""

    places: Table = field(default_factory=Table)
    text: str = ""

    def get(self, word: str) -> tuple[str, ...] | None:
        """Give the words of the phrase kept for a word; None where the word is not kept."""
        at = self.places.get(word)
        return None if at is None else tuple(self.text[at : self.text.index("\n", at)].split())


def pack_phrases(phrases: Mapping[str, Sequence[str]]) -> Phrases:
    """Pack the words of one phrase a word."""
    text, places = "", {}
    for word, phrase in phrases.items():
        places[word] = len(text)
        text += " ".join(phrase) + "\n"
    return Phrases(pack(places), text)


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Lists of numbers by word, by how a word begins (`suicid*`), and by phrase (`no way`).

    `items` holds each list once, after its length; `places` tells where, beside the sorted `codes`.
    `begins` tells for two words, by their code, how many words the phrases they begin have at the
    most; two that begin none may share that place. `prefixes` are the lengths of beginnings.
    """

    codes: array[int] = field(default_factory=_codes)
    places: array[int] = field(default_factory=_codes)
    items: array[int] = field(default_factory=_codes)
    begins: bytes = bytes(1)
    prefixes: tuple[int, ...] = ()

    def of(self, word: str) -> array[int] | None:
        """Give the list of a word by itself; None where it is not kept."""
        return self._at(crc32(word.encode()))

    def beginnings(self, word: str) -> list[array[int]]:
        """Give the lists of what the word begins with, the shortest beginning first."""
        found = [self.of(word[:length] + "*") for length in self.prefixes if length <= len(word)]
        return [numbers for numbers in found if numbers is not None]

    def phrases(self, row: Sequence[str]) -> Iterator[tuple[int, int, array[int]]]:
        """Give each phrase of a row of words: its place, its length in words and its list."""
        begins, size = self.begins, len(self.begins)
        for at, (first, second) in enumerate(pairwise(row)):
            code = crc32(f"{first} {second}".encode())
            longest = begins[code % size]
            if not longest:
                continue
            for length in range(2, longest + 1):
                found = self._at(code)
                if found is not None:
                    yield at, length, found
                if at + length == len(row):
                    break
                code = crc32(f" {row[at + length]}".encode(), code)

    def _at(self, code: int) -> array[int] | None:
        at = bisect_left(self.codes, code)
        if at == len(self.codes) or self.codes[at] != code:
            return None
        place = self.places[at] + 1
        return self.items[place : place + self.items[place - 1]]


def pack_lexicon(lists: Mapping[str, Collection[int]]) -> Lexicon:
    """Pack lists by word, beginning (ends in `*`) and phrase (words with single spaces).

    The order within a list is lost.
    """
    by_code: dict[int, set[int]] = {}
    for word, numbers in lists.items():
        by_code.setdefault(crc32(word.encode()), set()).update(numbers)
    codes, items = sorted(by_code), list[int]()
    places: dict[tuple[int, ...], int] = {}
    found = []
    for code in codes:
        numbers = tuple(sorted(by_code[code]))
        if numbers not in places:
            places[numbers] = len(items)
            items += (len(numbers), *numbers)
        found.append(places[numbers])
    prefixes = {len(word) - 1 for word in lists if word.endswith("*") and " " not in word}
    return Lexicon(
        array("I", codes), smallest(found), smallest(items), _begins(lists), tuple(sorted(prefixes))
    )


def _begins(words: Collection[str]) -> bytes:
    longest: dict[str, int] = {}
    for phrase in (word.split(" ") for word in words if " " in word):
        pair = " ".join(phrase[:2])
        longest[pair] = max(longest.get(pair, 0), len(phrase))
    begins = bytearray(_SPARE * len(longest) + 1)
    for pair, length in longest.items():
        at = crc32(pair.encode()) % len(begins)
        begins[at] = max(begins[at], length)
    return bytes(begins)
