"""Learning the weights of `content/<language>/weights.yaml` from the invented messages.

Owns which messages are learnt from (never the blind ones), how weights are fitted, and the file's
text. `python tests/safety/learning.py` prints what a text left out of the learning would have met;
with `--write` it writes the files. Nothing is drawn by chance that a seed does not fix: the same
messages give the same files.
"""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measuring import CONTENT, Message, Share, learnt, rules

from bot.engine import safety, weighing
from bot.engine.normalising import words_of
from bot.flows import concepts, weights
from bot.flows.concepts import Concepts
from bot.flows.danger_rules import CATEGORIES, LanguageRules

LEAST = 3
"""Messages a feature has to be in: what only one or two people wrote says nothing of a third."""

COST = 0.01
"""What a message on the wrong side costs against large weights (the C of a linear machine)."""

SMALLEST = 0.012
"""Weights smaller than this are left out: they fill the file and change no verdict."""

ROUNDS = 40
FOLDS = 5
STRETCH = 60
"""Neighbouring messages that go into one fold together."""

LARGEST = 127
"""The largest weight of the file: one byte with its sign."""

THRESHOLDS = {"pause": 0.6, "gentle": 0.3, "doubt": -0.6}


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights by feature, and the score of an empty text."""

    weights: Mapping[str, float]
    start: float

    def score(self, features: Iterable[str]) -> float:
        """Give the score of a text."""
        return self.start + sum(self.weights.get(feature, 0.0) for feature in features)


def fit(rows: Sequence[frozenset[str]], dangers: Sequence[bool], cost: float = COST) -> Fitted:
    """Fit a linear support vector machine with squared hinge loss by dual coordinate descent
    (Hsieh, Chang, Lin, Keerthi, Sundararajan 2008, algorithm 1)."""
    counts = Counter(feature for row in rows for feature in row)
    names = sorted(feature for feature, count in counts.items() if count >= LEAST)
    places = {name: place for place, name in enumerate(names)}
    known = [sorted(places[feature] for feature in row if feature in places) for row in rows]
    fitted, start = [0.0] * len(names), 0.0
    given, slack = [0.0] * len(rows), 1 / (2 * cost)
    order = list(range(len(rows)))
    rng = random.Random(1)
    for _ in range(ROUNDS):
        rng.shuffle(order)
        moved = 0.0
        for at in order:
            row, side = known[at], 1.0 if dangers[at] else -1.0
            wrong = side * (start + sum(map(fitted.__getitem__, row))) - 1 + slack * given[at]
            now = max(given[at] - wrong / (len(row) + 1 + slack), 0.0)
            step, given[at] = (now - given[at]) * side, now
            if step:
                moved = max(moved, abs(step))
                start += step
                for place in row:
                    fitted[place] += step
        if moved < 1e-4:
            break
    return Fitted(dict(zip(names, fitted, strict=True)), start)


def features(text: str, language: LanguageRules, known: Concepts) -> frozenset[str]:
    """Give the names of a text's features; a long text's parts are taken together."""
    words = words_of(text, language)
    denied, _ = safety.negated(words, language.negation)
    found: set[str] = set()
    count = len(known.names)
    for part in weighing.features(words, denied, known):
        for place in part.concepts:
            row, concept = divmod(place, count)
            first = str(row) if row <= weights.FIRST else known.names[row - weights.FIRST - 1]
            found.add(f"{first}>{known.names[concept]}")
        found.update(word.replace(" ", "_") for word in part.words)
    return frozenset(found)


def kinds(
    messages: Sequence[Message], language: LanguageRules, known: Concepts
) -> dict[str, dict[str, int]]:
    """Give for each concept which dangers it speaks of, as far as it is from their usual share:
    ten times the logarithm of how much more often it occurs there."""
    count = {category: Counter[str]() for category in CATEGORIES}
    size = Counter(m.category for m in messages if m.crisis)
    for message in messages:
        if message.crisis and message.category:
            row = words_of(message.text, language).words
            meant = {known.names[concept] for held in known.at(row) for concept in held}
            count[message.category].update(meant)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for concept in known.names:
        mean = (sum(count[c][concept] for c in CATEGORIES) + 1) / (sum(size.values()) + 20)
        for category in CATEGORIES:
            share = (count[category][concept] + 20 * mean) / (size[category] + 20)
            weight = round(10 * log(share / mean))
            if weight:
                found[concept][category] = max(-LARGEST, min(LARGEST, weight))
    return found


def written(language: str, fitted: Fitted, spoken: Mapping[str, Mapping[str, int]]) -> str:
    """Give the text of `weights.yaml`."""
    scale = int(LARGEST / max(map(abs, fitted.weights.values())))
    kept = {f: round(w * scale) for f, w in fitted.weights.items() if abs(w) >= SMALLEST}
    alone: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    pairs: dict[str, list[str]] = defaultdict(list)
    words: dict[int, list[str]] = defaultdict(list)
    for feature, number in sorted(kept.items()):
        first, sign, second = feature.rpartition(">")
        if not sign:
            words[number].append(feature)
        elif first.isdigit():
            alone[second][int(first)] = number
        else:
            pairs[first].append(f"{second} {number}")
    lines = [
        "# Learnt from the invented messages of tests/safety/messages.",
        "# `python tests/safety/learning.py --write` writes this file; edit the messages or",
        "# concepts.yaml, never these numbers.",
        f"weights: {language}",
        f"scale: {scale}",
        f"start: {round(fitted.start * scale)}",
        *(f"{name}: {value}" for name, value in THRESHOLDS.items()),
        "concepts:",
        *(f"  {c}: {' '.join(map(str, numbers))}" for c, numbers in sorted(alone.items())),
        "pairs:",
        *(line for first in sorted(pairs) for line in _block(first, pairs[first])),
        "words:",
        *(line for number in sorted(words) for line in _block(f'"{number}"', words[number])),
        "kinds:",
        *(
            line
            for concept in sorted(spoken)
            for line in _block(concept, [f"{c} {n}" for c, n in spoken[concept].items()])
        ),
    ]
    return "\n".join(lines) + "\n"


def _block(key: str, entries: Sequence[str]) -> list[str]:
    lines, line = [f"  {key}: >-"], ""
    for entry in entries:
        if line and len(line) + len(entry) > 100:
            lines.append(f"    {line}")
            line = ""
        line = f"{line} {entry}".lstrip()
    return [*lines, f"    {line}"]


def _read(language: str) -> tuple[list[Message], list[frozenset[str]]]:
    own, known = rules().languages[language], _known(language)
    given = list(learnt(language))
    return given, [features(message.text, own, known) for message in given]


def _known(language: str) -> Concepts:
    spelling = rules().languages[language].spelling
    text = (CONTENT / language / concepts.FILE).read_text(encoding="utf-8")
    return concepts.read_concepts(text, spelling.forms, spelling.fillers)


def write(language: str) -> None:
    """Learn from all messages of a language and write its file."""
    given, rows = _read(language)
    own, known = rules().languages[language], _known(language)
    fitted = fit(rows, [message.crisis for message in given])
    path = CONTENT / language / weights.FILE
    path.write_text(written(language, fitted, kinds(given, own, known)), encoding="utf-8")


def left_out(language: str) -> None:
    """Print what messages met that were left out of the learning, a fifth of them at a time.

    Neighbours in a file were written in one go, so that a fold is made of whole stretches.
    """
    given, rows = _read(language)
    folds = [at // STRETCH % FOLDS for at in range(len(given))]
    scores = [0.0] * len(given)
    for fold in range(FOLDS):
        inside = [at for at, own in enumerate(folds) if own != fold]
        fitted = fit([rows[at] for at in inside], [given[at].crisis for at in inside])
        for at, own in enumerate(folds):
            if own == fold:
                scores[at] = fitted.score(rows[at])
    for gentle in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8):
        shares = {}
        for kind in ("explicit", "implicit", "ordinary", "emotional", "idiom", "negated", "past"):
            of = [at for at, m in enumerate(given) if m.kind == kind]
            hits = sum(scores[at] >= gentle for at in of)
            shares[kind] = f"{Share(hits, len(of)).value:.1%}"
        print(language, gentle, shares)


if __name__ == "__main__":
    named = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    for chosen in named or sorted(rules().languages):
        left_out(chosen)
        if "--write" in sys.argv:
            write(chosen)
