"""Small flows drawn at random, for searches that have to agree on them.

Steps only lead onward or one step back, so that many paths meet again with different pasts.
"""

from __future__ import annotations

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

QUESTIONS: list[Question | None] = [
    None,
    Choose(("yes", "no", "perhaps")),
    Pick(("a", "b"), 1, 2),
    Scale(1, 3),
    Write(10),
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
    steps = {}
    for number, step in enumerate(names):
        question = draw(st.sampled_from(QUESTIONS))
        onward = [*names[number + 1 :], END]
        # A way back is taken only behind a question, or nobody would wait on it.
        targets = [*onward, *(names[: number + 1] if question is not None else ())]
        branches = [
            Branch(draw(st.sampled_from(targets)), draw(_conditions(names)))
            for _ in range(draw(st.integers(0, 2)))
        ]
        last = Branch(draw(st.sampled_from(onward)), None)
        visit = visits if question is None and draw(st.booleans()) else ""
        steps[step] = Step(step, question, (*branches, last), visit)
    return Flow(name, names[0], steps)


def _conditions(names: list[str]) -> st.SearchStrategy[Condition]:
    own = st.sampled_from([*names, "main/s0", "side/s1"])
    tests: st.SearchStrategy[Condition] = st.one_of(
        st.builds(Is, own, st.sampled_from([("yes",), ("no", "perhaps"), ("2",)])),
        st.builds(Includes, own, st.sampled_from(["a", "b"])),
        st.builds(Was, own, st.sampled_from(["skipped", "answered"])),
        st.builds(Compares, st.just("answer"), own, st.just("at least"), st.just(2)),
        st.builds(Compares, st.just("visits"), own, st.sampled_from(["over", "under"]), st.just(1)),
    )
    return st.recursive(
        tests,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(All, st.tuples(inner, inner)),
            st.builds(Any, st.tuples(inner, inner)),
        ),
        max_leaves=3,
    )


def _words(step: Step) -> StepWords:
    labels = {}
    match step.question:
        case Choose(options=options) | Pick(options=options):
            labels = {option: option.capitalize() for option in options}
        case Scale(low=low, high=high):
            labels = {str(low): "low", str(high): "high"}
    return StepWords((f"This is {step.id}.",), labels)
