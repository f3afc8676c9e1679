"""How long the recogniser of danger takes a message, and in the worst case.

Owns the texts it is timed on: the invented messages of the tests, and long texts made of these and
of the words that keep the rules busiest. Times are the processor's.
"""

from __future__ import annotations

import gc
import json
import shutil
import tempfile
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
TRIES, MANY = 3, 60
"""How often each text is timed, and the long texts that messages are joined to."""


@measure
def safety() -> list[Figure]:
    """Milliseconds a message, milliseconds for the worst 4,000 characters of busy words and of
    messages joined, memory of the rules."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "content", folder, dirs_exist_ok=True)
        with (Path(folder) / "weights.yaml").open("a", encoding="utf-8") as file:
            file.write("# read here, not known from another benchmark\n")
        tracemalloc.start()
        rules = load_rules(Path(folder))
        gc.collect()  # what reading left behind is not what is kept
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    texts = [
        (found["text"], found["lang"])
        for path in sorted((ROOT / "tests/safety/messages").glob("*.jsonl"))
        for found in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]
    a_message = min(_seconds(rules, texts) for _ in range(TRIES)) / len(texts)
    together = " ".join(text for text, language in texts if language == "en")
    step = len(together) // MANY
    joined = [together[at : at + LONGEST_MESSAGE] for at in range(0, len(together), step)]
    busy = [(part * LONGEST_MESSAGE)[:LONGEST_MESSAGE] for part in WORST]
    return [
        Figure("safety: a message", rounded(a_message * 1000), "ms"),
        Figure("safety: worst 4,000 characters", _worst(rules, busy), "ms"),
        Figure("safety: worst 4,000 characters of messages", _worst(rules, joined), "ms"),
        Figure("safety: rules in memory", rounded(held / 1_000_000), "MB"),
    ]


def _worst(rules: Rules, texts: list[str]) -> float:
    """Give the milliseconds of the text that takes the longest."""
    seconds = (min(_seconds(rules, [(text, "en")]) for _ in range(TRIES)) for text in texts)
    return rounded(max(seconds) * 1000)


def _seconds(rules: Rules, texts: list[tuple[str, str]]) -> float:
    began = time.process_time()
    for text, language in texts:
        recognise(rules, text, language)
    return time.process_time() - began
