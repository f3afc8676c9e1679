"""How a person's zone is found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.cities import WELL_KNOWN
from bot.engine.local_time import local_minute, zone, zone_names
from bot.engine.zones import REGIONS, Found, city, places, search, telling

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
    found = search(text)
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
    assert expected <= {found.zone for found in search(text)}


def test_every_place_of_the_table_is_found_and_lies_in_a_real_zone() -> None:
    """REM-1: no entry names a zone the tz database lacks, and each spelling leads to its zone."""
    for name, listed in places().items():
        assert name in zone_names()
        for names in listed:
            for spelling in names:
                assert name in {found.zone for found in search(spelling, most=20)}, spelling


def test_every_zone_that_is_a_place_can_be_found_by_its_own_name() -> None:
    """REM-1: by IANA name and by its city, all of them."""
    for name in zone_names():
        if name.split("/")[0] in REGIONS:
            assert (Found(name, city(name)),) == search(name)
            assert name in {found.zone for found in search(city(name), most=20)}, name


def test_telling_the_time_finds_the_zones_where_it_is_that_time() -> None:
    """REM-1: it is 13:02 for somebody in Berlin, 07:00 in New York, 17:44 in Kathmandu."""
    assert Found("Europe/Berlin", "Berlin") in telling([13 * 60 + 2], NOON)
    assert "America/New_York" in {found.zone for found in telling([7 * 60], NOON)}
    assert ("Asia/Kathmandu",) == tuple(found.zone for found in telling([17 * 60 + 44], NOON))
    assert () == telling([17 * 60 + 20], NOON)


def test_every_time_that_any_clock_shows_now_finds_a_zone() -> None:
    """REM-1: no zone of the world is left without an offer, in winter and in summer."""
    for now in (NOON, datetime(2026, 7, 15, 12, tzinfo=UTC)):
        for name in zone_names():
            if name.split("/")[0] in REGIONS - {"Antarctica"}:
                assert telling([local_minute(zone(name), now)], now), name


def test_the_well_known_zones_exist() -> None:
    """REM-1: every one of them is in the tz database, once."""
    names = WELL_KNOWN.split()
    assert len(set(names)) == len(names)
    assert set(names) <= set(zone_names())


@given(st.text(max_size=40))
def test_any_text_finds_real_zones_or_none(text: str) -> None:
    """REM-1: whatever is typed, nothing breaks and at most six are offered."""
    found = search(text)
    assert len(found) <= 6
    assert {one.zone for one in found} <= set(zone_names())
