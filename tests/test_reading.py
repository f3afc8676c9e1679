"""Everything Ajar says in English reads easily, and the tool for writers says how easily."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from bot.commands.reading import GRADE_LIMIT, measure, reading
from bot.errors import AjarError
from bot.flows.library import Library
from bot.flows.loading import read
from tests.conftest import ROOT, SMALL, write_content

HARD = (
    "Retrospective consideration of interpersonal disengagement necessitates unprejudiced "
    "contemplation of predominantly unacknowledged motivational circumstances."
)


def test_every_flow_reads_like_twelve_or_easier(shipped: Library) -> None:
    """No English flow asks for more than the seventh grade."""
    assert {} == {flow: grade for flow, grade in measure(shipped).items() if grade > GRADE_LIMIT}


def test_every_flow_is_measured(shipped: Library) -> None:
    """None is left out."""
    assert set(shipped.flows) == set(measure(shipped))


def test_the_command_prints_ages(tmp_path: Path) -> None:
    """Each flow with its age; a hard one is told with what to do, and gives 1."""
    out = io.StringIO()
    assert 0 == reading(ROOT / "content", out)
    assert out.getvalue().startswith("attachment    about ")
    flows = {"walk.yaml": SMALL["walk.yaml"].replace("How far today?", HARD)}
    out = io.StringIO()
    assert 1 == reading(write_content(tmp_path, flows), out)
    assert out.getvalue().endswith("; about 12 is the aim: shorter words, shorter sentences\n")


def test_variants_count_and_answers_put_in_do_not(tmp_path: Path) -> None:
    """What is measured are the writer's words: all variants, with the words that stand in."""
    easy = {"walk.yaml": SMALL["walk.yaml"]}
    hard = {"walk.yaml": SMALL["walk.yaml"].replace("How far today?", f'["How far?", "{HARD}"]')}
    first, _ = read(write_content(tmp_path / "easy", easy))
    second, _ = read(write_content(tmp_path / "hard", hard))
    assert first is not None
    assert second is not None
    assert measure(first)["walk"] < GRADE_LIMIT < measure(second)["walk"]


def test_without_the_library_there_is_a_sentence(
    shipped: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where textstat is not installed, the command says what to install."""
    monkeypatch.setitem(sys.modules, "textstat", None)
    with pytest.raises(AjarError, match="pip install textstat"):
        measure(shipped)
