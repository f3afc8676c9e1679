"""How long the recogniser of danger takes a message, and in the worst case.

Owns the texts it is timed on: the invented messages of the tests, and long texts made of the words
that keep the rules busiest.
"""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path

from bench.figures import Figure, measure, rounded
from bot.engine.safety import recognise
from bot.flows.danger_rules import Rules
from bot.flows.recognising import load_rules

ROOT = Path(__file__).parents[1]
LONGEST_MESSAGE = 4_000
WORST = (
    "kill time ", "i do not want ", "he is a friend and ", "a ", "want to ", "k i l l ", "x1y0z ",
    "not ", "my sister said he was ", "(((", "aaaaaaaa", "the pills the bridge the ", "ä́ ", "d*e ",
)  # fmt: skip
TRIES = 3


@measure
def safety() -> list[Figure]:
    """Milliseconds a message, milliseconds for the worst 4,000 characters, memory of the rules."""
    tracemalloc.start()
    rules = load_rules(ROOT / "content")
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    texts = [
        (found["text"], found["lang"])
        for path in sorted((ROOT / "tests/safety/messages").glob("*.jsonl"))
        for found in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]
    a_message = min(_seconds(rules, texts) for _ in range(TRIES)) / len(texts)
    worst = max(
        min(_seconds(rules, [((part * LONGEST_MESSAGE)[:LONGEST_MESSAGE], "en")]) for _ in range(3))
        for part in WORST
    )
    return [
        Figure("safety: a message", rounded(a_message * 1000), "ms"),
        Figure("safety: worst 4,000 characters", rounded(worst * 1000), "ms"),
        Figure("safety: rules in memory", rounded(held / 1_000_000), "MB"),
    ]


def _seconds(rules: Rules, texts: list[tuple[str, str]]) -> float:
    began = time.perf_counter()
    for text, language in texts:
        recognise(rules, text, language)
    return time.perf_counter() - began
