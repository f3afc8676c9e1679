"""`ajar check --against DATABASE`: who is in the middle of what, and where an edit would put them.

Owns that table and its exit code: 0 everybody keeps their place, 1 somebody would lose it. Groups
too small to hide in are shown as such, and no sum is given that they could be reckoned from.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from bot.engine.conversation import Conversation
from bot.engine.scene import Scene
from bot.engine.walk import settle
from bot.flows.library import Library
from bot.flows.loading import load
from bot.store import opening
from bot.store.reading import conversations

GOOD = 0
FINDINGS = 1

FEWEST = 5
"""Groups smaller than this are only told to be so: a number of one could be a person you know."""

Place = tuple[str, str]
"""(flow, step); two empty words where there is none any more."""

NOWHERE: Place = ("", "")


def against(folder: Path, database: str, key: str | None, out: TextIO) -> int:
    """Tell where everybody would land with the content of a folder.

    `database` is a file or a `DATABASE_URL`. Raises `ContentError` and `StoreError`.
    """
    path = opening.place(database) if "://" in database else Path(database)
    library = load(folder)
    groups = Counter(move for talk in conversations(path, key) for move in landings(library, talk))
    if not groups:
        out.write("Nobody is in the middle of anything.\n")
        return GOOD
    _table(groups.items(), library, out)
    lost = [before for before, after in groups if not keeps(library, before, after)]
    if lost:
        out.write(
            "Somebody would lose their place: keep these steps, or name them in `was:` of the step "
            "that takes their place.\n"
        )
    return FINDINGS if lost else GOOD


def landings(library: Library, talk: Conversation) -> Iterator[tuple[Place, Place]]:
    """Give every place this person holds, and where the engine puts them with this content."""
    scene = Scene(library, talk, datetime.now(UTC), random.Random(0))  # noqa: S311 - no secret
    frames = list(scene.talk.stack)
    held = [(frame.flow, frame.step) for frame in frames]
    settle(scene)
    staying = {id(frame) for frame in scene.talk.stack}
    for before, frame in zip(held, frames, strict=True):
        yield before, (frame.flow, frame.step) if id(frame) in staying else NOWHERE


def keeps(library: Library, before: Place, after: Place) -> bool:
    """Whether somebody lands on the same step, or on the one that took its place."""
    step = library.step(*after)
    flow = library.flows.get(after[0])
    if step is None or flow is None or before[0] not in (flow.id, *flow.was):
        return False
    return before[1] in (step.id, *step.was)


def _table(
    groups: Iterable[tuple[tuple[Place, Place], int]], library: Library, out: TextIO
) -> None:
    rows = sorted(groups)
    width = max(len("/".join(before)) for (before, _), _ in rows)
    for (before, after), count in rows:
        number = str(count) if count >= FEWEST else f"<{FEWEST}"
        if before == after:
            what = "stay"
        elif keeps(library, before, after):
            what = f"move to {'/'.join(after)}"
        elif after == NOWHERE:
            what = "LOSE THEIR PLACE: the flow is gone"
        else:
            what = f"LOSE THEIR PLACE: back to {'/'.join(after)}"
        out.write(f"{'/'.join(before):<{width}}  {number:>6}  {what}\n")
