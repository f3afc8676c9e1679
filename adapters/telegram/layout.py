"""Where buttons go on a phone.

Owns rows and labels of an inline keyboard, as pure functions. Must not know what a button does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from bot.replies import Choice, Form, Reply

ROWS = 8
"""Rows of one keyboard that a phone shows without scrolling the question away."""

SCALE_ROW = 6
"""Numbers side by side at most: each still as wide as a thumb."""

FITS = {1: 38, 2: 20, 3: 12, 4: 8, 5: 6, 6: 5, 7: 4, 8: 3}
"""Letters of a label that a narrow phone (360 points) shows, by the buttons in its row. The first
is also what Discord recommends, so that the same words fit on both."""

EASY = {2: 14, 3: 10}
"""Letters that are read at a glance side by side: answers share a row by choice up to these, and
beyond them only where there would be too many rows."""

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
    below = _rows(ways, reply.ways, _fewest([*map(len, ways)]))
    if reply.done is not None:
        below = ((Button(reply.done.label, reply.done.token),), *below)
    if not reply.choices:
        return Keyboard(below)
    choices = reply.choices[:BUTTONS]
    labels = [choice.label for choice in choices]
    if reply.form is Form.SCALE:
        columns = ceil(len(choices) / ceil(len(choices) / SCALE_ROW))
        return Keyboard((*_rows(labels, choices, _columns(len(choices), columns)), *below))
    room = max(1, ROWS - len(below))
    tick = len(TICK) if reply.form is Form.PICK else 0  # so that a tick never moves a button
    lengths = [tick + len(label) for label in labels]
    widths = _even(lengths)
    spelled_out: tuple[str, ...] = ()
    if len(widths) > room or max(lengths) > FITS[1]:
        widths = _packed(lengths, room)
    if not widths:
        spelled_out = tuple(labels)
        columns = min(max(FITS), ceil(len(choices) / room))
        widths = _columns(len(choices), columns)
        labels = [_numbered(n, label, columns, tick) for n, label in enumerate(labels, 1)]
    return Keyboard((*_rows(labels, choices, widths), *below), spelled_out)


def _even(lengths: Sequence[int]) -> list[int]:
    """Give the number of buttons in each row where all rows are alike: one row where up to three
    fit, pairs where the words are short, else one below the other."""
    longest = max(lengths, default=0)
    fitting = max((columns for columns, fits in EASY.items() if longest <= fits), default=1)
    if len(lengths) <= fitting:
        return [len(lengths)] if lengths else []
    return _columns(len(lengths), min(fitting, 2))


def _fewest(lengths: Sequence[int]) -> list[int]:
    """Use as few rows as the words allow."""
    packed = (_packed(lengths, rows) for rows in range(1, len(lengths) + 1))
    return next(filter(None, packed), _columns(len(lengths), 1))


def _packed(lengths: Sequence[int], rows: int) -> list[int]:
    """Let short neighbours share a row, no more of them than it takes for all to fit into so many
    rows; nothing if they never do."""
    best: list[dict[int, tuple[int, list[int]]]] = [{} for _ in range(len(lengths) + 1)]
    best[0][0] = (0, [])
    for end in range(1, len(lengths) + 1):
        for width in range(1, min(end, max(FITS)) + 1):
            if max(lengths[end - width : end]) > FITS[width]:
                continue
            for used, (crowding, widths) in best[end - width].items():
                candidate = (crowding + width * width, [*widths, width])
                if used < rows and candidate < best[end].get(used + 1, (candidate[0] + 1, [])):
                    best[end][used + 1] = candidate
    return min(best[-1].values(), default=(0, []))[1]


def _columns(count: int, columns: int) -> list[int]:
    """Give the number of buttons in each row for so many columns."""
    return [min(columns, count - start) for start in range(0, count, columns)]


def _numbered(number: int, label: str, columns: int, tick: int) -> str:
    """Give what fits of a label behind its number; side by side, the number alone."""
    if columns > 1:
        return str(number)
    whole, room = f"{number}. {label}", FITS[1] - tick
    return whole if len(whole) <= room else whole[: room - 1].rsplit(" ", 1)[0] + "…"


def _rows(labels: Sequence[str], choices: Sequence[Choice], widths: Sequence[int]) -> Rows:
    buttons = [
        Button((TICK if choice.chosen else "") + label, choice.token)
        for label, choice in zip(labels, choices, strict=True)
    ]
    ends = list(accumulate(widths))
    return tuple(tuple(buttons[end - width : end]) for width, end in zip(widths, ends, strict=True))
