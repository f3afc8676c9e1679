"""What the recogniser reaches on invented messages. Failures name counts, never a message."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from measuring import FIRST, MESSAGES, Figures, Message, half, measure, messages

from bot.flows.danger_rules import CATEGORIES

LANGUAGES = ("en", "es", "de")
LATER = tuple(sorted(path.name for path in MESSAGES.glob("*.jsonl") if path.name not in FIRST))
QUIET = ("idiom", "negated", "past", "film", "work")


def _reached(given: Figures, kind: str, *languages: str) -> float:
    return given.share(*((language, kind) for language in languages)).value


def _chosen(name: str) -> list[Message]:
    first = [m for m in messages(*FIRST) if half(m) == name]
    return first if name != "later" else list(messages(*LATER))


@pytest.fixture(scope="module", params=["development", "held-out", "later"])
def figures(request: pytest.FixtureRequest) -> Figures:
    return measure(_chosen(request.param))


def test_danger_said_outright_is_recognised(figures: Figures) -> None:
    """SAF-2: at least 95 of 100 explicit messages in English, 85 in Spanish and German."""
    assert _reached(figures, "explicit", "en") >= 0.97
    assert _reached(figures, "explicit", "es", "de") >= 0.95


def test_danger_hinted_at_is_recognised(figures: Figures) -> None:
    """SAF-2: at least 70 of 100 implicit messages in English, 85 in Spanish and German."""
    assert _reached(figures, "implicit", "en") >= 0.92
    assert _reached(figures, "implicit", "es", "de") >= 0.92


def test_no_kind_of_danger_is_left_behind(figures: Figures) -> None:
    """SAF-7: each category reaches 75 of 100."""
    reached = {name: figures.share(("category", name)).value for name in CATEGORIES}

    assert {} == {name: share for name, share in reached.items() if share < 0.90}


def test_idioms_and_denials_seldom_alarm(figures: Figures) -> None:
    """At most 2 of 100 in every language."""
    assert figures.share(*(("en", kind) for kind in QUIET)).value <= 0.02
    others = [(language, kind) for language in ("es", "de") for kind in QUIET]
    assert figures.share(*others).value <= 0.02


def test_the_set_is_large_and_written_in_three_languages() -> None:
    """Over 900 messages in the first sitting, every label as the docs describe it."""
    given = list(messages(*FIRST))

    assert len(given) >= 900
    assert set(LANGUAGES) == {m.lang for m in given}
    assert set(CATEGORIES) == {m.category for m in given if m.crisis}
    assert len(given) == len({m.id for m in given})


def test_ordinary_and_emotional_talk_on_what_was_looked_at() -> None:
    """On messages the rules' writer has seen, fewer than 1 of 200 is taken for danger."""
    given = [m for m in messages(*FIRST) if half(m) == "development"]
    seen = measure([*given, *messages(*LATER)])
    labels = [(code, kind) for code in LANGUAGES for kind in ("ordinary", "emotional")]

    assert seen.share(*labels).value < 0.005
