"""Walking every path of a flow, to prove that none of them ends badly.

Owns the search and what it found. When the flow is over it is opened again, and waited after, until
nothing is new: what holds only the second time, or after another flow, is walked as well.
"""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.engine.consent import FLOW, TEXT_VERSION
from bot.engine.conversation import Consent, Conversation
from bot.engine.effects import CancelTimers, Count, SetTimer, Turn
from bot.engine.turn import take_turn
from bot.engine.walk import STEP_LIMIT
from bot.events import Commanded, Due, Event
from bot.explore.actions import Action, actions, seconds
from bot.explore.found import Explored, Path, Problem, dead_ends, longest
from bot.explore.places import OVER, Map, draw
from bot.explore.residues import Key, Telling, node_of
from bot.flows.library import MASTER, Library
from bot.replies import plain
from bot.testing import START, FakeClock, Player

FOLLOW_UP = "follow-up"

STATE_LIMIT = 1_000_000
"""States walked exhaustively; beyond it random walks take over."""

RANDOM_WALKS = 2_000
WALK_LIMIT = 150
"""Answers one random walk may give before it counts as never ending; somebody who gave more in no
time would be asked to take a breath."""

TEXT_LIMIT, LABEL_LIMIT, OPTION_LIMIT = 2000, 80, 25
"""Discord's limits for a message, a label and a question's options: the tighter of the two."""


@dataclass(slots=True)
class State:
    """Where a person is: the conversation, the clock, and the check-ins that are still to come."""

    talk: Conversation
    now: datetime
    pending: dict[str, datetime]


@dataclass(frozen=True, slots=True)
class Move:
    """Something that happens at a moment; `now` is the clock afterwards. Without an event only
    time passes."""

    action: Action
    event: Event | None
    at: datetime
    now: datetime


@dataclass(slots=True)
class Node:
    """A state in the search: the first way to it, and the seconds its arrival takes to read."""

    over: bool
    spent: float
    parent: Key | None
    action: Action
    state: State | None
    edges: list[tuple[Key, float]] = field(default_factory=list)


def explore(
    library: Library,
    flow: str,
    now: datetime = START,
    *,
    limit: int = STATE_LIMIT,
    seed: int = 1,
    language: str = MASTER,
    again: bool = True,
    merging: bool = True,
) -> Explored:
    """Walk every path of a flow, in one language, from its start to every end.

    `again` opens it anew when it is over; `merging` takes states that go on alike for one.
    """
    talk = Player(library, FakeClock(now), locale=language).at_home().talk
    talk.consent = Consent("words", TEXT_VERSION, 0)
    if flow != FLOW:
        talk.settings["welcomed"] = True
    drawn = draw(library, flow, again=again)
    search = _Search(library, State(talk, now, {}), drawn, Telling(library, drawn, merging=merging))
    search.walk(limit)
    found = search.found
    if found.exhaustive:
        found.problems += dead_ends(search.nodes, search.path)
    else:
        search.wander(random.Random(seed))  # noqa: S311 - repeatable walks, no secret
    if search.nodes:
        found.questions, spent = longest(search.nodes)
        found.minutes = spent / 60
    return found


class _Search:
    """One exploration in progress."""

    def __init__(self, library: Library, blank: State, drawn: Map, telling: Telling) -> None:
        self.library = library
        self.blank = blank
        self.map = drawn
        self.telling = telling
        self.rng = random.Random(0)  # noqa: S311 - repeatable tags, no secret
        self.found = Explored(drawn.openers[0])
        self.nodes: dict[Key, Node] = {}

    def walk(self, limit: int) -> None:
        """Visit states breadth first, so that every path found is a shortest one."""
        queue: deque[Key] = deque()
        for flow in self.map.openers:
            self._go(self.blank, _opening(flow, self.blank), None, queue)
        while queue:
            key = queue.popleft()
            state, self.nodes[key].state = self.nodes[key].state, None  # not needed any longer
            if state is not None:
                for move in self._moves(state):
                    self._go(state, move, key, queue)
            if len(self.nodes) > limit:
                self.found.exhaustive = False
                break
        self.found.states = len(self.nodes)

    def wander(self, rng: random.Random) -> None:
        """Walk at random, where there is too much to walk it all."""
        for _ in range(RANDOM_WALKS):
            state: State | None = self.blank
            move = _opening(self.found.flow, self.blank)
            path: Path = ()
            while state is not None and len(path) < WALK_LIMIT:
                path = (*path, move.action)
                state, _ = self._after(state, move, partial(tuple[Action, ...], path))
                if state is None or not state.talk.waiting:
                    break
                move = rng.choice(list(self._moves(state)))
            else:
                self._problem("this walk does not come to an end", path)
                return

    def _go(self, state: State, move: Move, parent: Key | None, queue: deque[Key]) -> None:
        """Do one thing in a state, and note where it leads."""
        after, spent = self._after(state, move, lambda: (*self.path(parent), move.action))
        if after is None:
            return
        place = node_of(after.talk)
        key: Key = (
            place,
            after.talk.consent.keep if after.talk.consent else "",
            tuple(sorted((subject, due - after.now) for subject, due in after.pending.items())),
            self.telling.key(place, after.talk, after.now),
        )
        if parent is not None:
            self.nodes[parent].edges.append((key, spent))
        if key not in self.nodes:
            self.nodes[key] = Node(place == OVER, spent, parent, move.action, after)
            queue.append(key)

    def _moves(self, state: State) -> Iterator[Move]:
        """List what can happen: an answer; when all is over a check-in, or a flow opened anew."""
        now = state.now
        if state.talk.waiting:
            for action, event in actions(self.library, state.talk, now):
                yield Move(action, event, now, now)
            return
        if state.pending:
            subject = min(state.pending, key=lambda name: (state.pending[name], name))
            due = max(now, state.pending[subject])
            days = max(1, math.ceil((due - now) / timedelta(days=1)))
            event = Due(FOLLOW_UP, subject)
            yield Move(("wait", f"{days} days"), event, due, now + timedelta(days=days))
        if self.map.again:
            yield from (_opening(flow, state) for flow in self.map.openers if flow != FLOW)
            if not state.pending:
                for days in self.map.days:
                    yield Move(("wait", f"{days} days"), None, now, now + timedelta(days=days))

    def _after(
        self, state: State, move: Move, way: Callable[[], Path]
    ) -> tuple[State | None, float]:
        """Let it happen. Gives what became of it, and the seconds it takes a person."""
        pending = dict(state.pending)
        if move.event is None:
            return State(state.talk, move.now, pending), 0.0
        if isinstance(move.event, Due):
            del pending[move.event.subject]
        try:
            turn = take_turn(self.library, state.talk, move.event, move.at, self.rng)
        except Exception as problem:  # noqa: BLE001 - whatever is raised is the finding
            self._problem(f"the engine failed ({type(problem).__name__})", way())
            return None, 0.0
        for effect in turn.effects:
            if isinstance(effect, SetTimer) and effect.kind == FOLLOW_UP:
                pending[effect.subject] = effect.due
            elif isinstance(effect, CancelTimers) and effect.kind == FOLLOW_UP:
                pending.pop(effect.subject or "", None)
        for what in _wrong(turn):
            self._problem(what, way())
        for point in turn.trace:
            if point not in self.found.paths:
                self.found.paths[point] = way()
        return State(turn.conversation, move.now, pending), seconds(turn.replies)

    def _problem(self, what: str, path: Path) -> None:
        if all(problem.what != what for problem in self.found.problems):
            self.found.problems.append(Problem(what, path))

    def path(self, key: Key | None) -> Path:
        """Give the first way that led to a state."""
        path: list[Action] = []
        while key is not None:
            path.append(self.nodes[key].action)
            key = self.nodes[key].parent
        return tuple(reversed(path))


def _opening(flow: str, state: State) -> Move:
    event = Commanded("start", "" if flow == FLOW else flow)
    return Move(("open", flow), event, state.now, state.now)


def _wrong(turn: Turn) -> Iterator[str]:
    """Name what nobody should run into in a turn."""
    for reply in turn.replies:
        if len(plain(reply.text)) > TEXT_LIMIT:
            yield f"a message has more than {TEXT_LIMIT} characters"
        if len(reply.choices) > OPTION_LIMIT:
            yield f"a question has more than {OPTION_LIMIT} options"
        if any(len(choice.label) > LABEL_LIMIT for choice in reply.choices):
            yield f"a label has more than {LABEL_LIMIT} characters"
    if all(reply.closes for reply in turn.replies):
        yield "nothing is said"
    if Count("step-limit") in turn.effects:
        yield f"more than {STEP_LIMIT} steps go by without a question"
