"""Times as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.clock_words import times, window


def clock(text: str, language: str) -> list[str]:
    """Give what a phrase can mean as HH:MM."""
    return [f"{minute // 60:02}:{minute % 60:02}" for minute in times(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "8pm", "20:00"),
        ("en", "8 PM", "20:00"),
        ("en", "8 p.m.", "20:00"),
        ("en", "at 8.30pm", "20:30"),
        ("en", "8:30 am", "08:30"),
        ("en", "20:30", "20:30"),
        ("en", "20.30", "20:30"),
        ("en", "08:30", "08:30"),
        ("en", "0:15", "00:15"),
        ("en", "half past eight", "08:30 20:30"),
        ("en", "Half past eight in the evening", "20:30"),
        ("en", "half eight", "08:30 20:30"),
        ("en", "quarter past nine at night", "21:15"),
        ("en", "quarter to nine", "08:45 20:45"),
        ("en", "a quarter to nine in the morning", "08:45"),
        ("en", "twenty past eight", "08:20 20:20"),
        ("en", "twenty-five to ten", "09:35 21:35"),
        ("en", "ten to nine pm", "20:50"),
        ("en", "eight thirty", "08:30 20:30"),
        ("en", "nine o'clock", "09:00 21:00"),
        ("en", "8", "08:00 20:00"),
        ("en", "12", "12:00 00:00"),
        ("en", "12:30", "12:30 00:30"),
        ("en", "12 am", "00:00"),
        ("en", "12 pm", "12:00"),
        ("en", "noon", "12:00"),
        ("en", "midday", "12:00"),
        ("en", "13:00", "13:00"),
        ("en", "in the morning", "09:00"),
        ("de", "20 Uhr", "20:00"),
        ("de", "20 Uhr 30", "20:30"),
        ("de", "8:30", "08:30"),
        ("de", "acht Uhr dreißig", "08:30 20:30"),
        ("de", "halb neun", "08:30 20:30"),
        ("de", "Halb neun abends", "20:30"),
        ("de", "viertel nach acht", "08:15 20:15"),
        ("de", "Viertel vor neun", "08:45 20:45"),
        ("de", "dreiviertel neun", "08:45 20:45"),
        ("de", "viertel neun", "08:15 20:15"),
        ("de", "fünf nach halb neun", "08:35 20:35"),
        ("de", "fuenf vor halb neun morgens", "08:25"),
        ("de", "zehn vor neun", "08:50 20:50"),
        ("de", "um neun Uhr früh", "09:00"),
        ("de", "zwölf Uhr mittags", "12:00"),
        ("de", "mittags", "12:00"),
        ("de", "abends um acht", "20:00"),
        ("de", "einundzwanzig Uhr fünfzehn", "21:15"),
        ("es", "las ocho y media", "08:30 20:30"),
        ("es", "a las ocho y media de la tarde", "20:30"),
        ("es", "ocho de la tarde", "20:00"),
        ("es", "8 de la noche", "20:00"),
        ("es", "ocho y cuarto", "08:15 20:15"),
        ("es", "nueve menos cuarto", "08:45 20:45"),
        ("es", "nueve menos veinte", "08:40 20:40"),
        ("es", "ocho y treinta y cinco", "08:35 20:35"),
        ("es", "un cuarto para las nueve", "08:45 20:45"),
        ("es", "las nueve de la mañana", "09:00"),
        ("es", "al mediodía", "12:00"),
        ("es", "20h30", "20:30"),
        ("es", "la una y media de la tarde", "13:30"),
        ("es", "20:30", "20:30"),
        ("de", "8pm", "20:00"),
        ("es", "half past eight pm", "20:30"),
        ("en", "halb neun abends", "20:30"),
        ("fr", "20:15", "20:15"),
    ],
)
def test_a_time_is_understood(language: str, text: str, expected: str) -> None:
    """REM-8: a time is understood as it is said in each language, both halves of the day where it
    can be either, and in the other languages too."""
    assert expected.split() == clock(text, language)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "25:00", "8:75", "half past", "never", "8 9 10", "24:30", "99", "acht elf zehn"],
)
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_what_is_no_time_is_not_guessed_at(language: str, text: str) -> None:
    """REM-8: words that name no time give none, rather than a wrong one."""
    assert [] == clock(text, language)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "between 9 and 11", (540, 660)),
        ("en", "from six to half past eight", (1080, 1230)),
        ("en", "9-11", (540, 660)),
        ("en", "09:00 – 11:30", (540, 690)),
        ("en", "between 6 and 8pm", (1080, 1200)),
        ("de", "zwischen neun und elf", (540, 660)),
        ("de", "von 18 bis 20 Uhr", (1080, 1200)),
        ("es", "entre las nueve y las once", (540, 660)),
        ("es", "de 18 a 20", (1080, 1200)),
        ("en", "half past eight", None),
        ("en", "between 11:00 and 7:30 in the morning", None),
        ("en", "between 23:00 and 23:30", None),
    ],
)
def test_a_window_is_understood(language: str, text: str, expected: tuple[int, int] | None) -> None:
    """REM-8: two times with their little words make a window outside the quiet hours."""
    assert expected == window(text, language, 8 * 60, 22 * 60 - 1)


@given(st.integers(0, 1439), st.sampled_from(["en", "de", "es"]))
def test_every_minute_written_in_digits_is_understood(minute: int, language: str) -> None:
    """REM-8: HH:MM means exactly itself in every language, but for 12:xx and English 10 to 12."""
    written = f"{minute // 60:02}:{minute % 60:02}"
    assert written in clock(written, language)
    if minute < 600 or minute >= 780:
        assert [written] == clock(written, language)


@given(st.text(max_size=60), st.sampled_from(["en", "de", "es", "xx"]))
def test_any_text_gives_a_time_of_the_day_or_none(text: str, language: str) -> None:
    """REM-8: whatever is typed, nothing breaks and nothing outside the day comes out."""
    assert all(0 <= minute < 1440 for minute in times(text, language))
    window(text, language, 480, 1319)
