"""One person's conversation as one versioned value.

Owns what is remembered between two turns and how it is written down. Knows nothing of how a turn is
taken or where the value is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from bot.engine.compact import pack, unpack

VERSION = 1
"""Raised whenever the written form changes; `load` migrates from every older one."""

Value = str | int | tuple[str, ...]
"""An answer as stored: a stored word or free words, a number, several stored words."""


class Answer(NamedTuple):
    """An answer to one step. `value` is None where the question was skipped or the words were not
    kept; `at` is Unix seconds."""

    value: Value | None
    turn: int
    at: int
    skipped: bool = False


class Answered(NamedTuple):
    """One question on the path of a flow, with what stood there before it, for undoing."""

    step: str
    turn: int
    before: Answer | None = None


@dataclass(slots=True)
class Frame:
    """One flow in progress: where it waits and the questions answered on the way.

    `asked` is the turn its open question was asked in (0: not waiting) and `variant` which of its
    wordings was used. `picked` holds the ticked boxes of an open `pick`. `changing` names the
    earlier question that is being asked again, and `aside` the answers that were on the path after
    it. `how` says what opened the flow: `visit` returns by itself, `command` and `timer` offer to
    carry on.
    """

    flow: str
    step: str
    how: str = "command"
    asked: int = 0
    path: list[Answered] = field(default_factory=list)
    picked: list[str] = field(default_factory=list)
    aside: dict[str, Answer] = field(default_factory=dict)
    changing: str = ""
    variant: int = 0

    def copy(self) -> Frame:
        """Give an independent copy."""
        return replace(self, path=list(self.path), picked=list(self.picked), aside=dict(self.aside))


@dataclass(slots=True)
class Panel:
    """A house question that lies over the open one (menu, help, erase ...).

    `asked` is the turn it was shown in; `keys` are the choices it offers, in order; `data` is its
    own business.
    """

    name: str
    asked: int
    keys: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


class Consent(NamedTuple):
    """What the person allowed to be kept: `words`, `taps` or `place`; with the version of the text
    they agreed to and the time (Unix seconds)."""

    keep: str
    version: str
    at: int


@dataclass(slots=True)
class Conversation:
    """Everything remembered about one person, but for the rows of their notebook.

    `tag` is drawn at first contact and stands in every token, so that a button from before an
    erase can never be taken for one of today. `settings` holds what the house features keep, one
    JSON object a feature.
    """

    tag: str
    turn: int = 0
    language: str = "en"
    platform: str = ""
    started: int = 0
    last_contact: int = 0
    stack: list[Frame] = field(default_factory=list)
    panel: Panel | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)
    consent: Consent | None = None
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def frame(self) -> Frame | None:
        """The flow in progress, or None."""
        return self.stack[-1] if self.stack else None

    @property
    def waiting(self) -> bool:
        """Whether a question of a flow is open."""
        return bool(self.stack) and self.stack[-1].asked > 0

    def copy(self) -> Conversation:
        """Give an independent copy; the answers themselves are shared, they never change."""
        return replace(
            self,
            stack=[frame.copy() for frame in self.stack],
            panel=replace(self.panel, keys=list(self.panel.keys), data=_plain_copy(self.panel.data))
            if self.panel
            else None,
            answers=dict(self.answers),
            heard=dict(self.heard),
            visits=dict(self.visits),
            settings=_plain_copy(self.settings),
        )


def _plain_copy(value: Any) -> Any:
    """Copy plain JSON values: several times as fast as a copy that has to expect anything."""
    if isinstance(value, dict):
        return {key: _plain_copy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain_copy(inner) for inner in value]
    return value


def save(conversation: Conversation) -> bytes:
    """Write a conversation down as compact JSON."""
    c = conversation
    return pack(
        {
            "version": VERSION,
            "tag": c.tag,
            "turn": c.turn,
            "language": c.language,
            "platform": c.platform,
            "started": c.started,
            "last_contact": c.last_contact,
            "stack": [_frame_out(frame) for frame in c.stack],
            "panel": [c.panel.name, c.panel.asked, c.panel.keys, c.panel.data] if c.panel else None,
            "answers": c.answers,
            "heard": c.heard,
            "visits": c.visits,
            "consent": c.consent,
            "settings": c.settings,
        }
    )


def load(data: bytes) -> Conversation:
    """Read a conversation back.

    Raises `ValueError` if it was written by a newer version of Ajar.
    """
    d = unpack(data)
    if d["version"] > VERSION:
        raise ValueError(f"This conversation has form {d['version']}; Ajar here reads {VERSION}.")
    for version in range(d["version"], VERSION):
        d = MIGRATIONS[version](d)
    return Conversation(
        tag=d["tag"],
        turn=d["turn"],
        language=d["language"],
        platform=d["platform"],
        started=d["started"],
        last_contact=d["last_contact"],
        stack=[_frame_in(frame) for frame in d["stack"]],
        panel=Panel(*d["panel"]) if d["panel"] else None,
        answers={name: _answer_in(answer) for name, answer in d["answers"].items()},
        heard=d["heard"],
        visits=d["visits"],
        consent=Consent(*d["consent"]) if d["consent"] else None,
        settings=d["settings"],
    )


MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From each older version, how to make the next one."""


def _answer_in(data: list[Any]) -> Answer:
    value, turn, at, skipped = data
    return Answer(tuple(value) if isinstance(value, list) else value, turn, at, bool(skipped))


def _frame_out(frame: Frame) -> list[Any]:
    return [
        frame.flow,
        frame.step,
        frame.how,
        frame.asked,
        frame.path,
        frame.picked,
        frame.aside,
        frame.changing,
        frame.variant,
    ]


def _frame_in(data: list[Any]) -> Frame:
    flow, step, how, asked, path, picked, aside, changing, variant = data
    return Frame(
        flow,
        step,
        how,
        asked,
        [Answered(s, t, _answer_in(before) if before else None) for s, t, before in path],
        picked,
        {step: _answer_in(answer) for step, answer in aside.items()},
        changing,
        variant,
    )
