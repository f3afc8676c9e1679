"""The rules by which danger is recognised, as values ready for matching.

Owns what a rule is: elements with gaps, in parts; how the thousands of them are kept in little
memory; and what else a language brings along, its spelling, concepts and weights.
Knows nothing of YAML (the reader does) or of how a text is matched.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate, chain
from typing import NamedTuple

from bot.flows.concepts import Concepts
from bot.flows.packing import Lexicon, Phrases, smallest
from bot.flows.weights import Weights


class Tier(StrEnum):
    """How Ajar answers: `pause` stops everything and shows help; `gentle` asks one question."""

    PAUSE = "pause"
    GENTLE = "gentle"


CATEGORIES = (
    "overdose",
    "child-danger",
    "sexual-abuse",
    "partner-violence",
    "harm-others",
    "suicidal-active",
    "self-harm",
    "eating",
    "worry",
    "suicidal-passive",
)
"""Every kind of danger; where several fit a text within one tier, the first one here is named."""

GUARDS = ("past", "recovered", "story", "quoted", "work", "trivial", "laughing")
"""Sets of patterns that take the danger out of a match; what each does is in `engine.safety`."""

IDIOM = "idiom"
"""What a rule is for that takes its words out of the text."""


class Step(NamedTuple):
    """How an element of a pattern follows the one before, after at most `gap` other words.

    `after_not` means that a negator of the pattern's own comes earlier or here, so that being
    negated is part of what is looked for; `is_not` that this element is the first of them.
    `forbids` is an element that may not stand right before; `starts_clause` and `ends_clause` ask
    for the start or end of a clause here. `last` tells that the pattern ends here.
    """

    gap: int = 0
    after_not: bool = False
    is_not: bool = False
    forbids: int | None = None
    starts_clause: bool = False
    ends_clause: bool = False
    last: bool = False


Move = tuple[int, Step]
"""An element, which is a number of the index, and the step to it."""


class Rule(NamedTuple):
    """One or more patterns, each somewhere in the text with its moves in order in one sentence.

    `purpose` is IDIOM, a guard, or the category of danger, which alone has a tier. `own` tells that
    a pattern names the writer (I, me, my).
    """

    moves: tuple[Move, ...]
    purpose: str
    tier: Tier
    own: bool


@dataclass(frozen=True, slots=True, eq=False)
class PackedRules:
    """Rules as numbers, one after another, in the order in which they win.

    Each is the count of its elements, the elements in order, the place in `sorts` of its purpose,
    tier and `own`, and for each element the place in `steps`. A rule is filed under the rarest of
    its elements, without which nothing else has to be looked at: the places in `numbers` of those
    under element e are in `filed` from `begins[e]` to `begins[e + 1]`.
    """

    numbers: array[int]
    sorts: tuple[tuple[str, Tier, bool], ...]
    steps: tuple[Step, ...]
    begins: array[int]
    filed: array[int]

    def reached(self, present: set[int]) -> list[Rule]:
        """Give, in order, the rules whose every element is among those of a text."""
        begins, filed, numbers = self.begins, self.filed, self.numbers
        found: list[int] = []
        for element in present:
            begin, end = begins[element], begins[element + 1]
            if begin != end:
                found += filed[begin:end]
        found.sort()
        return [
            self._at(place)
            for place in found
            if present.issuperset(numbers[place + 1 : place + 1 + numbers[place]])
        ]

    def _at(self, place: int) -> Rule:
        count = self.numbers[place]
        elements = self.numbers[place + 1 : place + 1 + count]
        sort, *steps = self.numbers[place + 1 + count : place + 2 + 2 * count]
        moves = zip(elements, map(self.steps.__getitem__, steps), strict=True)
        return Rule(tuple(moves), *self.sorts[sort])


def pack_rules(rules: Sequence[Rule], rarity: Sequence[int]) -> PackedRules:
    """Pack rules in the order in which they win. `rarity` tells how common each element is."""
    numbers: list[int] = []
    sorts: dict[tuple[str, Tier, bool], int] = {}
    steps: dict[Step, int] = {}
    filed: list[list[int]] = [[] for _ in rarity]
    for moves, purpose, tier, own in rules:
        elements = [element for element, _ in moves]
        filed[min(elements, key=rarity.__getitem__)].append(len(numbers))
        sort = sorts.setdefault((purpose, tier, own), len(sorts))
        numbers += (len(elements), *elements, sort)
        numbers += (steps.setdefault(step, len(steps)) for _, step in moves)
    begins = (0, *accumulate(map(len, filed)))
    return PackedRules(
        smallest(numbers), tuple(sorts), tuple(steps), smallest(begins), smallest([*chain(*filed)])
    )


@dataclass(frozen=True, slots=True)
class Negation:
    """What denies, how many words on it reaches, and what ends or spares it.

    `not_meant` holds the phrases that deny nothing.
    """

    words: frozenset[str] = frozenset()
    reach: int = 6
    not_meant: Lexicon = field(default_factory=Lexicon)
    ends_at: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    bridges: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Spelling:
    """How people write: short forms, emoji, words to read past, words known by a near miss.

    `near` holds, by their first letter, the words that others may be a slip of.
    """

    forms: Phrases = field(default_factory=Phrases)
    emoji: Mapping[int, str] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class LanguageRules:
    """Everything of one language. `index` gives the elements a word, beginning or phrase belongs
    to: none for a word that is known for what it is, and no misspelling, and no more.
    `weights` of `concepts` are for what no rule foresaw; a language may be without them."""

    language: str
    spelling: Spelling
    negation: Negation
    index: Lexicon
    rules: PackedRules
    concepts: Concepts = field(default_factory=Concepts)
    weights: Weights | None = None

    def known(self, word: str) -> bool:
        """Whether the rules know this word, so that it is no misspelling of another."""
        return self.index.of(word) is not None or bool(self.index.beginnings(word))


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The rules of every language, by its code."""

    languages: Mapping[str, LanguageRules] = field(default_factory=dict)
