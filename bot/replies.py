"""What Ajar says, as plain values that any platform can draw.

Owns the neutral form of a message. Knows nothing of any platform's markup or limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

TOKEN_LIMIT = 64
"""Bytes of a button's token: Telegram's callback_data holds 64, Discord's custom_id 100."""


class Manner(StrEnum):
    """How a run of text is meant."""

    PLAIN = "plain"
    STRONG = "strong"
    OWN = "own"  # the person's own words: shown as they are, never read as markup
    TIME = "time"  # an instant, drawn in the reader's own zone where the platform can


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text. For `TIME`, `at` is the instant (Unix seconds) and `text` the fallback."""

    text: str
    manner: Manner = Manner.PLAIN
    at: int = 0


Text = tuple[Span, ...]


def plain(text: Text) -> str:
    """Give the words of a text without their manners."""
    return "".join(span.text for span in text)


@dataclass(frozen=True, slots=True)
class Choice:
    """One button. `token` is at most 64 ASCII bytes and comes back in `Chose`."""

    token: str
    label: str
    chosen: bool = False  # a ticked box of a `PICK`


class Form(StrEnum):
    """How the choices are meant to be laid out and answered."""

    NONE = "none"  # nothing to answer
    LIST = "list"  # one of the choices
    SCALE = "scale"  # one of the numbers, in order; `ends` holds the words at both ends
    PICK = "pick"  # several: each choice toggles, then `done`
    WRITE = "write"  # free words; `limit` characters


class Urgency(IntEnum):
    """Who goes first when messages wait: the smaller number."""

    CRISIS = 0
    LIVE = 1
    REMINDER = 2


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file of the content folder. The reply's text carries its meaning; `alt` names it."""

    path: str
    alt: str


@dataclass(frozen=True, slots=True)
class File:
    """A file for the person: `name` is ASCII, `body` the bytes as text."""

    name: str
    body: str
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a person.

    `turn` is the turn in which it was made. `choices` answer the question (by `form`); `ways` are
    the small buttons beneath it (skip, back, menu, carry on ...), always pressable, never part of
    the answer. `done` is the token that finishes a `PICK`; `at_least`/`at_most` bound it.

    `edits` names the turn of an earlier question whose message this reply replaces in place: with
    no form of its own it closes that question, showing what was chosen (`answer`), or, without
    text, only taking its buttons away; with a form the question is redrawn (a toggled box). Where
    the earlier message cannot be edited, a closing is left out and a redrawing is sent anew.

    `deletes` holds the platform's own references of earlier messages of ours that are to go. It is
    filled in by the store after an erase, stands alone without any text, and is left out for
    messages that are gone or that the platform does not delete any more.

    `until` is the instant (Unix seconds) from which it is not sent any more; 0 is none.
    """

    text: Text
    turn: int = 0
    form: Form = Form.NONE
    choices: tuple[Choice, ...] = ()
    ways: tuple[Choice, ...] = ()
    ends: tuple[str, str] = ("", "")
    done: Choice | None = None
    at_least: int = 0
    at_most: int = 0
    limit: int = 0
    edits: int | None = None
    answer: str = ""
    picture: Picture | None = None
    file: File | None = None
    urgency: Urgency = Urgency.LIVE
    language: str = "en"
    deletes: tuple[str, ...] = ()
    until: int = 0

    @property
    def closes(self) -> bool:
        """Whether this reply only closes an earlier question."""
        return self.edits is not None and self.form is Form.NONE
