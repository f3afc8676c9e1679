"""What words mean, roughly: one language's words by concept, read from `concepts.yaml`.

Owns the file's form and the look-up from a word or phrase to its concepts. The concepts have the
same names in every language. Knows nothing of danger and nothing of any text a person writes.

    concepts: en
    endings: [ing, ed, s]       left off where a word is not known with them
    words:
      pill: [pill, tablet, sleeping_pill]     `_` joins a phrase, `suicid*` is a beginning
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from bot.errors import ContentError
from bot.flows.folding import fold
from bot.flows.packing import Table, mark, pack

FILE = "concepts.yaml"

LONGEST = 5
"""Words of the longest phrase."""

_STEM = 3
"""Letters that are left of a word at the least when an ending goes."""

Set = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Concepts:
    """Names in order, and the sets of places in `names` that a word or phrase stands for.

    `words` and `stems` map to places in `sets`; `begins` marks the words that begin a phrase.
    """

    names: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    sets: tuple[Set, ...] = ((),)
    words: Table = field(default_factory=Table)
    stems: Table = field(default_factory=Table)
    begins: frozenset[int] = frozenset()
    prefixes: tuple[int, ...] = ()

    def of(self, word: str) -> Set:
        """Give the concepts of one word, by itself, by how it begins, or without its ending."""
        found = self.words.get(mark(word))
        if found is None:
            for length in self.prefixes:
                if length > len(word):
                    break
                begin = self.words.get(mark(word[:length] + "*"))
                found = begin if begin is not None else found
        if found is None:
            found = self.stems.get(mark(stem(word, self.endings)))
        return self.sets[found or 0]

    def at(self, row: tuple[str, ...]) -> list[Set]:
        """Give the concepts at each place of a row of words; a phrase's stand where it begins."""
        found = [self.of(word) for word in row]
        for at, word in enumerate(row):
            if mark(word) not in self.begins:
                continue
            phrase = word
            for further in range(at + 1, min(at + LONGEST, len(row))):
                phrase = f"{phrase} {row[further]}"
                place = self.words.get(mark(phrase))
                if place is not None:
                    found[at] = tuple({*found[at], *self.sets[place]})
        return found


def stem(word: str, endings: tuple[str, ...]) -> str:
    """Give a word without its longest ending, a doubled last letter halved."""
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > _STEM and word[-1] == word[-2] else word


def read_concepts(
    text: str, forms: Mapping[str, Sequence[str]], fillers: Collection[str], name: str = FILE
) -> Concepts:
    """Read the concepts of one language. Short `forms` are written out and `fillers` left out, as
    in a text that is looked at.

    Raises `ContentError` naming the file and what is wrong.
    """
    try:
        data = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - builds only text, lists, maps
    except yaml.YAMLError as error:
        raise ContentError(f"{name}: this is not valid YAML; mend it.") from error
    given = data.get("words") if isinstance(data, Mapping) else None
    if not isinstance(given, Mapping):
        raise ContentError(f"{name}: the file needs `words:`, the words of each concept.")
    endings = tuple(sorted(map(fold, data.get("endings") or ()), key=len, reverse=True))
    words: dict[str, list[str]] = {}
    for concept, entries in given.items():
        if not isinstance(entries, list):
            raise ContentError(f"{name}: `{concept}:` needs a list of words.")
        words[str(concept)] = [_entry(str(entry), forms, fillers) for entry in entries]
    return _concepts(words, endings)


def _entry(entry: str, forms: Mapping[str, Sequence[str]], fillers: Collection[str]) -> str:
    pieces = fold(entry).replace("'", "").replace("_", " ").split()
    full = [form for piece in pieces for form in forms.get(piece, (piece,))]
    kept = [form for form in full if form not in fillers] or full
    return " ".join(kept[:LONGEST])


def _concepts(words: Mapping[str, Iterable[str]], endings: tuple[str, ...]) -> Concepts:
    names = tuple(sorted(words))
    held: dict[str, set[int]] = {}
    stems: dict[str, set[int]] = {}
    for place, name in enumerate(names):
        for word in words[name]:
            held.setdefault(word, set()).add(place)
            if " " not in word and not word.endswith("*"):
                stems.setdefault(stem(word, endings), set()).add(place)
    sets: dict[Set, int] = {(): 0}

    def packed(found: Mapping[str, set[int]]) -> Table:
        return pack({w: sets.setdefault(tuple(sorted(c)), len(sets)) for w, c in found.items()})

    tables = packed(held), packed(stems)
    begins = frozenset(mark(word.split()[0]) for word in held if " " in word)
    prefixes = tuple(sorted({len(word) - 1 for word in held if word.endswith("*")}))
    return Concepts(names, endings, tuple(sets), *tables, begins, prefixes)
