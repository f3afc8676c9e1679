"""What a flow is, once it has been read: values without wording.

Owns the shape of flows, steps, questions and branches. Wording lives beside it in `Wording`, one a
language, so that a graph and its translations never mix. Knows nothing of YAML or of people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.flows.conditions import Condition

END = "end"
"""The reserved name that ends a flow."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written: a path below the content folder and a line from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


NOWHERE = Place("", 0)


@dataclass(frozen=True, slots=True)
class Choose:
    """One of several: the stored words, in order."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """Several of several, between `at_least` and `at_most`."""

    options: tuple[str, ...]
    at_least: int
    at_most: int


@dataclass(frozen=True, slots=True)
class Scale:
    """A whole number from `low` to `high`."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Write:
    """Free words, private, at most `limit` characters."""

    limit: int


Question = Choose | Pick | Scale | Write


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of `go:`; without a condition it is taken."""

    to: str
    condition: Condition | None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Ask again later: at `step` of the same flow, after `days` whole local days (or `hours`),
    in `part` of the day (morning, midday, evening, or empty for the same time)."""

    step: str
    days: int
    hours: int
    part: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Step:
    """A named place in a flow. `go` is tried in order after the say or the answer; `visit` names
    another flow to go into first."""

    id: str
    question: Question | None = None
    go: tuple[Branch, ...] = ()
    visit: str = ""
    check_in: CheckIn | None = None
    was: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    picture: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Flow:
    """One script: its steps in the order they were written."""

    id: str
    start: str
    steps: Mapping[str, Step]
    was: tuple[str, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class StepWords:
    """How one step is worded in one language.

    `say` holds the variants. `labels` maps each stored word (or number, as text) to what is shown;
    `understand` maps a stored word to more words that mean it. `again` replaces the house's re-ask.
    `alt` describes the picture.
    """

    say: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    understand: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    again: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """How one flow is worded in one language. `steps` may lack some: English stands in."""

    flow: str
    language: str
    title: str
    about: str = ""
    steps: Mapping[str, StepWords] = field(default_factory=dict)
