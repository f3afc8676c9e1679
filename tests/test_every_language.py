"""Every flow can be played to its end in every language: by taps alone, and by typing alone."""

from __future__ import annotations

import pytest

from bot.engine.consent import TEXT_VERSION
from bot.engine.conversation import Consent
from bot.flows.library import Library
from bot.flows.loading import load
from bot.replies import Choice, Form, Reply, plain
from bot.testing import Player, buttons
from tests.conftest import ROOT

SHIPPED = load(ROOT / "content")
EVERYTHING = [(language, flow) for language in SHIPPED.languages for flow in SHIPPED.flows]

LONGEST = 150
"""Answers after which a flow counts as never ending. The longest shipped way has under fifty."""

TEXT_LIMIT, LABEL_LIMIT = 2000, 80
"""Characters of a message and of a button on Discord, the tighter platform."""

OWN_WORDS = {"en": "the kitchen light", "es": "la luz de la cocina", "de": "das Licht in der Küche"}


def begun(library: Library, language: str, flow: str) -> Player:
    """Open a flow in a language."""
    player = Player(library, locale=language).at_home()
    assert language == player.talk.language
    player.talk.consent = Consent("words", TEXT_VERSION, 0)
    return player.send("/start") if flow == "welcome" else player.open_flow(flow)


def asked(player: Player) -> Reply:
    """Give the question that is open."""
    return next(reply for reply in reversed(player.history) if reply.form is not Form.NONE)


def key(choice: Choice) -> str:
    """Give what a button stands for."""
    return choice.token.split(".", 2)[2]


def which_of(question: Reply, which: int, player: Player) -> Choice:
    """Choose an answer; whoever comes round to the same question again, the next one."""
    frame = player.talk.frame
    assert frame is not None
    again = player.talk.visits[f"{frame.flow}/{frame.step}"] - 1
    return question.choices[(which + again) % len(question.choices)]


def fits(player: Player) -> None:
    """Check that all that was said is in this language and fits on a platform."""
    for reply in player.seen:
        assert reply.language == player.talk.language
        assert len(plain(reply.text)) <= TEXT_LIMIT
        assert all(len(choice.label) <= LABEL_LIMIT for choice in buttons(reply))


def past_the_lines(player: Player) -> bool:
    """Go on after the lines, which the welcome shows to whoever asks for them."""
    there = player.talk.panel is not None and player.talk.panel.name == "crisis"
    if there:
        player.tap("carry-on")
    return there


@pytest.mark.parametrize(("language", "flow"), EVERYTHING)
@pytest.mark.parametrize("which", [0, 1, -1], ids=["first", "second", "last"])
def test_by_taps_alone(language: str, flow: str, which: int) -> None:
    """Whoever never types gets to the end: words are skipped with the button for it."""
    player = begun(SHIPPED, language, flow)
    for _ in range(LONGEST):
        fits(player)
        if not player.talk.waiting:
            return
        past_the_lines(player)
        question = asked(player)
        if question.form is Form.WRITE:
            player.tap("!skip")
        elif question.form is Form.PICK:
            player.tap(key(which_of(question, which, player)))
            redrawn = asked(player)
            assert redrawn.done is not None
            player.tap(key(redrawn.done))
        else:
            player.tap(key(which_of(question, which, player)))
    raise AssertionError(f"`{flow}` did not come to its end in {LONGEST} taps")


@pytest.mark.parametrize(("language", "flow"), EVERYTHING)
@pytest.mark.parametrize("which", [0, -1], ids=["first", "last"])
def test_by_typing_alone(language: str, flow: str, which: int) -> None:
    """Whoever has no buttons gets to the end: every label can be written, every number too."""
    player = begun(SHIPPED, language, flow)
    for _ in range(LONGEST):
        fits(player)
        if not player.talk.waiting:
            return
        question = asked(player)
        words = OWN_WORDS[language]
        if question.choices:
            words = which_of(question, which, player).label
        player.send(words)
        helped = past_the_lines(player)
        assert player.talk.panel is None, f"“{words}” was not taken as an answer: {player.text()}"
        assert player.last.trace or helped, f"“{words}” did not lead on: {player.text()}"
    raise AssertionError(f"`{flow}` did not come to its end in {LONGEST} messages")
