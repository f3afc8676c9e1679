"""`ajar check`: what it prints, and the exit codes it gives."""

from __future__ import annotations

import io
import json
from pathlib import Path

from bot.commands.check import check, show_coverage, stamp
from bot.flows.loading import read
from tests.flows.writing import HELLO, a_flow, lay_out


def test_good_content_gives_0(tmp_path: Path) -> None:
    """Content without findings ends with one line and exit code 0."""
    out = io.StringIO()
    code = check(lay_out(tmp_path, {"en/hello.yaml": HELLO}), out)
    assert (code, out.getvalue()) == (0, "1 flow in en: nothing to mend.\n")


def test_errors_give_1_and_stand_apart_from_warnings(tmp_path: Path) -> None:
    """Warnings apart, errors last, each with its place, what is wrong and what to write."""
    out = io.StringIO()
    lay_out(tmp_path, {"en/hello.yaml": a_flow("hi:\n  say: Hi!\n  go: edn")})
    assert check(tmp_path, out) == 1
    assert out.getvalue().splitlines() == [
        "Warnings",
        "  en/hello.yaml:6  C503",
        "    An exclamation mark shouts.",
        "    End it with a stop.",
        "",
        "Errors",
        "  en/hello.yaml:7  C202",
        "    `edn` is not a step of this flow.",
        "    Did you mean `end`?",
        "",
        "1 flow in en: 1 error, 1 warning.",
    ]


def test_warnings_give_0_unless_strict(tmp_path: Path) -> None:
    """Warnings alone are no failure, except where everything has to be right."""
    lay_out(tmp_path, {"en/hello.yaml": a_flow("hi:\n  say: Hi!\n  go: end")})
    assert check(tmp_path, io.StringIO()) == 0
    assert check(tmp_path, io.StringIO(), strict=True) == 1


def test_no_folder_gives_2(tmp_path: Path) -> None:
    """A folder that is not there cannot be checked."""
    out = io.StringIO()
    assert check(tmp_path / "nowhere", out) == 2
    assert out.getvalue().startswith("There is no folder ")


def test_json_holds_every_part_of_a_finding(tmp_path: Path) -> None:
    """Tools get code, severity, file, line, problem and what to write instead."""
    out = io.StringIO()
    lay_out(tmp_path, {"en/hello.yaml": a_flow("hi:\n  say: Hi.\n  go: edn")})
    check(tmp_path, out, as_json=True)
    assert json.loads(out.getvalue()) == {
        "findings": [
            {
                "code": "C202",
                "severity": "error",
                "file": "en/hello.yaml",
                "line": 7,
                "problem": "`edn` is not a step of this flow.",
                "instead": "Did you mean `end`?",
            }
        ]
    }


def test_choice_that_brings_help_is_found(tmp_path: Path) -> None:
    """With safety rules beside the flows, an answer that would show help instead is an error."""
    rules = (Path(__file__).parents[2] / "content" / "en" / "safety.yaml").read_text("utf-8")
    steps = "hi:\n  say: How?\n  choose:\n    fine: Fine\n    dark: I want to die\n  go: end"
    lay_out(tmp_path, {"en/hello.yaml": a_flow(steps), "en/safety.yaml": rules})
    out = io.StringIO()
    assert check(tmp_path, out) == 1
    assert "en/hello.yaml:9  C305" in out.getvalue()


def test_safety_rules_that_cannot_be_read_are_an_error(tmp_path: Path) -> None:
    """Broken safety rules are told like everything else."""
    lay_out(tmp_path, {"en/hello.yaml": HELLO, "en/safety.yaml": "rules: [\n"})
    out = io.StringIO()
    assert check(tmp_path, out) == 1
    assert "en/safety.yaml:1  C119" in out.getvalue()


OUTLINE = "points:\n  S1: more distance\n  S2: short answers\n"


def test_coverage_names_the_steps_and_what_is_missing(tmp_path: Path) -> None:
    """The table shows who carries each point; a point nobody carries gives exit code 1."""
    lay_out(
        tmp_path,
        {
            "outline.yaml": OUTLINE,
            "en/hello.yaml": a_flow("hi:\n  say: Hi.\n  covers: [S1]\n  go: end"),
        },
    )
    out = io.StringIO()
    assert show_coverage(tmp_path, out) == 1
    assert out.getvalue().splitlines() == [
        "S1     more distance  hello/hi",
        "S2     short answers  — nowhere",
        "1 of 2 points are carried by a step that can be reached.",
    ]


def test_coverage_counts_only_what_can_be_reached(tmp_path: Path) -> None:
    """A step that no way leads to carries nothing."""
    steps = "hi:\n  say: Hi.\n  go: end\nlost:\n  say: Lost.\n  covers: [S1, S2]\n  go: end"
    lay_out(tmp_path, {"outline.yaml": OUTLINE, "en/hello.yaml": a_flow(steps)})
    codes = [finding.code for finding in read(tmp_path)[1]]
    assert codes.count("C701") == 2


SPANISH = """\
# Una nota del traductor.
flow: hello
title: Hola
steps:
  hi:
    say: Hola.   # se queda
  bye:
    wording: 00000000   # vieja
    say: Adiós.
  gone:
    say: Nada.
"""


def test_stamp_marks_steps_and_touches_nothing_else(tmp_path: Path) -> None:
    """Marks are written beside the words; remarks, order and other lines stay as they are."""
    steps = "hi:\n  say: Hi.\n  go: bye\nbye:\n  say: Bye.\n  go: end"
    lay_out(tmp_path, {"en/hello.yaml": a_flow(steps), "es/hello.yaml": SPANISH})
    out = io.StringIO()
    assert stamp(tmp_path, "es", out) == 0
    text = (tmp_path / "es/hello.yaml").read_text("utf-8")
    kept = [line for line in text.splitlines() if "wording:" not in line]
    assert kept == [line for line in SPANISH.splitlines() if "wording:" not in line]
    assert "C602" not in [finding.code for finding in read(tmp_path)[1]]
    assert "   # vieja" in text
    again = io.StringIO()
    stamp(tmp_path, "es", again)
    assert again.getvalue() == "0 steps marked as made from today's English.\n"


def test_edited_english_asks_for_another_look(tmp_path: Path) -> None:
    """After a stamp, an edit of the English words is reported until the step is stamped again."""
    lay_out(tmp_path, {"en/hello.yaml": HELLO})
    lay_out(
        tmp_path, {"es/hello.yaml": "flow: hello\ntitle: Hola\nsteps:\n  hi:\n    say: Hola.\n"}
    )
    stamp(tmp_path, "es", io.StringIO())
    lay_out(tmp_path, {"en/hello.yaml": HELLO.replace("Hi.", "Good to see you.")})
    found = [(f.code, str(f.place)) for f in read(tmp_path)[1]]
    assert found == [("C602", "es/hello.yaml:4")]
    assert stamp(tmp_path, "fr", io.StringIO()) == 2
