"""Everything that was read, parsed and raw side by side: what the checks look at.

Owns the values between reading and checking. Knows nothing of files or of any single check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.flows.house import House
from bot.flows.library import MASTER
from bot.flows.model import Flow, Place, Wording
from bot.flows.nodes import Entries

Recognise = Callable[[str, str], str]
"""Given a language and typed words: the kind of safety help they would bring, or an empty text."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One text a person may be shown or may type, with where it stands.

    `slot` is title, about, say, choose, pick, scale, understand, again, alt (of a flow), phrase,
    describe, words or stop (of the house). `key` is the stored word, the phrase or the command.
    """

    text: str
    place: Place
    language: str
    flow: str
    step: str
    slot: str
    key: str = ""


LABELS = frozenset({"choose", "pick"})
"""Slots that become buttons."""

PROSE = frozenset({"say", "again", "phrase"})
"""Slots that become messages."""

TYPED = frozenset({"understand", "words", "stop"})
"""Slots a person types and is never shown."""


@dataclass(frozen=True, slots=True)
class FlowSource:
    """An English flow file: the flow, its wording, its raw nodes by step, its texts."""

    flow: Flow
    wording: Wording
    root: Entries
    steps: Mapping[str, Entries]
    texts: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class WordingSource:
    """A translated flow file: its wording, its texts, and the stamp of each step with its line."""

    wording: Wording
    root: Entries
    steps: Mapping[str, Entries]
    texts: tuple[Shown, ...]
    stamps: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True)
class HouseSource:
    """The house words of one language, with the place of each phrase, command and menu entry."""

    house: House
    texts: tuple[Shown, ...]
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the outline: its label in a few words and where it stands."""

    code: str
    label: str
    place: Place


@dataclass(frozen=True, slots=True)
class Content:
    """All of a content folder. `broken` names flows whose file could not be read on: references to
    them are not complained of twice. `pictures` holds each picture's size in bytes."""

    flows: Mapping[str, FlowSource] = field(default_factory=dict)
    wordings: Mapping[str, Mapping[str, WordingSource]] = field(default_factory=dict)
    houses: Mapping[str, HouseSource] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    pictures: Mapping[str, int] = field(default_factory=dict)
    outline: tuple[Point, ...] = ()
    transcripts: frozenset[str] | None = None
    recognise: Recognise | None = None
    version: str = ""

    def texts(self) -> Iterator[Shown]:
        """Give every text of every language, house words included."""
        for source in self.flows.values():
            yield from source.texts
        for sources in self.wordings.values():
            for wording in sources.values():
                yield from wording.texts
        for house in self.houses.values():
            yield from house.texts

    def languages(self) -> tuple[str, ...]:
        """Give the languages there are, English first."""
        others = sorted({*self.wordings, *self.houses} - {MASTER})
        return (MASTER, *others)
