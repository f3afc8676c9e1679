"""Keeps a loop going, from outside: a platform's connection, the timers, the chores.

Owns when a loop is run again and when it is given up. Must not know what the loop does or why it
ended: what only the operator can mend arrives as `AdapterStopped`, everything else may pass.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

from bot.errors import AdapterStopped
from bot.runtime.clock import Clock
from bot.runtime.logs import log, problem

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
"""Seconds before the first new attempt, and at most between two; each doubles the last."""

STEADY = 60.0
"""Seconds a run has to have held for the pauses to begin from the shortest again."""


async def supervise(
    name: str, run: Callable[[], Awaitable[None]], clock: Clock, rng: random.Random
) -> None:
    """Run a loop again whenever it ends, after a growing pause, until cancelled.

    The pause is spread by a fifth, so that several programs that lost the same server do not come
    back together. Raises `AdapterStopped` at once.
    """
    pause = FIRST_PAUSE
    while True:
        began = clock.monotonic()
        why: dict[str, str] = {}
        try:
            await run()
        except AdapterStopped:
            raise
        except Exception as error:  # noqa: BLE001 - the one catch of a loop
            why = problem(error)
        if clock.monotonic() - began >= STEADY:
            pause = FIRST_PAUSE
        wait = pause * rng.uniform(0.8, 1.2)
        log().warning("loop-ended", loop=name, again_in_seconds=round(wait, 1), **why)
        await clock.sleep(wait)
        pause = min(LONGEST_PAUSE, pause * 2)
