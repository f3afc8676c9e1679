"""Which branches of a step can be taken at all, by trying every combination of answers.

Owns the values that are tried. Knows nothing of findings.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.flows.conditions import Compares, Test, each_test
from bot.flows.model import Branch, Choose, Flow, Pick, Scale, Step

COMBINATIONS_LIMIT = 20_000
"""Beyond this many combinations nothing is claimed. Shipped steps need under a hundred."""

Answer = str | int | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Case:
    """What may be known of one step: its answer, whether it was skipped, visits, days since."""

    answer: Answer
    skipped: bool
    visits: int
    days: float | None


class _Tried:
    """One combination, as facts."""

    def __init__(self, cases: Mapping[str, Case]) -> None:
        self._cases = cases

    def answer(self, name: str) -> Answer:
        return self._cases[name].answer

    def skipped(self, name: str) -> bool:
        return self._cases[name].skipped

    def visits(self, name: str) -> int:
        return self._cases[name].visits

    def days_since(self, name: str) -> float | None:
        return self._cases[name].days


def takeable(
    flow: Flow, step: Step, flows: Mapping[str, Flow], unvisited: str = ""
) -> list[Branch]:
    """Give the branches that some combination takes; all of them where that cannot be told.

    With `unvisited`, only combinations in which the person has never been in that flow.
    """
    asked = [t for b in step.go if b.condition is not None for t in each_test(b.condition)]
    names = list(dict.fromkeys(test.name for test in asked))
    cases: dict[str, list[Case]] = {}
    combinations = 1
    for name in names:
        owner, _, own = name.rpartition("/")
        there = flows.get(owner or flow.id)
        found = there.steps.get(own) if there else None
        if owner and owner == unvisited:
            cases[name] = [Case(None, skipped=False, visits=0, days=None)]
            continue
        if found is None:
            return list(step.go)
        here = found is step
        tried = _cases(found, [t for t in asked if t.name == name], here=here)
        cases[name] = list(itertools.islice(tried, COMBINATIONS_LIMIT + 1))
        combinations *= len(cases[name])
        if combinations > COMBINATIONS_LIMIT:
            return list(step.go)
    taken: list[Branch] = []
    for combination in itertools.product(*cases.values()):
        facts = _Tried(dict(zip(names, combination, strict=True)))
        for branch in step.go:
            if branch.condition is None or branch.condition.holds(facts):
                if branch not in taken:
                    taken.append(branch)
                break
        if len(taken) == len(step.go):
            break
    return taken


def _cases(step: Step, asked: list[Test], *, here: bool) -> Iterator[Case]:
    visits = _around(asked, "visits", lowest=1 if here else 0)
    days = [float(bound) for bound in _around(asked, "days", lowest=0)]
    for count in visits:
        for answer in _answers(step, asked):
            for day in [0.0] if here else days:
                yield Case(answer, answer is None and step.question is not None, count, day)
        if not here:
            yield Case(None, False, count, None)


def _around(asked: list[Test], what: str, lowest: int) -> list[int]:
    """Give the values on both sides of every bound that is asked about."""
    bounds = [test.bound for test in asked if isinstance(test, Compares) and test.what == what]
    values = {lowest, *(b + near for b in bounds for near in (-1, 0, 1))}
    return sorted(value for value in values if value >= lowest)


def _answers(step: Step, asked: list[Test]) -> Iterable[Answer]:
    """Give the answers that can differ for these conditions; None stands for skipped."""
    match step.question:
        case Choose(options=options):
            return [*options, None]
        case Scale(low=low, high=high):
            return [*range(low, high + 1), None]
        case Pick(options=options):
            words = {getattr(test, "word", "") for test in asked}
            told = [option for option in options if option in words]
            rest = [option for option in options if option not in words]
            return itertools.chain([None], _picks(told, rest, step.question))
    return ["words", None] if step.question is not None else [None]


def _picks(told: list[str], rest: list[str], question: Pick) -> Iterator[tuple[str, ...]]:
    """Give every selection among the options asked about that the bounds allow."""
    for size in range(len(told) + 1):
        for chosen in itertools.combinations(told, size):
            if size <= question.at_most and size + len(rest) >= question.at_least:
                yield (*chosen, *rest[: max(0, question.at_least - size)])
