"""Small flows drawn at random, for searches that have to agree on them.

Steps only lead onward or one step back, so that many paths meet again with different pasts.
"""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

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

YES_NO = Choose(("no", "yes"))

QUESTIONS: list[Question | None] = [
    *(None, None, YES_NO, YES_NO, YES_NO),
    *(Pick(("a", "b"), 1, 2), Scale(1, 2), Write(10)),
]


@st.composite
def libraries(draw: st.DrawFn, house: House) -> Library:
    """Draw a flow `main` that may visit a flow `side`."""
    side = _flow(draw, "side", "")
    main = _flow(draw, "main", "side")
    flows = {"main": main, "side": side}
    wordings = {
        name: Wording(
            name, "en", name, steps={step: _words(found) for step, found in flow.steps.items()}
        )
        for name, flow in flows.items()
    }
    return Library(flows, {"en": wordings}, {"en": house})


def _flow(draw: st.DrawFn, name: str, visits: str) -> Flow:
    names = [f"s{number}" for number in range(draw(st.integers(2, MOST_STEPS)))]
    questions = {step: draw(st.sampled_from(QUESTIONS)) for step in names}
    conditions = _conditions(questions)
    steps = {}
    for number, (step, question) in enumerate(questions.items()):
        onward = [*names[number + 1 :], END]
        # A way back is taken only behind a question, or nobody would wait on it.
        targets = [*onward, *(names[: number + 1] if question is not None else ())]
        branches = [
            Branch(draw(st.sampled_from(targets)), draw(conditions))
            for _ in range(draw(st.integers(0, 2)))
        ]
        last = Branch(onward[0], None)
        visit = visits if question is None and draw(st.booleans()) else ""
        steps[step] = Step(step, question, (*branches, last), visit)
    return Flow(name, names[0], steps)


def _conditions(questions: Mapping[str, Question | None]) -> st.SearchStrategy[Condition]:
    """Draw conditions that fit their steps, mostly on two of them."""
    tests: list[Condition] = []
    for step, question in questions.items():
        for how, bound in (("over", 0), ("over", 1), ("under", 2)):
            tests.append(Compares("visits", step, how, bound))
        match question:
            case Choose():
                tests += [Is(step, ("yes",)), Is(step, ("no",)), Was(step, "skipped")]
            case Pick():
                tests += [Includes(step, "a"), Includes(step, "b")]
            case Scale():
                tests += [Compares("answer", step, "at least", 2)]
            case Write():
                tests += [Was(step, "answered")]
    one: st.SearchStrategy[Condition] = st.sampled_from(tests)
    inner = st.one_of(one, st.builds(Not, one))
    pair = st.tuples(inner, inner)
    return st.one_of(inner, st.builds(All, pair), st.builds(Any, pair), st.builds(Any, pair))


def _words(step: Step) -> StepWords:
    labels = {}
    match step.question:
        case Choose(options=options) | Pick(options=options):
            labels = {option: option.capitalize() for option in options}
        case Scale(low=low, high=high):
            labels = {str(low): "low", str(high): "high"}
    return StepWords((f"This is {step.id}.",), labels)
