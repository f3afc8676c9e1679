"""The week, looked back on: own words, counts that only grow, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from bot.engine.effects import Look, Row
from bot.engine.notebook import answer
from bot.flows.library import Library
from bot.testing import Player, shown


def looked_back(player: Player, rows: list[Row]) -> str:
    """Ask for the look-back and give what is shown with these rows of the notebook."""
    player.send("/look-back")
    look = next(effect for effect in player.last.effects if isinstance(effect, Look))
    turn = answer(player.library, player.last, look, rows, player.clock())
    return "\n".join(shown(reply) for reply in turn.replies if not reply.closes)


def row(player: Player, number: int, days_ago: int, words: str, step: str = "noticed") -> Row:
    """Make a row of the notebook, as the store opens it."""
    at = int((player.clock() - timedelta(days=days_ago)).timestamp())
    kind = "words" if step == "noticed" else "tap"
    return Row(str(number), kind, "checkin", step, number, at, words, words)


def test_the_week_is_shown_in_own_words_and_older_ones_are_not(shipped: Library) -> None:
    """REM-9 and REM-22: what was written within seven days, with its day; then a question of the
    look-back. No number of days without one, no score, no comparison."""
    player = Player(shipped).at_home("Europe/Lisbon")
    player.talk.settings["welcomed"] = True
    rows = [row(player, 1, 1, "the walk home"), row(player, 2, 9, "an older thing")]
    text = looked_back(player, rows)
    assert "Sunday 1 March\nthe walk home" in text
    assert "an older thing" not in text
    assert "Reading that, what stands out?" in text
    assert "since you began" not in text


def test_counts_only_grow_and_nothing_is_counted_as_missing(shipped: Library) -> None:
    """REM-22: days with a check-in, and moments of letting someone in, over all the time there
    was; an older one counts as much as a new one."""
    player = Player(shipped).at_home("Europe/Lisbon")
    player.talk.settings["welcomed"] = True
    player.send("/checkin").tap("4").send("skip").send("skip").send("skip")
    rows = [row(player, n, 30 * n, "near", "moment") for n in range(1, 4)]
    text = looked_back(player, rows)
    assert "Days with a check-in since you began: 1" in text
    assert "letting someone in, since you began: 3" in text


def test_a_week_without_words_is_fine(shipped: Library) -> None:
    """REM-22: nothing written is told in one kind line, and the questions still come."""
    player = Player(shipped).at_home("Europe/Lisbon")
    player.talk.settings["welcomed"] = True
    assert "That is fine." in looked_back(player, [])
