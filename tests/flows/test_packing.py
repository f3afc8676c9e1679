"""Words packed into a few bytes each: what was put in is found again, and nothing else is."""

from __future__ import annotations

import pytest

from bot.flows.danger_rules import IDIOM, Rule, Step, Tier, pack_rules
from bot.flows.packing import Lexicon, pack, pack_lexicon, pack_phrases, pack_summands, smallest

LEXICON = pack_lexicon(
    {
        "i": (1,),
        "no": (4, 2),
        "way": (2, 4),
        "no way": (3,),
        "no way out of here": (5,),
        "no end": (),
        "suicid*": (6,),
        "su*": (7,),
        "suicide": (300,),
    }
)


def phrases(*row: str, lexicon: Lexicon = LEXICON) -> list[tuple[int, int, list[int]]]:
    """Give the phrases of a row, their lists as plain ones."""
    return [(at, length, list(numbers)) for at, length, numbers in lexicon.phrases(row)]


@pytest.mark.parametrize(
    ("numbers", "size"),
    [((), 1), ((-128, 127), 1), ((0, 255), 1), ((-1, 255), 2), ((65_535,), 2), ((-1, 65_535), 4)],
)
def test_numbers_take_as_few_bytes_as_they_can(numbers: tuple[int, ...], size: int) -> None:
    """The largest and the smallest decide for all."""
    assert (size, list(numbers)) == (smallest(numbers).itemsize, list(smallest(numbers)))


def test_a_number_too_large_is_refused() -> None:
    """Cutting it off would be another number."""
    with pytest.raises(OverflowError):
        smallest([1 << 32])


def test_a_table_knows_the_words_it_keeps() -> None:
    """One that is not kept has no number."""
    table = pack({"a": 300, "b": -2})
    assert (300, -2, None) == (table.get("a"), table.get("b"), table.get("c"))
    assert pack({}).get("a") is None


def test_summands_are_added_up() -> None:
    """A word that is not kept counts nothing; one given twice counts twice."""
    assert 198 == pack_summands({100: "a", -2: "b"}).total(["a", "b", "c", "a"])
    assert 0 == pack_summands({}).total(["a"])


@pytest.mark.parametrize("count", [1, 31, 32, 500, 20_000])
def test_each_of_many_summands_is_found(count: int) -> None:
    """However many there are; of strange words fewer than one in five hundred passes for one."""
    words = [f"word_{n}" for n in range(count)]
    kept = pack_summands({n + 1: " ".join(words[n::100]) for n in range(100)})
    assert [n % 100 + 1 for n in range(count)] == [kept.total([word]) for word in words]
    strange = sum(kept.total([f"other_{n}"]) > 0 for n in range(20_000))
    assert strange < 40


def test_a_phrase_is_kept_for_a_word() -> None:
    """It may have one word, several or none."""
    kept = pack_phrases({"wanna": ["want", "to"], "u": ["you"], "uh": [], "gonna": ["want", "to"]})
    words = ("wanna", "u", "uh", "gonna", "want")
    assert [("want", "to"), ("you",), (), ("want", "to"), None] == [kept.get(w) for w in words]


def test_a_word_has_its_own_list() -> None:
    """Neither a part of a phrase nor a beginning of a word is a word."""
    found = [LEXICON.of(word) for word in ("no", "suicide", "end", "su", "out")]
    assert [[2, 4], [300], None, None, None] == [n if n is None else list(n) for n in found]


def test_equal_lists_are_kept_once() -> None:
    """However they are ordered."""
    assert 1 == list(LEXICON.items).count(4)


def test_beginnings_are_found_from_the_shortest_on() -> None:
    """A word may begin in several ways, or be no longer than its beginning."""
    words = ("suicidal", "su", "s", "unsure")
    found = [[list(numbers) for numbers in LEXICON.beginnings(word)] for word in words]
    assert [[[7], [6]], [[7]], [], []] == found


def test_phrases_are_found_wherever_they_stand() -> None:
    """A shorter phrase is found inside a longer one, and an empty list is a list."""
    assert [(1, 2, [3]), (3, 2, [])] == phrases("i", "no", "way", "no", "end")
    assert [(0, 2, [3]), (0, 5, [5])] == phrases("no", "way", "out", "of", "here")


def test_a_phrase_ends_with_the_row() -> None:
    """What is cut off is not there."""
    assert [(0, 2, [3])] == phrases("no", "way", "out", "of")
    assert [] == phrases("no") == phrases() == phrases("no", "way", lexicon=Lexicon())


def test_rules_come_out_as_they_went_in() -> None:
    """In their order, with everything a step asks for, once all their elements are there."""
    step, last = Step(gap=300, after_not=True, is_not=True), Step(last=True)
    rules = [
        Rule(
            ((0, step), (2, Step(forbids=1, starts_clause=True, last=True))),
            IDIOM,
            Tier.PAUSE,
            True,
        ),
        Rule(((2, last), (0, Step(ends_clause=True, last=True))), "worry", Tier.GENTLE, False),
        Rule(((1, last),), "story", Tier.PAUSE, False),
    ]
    packed = pack_rules(rules, rarity=[5, 1, 9])
    assert rules[:2] == packed.reached({0, 2})
    assert rules == packed.reached({0, 1, 2})
    assert rules[2:] == packed.reached({1, 2})
    assert [] == packed.reached({0})
