"""The finer points of single checks, beyond the examples of the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.words import fold
from bot.flows.checks import check_all
from bot.flows.checks_platforms import WORD_LIMIT
from bot.flows.content import Content
from bot.flows.loading import read
from bot.flows.nodes import parse
from bot.flows.reader import read_flow
from bot.flows.shape import Reading
from bot.flows.typed import typed
from bot.replies import TOKEN_LIMIT
from tests.flows.writing import a_flow, lay_out


def codes(folder: Path, steps: str, **more: str) -> list[str]:
    """Give the codes found in a flow of these steps."""
    files = {name.replace("__", "/") + ".yaml": text for name, text in more.items()}
    lay_out(folder, {"en/hello.yaml": a_flow(steps), **files})
    return [finding.code for finding in read(folder)[1]]


@pytest.mark.parametrize(
    "text", ["Rarely, or not at all", "MÁS DE LO QUE QUISIERA", "I’m fine", "So-so…", "  a  b "]
)
def test_collisions_are_found_by_the_rule_answers_are_understood_by(text: str) -> None:
    """The checker and the engine reduce a typed text to the same form."""
    assert fold(text) == typed(text)


def test_longest_stored_word_still_fits_in_a_token() -> None:
    """A stored word of the allowed length makes a token of exactly the allowed bytes."""
    assert len("abcd.zzzzzz.+" + "w" * WORD_LIMIT) == TOKEN_LIMIT


ASKS = "  say: How?\n  choose:\n    fine: Fine\n    hard: Hard\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("more, if hi is fine and hi is hard", ["C210"]),
        ("more, if hi is fine or hi is hard", []),
        ("more, if hi was skipped", []),
        ("more, if hi was skipped and hi is fine", ["C210"]),
        ("more, if visits to hi under 1", ["C210"]),
        ("more, if visits to hi over 3", []),
        ("more, if visits to more over 3", []),
        ("more, if days since more over 7 and days since more under 5", ["C210"]),
        ("more, if days since more over 7 and days since more under 9", []),
        ("more, if not (hi is fine or hi is hard or hi was skipped)", ["C210"]),
    ],
)
def test_branches_are_tried_with_every_answer(
    line: str, expected: list[str], tmp_path: Path
) -> None:
    """A branch is called never taken only where no answer, skip, count or day takes it."""
    steps = f"hi:\n{ASKS}  go:\n    - {line}\n    - more\nmore:\n  say: More.\n  go: end"
    assert codes(tmp_path, steps) == expected


def test_picks_respect_their_bounds(tmp_path: Path) -> None:
    """Two words cannot both be picked where only one may be."""
    steps = (
        "hi:\n  say: Which?\n  pick:\n    a: One\n    b: Two\n    c: Three\n  at most: {}\n  go:\n"
        "    - more, if hi includes a and hi includes b\n    - end\n"
        "more:\n  say: More.\n  go: end"
    )
    assert codes(tmp_path, steps.format(1)) == ["C210"]
    assert codes(tmp_path, steps.format(2)) == []


def test_loop_through_a_visit_that_asks_is_fine(tmp_path: Path) -> None:
    """A loop may go round through another flow in which a question surely waits."""
    steps = "hi:\n  say: Hi.\n  visit: ask\n  go:\n    - end, if visits to hi over 3\n    - hi"
    asks = "flow: ask\ntitle: Ask\nstart: q\nsteps:\n  q:\n  {}  go: end\n"
    question = "  say: How?\n    write: up to 20\n  "
    silent = "  say: Well.\n  "
    assert codes(tmp_path, steps, en__ask=asks.format(question)) == []
    assert "C207" in codes(tmp_path, steps, en__ask=asks.format(silent))


def test_check_in_counts_as_a_way(tmp_path: Path) -> None:
    """A step reached only by a later check-in is reached."""
    steps = (
        "hi:\n  say: Hi.\n  check in: later, in 3 hours\n  go: end\nlater:\n  say: So.\n  go: end"
    )
    assert codes(tmp_path, steps) == []


@pytest.mark.parametrize(
    ("when", "fine"),
    [
        ("in 2 days", True),
        ("in 1 day in the morning", True),
        ("in 1 day at midday", True),
        ("next day in the evening", True),
        ("next day", True),
        ("in 3 hours", True),
        ("in 3 hours in the evening", False),
        ("in 0 days", False),
        ("in 400 days", False),
        ("in 2 weeks", False),
        ("in 2 days in the night", False),
    ],
)
def test_check_in_times(when: str, tmp_path: Path, *, fine: bool) -> None:
    """The few ways to say when are understood, and nothing else."""
    steps = f"hi:\n  say: Hi.\n  check in: hi, {when}\n  go: end"
    assert codes(tmp_path, steps) == ([] if fine else ["C114"])


GATE = (
    "flow: safe-enough\ntitle: Safe?\nstart: near\nsteps:\n  near:\n    say: Safe?\n    choose:\n"
    "      fine: Yes\n      afraid: No\n    go: end\n"
)
STORY = "story:\n  say: Tell them one thing.\n  covers: [P3.3]\n  go: end\n"
ENTER = "gate:\n  say: One question first.\n  visit: safe-enough\n  go: story\n"


@pytest.mark.parametrize(
    ("go", "expected"),
    [
        ("- gate, if visits to safe-enough/near under 1\n    - story", []),
        ("- story, if safe-enough/near is fine\n    - gate", []),
        ("- story, if safe-enough/near is not afraid\n    - gate", ["C508"]),
        ("- gate, if days since safe-enough/near over 30\n    - story", ["C508"]),
    ],
)
def test_gate_holds_for_whoever_has_not_been_through_it(
    go: str, expected: list[str], tmp_path: Path
) -> None:
    """Somebody who never passed the gate must not come to an invitation around it."""
    steps = f"hi:\n  say: Hi.\n  go:\n    {go}\n{ENTER}{STORY}"
    assert codes(tmp_path, steps, **{"en__safe-enough": GATE}) == expected


def test_collisions_are_found_in_every_language(tmp_path: Path) -> None:
    """Two answers that are different words in English may be the same in a translation."""
    spanish = (
        "flow: hello\ntitle: Hola\nsteps:\n  hi:\n    wording: {}\n    say: ¿Cómo?\n    choose:\n"
        "      fine: Así así\n      hard: Asi, asi\n"
    )
    lay_out(tmp_path, {"en/hello.yaml": a_flow(f"hi:\n{ASKS}  go: end"), "es/hello.yaml": spanish})
    found = [(f.code, str(f.place)) for f in read(tmp_path)[1] if f.code == "C304"]
    assert found == [("C304", "es/hello.yaml:9")]


def test_number_on_a_button_must_be_its_place(tmp_path: Path) -> None:
    """Whoever types 1 means the first button, so no other button may be called 1."""
    wrong = "hi:\n  say: How many?\n  choose:\n    none: 0\n    one: 1\n  go: end"
    right = "hi:\n  say: How many?\n  choose:\n    one: 1\n    two: 2\n  go: end"
    assert codes(tmp_path, wrong) == ["C304"]
    assert codes(tmp_path, right) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("It should help.", "C501"),
        ("We shoulder it.", ""),
        ("Just now, then.", ""),
        ("I just left.", ""),
        ("Just do it.", "C502"),
        ("You seem a bit avoidant.", ""),
        ("You seem so insecure.", "C505"),
        ("A habit called avoidant.", ""),
        ("You clearly have trust issues.", "C505"),
        ("Some people have trust issues.", ""),
        ("It will cure you.", "C506"),
        ("The year is 7.", ""),
        ("Call 0800 111 0 111.", "C517"),
    ],
)
def test_words_that_are_not_said(text: str, code: str, tmp_path: Path) -> None:
    """The lists find what they are meant for, and leave ordinary sentences alone."""
    assert codes(tmp_path, f"hi:\n  say: {text}\n  go: end") == ([code] if code else [])


COURSE = (Path(__file__).parents[2] / "content" / "en" / "safe-enough.yaml").read_text("utf-8")
PIECES = [
    "end",
    "near",
    "--5",
    "9" * 5000,
    "{near}",
    "{x/y or z}",
    "near over 3",
    "[",
    "!",
    "if",
    "",
]


@given(st.data())
def test_no_check_falls_over_a_spoilt_flow(data: st.DataObject) -> None:
    """Whatever lines are lost, doubled or changed, every check ends in findings."""
    lines = COURSE.splitlines()
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(lines) - 1))
        how = data.draw(st.sampled_from(["drop", "double", "value", "key", "move"]))
        name, colon, _ = lines[at].partition(":")
        piece = data.draw(st.sampled_from(PIECES))
        if how == "drop":
            del lines[at]
        elif how == "double":
            lines.insert(at, lines[at])
        elif how == "value":
            lines[at] = f"{name}{colon} {piece}"
        elif how == "key":
            lines[at] = lines[at].replace(name.strip(), piece)
        else:
            lines.insert(data.draw(st.integers(0, len(lines) - 1)), lines.pop(at))
    root, findings = parse("\n".join(lines), "en/safe-enough.yaml")
    if root is not None:
        source = read_flow(Reading("en/safe-enough.yaml", findings), root, "safe-enough")
        findings += check_all(Content({"safe-enough": source}))
    assert all(str(finding) for finding in findings)


def test_large_selection_is_not_tried_for_ever(tmp_path: Path) -> None:
    """With more combinations than can be tried, nothing is claimed, and quickly."""
    words = [f"w{number}" for number in range(25)]
    options = "".join(f"    {word}: Word {word}\n" for word in words)
    both = " and ".join(f"hi includes {word}" for word in words)
    ways = f"  go:\n    - more, if {both}\n    - end\n"
    steps = f"hi:\n  say: Which?\n  pick:\n{options}{ways}more:\n  say: More.\n  go: end"
    assert codes(tmp_path, steps) == []
