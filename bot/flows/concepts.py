"""What words mean, roughly: one language's words by concept, read from `concepts.yaml`.

Owns the file's form and the look-up from a word or phrase to its concepts. The concepts have the
same names in every language. Knows nothing of danger and nothing of any text a person writes.

    concepts: en
    endings: [ing, ed, s]       left off where a word is not known with them
    words:
      pill: pill tablet sleeping_pill         `_` joins a phrase, `suicid*` is a beginning
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import yaml

from bot.errors import ContentError
from bot.flows.folding import fold
from bot.flows.packing import Lexicon, pack_lexicon

FILE = "concepts.yaml"

LONGEST = 5
"""Words of the longest phrase."""

_STEM, _ENDING = 3, 8
"""Letters that are left of a word at the least when an ending goes, and of the longest ending."""

Set = tuple[int, ...]


class Forms(Protocol):
    """The words each short form stands for."""

    def get(self, word: str, /) -> tuple[str, ...] | None:
        """Give the words; None for what is no short form."""


@dataclass(frozen=True, slots=True, eq=False)
class Concepts:
    """Names in order, and the places in `names` of what a word or phrase stands for: by itself in
    `words`, without its ending in `stems`."""

    names: tuple[str, ...] = ()
    endings: frozenset[str] = frozenset()
    words: Lexicon = field(default_factory=Lexicon)
    stems: Lexicon = field(default_factory=Lexicon)

    def of(self, word: str) -> Set:
        """Give the concepts of one word, by itself, by how it begins, or without its ending."""
        found = self.words.of(word)
        if found is None:
            for begin in self.words.beginnings(word):
                found = begin
        if found is None:
            found = self.stems.of(stem(word, self.endings))
        return tuple(found or ())

    def at(self, row: tuple[str, ...]) -> list[Set]:
        """Give the concepts at each place of a row of words; a phrase's stand where it begins."""
        alone = {word: self.of(word) for word in set(row)}
        found = [alone[word] for word in row]
        for at, _, concepts in self.words.phrases(row):
            found[at] = tuple({*found[at], *concepts})
        return found


def stem(word: str, endings: Collection[str]) -> str:
    """Give a word without its longest ending, a doubled last letter halved."""
    for length in range(min(len(word) - _STEM, _ENDING), 0, -1):
        if word[-length:] in endings:
            word = word[:-length]
            break
    return word[:-1] if len(word) > _STEM and word[-1] == word[-2] else word


def read_concepts(
    text: str,
    forms: Forms,
    fillers: Collection[str],
    name: str = FILE,
    names: Sequence[str] = (),
) -> Concepts:
    """Read the concepts of one language. Short `forms` are written out and `fillers` left out, as
    in a text that is looked at. Of `names`, where they are given, each concept has its place among
    them, and concepts beyond them are left out.

    Raises `ContentError` naming the file and what is wrong.
    """
    try:
        data = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - builds only text, lists, maps
    except yaml.YAMLError as error:
        raise ContentError(f"{name}: this is not valid YAML; mend it.") from error
    given = data.get("words") if isinstance(data, Mapping) else None
    if not isinstance(given, Mapping):
        raise ContentError(f"{name}: the file needs `words:`, the words of each concept.")
    endings = frozenset(map(fold, data.get("endings") or ()))
    if too_long := sorted(ending for ending in endings if len(ending) > _ENDING):
        raise ContentError(f"{name}: the ending `{too_long[0]}` has more than {_ENDING} letters.")
    words: dict[str, list[str]] = {}
    for concept, entries in given.items():
        if not isinstance(entries, str):
            raise ContentError(f"{name}: `{concept}:` needs words, with spaces between them.")
        plain = fold(entries).replace("'", "").split()
        found = (_entry(entry, forms, fillers) for entry in plain)
        words[str(concept)] = [entry for entry in found if entry]
    return _concepts(words, endings, tuple(names) or tuple(sorted(words)))


def _entry(entry: str, forms: Forms, fillers: Collection[str]) -> str:
    pieces = entry.replace("_", " ").split()
    full: list[str] = []
    for piece in pieces:
        form = forms.get(piece)
        full += (piece,) if form is None else form
    kept = [form for form in full if form not in fillers] or full
    # A phrase of which one plain word is left would say of every text what the whole phrase says.
    return " ".join(kept[:LONGEST]) if len(kept) > 1 or len(full) == 1 else ""


def _concepts(
    words: Mapping[str, Iterable[str]], endings: frozenset[str], names: tuple[str, ...]
) -> Concepts:
    held: dict[str, set[int]] = {}
    for place, name in enumerate(names):
        for word in words.get(name, ()):
            held.setdefault(word, set()).add(place)
    begins = tuple(word[:-1] for word in held if word.endswith("*"))
    stem_of = {word: stem(word, endings) for word in held}
    stems: dict[str, set[int]] = {}
    for word, concepts in held.items():
        if " " not in word and not word.endswith("*"):
            stems.setdefault(stem_of[word], set()).update(concepts)
    # What a word's stem says of it already takes no room of its own.
    kept = {
        word: concepts
        for word, concepts in held.items()
        if word.startswith(begins) or stems.get(stem_of[word]) != concepts
    }
    return Concepts(names, endings, pack_lexicon(kept), pack_lexicon(stems))
