"""Turning a path into a conversation that a person can read, and finding paths worth reading.

Owns the words a path is told in. Playing itself is `bot.testing`'s, the form of a transcript
`bot.transcripts`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path as File

from bot.engine.consent import FLOW, TEXT_VERSION
from bot.engine.conversation import Consent
from bot.explore.actions import Action, actions
from bot.explore.found import Path
from bot.flows.library import MASTER, Library
from bot.replies import Form, Reply
from bot.testing import Player
from bot.transcripts import Point, Transcript, play

OWN_WORDS = "A few words of my own"
"""What is written where a question asks for words."""

LONGEST = 80
"""Answers a written transcript may have; a flow that takes longer breaks off there."""

Line = tuple[str, str]


def told(library: Library, path: Path, name: str, language: str = MASTER) -> Transcript:
    """Tell what a person does on a path as a transcript; the last thing is told but not played."""
    telling = _Telling(library, language)
    for action in path[:-1]:
        telling.act(action)
    lines = [*telling.lines, *telling.words(path[-1])]
    return Transcript(File(), name, path[0][1], language, "words", tuple(lines[1:]))


def transcripts_for(
    library: Library, paths: Mapping[Point, Path], missing: set[Point]
) -> Iterator[Transcript]:
    """Give transcripts, few and each to its natural end, that go through all missing points.

    `paths` leads to each point by a shortest way. The farthest come first: they take others along.
    Every second one is typed instead of tapped.
    """
    left = missing & set(paths)
    number = 0
    while left:
        goal = max(left, key=lambda point: (len(paths[point]), point))
        telling = _Telling(library, MASTER, typed=number % 2 == 1)
        for action in paths[goal]:
            telling.act(action)
        while telling.player.talk.waiting and len(telling.lines) < LONGEST:
            telling.act(telling.best(left))
        flow, step, _ = goal
        name = f"{flow} by way of {step}".replace("-", " ")
        opened = paths[goal][0][1]
        found = Transcript(File(), name, opened, MASTER, "words", tuple(telling.lines[1:]))
        left -= play(library, found).covered | {goal}
        number += 1
        yield found


@dataclass
class _Telling:
    """A conversation being played, and its lines so far; the first opens the flow."""

    library: Library
    language: str
    typed: bool = False

    def __post_init__(self) -> None:
        self.player = Player(self.library, locale=self.language).at_home()
        self.player.talk.consent = Consent("words", TEXT_VERSION, 0)
        self.lines: list[Line] = []

    def act(self, action: Action) -> None:
        """Do one thing."""
        first = not self.lines
        for kind, words in self.words(action):
            self.lines.append((kind, words))
            if first and words != f"/start {FLOW}":
                self.player.open_flow(action[1])
            elif first:
                self.player.send("/start")
            elif kind == "wait":
                self.player.wait(timedelta(days=int(words.split()[0])))
            elif kind == "tap":
                self.player.tap(words)
            else:
                self.player.send(words)

    def words(self, action: Action) -> Iterator[Line]:
        """Say how a person would do it: a tap by its label, everything else by typing."""
        kind, what = action
        asked = self._question()
        if kind == "open":
            yield "type", f"/start {what}"
        elif kind == "tap":
            labels = {choice.token.split(".", 2)[2]: choice.label for choice in asked.choices}
            yield ("type" if self.typed and asked.form is Form.LIST else "tap"), labels[what]
        elif kind == "pick":
            labels = {choice.token.split(".", 2)[2][1:]: choice.label for choice in asked.choices}
            yield from (("tap", labels[key]) for key in what.split())
            yield "tap", asked.done.label if asked.done else ""
        elif kind == "type" and not what.startswith("/"):
            yield "type", OWN_WORDS[: asked.limit]
        else:
            yield kind, what

    def best(self, missing: set[Point]) -> Action:
        """Choose the answer that leads through most of what is missing; the first among equals."""
        talk, now = self.player.talk, self.player.clock()
        tried = [action for action, _ in actions(self.library, talk, now)]

        def gain(action: Action) -> int:
            ahead = _Telling(self.library, self.language)
            ahead.player.talk, ahead.player.clock.now = talk.copy(), now
            ahead.player.history = list(self.player.history)
            ahead.lines = list(self.lines)
            ahead.act(action)
            return len(set(ahead.player.last.trace) & missing)

        return max(tried, key=gain)

    def _question(self) -> Reply:
        """Give the open question as it was last drawn."""
        for reply in reversed(self.player.history):
            if reply.form is not Form.NONE:
                return reply
        return Reply(())
