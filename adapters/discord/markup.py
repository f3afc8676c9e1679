"""A neutral text as Discord's own markdown, cut into messages.

Owns escaping and splitting. Knows nothing of buttons, people or the network. Discord reads every
message as markdown, so whatever is not meant as markup is escaped, content and own words alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.replies import Manner, Span, Text

CONTENT_LIMIT = 1900
"""Characters of one message. Discord takes 2000; the unit it counts emoji in is undocumented, so
the larger of code points and UTF-16 units is kept below this, with room for an answer line."""

_MARKS = re.compile(r"[\\*_~`|<>\[\]()]")
_LINE_MARK = re.compile(r"^(\s*)(-#|#{1,6}|[-+]|\d{1,9}[.)])(?=\s)", re.MULTILINE)
_CALLING = re.compile(r"@(?=everyone|here)")
_ADDRESS = re.compile(r"https?://[^\s<>]+")
_ATOM = re.compile(r"\n+|[^\S\n]+|\S+")


def escape(text: str) -> str:
    """Make a text show exactly as it is written: markdown, mentions, timestamps and masked links
    lose their meaning; a bare web address stays whole."""
    pieces: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        pieces.append(_escape_words(text[end : found.start()]))
        # An address is never read as markdown, but a closing `)` could end somebody's masked link;
        # the opening bracket before it is escaped, which takes that meaning away.
        pieces.append(found.group())
        end = found.end()
    pieces.append(_escape_words(text[end:]))
    # A zero-width space is Discord's own way to say the name of a mention without making one.
    return _CALLING.sub("@\u200b", _LINE_MARK.sub(_escape_line_mark, "".join(pieces)))


def _escape_words(text: str) -> str:
    return _MARKS.sub(lambda mark: "\\" + mark.group(), text)


def _escape_line_mark(found: re.Match[str]) -> str:
    mark = found[2]
    if mark[0].isdigit():
        return f"{found[1]}{mark[:-1]}\\{mark[-1]}"
    return f"{found[1]}\\{mark}"


def size(text: str) -> int:
    """Measure a text the stricter way: UTF-16 units, never fewer than its characters."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(frozen=True, slots=True)
class _Atom:
    """A word, a gap or a time: what a cut never goes through."""

    text: str
    strong: bool = False
    drawn: str = ""  # set for a time, which is drawn already


def pages(text: Text, limit: int = CONTENT_LIMIT) -> list[str]:
    """Draw a text and cut it into messages of at most `limit`: between paragraphs where that
    leaves a message at least half full, else between lines, sentences or words."""
    atoms = list(_atoms(text, limit))
    made: list[str] = []
    while atoms:
        count = _fitting(atoms, limit)
        cut = count if count == len(atoms) else _best_cut(atoms, count)
        drawn = _draw(atoms[:cut]).strip()
        if drawn:
            made.append(drawn)
        atoms = atoms[cut:]
    return made


def _atoms(text: Text, limit: int) -> Iterable[_Atom]:
    for span in text:
        if span.manner is Manner.TIME:
            yield _Atom(span.text, drawn=f"<t:{span.at}:f>")
            continue
        for found in _ATOM.finditer(span.text):
            yield from _pieces(found.group(), span, limit)


def _pieces(word: str, span: Span, limit: int) -> Iterable[_Atom]:
    # Escaping at most doubles a word and emoji count twice, so a quarter always fits.
    longest = max(1, limit // 4)
    for start in range(0, len(word), longest):
        yield _Atom(word[start : start + longest], span.manner is Manner.STRONG)


def _fitting(atoms: Sequence[_Atom], limit: int) -> int:
    """Count the atoms that fit, by their size once drawn (an upper bound first, then exactly)."""
    bound = 0
    count = 0
    for atom in atoms:
        bound += size(atom.drawn or escape(atom.text)) + (4 if atom.strong else 0)
        if bound > limit and count:
            break
        count += 1
    while count > 1 and size(_draw(atoms[:count])) > limit:
        count -= 1
    return count


def _best_cut(atoms: Sequence[_Atom], count: int) -> int:
    half = count // 2
    for fits in (_ends_paragraph, _ends_line, _ends_sentence, _is_gap):
        for index in range(count, half, -1):
            if fits(atoms, index):
                return index
    return count


def _ends_paragraph(atoms: Sequence[_Atom], index: int) -> bool:
    return atoms[index - 1].text.startswith("\n\n")


def _ends_line(atoms: Sequence[_Atom], index: int) -> bool:
    return atoms[index - 1].text.startswith("\n")


def _ends_sentence(atoms: Sequence[_Atom], index: int) -> bool:
    return index >= 2 and atoms[index - 1].text.isspace() and atoms[index - 2].text[-1] in ".!?…"


def _is_gap(atoms: Sequence[_Atom], index: int) -> bool:
    return atoms[index - 1].text.isspace()


def _draw(atoms: Sequence[_Atom]) -> str:
    """Draw atoms, escaping each unbroken run as a whole so that line starts are seen."""
    made: list[str] = []
    run: list[str] = []
    strong = False
    for atom in (*atoms, _Atom("", drawn=" ")):
        if run and (atom.drawn or atom.strong != strong):
            made.append(_styled("".join(run), strong=strong, at_line_start=_starts_line(made)))
            run = []
        if atom.drawn:
            made.append(atom.drawn)
        else:
            strong = atom.strong
            run.append(atom.text)
    return "".join(made[:-1])


def _starts_line(made: Sequence[str]) -> bool:
    return not made or made[-1].endswith("\n")


def _styled(text: str, *, strong: bool, at_line_start: bool) -> str:
    # A run that goes on in the middle of a line holds no line mark at its start.
    escaped = escape(text) if at_line_start else escape("." + text)[1:]
    core = escaped.strip()
    if not strong or not core:
        return escaped
    before = escaped[: len(escaped) - len(escaped.lstrip())]
    after = escaped[len(escaped.rstrip()) :]
    # Bold does not reach over an empty line.
    return before + re.sub(r"\n{2,}", lambda gap: f"**{gap.group()}**", f"**{core}**") + after
