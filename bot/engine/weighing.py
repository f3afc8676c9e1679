"""Weighing a text as a whole, for dangers that are told in words no rule foresaw.

Owns which features a text has: its words, the concepts they stand for, and which concept comes
before which in a sentence. A score is the sum of their weights. Does no I/O, keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.engine.normalising import Words
from bot.flows.concepts import Concepts, Set, stem
from bot.flows.danger_rules import CATEGORIES
from bot.flows.weights import DENIED, FIRST, SAID, Weights, pair, single

REACH = 7
"""Words a pair of concepts lies apart at the most."""

WINDOW = 48
"""Words weighed together at the most: a longer text is weighed in parts, so that one sentence
does not drown among many others."""

_REACHED, _WHOLE = 1 << REACH, (1 << WINDOW) - 1


@dataclass(frozen=True, slots=True)
class Features:
    """What a part of a text consists of: places among the weights of concepts; words without
    their endings, denied (`!`), first of a clause (`^`), two and three in a row (joined by `_`),
    and two with any one between (`.`); the concepts in it."""

    concepts: frozenset[int]
    words: frozenset[str]
    kinds: frozenset[int]


def features(words: Words, negated: int, concepts: Concepts) -> Iterator[Features]:
    """Give the features of each part of a text. Bit i of `negated` tells that word i is denied."""
    stems = {word: stem(word, concepts.endings) for word in set(words.words)}
    row = tuple(map(stems.__getitem__, words.words))
    meant = concepts.at(words.words)
    for start in range(0, len(row), WINDOW):
        part = slice(start, start + WINDOW)
        hard, soft, denied = (bits >> start & _WHOLE for bits in (words.hard, words.soft, negated))
        yield Features(
            _singles(meant[part], hard, denied, len(concepts.names)),
            _words(row[part], hard, soft, denied),
            frozenset[int]().union(*meant[part]),
        )


def _words(row: tuple[str, ...], hard: int, soft: int, denied: int) -> frozenset[str]:
    said = set(row)
    two = ""
    for at, (one, other) in enumerate(pairwise(row), 1):
        if hard >> at & 1:
            two = ""
            continue
        if two:
            said.add(f"{two}_{other}")
            said.add(f"{row[at - 2]}_._{other}")
        two = f"{one}_{other}"
        said.add(two)
    if denied:
        said.update(["!" + word for at, word in enumerate(row) if denied >> at & 1])
    soft |= 1
    said.update(["^" + word for at, word in enumerate(row) if soft >> at & 1])
    return frozenset(said)


def _singles(meant: list[Set], hard: int, denied: int, count: int) -> frozenset[int]:
    found: set[int] = set()
    for at, here in enumerate(meant):
        if not here:
            continue
        found.update([single(SAID, concept, count) for concept in here])
        if denied >> at & 1:
            found.update([single(DENIED, concept, count) for concept in here])
        if hard >> at & 1:
            found.update([single(FIRST, concept, count) for concept in here])
        # What follows, to the lowest bit: where a sentence starts, or REACH is spent.
        ahead = hard >> (at + 1) | _REACHED
        later = set[int]().union(*meant[at + 1 : at + (ahead & -ahead).bit_length()])
        for concept in here:
            first = pair(concept, 0, count)
            found.update([first + other for other in later])
    return frozenset(found)


def score(part: Features, weights: Weights) -> float:
    """Give how much a part speaks of danger; the thresholds of `weights` say what that means."""
    found = weights.start + sum(map(weights.concepts.__getitem__, part.concepts))
    return (found + weights.words.total(part.words)) / weights.scale


def kind(part: Features, weights: Weights) -> str:
    """Give the category that the words and concepts of a part speak of most."""
    kinds, size = weights.kinds, len(CATEGORIES)
    words = [word for word in part.words if word.isalnum()]
    sums = [
        kinds.start[at]
        + sum(kinds.concepts[concept * size + at] for concept in part.kinds)
        + kinds.words[at].total(words)
        for at in range(size)
    ]
    return CATEGORIES[max(range(size), key=sums.__getitem__)]
