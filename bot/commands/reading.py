"""`ajar check --reading`: how hard the English of each flow is to read.

Owns the measure: the index of Coleman and Liau (1975), a school grade from letters a word and
sentences a hundred words. It needs no list of syllables, so it gives the same figure everywhere.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TextIO

from bot.engine.wording import plainly
from bot.errors import AjarError
from bot.flows.library import MASTER, Library
from bot.flows.loading import load
from bot.replies import plain

GOOD = 0
FINDINGS = 1

GRADE_LIMIT = 7
"""The grade of twelve-year-olds: age is about grade plus five."""

AGE_OF_GRADE = 5


def reading(folder: Path, out: TextIO) -> int:
    """Print each flow's reading age; 1 where one is above about twelve.

    Raises `AjarError` where the library that measures is not installed.
    """
    grades = measure(load(folder))
    width = max((len(flow) for flow in grades), default=0)
    for flow, grade in grades.items():
        age = max(0, round(grade)) + AGE_OF_GRADE
        out.write(f"{flow:<{width}}  about {age} years{_remark(grade)}\n")
    return FINDINGS if any(grade > GRADE_LIMIT for grade in grades.values()) else GOOD


def measure(library: Library) -> dict[str, float]:
    """Give the grade of everything each flow says in English, all variants together."""
    try:
        textstat = import_module("textstat")
    except ImportError:
        raise AjarError(
            "Measuring how texts read needs the library textstat, which is there for development: "
            "install it with `pip install textstat`."
        ) from None
    return {
        flow: float(textstat.coleman_liau_index(_prose(library, flow)))
        for flow in library.wordings[MASTER]
    }


def _prose(library: Library, flow: str) -> str:
    steps = library.wordings[MASTER][flow].steps.values()
    said = [text for step in steps for text in (*step.say, step.again) if text]
    return " ".join(" ".join(plain(plainly(text, {})).split()) for text in said)


def _remark(grade: float) -> str:
    return "" if grade <= GRADE_LIMIT else "; about 12 is the aim: shorter words, shorter sentences"
