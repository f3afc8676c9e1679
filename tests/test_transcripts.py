"""The shipped transcripts still hold, and together they go through everything.

`pytest tests/test_transcripts.py --rewrite` writes them anew; the difference is for a person to
read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.flows.library import Library
from bot.transcripts import Transcript, play, read_transcripts, rewrite, uncovered

CONTENT = Path(__file__).resolve().parent.parent / "content"

TRANSCRIPTS = read_transcripts(CONTENT)


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda transcript: transcript.path.stem)
def test_transcript(
    transcript: Transcript, shipped: Library, request: pytest.FixtureRequest
) -> None:
    """Ajar still says what the transcript says it says."""
    played = play(shipped, transcript)
    if request.config.getoption("--rewrite"):
        rewrite(transcript, played)
    else:
        assert [] == played.problems


def test_transcripts_go_everywhere(shipped: Library) -> None:
    """Every step and every branch of every flow is gone through by some transcript."""
    covered = set().union(*(play(shipped, transcript).covered for transcript in TRANSCRIPTS))
    assert [] == uncovered(shipped, covered)
