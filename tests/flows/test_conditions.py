"""Conditions: the whole grammar, what it means, and what is said where it is not followed."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.conditions import each_test
from bot.flows.grammar import Misunderstood, parse


@dataclass
class Person:
    """Facts written down by hand."""

    answers: dict[str, str | int | tuple[str, ...]] = field(default_factory=dict)
    skips: set[str] = field(default_factory=set)
    entered: dict[str, int] = field(default_factory=dict)
    days: dict[str, float] = field(default_factory=dict)

    def answer(self, name: str) -> str | int | tuple[str, ...] | None:
        return self.answers.get(name)

    def skipped(self, name: str) -> bool:
        return name in self.skips

    def visits(self, name: str) -> int:
        return self.entered.get(name, 0)

    def days_since(self, name: str) -> float | None:
        return self.days.get(name)


PERSON = Person(
    answers={"how": "often", "fit": ("numb", "sad"), "door": 4, "signs/who": "friend"},
    skips={"note"},
    entered={"how": 3},
    days={"how": 2.5, "kept-back": 1.0},
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("how is often", True),
        ("how is rarely", False),
        ("how is not rarely", True),
        ("how is not often", False),
        ("how is any of rarely / often", True),
        ("how is any of rarely / sometimes", False),
        ("signs/who is friend", True),
        ("fit includes sad", True),
        ("fit includes angry", False),
        ("door at least 4", True),
        ("door at most 3", False),
        ("door over 3", True),
        ("door under 4", False),
        ("door is 4", True),
        ("note was skipped", True),
        ("note was answered", False),
        ("how was answered", True),
        ("kept-back was answered", True),
        ("unheard was answered", False),
        ("visits to how over 2", True),
        ("visits to unheard under 1", True),
        ("days since how at least 2", True),
        ("days since unheard under 100", False),
        ("how is often and door over 9", False),
        ("how is often or door over 9", True),
        ("not how is rarely", True),
        ("not (how is often or door is 1)", False),
        ("how is rarely and door is 1 or door is 4", True),
        ("how is rarely and (door is 1 or door is 4)", False),
        ("unheard is often", False),
        ("unheard is not often", True),
        ("unheard over 1", False),
        ("unheard includes often", False),
    ],
)
def test_condition_holds(words: str, *, expected: bool) -> None:
    """Every form of the grammar means what it says."""
    assert expected == parse(words).holds(PERSON)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "At the beginning comes the name of a step, but it ends there."),
        ("how", "After `how` comes `is`, `includes`, `was`"),
        ("how iz often", "Did you mean `is`?"),
        ("how was skiped", "Did you mean `skipped`?"),
        ("how at lest 3", "Did you mean `least`?"),
        ("how is", "After `is` comes a stored word, but it ends there."),
        ("door over many", "After `over` comes a whole number, not `many`."),
        ("how is often door is 4", "After `often` comes `and`, `or` or the end, not `door`."),
        ("(how is often", "comes `and`, `or` or `)`, but it ends there."),
        ("how is often)", "not `)`"),
        ("Often is how", "At the beginning comes the name of a step, not `Often`."),
        ("visits how over 3", "After `visits` comes"),
        ("how is any of", "After `of` comes a stored word, but it ends there."),
        ("(" * 30 + "a is b" + ")" * 30, "It nests more than 20 deep."),
    ],
)
def test_misunderstood_condition_says_where(words: str, said: str) -> None:
    """A condition that is not understood says what stands where it should not."""
    with pytest.raises(Misunderstood) as wrong:
        parse(words)
    assert said in str(wrong.value)


def test_names_and_tests_are_listed() -> None:
    """The checker can ask a condition for every step and every single test in it."""
    condition = parse("how is often and not (door over 3 or visits to signs/who under 2)")
    assert condition.names() == ("how", "door", "signs/who")
    assert [test.name for test in each_test(condition)] == ["how", "door", "signs/who"]


_WORDS = ["a", "b/c", "is", "not", "any", "of", "/", "and", "or", "(", ")", "at", "least", "most"]
_MORE = ["over", "under", "was", "skipped", "answered", "includes", "visits", "to", "days", "3"]


@given(st.lists(st.sampled_from(_WORDS + _MORE), max_size=12))
def test_any_words_are_read_or_refused(words: list[str]) -> None:
    """Whatever is written, it is a condition that holds or not, or a sentence says why not."""
    outcome: object
    try:
        outcome = parse(" ".join(words)).holds(PERSON)
    except Misunderstood as wrong:
        outcome = str(wrong)[-1]
    assert outcome in (True, False, ".", "?")
