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
    IDIOM,
    LanguageRules,
    Move,
    Negation,
    Rule,
    Spelling,
    Step,
    Tier,
    pack_rules,
)
from bot.flows.folding import fold, spellings
from bot.flows.packing import Lexicon, pack_lexicon, pack_phrases

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
    own: set[int] = field(default_factory=set)

    def rules(self, language: str) -> LanguageRules:
        self.fillers = self._folded(self.data, "fillers")
        self.classes = {name: frozenset(self._class(name, ())) for name in self._map("classes")}
        rules = [*self._lines(self.data, "idioms", IDIOM), *self._guards()]
        rules += sorted(self._danger(), key=_rank)
        spelling, negation = self._spelling(), self._negation()
        index = self._index(negation)
        return LanguageRules(language, spelling, negation, index, pack_rules(rules, self._rarity()))

    def _guards(self) -> Iterator[Rule]:
        given = self._map("guards")
        for guard in given:
            if guard not in GUARDS:
                raise self._wrong(f"there is no guard `{guard}`; known are {', '.join(GUARDS)}")
            yield from self._lines(given, guard, guard)

    def _danger(self) -> Iterator[Rule]:
        for category, tiers in self._map("danger").items():
            if category not in CATEGORIES:
                known = ", ".join(CATEGORIES)
                raise self._wrong(f"there is no kind of danger `{category}`; known are {known}")
            if not isinstance(tiers, Mapping) or set(tiers) - {t.value for t in Tier}:
                raise self._wrong(f"`{category}` holds `pause:` and `gentle:`, nothing else")
            for tier in tiers:
                yield from self._lines(tiers, tier, category, Tier(tier))

    def _lines(
        self, data: Mapping[str, object], key: str, purpose: str, tier: Tier = Tier.PAUSE
    ) -> Iterator[Rule]:
        for line in self._list(data, key):
            for patterns in self._line(line):
                moves = tuple(itertools.chain(*patterns))
                own = any(element in self.own for element, _ in moves)
                yield Rule(moves, purpose, tier, own)

    def _line(self, line: str) -> Iterator[tuple[tuple[Move, ...], ...]]:
        """Read one line: its patterns in every way its optional elements can be there or not."""
        return itertools.product(*(tuple(self._patterns(p, line)) for p in line.split("&")))

    def _patterns(self, part: str, line: str) -> Iterator[tuple[Move, ...]]:
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

    def _pattern(self, items: Sequence[_Item], last: bool, line: str) -> tuple[Move, ...]:
        if not items:
            raise self._wrong(f"`{line}`: not every element can be optional")
        moves, seen_not = [], False
        negators = self._negators()
        for item in items:
            words = self._words(item.sign, line)
            is_not = not seen_not and bool(words & negators)
            seen_not = seen_not or is_not
            forbids = self._element(self._words(item.forbids, line)) if item.forbids else None
            end = item is items[-1]
            step = Step(item.gap, seen_not, is_not, forbids, item.first, last and end, end)
            moves.append((self._element(words), step))
        return tuple(moves)

    def _own(self, words: frozenset[str]) -> bool:
        """Whether at least half of what this element can be names the writer."""
        names = {word for name in _OWN for word in self.classes.get(name, frozenset())}
        own = sum(1 for word in words if word in names or not names.isdisjoint(word.split()))
        return 2 * own >= len(words)

    def _element(self, words: frozenset[str]) -> int:
        element = self.elements.get(words)
        if element is None:
            element = self.elements[words] = len(self.elements)
            if self._own(words):
                self.own.add(element)
        return element

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
        spared = {}
        for phrase in self._list(given, "not meant"):
            words = fold(phrase).split()
            if len(words) < 2:
                raise self._wrong(f"`{phrase}` under `not meant:` needs two words or more")
            spared[" ".join(words)] = ()
        reach = str(given.get("reach", "6"))
        if not reach.isdigit():
            raise self._wrong("`reach:` under `negation:` is a number of words")
        return Negation(
            self._negators(),
            int(reach),
            pack_lexicon(spared),
            self._folded(given, "ends at"),
            self._folded(given, "subjects"),
            self._folded(given, "bridges"),
        )

    def _index(self, negation: Negation) -> Lexicon:
        found: dict[str, list[int]] = {}
        for words, element in self.elements.items():
            for word in words:
                found.setdefault(" ".join(word.split()), []).append(element)
        known = self._folded(self.data, "not near") | self.fillers
        known |= {fold(short) for short in self._map("spelling")}
        known |= {word for phrase in found if " " in phrase for word in phrase.split()}
        known |= negation.words | negation.subjects | negation.bridges
        for word in known:
            found.setdefault(word, [])
        return pack_lexicon(found)

    def _spelling(self) -> Spelling:
        forms = {
            fold(short): fold(str(long)).split() for short, long in self._map("spelling").items()
        }
        near: dict[str, list[str]] = {}
        for word in sorted(self._folded(self.data, "near")):
            near.setdefault(word[0], []).append(word)
        return Spelling(
            pack_phrases(forms),
            {ord(k): f" {v} " for k, v in self._map("emoji").items() if len(k) == 1},
            self.fillers,
            {letter: tuple(words) for letter, words in near.items()},
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


def _rank(rule: Rule) -> tuple[int, int]:
    return (list(Tier).index(rule.tier), CATEGORIES.index(rule.purpose))
