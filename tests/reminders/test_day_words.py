"""Weekdays, spans and dates as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.day_words import Days, date_ahead, days, is_endless

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "every day", Days()),
        ("en", "weekdays", Days((0, 1, 2, 3, 4))),
        ("en", "Monday to Friday", Days((0, 1, 2, 3, 4))),
        ("en", "mon, wed and fri", Days((0, 2, 4))),
        ("en", "Friday to Monday", Days((0, 4, 5, 6))),
        ("en", "on Sundays", Days((6,))),
        ("en", "weekends", Days((5, 6))),
        ("en", "every other day", Days(every=2)),
        ("en", "every three days", Days(every=3)),
        ("en", "every 3rd day", Days(every=3)),
        ("de", "täglich", Days()),
        ("de", "werktags", Days((0, 1, 2, 3, 4))),
        ("de", "Mo, Mi, Fr", Days((0, 2, 4))),
        ("de", "Montag bis Donnerstag", Days((0, 1, 2, 3))),
        ("de", "alle drei Tage", Days(every=3)),
        ("de", "jeden zweiten Tag", Days(every=2)),
        ("es", "todos los días", Days()),
        ("es", "de lunes a viernes", Days((0, 1, 2, 3, 4))),
        ("es", "lunes, miércoles y sábado", Days((0, 2, 5))),
        ("es", "cada tres días", Days(every=3)),
        ("es", "los fines de semana", Days((5, 6))),
        ("en", "lunes", Days((0,))),
        ("en", "every 90 days", None),
        ("en", "monday to", None),
        ("en", "whenever", None),
        ("en", "", None),
    ],
)
def test_days_are_understood(language: str, text: str, expected: Days | None) -> None:
    """REM-8: weekdays, ranges of them and every n days, as said in each language."""
    assert expected == days(text, language)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "3 days", date(2026, 11, 28)),
        ("en", "for three days", date(2026, 11, 28)),
        ("en", "a week", date(2026, 12, 2)),
        ("en", "two weeks", date(2026, 12, 9)),
        ("en", "until Friday", date(2026, 11, 27)),
        ("en", "until next Wednesday", date(2026, 12, 2)),
        ("en", "tomorrow", date(2026, 11, 26)),
        ("en", "until tomorrow", date(2026, 11, 26)),
        ("en", "2026-12-01", date(2026, 12, 1)),
        ("en", "until 2026-12-01", date(2026, 12, 1)),
        ("en", "1 December", date(2026, 12, 1)),
        ("en", "until the 1st of December", date(2026, 12, 1)),
        ("en", "January 3", date(2027, 1, 3)),
        ("en", "3 Jan 2027", date(2027, 1, 3)),
        ("en", "12/1", None),
        ("en", "2026-11-24", None),
        ("en", "2029-01-01", None),
        ("en", "31 February", None),
        ("en", "today", None),
        ("en", "soon", None),
        ("de", "bis Freitag", date(2026, 11, 27)),
        ("de", "zwei Wochen", date(2026, 12, 9)),
        ("de", "1.12.", date(2026, 12, 1)),
        ("de", "bis 1.12.2026", date(2026, 12, 1)),
        ("de", "bis zum 3. Januar", date(2027, 1, 3)),
        ("de", "übermorgen", date(2026, 11, 27)),
        ("es", "tres días", date(2026, 11, 28)),
        ("es", "hasta el viernes", date(2026, 11, 27)),
        ("es", "una semana", date(2026, 12, 2)),
        ("es", "1/12", date(2026, 12, 1)),
        ("es", "el 3 de enero", date(2027, 1, 3)),
        ("es", "pasado mañana", date(2026, 11, 27)),
    ],
)
def test_a_date_ahead_is_understood(language: str, text: str, expected: date | None) -> None:
    """REM-5 and REM-23: spans, weekdays and dates, for a pause and for a journey."""
    assert expected == date_ahead(text, language, WEDNESDAY)


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "until I say so"), ("en", "forever"), ("de", "bis auf weiteres"), ("es", "sin fecha")],
)
def test_an_endless_pause_is_understood(language: str, text: str) -> None:
    """REM-23: a pause may have no end."""
    assert is_endless(text, language)
    assert not is_endless("until Friday", language)


@given(st.text(max_size=60) | st.from_regex(r"[0-9]{1,5}[./ -][0-9]{1,3}[./ -][0-9]{0,5}"))
def test_any_text_gives_a_date_within_a_year_or_none(text: str) -> None:
    """REM-23: whatever is typed, nothing breaks and nothing past comes out."""
    for language in ("en", "es", "de", "xx"):
        found = date_ahead(text, language, WEDNESDAY)
        assert found is None or 0 < (found - WEDNESDAY).days <= 366
        days(text, language)
