"""Recognising danger in what a person writes, before anything else is done with it.

Owns matching rules to words, idioms, negation and the other guards. Does no I/O, keeps nothing,
logs nothing, and does not know what is said in answer.

Every set of places in a text is one whole number, bit i for word i, so that a rule is followed
through all places at once: the time grows with the text's length and never faster.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine.normalising import Words, pieces_of, words_of
from bot.engine.weighing import features, kind, score
from bot.flows.danger_rules import (
    CATEGORIES,
    IDIOM,
    LanguageRules,
    Negation,
    Rule,
    Rules,
    Step,
    Tier,
)
from bot.flows.packing import Lexicon
from bot.flows.weights import Weights

UNCLEAR = "unclear"
"""The category where the recogniser itself failed: help is offered rather than silence."""

_FEW = 4
"""In a text of so few words, one word of another language is enough for its rules to look."""

_ONE_MORE = 100
"""For each so many words of a long text, one word more of another language is needed: by chance
alone a long text has some."""

_ABUSE = frozenset({"partner-violence", "sexual-abuse", "child-danger"})
_HYPERBOLE = frozenset({"suicidal-active", "suicidal-passive", "self-harm", "harm-others"})


@dataclass(frozen=True, slots=True)
class Danger:
    """What was recognised: `tier` pause or gentle, and one of `danger_rules.CATEGORIES`."""

    tier: Tier
    category: str


def safe_recognise(rules: Rules, text: str, language: str) -> Danger | None:
    """Recognise danger; where recognising fails, give a gentle danger rather than none."""
    try:
        return recognise(rules, text, language)
    except Exception:  # noqa: BLE001 - the one place: a fault here must end in help, not silence
        return Danger(Tier.GENTLE, UNCLEAR)


def recognise(rules: Rules, text: str, language: str) -> Danger | None:
    """Give the danger a text speaks of, or None.

    The rules of `language` come first, then those of every other language the text has words of:
    people switch. A danger to pause for wins over one to ask about.
    """
    found: Danger | None = None
    own = rules.languages.get(language)
    others = [r for r in rules.languages.values() if r is not own]
    pieces = pieces_of(text)
    for one in others if own is None else [own, *others]:
        if own is not None and one is not own and not _spoken(pieces, one, own):
            continue
        danger = _recognise(one, text, near=own is None or one is own)
        if danger is not None and danger.tier is Tier.PAUSE:
            return danger
        found = found or danger
    return found


def _spoken(pieces: Sequence[str], other: LanguageRules, own: LanguageRules) -> bool:
    """Whether a text has words the other language's rules know and the writer's own do not.

    A word that both know (bulimia) is left to the own rules, which also know what takes it back.
    """
    strange = {piece for piece in set(pieces) if other.known(piece) and not own.known(piece)}
    enough = 1 if len(pieces) <= _FEW else 2 + len(pieces) // _ONE_MORE
    return sum(piece in strange for piece in pieces) >= enough


def by_rules(language: LanguageRules, text: str) -> Danger | None:
    """Give what the rules of a language alone make of a text."""
    words = words_of(text, language)
    return _by_rules(_Places.of(words, language)) if words.words else None


def _recognise(language: LanguageRules, text: str, *, near: bool) -> Danger | None:
    words = words_of(text, language, near=near)
    if not words.words:
        return None
    places = _Places.of(words, language)
    found = _by_rules(places)
    if language.weights is None:
        return found
    return _weighed(found, language, language.weights, places)


def _weighed(
    found: Danger | None, language: LanguageRules, weights: Weights, places: _Places
) -> Danger | None:
    """Weigh the text as a whole, what a rule found with it: that is asked about, or stopped for
    where a rule says so or the weight is sure enough. What a rule found in a text that speaks
    against it is let go."""
    parts = list(features(places.words, places.denied, language.concepts))
    weight, at = max((score(part, weights), at) for at, part in enumerate(parts))
    weight += weights.rules[found.tier] / weights.scale if found else 0.0
    if found is not None and found.tier is Tier.PAUSE:
        return found if weight >= weights.ruled else None
    if weight < weights.gentle:
        return None
    category = found.category if found else kind(parts[at], weights)
    # However sure: somebody else's danger stops the talk only where a rule says that it is now.
    pausing = weight >= weights.pause and category != "worry"
    return Danger(Tier.PAUSE if pausing else Tier.GENTLE, category)


def _by_rules(places: _Places) -> Danger | None:
    for rule in places.rules:
        if rule.purpose == IDIOM and places.holds(rule, heed=False):
            places.blank(rule)
    guards: dict[str, bool] = {}
    gentle: Danger | None = None
    for rule in places.rules:
        if rule.purpose not in CATEGORIES or (gentle and rule.tier is Tier.GENTLE):
            continue
        if not places.holds(rule):
            continue
        tier = _guarded(rule, places, guards)
        if tier is Tier.PAUSE:
            return Danger(tier, rule.purpose)
        if tier is Tier.GENTLE and gentle is None:
            gentle = Danger(tier, rule.purpose)
    return gentle


def _guarded(rule: Rule, places: _Places, known: dict[str, bool]) -> Tier | None:
    """Give the tier that is left of a match once the guards have had their say."""

    def holds(guard: str) -> bool:
        if guard not in known:
            known[guard] = any(
                places.holds(rule, heed=False) for rule in places.rules if rule.purpose == guard
            )
        return known[guard]

    if holds("quoted"):
        return None
    if not rule.own and (holds("story") or holds("work")):
        return None
    if rule.purpose in _HYPERBOLE and holds("trivial") and holds("laughing"):
        return None
    if holds("past"):
        if holds("recovered"):
            return None
        return rule.tier if rule.purpose in _ABUSE else Tier.GENTLE
    return rule.tier


@dataclass(slots=True)
class _Places:
    """The rules whose elements are all somewhere in the text, in the order in which they win, and
    where each of their elements stands: `starts[e]` maps a length in words to the places element e
    starts at."""

    words: Words
    rules: list[Rule]
    starts: dict[int, dict[int, int]]
    denied: int
    negators: int
    blanked: int = 0

    @classmethod
    def of(cls, words: Words, language: LanguageRules) -> _Places:
        found = _found(words, language.index)
        rules = language.rules.reached(set().union(*(elements for _, _, elements in found)))
        moves = (move for rule in rules for move in rule.moves)
        asked = {number for element, step in moves for number in (element, step.forbids)}
        starts: dict[int, dict[int, int]] = {}
        for size, mask, elements in found if asked else ():
            for element in elements:
                if element in asked:
                    lengths = starts.setdefault(element, {})
                    lengths[size] = lengths.get(size, 0) | mask
        return cls(words, rules, starts, *negated(words, language.negation))

    def holds(self, rule: Rule, *, heed: bool = True) -> bool:
        """Whether every pattern of the rule is in the text, with `heed` not denied there."""
        return bool(self._follow(rule, heed))

    def blank(self, rule: Rule) -> None:
        """Take the words of an idiom out of the text."""
        trail, alive = self._follow(rule, False), 0
        for at in range(len(trail) - 1, -1, -1):
            (element, step), starts = rule.moves[at], 0
            if step.last:
                alive = trail[at]
            for length, places in self._allowed(element, step, False).items():
                begun = (alive >> (length - 1)) & places
                starts |= begun
                for i in range(length):
                    self.blanked |= begun << i
            for _ in range(step.gap):
                starts |= (starts & ~self.words.hard) >> 1
            # At the first move of a pattern this says nothing: the next pattern begins anew.
            alive = ((starts & ~self.words.hard) >> 1) & trail[at - 1]

    def _follow(self, rule: Rule, heed: bool) -> Sequence[int]:
        """Give the places where each move can end; nothing where a pattern is not there."""
        trail: list[int] = []
        anywhere = (1 << len(self.words.words)) - 1
        reach, hard, passable = anywhere, self.words.hard, ~self.negators if heed else -1
        for element, step in rule.moves:
            for _ in range(step.gap):
                reach |= ((reach & passable) << 1) & ~hard
            ends = 0
            for length, places in self._allowed(element, step, heed).items():
                ends |= (reach & places) << (length - 1)
            if step.ends_clause:
                ends &= (self.words.soft | (anywhere + 1)) >> 1
            if not ends:
                return ()
            trail.append(ends)
            reach = anywhere if step.last else (ends << 1) & ~hard
        return trail

    def _allowed(self, element: int, step: Step, heed: bool) -> dict[int, int]:
        """Give the places an element may start at, by length, once negation is weighed."""
        never = self.blanked
        if heed and (not step.after_not or step.is_not):
            never |= self.denied
        if step.starts_clause:
            never |= ~self.words.soft
        if step.forbids is not None:
            for length, places in self.starts.get(step.forbids, {}).items():
                never |= places << length
        return {n: places & ~never for n, places in self.starts.get(element, {}).items()}


def _found(words: Words, index: Lexicon) -> list[tuple[int, int, array[int]]]:
    """Give the length in words, the places and the elements of every word and phrase of a text."""
    row, masks = words.words, dict[str, int]()
    for at, word in enumerate(row):
        masks[word] = masks.get(word, 0) | 1 << at
    found = []
    for word, mask in masks.items():
        elements = index.of(word)
        if elements:
            found.append((1, mask, elements))
        found.extend((1, mask, elements) for elements in index.beginnings(word))
    for at, size, elements in index.phrases(row):
        # A phrase never crosses the end of a sentence.
        if elements and not words.hard >> (at + 1) & ((1 << (size - 1)) - 1):
            found.append((size, 1 << at, elements))
    return found


def negated(words: Words, negation: Negation) -> tuple[int, int]:
    """Give the places that something denies, and the places of the words that deny."""
    row = words.words
    denied = negators = left = 0
    spared = 0 if negation.words.isdisjoint(row) else _spared(row, negation)
    for at, word in enumerate(row):
        if words.soft >> at & 1 or word in negation.ends_at:
            left = 0
        if word in negation.subjects and at and row[at - 1] not in negation.bridges:
            left = 0
        if left:
            denied |= 1 << at
            left -= 1
        if word in negation.words and not spared >> at & 1:
            negators |= 1 << at
            left = negation.reach
    return denied, negators


def _spared(row: tuple[str, ...], negation: Negation) -> int:
    """Give the places covered by phrases that deny nothing (cannot stop, not only)."""
    spared = 0
    for at, size, _ in negation.not_meant.phrases(row):
        spared |= ((1 << size) - 1) << at
    return spared
