"""Times of the day as people say them, in every content language.

Owns the understanding of `8pm`, `20:30`, `half past eight`, `halb neun`, `las ocho y media` and of
windows between two of them. Gives minutes of the day; never guesses between morning and evening:
where a phrase can mean both, both are given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.number_words import LANGUAGES, digits
from bot.flows.typed import typed

HALF_DAY = 12 * 60


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one language tells the time, over phrases reduced by `digits`.

    `shapes` give hour (`h`) and minute, or minutes before (`to`), after (`past`) or around half
    before (`half`) an hour. `alone` are phrases that are a time by themselves.
    """

    filler: str
    morning: str
    later: str
    night: str
    shapes: tuple[str, ...]
    alone: Mapping[str, int]
    windows: tuple[str, ...]
    small_hours_said: bool = False


_EN = Grammar(
    filler=r"a|at|about|the|oclock|o clock|sharp|every|day|in|on|minutes|please|this|hour|h",
    morning=r"am|morning",
    later=r"pm|afternoon|evening|tonight",
    night=r"night",
    shapes=(
        r"half (?:past )?(?P<h>\d+)(?P<half_past>)",
        r"quarter (?:past|after) (?P<h>\d+)(?P<quarter>)",
        r"quarter (?:to|before|of|till) (?P<h>\d+)(?P<quarter_to>)",
        r"(?P<past>\d+) (?:past|after) (?P<h>\d+)",
        r"(?P<to>\d+) (?:to|before|till) (?P<h>\d+)",
    ),
    alone={
        "noon": 720, "midday": 720, "12 noon": 720, "lunchtime": 750, "midnight": 0,
        "morning": 540, "afternoon": 900, "evening": 1140,
    },
    windows=(r"between (.+) and (.+)", r"from (.+) (?:to|until|till) (.+)"),
    small_hours_said=True,
)  # fmt: skip
_ES = Grammar(
    filler=r"a|la|las|el|los|en|sobre|punto|horas|hora|hs|h|de|del|por|minutos|cada|dia|tipo|hacia",
    morning=r"manana|madrugada|am",
    later=r"tarde|pm",
    night=r"noche",
    shapes=(
        r"(?P<h>\d+) y media(?P<half_past>)",
        r"(?P<h>\d+) y cuarto(?P<quarter>)",
        r"(?P<h>\d+) menos cuarto(?P<quarter_to>)",
        r"(?:1 )?cuarto para (?P<h>\d+)(?P<quarter_to>)",
        r"(?P<h>\d+) (?:y|con) (?P<past>\d+)",
        r"(?P<h>\d+) menos (?P<to>\d+)",
        r"(?P<to>\d+) para (?P<h>\d+)",
    ),
    alone={
        "mediodia": 720, "al mediodia": 720, "medianoche": 0, "manana": 540, "tarde": 1020,
        "noche": 1200,
    },
    windows=(r"entre (.+) y (.+)", r"(?:de|desde) (.+) (?:a|hasta) (.+)"),
)  # fmt: skip
_DE = Grammar(
    filler=r"um|uhr|gegen|punkt|so|ca|etwa|jeden|tag|taglich|am|der|in|h|minuten|minute|bitte|immer",
    morning=r"morgens|morgen|fruh|frueh|vormittags|vormittag",
    later=r"nachmittags|nachmittag|mittags|abends|abend",
    night=r"nachts|nacht",
    shapes=(
        r"halb (?P<h>\d+)(?P<half>)",
        r"dreiviertel (?P<h>\d+)(?P<quarter_to>)",
        r"(?:viertel) nach (?P<h>\d+)(?P<quarter>)",
        r"(?:viertel) vor (?P<h>\d+)(?P<quarter_to>)",
        r"viertel (?P<h>\d+)(?P<quarter_of>)",
        r"(?P<half_past_by>\d+) nach halb (?P<h>\d+)",
        r"(?P<half_to_by>\d+) vor halb (?P<h>\d+)",
        r"(?P<past>\d+) nach (?P<h>\d+)",
        r"(?P<to>\d+) vor (?P<h>\d+)",
    ),
    alone={
        "mittag": 720, "mittags": 720, "mitternacht": 0, "morgens": 540, "morgen": 540,
        "vormittags": 600, "nachmittags": 900, "abends": 1140, "abend": 1140,
    },
    windows=(r"zwischen (.+) und (.+)", r"von (.+) bis (.+)"),
)  # fmt: skip
GRAMMARS: Mapping[str, Grammar] = {"en": _EN, "es": _ES, "de": _DE}

_PLAIN = r"(?P<h>\d{1,2})(?: (?P<past>\d{1,2}))?"
_DASHED = re.compile(r"^(.+?)\s*(?:-|–|—|to|bis)\s*(.+)$", re.IGNORECASE)


def times(text: str, language: str) -> tuple[int, ...]:
    """Give the minutes of the day that a phrase can mean; the earlier first, none if it is no time.

    The person's own language is tried before the others.
    """
    for tried in _languages(language):
        found = _times(text, tried)
        if found:
            return found
    return ()


def window(text: str, language: str, opens: int, closes: int) -> tuple[int, int] | None:
    """Give the two ends of `between nine and eleven`, the narrowest that lies within the minutes
    `opens` to `closes`; None if it is no window."""
    for tried in _languages(language):
        patterns = [re.compile(p) for p in GRAMMARS[tried].windows]
        folded = typed(text)
        halves = [found.groups() for p in patterns if (found := p.fullmatch(folded))]
        halves += [found.groups() for found in [_DASHED.match(text.strip())] if found]
        for one, other in halves:
            pairs = [
                (first, last)
                for first in _times(one, tried)
                for last in _times(other, tried)
                if opens <= first < last <= closes
            ]
            if pairs:
                return min(pairs, key=lambda pair: pair[1] - pair[0])
    return None


def _languages(language: str) -> tuple[str, ...]:
    return (
        (language, *(other for other in LANGUAGES if other != language))
        if (language in LANGUAGES)
        else LANGUAGES
    )


def _times(text: str, language: str) -> tuple[int, ...]:
    grammar = GRAMMARS[language]
    phrase = digits(text, language)
    if phrase in grammar.alone:
        return (grammar.alone[phrase],)
    phrase, morning = _without(phrase, grammar.morning)
    phrase, later = _without(phrase, grammar.later)
    phrase, night = _without(phrase, grammar.night)
    phrase, _ = _without(phrase, grammar.filler)
    if not phrase:
        phrase, _ = _without(digits(text, language), grammar.filler)
        return (grammar.alone[phrase],) if phrase in grammar.alone else ()
    for shape in (*grammar.shapes, _PLAIN):
        found = re.fullmatch(shape, phrase)
        if found is not None:
            minute = _minute(found)
            if minute is None:
                return ()
            exact = shape == _PLAIN and _as_written(text, found, grammar)
            return _meant(minute, exact=exact, morning=morning, later=later, night=night)
    return ()


def _minute(found: re.Match[str]) -> int | None:
    """Give the minute of the half or whole day, or None for no time at all."""
    parts = found.groupdict()
    hour = int(parts["h"])
    offset = sum(
        value
        for name, value in {
            "half_past": 30, "quarter": 15, "quarter_to": -15, "half": -30, "quarter_of": -45,
        }.items()
        if parts.get(name) is not None
    )  # fmt: skip
    for name, sign, start in (
        ("past", 1, 0),
        ("to", -1, 0),
        ("half_past_by", 1, -30),
        ("half_to_by", -1, -30),
    ):
        if parts.get(name):
            by = int(parts[name])
            if by > 59:
                return None
            offset += start + sign * by
    if hour > 24 or (hour == 24 and offset > 0):
        return None
    return (hour * 60 + offset) % (24 * 60)


def _as_written(text: str, found: re.Match[str], grammar: Grammar) -> bool:
    """Whether a time in digits names its hour of 24: `08:30` always, `8:30` where people write
    so."""
    if re.search(r"\b0\d", text) or int(found.group("h")) in (0, 24):
        return True
    return found.group("past") is not None and not grammar.small_hours_said and ":" in text


def _meant(minute: int, *, exact: bool, morning: bool, later: bool, night: bool) -> tuple[int, ...]:
    early, late = minute % HALF_DAY, minute % HALF_DAY + HALF_DAY
    if minute >= HALF_DAY + 60 or exact:
        return (minute,)
    if morning and not later:
        return (early,)
    if later:
        return (late,)
    if night:
        return (late if early >= 6 * 60 else early,)
    return (late, early) if early < 60 else (early, late)


def _without(phrase: str, words: str) -> tuple[str, bool]:
    left = re.sub(rf"\b(?:{words})\b", " ", phrase)
    return re.sub(r"\s+", " ", left).strip(), left != phrase
