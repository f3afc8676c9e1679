"""The shipped transcripts still hold, and together they go through everything.

`ajar transcripts --rewrite` brings them up to date; the difference is for a person to read.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.commands.transcripts import check_transcripts, rewrite_transcripts
from bot.flows.library import Library
from bot.transcripts import Transcript, play, read_transcripts, uncovered
from tests.conftest import ROOT, write_content

TRANSCRIPTS = read_transcripts(ROOT / "content")

BY_HAND = """\
transcript: green tea
flow: tea
talk:
- ajar: Shall we
- ajar: Which kind
- tap: Green
- tap: '2'
- type: Ana
- tap: Yes please
"""


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda transcript: transcript.path.stem)
def test_transcript(transcript: Transcript, shipped: Library) -> None:
    """Ajar still says what the transcript says it says."""
    assert [] == play(shipped, transcript).problems


def test_transcripts_go_everywhere(shipped: Library) -> None:
    """Every step and every branch of every flow is gone through by some transcript."""
    covered = set().union(*(play(shipped, transcript).covered for transcript in TRANSCRIPTS))
    assert [] == uncovered(shipped, covered)


def test_some_answers_are_typed() -> None:
    """People tap and type; so do the transcripts."""
    kinds = {kind for transcript in TRANSCRIPTS for kind, _ in transcript.talk}
    assert {"ajar", "tap", "type", "wait"} == kinds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small content folder with one transcript, written by hand."""
    content = write_content(tmp_path)
    (content / "transcripts").mkdir()
    (content / "transcripts" / "green-tea.yaml").write_text(BY_HAND, encoding="utf-8")
    return content


def test_what_is_missing_is_named_and_then_written(folder: Path) -> None:
    """The check names every step and branch left out; --rewrite writes few new ones for them."""
    out = io.StringIO()
    assert 1 == check_transcripts(folder, out)
    assert "No transcript goes through en/tea.yaml:23: step `extras` of `tea`." in out.getvalue()
    assert 0 == rewrite_transcripts(folder, io.StringIO())
    out = io.StringIO()
    assert 0 == check_transcripts(folder, out)
    written = read_transcripts(folder)
    assert f"{len(written)} transcripts hold, and go through everything.\n" == out.getvalue()
    assert 3 <= len(written) <= 7
    assert {"tap", "type", "wait"} <= {kind for one in written for kind, _ in one.talk}


def test_writing_again_changes_nothing(folder: Path) -> None:
    """What is up to date stays as it is, to the byte."""
    rewrite_transcripts(folder, io.StringIO())
    before = {path: path.read_bytes() for path in (folder / "transcripts").iterdir()}
    out = io.StringIO()
    assert 0 == rewrite_transcripts(folder, out)
    assert "" == out.getvalue()
    assert before == {path: path.read_bytes() for path in (folder / "transcripts").iterdir()}


def test_a_change_of_words_is_told_and_taken_over(folder: Path) -> None:
    """After an edit the transcript that shows it is named, and brought up to date on demand."""
    rewrite_transcripts(folder, io.StringIO())
    flow = folder / "en" / "tea.yaml"
    flow.write_text(flow.read_text("utf-8").replace("Cold it is.", "A cool one."), "utf-8")
    out = io.StringIO()
    assert 1 == check_transcripts(folder, out)
    assert "green-tea.yaml: expected “Cold it is." in out.getvalue()
    assert 0 == rewrite_transcripts(folder, io.StringIO())
    assert "A cool one." in (folder / "transcripts" / "green-tea.yaml").read_text("utf-8")


def test_one_that_cannot_be_played_is_left_alone(folder: Path) -> None:
    """Where a button is gone, only a person can tell what was meant: it is named and kept."""
    path = folder / "transcripts" / "green-tea.yaml"
    path.write_text(BY_HAND.replace("Green", "Camomile"), encoding="utf-8")
    out = io.StringIO()
    assert 1 == rewrite_transcripts(folder, out)
    assert "green-tea.yaml: tap “Camomile”: There is no button “Camomile”." in out.getvalue()
    assert BY_HAND.replace("Green", "Camomile") == path.read_text("utf-8")
