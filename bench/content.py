"""How long the checker takes over a large course.

Owns a generated folder of 100 flows of twelve steps each, in two languages, with every kind of
question, condition and substitution. Writers run the check after every edit: it has to be felt as
immediate.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.figures import Figure, measure, rounded
from bot.flows.loading import examine

FLOWS = 100
TRIES = 5
"""The best of so many runs counts: the first one also fills the file cache."""

_STEPS = """\
  hello:
    say: [Think of one person you are close to., Who comes to mind today?]
    go: how-often
  how-often:
    say: Lately, have you been a step further away from them than before?
    choose: {rarely: Rarely or not at all, sometimes: Now and then, often: More than I'd like}
    also understand: {often: [a lot, mostly], rarely: [hardly]}
    if not understood: Which of these comes closest?
    go:
      - rare-end, if how-often is rarely
      - feelings, if how-often is any of sometimes / often and visits to hello over 1
      - warmth
  rare-end:
    say: Then that may be a quiet stretch.
    go: warmth
  feelings:
    say: Which of these fit?
    pick: {numb: Numb, sad: Sad, angry: Angry, tired: Tired}
    at most: 2
    go:
      - note, if feelings includes numb or days since note over 7
      - warmth
  warmth:
    say: How open is the door today?
    scale: {1: shut tight, 5: wide open}
    go:
      - note, if warmth at most 2
      - share
  note:
    say: What did you notice? A few words are plenty.
    write: up to 500
    go: share
  share:
    say: "You wrote: {note or nothing yet}. One person could hear one true sentence."
    go: later
  later:
    say: I will ask again the day after tomorrow.
    check in: how-was-it, in 2 days in the evening
    go: end
  how-was-it:
    say: How was it?
    choose: {fine: Fine, hard: Hard, not-yet: Not yet}
    go:
      - kind, if how-was-it is hard
      - close
  kind:
    say: Then be on your own side tonight.
    go: close
  close:
    say: What would be good now?
    choose: {rest: That is enough for today, onward: One more look}
    go:
      - how-often, if close is onward and visits to how-often under 3
      - last
  last:
    say: That is enough screen.
    go: end
"""

_WORDS = "\n".join(
    line
    for line in _STEPS.splitlines()
    if not line.startswith(("    go:", "      - ", "    at most", "    write", "    check in"))
)


def write_course(folder: Path, flows: int = FLOWS) -> int:
    """Write a course of so many flows in two languages; give its size in bytes."""
    names = [f"flow-{number}" for number in range(flows)]
    for language in ("en", "de"):
        house = folder / language / "house"
        house.mkdir(parents=True)
        menu = f"menu: [{', '.join(names)}]\n" if language == "en" else ""
        (house / "core.yaml").write_text(f"house: {language}\nname: {language}\n{menu}")
    for name in names:
        head = f"flow: {name}\ntitle: What distance looks like\n"
        (folder / "en" / f"{name}.yaml").write_text(f"{head}start: hello\nsteps:\n{_STEPS}")
        (folder / "de" / f"{name}.yaml").write_text(f"{head}steps:\n{_WORDS}\n")
    return sum(path.stat().st_size for path in folder.rglob("*.yaml"))


@measure
def check_100_flows() -> list[Figure]:
    """Give the seconds that reading and checking 100 flows in two languages takes."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_course(folder)
        best = min(_timed(folder) for _ in range(TRIES))
    return [Figure("check_100_flows", rounded(best), "s")]


def _timed(folder: Path) -> float:
    begun = time.perf_counter()
    examine(folder)
    return time.perf_counter() - begun
