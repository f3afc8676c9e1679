"""Typed words made safe to keep, and compared.

Owns the cleaning of what a person types and the tolerance for slips of the fingers. Folding is the
content's own rule (`bot.flows.typed`), so that the checker and the engine can never disagree.
"""

from __future__ import annotations

import unicodedata

from bot.flows.typed import typed as fold

__all__ = ["clean", "close", "fold"]

COMBINING_LIMIT = 3
"""Marks kept on one letter: enough for every living script, too few for zalgo."""

_BIDI = dict.fromkeys(
    map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)


def clean(text: str, limit: int) -> str:
    """Make a typed text safe to keep and to show.

    Control characters, null bytes, direction overrides and lone surrogates go; stacked combining
    marks are thinned out; at most `limit` characters stay.
    """
    if text.isascii() and text.isprintable():
        return text[:limit].strip()
    text = text[: limit * 4].replace("\r\n", "\n").replace("\r", "\n").translate(_BIDI)
    kept: list[str] = []
    marks = 0
    for letter in text:
        category = unicodedata.category(letter)
        if category in ("Mn", "Me"):
            marks += 1
            if marks > COMBINING_LIMIT:
                continue
        else:
            marks = 0
            if category in ("Cc", "Cs", "Co", "Cn") and letter not in "\n\t":
                continue
        kept.append(letter)
        if len(kept) >= limit:
            break
    return "".join(kept).strip()


def close(typed: str, meant: str) -> bool:
    """Whether two folded words differ by a slip of the fingers: one for four letters and more,
    two for eight and more (a swap of neighbours counts as one)."""
    allowed = 2 if len(meant) >= 8 else 1 if len(meant) >= 4 else 0
    if abs(len(typed) - len(meant)) > allowed:
        return False
    return typed == meant or (allowed > 0 and _distance(typed, meant) <= allowed)


def _distance(one: str, other: str) -> int:
    """Count insertions, deletions, replacements and neighbour swaps (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
