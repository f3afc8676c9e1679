"""`ajar transcripts`: play the written conversations, and write those that are missing.

Owns the files' names. What is written by hand is only brought up to date, never replaced.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TextIO

from bot.explore.playing import transcripts_for
from bot.explore.search import explore
from bot.flows.library import Library
from bot.flows.loading import load
from bot.transcripts import Point, play, points, read_transcripts, rewrite, uncovered

GOOD = 0
FINDINGS = 1


def check_transcripts(folder: Path, out: TextIO) -> int:
    """Play every transcript; tell where Ajar says something else, and what none goes through."""
    library = load(folder)
    transcripts = read_transcripts(folder)
    covered: set[Point] = set()
    well = True
    for transcript in transcripts:
        played = play(library, transcript)
        covered |= played.covered
        for problem in played.problems:
            well = False
            out.write(f"{transcript.path.name}: {problem}\n")
    for line in uncovered(library, covered):
        well = False
        out.write(f"No transcript goes through {line}.\n")
    if well:
        out.write(f"{len(transcripts)} transcripts hold, and go through everything.\n")
    else:
        out.write("`ajar transcripts --rewrite` brings them up to date; read the difference.\n")
    return GOOD if well else FINDINGS


def rewrite_transcripts(folder: Path, out: TextIO) -> int:
    """Bring every transcript up to date, and write new ones until they go through everything.

    One that cannot be played any more (a button is gone) is left as it is and named.
    """
    library = load(folder)
    covered: set[Point] = set()
    broken = 0
    for transcript in read_transcripts(folder):
        played = play(library, transcript)
        covered |= played.covered
        if not played.whole:
            broken += 1
            out.write(f"{transcript.path.name}: {played.problems[-1]}\n")
        elif tuple(played.talk) != transcript.talk:
            rewrite(transcript, played)
            out.write(f"{transcript.path.name} is up to date again.\n")
    for flow in library.flows:
        missing = points(library, [flow]) - covered
        if missing:
            covered |= _write_missing(library, flow, missing, folder / "transcripts", out)
    out.writelines(f"Nothing leads to {line}.\n" for line in uncovered(library, covered))
    return FINDINGS if broken or points(library) - covered else GOOD


def _write_missing(
    library: Library, flow: str, missing: set[Point], folder: Path, out: TextIO
) -> set[Point]:
    covered: set[Point] = set()
    paths = explore(library, flow).paths
    for transcript in transcripts_for(library, paths, missing):
        placed = replace(transcript, path=_free(folder, transcript.name.replace(" ", "-")))
        played = play(library, placed)
        covered |= played.covered
        folder.mkdir(exist_ok=True)
        rewrite(placed, played)
        out.write(f"{placed.path.name} is new.\n")
    return covered


def _free(folder: Path, stem: str) -> Path:
    path, number = folder / f"{stem}.yaml", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}.yaml", number + 1
    return path
