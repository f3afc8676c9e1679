"""What the recogniser reaches on invented messages. Failures name counts, never a message."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import learning
from measuring import BLIND, CONTENT, FIRST, MESSAGES, Figures, half, learnt, measure, messages

from bot.flows.danger_rules import CATEGORIES
from bot.flows.weights import FILE

pytestmark = pytest.mark.proof

LANGUAGES = ("en", "es", "de")
UNREAD = tuple(sorted(path.name for path in MESSAGES.glob(f"{BLIND}*.jsonl")))
QUIET = ("idiom", "negated", "past", "film", "work")
CALM = ("ordinary", "emotional")

EVERY = 10
"""Of the messages learnt from, every tenth is enough to see that nothing fell to pieces."""


@pytest.fixture(scope="module")
def unread() -> Figures:
    """What the sets met that nothing was ever learnt from."""
    held_out = [m for m in messages(*FIRST) if half(m) == "held-out"]
    return measure([*held_out, *messages(*UNREAD)])


@pytest.fixture(scope="module")
def seen() -> Figures:
    """What some of the messages met that the weights were learnt from."""
    return measure([m for language in LANGUAGES for m in list(learnt(language))[::EVERY]])


def share(given: Figures, language: str, *kinds: str) -> float:
    return given.share(*((language, kind) for kind in kinds)).value


@pytest.mark.parametrize(("language", "least"), [("en", 0.94), ("es", 0.92), ("de", 0.91)])
def test_danger_said_outright_is_recognised(unread: Figures, language: str, least: float) -> None:
    """SAF-2: on unread messages, nine of ten and more of what is said outright."""
    assert share(unread, language, "explicit") >= least


@pytest.mark.parametrize(("language", "least"), [("en", 0.73), ("es", 0.74), ("de", 0.74)])
def test_danger_hinted_at_is_recognised(unread: Figures, language: str, least: float) -> None:
    """SAF-2: on unread messages, seven of ten hints."""
    assert share(unread, language, "implicit") >= least


def test_no_kind_of_danger_is_left_behind(unread: Figures) -> None:
    """SAF-7: on unread messages, seven of ten in every category, over all languages."""
    reached = {name: unread.share(("category", name)).value for name in CATEGORIES}

    assert {} == {name: share for name, share in reached.items() if share < 0.75}


@pytest.mark.parametrize(("language", "most"), [("en", 0.03), ("es", 0.10), ("de", 0.08)])
def test_talk_without_danger_seldom_alarms(unread: Figures, language: str, most: float) -> None:
    """On unread messages, few of the ordinary and emotional ones are taken for danger."""
    assert share(unread, language, *CALM) <= most


@pytest.mark.parametrize(("language", "most"), [("en", 0.09), ("es", 0.14), ("de", 0.13)])
def test_idioms_and_denials_seldom_alarm(unread: Figures, language: str, most: float) -> None:
    """On unread messages: figures of speech, denials, what is past, films, work."""
    assert share(unread, language, *QUIET) <= most


def test_what_was_learnt_is_known(seen: Figures) -> None:
    """On messages the weights were learnt from, most danger, and few alarms."""
    danger = [(language, kind) for language in LANGUAGES for kind in ("explicit", "implicit")]
    calm = [(language, kind) for language in LANGUAGES for kind in CALM]

    assert seen.share(*danger).value >= 0.88
    assert seen.share(*calm).value <= 0.05


@pytest.mark.long
def test_the_weights_are_what_the_messages_give() -> None:
    """Whoever learns again from the same messages and concepts gets the same file."""
    text = learning.written(learning.learn(), learning.kinds())

    assert text == (CONTENT / FILE).read_text(encoding="utf-8")


def test_the_sets_are_large_and_written_in_three_languages() -> None:
    """Over 900 messages in the first sitting and 1,000 unread ones; every label as described."""
    given = list(messages(*FIRST))

    assert len(given) >= 900
    assert sum(1 for _ in messages(*UNREAD)) >= 1000
    assert set(LANGUAGES) == {m.lang for m in given}
    assert set(CATEGORIES) == {m.category for m in given if m.crisis}
    assert len(given) == len({m.id for m in given})
