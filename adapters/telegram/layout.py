"""Where buttons go on a phone.

Owns rows and labels of an inline keyboard, as pure functions. Must not know what a button does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from bot.replies import Choice, Form, Reply

ROWS = 8
"""Rows of one keyboard that a phone shows without scrolling the question away."""

SCALE_ROW = 6
"""Numbers side by side at most: each still as wide as a thumb."""

FITS = {1: 38, 2: 18, 3: 11, 4: 8, 5: 6, 6: 5, 7: 4, 8: 3}
"""Letters of a label that a narrow phone (360 points) shows, by the buttons in its row. The first
is also what Discord recommends, so that the same words fit on both."""

BUTTONS = 100
"""Buttons of one message (Bot API)."""

TICK = "✓ "


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what it says and what it sends back."""

    label: str
    token: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The rows of a message, and whole labels that have to stand in its text, numbered from 1,
    because their buttons have room for the number and the first words only."""

    rows: Rows = ()
    spelled_out: tuple[str, ...] = ()


def keyboard(reply: Reply) -> Keyboard:
    """Lay out the choices of a reply, its Done, and the small ways beneath."""
    ways = [way.label for way in reply.ways]
    below = _rows(ways, reply.ways, _columns(ways, ROWS))
    if reply.done is not None:
        below = ((Button(reply.done.label, reply.done.token),), *below)
    if not reply.choices:
        return Keyboard(below)
    choices = reply.choices[:BUTTONS]
    tick = TICK if reply.form is Form.PICK else ""
    labels = [(TICK if choice.chosen else "") + choice.label for choice in choices]
    if reply.form is Form.SCALE:
        columns = ceil(len(choices) / ceil(len(choices) / SCALE_ROW))
        return Keyboard((*_rows(labels, choices, columns), *below))
    roomy = [tick + choice.label for choice in choices]  # so that a tick never moves a button
    columns = _columns(roomy, max(1, ROWS - len(below)))
    spelled_out: tuple[str, ...] = ()
    if max(map(len, roomy)) > FITS[columns]:
        spelled_out = tuple(choice.label for choice in choices)
        labels = [
            (TICK if choice.chosen else "") + _numbered(number, choice.label, columns, tick)
            for number, choice in enumerate(choices, 1)
        ]
    return Keyboard((*_rows(labels, choices, columns), *below), spelled_out)


def _numbered(number: int, label: str, columns: int, tick: str) -> str:
    """Give what fits of a label behind its number; side by side, the number alone."""
    if columns > 1:
        return str(number)
    whole, room = f"{number}. {label}", FITS[1] - len(tick)
    return whole if len(whole) <= room else whole[: room - 1].rsplit(" ", 1)[0] + "…"


def _columns(labels: Sequence[str], rows: int) -> int:
    """Choose how many buttons stand side by side so that they need at most `rows` rows: all in one
    row where up to three fit, pairs where the words are short, else one below the other."""
    if not labels:
        return 1
    longest = max(map(len, labels))
    fitting = max((columns for columns in (1, 2, 3) if longest <= FITS[columns]), default=1)
    if len(labels) <= fitting:
        return len(labels)
    return max(min(fitting, 2), min(max(FITS), ceil(len(labels) / rows)))


def _rows(labels: Sequence[str], choices: Sequence[Choice], columns: int) -> Rows:
    buttons = [Button(label, choice.token) for label, choice in zip(labels, choices, strict=True)]
    return tuple(
        tuple(buttons[start : start + columns]) for start in range(0, len(buttons), columns)
    )
