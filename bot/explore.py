"""Walking every path of a flow, to prove that none of them ends badly.

Owns the search and its figures. States that no later condition can tell apart are one state, so
that a flow with a million paths is often walked whole in seconds.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

from bot.engine.asking import open_question
from bot.engine.consent import TEXT_VERSION
from bot.engine.conversation import Consent, Conversation
from bot.engine.effects import Turn
from bot.engine.facts import Known
from bot.engine.scene import Scene
from bot.engine.turn import begin, take_turn
from bot.events import Chose, Commanded, Event, Said
from bot.flows.conditions import Compares, Test, each_test
from bot.flows.library import Library
from bot.flows.model import Choose, Pick, Scale, Write
from bot.replies import Form, Reply, plain
from bot.transcripts import Point

STATE_LIMIT = 1_000_000
"""States walked exhaustively; beyond it random walks take over."""

RANDOM_WALKS = 10_000
WALK_LIMIT = 200
"""Answers one random walk may give before it counts as never ending."""

TEXT_LIMIT, LABEL_LIMIT, OPTION_LIMIT = 2000, 80, 25
"""Discord's limits for a message, a label and a question's options: the tighter of the two."""

WORDS_A_MINUTE = 200
"""Reading on a phone, unhurried."""

SECONDS_A_TAP, SECONDS_A_TEXT = 6, 40
"""Time to settle on a tap, and to write a few words."""

SUBSETS = 64
"""Combinations of a `pick` tried one by one; beyond it single ones, pairs and the fullest."""

Action = tuple[str, str]
"""(`tap`, key), (`pick`, keys joined by a space), (`type`, words)."""

Key = tuple[object, ...]

_Asked = tuple[str, Test]
"""A test, and the flow whose steps its bare names mean."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person could run into, with the shortest way there."""

    what: str
    path: tuple[Action, ...]


@dataclass(slots=True)
class Explored:
    """What walking a flow showed."""

    flow: str
    states: int = 0
    exhaustive: bool = True
    ends: int = 0
    problems: list[Problem] = field(default_factory=list)
    covered: set[Point] = field(default_factory=set)
    paths: dict[Point, tuple[Action, ...]] = field(default_factory=dict)
    questions: int = 0
    minutes: float = 0.0


@dataclass(slots=True)
class _Node:
    talk: Conversation
    parent: Key | None
    action: Action
    edges: list[tuple[Key | None, float]] = field(default_factory=list)


def explore(
    library: Library,
    flow: str,
    now: datetime,
    *,
    limit: int = STATE_LIMIT,
    seed: int = 1,
    language: str = "en",
) -> Explored:
    """Walk every path of a flow, in one language, from its start to every end."""
    search = _Search(library, flow, now, language)
    search.walk(limit)
    if not search.found.exhaustive:
        search.wander(random.Random(seed))  # noqa: S311 - repeatable walks, no secret
    search.measure()
    return search.found


class _Search:
    """One exploration in progress."""

    def __init__(self, library: Library, flow: str, now: datetime, language: str) -> None:
        self.library = library
        self.now = now
        self.rng = random.Random(0)  # noqa: S311 - repeatable tags, no secret
        self.found = Explored(flow)
        self.live = _live_tests(library)
        self.nodes: dict[Key, _Node] = {}
        talk = begin("terminal", language, library, now, self.rng)
        talk.consent = Consent("words", TEXT_VERSION, 0)
        if flow == "welcome":
            event = Commanded("start")
        else:
            talk.settings["welcomed"] = True
            event = Commanded("start", flow)
        self.first = take_turn(library, talk, event, now, self.rng)

    def walk(self, limit: int) -> None:
        """Visit states breadth first, so that every path found is a shortest one."""
        queue: deque[Key] = deque()
        start = self._arrive(self.first, None, ("", ""))
        if start is not None:
            queue.append(start)
        while queue:
            key = queue.popleft()
            node = self.nodes[key]
            for action, event in self._actions(node.talk):
                turn = self._take(node.talk, event, key, action)
                if turn is None:
                    continue
                reached = self._key(turn.conversation) if turn.conversation.waiting else None
                known = reached in self.nodes
                following = self._arrive(turn, key, action)
                node.edges.append((following, _seconds(turn.replies)))
                if following is not None and not known:
                    queue.append(following)
            # Only its place in the search is needed from here on.
            node.talk = self.first.conversation
            if len(self.nodes) > limit:
                self.found.exhaustive = False
                break
        self.found.states = len(self.nodes)

    def wander(self, rng: random.Random) -> None:
        """Walk at random, where there is too much to walk it all."""
        for _ in range(RANDOM_WALKS):
            talk, path = self.first.conversation, []
            for _ in range(WALK_LIMIT):
                action, event = rng.choice(list(self._actions(talk)))
                turn = take_turn(self.library, talk, event, self.now, self.rng)
                path.append(action)
                self._check(turn, tuple(path))
                self._cover(turn, tuple(path))
                talk = turn.conversation
                if not talk.waiting:
                    break
            else:
                self.found.problems.append(
                    Problem("this walk does not come to an end", tuple(path))
                )
                return

    def measure(self) -> None:
        """Find the longest way through, in questions and in minutes, counting no loop twice."""
        order: list[Key] = []
        state: dict[Key, int] = {}
        for root in self.nodes:
            stack: list[tuple[Key, Iterator[tuple[Key | None, float]]]] = []
            if root not in state:
                state[root] = 1
                stack.append((root, iter(self.nodes[root].edges)))
            while stack:
                key, edges = stack[-1]
                for following, _ in edges:
                    if following is not None and following not in state:
                        state[following] = 1
                        stack.append((following, iter(self.nodes[following].edges)))
                        break
                else:
                    state[key] = 2
                    order.append(key)
                    stack.pop()
        rank = {key: index for index, key in enumerate(order)}
        longest: dict[Key, tuple[int, float]] = {}
        for key in order:
            best = (0, 0.0)
            for following, seconds in self.nodes[key].edges:
                if following is not None and rank[following] >= rank[key]:
                    continue
                count, time = longest[following] if following is not None else (0, 0.0)
                best = (max(best[0], count), max(best[1], time + seconds))
            longest[key] = (best[0] + 1, best[1])
        if order:
            count, time = longest[order[-1]]
            self.found.questions = count
            self.found.minutes = (time + _seconds(self.first.replies)) / 60

    def _arrive(self, turn: Turn, parent: Key | None, action: Action) -> Key | None:
        """Note where a turn led. None where the flow has come to its end."""
        path = (*self._path(parent), action) if action[0] else ()
        self._check(turn, path)
        self._cover(turn, path)
        talk = turn.conversation
        if not talk.waiting:
            self.found.ends += 1
            return None
        key = self._key(talk)
        if key not in self.nodes:
            self.nodes[key] = _Node(talk, parent, action)
        return key

    def _take(self, talk: Conversation, event: Event, key: Key, action: Action) -> Turn | None:
        try:
            return take_turn(self.library, talk, event, self.now, self.rng)
        except Exception as problem:  # noqa: BLE001 - whatever is raised is the finding
            what = f"the engine failed ({type(problem).__name__})"
            self.found.problems.append(Problem(what, (*self._path(key), action)))
            return None

    def _check(self, turn: Turn, path: tuple[Action, ...]) -> None:
        for reply in turn.replies:
            if len(plain(reply.text)) > TEXT_LIMIT:
                self._problem(f"a message has more than {TEXT_LIMIT} characters", path)
            if len(reply.choices) > OPTION_LIMIT:
                self._problem(f"a question has more than {OPTION_LIMIT} options", path)
            if any(len(choice.label) > LABEL_LIMIT for choice in reply.choices):
                self._problem(f"a label has more than {LABEL_LIMIT} characters", path)
        if not any(not reply.closes for reply in turn.replies):
            self._problem("nothing is said", path)

    def _problem(self, what: str, path: tuple[Action, ...]) -> None:
        if all(problem.what != what for problem in self.found.problems):
            self.found.problems.append(Problem(what, path))

    def _cover(self, turn: Turn, path: tuple[Action, ...]) -> None:
        for point in turn.trace:
            if point not in self.found.covered:
                self.found.covered.add(point)
                self.found.paths[point] = path

    def _path(self, key: Key | None) -> tuple[Action, ...]:
        path: list[Action] = []
        while key is not None:
            node = self.nodes[key]
            if node.action[0]:
                path.append(node.action)
            key = node.parent
        return tuple(reversed(path))

    def _actions(self, talk: Conversation) -> Iterator[tuple[Action, Event]]:
        return actions(self.library, talk, self.now)

    def _key(self, talk: Conversation) -> Key:
        """Tell states apart by where they are and by every test that is still to come."""
        live: set[_Asked] = set()
        for frame in talk.stack:
            live |= self.live[(frame.flow, frame.step)]
        scene = Scene(self.library, talk, self.now, self.rng)
        truths = tuple((asked, _result(asked, scene)) for asked in sorted(live, key=repr))
        return (tuple((frame.flow, frame.step) for frame in talk.stack), truths)


def actions(library: Library, talk: Conversation, now: datetime) -> Iterator[tuple[Action, Event]]:
    """List what a person can answer to the open question: every option, every number, every set
    of ticks that matters, the longest text, and skip."""
    scene = Scene(library, talk, now, random.Random(0))  # noqa: S311 - nothing is drawn
    found = open_question(scene)
    if found is None:
        return
    frame, step = found

    def token(key: str) -> str:
        return scene.choice(key, key, asked=frame.asked).token

    match step.question:
        case Choose(options=options):
            for key in options:
                yield ("tap", key), Chose(token(key))
        case Scale(low=low, high=high):
            for number in range(low, high + 1):
                yield ("tap", str(number)), Chose(token(str(number)))
        case Pick() as pick:
            for keys in _subsets(pick):
                yield ("pick", " ".join(keys)), Chose("", tuple(token("+" + k) for k in keys))
        case Write(limit=limit):
            yield ("type", "x" * limit), Said("x" * limit)
    yield ("type", "skip"), Commanded("skip")


def _subsets(pick: Pick) -> Iterator[Sequence[str]]:
    sizes = range(max(1, pick.at_least), pick.at_most + 1)
    if 2 ** len(pick.options) <= SUBSETS:
        for size in sizes:
            yield from combinations(pick.options, size)
        return
    for size in {sizes[0], min(2, sizes[-1])}:
        yield from combinations(pick.options, size)
    yield pick.options[: pick.at_most]


def _seconds(replies: Sequence[Reply]) -> float:
    seconds = 0.0
    for reply in replies:
        if reply.closes:
            continue
        words = len(plain(reply.text).split()) + sum(len(c.label.split()) for c in reply.choices)
        seconds += words * 60 / WORDS_A_MINUTE
        if reply.form is Form.WRITE:
            seconds += SECONDS_A_TEXT
        elif reply.form is not Form.NONE:
            seconds += SECONDS_A_TAP
    return seconds


def _result(asked: _Asked, scene: Scene) -> bool | int:
    flow, test = asked
    facts = Known(scene, flow)
    if isinstance(test, Compares) and test.what == "visits":
        return min(facts.visits(test.name), test.bound + 1)
    return test.holds(facts)


def _live_tests(library: Library) -> dict[tuple[str, str], set[_Asked]]:
    """For each step, the tests that a branch in or after it makes, visited flows included."""
    live: dict[tuple[str, str], set[_Asked]] = {}
    for flow in library.flows.values():
        for step in flow.steps.values():
            live[(flow.id, step.id)] = {
                (flow.id, test)
                for branch in step.go
                if branch.condition is not None
                for test in each_test(branch.condition)
            }
    changed = True
    while changed:
        changed = False
        for flow in library.flows.values():
            for step in flow.steps.values():
                tests = live[(flow.id, step.id)]
                before = len(tests)
                for branch in step.go:
                    tests |= live.get((flow.id, branch.to), set())
                if step.visit in library.flows:
                    tests |= live[(step.visit, library.flows[step.visit].start)]
                changed = changed or len(tests) != before
    return live
