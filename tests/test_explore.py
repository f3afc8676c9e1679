"""Every shipped flow is walked whole, and the walk finds what there is to find."""

from __future__ import annotations

import io
import json
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bot.commands.explore import explore as command
from bot.engine.asking import open_question
from bot.engine.conversation import Consent
from bot.engine.scene import Scene
from bot.engine.turn import take_turn
from bot.errors import AjarError
from bot.events import Commanded
from bot.explore.actions import actions
from bot.explore.places import OVER, draw
from bot.explore.playing import told
from bot.explore.residues import Telling, node_of
from bot.explore.search import explore
from bot.flows.library import Library
from bot.flows.loading import load
from bot.flows.recognising import FILES
from bot.testing import START, Player
from bot.transcripts import play, uncovered
from tests.conftest import ROOT, SMALL, write_content
from tests.flows_at_random import library_at_random

CONTENT = ROOT / "content"
FLOWS = sorted(p.stem for p in (CONTENT / "en").glob("*.yaml") if p.name not in FILES)

TEA = {
    "tea.yaml": SMALL["tea.yaml"].replace(
        "Not this time\n    go: end",
        "Not this time\n    go: noted\n  noted: {say: Noted., go: end}",
    ),
    "walk.yaml": SMALL["walk.yaml"].replace(
        "go: end", "go: off\n  off: {say: Off you go., go: end}"
    ),
    "biscuit.yaml": SMALL["biscuit.yaml"],
}
"""The small content, with a last word wherever a flow ended without one."""

FIRST = "    go: kind\n  kind:"

LONGEST_SITTING = 15
"""Minutes of the longest way, flows visited on it included; most people take a shorter one."""


@pytest.fixture
def tea(tmp_path: Path) -> Callable[..., Library]:
    """Give this content with lines of the tea flow replaced: `tea((old, new), ...)`."""

    def build(*changes: tuple[str, str]) -> Library:
        text = TEA["tea.yaml"]
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return load(write_content(tmp_path / "tea", {**TEA, "tea.yaml": text}))

    return build


@pytest.mark.parametrize("flow", FLOWS)
def test_no_path_of_a_shipped_flow_ends_badly(shipped: Library, flow: str) -> None:
    """All states of the flow are walked; there is no problem, and nothing is out of reach."""
    found = explore(shipped, flow)
    assert ([], True) == (found.problems, found.exhaustive)
    assert [] == uncovered(shipped, found.covered, [flow])
    assert LONGEST_SITTING >= found.minutes


@pytest.mark.parametrize("seed", range(30))
def test_taking_states_for_one_hides_nothing(small: Library, seed: int) -> None:
    """Walks that tell apart every past find the same steps, branches and problems."""
    library = library_at_random(small.houses["en"], Random(seed))
    apart = explore(library, "main", again=False, merging=False, limit=20_000)
    as_one = explore(library, "main", again=False)
    assert apart.exhaustive
    assert apart.covered == as_one.covered
    assert {p.what: len(p.path) for p in apart.problems} == {
        p.what: len(p.path) for p in as_one.problems
    }


@pytest.mark.parametrize("seed", range(60))
def test_states_taken_for_one_go_on_alike(small: Library, seed: int) -> None:
    """Whatever two pasts that count as one state do next, the same happens to both."""
    library = library_at_random(small.houses["en"], Random(seed))
    drawn = draw(library, "main", again=False)
    apart, as_one = (Telling(library, drawn, merging=merging) for merging in (False, True))
    talk = Player(library).talk
    talk.consent = Consent("words", "1", 0)
    talk.settings["welcomed"] = True
    first = take_turn(library, talk, Commanded("start", "main"), START, Random(0))
    waiting = deque([first.conversation])  # breadth first: nobody answers 200 questions at once
    seen: set[object] = set()
    happens: dict[object, object] = {}
    while waiting:
        talk = waiting.popleft()
        place = node_of(talk)
        past = (place, apart.key(place, talk, START))
        if past in seen or place == OVER:
            continue
        seen.add(past)
        state = (place, as_one.key(place, talk, START))
        for action, event in actions(library, talk, START):
            turn = take_turn(library, talk, event, START, Random(0))
            after = turn.conversation
            there = node_of(after)
            result = (there, as_one.key(there, after, START), turn.trace)
            assert happens.setdefault((state, action), result) == result
            waiting.append(after)


def test_many_pasts_are_one_state(shipped: Library) -> None:
    """Eight questions of four answers have 65,536 pasts; far fewer make a difference."""
    assert explore(shipped, "signs").states < 1000


def test_the_longest_way_counts_questions_and_reading(tea: Callable[..., Library]) -> None:
    """Black tea with extras and a biscuit is five questions; the one two days later is apart."""
    found = explore(tea(), "tea")
    assert 5 == found.questions
    assert 1 < found.minutes < 3


def first_goes(condition: str) -> tuple[str, str]:
    """Let the first step go straight to the end where this holds."""
    return FIRST, f"    go:\n      - bye, if {condition}\n      - kind\n  kind:"


def test_the_second_time_is_walked_too(tea: Callable[..., Library]) -> None:
    """A branch that only holds when the flow is opened again is found."""
    library = tea(first_goes("visits to hello over 2"))
    path = explore(library, "tea").paths[("tea", "hello", 0)]
    assert [("open", "tea")] * 3 == [action for action in path if action[0] == "open"]
    assert ("tea", "hello", 0) not in explore(library, "tea", again=False).covered


def test_other_flows_are_walked_first_where_a_condition_asks_about_them(
    tea: Callable[..., Library],
) -> None:
    """A branch that hangs on another flow's answer is reached through that flow."""
    path = explore(tea(first_goes("walk/far is far")), "tea").paths[("tea", "hello", 0)]
    assert (("open", "walk"), ("tap", "far"), ("open", "tea")) == path


def test_time_passes(tea: Callable[..., Library]) -> None:
    """A branch that holds only after some days is reached by waiting; so is the check-in."""
    found = explore(tea(first_goes("days since kind over 9")), "tea")
    assert ("wait", "10 days") in found.paths[("tea", "hello", 0)]
    assert ("wait", "2 days") == found.paths[("tea", "was-it", -1)][-1]


def test_a_dead_end_is_found(tea: Callable[..., Library]) -> None:
    """A state from which nothing leads to the end is a problem, with the shortest way to it."""
    trap = """  trap:
    say: Again?
    choose:
      it-is: Yes
    go:
      - trap, if kind is none
      - none-left
  none-left:
"""
    library = tea(
        ("- none-left, if kind is none", "- trap, if kind is none"), ("  none-left:\n", trap)
    )
    (problem,) = explore(library, "tea").problems
    assert "from here there is no way to the end" == problem.what
    assert (("open", "tea"), ("tap", "none")) == problem.path


SILENCE = (
    "- cool, if warmth at most 2",
    "- cool, if warmth at most 2\n      - end, if warmth is 5",
)


def test_silence_is_found(tea: Callable[..., Library]) -> None:
    """An answer that nothing is said to is a problem; its transcript plays and ends there."""
    library = tea(SILENCE)
    (problem,) = explore(library, "tea").problems
    assert "nothing is said" == problem.what
    shown = told(library, problem.path, problem.what)
    assert (("tap", "Green"), ("tap", "5")) == shown.talk
    assert [] == play(library, shown).problems


def test_too_long_a_message_is_found(tea: Callable[..., Library]) -> None:
    """A message that Discord would refuse is a problem (and the checker knows it as well)."""
    library = tea()
    wording = library.wordings["en"]["tea"]
    bye = replace(wording.steps["bye"], say=("word " * 500,))
    long = replace(wording, steps={**wording.steps, "bye": bye})
    wordings = {"en": {**library.wordings["en"], "tea": long}}
    (problem,) = explore(replace(library, wordings=wordings), "tea").problems
    assert "a message has more than 2000 characters" == problem.what
    assert ("tea", "bye", -1) in play(library, told(library, problem.path, "")).covered


def test_an_engine_that_fails_is_a_finding(
    tea: Callable[..., Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the engine raises is told with the way there; the walk goes on elsewhere."""

    def fail(scene: Scene) -> object:
        found = open_question(scene)
        if found and found[1].id == "extras":
            raise ZeroDivisionError
        return found

    monkeypatch.setattr("bot.engine.walk.open_question", fail)
    found = explore(tea(), "tea")
    first = found.problems[0]
    assert "the engine failed (ZeroDivisionError)" == first.what
    assert (("open", "tea"), ("tap", "black")) == first.path[:2]
    assert ("tea", "cool", -1) in found.covered


def test_too_many_states_are_walked_at_random(shipped: Library) -> None:
    """Beyond the limit walks are random, and the same for the same seed."""
    once = explore(shipped, "kind", limit=3, seed=5)
    assert not once.exhaustive
    assert once.paths == explore(shipped, "kind", limit=3, seed=5).paths
    assert [] == uncovered(shipped, once.covered, ["kind"])


def test_the_command_tells_what_was_found(tmp_path: Path) -> None:
    """Good content gives figures and 0; a silence gives the transcript, the place and 1."""
    out = io.StringIO()
    assert 0 == command(write_content(tmp_path / "good", TEA), "tea", out)
    first, second = out.getvalue().splitlines()
    assert first.startswith("tea: ")
    assert "all walked; the longest way has 5 questions" in first
    assert "  11 of 11 steps, 14 of 14 branches." == second
    bad = {**TEA, "tea.yaml": TEA["tea.yaml"].replace(*SILENCE)}
    never = "if warmth at most 2 and kind is none"  # whoever wants none is not asked for warmth
    bad["tea.yaml"] = bad["tea.yaml"].replace("if warmth at most 2", never)
    out = io.StringIO()
    assert 1 == command(write_content(tmp_path / "bad", bad), "tea", out)
    assert "    tap: Green" in out.getvalue().splitlines()
    assert "step `cool` of `tea`" in out.getvalue()


def test_the_command_speaks_json(tmp_path: Path) -> None:
    """With --json the same is there for tools: every flow, every step with its place."""
    out = io.StringIO()
    folder = write_content(tmp_path, {name: TEA[name] for name in ("walk.yaml",)})
    assert 0 == command(folder, "", out, as_json=True)
    (report,) = json.loads(out.getvalue())["flows"]
    assert ("walk", True, 1, []) == (
        report["flow"],
        report["exhaustive"],
        report["longest_questions"],
        report["problems"],
    )
    assert {
        "step": "far",
        "place": "en/walk.yaml:6",
        "reached": True,
        "branches": 1,
        "taken": 1,
    } == report["steps"][0]


def test_a_flow_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A slip in the flow's name gives a sentence with those there are."""
    with pytest.raises(AjarError, match="There is no flow `te`; there are biscuit, tea, walk"):
        command(write_content(tmp_path), "te", io.StringIO())
