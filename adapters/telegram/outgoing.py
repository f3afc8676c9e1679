"""What Telegram is to do for a reply: our `Reply` in, their calls as plain values out.

Owns the drawing of replies, as pure functions. Must not know the library or the network; the words
are cut and marked in `wording`, the buttons laid out in `layout`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from adapters.telegram.incoming import referred
from adapters.telegram.layout import Rows, keyboard
from adapters.telegram.wording import CAPTION_UNITS, MESSAGE_UNITS, Words, parts, units
from bot.replies import File, Form, Manner, Picture, Reply, Span, Text, plain

SILENCE = Words("")
WORDLESS = Words("…")
"""Stands where buttons have no words of their own: Telegram sends no empty message."""


class Act(StrEnum):
    """The Bot API method of a call."""

    SEND = "sendMessage"
    PICTURE = "sendPhoto"
    FILE = "sendDocument"
    EDIT = "editMessageText"
    CAPTION = "editMessageCaption"
    CLEAR = "editMessageReplyMarkup"


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `message` is the number of the message that an edit changes."""

    act: Act
    words: Words = SILENCE
    rows: Rows = ()
    message: int = 0
    picture: Picture | None = None
    file: File | None = None

    @property
    def edits(self) -> bool:
        """Whether this changes a message that is there."""
        return self.act in (Act.EDIT, Act.CAPTION, Act.CLEAR)

    @property
    def media(self) -> bool:
        """Whether the words of the message are a caption."""
        return self.act in (Act.PICTURE, Act.FILE, Act.CAPTION)

    def without_marks(self) -> Call:
        """Give the same call with bare words, for a server that does not know an entity."""
        return replace(self, words=Words(self.words.text))


def calls(reply: Reply, edits: str | None) -> tuple[Call, ...]:
    """Draw a reply. `edits` refers to the message it replaces, if that is known.

    A closing without its message is left out; a redrawing without it is sent anew. Buttons stand
    under the last message.
    """
    if reply.closes:
        return (_closing(reply, edits),) if edits else ()
    board = keyboard(reply)
    text = _with_lines(reply, board.spelled_out)
    if edits:
        message, media = referred(edits)
        limit = CAPTION_UNITS if media else MESSAGE_UNITS
        words = _last(text, limit)
        return (Call(Act.CAPTION if media else Act.EDIT, words, board.rows, message),)
    drawn = [*_media(reply, text), *_messages(reply, text)]
    if board.rows:
        drawn = drawn or [Call(Act.SEND, WORDLESS)]
        drawn[-1] = replace(drawn[-1], rows=board.rows)
    return tuple(drawn)


def _closing(reply: Reply, edits: str) -> Call:
    message, media = referred(edits)
    if not plain(reply.text).strip():
        return Call(Act.CLEAR, message=message)
    text = reply.text
    if reply.answer:
        text = (*text, Span("\n\n→ "), Span(reply.answer, Manner.STRONG))
    limit = CAPTION_UNITS if media else MESSAGE_UNITS
    return Call(Act.CAPTION if media else Act.EDIT, _last(text, limit), message=message)


def _last(text: Text, limit: int) -> Words:
    """Give the last message of a text: the one that holds the buttons."""
    return (parts(text, limit) or (WORDLESS,))[-1]


def _with_lines(reply: Reply, spelled_out: tuple[str, ...]) -> Text:
    """Add what the buttons cannot say: the ends of a scale, labels too long for a phone."""
    lines = [f"{number}. {label}" for number, label in enumerate(spelled_out, 1)]
    if reply.form is Form.SCALE and reply.choices and any(reply.ends):
        ends = zip((reply.choices[0], reply.choices[-1]), reply.ends, strict=True)
        lines += [f"{choice.label}: {words}" for choice, words in ends if words]
    return (*reply.text, Span("\n\n" + "\n".join(lines))) if lines else reply.text


def _fits_caption(text: Text) -> bool:
    return units(plain(text)) <= CAPTION_UNITS


def _media(reply: Reply, text: Text) -> list[Call]:
    """Draw picture and file; the words go with the last of them as its caption, if they fit."""
    caption = (parts(text, CAPTION_UNITS) or (Words(""),))[0] if _fits_caption(text) else Words("")
    drawn: list[Call] = []
    if reply.picture:
        alone = reply.file is not None or not caption.text
        words = Words(reply.picture.alt[: CAPTION_UNITS // 2]) if alone else caption
        drawn.append(Call(Act.PICTURE, words, picture=reply.picture))
    if reply.file:
        drawn.append(Call(Act.FILE, caption, file=reply.file))
    return drawn


def _messages(reply: Reply, text: Text) -> list[Call]:
    if (reply.picture or reply.file) and _fits_caption(text):
        return []
    return [Call(Act.SEND, words) for words in parts(text, MESSAGE_UNITS)]
