"""From what a person typed to plain words: short forms, leetspeak, spaced letters, near misses.

Owns how a text becomes a row of words with its sentence and clause borders. Knows nothing of
danger: it only asks the rules' spelling which words matter. Linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.flows.danger_rules import LanguageRules, Spelling
from bot.flows.folding import fold, shapes

LONGEST = 12_000
"""Characters looked at: the first and last half of it for anything longer. Telegram and Discord
carry at most 4,096 and 4,000 in one message."""

_PIECE = re.compile(r"(?:[^\W_]|[@$*'])+(?:[!|](?:[^\W_]|[@$*'])+)*|[.!?;:,()\"\n…/–—-]+")
_RUN = re.compile(r"(.)\1{2,}")
_HARD = frozenset(".!?;")
_LEET = (str.maketrans("0134578@$!|", "oieastbasii"), str.maketrans("0134578@$!|", "oleastbasll"))
_MARKS = frozenset("0134578@$!|*")
_JOINED = 40
"""Letters of the longest run of words without spaces that is taken apart."""


_SHORT = frozenset({"i", "a", "u", "y", "to", "me", "my", "it", "do", "be", "am", "is", "im", "of"})
"""The only words of one or two letters that a run of letters may be made of."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words in order. Bit i of `hard`: a sentence starts at word i; of `soft`: a clause."""

    words: tuple[str, ...]
    hard: int
    soft: int


def words_of(text: str, language: LanguageRules, *, near: bool = True) -> Words:
    """Give the plain words of a text as this language spells them.

    Without `near`, a word is never taken for another one that it misses by a letter: what is a
    slip in one language is a plain word of the next.
    """
    spelling = language.spelling
    text = _shortened(text)
    if not text.isascii():
        text = text.translate(spelling.emoji)
    mending = _Mending(spelling, language, {}, near)
    row: list[str] = []
    hard = soft = 1
    for piece in _joined(_PIECE.findall(fold(text)), mending):
        if not (piece[0].isalnum() or piece[0] in "@$*'"):
            soft |= 1 << len(row)
            if piece.strip('\n,:()"/-–—…') in _HARD or ("!" in piece or "?" in piece):
                hard |= 1 << len(row)
            continue
        row.extend(mending.mend(piece))
    return Words(tuple(row), hard, soft)


def pieces_of(text: str) -> list[str]:
    """Give the words of a text as they stand, in plain letters, nothing mended."""
    return [piece for piece in _PIECE.findall(fold(_shortened(text))) if piece[0].isalnum()]


def _shortened(text: str) -> str:
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]}\n{text[-half:]}"


def _joined(pieces: list[str], mending: _Mending) -> Iterator[str]:
    """Put letters that stand alone (k i l l, d.i.e) back together where they make words."""
    at = 0
    while at < len(pieces):
        if len(pieces[at]) > 1 or not pieces[at].isalnum():
            yield pieces[at]
            at += 1
            continue
        letters, end = [pieces[at]], at + 1
        while end < len(pieces):
            if len(pieces[end]) == 1 and pieces[end].isalnum():
                letters.append(pieces[end])
            elif pieces[end] not in {".", "-", "*", "/"}:
                break
            end += 1
        parts = mending.split("".join(letters)) if len(letters) > 2 else ()
        yield from parts or pieces[at:end]
        at = end


@dataclass(frozen=True, slots=True)
class _Mending:
    spelling: Spelling
    language: LanguageRules
    done: dict[str, tuple[str, ...]]
    near: bool

    def mend(self, piece: str) -> tuple[str, ...]:
        """Give the words a piece stands for, without fillers; itself where nothing is known."""
        found = self.done.get(piece)
        if found is None:
            fillers = self.spelling.fillers
            found = tuple(word for word in self._mend(piece) if word not in fillers)
            self.done[piece] = found
        return found

    def _mend(self, piece: str) -> tuple[str, ...]:
        word = piece.strip("'*").replace("'", "")
        if word != piece and (form := self.spelling.forms.get(piece)) is not None:
            return form
        if not word:
            return ()
        for candidate in self._readings(word):
            if self.language.known(candidate):
                form = self.spelling.forms.get(candidate)
                return (candidate,) if form is None else form
        return self._near(word) or self.split(word) or (word,)

    def _readings(self, word: str) -> Iterator[str]:
        yield word
        short = word
        if _RUN.search(word):
            yield _RUN.sub(r"\1\1", word)
            short = _RUN.sub(r"\1", word)
            yield short
        if not _MARKS.isdisjoint(short) and not short.isdigit():
            for leet in _LEET:
                yield short.translate(leet)
        if len(short) > 2 and short[-1] == short[-2]:
            yield short[:-1]

    def _near(self, word: str) -> tuple[str, ...]:
        """Give the word of the rules that is one slip away: a letter more, less, other, swapped."""
        if not self.near or not 4 <= len(word) <= 16 or word.isdigit():
            return ()
        # The first letter is seldom wrong, and asking for it keeps ordinary words out.
        found = self.spelling.near.get(word[0], ())
        found = tuple(near for near in found if abs(len(near) - len(word)) <= 1)
        own = shapes(word) if found else set()
        return next(((near,) for near in found if not own.isdisjoint(shapes(near))), ())

    def split(self, joined: str) -> tuple[str, ...]:
        """Give the known words that a run of letters is made of, the fewest; nothing otherwise."""
        form = self.spelling.forms.get(joined)
        if joined in self.spelling.stems or form is not None:
            return (joined,) if form is None else form
        if not 4 <= len(joined) <= _JOINED or not any(s in joined for s in self.spelling.stems):
            return ()
        best: list[tuple[str, ...] | None] = [()] + [None] * len(joined)
        for end in range(1, len(joined) + 1):
            for start in range(max(0, end - 12), end):
                before, word = best[start], joined[start:end]
                if before is None or not self.language.known(word):
                    continue
                if len(word) < 3 and word not in _SHORT:
                    continue
                now = best[end]
                if now is None or len(before) + 1 < len(now):
                    best[end] = (*before, word)
        parts = best[-1] or ()
        forms = ((self.spelling.forms.get(part), part) for part in parts)
        return tuple(w for form, part in forms for w in ((part,) if form is None else form))
