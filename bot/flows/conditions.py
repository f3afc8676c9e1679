"""The closed grammar behind `if`: parsed once, typed by the checker, evaluated without surprises.

Owns what a condition can say. Knows nothing of people: what it asks about comes through `Facts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Facts(Protocol):
    """What a condition may ask about one person. A `name` is `step` or `flow/step`."""

    def answer(self, name: str) -> str | int | tuple[str, ...] | None:
        """The latest answer to that step: a stored word, a number, several words; None if there is
        none or it was skipped."""

    def skipped(self, name: str) -> bool:
        """Whether that question was last answered with skip."""

    def visits(self, name: str) -> int:
        """How often that step was entered."""

    def days_since(self, name: str) -> float | None:
        """Days since that step was last answered or, without a question, entered; None if never."""


class Condition(Protocol):
    """A parsed condition."""

    def holds(self, facts: Facts) -> bool:
        """Whether it is true of these facts. Never raises."""

    def names(self) -> tuple[str, ...]:
        """Every step it asks about, for the checker."""


@dataclass(frozen=True, slots=True)
class Always:
    """True of everyone."""

    def holds(self, facts: Facts) -> bool:  # noqa: ARG002 - the protocol's argument
        """Be true."""
        return True

    def names(self) -> tuple[str, ...]:
        """Ask about nothing."""
        return ()
