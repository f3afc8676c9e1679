"""Weights that were learnt from messages, for what no rule foresaw: read from `weights.yaml`.

Owns the file's form, and how weights are kept: one byte for each pair of concepts, a few for each
word. Knows nothing of any text a person writes. `tests/safety/learning.py` writes the file.

    scale: 100                     a weight of 100 in the file counts 1
    pause: 0.5                     from this score on, everything stops
    gentle: {en: 0.1}              from this score on, one question is asked; below it, nothing
    ruled: {en: 0.0}               from this score on, what a rule would stop for is stopped for
    start: {en: -150}              the score of an empty text in a language
    rules: {pause: 40, gentle: 8}  what it counts that a rule found something
    concepts: {pill: 12 -3 4}      said; denied; at the start of a sentence; every concept is here
    pairs: {me: die 40 kill 38}    the first before the second in one sentence
    words: {en: {"12": a_b c}}     by weight; `_` joins neighbours, `.` is any word, `!` denied
    kinds:                         which danger a text speaks of: the highest of these sums
      start: {overdose: -40}       that of an empty text
      concepts: {pill: overdose 30}
      words: {en: {overdose: {"12": a b}}}

What concepts weigh is the same in every language, so that each learns from the others.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from bot.errors import ContentError
from bot.flows.packing import Summands, pack_summands

FILE = "weights.yaml"

SAID, DENIED, FIRST = range(3)
"""Rows of single concepts: said, denied, at the start of a sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """How much a text speaks of each category of danger: sums to be held against each other.

    `start` is that of an empty text, `concepts` holds a byte for each concept and category, and
    `words` the numbers of words, category by category.
    """

    start: tuple[int, ...]
    concepts: array[int]
    words: tuple[Summands, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What each feature of a text in one language counts, in units of `1 / scale`.

    `rules` tells what it counts that a rule found something, by tier. `concepts` holds a byte for
    each feature of the concepts `names` at the place that `single` and `pair` give it; `words` one
    number a word. Languages share all but their words.
    """

    scale: int
    start: int
    pause: float
    gentle: float
    ruled: float
    rules: Mapping[str, int]
    names: tuple[str, ...]
    concepts: array[int]
    words: Summands
    kinds: Kinds


def single(row: int, concept: int, count: int) -> int:
    """Give the place of a concept by itself among `count`; `row` is SAID, DENIED or FIRST."""
    return row * count + concept


def pair(first: int, second: int, count: int) -> int:
    """Give the place of one concept before another in a sentence."""
    return (3 + first) * count + second


def read_weights(text: str, categories: Sequence[str], name: str = FILE) -> dict[str, Weights]:
    """Read the weights of every language there is.

    Raises `ContentError` naming the file and what is wrong.
    """
    try:
        data = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - builds only text, lists, maps
        names = tuple(data["concepts"])
        places = {concept: place for place, concept in enumerate(names)}
        rules = {tier: int(data["rules"][tier]) for tier in ("pause", "gentle")}
        concepts = _concepts(data["concepts"], data["pairs"], places)
        given = data["kinds"]
        kinds_start = tuple(int(given["start"].get(category, 0)) for category in categories)
        kinds = _kinds(given["concepts"], places, categories)
        return {
            language: Weights(
                int(data["scale"]),
                int(data["start"][language]),
                float(data["pause"]),
                float(data["gentle"][language]),
                float(data["ruled"][language]),
                rules,
                names,
                concepts,
                _summands(words),
                Kinds(
                    kinds_start,
                    kinds,
                    tuple(
                        _summands(given["words"].get(language, {}).get(category, {}))
                        for category in categories
                    ),
                ),
            )
            for language, words in data["words"].items()
        }
    except (yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError) as error:
        wrong = "this is not what `tests/safety/learning.py` writes; let it write it again"
        raise ContentError(f"{name}: {wrong}.") from error


def _concepts(
    alone: Mapping[str, str], pairs: Mapping[str, str], places: Mapping[str, int]
) -> array[int]:
    count = len(places)
    found = array("b", bytes((3 + count) * count))
    for concept, line in alone.items():
        for row, number in enumerate(line.split()):
            found[single(row, places[concept], count)] = int(number)
    for first, line in pairs.items():
        for second, number in _two_by_two(line):
            found[pair(places[first], places[second], count)] = int(number)
    return found


def _kinds(
    given: Mapping[str, str], places: Mapping[str, int], categories: Sequence[str]
) -> array[int]:
    found = array("b", bytes(len(places) * len(categories)))
    for concept, line in given.items():
        for kind, number in _two_by_two(line):
            found[places[concept] * len(categories) + categories.index(kind)] = int(number)
    return found


def _summands(words: Mapping[str, str]) -> Summands:
    return pack_summands({int(number): together for number, together in words.items()})


def _two_by_two(line: str) -> Iterator[tuple[str, str]]:
    given = line.split()
    return zip(given[::2], given[1::2], strict=True)
