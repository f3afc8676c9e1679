"""Words as Telegram counts and marks them.

Owns UTF-16 lengths, entities, and where a long text is cut. Text never goes through a markup
language: the words are sent as they are, and what is meant strongly is marked by position, so
nothing a person wrote can break a message or dress it up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import combining

from bot.replies import Manner, Text

MESSAGE_UNITS = 4096
"""UTF-16 code units of a message (Bot API, sendMessage)."""

CAPTION_UNITS = 1024
"""UTF-16 code units of a caption (Bot API, sendPhoto)."""

MARKS_LIMIT = 100
"""Entities of one message that Telegram heeds; it silently drops the rest."""

_KINDS = {Manner.STRONG: "bold", Manner.TIME: "date_time"}
_BREAKS = (
    re.compile(r"\n\s*\n"),  # between paragraphs
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…:])[\"'”’»)]*\s+"),  # after a sentence
    re.compile(r"\s+"),
)
_JOINERS = "\u200d\ufe0e\ufe0f"
"""A letter that follows one of these, or is one, belongs to the letter before."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A Telegram entity: `offset` and `length` in UTF-16 units; `at` (Unix seconds) for a time."""

    kind: str
    offset: int
    length: int
    at: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """The text of one message with its entities."""

    text: str
    marks: tuple[Mark, ...] = ()


def units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text) if text.isascii() else len(text) + sum(letter > "\uffff" for letter in text)


def parts(text: Text, limit: int) -> tuple[Words, ...]:
    """Cut a text into messages of at most `limit` units each, at a paragraph, else a line, else a
    sentence, else a word. White space at the cuts and ends goes; a blank text gives nothing."""
    whole = "".join(span.text for span in text)
    return tuple(_marked(whole, text, start, end) for start, end in _cuts(whole, limit))


def _cuts(whole: str, limit: int) -> Iterator[tuple[int, int]]:
    start, last = 0, len(whole.rstrip())
    while True:
        while start < last and whole[start].isspace():
            start += 1
        if start >= last:
            return
        end = _end(whole, start, last, limit)
        yield start, start + len(whole[start:end].rstrip())
        start = end


def _end(whole: str, start: int, last: int, limit: int) -> int:
    if units(whole[start:last]) <= limit:
        return last
    room, furthest = limit, start
    while room >= (size := units(whole[furthest])):
        room -= size
        furthest += 1
    earliest = start + (furthest - start) // 4  # a first part of a line or two helps nobody
    for gap in _BREAKS:
        found = [m.start() for m in gap.finditer(whole, earliest, furthest + 1)]
        if found and found[-1] > start:
            return found[-1]
    whole_letter = furthest
    while whole_letter > start + 1 and _belongs_to_the_last(whole, whole_letter):
        whole_letter -= 1
    return whole_letter if whole_letter > start + 1 else furthest


def _belongs_to_the_last(whole: str, index: int) -> bool:
    letter = whole[index]
    return bool(combining(letter)) or letter in _JOINERS or whole[index - 1] == "\u200d"


def _marked(whole: str, text: Text, start: int, end: int) -> Words:
    marks: list[Mark] = []
    position = 0
    for span in text:
        begin, finish = max(position, start), min(position + len(span.text), end)
        position += len(span.text)
        kind = _KINDS.get(span.manner)
        if kind and begin < finish and whole[begin:finish].strip():
            offset = units(whole[start:begin])
            marks.append(Mark(kind, offset, units(whole[begin:finish]), span.at))
    return Words(whole[start:end], tuple(marks[:MARKS_LIMIT]))
