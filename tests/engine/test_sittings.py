"""A natural end, and a word of rest after a long or a third sitting."""

from __future__ import annotations

from datetime import timedelta

from bot.flows.library import Library
from bot.testing import Player

LINE = "good place to stop for today"


def walked(player: Player) -> Player:
    """Go through the shortest flow, from its opening to its end."""
    return player.open_flow("walk").tap("near")


def test_the_third_sitting_of_a_day_ends_with_a_break(small: Library) -> None:
    """SAF-15: two sittings end by themselves, the third suggests a break, in one line without a
    question; nothing is counted aloud, and it is said once a day."""
    player = walked(Player(small)).does_not_see(LINE)
    walked(player.wait(timedelta(hours=1))).does_not_see(LINE)
    walked(player.wait(timedelta(hours=1))).sees(LINE)
    said = player.text()
    assert "\n" not in said
    assert "?" not in said
    assert not any(sign.isdigit() for sign in said)
    walked(player.wait(timedelta(hours=1))).does_not_see(LINE)


def test_the_next_day_begins_anew(small: Library) -> None:
    """SAF-15: yesterday's sittings are not held against anybody."""
    player = Player(small)
    for _ in range(2):
        walked(player).does_not_see(LINE)
        player.wait(timedelta(hours=1))
    walked(player.wait(timedelta(days=1))).does_not_see(LINE)


def test_many_flows_in_one_sitting_are_one(small: Library) -> None:
    """SAF-15: whoever goes on at once is in the same sitting."""
    player = Player(small)
    for _ in range(5):
        walked(player).does_not_see(LINE)
        player.wait(timedelta(minutes=5))


def test_half_an_hour_is_enough(small: Library) -> None:
    """SAF-15: after thirty minutes of one sitting the end of a flow suggests a break."""
    player = walked(Player(small))
    for _ in range(3):
        player.wait(timedelta(minutes=10)).send("/help")
    walked(player).sees(LINE)


def test_a_long_silence_is_no_sitting(small: Library) -> None:
    """SAF-15: a question left open over noon is not half an hour of talk."""
    player = Player(small).open_flow("walk").wait(timedelta(hours=3))
    player.tap("near").does_not_see(LINE)


def test_a_farewell_gets_one_line_and_nothing_else(shipped: Library) -> None:
    """SAF-14: after any farewell one short reply comes, without a question and without a button."""
    for language in shipped.languages:
        words = shipped.house(language).commands["bye"].words
        assert len(words) > 2
        for word in words:
            player = Player(shipped, locale=language).open_flow("walk-there-is-none")
            player.send("/menu").send(word)
            (reply,) = [reply for reply in player.seen if not reply.closes]
            assert "?" not in player.text(), word
            assert len(player.text()) < 120, word
            assert [] == player.labels(), word
            assert "" == player.last.notice
            assert not reply.choices
