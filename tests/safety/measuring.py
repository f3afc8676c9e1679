"""Measuring the recogniser on invented messages: halves, counts, Wilson intervals.

Owns how a message is read and which half it belongs to. Prints counts only: whoever writes rules
looks at the development half alone, or the other half measures nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import sqrt
from pathlib import Path

from bot.engine.safety import recognise
from bot.flows.danger_rules import Rules
from bot.flows.recognising import load_rules

CONTENT = Path(__file__).parents[2] / "content"
MESSAGES = Path(__file__).parent / "messages"
FIRST = ("english.jsonl", "spanish.jsonl", "german.jsonl")
"""The first sitting, written before any rule, split into two halves by `half`."""

RULED = frozenset({"en", "es", "de", "b1", "b2", "b3", "b4", "b5"})
"""Authors, as the ids of their messages begin, on whose messages rules were tried and mended."""

BLIND = "blind-"
"""How the names of sets begin that are only ever measured: their authors saw no rule, and nobody
who writes rules or weights reads them."""


@dataclass(frozen=True, slots=True)
class Message:
    """One invented message. `kind` says how it speaks; `category` is None without danger."""

    id: str
    text: str
    lang: str
    crisis: bool
    category: str | None
    kind: str


@cache
def rules() -> Rules:
    """Give the shipped rules, read once."""
    return load_rules(CONTENT)


def messages(*names: str) -> Iterator[Message]:
    """Give the messages of these files."""
    for name in names:
        for line in (MESSAGES / name).read_text(encoding="utf-8").splitlines():
            yield Message(**json.loads(line))


def learnt(language: str) -> Iterator[Message]:
    """Give the messages weights are learnt from: none of a blind set or of the held-out half."""
    for path in sorted(MESSAGES.glob("*.jsonl")):
        if not path.name.startswith(BLIND):
            for message in messages(path.name):
                held_out = path.name in FIRST and half(message) == "held-out"
                if message.lang == language and not held_out:
                    yield message


def unruled(message: Message) -> bool:
    """Whether the message is by an author of whom no rule was ever written or mended."""
    return message.id.split("-")[0] not in RULED


def half(message: Message) -> str:
    """Give the half a message belongs to, by a hash of its id: fixed for all time."""
    even = hashlib.sha256(message.id.encode()).digest()[0] % 2 == 0
    return "development" if even else "held-out"


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share itself; 0 of 0 is 0."""
        return self.hits / self.total if self.total else 0.0

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """Give the Wilson score interval, at 95 % by default."""
        if not self.total:
            return (0.0, 1.0)
        n, p = self.total, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        wide = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return (max(0.0, middle - wide), min(1.0, middle + wide))


@dataclass(frozen=True, slots=True)
class Figures:
    """How many messages of each kind and category were taken for danger."""

    alarms: Counter[tuple[str, str]]
    totals: Counter[tuple[str, str]]

    def share(self, *labels: tuple[str, str]) -> Share:
        """Give the share of alarms among messages with any of these labels."""
        return Share(sum(self.alarms[x] for x in labels), sum(self.totals[x] for x in labels))

    def lines(self) -> list[str]:
        """Give one line a label: alarms, total, share, interval."""
        shown = []
        for label in sorted(self.totals):
            share = self.share(label)
            low, high = share.interval()
            name = " ".join(label)
            shown.append(
                f"{name:32} {share.hits:4} / {share.total:4}  {share.value:6.1%} "
                f"({low:.1%} to {high:.1%})"
            )
        return shown


def measure(given: Iterable[Message], by: Rules | None = None) -> Figures:
    """Run the recogniser over the messages. Labels: (language, kind) and ("category", name)."""
    alarms: Counter[tuple[str, str]] = Counter()
    totals: Counter[tuple[str, str]] = Counter()
    for message in given:
        labels = [(message.lang, message.kind)]
        if message.category:
            labels.append(("category", message.category))
        found = recognise(by or rules(), message.text, message.lang) is not None
        for label in labels:
            totals[label] += 1
            alarms[label] += found
    return Figures(alarms, totals)


def without_weights() -> Rules:
    """Give the rules alone, to see what the weights add."""
    own = rules().languages.items()
    return Rules({language: replace(each, weights=None) for language, each in own})


if __name__ == "__main__":
    for path in sorted(MESSAGES.glob(f"{BLIND}*.jsonl")):
        print(path.stem)
        print("\n".join(measure(messages(path.name)).lines()))
        print(path.stem, "by the rules alone")
        print("\n".join(measure(messages(path.name), without_weights()).lines()))
