"""A person's lane and a platform's outlet: what sending remembers while there is work.

Owns the shape of that memory and how many may be in flight. Must not know what moves a lane.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from bot.ports import Adapter
from bot.replies import Urgency
from bot.runtime.pace import Pacer

if TYPE_CHECKING:
    from bot.store.outbox import Outgoing

KEPT_FREE = 4
"""One in so many places of a platform is kept free of reminders, so that a slow burst of them never
holds up a live reply."""


class State(Enum):
    """Where a lane is."""

    READY = auto()  # waits for a place and the pace
    RESTING = auto()  # waits for an instant
    BUSY = auto()  # is being read or sent


@dataclass(slots=True, eq=False)
class Traffic:
    """One person's replies on their way.

    `ticket` is the place in a queue: an entry with another number is out of date. `again` asks for
    a fresh reading after what is being done. `not_before` is an instant (monotonic seconds), and
    `told` says that the platform asked for it.
    """

    person: int
    platform: str = ""
    rows: list[Outgoing] = field(default_factory=list)
    urgency: int = Urgency.LIVE
    state: State = State.BUSY
    ticket: int = 0
    again: bool = False
    not_before: float = 0.0
    told: bool = False


class Outlet:
    """One platform: its pace, and who is ready."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self.pacer = Pacer(adapter.pace)
        self.ready: list[tuple[int, int, Traffic]] = []
        self.in_flight = 0
        self.stopped = False
        self._places = max(1, adapter.pace.at_once)
        self._places_for_reminders = self._places - self._places // KEPT_FREE

    def has_place(self, urgency: int) -> bool:
        """Whether one more of this urgency may be in flight."""
        calm = urgency >= Urgency.REMINDER
        return self.in_flight < (self._places_for_reminders if calm else self._places)
