"""Weighing a text as a whole, for dangers that are told in words no rule foresaw.

Owns which features a text has: its words, the concepts they stand for, and which concept comes
before which in a sentence. A score is the sum of their weights. Does no I/O, keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.engine.normalising import Words
from bot.flows.concepts import Concepts, Set, stem
from bot.flows.danger_rules import CATEGORIES
from bot.flows.weights import DENIED, FIRST, SAID, Weights, pair, single

REACH = 7
"""Words a pair of concepts lies apart at the most."""

_REACHED = 1 << REACH

WINDOW = 48
"""Words weighed together at the most: a longer text is weighed in parts, so that one sentence
does not drown among many others."""


@dataclass(frozen=True, slots=True)
class Features:
    """What a part of a text consists of: places among the weights of concepts; words without
    their endings, denied (`!`), first of a clause (`^`) and two in a row; the concepts in it."""

    concepts: frozenset[int]
    words: frozenset[str]
    kinds: frozenset[int]


def features(words: Words, negated: int, concepts: Concepts) -> Iterator[Features]:
    """Give the features of each part of a text. Bit i of `negated` tells that word i is denied."""
    stems = {word: stem(word, concepts.endings) for word in set(words.words)}
    row = tuple(map(stems.__getitem__, words.words))
    meant = concepts.at(words.words)
    for start in range(0, len(row), WINDOW):
        yield _part(words, row, negated, meant, len(concepts.names), start)


def _part(
    words: Words, row: tuple[str, ...], negated: int, meant: list[Set], count: int, start: int
) -> Features:
    hard = words.hard
    end = min(start + WINDOW, len(row))
    found: set[int] = set()
    said: set[str] = set()
    for at in range(start, end):
        word, here = row[at], meant[at]
        said.add(word)
        if negated >> at & 1:
            said.add("!" + word)
            found.update([single(DENIED, concept, count) for concept in here])
        if hard >> at & 1:
            found.update([single(FIRST, concept, count) for concept in here])
        if at == start or words.soft >> at & 1:
            said.add("^" + word)
        # What follows, to the lowest bit: where a sentence starts, or REACH is spent.
        ahead = hard >> (at + 1) & _REACHED - 1 | _REACHED
        stop = min(at + (ahead & -ahead).bit_length(), end)
        if stop > at + 1:
            said.add(f"{word} {row[at + 1]}")
        if here:
            later = set[int]().union(*meant[at + 1 : stop])
            for concept in here:
                first = pair(concept, 0, count)
                found.update([first + other for other in later])
    kinds = frozenset[int]().union(*meant[start:end])
    found.update([single(SAID, concept, count) for concept in kinds])
    return Features(frozenset(found), frozenset(said), kinds)


def score(part: Features, weights: Weights) -> float:
    """Give how much a part speaks of danger; the thresholds of `weights` say what that means."""
    found = weights.start + sum(map(weights.concepts.__getitem__, part.concepts))
    return (found + weights.words.total(part.words)) / weights.scale


def kind(part: Features, weights: Weights) -> str:
    """Give the category the concepts of a part speak of most."""
    size = len(CATEGORIES)
    sums = [0] * size
    for concept in part.kinds:
        for at in range(size):
            sums[at] += weights.kinds[concept * size + at]
    return CATEGORIES[max(range(size), key=sums.__getitem__)]
