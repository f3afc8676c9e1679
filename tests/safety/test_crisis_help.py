"""Crisis lines and the message built from them (SAF-3 to SAF-6, SAF-16)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.engine.crisis import (
    CARRY_ON,
    OTHER,
    STOP,
    answer_safe,
    ask_gently,
    choose_country,
    guess_country,
    help_now,
)
from bot.engine.words import fold
from bot.errors import ContentError
from bot.flows.crisis_lines import load_crisis_lines, read_crisis_lines
from bot.flows.danger_rules import CATEGORIES
from bot.flows.house import House

CONTENT = Path(__file__).parents[2] / "content"
TODAY = date(2026, 12, 1)
FACTS = load_crisis_lines(CONTENT)

GOOD = """\
stale_after_days: 365
directories:
  - {name: Many, url: example.org}
countries:
  XX:
    emergency: "1"
    emergency source: example.org
    lines:
      - name: Someone
        phone: "22"
        confidence: high
        as_of: 2026-01
        source: https://example.org
"""


@pytest.fixture(params=["en", "es", "de"])
def house(request: pytest.FixtureRequest) -> House:
    phrases: dict[str, tuple[str, ...]] = {}
    for name in ("core", "care", "countries"):
        path = CONTENT / request.param / "house" / f"{name}.yaml"
        if path.exists():
            given = yaml.safe_load(path.read_text(encoding="utf-8")).get("phrases") or {}
            phrases |= {k: (v,) if isinstance(v, str) else tuple(v) for k, v in given.items()}
    return House(request.param, request.param, phrases)


def test_saf_3_help_first_then_numbers_then_who_speaks(house: House) -> None:
    """Human words, emergency number, lines as dialled with hours, "I am a program", choices."""
    told = help_now(house, FACTS, country="DE", guess=None, category=None, today=TODAY)

    assert house.phrase("crisis-first") == told.lines[0]
    assert "112" in told.lines[1]
    assert any("0800 1110111 / 0800 1110222 / 116 123" in part for part in told.lines)
    assert house.phrase("crisis-program") == told.lines[-1]
    assert [OTHER, CARRY_ON, STOP] == [offer.key for offer in told.offers]
    assert len(told.lines[0]) < 160
    assert len(told.text) < 2_000


def test_saf_4_an_unknown_country_has_no_default(house: House) -> None:
    """No country's lines are shown; a guess is offered and called one."""
    told = help_now(house, FACTS, country=None, guess="AT", category=None, today=TODAY)
    numbers = {line.phone for c in FACTS.countries.values() for line in c.lines if line.phone}
    shown = set(
        re.findall(r"[\d*][\d -]{2,}", told.text.replace(house.phrase("crisis-emergency"), ""))
    )

    assert set() == numbers & shown
    assert "country-at" == told.offers[0].key
    assert house.phrase("country-at") in told.offers[0].label
    assert house.phrase("country-at") != told.offers[0].label
    assert FACTS.directory in told.text


def test_saf_4_a_guess_we_know_nothing_of_is_not_offered(house: House) -> None:
    """Only countries with facts are offered."""
    told = help_now(house, FACTS, country=None, guess="ZZ", category=None, today=TODAY)

    assert [OTHER, CARRY_ON, STOP] == [offer.key for offer in told.offers]


def test_saf_7_each_kind_of_danger_has_first_words(house: House) -> None:
    """SAF-7: a partner's violence is answered with distance as safety, never with closeness."""
    firsts = {
        name: help_now(house, FACTS, country="GB", guess=None, category=name, today=TODAY).lines[0]
        for name in CATEGORIES
    }

    assert house.phrase("crisis-first-partner") == firsts["partner-violence"]
    assert 8 < len(set(firsts.values()))


def test_saf_16_stale_facts_say_so(house: House) -> None:
    """A fact older than a year asks to be double-checked; a fresh one does not."""
    old = help_now(house, FACTS, country="HU", guess=None, category=None, today=TODAY)
    fresh = help_now(house, FACTS, country="FR", guess=None, category=None, today=date(2026, 6, 3))

    assert house.phrase("crisis-double-check", date="2021-01-01") in old.text
    assert house.phrase("crisis-double-check", date="2026-06-02") not in fresh.text
    assert FACTS.stale_count(date(2040, 1, 1)) == sum(
        len(country.lines) for country in FACTS.countries.values()
    )


def test_saf_16_every_fact_has_its_source_and_is_dialled_as_it_stands() -> None:
    """No international form of a short number, no low confidence, a source and a way each."""
    lines = [line for country in FACTS.countries.values() for line in country.lines]

    assert 43 == len(FACTS.countries)
    assert [] == [line.name for line in lines if "." not in line.source]
    assert [] == [line.name for line in lines if line.phone.startswith("+")]
    assert {"high", "medium"} == {line.confidence for line in lines}


def test_saf_16_a_country_without_lines_gets_no_other_countrys_number(house: House) -> None:
    """Taiwan has no line we can vouch for: the directory is named instead."""
    told = help_now(house, FACTS, country="TW", guess=None, category=None, today=TODAY)

    assert "116" not in told.text
    assert FACTS.directory in told.text


def test_every_country_has_a_name_in_every_language(house: House) -> None:
    """The picker shows names, sorted, and the directory."""
    picker = choose_country(house, FACTS)
    labels = [offer.label for offer in picker.offers]

    assert 43 == len(set(labels))
    assert labels == sorted(labels, key=fold), "an accent does not send a country to the end"
    assert [] == [label for label in labels if label == house.phrase("kept-safe")]


def test_the_gentle_question_offers_lines_on_a_tap(house: House) -> None:
    """One question, three answers; the one about somebody else asks about them."""
    asked = ask_gently(house, "suicidal-passive")

    assert 1 == len(asked.lines)
    assert ["safe", "unsafe", "lines"] == [offer.key for offer in asked.offers]
    assert asked.lines != ask_gently(house, "worry").lines
    assert [CARRY_ON, STOP] == [offer.key for offer in answer_safe(house).offers]


def test_a_country_is_guessed_from_zone_then_region() -> None:
    """The zone goes first; a language alone says nothing of a country."""
    assert "AT" == guess_country(FACTS, "Europe/Vienna", "de-DE")
    assert "MX" == guess_country(FACTS, "", "es_MX")
    assert guess_country(FACTS, "", "en") is None
    assert guess_country(FACTS, "Etc/UTC", "fr") is None


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("365", "soon", "crisis-lines.yaml:1: `stale_after_days:` needs a number, such as 365."),
        ("  XX:", "  xx:", "`xx` is no country code; write two capitals, as in ES."),
        ('        phone: "22"\n', "", "crisis-lines.yaml:9: a line needs a way to reach it"),
        ("confidence: high", "confidence: low", "crisis-lines.yaml:11: `confidence: low`"),
        ("2026-01", "last year", "crisis-lines.yaml:12: `as_of: last year` is no date"),
        ("        source: https://example.org\n", "", ":9: a line needs `source:`."),
        ("phone:", "fone:", "crisis-lines.yaml:10: `fone:` is not known here"),
        ("url: example.org", "url: ''", "crisis-lines.yaml:3: a directory needs `url:`."),
        ("countries:", "countries: [", "this is not valid YAML; mend it."),
    ],
)  # fmt: skip
def test_a_wrong_fact_is_named_with_its_line(old: str, new: str, sentence: str) -> None:
    """Whoever corrects a number learns the line and what to do."""
    with pytest.raises(ContentError) as error:
        read_crisis_lines(GOOD.replace(old, new))

    assert sentence in str(error.value)


def test_the_good_file_is_good() -> None:
    """The file the wrong ones are made from reads well."""
    country = read_crisis_lines(GOOD).countries["XX"]

    assert ("1", "22", date(2026, 1, 1)) == (
        country.emergency, country.lines[0].phone, country.lines[0].as_of,
    )  # fmt: skip
