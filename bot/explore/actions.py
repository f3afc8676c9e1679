"""What a person can do at a place, and how long it takes them.

Owns the list of answers that are tried, and the pace of reading and answering. Knows nothing of
where an answer leads.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations

from bot.engine.asking import open_question
from bot.engine.conversation import Conversation
from bot.engine.scene import Scene
from bot.events import Chose, Commanded, Event, Said
from bot.flows.library import Library
from bot.flows.model import Choose, Pick, Scale, Write
from bot.replies import Form, Reply, plain

WORDS_A_MINUTE = 200
"""Reading on a phone, unhurried."""

SECONDS_A_TAP, SECONDS_A_TEXT = 6, 40
"""Time to settle on a tap, and to write a few words."""

SUBSETS = 64
"""Combinations of a `pick` tried one by one; beyond it single ones, pairs and the fullest."""

Action = tuple[str, str]
"""(`open`, flow), (`tap`, key), (`pick`, keys joined by a space), (`type`, words), (`wait`,
`2 days`)."""


def actions(library: Library, talk: Conversation, now: datetime) -> Iterator[tuple[Action, Event]]:
    """List what a person can answer to the open question: every option, every number, every set
    of ticks that matters, the longest text, and skip."""
    scene = Scene(library, talk, now, random.Random(0))  # noqa: S311 - nothing is drawn
    found = open_question(scene)
    if found is None:
        return
    frame, step = found

    def token(key: str) -> str:
        return scene.choice(key, key, asked=frame.asked).token

    match step.question:
        case Choose(options=options):
            for key in options:
                yield ("tap", key), Chose(token(key))
        case Scale(low=low, high=high):
            for number in range(low, high + 1):
                yield ("tap", str(number)), Chose(token(str(number)))
        case Pick() as pick:
            for keys in _subsets(pick):
                yield ("pick", " ".join(keys)), Chose("", tuple(token("+" + k) for k in keys))
        case Write(limit=limit):
            yield ("type", "x" * limit), Said("x" * limit)
    yield ("type", "/skip"), Commanded("skip")


def _subsets(pick: Pick) -> Iterator[Sequence[str]]:
    sizes = range(max(1, pick.at_least), pick.at_most + 1)
    if 2 ** len(pick.options) <= SUBSETS:
        for size in sizes:
            yield from combinations(pick.options, size)
        return
    for size in sorted({sizes[0], min(2, sizes[-1])}):
        yield from combinations(pick.options, size)
    yield pick.options[: pick.at_most]


def seconds(replies: Sequence[Reply]) -> float:
    """Give how long it takes to read these messages and to answer the question among them."""
    total = 0.0
    for reply in replies:
        if reply.closes:
            continue
        words = len(plain(reply.text).split()) + sum(len(c.label.split()) for c in reply.choices)
        total += words * 60 / WORDS_A_MINUTE
        if reply.form is Form.WRITE:
            total += SECONDS_A_TEXT
        elif reply.form is not Form.NONE:
            total += SECONDS_A_TAP
    return total
