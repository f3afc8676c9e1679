"""What a condition behind `if` can be, and whether it holds: without surprises, without errors.

Owns the parts a condition is made of; `grammar` reads them from words. Knows nothing of people:
what it asks about comes through `Facts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


class Facts(Protocol):
    """What a condition may ask about one person. A `name` is `step` or `flow/step`."""

    def answer(self, name: str) -> str | int | tuple[str, ...] | None:
        """Give the latest answer to that step: a stored word, a number, several words; None if
        there is none or it was skipped."""

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


@dataclass(frozen=True, slots=True)
class Is:
    """The answer is one of these words (on a scale: one of these numbers)."""

    name: str
    words: tuple[str, ...]

    def holds(self, facts: Facts) -> bool:
        """Be false where there is no answer."""
        answer = facts.answer(self.name)
        if isinstance(answer, tuple):
            return False
        return answer is not None and str(answer) in self.words

    def names(self) -> tuple[str, ...]:
        """Give the step."""
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Includes:
    """The word was picked, maybe among others."""

    name: str
    word: str

    def holds(self, facts: Facts) -> bool:
        """Be false where there is no answer."""
        answer = facts.answer(self.name)
        return isinstance(answer, tuple) and self.word in answer

    def names(self) -> tuple[str, ...]:
        """Give the step."""
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Was:
    """The question was `skipped`, or `answered` by anything else than skip."""

    name: str
    how: str

    def holds(self, facts: Facts) -> bool:
        """Count an answer whose words were not kept as answered."""
        if self.how == "skipped":
            return facts.skipped(self.name)
        if facts.skipped(self.name):
            return False
        return facts.answer(self.name) is not None or facts.days_since(self.name) is not None

    def names(self) -> tuple[str, ...]:
        """Give the step."""
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Compares:
    """A number against a bound. `what` is `answer`, `visits` or `days`."""

    what: str
    name: str
    how: str
    bound: int

    def holds(self, facts: Facts) -> bool:
        """Be false where there is no number: no answer, or no day to count from."""
        value: object
        if self.what == "visits":
            value = facts.visits(self.name)
        elif self.what == "days":
            value = facts.days_since(self.name)
        else:
            value = facts.answer(self.name)
        if not isinstance(value, int | float):
            return False
        if self.how == "at least":
            return value >= self.bound
        if self.how == "at most":
            return value <= self.bound
        return value > self.bound if self.how == "over" else value < self.bound

    def names(self) -> tuple[str, ...]:
        """Give the step."""
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; so `is not` holds where nothing was answered."""

    inner: Condition

    def holds(self, facts: Facts) -> bool:
        """Be true where the inner one is not."""
        return not self.inner.holds(facts)

    def names(self) -> tuple[str, ...]:
        """Give the inner one's steps."""
        return self.inner.names()


@dataclass(frozen=True, slots=True)
class All:
    """Joined by `and`."""

    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        """Be true where every part is."""
        return all(part.holds(facts) for part in self.parts)

    def names(self) -> tuple[str, ...]:
        """Give every part's steps."""
        return tuple(name for part in self.parts for name in part.names())


@dataclass(frozen=True, slots=True)
class Any:
    """Joined by `or`."""

    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        """Be true where some part is."""
        return any(part.holds(facts) for part in self.parts)

    def names(self) -> tuple[str, ...]:
        """Give every part's steps."""
        return tuple(name for part in self.parts for name in part.names())


Test = Is | Includes | Was | Compares


def each_test(condition: Condition) -> Iterator[Test]:
    """Give the single tests inside a condition, in order."""
    if isinstance(condition, All | Any):
        for part in condition.parts:
            yield from each_test(part)
    elif isinstance(condition, Not):
        yield from each_test(condition.inner)
    elif isinstance(condition, Is | Includes | Was | Compares):
        yield condition
