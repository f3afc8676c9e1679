"""Weights that were learnt from messages, for what no rule foresaw: read from `weights.yaml`.

Owns the file's form, and how weights are kept: one byte for each pair of concepts, a few for each
word. Knows nothing of any text a person writes. `tests/safety/learning.py` writes the file.

    scale: 100                  a weight of 100 in the file counts 1
    start: -150                 the score of an empty text, in the same units
    pause: 2.0                  from this score on, everything stops
    gentle: 0.8                 from this score on, one question is asked
    doubt: -1.0                 below this score, what a rule found is let go
    concepts: {pill: 12 -3 4}   said; denied; at the start of a sentence
    pairs: {me: die 40 kill 38} the first before the second in one sentence
    words: {"12": a_b c}        by weight: words, `_` joins neighbours, `!` is denied
    kinds: {pill: overdose 30}  which danger a concept speaks of
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from bot.errors import ContentError
from bot.flows.packing import Table, pack

FILE = "weights.yaml"

SAID, DENIED, FIRST = range(3)
"""Rows of single concepts: said, denied, at the start of a sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What each feature of a text counts, in units of `1 / scale`.

    `concepts` holds a byte for each feature of concepts at the place `engine.weighing` gives it;
    `words` one number a word; `kinds` a byte for each concept and category.
    """

    scale: int = 1
    start: int = 0
    pause: float = 0.0
    gentle: float = 0.0
    doubt: float = 0.0
    concepts: array[int] = field(default_factory=lambda: array("b"))
    words: Table = field(default_factory=Table)
    kinds: array[int] = field(default_factory=lambda: array("b"))


def single(row: int, concept: int, count: int) -> int:
    """Give the place of a concept by itself among `count`; `row` is SAID, DENIED or FIRST."""
    return row * count + concept


def pair(first: int, second: int, count: int) -> int:
    """Give the place of one concept before another in a sentence."""
    return (3 + first) * count + second


def read_weights(
    text: str, names: Sequence[str], categories: Sequence[str], name: str = FILE
) -> Weights:
    """Read the weights of concepts `names`; a concept the language does not have is left out.

    Raises `ContentError` naming the file and what is wrong.
    """
    try:
        data = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - builds only text, lists, maps
        places = {concept: place for place, concept in enumerate(names)}
        return Weights(
            int(data["scale"]),
            int(data["start"]),
            float(data["pause"]),
            float(data["gentle"]),
            float(data["doubt"]),
            _concepts(data["concepts"], data["pairs"], places),
            pack(
                {w.replace("_", " "): int(n) for n, ws in data["words"].items() for w in ws.split()}
            ),
            _kinds(data["kinds"], places, categories),
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        wrong = (
            f"{name}: this is not what `tests/safety/learning.py` writes; let it write it again."
        )
        raise ContentError(wrong) from error


def _concepts(
    alone: Mapping[str, str], pairs: Mapping[str, str], places: Mapping[str, int]
) -> array[int]:
    count = len(places)
    found = array("b", bytes((3 + count) * count))
    for concept, line in alone.items():
        if concept in places:
            for row, number in enumerate(line.split()):
                found[single(row, places[concept], count)] = int(number)
    for first, line in pairs.items():
        given = line.split()
        for second, number in zip(given[::2], given[1::2], strict=True):
            if first in places and second in places:
                found[pair(places[first], places[second], count)] = int(number)
    return found


def _words(given: Mapping[str, str]) -> Table:
    return pack({w.replace("_", " "): int(n) for n, line in given.items() for w in line.split()})


def _kinds(
    given: Mapping[str, str], places: Mapping[str, int], categories: Sequence[str]
) -> array[int]:
    found = array("b", bytes(len(places) * len(categories)))
    for concept, line in given.items():
        if concept in places:
            for kind, number in zip(line.split()[::2], line.split()[1::2], strict=True):
                found[places[concept] * len(categories) + categories.index(kind)] = int(number)
    return found
