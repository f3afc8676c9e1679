"""How a person's zone is found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.cities import WELL_KNOWN
from bot.engine.local_time import local_minute, zone, zone_names
from bot.engine.zones import REGIONS, Found, city, places, search, telling

RENAMED = get_global("zone_aliases")
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lisbon", "Europe/Lisbon"),
        ("lissabon", "Europe/Lisbon"),
        ("Munich", "Europe/Berlin"),
        ("münchen", "Europe/Berlin"),
        ("Muenchen", "Europe/Berlin"),
        ("Hamburg", "Europe/Berlin"),
        ("Barcelona", "Europe/Madrid"),
        ("san francisco", "America/Los_Angeles"),
        ("Bangalore", "Asia/Kolkata"),
        ("bengaluru", "Asia/Kolkata"),
        ("New York", "America/New_York"),
        ("new_york", "America/New_York"),
        ("Nueva York", "America/New_York"),
        ("Berlín", "Europe/Berlin"),
        ("são paulo", "America/Sao_Paulo"),
        ("Sao Paulo", "America/Sao_Paulo"),
        ("Asia/Kathmandu", "Asia/Kathmandu"),
        ("europe/lisbon", "Europe/Lisbon"),
        ("Lord Howe", "Australia/Lord_Howe"),
        ("Sidney", "Australia/Sydney"),
        ("Barcelonna", "Europe/Madrid"),
        ("Munich, Germany", "Europe/Berlin"),
        ("Deutschland", "Europe/Berlin"),
        ("Los Angel", "America/Los_Angeles"),
        ("UTC", None),
        ("UTC+2", None),
        ("Etc/GMT+3", None),
        ("EST", None),
        ("", None),
        ("x", None),
        ("qwertyuiop", None),
    ],
)
def test_a_zone_is_found_by_place_or_name(text: str, expected: str | None) -> None:
    """REM-1: a city, its name elsewhere, a country, a slip of the fingers or an IANA name; never an
    offset."""
    found = search(text, "en")
    assert expected == (found[0].zone if found else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("San José", {"America/Costa_Rica", "America/Los_Angeles"}),
        ("Córdoba", {"Europe/Madrid", "America/Argentina/Cordoba"}),
        ("Hamilton", {"America/Toronto", "Pacific/Auckland"}),
        ("Valencia", {"Europe/Madrid", "America/Caracas"}),
    ],
)
def test_a_name_of_several_places_offers_them_all(text: str, expected: set[str]) -> None:
    """REM-1: where a name is not enough, the person chooses."""
    assert expected <= {found.zone for found in search(text, "en")}


@pytest.mark.parametrize(
    ("language", "name", "expected"),
    [
        ("de", "Europe/Vienna", "Wien"),
        ("de", "Europe/Zurich", "Zürich"),
        ("de", "Europe/Kyiv", "Kiew"),
        ("de", "Atlantic/Reykjavik", "Reykjavík"),
        ("es", "Europe/Vienna", "Viena"),
        ("es", "America/Bogota", "Bogotá"),
        ("es", "Asia/Kolkata", "Calcuta"),
        ("es", "America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("es", "Europe/Belfast", "Belfast"),
        ("en", "Europe/Vienna", "Vienna"),
        ("en", "Asia/Kolkata", "Kolkata"),
        ("xx", "Europe/Vienna", "Vienna"),
    ],
)
def test_a_zone_is_called_as_the_language_calls_its_city(
    language: str, name: str, expected: str
) -> None:
    """REM-7: under its name of today, and of its own, though it be a link to another; where a
    language has none, that of the tz database."""
    assert expected == city(name, language)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Wien", Found("Europe/Vienna", "Wien")),
        ("de", "vienna", Found("Europe/Vienna", "Wien")),
        ("de", "Zuerich", Found("Europe/Zurich", "Zürich")),
        ("de", "Wladiwostok", Found("Asia/Vladivostok", "Wladiwostok")),
        ("de", "Muenchen", Found("Europe/Berlin", "München")),
        ("de", "Deutschland", Found("Europe/Berlin", "Deutschland")),
        ("es", "múnich", Found("Europe/Berlin", "Múnich")),
        ("es", "Reikiavik", Found("Atlantic/Reykjavik", "Reikiavik")),
        ("es", "Los Angeles", Found("America/Los_Angeles", "Los Ángeles")),
        ("es", "los ángeles", Found("America/Los_Angeles", "Los Ángeles")),
        ("es", "Adis Abeba", Found("Africa/Addis_Ababa", "Adís Abeba")),
        ("es", "Ciudad Ho Chi Minh", Found("Asia/Ho_Chi_Minh", "Ciudad Ho Chi Minh")),
        ("es", "Europe/Vienna", Found("Europe/Vienna", "Viena")),
        ("en", "münchen", Found("Europe/Berlin", "Munich")),
        ("en", "St. John's", Found("America/St_Johns", "St. John’s")),
    ],
)
def test_a_place_is_understood_and_told_in_the_language(
    language: str, text: str, expected: Found
) -> None:
    """REM-1 and REM-7: by the language's own name or the English one, with accents or without."""
    assert expected == search(text, language)[0]


@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_every_zone_can_be_found_by_what_it_is_called(language: str) -> None:
    """REM-1: what is shown may be typed, in every language."""
    for name in zone_names():
        if name.split("/")[0] in REGIONS:
            shown = city(name, language)
            assert shown
            assert shown.isprintable()
            found = {found.zone for found in search(shown, language, most=20)}
            assert {name, RENAMED.get(name)} & found, name


def test_every_place_of_the_table_is_found_and_lies_in_a_real_zone() -> None:
    """REM-1: no entry names a zone the tz database lacks, and each spelling leads to its zone."""
    for name, listed in places().items():
        assert name in zone_names()
        for names in listed:
            for spelling in names:
                assert name in {found.zone for found in search(spelling, "en", most=20)}, spelling


def test_every_zone_that_is_a_place_can_be_found_by_its_own_name() -> None:
    """REM-1: by IANA name and by its city, all of them; where it was renamed, the city leads to the
    name of today."""
    for name in zone_names():
        if name.split("/")[0] in REGIONS:
            assert (Found(name, city(name, "en")),) == search(name, "en")
            found = {found.zone for found in search(city(name, "en"), "en", most=20)}
            assert {name, RENAMED.get(name)} & found, name


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Kathmandu", "Asia/Kathmandu"),
        ("en", "Katmandu", "Asia/Kathmandu"),
        ("en", "Kolkata", "Asia/Kolkata"),
        ("en", "Kyiv", "Europe/Kyiv"),
        ("es", "Calcuta", "Asia/Kolkata"),
        ("es", "Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("de", "Kiew", "Europe/Kyiv"),
    ],
)
def test_a_city_is_one_though_its_zone_was_renamed(language: str, text: str, expected: str) -> None:
    """REM-1: the old name of a zone is no second place to choose from."""
    assert [expected] == [found.zone for found in search(text, language)]


def test_telling_the_time_finds_the_zones_where_it_is_that_time() -> None:
    """REM-1: it is 13:02 for somebody in Berlin, 07:00 in New York, 17:44 in Kathmandu."""
    assert Found("Europe/Berlin", "Berlin") in telling([13 * 60 + 2], NOON, "en")
    assert "America/New_York" in {found.zone for found in telling([7 * 60], NOON, "en")}
    assert ("Asia/Kathmandu",) == tuple(found.zone for found in telling([17 * 60 + 44], NOON, "en"))
    assert () == telling([17 * 60 + 20], NOON, "en")


def test_every_time_that_any_clock_shows_now_finds_a_zone() -> None:
    """REM-1: no zone of the world is left without an offer, in winter and in summer."""
    for now in (NOON, datetime(2026, 7, 15, 12, tzinfo=UTC)):
        for name in zone_names():
            if name.split("/")[0] in REGIONS - {"Antarctica"}:
                assert telling([local_minute(zone(name), now)], now, "en"), name


def test_the_well_known_zones_exist() -> None:
    """REM-1: every one of them is in the tz database, once."""
    names = WELL_KNOWN.split()
    assert len(set(names)) == len(names)
    assert set(names) <= set(zone_names())


@given(st.text(max_size=40))
def test_any_text_finds_real_zones_or_none(text: str) -> None:
    """REM-1: whatever is typed, nothing breaks and at most six are offered."""
    found = search(text, "en")
    assert len(found) <= 6
    assert {one.zone for one in found} <= set(zone_names())
