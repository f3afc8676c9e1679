"""A question's choices as Discord's buttons and selects.

Owns the layout: which choices become buttons, which a select, and how they share five rows. Knows
nothing of the message around them. Limits are Discord's own for messages: five rows, five buttons
a row, 25 options a select, 80 characters a button's label, 100 an option's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.discord import custom_ids
from bot.errors import Rejected
from bot.replies import Choice, Form, Reply

Component = dict[str, Any]

ROWS = 5
ROW_WIDTH = 5
OPTIONS = 25
LABEL = 80
OPTION_LABEL = 100
LEGIBLE = 38
"""Characters of a button's label that Discord's design guide allows before phones cut it."""

_ROW, _BUTTON, _SELECT, _TEXT_INPUT, _LABEL = 1, 2, 3, 4, 18
_PRIMARY, _SECONDARY, _SUCCESS, _LINK = 1, 2, 3, 5
_PARAGRAPH = 2

MODAL_TITLE = 45
MODAL_TEXT = 4000


def rows(reply: Reply, write_label: str, placeholder: str) -> list[Component]:
    """Lay out the choices and ways of a reply. `write_label` names the button that opens a modal;
    `placeholder` stands in an unused select."""
    ways = [_button(way, _SECONDARY) for way in _once(reply.ways)]
    if reply.form is Form.WRITE and reply.ways:
        # Every token of this message names its question; the words written come back under it.
        name = custom_ids.write(reply.ways[0].token, max(1, min(reply.limit, MODAL_TEXT)))
        ways.insert(0, _named_button(name, write_label, _PRIMARY))
    below = [*([_button(reply.done, _SUCCESS)] if reply.done else ()), *ways]
    if reply.form is Form.PICK and reply.done is not None and reply.choices:
        # The select finishes the question by itself, unless it can stand as it is: Discord only
        # sends a selection that was changed.
        stands = reply.at_least == 0 or any(choice.chosen for choice in reply.choices)
        laid = [_pick(reply, reply.done, placeholder), *_in_rows(below if stands else ways)]
    else:
        laid = _chosen(reply, placeholder, _in_rows(below))
    if len(laid) > ROWS:
        raise Rejected("A question has more choices than one Discord message can hold.")
    return laid


def _chosen(reply: Reply, placeholder: str, below: list[Component]) -> list[Component]:
    choices = _once(reply.choices)
    room = (ROWS - len(below)) * ROW_WIDTH
    legible = all(len(choice.label) <= LEGIBLE for choice in choices)
    if not choices or (len(choices) <= room and legible):
        return _in_rows([_button(choice, _PRIMARY) for choice in choices]) + below
    parts = [choices[start : start + OPTIONS] for start in range(0, len(choices), OPTIONS)]
    return [
        _select(custom_ids.listing(place), part, placeholder, 1, 1)
        for place, part in enumerate(parts)
    ] + below


def _pick(reply: Reply, done: Choice, placeholder: str) -> Component:
    choices = _once(reply.choices)
    if len(choices) > OPTIONS:
        raise Rejected("A question has more boxes to tick than one Discord select can hold.")
    most = min(reply.at_most or len(choices), len(choices))
    least = min(reply.at_least, most)
    return _select(custom_ids.pick(done.token), choices, placeholder, least, max(1, most))


def link(label: str, url: str) -> list[Component]:
    """Lay out a single button that leads somewhere."""
    return [_row([{"type": _BUTTON, "style": _LINK, "label": cut(label, LABEL), "url": url}])]


def modal(token: str, limit: int, title: str, label: str) -> Component:
    """Make the modal that takes free words; they come back under this token."""
    field = {
        "type": _TEXT_INPUT,
        "custom_id": "words",
        "style": _PARAGRAPH,
        "required": True,
        "min_length": 1,
        "max_length": limit,
    }
    return {
        "custom_id": token,
        "title": cut(title, MODAL_TITLE),
        "components": [{"type": _LABEL, "label": cut(label, MODAL_TITLE), "component": field}],
    }


def cut(text: str, limit: int) -> str:
    """Shorten a label to Discord's limit."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _once(choices: Sequence[Choice]) -> list[Choice]:
    """Drop what would name the same token twice: Discord refuses such a message."""
    return list({choice.token: choice for choice in choices}.values())


def _in_rows(buttons: Sequence[Component]) -> list[Component]:
    """Share buttons evenly over as few rows as hold them: eleven become 4, 4 and 3."""
    count = -(-len(buttons) // ROW_WIDTH)
    made: list[Component] = []
    start = 0
    for place in range(count):
        width = -(-(len(buttons) - start) // (count - place))
        made.append(_row(buttons[start : start + width]))
        start += width
    return made


def _row(inside: Sequence[Component]) -> Component:
    return {"type": _ROW, "components": list(inside)}


def _button(choice: Choice, style: int) -> Component:
    return _named_button(choice.token, choice.label, _SUCCESS if choice.chosen else style)


def _named_button(name: str, label: str, style: int) -> Component:
    return {"type": _BUTTON, "style": style, "label": cut(label, LABEL) or "·", "custom_id": name}


def _select(
    name: str, choices: Sequence[Choice], placeholder: str, least: int, most: int
) -> Component:
    options: list[Component] = []
    for choice in choices:
        option: Component = {
            "label": cut(choice.label, OPTION_LABEL) or "·",
            "value": choice.token,
        }
        if choice.chosen:
            option["default"] = True
        options.append(option)
    return _row(
        [
            {
                "type": _SELECT,
                "custom_id": name,
                "options": options,
                "placeholder": cut(placeholder, 150),
                "min_values": least,
                "max_values": most,
            }
        ]
    )
