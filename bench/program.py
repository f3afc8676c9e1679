"""How long the engine takes a turn, how soon the program speaks, and how much memory it holds.

Owns real processes and the shipped content. The engine is timed through whole conversations, each
turn with the conversation read from bytes before and written to bytes after, in seconds of its own
thread: it waits for nothing, so whatever else the machine does must not count.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench.figures import Figure, measure, rounded
from bot.engine.conversation import load as load_conversation
from bot.engine.conversation import save
from bot.engine.turn import begin, take_turn
from bot.events import Chose, Commanded, Event, Said
from bot.flows.loading import load
from bot.replies import Reply
from bot.testing import START, buttons

ROOT = Path(__file__).parents[1]
TURNS = 20_000
STARTS = 7
SETTLE = 2.0
"""Seconds the serving process is left alone before its memory is read."""


@measure
def engine_turn_p99() -> list[Figure]:
    """Milliseconds of one turn of the engine on the shipped content: the 99th of a hundred."""
    library = load(ROOT / "content")
    chance = random.Random(5)
    flows = [flow for flow in library.flows if flow != "welcome"]
    spent: list[float] = []
    while len(spent) < TURNS:
        now = START
        written = save(begin("terminal", "en", library, now, chance))
        event: Event = Commanded("start", chance.choice(flows))
        for _ in range(40):
            now += timedelta(seconds=20)
            began = time.thread_time()
            turn = take_turn(library, load_conversation(written), event, now, chance)
            written = save(turn.conversation)
            spent.append(time.thread_time() - began)
            event = _answer(turn.replies, chance)
    spent.sort()
    return [
        Figure("engine_turn_p50", rounded(spent[len(spent) // 2] * 1000), "ms"),
        Figure("engine_turn_p99", rounded(spent[len(spent) * 99 // 100] * 1000), "ms"),
    ]


def _answer(replies: tuple[Reply, ...], chance: random.Random) -> Event:
    taps = [choice.token for reply in replies for choice in buttons(reply)]
    if not taps or chance.random() < 0.2:
        return Said("a few words about how it has been lately")
    return Chose(chance.choice(taps))


@measure
def start_to_first_prompt() -> list[Figure]:
    """Seconds from the start of a new process to the first question, on an empty database."""
    spent = []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            with _ajar("chat", folder) as process:
                _until_asked(process)
                spent.append(time.perf_counter() - began)
                process.communicate("")
    return [Figure("start_to_first_prompt", rounded(statistics.median(spent)), "s")]


@measure
def resident_memory() -> list[Figure]:
    """Megabytes held by a process in the middle of a conversation, content and store open."""
    with tempfile.TemporaryDirectory() as folder, _ajar("chat", folder) as process:
        for line in ("1", "1", "2", "2"):
            _until_asked(process)
            if process.stdin is not None:
                process.stdin.write(f"{line}\n")
                process.stdin.flush()
        time.sleep(SETTLE)
        pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        process.communicate("")
    return [Figure("resident_memory", rounded(pages * os.sysconf("SC_PAGE_SIZE") / 1e6), "MB")]


def _until_asked(process: subprocess.Popen[str]) -> None:
    """Read the process's output up to the first choice of a question."""
    for line in process.stdout or ():
        if line.startswith("  1)"):
            return


def _ajar(command: str, folder: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", command],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"sqlite:///{folder}/ajar.db",
            "CONTENT_DIR": str(ROOT / "content"),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
