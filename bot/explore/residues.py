"""What of a person's past can still make a difference, as one small key.

At a place, every decision ahead is worked out as far as the answers held now decide it. Two people
at the same place with the same rest to decide go on alike, whatever they said before: they are one
state. Owns that key. Why it is enough: an answer given on the way is the same for both, and the
rest to decide is the same function of it.

How long ago something was counts only by what conditions make of it now. That many short waits may
add up to a long one is left out; the long one is walked by itself.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import datetime

from bot.engine.conversation import Conversation
from bot.engine.facts import Known
from bot.engine.scene import Scene
from bot.explore.places import OVER, TIME, Ahead, Map, Node, decisions, entered
from bot.flows.conditions import All, Any, Compares, Condition, Includes, Is, Not, Test, Was
from bot.flows.library import Library

Residue = bool | tuple[object, ...]
"""True or false, or what is left of a condition."""

Key = tuple[object, ...]

Full = Callable[[str], str]


class Telling:
    """Tells states apart, or finds that they are one.

    Without `merging`, every answer that is asked about anywhere makes a state of its own.
    """

    def __init__(self, library: Library, drawn: Map, *, merging: bool) -> None:
        self._library = library
        self._drawn = drawn
        self._merging = merging and drawn.complete
        self._asked = list(decisions(library).values())
        self._bounds: dict[tuple[str, str], int] = {}
        for decision in self._asked:
            for name, test in decision.tests:
                if isinstance(test, Compares) and test.what != "answer":
                    at = (test.what, name)
                    self._bounds[at] = max(self._bounds.get(at, 0), test.bound + 1)
        self._names: dict[Node, tuple[str, ...]] = {}
        self._known: dict[tuple[Node, Key], Key] = {}

    def key(self, node: Node, talk: Conversation, now: datetime) -> Key:
        """Give the key of a state at a place."""
        names = self._names.get(node)
        if names is None:
            ahead = self._asked if not self._merging else [a.decision for a in self._ahead(node)]
            names = tuple(sorted({name for decision in ahead for name, _ in decision.tests}))
            self._names[node] = names
        values = tuple(self._value(name, talk, now) for name in names)
        if not self._merging:
            return values
        found = self._known.get((node, values))
        if found is None:
            found = self._known[(node, values)] = self._left(node, talk, now)
        return found

    def _ahead(self, node: Node) -> list[Ahead]:
        return self._drawn.ahead.get(node, [])

    def _value(self, name: str, talk: Conversation, now: datetime) -> object:
        """Give all that any condition could ask about a step."""
        visits = self._bounds.get(("visits", name))
        count = min(talk.visits.get(name, 0), visits) if visits else 0
        held = talk.answers.get(name)
        if held is None:
            return count
        days = self._bounds.get(("days", name))
        age = min((int(now.timestamp()) - held.at) / 86400, days) if days else 0
        return (count, held.value, held.skipped, age)

    def _left(self, node: Node, talk: Conversation, now: datetime) -> Key:
        scene = Scene(self._library, talk, now, random.Random(0))  # noqa: S311 - nothing is drawn
        left: list[object] = []
        for ahead in self._ahead(node):
            decision = ahead.decision
            if ahead.anew is None:
                names = sorted({name for name, _ in decision.tests})
                left.append(tuple(self._value(name, talk, now) for name in names))
                continue
            folding = _Folding(Known(scene, decision.flow), decision.full, ahead.anew)
            rest: list[object] = []
            for index, branch in enumerate(decision.branches):
                folded = folding.fold(branch.condition) if branch.condition else True
                if folded is not False:
                    rest.append((index, folded))
                if folded is True:
                    break
            left.append(tuple(rest))
        return tuple(left)


class _Folding:
    """Works a condition out as far as it is decided already."""

    def __init__(self, known: Known, full: Full, anew: frozenset[str]) -> None:
        self._known = known
        self._full = full
        self._anew = anew

    def fold(self, condition: Condition) -> Residue:
        """Give what is left of a condition."""
        match condition:
            case Not(inner=inner):
                left = self.fold(inner)
                return not left if isinstance(left, bool) else ("not", left)
            case All(parts=parts):
                return _joined("and", (self.fold(part) for part in parts), neutral=True)
            case Any(parts=parts):
                return _joined("or", (self.fold(part) for part in parts), neutral=False)
            case Is() | Includes() | Was() | Compares():
                return self._test(condition)
        return condition.holds(self._known)

    def _test(self, test: Test) -> Residue:
        name = self._full(test.name)
        if isinstance(test, Compares) and test.what == "visits":
            if entered(name) not in self._anew:
                return test.holds(self._known)
            return ("test", test, min(self._known.visits(test.name), test.bound + 1))
        if name in self._anew:
            return ("test", test)
        if isinstance(test, Compares) and test.what == "days" and TIME in self._anew:
            never = self._known.days_since(test.name) is None
            return ("test", test, test.holds(self._known), never)
        return test.holds(self._known)


def _joined(how: str, parts: Iterable[Residue], *, neutral: bool) -> Residue:
    left: list[Residue] = []
    for part in parts:
        if isinstance(part, bool):
            if part is not neutral:
                return part
        else:
            left.append(part)
    if not left:
        return neutral
    return left[0] if len(left) == 1 else (how, *left)


def node_of(talk: Conversation) -> Node:
    """Give the place where a conversation waits."""
    if not talk.waiting:
        return OVER
    return "ask", tuple((frame.flow, frame.step) for frame in talk.stack)
