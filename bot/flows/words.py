"""Reading how a step is worded: the same in English and in every translation.

Owns the words of a step and the stamp that tells whether English has changed since. Knows nothing
of graphs.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

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
    reader = _StepReader(reading, language, flow, name)
    say: tuple[str, ...] = ()
    again = alt = ""
    labels: dict[str, str] = {}
    understand: dict[str, tuple[str, ...]] = {}
    for key, node in step.pairs:
        match key.value:
            case "say":
                say = reader.several(node, "say", "say")
                if len(set(say)) < len(say):
                    problem = "Two variants of this text are the same."
                    instead = "Write the second one differently, or delete it."
                    reading.find("C123", node.line, problem, instead)
            case "choose" | "pick" | "scale" as slot:
                labels = reader.labels(node, slot)
            case "also understand":
                understand = reader.understand(node)
            case "if not understood":
                again = reader.one(node, key.value, "again")
            case "alt":
                alt = reader.one(node, "alt", "alt")
    return StepWords(say, labels, understand, again, alt), reader.shown


@dataclass(slots=True)
class _StepReader:
    """Takes texts out of one step and remembers where each stood."""

    reading: Reading
    language: str
    flow: str
    step: str
    shown: list[Shown] = field(default_factory=list)

    def labels(self, node: Node, slot: str) -> dict[str, str]:
        like = "`1: closed` and `5: open`" if slot == "scale" else "`word: What is shown`"
        pairs = self.reading.entries(node, slot, like).pairs
        read = {word.value: self.one(label, word.value, slot, word.value) for word, label in pairs}
        return {word: label for word, label in read.items() if label}

    def understand(self, node: Node) -> dict[str, tuple[str, ...]]:
        pairs = self.reading.entries(node, "also understand", "`word: [other, words]`").pairs
        return {
            word.value: self.several(others, word.value, "understand", word.value)
            for word, others in pairs
        }

    def one(self, node: Node, what: str, slot: str, key: str = "") -> str:
        has_words = self.reading.text(node, what)
        return self._keep(node, slot, key) if has_words and isinstance(node, Text) else ""

    def several(self, node: Node, what: str, slot: str, key: str = "") -> tuple[str, ...]:
        return tuple(self._keep(text, slot, key) for text in self.reading.texts(node, what))

    def _keep(self, text: Text, slot: str, key: str) -> str:
        place = self.reading.place(text.line)
        self.shown.append(Shown(text.value, place, self.language, self.flow, self.step, slot, key))
        if text.cut:
            self.reading.find(
                "C117",
                text.line,
                "The words behind # are a remark and are not shown.",
                'If they belong to the sentence, put all of it in "quotes"; '
                "if not, leave two spaces before the #.",
            )
        return text.value


def stamp(words: StepWords) -> str:
    """Give the mark of these English words: it changes when a translator should look again.

    The first 8 hex digits of a SHA-256 over what is shown. What may be typed is left out, because
    every language has its own.
    """
    parts = [list(words.say), sorted(words.labels.items()), words.again, words.alt]
    written = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:8]
