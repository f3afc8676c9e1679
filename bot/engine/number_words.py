"""Numbers written as words, in every content language.

Owns the reduction of a typed phrase to plain tokens with digits. Knows nothing of what the numbers
count (`clock_words`, `day_words`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from bot.flows.typed import typed

LANGUAGES = ("en", "es", "de")
"""Languages whose words for times and dates are understood."""

_EN_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_ES_ONES = (
    "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciseis diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres "
    "veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve"
)
_DE_ONES = (
    "eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn "
    "funfzehn sechzehn siebzehn achtzehn neunzehn"
)
_TENS: Mapping[str, Mapping[str, int]] = {
    "en": {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50},
    "es": {"treinta": 30, "cuarenta": 40, "cincuenta": 50},
    "de": {"zwanzig": 20, "dreissig": 30, "vierzig": 40, "funfzig": 50},
}
_MORE: Mapping[str, Mapping[str, int]] = {
    "en": {"zero": 0, "a couple of": 2, "a couple": 2, "oh": 0},
    "es": {"cero": 0, "un": 1, "una": 1, "un par de": 2},
    "de": {
        "null": 0,
        "ein": 1,
        "eine": 1,
        "einen": 1,
        "einem": 1,
        "einer": 1,
        "zwo": 2,
        "fuenf": 5,
        "zwoelf": 12,
        "paar": 3,
    },
}
_APART = re.compile(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)")


_HALVES = re.compile(r"\b([ap]) m\b")


def digits(text: str, language: str) -> str:
    """Give a phrase folded, with every number up to 59 in digits and nothing glued together.

    `8pm` and `eight p.m.` both become `8 pm`; `20:30` becomes `20 30`.
    """
    folded = _APART.sub(" ", typed(text).replace("-", " ").replace("+", " "))
    words, pattern = numbers(language), _pattern(language)
    folded = pattern.sub(lambda found: str(words[found.group(0)]), folded)
    return _HALVES.sub(r"\1m", re.sub(r"\s+", " ", folded)).strip()


@cache
def numbers(language: str) -> Mapping[str, int]:
    """Give every number word of a language up to 59."""
    ones = {"en": _EN_ONES, "es": _ES_ONES, "de": _DE_ONES}[language].split()
    found = {word: n for n, word in enumerate(ones, 1)}
    for tens, value in _TENS[language].items():
        found[tens] = value
        for n, one in enumerate(ones[:9], 1):
            joined = {
                "en": f"{tens} {one}",
                "es": f"{tens} y {one}",
                "de": f"{'ein' if n == 1 else one}und{tens}",
            }[language]
            found[joined] = value + n
    return {**found, **_MORE[language]}


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = sorted(numbers(language), key=len, reverse=True)
    return re.compile(r"\b(" + "|".join(words) + r")\b")
