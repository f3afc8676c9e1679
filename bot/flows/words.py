"""Reading how a step is worded: the same in English and in every translation.

Owns the words of a step and the stamp that tells whether English has changed since. Knows nothing
of graphs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TypeGuard

from bot.flows.content import Shown
from bot.flows.model import StepWords
from bot.flows.nodes import Entries, Node, Text
from bot.flows.shape import Reading

QUESTIONS = ("choose", "pick", "scale", "write")
"""The names in a step that make it ask."""


def read_words(
    reading: Reading, step: Entries, language: str, flow: str, name: str
) -> tuple[StepWords, list[Shown]]:
    """Read the words of one step and list every text among them."""
    shown: list[Shown] = []

    def keep(text: Text, slot: str, key: str = "") -> str:
        place = reading.place(text.line)
        shown.append(Shown(text.value, place, language, flow, name, slot, key))
        if text.cut:
            _complain_of_cut(reading, text)
        return text.value

    say: tuple[str, ...] = ()
    again = alt = ""
    labels: dict[str, str] = {}
    understand: dict[str, tuple[str, ...]] = {}
    for key, node in step.pairs:
        what = key.value
        if what == "say":
            say = tuple(keep(text, "say") for text in reading.texts(node, what))
        elif what in ("choose", "pick", "scale"):
            like = "`1: closed` and `5: open`" if what == "scale" else "`word: What is shown`"
            for word, label in reading.entries(node, what, like).pairs:
                if reading.text(label, word.value) and isinstance(label, Text):
                    labels[word.value] = keep(label, what, word.value)
        elif what == "also understand":
            for word, others in reading.entries(node, what, "`word: [other, words]`").pairs:
                texts = reading.texts(others, word.value)
                understand[word.value] = tuple(keep(t, "understand", word.value) for t in texts)
        elif what == "if not understood":
            again = keep(node, "again") if _has_text(reading, node, what) else ""
        elif what == "alt":
            alt = keep(node, "alt") if _has_text(reading, node, what) else ""
    _repeated(reading, step, say)
    return StepWords(say, labels, understand, again, alt), shown


def _has_text(reading: Reading, node: Node, what: str) -> TypeGuard[Text]:
    return bool(reading.text(node, what)) and isinstance(node, Text)


def _repeated(reading: Reading, step: Entries, say: tuple[str, ...]) -> None:
    if len(set(say)) < len(say):
        node = step.get("say")
        line = node.line if node else step.line
        problem = "Two variants of this text are the same."
        reading.find("C123", line, problem, "Write the second one differently, or delete it.")


def _complain_of_cut(reading: Reading, text: Text) -> None:
    reading.find(
        "C117",
        text.line,
        "The words behind # are a remark and are not shown.",
        'If they belong to the sentence, put all of it in "quotes"; '
        "if not, give the remark a line of its own.",
    )


def stamp(words: StepWords) -> str:
    """Give the mark of these English words: it changes when a translator should look again.

    The first 8 hex digits of a SHA-256 over what is shown. What may be typed is left out, because
    every language has its own.
    """
    parts = [list(words.say), sorted(words.labels.items()), words.again, words.alt]
    written = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:8]


def texts_of(shown: Iterable[Shown], slots: Iterable[str]) -> list[Shown]:
    """Give the texts in these slots."""
    wanted = set(slots)
    return [text for text in shown if text.slot in wanted]
