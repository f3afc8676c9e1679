"""Recognising danger in what a person writes, before anything else is done with it.

Owns matching rules to words, idioms, negation and the other guards. Does no I/O, keeps nothing,
logs nothing, and does not know what is said in answer.

Every set of places in a text is one whole number, bit i for word i, so that a rule is followed
through all places at once: the time grows with the text's length and never faster.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine.normalising import Words, pieces_of, words_of
from bot.engine.weighing import features, kind, score
from bot.flows.danger_rules import LanguageRules, Negation, Pattern, Rule, Rules, Tier
from bot.flows.weights import Weights

UNCLEAR = "unclear"
"""The category where the recogniser itself failed: help is offered rather than silence."""

_FEW = 4
"""In a text of so few words, one word of another language is enough for its rules to look."""

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
    for one in others if own is None else [own, *others]:
        if own is not None and one is not own and not _spoken(text, one, own):
            continue
        danger = _recognise(one, text, near=own is None or one is own)
        if danger is not None and danger.tier is Tier.PAUSE:
            return danger
        found = found or danger
    return found


def _spoken(text: str, other: LanguageRules, own: LanguageRules) -> bool:
    """Whether a text has words the other language's rules know and the writer's own do not.

    A word that both know (bulimia) is left to the own rules, which also know what takes it back.
    """
    pieces = pieces_of(text)
    enough = 1 if len(pieces) <= _FEW else 2
    foreign = 0
    for piece in pieces:
        if other.known(piece) and not own.known(piece):
            foreign += 1
            if foreign == enough:
                return True
    return False


def _recognise(language: LanguageRules, text: str, *, near: bool) -> Danger | None:
    words = words_of(text, language, near=near)
    if not words.words:
        return None
    places = _Places.of(words, language)
    found = _by_rules(language, places)
    if language.weights is None:
        return found
    return _weighed(found, language, language.weights, places)


def _weighed(
    found: Danger | None, language: LanguageRules, weights: Weights, places: _Places
) -> Danger | None:
    """Weigh the text as a whole: what no rule foresaw is asked about, or stopped for where it is
    sure enough; what a rule found in a text that speaks of nothing else like it is let go."""
    parts = list(features(places.words, places.denied, language.concepts))
    weight, at = max((score(part, weights), at) for at, part in enumerate(parts))
    if found is not None and (found.tier is Tier.PAUSE or weight < weights.pause):
        return found if weight >= weights.doubt else None
    if weight < weights.gentle:
        return None
    category = kind(parts[at], weights)
    sure = weight >= weights.pause and category != "worry"
    return Danger(Tier.PAUSE if sure else Tier.GENTLE, category)


def _by_rules(language: LanguageRules, places: _Places) -> Danger | None:
    for rule in language.idioms:
        if places.holds(rule, heed=False):
            places.blank(rule)
    guards: dict[str, bool] = {}
    gentle: Danger | None = None
    likely = sorted(at for element in places.starts for at in language.by_key.get(element, ()))
    for rule in map(language.rules.__getitem__, likely):
        if (gentle and rule.tier is Tier.GENTLE) or not places.holds(rule):
            continue
        tier = _guarded(rule, places, language, guards)
        if tier is Tier.PAUSE:
            return Danger(tier, rule.category)
        if tier is Tier.GENTLE and gentle is None:
            gentle = Danger(tier, rule.category)
    return gentle


def _guarded(
    rule: Rule, places: _Places, language: LanguageRules, known: dict[str, bool]
) -> Tier | None:
    """Give the tier that is left of a match once the guards have had their say."""

    def holds(guard: str) -> bool:
        if guard not in known:
            known[guard] = any(places.holds(r, heed=False) for r in language.guards.get(guard, ()))
        return known[guard]

    if holds("quoted"):
        return None
    if not rule.own and (holds("story") or holds("work")):
        return None
    if rule.category in _HYPERBOLE and holds("trivial") and holds("laughing"):
        return None
    if holds("past"):
        if holds("recovered"):
            return None
        return rule.tier if rule.category in _ABUSE else Tier.GENTLE
    return rule.tier


@dataclass(slots=True)
class _Places:
    """Where each element stands. `starts[e]` maps a length in words to the places it starts at."""

    size: int
    words: Words
    starts: dict[int, dict[int, int]]
    denied: int
    negators: int
    blanked: int = 0

    @classmethod
    def of(cls, words: Words, language: LanguageRules) -> _Places:
        starts: dict[int, dict[int, int]] = {}
        row, passable = words.words, ~words.hard
        masks: dict[str, int] = {}
        for at, word in enumerate(row):
            masks[word] = masks.get(word, 0) | 1 << at
        for word, mask in masks.items():
            for element in _elements(word, language):
                lengths = starts.setdefault(element, {})
                lengths[1] = lengths.get(1, 0) | mask
            for rest, members in language.index.phrases.get(word, ()):
                places, size = mask, len(rest) + 1
                for further, after in enumerate(rest, 1):
                    places &= (masks.get(after, 0) & passable) >> further
                    if not places:
                        break
                else:
                    for element in members:
                        lengths = starts.setdefault(element, {})
                        lengths[size] = lengths.get(size, 0) | places
        denied, negators = negated(words, language.negation)
        return cls(len(row), words, starts, denied, negators)

    def holds(self, rule: Rule, *, heed: bool = True) -> bool:
        """Whether every part of the rule is somewhere in the text, with `heed` not denied there."""
        starts = self.starts
        if rule.key not in starts:
            return False
        for part in rule.parts:
            for move in part.moves:
                if move.element not in starts:
                    return False
        for part in rule.parts:  # noqa: SIM110 - all() over a generator costs a third of the time
            if not self._follow(part, heed):
                return False
        return True

    def blank(self, rule: Rule) -> None:
        """Take the words of an idiom out of the text."""
        for part in rule.parts:
            trail = self._follow(part, False)
            alive = trail[-1] if trail else 0
            for at in range(len(trail) - 1, -1, -1):
                move, starts = part.moves[at], 0
                for length, places in self._allowed(part, at, False).items():
                    begun = (alive >> (length - 1)) & places
                    starts |= begun
                    for i in range(length):
                        self.blanked |= begun << i
                for _ in range(move.gap):
                    starts |= (starts & ~self.words.hard) >> 1
                alive = ((starts & ~self.words.hard) >> 1) & (trail[at - 1] if at else 0)

    def _follow(self, pattern: Pattern, heed: bool) -> Sequence[int]:
        """Give the places where each move can end; nothing where the pattern is not there."""
        trail: list[int] = []
        reach = (1 << self.size) - 1
        hard, passable = self.words.hard, ~self.negators if heed else -1
        for at, move in enumerate(pattern.moves):
            if at:
                reach = (trail[-1] << 1) & ~hard
                for _ in range(move.gap):
                    reach |= ((reach & passable) << 1) & ~hard
            ends = 0
            for length, places in self._allowed(pattern, at, heed).items():
                ends |= (reach & places) << (length - 1)
            if at == len(pattern.moves) - 1 and pattern.last:
                ends &= (self.words.soft | (1 << self.size)) >> 1
            if not ends:
                return ()
            trail.append(ends)
        return trail

    def _allowed(self, pattern: Pattern, at: int, heed: bool) -> dict[int, int]:
        """Give the places a move may start at, by length, once negation is weighed."""
        move = pattern.moves[at]
        never = self.blanked
        if heed and (not move.after_not or move.is_not):
            never |= self.denied
        if move.first:
            never |= ~self.words.soft
        if move.forbids is not None:
            for length, places in self.starts.get(move.forbids, {}).items():
                never |= places << length
        return {n: places & ~never for n, places in self.starts.get(move.element, {}).items()}


def _elements(word: str, language: LanguageRules) -> tuple[int, ...]:
    index = language.index
    found = index.words.get(word, ())
    for length in index.prefix_lengths:
        if length > len(word):
            break
        found += index.prefixes.get(word[:length], ())
    return found


def negated(words: Words, negation: Negation) -> tuple[int, int]:
    """Give the places that something denies, and the places of the words that deny."""
    row = words.words
    denied = negators = left = 0
    spared = _spared(row, negation)
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


def _spared(row: Sequence[str], negation: Negation) -> int:
    """Give the places covered by phrases that deny nothing (cannot stop, not only)."""
    spared = 0
    for at, begin in enumerate(itertools.pairwise(row)):
        for rest in negation.not_meant.get(begin, ()):
            if row[at + 2 : at + 2 + len(rest)] == rest:
                spared |= ((1 << (2 + len(rest))) - 1) << at
    return spared
