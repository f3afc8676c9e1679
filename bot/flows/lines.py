"""The short lines inside a flow that are more than a word: a way on, a check-in, a length, braces.

Owns their grammar. Knows nothing of files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PARTS = ("morning", "midday", "evening")
"""The parts of a day a check-in can name."""

DAYS_LIMIT = 365
HOURS_LIMIT = 72
"""How far ahead a check-in may lie."""

_WHEN = re.compile(
    r"(?:in (?P<number>\d{1,4}) (?P<unit>days?|hours?)|(?P<next>next day))"
    r"(?: (?:in the|at) (?P<part>[a-z]+))?"
)
_UP_TO = re.compile(r"up to (\d{1,6})(?: characters)?")
_BRACES = re.compile(r"\{([^{}]*)\}")
_INSIDE = re.compile(r"\s*(?P<name>[a-z0-9-]+(?:/[a-z0-9-]+)?)\s*(?:\bor\b(?P<fallback>.*))?")


def split_way(line: str) -> tuple[str, str | None]:
    """Split `step, if condition` into the step and the condition (None without one)."""
    to, comma, rest = line.partition(",")
    rest = rest.strip()
    if not comma:
        return to.strip(), None
    return to.strip(), rest.removeprefix("if ").strip() if rest.startswith("if ") else ""


@dataclass(frozen=True, slots=True)
class When:
    """How far ahead a check-in lies."""

    days: int
    hours: int
    part: str


def read_when(words: str) -> When | None:
    """Read `in 2 days in the evening`, `in 3 hours`, `next day in the morning`; else None."""
    found = _WHEN.fullmatch(" ".join(words.split()))
    if found is None:
        return None
    part = found["part"] or ""
    if part and part not in PARTS:
        return None
    if found["next"]:
        return When(1, 0, part)
    number = int(found["number"])
    if found["unit"].startswith("hour"):
        return When(0, number, "") if not part and 1 <= number <= HOURS_LIMIT else None
    return When(number, 0, part) if 1 <= number <= DAYS_LIMIT else None


def read_up_to(words: str) -> int | None:
    """Read `up to 500`; else None."""
    found = _UP_TO.fullmatch(" ".join(words.split()))
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Slot:
    """`{name or fallback}`: where an answer is put into a sentence. `fallback` is None without
    `or`."""

    name: str
    fallback: str | None


def slots(text: str) -> list[Slot]:
    """Give every well-formed pair of braces of a text, in order."""
    found = (_INSIDE.fullmatch(inside) for inside in _BRACES.findall(text))
    return [
        Slot(m["name"], m["fallback"].strip() if m["fallback"] is not None else None)
        for m in found
        if m
    ]


def bad_braces(text: str) -> list[str]:
    """Give every brace or pair of braces of a text that cannot be read."""
    bad = [f"{{{inside}}}" for inside in _BRACES.findall(text) if not _INSIDE.fullmatch(inside)]
    rest = _BRACES.sub("", text)
    return bad + [sign for sign in "{}" if sign in rest]
