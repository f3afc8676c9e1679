"""Learning the weights of `content/weights.yaml` from the invented messages.

Owns which messages are learnt from (never the blind ones), how weights are fitted, and the file's
text. With the project on the path, `python tests/safety/learning.py` prints what messages left out
of the learning would have met, and with `--write` writes the file. Nothing is drawn by chance that
a seed does not fix: the same messages give the same file.

The weights of concepts are shared by all languages, so that each learns from the messages of the
others; those of words are each language's own.
"""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measuring import CONTENT, Message, Share, learnt, unruled

from bot.engine import safety, weighing
from bot.engine.normalising import words_of
from bot.flows import weights
from bot.flows.danger_rules import CATEGORIES, LanguageRules, Tier
from bot.flows.library import MASTER
from bot.flows.loading import read_content
from bot.flows.recognising import concepts_of, rules_alone

LEAST = 3
"""Messages a feature has to be in: what only one or two people wrote says nothing of a third."""

COST, KIND_COST = 0.02, 0.03
"""What a message on the wrong side costs against large weights (the C of a linear machine): for
whether it is danger, and for which danger it is."""

SMALLEST, KIND_SMALLEST = 0.025, 0.12
"""Weights smaller than this are left out: they fill the file and change next to nothing."""

OFFERED = 8
"""How often each of Ajar's own answers counts among the messages without danger."""

LARGEST = 127
"""The largest weight of the file: one byte with its sign."""

ROUNDS = 40
FOLDS = 5
STRETCH = 60
"""Neighbouring messages that are left out together: they were written in one go."""

GENTLE = {"de": -0.18, "en": 0.15, "es": -0.16}
"""The score from which a question is asked. Spanish and German have fewer messages to learn from
and more alarms are allowed there, so that no more danger is missed than has to be."""

PAUSE = 0.5
"""The score from which everything stops."""

LESS = 0.1
"""How much less than for a question will do where a rule would stop."""

Row = frozenset[str]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights by feature, and the score of an empty text."""

    weights: Mapping[str, float]
    start: float

    def score(self, row: Iterable[str]) -> float:
        """Give the score of a text."""
        return self.start + sum(self.weights.get(feature, 0.0) for feature in row)


def fit(
    rows: Sequence[Row],
    dangers: Sequence[bool],
    cost: float = COST,
    smallest: float = SMALLEST,
) -> Fitted:
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
    large = {n: w for n, w in zip(names, fitted, strict=True) if abs(w) >= smallest}
    return Fitted(large, start)


def features(text: str, language: LanguageRules) -> Row:
    """Give the names of a text's features; a long text's parts are taken together.

    `0>pill`, `1>pill`, `2>pill` are a concept said, denied and first; `me>pill` is a pair,
    `en take_pill` words of a language (`.` is any one), `en` the language itself.
    """
    words = words_of(text, language)
    denied, _ = safety.negated(words, language.negation)
    known, spoken = language.concepts, language.language
    found = {spoken}
    count = len(known.names)
    for part in weighing.features(words, denied, known):
        for place in part.concepts:
            row, concept = divmod(place, count)
            first = str(row) if row <= weights.FIRST else known.names[row - weights.FIRST - 1]
            found.add(f"{first}>{known.names[concept]}")
        found.update(f"{spoken} {word}" for word in part.words)
    return frozenset(found)


def ruled(text: str, language: LanguageRules) -> Row:
    """Give what the rules alone make of a text, as a feature: `pause`, `gentle` or nothing."""
    danger = safety.by_rules(language, text)
    return frozenset() if danger is None else frozenset({str(danger.tier)})


def offered(language: str) -> list[str]:
    """Give every answer that Ajar offers or understands in a language: typed, none is danger."""
    content, _ = read_content(CONTENT, played=False)
    master = {name: source.wording for name, source in content.flows.items()}
    own = {name: source.wording for name, source in content.wordings.get(language, {}).items()}
    texts: set[str] = set()
    for wording in (master if language == MASTER else own).values():
        for step in wording.steps.values():
            texts.update(step.labels, step.labels.values(), *step.understand.values())
    return sorted(texts)


@cache
def languages() -> Mapping[str, LanguageRules]:
    """Give the rules without weights and with their concepts, each in one place for all."""
    bare = rules_alone(CONTENT)
    names = sorted({name for own in bare.values() for name in concepts_of(CONTENT, own).names})
    return {
        language: replace(own, concepts=concepts_of(CONTENT, own, names))
        for language, own in bare.items()
    }


def read(language: str) -> tuple[list[Message], list[Row]]:
    """Give the messages learnt from and their features.

    What a rule says counts only in messages no rule was ever tried on: on the others the rules are
    better than they are.
    """
    own = languages()[language]
    given = list(learnt(language))
    rows = [
        features(m.text, own) | (ruled(m.text, own) if unruled(m) else frozenset()) for m in given
    ]
    return given, rows


def learn() -> Fitted:
    """Learn from all messages of all languages."""
    rows: list[Row] = []
    dangers: list[bool] = []
    for language, own in languages().items():
        given, found = read(language)
        harmless = [features(text, own) for text in offered(language)] * OFFERED
        rows += found + harmless
        dangers += [message.crisis for message in given] + [False] * len(harmless)
    return fit(rows, dangers)


def kinds() -> dict[str, Fitted]:
    """Learn for each category what tells it from the other dangers: concepts and single words."""
    rows: list[Row] = []
    found: list[str] = []
    for language in languages():
        for message, row in zip(*read(language), strict=True):
            if message.category:
                rows.append(frozenset(filter(_tells_kinds, row)))
                found.append(message.category)
    return {
        category: fit(rows, [one == category for one in found], KIND_COST, KIND_SMALLEST)
        for category in CATEGORIES
    }


def _tells_kinds(feature: str) -> bool:
    word = feature.partition(" ")[2]
    return word.isalnum() or feature.startswith(f"{weights.SAID}>")


def written(fitted: Fitted, spoken: Mapping[str, Fitted]) -> str:
    """Give the text of `weights.yaml`."""
    scale = int(LARGEST / max(map(abs, fitted.weights.values())))
    kept = {feature: round(weight * scale) for feature, weight in fitted.weights.items()}
    names = next(iter(languages().values())).concepts.names
    alone: dict[str, list[int]] = {name: [0, 0, 0] for name in names}
    pairs: dict[str, list[str]] = defaultdict(list)
    words: dict[str, dict[int, list[str]]] = {own: defaultdict(list) for own in languages()}
    start = {own: round(fitted.start * scale) + kept.pop(own, 0) for own in languages()}
    rule = {str(tier): kept.pop(str(tier), 0) for tier in Tier}
    for feature, number in sorted(kept.items()):
        first, sign, second = feature.partition(">")
        spoken_in, space, word = feature.partition(" ")
        if space:
            words[spoken_in][number].append(word)
        elif first.isdigit() and sign:
            alone[second][int(first)] = number
        else:
            pairs[first].append(f"{second} {number}")
    lines = [
        "# Learnt from the invented messages of tests/safety/messages; what each number counts",
        "# stands in docs/safety.md. `python tests/safety/learning.py --write` writes this file:",
        "# edit messages or concepts, never these numbers.",
        f"scale: {scale}",
        f"pause: {PAUSE}",
        f"gentle: {{{', '.join(f'{own}: {least}' for own, least in sorted(GENTLE.items()))}}}",
        f"ruled: {{{', '.join(f'{o}: {round(g - LESS, 3)}' for o, g in sorted(GENTLE.items()))}}}",
        f"start: {{{', '.join(f'{own}: {number}' for own, number in sorted(start.items()))}}}",
        f"rules: {{{', '.join(f'{tier}: {number}' for tier, number in sorted(rule.items()))}}}",
        "concepts:",
        *(f"  {concept}: {' '.join(map(str, numbers))}" for concept, numbers in alone.items()),
        "pairs:",
        *(line for first in sorted(pairs) for line in _block(first, pairs[first])),
        "words:",
    ]
    for own in sorted(words):
        lines.append(f"  {own}:")
        for number in sorted(words[own]):
            lines += _block(f'  "{number}"', words[own][number])
    lines += _kinds(spoken)
    return "\n".join(lines) + "\n"


def _kinds(spoken: Mapping[str, Fitted]) -> list[str]:
    scale = LARGEST / max(abs(w) for fitted in spoken.values() for w in fitted.weights.values())
    start = (f"{category}: {round(spoken[category].start * scale)}" for category in spoken)
    concepts: dict[str, list[str]] = defaultdict(list)
    words: dict[str, dict[str, dict[int, list[str]]]] = {own: {} for own in languages()}
    for category, fitted in spoken.items():
        for feature, weight in sorted(fitted.weights.items()):
            number = round(weight * scale)
            own, space, word = feature.partition(" ")
            if space:
                words[own].setdefault(category, defaultdict(list))[number].append(word)
            else:
                concepts[feature.partition(">")[2]].append(f"{category} {number}")
    lines = ["kinds:", f"  start: {{{', '.join(start)}}}", "  concepts:"]
    for concept in sorted(concepts):
        lines += _block(f"  {concept}", concepts[concept])
    lines.append("  words:")
    for own in sorted(words):
        lines.append(f"    {own}:")
        for category in sorted(words[own]):
            lines.append(f"      {category}:")
            for number in sorted(words[own][category]):
                lines += _block(f'      "{number}"', words[own][category][number])
    return lines


def _block(key: str, entries: Sequence[str]) -> list[str]:
    lines, line = [f"  {key}: >-"], ""
    for entry in entries:
        if line and len(line) + len(entry) > 88:
            lines.append(f"          {line}")
            line = ""
        line = f"{line} {entry}".lstrip()
    return [*lines, f"          {line}"]


def left_out() -> None:
    """Print what messages met that were left out of the learning, a fifth of them at a time."""
    given: list[Message] = []
    rows: list[Row] = []
    for language in languages():
        more, found = read(language)
        given, rows = given + more, rows + found
    scores = [0.0] * len(given)
    for fold in range(FOLDS):
        inside = [at for at in range(len(given)) if at // STRETCH % FOLDS != fold]
        fitted = fit([rows[at] for at in inside], [given[at].crisis for at in inside])
        for at in set(range(len(given))).difference(inside):
            scores[at] = fitted.score(rows[at])
    for language, least in sorted(GENTLE.items()):
        hits, totals = Counter[str](), Counter[str]()
        for message, score in zip(given, scores, strict=True):
            if message.lang == language:
                totals[message.kind] += 1
                hits[message.kind] += score >= least
        shares = (f"{kind} {Share(hits[kind], totals[kind]).value:.1%}" for kind in totals)
        print(language, ", ".join(shares))


if __name__ == "__main__":
    left_out()
    if "--write" in sys.argv:
        text = written(learn(), kinds())
        (CONTENT / weights.FILE).write_text(text, encoding="utf-8")
