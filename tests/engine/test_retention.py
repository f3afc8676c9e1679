"""Long silences end in one notice and an erase; nobody can flood the conversation."""

from __future__ import annotations

from datetime import timedelta

from bot.engine.effects import EraseEverything
from bot.events import Due, Said
from bot.flows.library import Library
from bot.replies import Urgency
from bot.testing import Player

LOOK = Due("retention")


def test_one_notice_then_everything_goes(small: Library) -> None:
    """PRV-8: the first look after a long silence is a notice, the next ones say nothing, and after
    thirty days everything is erased."""
    player = Player(small).open_flow("tea").wait(timedelta(days=365)).happens(LOOK)
    player.sees("deleted in thirty days")
    assert Urgency.REMINDER is player.seen[-1].urgency
    for _ in range(29):
        player.wait(timedelta(days=1)).happens(LOOK)
        assert [] == player.seen
    player.wait(timedelta(days=1)).happens(LOOK)
    assert EraseEverything() in player.last.effects


def test_a_word_in_between_keeps_everything(small: Library) -> None:
    """PRV-8: whoever writes after the notice is not erased, and would be given notice again."""
    player = Player(small).open_flow("tea").wait(timedelta(days=365)).happens(LOOK)
    player.send("green").wait(timedelta(days=31)).happens(LOOK).sees("deleted in thirty days")
    assert EraseEverything() not in player.effects


def test_a_flood_is_answered_once_and_takes_nothing(small: Library) -> None:
    """Two hundred events at once are taken, the ones after that only once answered; after a breath
    everything is as it was."""
    player = Player(small).open_flow("tea")
    for _ in range(300):
        player.happens(Said("no such tea"))
    assert 1 == sum("more than I can read" in str(reply.text) for reply in player.history)
    assert [] == player.seen
    player.wait(timedelta(seconds=60)).send("green").sees("How warm")


def test_danger_is_heard_in_a_flood(small: Library) -> None:
    """SAF-1: no limit stands before help."""
    player = Player(small).open_flow("tea")
    for _ in range(300):
        player.happens(Said("no such tea"))
    player.send("I want to kill myself").sees("I am a program")


def test_nobody_typing_meets_the_limit(small: Library) -> None:
    """Five answers a second for a minute are all taken."""
    player = Player(small).open_flow("tea")
    for _ in range(300):
        player.clock.advance(timedelta(seconds=0.2))
        player.happens(Said("no such tea")).sees("1) Green")
