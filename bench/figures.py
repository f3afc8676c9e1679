"""What a benchmark gives, and the register of all of them.

Owns `Figure` and the register. Knows nothing of what is measured.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `reference` was measured in the same run; `ratio` is value / reference.
    Both are None where nothing stands beside the figure."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    ratio: float | None = None

    def line(self) -> str:
        """Give the figure as one line of JSON."""
        return json.dumps(asdict(self))


Measure = Callable[[], Iterable[Figure]]

MEASURES: dict[str, Measure] = {}
"""Every benchmark by name, in the order they are told."""


def measure(function: Measure) -> Measure:
    """Register a benchmark: a function that gives its figures."""
    MEASURES[function.__name__] = function
    return function


def beside(name: str, value: float, unit: str, reference: float) -> Figure:
    """Make a figure with what stands beside it."""
    return Figure(name, rounded(value), unit, rounded(reference), rounded(value / reference))


def rounded(value: float) -> float:
    """Keep four digits: a benchmark knows no more."""
    return float(f"{value:.4g}")
