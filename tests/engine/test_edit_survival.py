"""Content edited while people are in the middle: everyone keeps a place and every answer."""

from __future__ import annotations

from collections.abc import Callable

from bot.flows.library import Library
from bot.testing import Player


def waiting_at_warmth(small: Library) -> Player:
    return Player(small).open_flow("tea").send("green").sees("How warm")


def test_the_same_step_stays(small: Library, rewritten: Callable[..., Library]) -> None:
    """A reworded question is still the same question: the answer counts."""
    player = waiting_at_warmth(small)
    player.library = rewritten(("tea.yaml", "How warm should it be?", "And the warmth?"))
    player.send("4").sees("Who would you drink it with?")
    assert 4 == player.talk.answers["tea/warmth"].value


def test_a_renamed_step_takes_its_people_along(
    small: Library, rewritten: Callable[..., Library]
) -> None:
    """`was` moves whoever waits at the old name, buttons included."""
    player = waiting_at_warmth(small)
    player.library = rewritten(
        ("tea.yaml", "  warmth:\n", "  heat:\n    was: [warmth]\n"),
        ("tea.yaml", "- warmth\n", "- heat\n"),
        ("tea.yaml", "go: warmth", "go: heat"),
        ("tea.yaml", "if warmth at most", "if heat at most"),
    )
    player.tap("4").sees("Who would you drink it with?")
    assert {"tea/kind", "tea/heat"} == set(player.talk.answers)


def test_answers_follow_a_renamed_step(small: Library, rewritten: Callable[..., Library]) -> None:
    """An answer given under the old name counts under the new one, and can be undone."""
    player = waiting_at_warmth(small)
    player.library = rewritten(
        ("tea.yaml", "  kind:\n", "  leaf:\n    was: [kind]\n"),
        ("tea.yaml", "go: kind", "go: leaf"),
        ("tea.yaml", "if kind is none", "if leaf is none"),
        ("tea.yaml", "if kind is black", "if leaf is black"),
    )
    player.send("4").sees("Who would you drink it with?")
    assert "green" == player.talk.answers["tea/leaf"].value
    player.send("/back").sees("How warm").send("/back").sees("Which kind of tea?")
    player.send("none").sees("Water is fine")


def test_a_removed_step_leads_to_the_nearest_one_left(
    small: Library, rewritten: Callable[..., Library]
) -> None:
    """Whoever waited at a removed step is asked the last question still there; nothing is taken
    for its answer, and earlier answers are kept."""
    player = waiting_at_warmth(small)
    removed = (
        "  warmth:\n    say: How warm should it be?\n    scale:\n      1: cold\n      5: hot\n"
        "    go:\n      - cool, if warmth at most 2\n      - note\n"
        "  cool:\n    say: Cold it is.\n    go: note\n"
    )
    player.library = rewritten(
        ("tea.yaml", removed, ""),
        ("tea.yaml", "- warmth\n", "- note\n"),
        ("tea.yaml", "go: warmth", "go: note"),
    )
    player.send("4").sees("rewritten while you were away").sees("Which kind of tea?")
    assert "green" == player.talk.answers["tea/kind"].value
    player.send("2").sees("What goes into it?")


def test_a_removed_flow_gives_back_the_one_below(
    small: Library, rewritten: Callable[..., Library]
) -> None:
    """When a whole flow goes, its people are back in what it had interrupted."""
    player = Player(small).open_flow("walk").send("/start tea").sees("Which kind")
    player.library = rewritten(("tea.yaml", "flow: tea", "flow: tea"))
    flows = {name: flow for name, flow in player.library.flows.items() if name != "tea"}
    player.library = type(player.library)(
        flows, player.library.wordings, player.library.houses, languages=("en",)
    )
    player.send("green").sees("rewritten").sees("How far today?")
    assert ["walk"] == [frame.flow for frame in player.talk.stack]


def test_a_renamed_flow_keeps_its_people(small: Library, rewritten: Callable[..., Library]) -> None:
    """`was` of a flow moves everyone in it."""
    player = waiting_at_warmth(small)
    other = rewritten(("tea.yaml", "title: A cup of tea", "was: [tea-time]\ntitle: A cup of tea"))
    player.talk.stack[-1].flow = "tea-time"
    player.library = other
    player.send("4").sees("Who would you drink it with?")


def test_an_option_that_is_gone_is_asked_again(
    small: Library, rewritten: Callable[..., Library]
) -> None:
    """A button of a removed option is answered politely, never stored."""
    player = Player(small).open_flow("tea")
    token = player.seen[-1].choices[0].token
    player.library = rewritten(("tea.yaml", "      green: Green\n", ""))
    player.tap("green")
    assert token.endswith("green")
    assert "tea/kind" not in player.talk.answers
