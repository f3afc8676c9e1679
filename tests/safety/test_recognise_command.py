"""`ajar recognise`: JSON lines in, JSON lines out, nothing kept."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import typer

from bot.commands.recognise import recognise

CONTENT = Path(__file__).parents[2] / "content"


def test_each_line_is_answered_in_order() -> None:
    """The id comes back with what was recognised."""
    lines = [
        json.dumps({"id": "a", "text": "I want to kill myself", "lang": "en"}),
        "",
        json.dumps({"id": 2, "text": "what is for dinner"}),
    ]
    out = io.StringIO()

    recognise(CONTENT, lines, out)

    assert [
        {"id": "a", "crisis": True, "tier": "pause", "category": "suicidal-active"},
        {"id": 2, "crisis": False, "tier": None, "category": None},
    ] == [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_bad_line_is_named_and_the_others_are_answered() -> None:
    """One sentence with the line's number and none of its words; exit code 1 at the end."""
    lines = ["{secret", '{"text": 5}', json.dumps({"id": 3, "text": "hello", "lang": "de"})]
    out, problems = io.StringIO(), io.StringIO()

    with pytest.raises(typer.Exit) as end:
        recognise(CONTENT, lines, out, problems)

    assert 1 == end.value.exit_code
    assert 1 == len(out.getvalue().splitlines())
    told = problems.getvalue().splitlines()
    assert ["Line 1", "Line 2"] == [sentence[:6] for sentence in told]
    assert "secret" not in problems.getvalue()
