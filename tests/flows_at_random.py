"""Small flows drawn at random, for searches that have to agree on them.

Steps only lead onward or one step back, so that many paths meet again with different pasts.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from bot.flows.conditions import All, Any, Compares, Condition, Includes, Is, Not, Was
from bot.flows.house import House
from bot.flows.library import Library
from bot.flows.model import (
    END,
    Branch,
    Choose,
    Flow,
    Pick,
    Question,
    Scale,
    Step,
    StepWords,
    Wording,
    Write,
)

MOST_STEPS = 6
HALF = 0.5

YES_NO = Choose(("no", "yes"))

QUESTIONS: list[Question | None] = [
    *(None, None, YES_NO, YES_NO, YES_NO),
    *(Pick(("a", "b"), 1, 2), Scale(1, 2), Write(10)),
]


def library_at_random(house: House, rng: Random) -> Library:
    """Draw a flow `main` that may visit a flow `side`."""
    flows = {"main": _flow(rng, "main", "side"), "side": _flow(rng, "side", "")}
    wordings = {
        name: Wording(
            name, "en", name, steps={step: _words(found) for step, found in flow.steps.items()}
        )
        for name, flow in flows.items()
    }
    return Library(flows, {"en": wordings}, {"en": house})


def _flow(rng: Random, name: str, visits: str) -> Flow:
    names = [f"s{number}" for number in range(rng.randint(2, MOST_STEPS))]
    questions = {step: rng.choice(QUESTIONS) for step in names}
    steps = {}
    for number, (step, question) in enumerate(questions.items()):
        onward = [*names[number + 1 :], END]
        # A way back is taken only behind a question, or nobody would wait on it.
        targets = [*onward, *(names[: number + 1] if question is not None else ())]
        branches = [
            Branch(rng.choice(targets), _condition(rng, questions))
            for _ in range(rng.randint(0, 2))
        ]
        last = Branch(onward[0], None)
        visit = visits if question is None and rng.random() < HALF else ""
        steps[step] = Step(step, question, (*branches, last), visit)
    return Flow(name, names[0], steps)


def _condition(rng: Random, questions: Mapping[str, Question | None]) -> Condition:
    """Draw a condition that fits its steps, mostly on two of them."""
    one, other = (_test(rng, *rng.choice(list(questions.items()))) for _ in range(2))
    return rng.choice([one, Not(one), All((one, other)), Any((one, other)), Any((Not(one), other))])


def _test(rng: Random, step: str, question: Question | None) -> Condition:
    how, bound = rng.choice([("over", 0), ("over", 1), ("under", 2)])
    visits = Compares("visits", step, how, bound)
    match question:
        case Choose():
            return rng.choice([Is(step, ("yes",)), Is(step, ("no",)), Was(step, "skipped"), visits])
        case Pick():
            return rng.choice([Includes(step, "a"), Includes(step, "b")])
        case Scale():
            return Compares("answer", step, "at least", 2)
        case Write():
            return Was(step, "answered")
    return visits


def _words(step: Step) -> StepWords:
    labels = {}
    match step.question:
        case Choose(options=options) | Pick(options=options):
            labels = {option: option.capitalize() for option in options}
        case Scale(low=low, high=high):
            labels = {str(low): "low", str(high): "high"}
    return StepWords((f"This is {step.id}.",), labels)
