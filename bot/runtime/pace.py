"""How soon the next message may go: overall, and to one chat.

Owns the arithmetic of a platform's `Pace`. All instants are monotonic seconds given by the caller;
nothing here waits, sends or reads a clock.
"""

from __future__ import annotations

from bot.ports import Pace

TIDY_ABOVE = 1024
"""Chats remembered before those that may send freely again are forgotten."""


class Pacer:
    """Keeps one platform's pace.

    Overall: two messages are never nearer than `1 / per_second`, without bursts, so that a full
    second always holds at most `per_second`. For one chat: `chat_burst` may go at once, then one
    every `chat_interval` (the generic cell rate algorithm, ITU-T I.371: one number a chat).
    """

    def __init__(self, pace: Pace) -> None:
        self._spacing = 1 / pace.per_second if pace.per_second else 0.0
        self._interval = pace.chat_interval
        self._allowance = pace.chat_interval * (pace.chat_burst - 1)
        self._full_at: dict[int, float] = {}
        self.free_at = 0.0

    def chat_free_at(self, chat: int) -> float:
        """Give the earliest instant for this chat, leaving the overall pace aside."""
        return self._full_at.get(chat, 0.0) - self._allowance

    def take(self, chat: int, now: float) -> None:
        """Count one message to this chat."""
        self.free_at = max(self.free_at, now + self._spacing)
        if self._interval:
            if len(self._full_at) > TIDY_ABOVE:
                self._full_at = {c: at for c, at in self._full_at.items() if at > now}
            self._full_at[chat] = max(self._full_at.get(chat, 0.0), now) + self._interval

    def hold_everyone(self, until: float) -> None:
        """Let nothing go before this instant."""
        self.free_at = max(self.free_at, until)
