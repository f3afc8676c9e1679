"""Understanding a typed answer.

Owns how words become a stored answer for each kind of question. Pure look-up: no state, no replies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.engine.conversation import Value
from bot.engine.words import close, fold
from bot.flows.model import Choose, Pick, Question, Scale, StepWords, Write
from bot.flows.typed import typed_content


class Puzzle(Enum):
    """Why a text is no answer."""

    UNCLEAR = "unclear"
    TOO_LONG = "too-long"
    TOO_FEW = "too-few"
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class Understood:
    """The answer a text means."""

    value: Value


_NUMBER = re.compile(r"[+-]?\d{1,4}")
_LISTING = re.compile(r"[,;\n/&+]|\s-\s")
_JOINED = re.compile(r"\s+(?:and|und|y|e)\s+", re.IGNORECASE)


def understand(question: Question, words: StepWords, text: str) -> Understood | Puzzle:
    """Find the answer that a cleaned text means, or why there is none."""
    match question:
        case Write(limit=limit):
            if len(text) > limit:
                return Puzzle.TOO_LONG
            return Understood(text) if text else Puzzle.UNCLEAR
        case Choose(options=options):
            chosen = option(options, words.labels, words.understand, text)
            return Understood(chosen) if chosen is not None else Puzzle.UNCLEAR
        case Scale(low=low, high=high):
            return _number(low, high, words, text)
        case Pick():
            return _several(question, words, text)


def option(
    options: Sequence[str],
    labels: Mapping[str, str],
    synonyms: Mapping[str, Iterable[str]],
    text: str,
    *,
    reduce: Callable[[str], str] = typed_content,
) -> str | None:
    """Find the one option a text means: by its shown words, its stored word, a synonym, its number
    from 1, or by a slip of the fingers that fits no other option. `reduce` folds the shown words;
    where those are not content but a person's own, it must not be one that remembers."""
    typed = fold(text)
    if not typed:
        return None
    accepted: dict[str, str] = {}
    for stored in options:
        for word in (labels.get(stored, stored), stored, *synonyms.get(stored, ())):
            accepted.setdefault(reduce(word), stored)
    if typed in accepted:
        return accepted[typed]
    if typed.isdecimal():
        number = int(typed)
        return options[number - 1] if 1 <= number <= len(options) else None
    near = {stored for word, stored in accepted.items() if close(typed, word)}
    return near.pop() if len(near) == 1 else None


def _number(low: int, high: int, words: StepWords, text: str) -> Understood | Puzzle:
    numbers = _NUMBER.findall(text)
    if len(numbers) == 1 and low <= int(numbers[0]) <= high:
        return Understood(int(numbers[0]))
    if not numbers:
        points = tuple(str(number) for number in range(low, high + 1))
        chosen = option(points, words.labels, words.understand, text)
        if chosen is not None:
            return Understood(int(chosen))
    return Puzzle.UNCLEAR


def _several(question: Pick, words: StepWords, text: str) -> Understood | Puzzle:
    whole = option(question.options, words.labels, words.understand, text)
    if whole is not None:
        found = [whole]
    else:
        parts = _LISTING.split(text)
        if len(parts) == 1 and set(fold(text)) <= set("0123456789 "):
            parts = text.split()
        found = []
        waiting = [part for part in reversed(parts) if part.strip()]
        while waiting:
            part = waiting.pop()
            chosen = option(question.options, words.labels, words.understand, part)
            if chosen is None:
                joined = _JOINED.split(part, maxsplit=1)
                if len(joined) == 1:
                    return Puzzle.UNCLEAR
                waiting += reversed(joined)
            elif chosen not in found:
                found.append(chosen)
    return picked(question, found)


def picked(question: Pick, chosen: Sequence[str]) -> Understood | Puzzle:
    """Accept several ticked options, in the order they are offered, if their number fits."""
    if len(chosen) < question.at_least:
        return Puzzle.TOO_FEW
    if len(chosen) > question.at_most:
        return Puzzle.TOO_MANY
    return Understood(tuple(stored for stored in question.options if stored in chosen))


def shown(question: Question | None, words: StepWords, value: Value | None) -> str:
    """Give an answer in the words it was shown with."""
    match value:
        case None:
            return ""
        case tuple():
            return ", ".join(words.labels.get(stored, stored) for stored in value)
        case int():
            return str(value)
    return value if isinstance(question, Write) else words.labels.get(value, value)
