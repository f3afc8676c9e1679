"""Weekdays, spans and dates as people say them, in every content language.

Owns the understanding of `Monday to Friday`, `every other day`, `until Friday`, `two weeks`,
`1 December`, `2026-12-01`. Today is an argument. Knows nothing of the time of day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.engine.number_words import LANGUAGES, digits

FURTHEST = timedelta(days=366)
"""A date further ahead is taken for a slip."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days of reminders: `weekdays` (0 is Monday), or every so many days."""

    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    every: int = 1


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language: each entry lists its spellings, folded."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    daily: str
    workdays: str
    weekend: str
    alternate: str
    every: str
    through: str
    joining: str
    ago: str
    relative: Mapping[str, int]
    units: Mapping[str, int]
    endless: str
    until: str


_EN = Lexicon(
    weekdays=(
        "mondays|monday|mon", "tuesdays|tuesday|tues|tue", "wednesdays|wednesday|wed",
        "thursdays|thursday|thurs|thur|thu", "fridays|friday|fri", "saturdays|saturday|sat",
        "sundays|sunday|sun",
    ),
    months=(
        "january|jan", "february|feb", "march|mar", "april|apr", "may", "june|jun", "july|jul",
        "august|aug", "september|sept|sep", "october|oct", "november|nov", "december|dec",
    ),
    daily="every day|daily|each day|all days|everyday",
    workdays="weekdays|workdays|working days|on weekdays|every weekday",
    weekend="weekends|weekend|the weekend|at the weekend|at weekends|on weekends|every weekend",
    alternate="every other day|every second day|alternate days",
    every=r"every (\d+) days?|every (\d+) ?(?:st|nd|rd|th) day",
    through="to|until|till|through",
    joining="and|on|every|the|of",
    ago="yesterday|last night",
    relative={"today": 0, "tonight": 0, "tomorrow": 1, "the day after tomorrow": 2},
    units={"day|days|d": 1, "week|weeks|w": 7, "fortnight": 14, "month|months": 30},
    endless="forever|indefinitely|until i say(?: so)?|until i come back|until further notice",
    until="until|till|to|for|on|next|this|coming|a|the|in|of|through|back|st|nd|rd|th|about",
)  # fmt: skip
_ES = Lexicon(
    weekdays=(
        "lunes|lun", "martes|mar", "miercoles|mie", "jueves|jue", "viernes|vie",
        "sabados|sabado|sab", "domingos|domingo|dom",
    ),
    months=(
        "enero|ene", "febrero|feb", "marzo", "abril|abr", "mayo", "junio|jun", "julio|jul",
        "agosto|ago", "septiembre|setiembre|sept|sep", "octubre|oct", "noviembre|nov",
        "diciembre|dic",
    ),
    daily="todos los dias|cada dia|a diario|diario|diariamente",
    workdays="dias laborables|dias laborales|entre semana|dias de semana|laborables",
    weekend="fin de semana|fines de semana|los fines de semana|el fin de semana",
    alternate="dia si dia no|un dia si y otro no|1 dia si y otro no|cada segundo dia",
    every=r"cada (\d+) dias?",
    through="a|al|hasta",
    joining="y|e|los|el|cada|de|las|la",
    ago="ayer|anoche",
    relative={"hoy": 0, "esta noche": 0, "manana": 1, "pasado manana": 2},
    units={"dia|dias": 1, "semana|semanas": 7, "quincena": 15, "mes|meses": 30},
    endless="para siempre|indefinidamente|hasta que (?:yo diga|vuelva)|hasta nuevo aviso|sin fecha",
    until="hasta|el|la|los|las|por|durante|de|del|proximo|proxima|este|que|viene|dentro|en|unos",
)  # fmt: skip
_DE = Lexicon(
    weekdays=(
        "montags|montag|mo", "dienstags|dienstag|di", "mittwochs|mittwoch|mi",
        "donnerstags|donnerstag|do", "freitags|freitag|fr", "samstags|samstag|sonnabend|sa",
        "sonntags|sonntag|so",
    ),
    months=(
        "januar|janner|jan", "februar|feb", "marz|maerz|mar", "april|apr", "mai", "juni|jun",
        "juli|jul", "august|aug", "september|sept|sep", "oktober|okt", "november|nov",
        "dezember|dez",
    ),
    daily="jeden tag|taglich|taeglich|alle tage|immer",
    workdays="werktags|wochentags|an werktagen|unter der woche|an wochentagen|werktage",
    weekend="wochenende|am wochenende|wochenenden|an wochenenden",
    alternate="jeden zweiten tag|alle zwei tage|jeden 2 tag",
    every=r"alle (\d+) tage|jeden (\d+) tag",
    through="bis",
    joining="und|am|an|jeden|der|die",
    ago="gestern|gestern abend",
    relative={"heute": 0, "heute abend": 0, "morgen": 1, "ubermorgen": 2, "uebermorgen": 2},
    units={"tag|tage|tagen": 1, "woche|wochen": 7, "monat|monate|monaten": 30},
    endless="fue?r immer|unbegrenzt|bis auf weiteres|bis ich mich melde|auf unbestimmte zeit",
    until="bis|zum|am|fur|fuer|nachsten|naechsten|nachste|kommenden|diesen|den|der|in|von|noch|lang",
)  # fmt: skip
LEXICONS: Mapping[str, Lexicon] = {"en": _EN, "es": _ES, "de": _DE}

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.?\s?(\d{4}|\d{2})?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")


def days(text: str, language: str) -> Days | None:
    """Give the days of reminders that a phrase names, or None if it names none."""
    for lexicon in _lexicons(language):
        found = _days(digits(text, lexicon[0]), lexicon[1])
        if found is not None:
            return found
    return None


def is_endless(text: str, language: str) -> bool:
    """Whether a phrase means `until I say so`."""
    return any(
        re.fullmatch(lexicon.endless, digits(text, name)) for name, lexicon in _lexicons(language)
    )


def date_ahead(text: str, language: str, today: date) -> date | None:
    """Give the date that a phrase means: a span from today, a weekday or a date; None if it means
    no date after today within a year. `12/1` is no date to the English, who differ about it."""
    written = _written(text, language, today)
    candidates = [written] if written else []
    for name, lexicon in _lexicons(language):
        candidates += [found for found in [_ahead(digits(text, name), lexicon, today)] if found]
    return next((found for found in candidates if today < found <= today + FURTHEST), None)


def day_ago(text: str, language: str, today: date) -> date | None:
    """Give the date that `yesterday` or the name of one of the last six days means, or None."""
    for name, words in _lexicons(language):
        phrase = digits(text, name)
        if re.fullmatch(words.ago, phrase):
            return today - timedelta(days=1)
        number = _weekday(phrase, words)
        if number is not None and number != today.weekday():
            return today - timedelta(days=(today.weekday() - number) % 7)
    return None


def _lexicons(language: str) -> list[tuple[str, Lexicon]]:
    own = [language] if language in LANGUAGES else []
    return [(name, LEXICONS[name]) for name in [*own, *LANGUAGES] if name in LEXICONS]


def _days(phrase: str, words: Lexicon) -> Days | None:
    for pattern, weekdays in (
        (words.daily, (0, 1, 2, 3, 4, 5, 6)),
        (words.workdays, (0, 1, 2, 3, 4)),
        (words.weekend, (5, 6)),
    ):
        if re.fullmatch(pattern, phrase):
            return Days(weekdays)
    if re.fullmatch(words.alternate, phrase):
        return Days(every=2)
    every = re.fullmatch(words.every, phrase)
    if every is not None:
        n = int(next(filter(None, every.groups())))
        return Days(every=n) if 1 <= n <= 31 else None
    return _named(phrase, words)


def _named(phrase: str, words: Lexicon) -> Days | None:
    """Read a list of weekdays, in which one `to` may join two into a range."""
    chosen: set[int] = set()
    last, range_open = None, False
    for token in phrase.split():
        number = _weekday(token, words)
        if number is not None:
            if range_open and last is not None:
                span = (number - last) % 7
                chosen |= {(last + n) % 7 for n in range(span + 1)}
            chosen.add(number)
            last, range_open = number, False
        elif re.fullmatch(words.through, token) and last is not None:
            range_open = True
        elif not re.fullmatch(words.joining, token):
            return None
    return Days(tuple(sorted(chosen))) if chosen and not range_open else None


def _weekday(token: str, words: Lexicon) -> int | None:
    return next((n for n, names in enumerate(words.weekdays) if re.fullmatch(names, token)), None)


def _ahead(phrase: str, words: Lexicon, today: date) -> date | None:
    if phrase in words.relative:
        return today + timedelta(days=words.relative[phrase])
    left = re.sub(rf"\b(?:{words.until})\b", " ", phrase).split()
    rest = " ".join(left)
    if rest in words.relative:
        return today + timedelta(days=words.relative[rest])
    if len(left) == 1 and (number := _weekday(rest, words)) is not None:
        return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    for names, length in words.units.items():
        span = re.fullmatch(rf"(?:(\d{{1,3}}) )?(?:{names})", rest)
        if span is not None:
            return today + timedelta(days=int(span.group(1) or 1) * length)
    return _by_month(left, words, today)


def _by_month(tokens: list[str], words: Lexicon, today: date) -> date | None:
    """Read `1 December`, `December 1` or either with a year."""
    numbers = [int(token) for token in tokens if token.isdecimal()]
    months = [
        n
        for token in tokens
        for n, names in enumerate(words.months, 1)
        if re.fullmatch(names, token)
    ]
    if len(months) != 1 or len(numbers) + 1 != len(tokens) or not 1 <= len(numbers) <= 2:
        return None
    return _date(numbers[1] if len(numbers) > 1 else None, months[0], numbers[0], today)


def _written(text: str, language: str, today: date) -> date | None:
    iso = _ISO.search(text)
    if iso is not None:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]), today)
    dotted = _DOTTED.search(text)
    slashed = None if language == "en" else _SLASHED.search(text)
    found = dotted or slashed
    if found is None:
        return None
    return _date(int(found[3]) if found[3] else None, int(found[2]), int(found[1]), today)


def _date(year: int | None, month: int, day: int, today: date) -> date | None:
    """Make a date; without a year, the next one of that day and month."""
    if year is not None and year < 100:
        year += 2000
    for tried in [year] if year is not None else [today.year, today.year + 1]:
        if not (1 <= tried <= 9998 and 1 <= month <= 12 and 1 <= day <= 31):
            return None
        following = date(tried + month // 12, month % 12 + 1, 1)
        if day <= (following - date(tried, month, 1)).days and (
            year is not None or date(tried, month, day) > today
        ):
            return date(tried, month, day)
    return None
