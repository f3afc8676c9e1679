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
from bot.flows.packing import mark
from bot.flows.weights import DENIED, FIRST, SAID, Weights, pair, single

REACH = 7
"""Words a pair of concepts lies apart at the most."""

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
    row = tuple(stem(word, concepts.endings) for word in words.words)
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
    kinds: set[int] = set()
    for at in range(start, end):
        word = row[at]
        said.add(word)
        if negated >> at & 1:
            said.add("!" + word)
            found.update(single(DENIED, concept, count) for concept in meant[at])
        found.update(single(SAID, concept, count) for concept in meant[at])
        if hard >> at & 1:
            found.update(single(FIRST, concept, count) for concept in meant[at])
        if at == start or words.soft >> at & 1:
            said.add("^" + word)
        kinds.update(meant[at])
        for after in range(at + 1, min(at + REACH + 1, end)):
            if hard >> after & 1:
                break
            if after == at + 1:
                said.add(f"{word} {row[after]}")
            for one in meant[at]:
                found.update(pair(one, other, count) for other in meant[after])
    return Features(frozenset(found), frozenset(said), frozenset(kinds))


def score(part: Features, weights: Weights) -> float:
    """Give how much a part speaks of danger; the thresholds of `weights` say what that means."""
    found = weights.start + sum(map(weights.concepts.__getitem__, part.concepts))
    for word in part.words:
        found += weights.words.get(mark(word)) or 0
    return found / weights.scale


def kind(part: Features, weights: Weights) -> str:
    """Give the category the concepts of a part speak of most."""
    size = len(CATEGORIES)
    sums = [0] * size
    for concept in part.kinds:
        for at in range(size):
            sums[at] += weights.kinds[concept * size + at]
    return CATEGORIES[max(range(size), key=sums.__getitem__)]
