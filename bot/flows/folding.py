"""Folding: one plain form for letters that look or sound the same.

Owns case, accents, invisible characters, look-alike letters and typographic apostrophes. Knows
nothing of words or meaning; rules and people's texts are folded alike, so they can meet.
"""

from __future__ import annotations

import unicodedata

_LOOKALIKES = str.maketrans(
    # Cyrillic and Greek letters that pass for Latin ones, and marks used as apostrophes.
    "асеорхуіјѕкмтвнгαοεινκρτυχ’‘´`ʼ＇‚‛",
    "aceopxyijskmtbhraoeivkptux''''''''",
)
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), 127))
_FULL_CASE = {"ß": "ss", "ı": "i", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe"}


def fold(text: str) -> str:
    """Give the text in lower case without accents, marks, invisible or look-alike characters.

    Line ends are kept; every other character is kept or replaced by its plain form. Linear.
    """
    text = text.casefold().translate(_CONTROLS)
    if text.isascii():
        return text
    parts = []
    for char in unicodedata.normalize("NFKD", text):
        if char.isascii():
            parts.append(char)
        elif unicodedata.category(char) not in _DROPPED:
            parts.append(_FULL_CASE.get(char, char))
    return "".join(parts).casefold().translate(_LOOKALIKES)


_DROPPED = frozenset({"Mn", "Me", "Cf", "Cc", "Cs"})
"""Unicode categories without a shape: combining marks, format, control, lone halves."""


_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))


def shapes(word: str) -> set[str]:
    """Give the word and every form of it with one letter taken out."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def spellings(word: str) -> set[str]:
    """Give the folded word; with umlauts also the way they are typed without them (ue, oe, ae)."""
    if word.isascii():
        return {fold(word)}
    plain = word.casefold()
    for umlaut, typed in _UMLAUTS:
        plain = plain.replace(umlaut, typed)
    return {fold(word), fold(plain)}
