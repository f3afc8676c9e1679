"""YAML's own complaints, said so that a writer knows what to change.

Owns the translation of a parser's error into plain words. Knows nothing of flows.
"""

from __future__ import annotations

import re

import yaml

QUOTES = 'Put the whole sentence in "quotes", or on its own line under `|`.'


def explain(error: yaml.YAMLError, source: str) -> tuple[int, str, str]:
    """Give the line (from 1), what is wrong, and what to write instead."""
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", "") or "")
    context = str(getattr(error, "context", "") or "")
    if mark is None:
        return _unprintable(error, source)
    lines = source.splitlines() or [""]
    number = min(mark.line, len(lines) - 1)
    opened = getattr(error, "context_mark", None)
    for matches, at_opening, wrong, instead in _TRANSLATIONS:
        if matches in problem or matches in context:
            if at_opening and opened is not None:
                number = min(opened.line, len(lines) - 1)
            return number + 1, wrong, instead
    return _by_the_line(number, lines)


_TRANSLATIONS: tuple[tuple[str, bool, str, str], ...] = (
    (
        "mapping values are not allowed",
        False,
        "A colon inside a sentence is read as the end of a name.",
        "A sentence with a colon must stand in quotes or on its own line under `|`.",
    ),
    (
        "quoted scalar",
        True,
        "A quotation mark is opened here and not closed.",
        "Close it at the end of the sentence, or use the other kind of quotation mark outside.",
    ),
    (
        "violates indentation",
        False,
        "This line begins with a tab.",
        "Indent with two spaces instead.",
    ),
    (
        "found character that cannot start any token",
        False,
        "This line begins with a tab, or its words with one of @ ` %.",
        'Indent with spaces, and put words that begin with such a sign in "quotes".',
    ),
    (
        "while scanning an alias",
        False,
        "A sentence that begins with * is read as a YAML alias.",
        QUOTES,
    ),
    (
        "while scanning an anchor",
        False,
        "A sentence that begins with & is read as a YAML anchor.",
        QUOTES,
    ),
    (
        "block sequence entries are not allowed",
        False,
        "A dash stands behind a name on the same line.",
        "Begin the list on the next line, each entry with its own dash.",
    ),
    (
        "while parsing a flow sequence",
        True,
        "A list in [ ] holds a sentence, or is not closed.",
        "Write the list line by line, each entry with a dash.",
    ),
    (
        "while parsing a flow mapping",
        True,
        "Something in { } holds a sentence, or is not closed.",
        "Write it line by line; a sentence that begins with { must stand in quotes.",
    ),
    (
        "did not find expected '-' indicator",
        False,
        "A list has a line without a dash.",
        "Begin the line with a dash, at the same depth as the others.",
    ),
    (
        "could not find expected ':'",
        True,
        "A name without a colon, or a sentence that goes on too far to the left.",
        "Write `name: words`, and indent every further line of a sentence.",
    ),
)

_VALUE = re.compile(r"^\s*(?:- +)?(?:[^\s:'\"{\[][^:]*:\s+)?(?P<value>\S.*)$")


def _by_the_line(number: int, lines: list[str]) -> tuple[int, str, str]:
    """Look at the line itself, and the one before it, where the parser's words say too little."""
    for at in (number, number - 1):
        found = _VALUE.match(lines[at]) if at >= 0 else None
        first = found["value"][0] if found else ""
        if first in ("'", '"'):
            wrong = "Words follow behind a closing quotation mark."
            return at + 1, wrong, "Put the whole sentence between one pair of quotation marks."
        if first and first in "{[*&!%|>":
            return at + 1, f"A sentence begins with {first}, which means something in YAML.", QUOTES
    if "\t" in lines[number]:
        return number + 1, "This line holds a tab.", "Indent with two spaces instead."
    wrong = "This line does not stand under the one above it."
    return number + 1, wrong, "Begin it exactly below the line it belongs with."


def _unprintable(error: yaml.YAMLError, source: str) -> tuple[int, str, str]:
    """Explain a complaint about characters rather than structure."""
    position = getattr(error, "position", None)
    if not isinstance(position, int):
        found = re.search(r"position (\d+)", str(error))
        position = int(found[1]) if found else 0
    line = source.encode("utf-8", "replace")[:position].count(b"\n") + 1
    wrong = "This line holds a character that cannot be shown."
    return line, wrong, "Delete it and type the words again."
