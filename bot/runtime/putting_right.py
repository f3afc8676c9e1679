"""Having plans made anew that were made under other rules of time.

Owns when that is: the tz database has changed, or the clock was far ahead for a while. People who
write have their plan looked at anyway; this is for those who are silent. Must not know what a plan
is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.engine.local_time import rules_version
from bot.engine.silence import ASTRAY
from bot.engine.unseen import REPLAN
from bot.runtime.clock import Clock
from bot.runtime.logs import log

RULES = "zone-rules"
"""The note with the version of the tz database that everybody's plan was made under."""


class Plans(Protocol):
    """What putting right needs of the store."""

    async def note(self, name: str) -> str | None:
        """Give the value kept under this name."""

    async def put_note(self, name: str, value: str) -> None:
        """Keep a value under this name."""

    async def wake_all(self, kind: str, after: datetime) -> int:
        """Set a timer for everybody who has one later than `after`."""


async def at_the_start(store: Plans, clock: Clock) -> None:
    """Have everybody's plan made anew where zones have new rules; else see to plans that lie too
    far ahead."""
    rules = rules_version()
    if await store.note(RULES) == rules:
        await after_a_step_back(store, clock)
        return
    people = await store.wake_all(REPLAN, clock.now())
    await store.put_note(RULES, rules)
    log().info("zone-rules-new", people=people)


async def after_a_step_back(store: Plans, clock: Clock) -> None:
    """Have plans made anew that lie further ahead than a wrong clock is waited out. A pause or a
    follow-up may truly be that far; then it stays as it is."""
    people = await store.wake_all(REPLAN, clock.now() + ASTRAY)
    if people:
        log().info("far-plans-looked-at", people=people)
