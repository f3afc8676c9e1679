"""Finding a person's time zone: by city or country, by IANA name, or by the time on their wall.

Owns the search and how a zone is called. A zone is always an IANA name of a place, never an offset
(`UTC+2` and `EST` are none). Knows nothing of who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from bot.engine.cities import PLACES, WELL_KNOWN
from bot.engine.local_time import DAY, local_minute, zone, zone_names
from bot.engine.words import close, fold

REGIONS = frozenset(
    {
        "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe",
        "Indian", "Pacific",
    }
)  # fmt: skip
"""First parts of names that stand for places. `Etc`, `US` and the like are offsets or old links."""

SUGGESTED: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Europe/London", "America/New_York", "America/Chicago", "America/Los_Angeles",
        "Asia/Kolkata", "Australia/Sydney",
    ),
    "es": (
        "Europe/Madrid", "America/Mexico_City", "America/Bogota", "America/Lima",
        "America/Santiago", "America/Argentina/Buenos_Aires",
    ),
    "de": ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich"),
}  # fmt: skip
"""Zones to tap before anything is typed, by language."""

ENGLISH = "en"
"""The language of the tz database's own names."""

MOST = 6
"""Zones to offer at once."""

LEAST = 4
"""Letters from which a part of a name or a slip counts: `EST` is no beginning of Estocolmo."""

SLACK = 3
"""Minutes by which a clock on a wall may be wrong."""


@dataclass(frozen=True, slots=True)
class Found:
    """A zone, and the place by which it was found, as the person's language calls it."""

    zone: str
    place: str


def city(name: str, language: str) -> str:
    """Give what a zone is called in a language: its city, by the Unicode locale data; where that
    has none, the city of its name."""
    return _cities(language).get(name) or _bare(name)


def search(text: str, language: str, most: int = MOST) -> tuple[Found, ...]:
    """Find zones by a place or an IANA name, the best first; none if nothing comes close. What is
    shown in this `language` is understood, and the English and many other names besides.

    Whole names win over beginnings, those over names within, those over slips of the fingers; an
    exact hit that is the only one comes alone. Of spellings alike but for accents, the typed one
    is told.
    """
    wanted = fold(text.replace("_", " "))
    exact = _by_name().get(text.strip().casefold())
    if exact is not None:
        return (Found(exact, city(exact, language)),)
    if len(wanted) < 2:
        return ()
    for fits in _RULES if len(wanted) >= LEAST else _RULES[:1]:
        matches = _once(
            one
            for name, found in _index(language).items()
            if fits(wanted, name)
            for one in sorted(
                found, key=lambda one: one.place.casefold() != text.strip().casefold()
            )
        )
        if matches:
            return matches[:most]
    rest = wanted.rpartition(" ")[0]
    return search(rest, language, most) if rest and "," in text else ()


def telling(
    minutes: Iterable[int], now: datetime, language: str, most: int = MOST
) -> tuple[Found, ...]:
    """Find the well-known zones whose clocks show one of these minutes of the day now."""
    told = tuple(minutes)
    names = [
        name
        for name in WELL_KNOWN.split()
        if any(_apart(local_minute(zone(name), now), minute) <= SLACK for minute in told)
    ]
    return tuple(Found(name, city(name, language)) for name in names[:most])


@cache
def places() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Give the table of places: for each zone its places, each with all its names."""
    joined = PLACES.strip().replace("\n ", " ")
    table = {}
    for line in joined.splitlines():
        name, _, rest = line.partition(": ")
        table[name] = tuple(tuple(place.strip().split("=")) for place in rest.split(","))
    return table


_RULES: tuple[Callable[[str, str], bool], ...] = (
    lambda wanted, name: name == wanted,
    lambda wanted, name: name.startswith(wanted),
    lambda wanted, name: f" {wanted}" in name,
    close,
)
"""How a typed name may match, the surest first."""


def _apart(one: int, other: int) -> int:
    distance = abs(one - other) % DAY
    return min(distance, DAY - distance)


def _once(found: Iterable[Found]) -> tuple[Found, ...]:
    """Keep the first place of every zone."""
    kept: dict[str, Found] = {}
    for one in found:
        kept.setdefault(one.zone, one)
    return tuple(kept.values())


@cache
def _by_name() -> Mapping[str, str]:
    return {name.casefold(): name for name in zone_names() if name.split("/")[0] in REGIONS}


@cache
def _index(language: str) -> Mapping[str, tuple[Found, ...]]:
    index: dict[str, list[Found]] = {}
    for name, listed in places().items():
        for names in listed:
            for spelling in names:
                whole = fold(spelling)
                bare = fold(spelling.partition(" (")[0])
                for key in {whole, bare}:
                    called = _called(name, names, spelling, language)
                    index.setdefault(key, []).append(Found(name, called))
    for name in _by_name().values():
        found = Found(_renamed().get(name, name), city(name, language))
        for key in {fold(found.place), fold(_bare(name))}:
            index.setdefault(key, []).append(found)
    return {key: tuple(found) for key, found in index.items()}


def _called(name: str, names: Sequence[str], spelling: str, language: str) -> str:
    """Give what to call a place that was found by one of its names: as its zone, where it is the
    zone's own city; else as it was spelt, but in English by its first name, which is English."""
    own = city(name, language)
    if {fold(own), fold(_bare(name))} & {fold(one) for one in names}:
        return own
    return names[0] if language == ENGLISH else spelling


def _bare(name: str) -> str:
    """Give the last part of a zone's name."""
    return name.rpartition("/")[2].replace("_", " ")


@cache
def _cities(language: str) -> Mapping[str, str]:
    """Give the cities of zones in a language, by their names of today and the oldest ones, which
    the locale data keep."""
    own = _told(language)
    return {now: own[old] for old, now in _renamed().items() if old in own} | own


@cache
def _renamed() -> Mapping[str, str]:
    """Give the zones that have another name today (`Asia/Calcutta`) with that name: the same place,
    and not a bigger one that took it in."""
    english = _told(ENGLISH)
    return {
        old: now
        for old, now in get_global("zone_aliases").items()
        if fold(english.get(old, _bare(old))).startswith(fold(_bare(now)))
    }


def _told(language: str) -> dict[str, str]:
    """Give the cities of a language's locale data, without the marks of where words may break."""
    try:
        zones = Locale.parse(language, sep="-").time_zones
    except (UnknownLocaleError, ValueError):
        return {}
    return {
        name: told["city"].replace("\xad", "") for name, told in zones.items() if "city" in told
    }
