"""Starts `ajar run` under a clock that was moved and runs faster than the machine's.

The clock is the one thing that differs from `ajar run`: the settings, the libraries, the sockets
and the database are real. Started with the instant that its clock shall show; then each line on its
standard input is an instant to hurry to. It tells on its standard output how its clock runs.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

CALM = 20.0
"""How many times faster the clock runs in general: a minute is three seconds."""

FAST = 50_000.0
"""How many times faster it runs while it hurries: a night is half a second."""

STEP = 0.02
"""Real seconds after which a sleeper looks at the clock again, which may hurry meanwhile."""


class Stretch(NamedTuple):
    """From `real` (seconds of the machine's steady clock) on, the moved clock shows `shown` (Unix
    seconds) and runs `speed` times as fast."""

    real: float
    shown: float
    speed: float


class Track:
    """How the moved clock runs, stretch after stretch."""

    def __init__(self, first: Stretch) -> None:
        self._stretches = [first]

    def shown(self, real: float) -> float:
        """Give what the moved clock shows at a moment of the machine's steady clock."""
        now = self.stretch(real)
        return now.shown + (real - now.real) * now.speed

    def stretch(self, real: float) -> Stretch:
        """Give the stretch that a moment lies in."""
        return next(each for each in reversed(self._stretches) if each.real <= real)

    def hurry(self, real: float, until: float) -> None:
        """Run fast from this moment on, until the clock shows `until`."""
        now = self.shown(real)
        then = real + max(0.0, until - now) / FAST
        self._stretches += [Stretch(real, now, FAST), Stretch(then, max(now, until), CALM)]


class MovedClock:
    """The program's clock, in the place of `SystemClock`."""

    def __init__(self, track: Track) -> None:
        self.track = track

    def now(self) -> datetime:
        """Give the time of day, aware, in UTC."""
        return datetime.fromtimestamp(self.monotonic(), UTC)

    def monotonic(self) -> float:
        """Give seconds since some instant."""
        return self.track.shown(time.monotonic())

    async def sleep(self, seconds: float) -> None:
        """Wait so long, as this clock counts."""
        until = self.monotonic() + seconds
        while (ahead := until - self.monotonic()) > 0:  # noqa: ASYNC110 - it may hurry meanwhile
            await asyncio.sleep(min(STEP, ahead / self.track.stretch(time.monotonic()).speed))


def listen(track: Track) -> None:
    """Follow the orders on standard input."""
    for line in sys.stdin:
        real, until = time.monotonic(), datetime.fromisoformat(line.strip()).timestamp()
        track.hurry(real, until)
        sys.stdout.write(f"{real}\n")
        sys.stdout.flush()


def main() -> None:
    """Run Ajar."""
    import bot.__main__
    import bot.runtime.clock

    began = Stretch(time.monotonic(), datetime.fromisoformat(sys.argv[1]).timestamp(), CALM)
    track = Track(began)
    bot.runtime.clock.SystemClock = partial(MovedClock, track)  # type: ignore[assignment, misc] - the whole purpose
    sys.stdout.write(f"{began.real}\n")
    sys.stdout.flush()
    threading.Thread(target=listen, args=(track,), daemon=True).start()
    sys.argv = ["ajar", "run"]
    bot.__main__.main()


if __name__ == "__main__":
    main()
