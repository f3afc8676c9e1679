"""What a turn asks the world to do, as values.

Owns the list of effects. The store carries them out in the turn's own transaction; nothing here
does anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.engine.conversation import Conversation, Value
from bot.ports import Verdict
from bot.replies import Reply


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep this in the person's notebook (`kind`: tap, words, plan).

    The same flow, step and turn replaces what was kept before."""

    kind: str
    flow: str
    step: str
    turn: int
    at: int
    value: Value | None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take an answer out of the notebook again (it was undone or changed)."""

    flow: str
    step: str
    turn: int


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Wake this person at `due` (aware). One timer a person, `kind` and `subject`: a later one
    replaces an earlier one. Comes back as `Due(kind, subject, guard)`."""

    kind: str
    subject: str
    due: datetime
    guard: int = 0


@dataclass(frozen=True, slots=True)
class CancelTimers:
    """Forget the person's timers of this kind; with `subject` only that one. Empty kind: all."""

    kind: str = ""
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Something has to be read from the notebook before the answer can be given.

    The store reads all rows of the person and passes them to `engine.notebook.answer`, whose turn
    takes the place of this one. `what`: notes, search, sheet, export, look-back. `argument` is
    that request's own business.
    """

    what: str
    argument: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete from the notebook: `what` is `words`, `all`, or one row's id."""

    what: str


@dataclass(frozen=True, slots=True)
class EraseEverything:
    """Erase the person: every row, sealed or not, with a tombstone. The turn's replies still go
    out; nothing else of it is kept. With `messages`, what we wrote to them is deleted at the
    platform too, as far as it lets us."""

    messages: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """Add one to a counter of the operator (no person in it)."""

    name: str


Effect = Keep | Withdraw | SetTimer | CancelTimers | Look | Forget | EraseEverything | Count


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event made of a conversation.

    `trace` lists where it went, for players and coverage: (flow, step, -1) for a step that was
    entered, (flow, step, n) for the n-th line of its `go:` that was taken.
    """

    conversation: Conversation
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    verdict: Verdict = Verdict.HANDLED
    notice: str = ""
    trace: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the notebook, opened."""

    id: str
    kind: str
    flow: str
    step: str
    turn: int
    at: int
    value: Value | None
    shown: str = ""
