"""Playing conversations without a platform: for our tests, for the terminal, for writers.

Owns `Player`, a fake clock and transcripts. Every turn saves the conversation and loads it again,
so that whatever is played also proves that it survives a restart.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.engine.conversation import Conversation, load, save
from bot.engine.effects import CancelTimers, Effect, SetTimer, Turn
from bot.engine.reminder_book import SETTING
from bot.engine.scene import WAY
from bot.engine.schedule import Memory, Schedule, Wording
from bot.engine.schedule_codec import write
from bot.engine.turn import begin, take_turn
from bot.events import Chose, Commanded, Due, Event, Said
from bot.flows.library import Library
from bot.replies import Choice, Form, Reply, plain

START = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
"""When a played conversation begins: a Monday evening."""


class FakeClock:
    """A clock that only moves when told to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Give the present instant."""
        return self.now

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self.now += by


@dataclass
class Player:
    """One person talking to Ajar, turn by turn, on a fake clock.

    `seen` holds the replies of the latest turn, `history` all of them. Assertions that fail say
    what was actually shown.
    """

    library: Library
    clock: FakeClock = field(default_factory=FakeClock)
    seed: int = 7
    locale: str = "en"
    platform: str = "terminal"

    def __post_init__(self) -> None:
        """Meet Ajar for the first time; nothing has been said yet."""
        self.rng = random.Random(self.seed)  # noqa: S311 - repeatable play, no secret
        self.talk: Conversation = begin(
            self.platform, self.locale, self.library, self.clock(), self.rng
        )
        self.seen: list[Reply] = []
        self.history: list[Reply] = []
        self.effects: list[Effect] = []
        self.timers: dict[tuple[str, str], SetTimer] = {}
        self.last: Turn = Turn(self.talk)

    def happens(self, event: Event) -> Player:
        """Let any event happen."""
        self.talk = load(save(self.talk))
        self.last = take_turn(self.library, self.talk, event, self.clock(), self.rng)
        self.talk = self.last.conversation
        self.seen = list(self.last.replies)
        self.history += self.seen
        self.effects += self.last.effects
        for effect in self.last.effects:
            self._set(effect)
        return self

    def send(self, text: str) -> Player:
        """Type words; a leading slash gives a command."""
        if text.startswith("/"):
            name, _, argument = text[1:].partition(" ")
            return self.happens(Commanded(name, argument))
        return self.happens(Said(text))

    def tap(self, label: str) -> Player:
        """Press the newest live button with this label (of a choice, a way, or `done`)."""
        for reply in reversed(self.history):
            for choice in buttons(reply):
                if choice.label == label or choice.token.split(".", 2)[2] == label:
                    return self.happens(Chose(choice.token))
        raise AssertionError(f"There is no button “{label}”. Shown: {self.labels()}")

    def open_flow(self, flow: str) -> Player:
        """Begin with this flow, past the welcome, with everything kept."""
        self.talk.settings["welcomed"] = True
        return self.happens(Commanded("start", flow))

    def at_home(self, zone: str = "Etc/UTC") -> Player:
        """Have a zone confirmed and plain wording chosen, so that follow-ups come as written."""
        schedule = Schedule("0000", zone, wording=Wording.PLAIN)
        self.talk.settings[SETTING] = write(schedule, Memory())
        return self

    def wait(self, by: timedelta) -> Player:
        """Let time pass; timers that come due on the way fire at their moment."""
        until = self.clock() + by
        while due := [t for t in self.timers.values() if t.due <= until]:
            timer = min(due, key=lambda t: t.due)
            del self.timers[(timer.kind, timer.subject)]
            self.clock.now = max(self.clock.now, timer.due)
            self.happens(Due(timer.kind, timer.subject, timer.guard))
        self.clock.now = until
        return self

    def sees(self, words: str) -> Player:
        """Check that the latest turn showed these words somewhere."""
        if words not in self.text():
            raise AssertionError(f"Expected to see “{words}”. Shown:\n{self.text()}")
        return self

    def does_not_see(self, words: str) -> Player:
        """Check that the latest turn did not show these words."""
        if words in self.text():
            raise AssertionError(f"Did not expect “{words}”. Shown:\n{self.text()}")
        return self

    def text(self) -> str:
        """Give everything the latest turn showed, as a person would read it."""
        return "\n".join(shown(reply) for reply in self.seen if not reply.closes)

    def labels(self) -> list[str]:
        """Give the labels of the buttons of the latest turn."""
        return [choice.label for reply in self.seen for choice in buttons(reply)]

    def _set(self, effect: Effect) -> None:
        if isinstance(effect, SetTimer):
            self.timers[(effect.kind, effect.subject)] = effect
        elif isinstance(effect, CancelTimers):
            for kind, subject in list(self.timers):
                if effect.kind in ("", kind) and effect.subject in (None, subject):
                    del self.timers[(kind, subject)]


def buttons(reply: Reply) -> list[Choice]:
    """Give every button of a reply: choices first, then `done`, then the small ways."""
    return [*reply.choices, *([reply.done] if reply.done else []), *reply.ways]


def shown(reply: Reply) -> str:
    """Draw a reply in plain lines."""
    lines = [plain(reply.text)]
    for number, choice in enumerate(reply.choices, 1):
        tick = ("[x] " if choice.chosen else "[ ] ") if reply.form is Form.PICK else ""
        lines.append(f"  {number}) {tick}{choice.label}")
    if reply.form is Form.SCALE:
        lines.append("  (" + " … ".join(end for end in reply.ends if end) + ")")
    return "\n".join(line for line in lines if line.strip())


def is_way(choice: Choice) -> bool:
    """Whether a button is one of the small ways beneath a question."""
    return choice.token.split(".", 2)[2].startswith(WAY)
