"""Reading `safety.yaml`: from classes of words and short patterns to rules ready for matching.

Owns the grammar of the file. Knows nothing of any text a person writes.

    <want> ..3 <die>|dead   an element is one or more of: a word, a class, joined by `|`
    ..3                     up to three other words may come between; without it, none
    word?                   may be missing
    !<you> word             the word before may not be one of <you>
    being_alive             `_` joins the words of a phrase
    ^ ... $                 at the start, at the end of a clause
    ... here|$              at the end a word, or the end of a clause
    a b & c d               both, anywhere in the text

A class lists words, phrases, beginnings of words (`suicid*`) and other classes; in a phrase a class
stands for each of its words in turn.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import yaml

from bot.errors import ContentError
from bot.flows.danger_rules import (
    CATEGORIES,
    GUARDS,
    Index,
    LanguageRules,
    Move,
    Negation,
    Pattern,
    Rule,
    Spelling,
    Tier,
)
from bot.flows.folding import fold, shapes, spellings

FILE = "safety.yaml"
_OWN = ("i", "me", "my", "myself")
_NOT = "not"


def read_rules(text: str, language: str, name: str = FILE) -> LanguageRules:
    """Read the rules of one language. `name` is the file's name for errors."""
    try:
        data = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - builds only text, lists, maps
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise ContentError(f"{name}{line}: this is not valid YAML; mend it.") from error
    if not isinstance(data, Mapping):
        raise ContentError(f"{name}: the file needs `classes:` and `danger:`; it holds neither.")
    return _Reading(name, data).rules(language)


@dataclass(slots=True)
class _Reading:
    name: str
    data: Mapping[str, object]
    elements: dict[frozenset[str], int] = field(default_factory=dict)
    classes: dict[str, frozenset[str]] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()
    moves: dict[Move, Move] = field(default_factory=dict)
    patterns: dict[Pattern, Pattern] = field(default_factory=dict)
    once: dict[str, str] = field(default_factory=dict)

    def rules(self, language: str) -> LanguageRules:
        self.fillers = self._folded(self.data, "fillers")
        self.classes = {name: frozenset(self._class(name, ())) for name in self._map("classes")}
        found = sorted(self._danger(), key=_rank)
        idioms = tuple(r for line in self._list(self.data, "idioms") for r in self._line(line))
        given = self._map("guards")
        for guard in given:
            if guard not in GUARDS:
                raise self._wrong(f"there is no guard `{guard}`; known are {', '.join(GUARDS)}")
        guards = {
            g: tuple(r for line in self._list(given, g) for r in self._line(line)) for g in GUARDS
        }
        index = self._index()
        negation = self._negation()
        spelling = self._spelling(index, negation)
        rarity = self._rarity()
        rules = [_keyed(rule, rarity) for rule in found]
        idioms = tuple(_keyed(rule, rarity) for rule in idioms)
        guards = {g: tuple(_keyed(rule, rarity) for rule in held) for g, held in guards.items()}
        by_key: dict[int, list[int]] = {}
        for at, rule in enumerate(rules):
            by_key.setdefault(rule.key, []).append(at)
        return LanguageRules(
            language,
            spelling,
            negation,
            index,
            idioms,
            guards,
            tuple(rules),
            {key: tuple(places) for key, places in by_key.items()},
        )

    def _danger(self) -> Iterator[Rule]:
        for category, tiers in self._map("danger").items():
            if category not in CATEGORIES:
                known = ", ".join(CATEGORIES)
                raise self._wrong(f"there is no kind of danger `{category}`; known are {known}")
            if not isinstance(tiers, Mapping) or set(tiers) - {t.value for t in Tier}:
                raise self._wrong(f"`{category}` holds `pause:` and `gentle:`, nothing else")
            for tier in tiers:
                for line in self._list(tiers, tier):
                    for rule in self._line(line):
                        yield Rule(rule.parts, rule.key, Tier(tier), category)

    def _line(self, line: str) -> Iterator[Rule]:
        """Read one line: a rule for every way its optional elements can be there or not."""
        options = [tuple(self._patterns(part, line)) for part in line.split("&")]
        for parts in itertools.product(*options):
            yield Rule(parts, parts[0].moves[0].element)

    def _patterns(self, part: str, line: str) -> Iterator[Pattern]:
        signs = part.split()
        if signs[-1:] and signs[-1].endswith("|$"):
            yield from self._patterns(" ".join([*_without_gap(signs[:-1]), "$"]), line)
            signs[-1] = signs[-1].removesuffix("|$")
        last = signs[-1:] == ["$"]
        items = self._items(signs[:-1] if last else signs, line)
        loose = [i for i, item in enumerate(items) if item.optional]
        for there in itertools.product((True, False), repeat=len(loose)):
            gone = {i for i, stays in zip(loose, there, strict=True) if not stays}
            yield self._pattern(_without(items, gone), last, line)

    def _items(self, signs: Sequence[str], line: str) -> list[_Item]:
        items: list[_Item] = []
        gap, first, forbids = 0, False, ""
        for sign in signs:
            if sign == "^":
                first = True
            elif sign.startswith(".."):
                if not sign[2:].isdigit() and sign != "..":
                    raise self._wrong(f"`{line}`: write a gap as `..3`")
                gap = int(sign[2:] or 3)
            elif sign.startswith("!"):
                forbids = sign[1:]
            else:
                items.append(_Item(sign.removesuffix("?"), gap, sign.endswith("?"), forbids, first))
                gap, first, forbids = 0, False, ""
        if not items:
            raise self._wrong(f"`{line}` looks for nothing; add a word or a class")
        return items

    def _pattern(self, items: Sequence[_Item], last: bool, line: str) -> Pattern:
        if not items:
            raise self._wrong(f"`{line}`: not every element can be optional")
        moves, seen_not, own = [], False, False
        negators = self._negators()
        for item in items:
            words = self._words(item.sign, line)
            is_not = not seen_not and bool(words & negators)
            seen_not = seen_not or is_not
            own = own or self._own(words)
            forbids = self._element(self._words(item.forbids, line)) if item.forbids else None
            move = Move(self._element(words), item.gap, seen_not, is_not, forbids, item.first)
            moves.append(self.moves.setdefault(move, move))
        pattern = Pattern(tuple(moves), last, own)
        return self.patterns.setdefault(pattern, pattern)

    def _own(self, words: frozenset[str]) -> bool:
        """Whether at least half of what this element can be names the writer."""
        names = {word for name in _OWN for word in self.classes.get(name, frozenset())}
        own = sum(1 for word in words if word in names or not names.isdisjoint(word.split()))
        return 2 * own >= len(words)

    def _element(self, words: frozenset[str]) -> int:
        return self.elements.setdefault(words, len(self.elements))

    def _rarity(self) -> list[int]:
        """Give for each element how common its words are; the smaller, the rarer in a text.

        A word that many elements hold (i, me, not) is taken for a common one: how often rules
        name a word goes with how often people write it.
        """
        held = Counter(word for words in self.elements for word in words)
        return [sum(held[word] for word in words) for words in self.elements]

    def _words(self, sign: str, line: str) -> frozenset[str]:
        found: set[str] = set()
        for part in sign.split("|"):
            if part.startswith("<") and part.endswith(">"):
                if part[1:-1] not in self.classes:
                    raise self._wrong(f"`{line}` uses {part}, which is not among `classes:`")
                found |= self.classes[part[1:-1]]
            elif part == "$":
                raise self._wrong(f"`{line}`: `$` belongs to the very end")
            elif part:
                found |= spellings(part.replace("_", " "))
        found -= self.fillers
        if not found:
            raise self._wrong(
                f"`{line}`: `{sign}` holds no word that is looked at; fillers are read past"
            )
        return frozenset(found)

    def _class(self, name: str, above: tuple[str, ...]) -> Iterator[str]:
        if name in above:
            raise self._wrong(f"class `{name}` holds itself; take one of the two out")
        given = self._map("classes")
        if name not in given:
            raise self._wrong(f"class `{above[-1]}` uses <{name}>, which does not exist")
        for entry in self._list(given, name):
            ways = [
                tuple(self._class(part[1:-1], (*above, name)))
                if part.startswith("<")
                else tuple(spellings(part))
                for part in entry.split()
            ]
            yield from (" ".join(way) for way in itertools.product(*ways))

    def _negators(self) -> frozenset[str]:
        return self.classes.get(_NOT, frozenset())

    def _negation(self) -> Negation:
        given = self._map("negation")
        spared: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        for phrase in self._list(given, "not meant"):
            first, second, *rest = (*fold(phrase).split(), "", "")[:6]
            if not second:
                raise self._wrong(f"`{phrase}` under `not meant:` needs two words or more")
            spared.setdefault((first, second), []).append(tuple(word for word in rest if word))
        reach = str(given.get("reach", "6"))
        if not reach.isdigit():
            raise self._wrong("`reach:` under `negation:` is a number of words")
        return Negation(
            self._negators(),
            int(reach),
            {begin: tuple(rests) for begin, rests in spared.items()},
            self._folded(given, "ends at"),
            self._folded(given, "subjects"),
            self._folded(given, "bridges"),
        )

    def _index(self) -> Index:
        words: dict[str, list[int]] = {}
        prefixes: dict[str, list[int]] = {}
        phrases: dict[str, dict[tuple[str, ...], list[int]]] = {}
        for group, element in self.elements.items():
            for word in group:
                first, *rest = (self.once.setdefault(w, w) for w in word.split())
                if rest:
                    phrases.setdefault(first, {}).setdefault(tuple(rest), []).append(element)
                elif word.endswith("*"):
                    prefixes.setdefault(word[:-1], []).append(element)
                else:
                    words.setdefault(first, []).append(element)
        # Words of one class share one tuple: most of the memory would go into copies of it.
        shared: dict[tuple[int, ...], tuple[int, ...]] = {}

        def one(found: list[int]) -> tuple[int, ...]:
            return shared.setdefault(tuple(found), tuple(found))

        return Index(
            {word: one(found) for word, found in words.items()},
            {word: one(found) for word, found in prefixes.items()},
            tuple(sorted({len(word) for word in prefixes})),
            {
                first: tuple((rest, one(found)) for rest, found in by_rest.items())
                for first, by_rest in phrases.items()
            },
        )

    def _spelling(self, index: Index, negation: Negation) -> Spelling:
        forms = {
            fold(short): tuple(fold(str(long)).split())
            for short, long in self._map("spelling").items()
        }
        ordinary = self._folded(self.data, "not near")
        near: dict[str, set[str]] = {}
        for word in self._folded(self.data, "near"):
            for shape in shapes(word):
                near.setdefault(shape, set()).add(word)
        known = set(forms) | ordinary | self.fillers
        known |= {word for by in index.phrases.values() for rest, _ in by for word in rest}
        known |= negation.words | negation.subjects | negation.bridges
        known -= index.words.keys()
        return Spelling(
            forms,
            {ord(k): f" {v} " for k, v in self._map("emoji").items() if len(k) == 1},
            self.fillers,
            {shape: tuple(sorted(found)) for shape, found in near.items()},
            frozenset(known),
            tuple(sorted(self._folded(self.data, "stems"))),
        )

    def _map(self, key: str) -> Mapping[str, object]:
        found = self.data.get(key) or {}
        if not isinstance(found, Mapping):
            raise self._wrong(f"`{key}:` needs names with values below it")
        return found

    def _list(self, data: Mapping[str, object], key: str) -> Sequence[str]:
        found = data.get(key) or []
        if isinstance(found, str) or not isinstance(found, Sequence):
            raise self._wrong(f"`{key}:` needs a list")
        return [str(item) for item in found]

    def _folded(self, data: Mapping[str, object], key: str) -> frozenset[str]:
        return frozenset(s for word in self._list(data, key) for s in spellings(word))

    def _wrong(self, what: str) -> ContentError:
        return ContentError(f"{self.name}: {what}.")


@dataclass(frozen=True, slots=True)
class _Item:
    sign: str
    gap: int
    optional: bool
    forbids: str
    first: bool


def _without(items: Sequence[_Item], gone: set[int]) -> list[_Item]:
    """Leave optional elements out; what stood before such a one then holds for the next."""
    kept: list[_Item] = []
    gap, first, forbids = 0, False, ""
    for at, item in enumerate(items):
        now = replace(
            item,
            gap=max(gap, item.gap),
            first=first or item.first,
            forbids=item.forbids or forbids,
        )
        if at in gone:
            gap, first, forbids = now.gap, now.first, now.forbids
        else:
            kept.append(now)
            gap, first, forbids = 0, False, ""
    return kept


def _without_gap(signs: Sequence[str]) -> Sequence[str]:
    return signs[:-1] if signs and signs[-1].startswith("..") else signs


def _keyed(rule: Rule, rarity: Sequence[int]) -> Rule:
    """Give the rule looked up by its rarest element."""
    moves = itertools.chain.from_iterable(part.moves for part in rule.parts)
    return replace(rule, key=min((m.element for m in moves), key=rarity.__getitem__))


def _rank(rule: Rule) -> tuple[int, int]:
    return (list(Tier).index(rule.tier), CATEGORIES.index(rule.category))
