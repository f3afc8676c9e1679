"""The rules by which danger is recognised, as values ready for matching.

Owns what a rule is: classes of words, steps with gaps, guards, and the index from a word to the
elements it belongs to; with them what else a language brings along, its concepts and weights.
Knows nothing of YAML (the reader does) or of how a text is matched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.flows.concepts import Concepts
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


@dataclass(frozen=True, slots=True)
class Move:
    """One element of a pattern, after at most `gap` other words.

    `element` is a number of the index. `after_not` means that a negator of the pattern's own comes
    earlier or here, so that being negated is part of what is looked for; `is_not` that this element
    is the first of them. `forbids` is an element
    that may not stand right before. `first` asks for the start of a clause.
    """

    element: int
    gap: int = 0
    after_not: bool = False
    is_not: bool = False
    forbids: int | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """Moves in order within one sentence. `last` asks for the end of a clause after them.

    `own` tells that the pattern itself names the writer (I, me, my, myself).
    """

    moves: tuple[Move, ...]
    last: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Every pattern of `parts` somewhere in the text. `key` is the rarest element of it:
    where that is missing, nothing else has to be looked at."""

    parts: tuple[Pattern, ...]
    key: int
    tier: Tier = Tier.PAUSE
    category: str = ""

    @property
    def own(self) -> bool:
        """Whether any part names the writer."""
        return any(part.own for part in self.parts)


@dataclass(frozen=True, slots=True)
class Negation:
    """What denies, how many words on it reaches, and what ends or spares it.

    `not_meant` maps the first two words of a phrase that denies nothing to what follows them.
    """

    words: frozenset[str] = frozenset()
    reach: int = 6
    not_meant: Mapping[tuple[str, str], tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    ends_at: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    bridges: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Spelling:
    """How people write: short forms, emoji, words to read past, words known by a near miss.

    `near` maps a word with one letter taken out to the whole words it may stand for;
    `known` holds the words, beyond those of the index, that are never mended.
    """

    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    emoji: Mapping[int, str] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Index:
    """From words to elements: single words, beginnings of words, and phrases by first word."""

    words: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    prefixes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    prefix_lengths: tuple[int, ...] = ()
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]] = field(
        default_factory=dict
    )


@dataclass(frozen=True, slots=True, eq=False)
class LanguageRules:
    """Everything of one language. `rules` are in the order in which they win; `by_key` gives, for
    an element, the places in `rules` of those that need it. `weights` of `concepts` are for what
    no rule foresaw; a language may be without them."""

    language: str
    spelling: Spelling
    negation: Negation
    index: Index
    idioms: tuple[Rule, ...]
    guards: Mapping[str, tuple[Rule, ...]]
    rules: tuple[Rule, ...]
    by_key: Mapping[int, tuple[int, ...]]
    concepts: Concepts = field(default_factory=Concepts)
    weights: Weights | None = None

    def known(self, word: str) -> bool:
        """Whether the rules know this word, so that it is no misspelling of another."""
        return (
            word in self.index.words
            or word in self.spelling.known
            or word in self.index.phrases
            or any(word[:n] in self.index.prefixes for n in self.index.prefix_lengths)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The rules of every language, by its code."""

    languages: Mapping[str, LanguageRules] = field(default_factory=dict)
